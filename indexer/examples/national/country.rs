//! A made-up country of the size of the real one: 34 provinces and 3,321 units. Names are syllables of real
//! ones; many units of different provinces share a name, as they do.

use std::collections::HashSet;

use jiff::civil::{Date, date};
use models::domain::{Unit, UnitCode, UnitKind};
use models::language::place::{
    Confidence, Gazetteer, GazetteerData, Landmark, LandmarkKind, Province as ProvinceName,
};
use models::measure::SplitMix;

pub const N_PROVINCES: usize = 34;
pub const N_UNITS: usize = 3_321;
/// Units of the largest province, which has this share of all that is said.
const LARGEST: (usize, f64) = (168, 0.14);
/// Streets and markets that people name, for each unit.
const LANDMARKS: usize = 12;
const SINCE: Date = date(2025, 7, 1);

const SYLLABLES: [&str; 40] = [
    "An", "Bình", "Châu", "Chánh", "Cường", "Điền", "Đông", "Đức", "Giang", "Hà", "Hải", "Hiệp",
    "Hòa", "Hội", "Hưng", "Khánh", "Lạc", "Lâm", "Lộc", "Long", "Mỹ", "Nghĩa", "Nhơn", "Ninh",
    "Phú", "Phước", "Quảng", "Sơn", "Tân", "Tây", "Thạnh", "Thành", "Thịnh", "Thuận", "Thủy",
    "Trung", "Tường", "Vạn", "Vĩnh", "Xuân",
];

/// A province: how many units it has, and its share of what the country says.
#[derive(Clone, Copy, Debug)]
pub struct Province {
    pub number: usize,
    pub n_units: usize,
    pub share: f64,
}

/// All provinces, the largest first; the shares of the others decline evenly, the first having six times
/// that of the last.
pub fn provinces() -> Vec<Province> {
    let n_others = N_PROVINCES - 1;
    let weight = |at: usize| 6.0 - 5.0 * (at as f64 / (n_others - 1) as f64);
    let all = (0..n_others).map(weight).sum::<f64>();
    let left = N_UNITS - LARGEST.0;
    let others = (0..n_others).map(|at| Province {
        number: at + 1,
        n_units: left / n_others + usize::from(at < left % n_others),
        share: (1.0 - LARGEST.1) * weight(at) / all,
    });
    let largest = Province {
        number: 0,
        n_units: LARGEST.0,
        share: LARGEST.1,
    };
    std::iter::once(largest).chain(others).collect()
}

impl Province {
    /// Its units; no two have the same name.
    pub fn units(&self) -> Vec<Unit> {
        let mut random = SplitMix(1_000 + self.number as u64);
        let mut taken = HashSet::new();
        let mut units = Vec::with_capacity(self.n_units);
        while units.len() < self.n_units {
            let name = name(&mut random);
            if taken.insert(name.clone()) {
                units.push(self.unit(units.len(), name));
            }
        }
        units
    }

    fn unit(&self, at: usize, name: String) -> Unit {
        let kind = if at.is_multiple_of(3) {
            UnitKind::Ward
        } else {
            UnitKind::Commune
        };
        Unit {
            code: UnitCode::from_number((self.number * 200 + at + 1) as u32)
                .expect("34 provinces of at most 200 units have five digits"),
            kind,
            name,
            valid_from: SINCE,
            valid_to: None,
            former_districts: Vec::new(),
            former_province: String::new(),
            population: None,
            area_km2: None,
            grid_square: None,
            grid_hex: None,
        }
    }
}

fn name(random: &mut SplitMix) -> String {
    let mut syllable = || SYLLABLES[random.below(SYLLABLES.len())];
    let first = syllable();
    let second = syllable();
    if first == second {
        format!("{first} Đại")
    } else {
        format!("{first} {second}")
    }
}

/// The street of a number within a unit.
pub fn street(unit: &Unit, number: usize) -> String {
    let seed = u64::from(unit.code.number()) * 1_000 + (number % LANDMARKS) as u64;
    let mut random = SplitMix(seed);
    format!("{} {}", name(&mut random), 1 + random.below(40))
}

/// Finds places in some of the units.
pub fn gazetteer(units: &[Unit]) -> Gazetteer {
    let landmarks = units.iter().flat_map(|unit| {
        (0..LANDMARKS).map(|number| Landmark {
            name: street(unit, number),
            aliases: Vec::new(),
            kind: LandmarkKind::Street,
            units: vec![(unit.code, 0.9)],
            confidence: Confidence::Medium,
        })
    });
    let provinces = (0..N_PROVINCES).map(|number| ProvinceName {
        code: format!("{:02}", number + 1),
        name: format!("{} {}", SYLLABLES[number], SYLLABLES[39 - number]),
        kind: "tỉnh".to_owned(),
        predecessors: Vec::new(),
        valid_from: SINCE,
        valid_to: None,
    });
    let data = GazetteerData {
        units: units.to_vec(),
        landmarks: landmarks.collect(),
        provinces: provinces.collect(),
        ..GazetteerData::default()
    };
    Gazetteer::new(data).expect("a made-up country is a country")
}
