//! Weighs what title, text, ticket address and thread say, and decides.

use super::cue::Stance;
use super::scan::Scan;
use super::site::{Level, Reading, Site};
use super::{Gazetteer, PlaceInput};
use crate::domain::{Channel, Placement, Scope, UnitCode, WeightedUnit};

/// Reads at most this many scalar values of a text: a place that matters is named before.
const READ_AT_MOST: usize = 200_000;

pub(super) fn place(gazetteer: &Gazetteer, input: &PlaceInput<'_>) -> Placement {
    let title = Scan::new(input.title.unwrap_or_default());
    let text = Scan::new(head(input.text));
    let address = Scan::new(input.ticket_address.unwrap_or_default());
    let context = named_districts(gazetteer, &[&address, &title, &text], input.parent);
    let title = gazetteer.read(&title, &context);
    let text = gazetteer.read(&text, &context);
    let address = gazetteer.read(&address, &context);

    let own = Evidence::collect(gazetteer, &[&title, &text]);
    let at_address = Evidence::collect(gazetteer, &[&address]);
    let mut placement = Decision {
        input,
        own,
        at_address,
    }
    .decide();
    let valid = |unit: &WeightedUnit| gazetteer.exists_on(unit.code, input.day);
    placement.units.retain(valid);
    placement.agencies = gazetteer.answering(&[&title, &text, &address], &placement.units);
    if placement.agencies.is_empty()
        && let Some(parent) = input.parent
    {
        placement.agencies.clone_from(&parent.agencies);
    }
    placement
}

fn head(text: &str) -> &str {
    text.char_indices()
        .nth(READ_AT_MOST)
        .map_or(text, |(end, _)| &text[..end])
}

/// Districts named in any field, or that the thread's units lie in.
fn named_districts(gazetteer: &Gazetteer, scans: &[&Scan], parent: Option<&Placement>) -> Vec<u16> {
    let mut districts = Vec::new();
    for scan in scans {
        for site in gazetteer.read(scan, &[]).sites {
            if let Level::District(district) = site.level {
                districts.push(district);
            }
        }
    }
    if districts.is_empty()
        && let Some(parent) = parent
    {
        for (i, district) in gazetteer.data.former_districts.iter().enumerate() {
            let inside = |unit: &WeightedUnit| district.main_units.contains(&unit.code);
            if !parent.units.is_empty() && parent.units.iter().all(inside) {
                districts.push(i as u16);
            }
        }
    }
    districts.dedup();
    districts
}

/// What the sites of one or more fields add up to.
struct Evidence {
    /// Units by their own or a former name.
    explicit: Vec<(UnitCode, f32)>,
    /// Units by landmarks.
    landmarks: Vec<(UnitCode, f32)>,
    /// Units by districts.
    districts: Vec<(UnitCode, f32)>,
    /// How strongly the city as a whole is spoken of.
    city: f32,
    /// How strongly somewhere else is spoken of.
    outside: f32,
}

impl Evidence {
    fn collect(gazetteer: &Gazetteer, readings: &[&Reading]) -> Self {
        let sites = readings
            .iter()
            .flat_map(|reading| &reading.sites)
            .filter(|site| site.stance != Stance::Denied)
            .collect::<Vec<_>>();
        let districts = district_units(gazetteer, &sites);
        let landmarks = landmark_units(gazetteer, &sites, &districts);
        let (city, outside) = beyond_units(&sites);
        Self {
            explicit: explicit_units(&sites, &landmarks),
            landmarks,
            districts,
            city,
            outside,
        }
    }

    /// The finest level that says anything.
    fn units(&self) -> &[(UnitCode, f32)] {
        [&self.explicit, &self.landmarks, &self.districts]
            .into_iter()
            .find(|units| !units.is_empty())
            .map_or(&[], |units| units.as_slice())
    }
}

/// Units named by themselves, and former wards that none of those already stands for.
fn explicit_units(sites: &[&Site], landmarks: &[(UnitCode, f32)]) -> Vec<(UnitCode, f32)> {
    let meant = |site: &&&Site| matches!(site.stance, Stance::Here);
    let here = sites.iter().filter(meant);
    let mut units = Vec::new();
    for site in here.clone().filter(|site| site.level == Level::Unit) {
        merge(&mut units, &site.units);
    }
    let today = units.clone();
    for site in here.filter(|site| site.level == Level::Ward) {
        let named =
            |list: &[(UnitCode, f32)], code: UnitCode| list.iter().any(|&(known, _)| known == code);
        if site.units.iter().any(|&(code, _)| named(&today, code)) {
            continue;
        }
        // A split ward with a street in it: only the part that the street runs through is meant.
        let crossed = site
            .units
            .iter()
            .filter(|&&(code, _)| named(landmarks, code))
            .collect::<Vec<_>>();
        match crossed.as_slice() {
            [(code, _)] => merge(&mut units, &[(*code, 0.9)]),
            _ => merge(&mut units, &site.units),
        }
    }
    units
}

/// Units of landmarks: where several landmarks meet, else all of them.
fn landmark_units(
    gazetteer: &Gazetteer,
    sites: &[&Site],
    districts: &[(UnitCode, f32)],
) -> Vec<(UnitCode, f32)> {
    let here = sites.iter().filter(|site| site.stance == Stance::Here);
    let mut lists = Vec::new();
    for site in here {
        let Level::Landmark(index) = site.level else {
            continue;
        };
        let landmark = &gazetteer.data.landmarks[index as usize];
        let inside =
            |&(code, _): &(UnitCode, f32)| districts.iter().any(|&(known, _)| known == code);
        let narrowed = landmark
            .units
            .iter()
            .copied()
            .filter(inside)
            .collect::<Vec<_>>();
        let list = if narrowed.is_empty() {
            landmark.units.clone()
        } else {
            rescaled(narrowed)
        };
        if !lists.contains(&list) {
            lists.push(list);
        }
    }
    meet(&lists)
}

/// The units all lists share, weighed by all of them; when they share none, all units.
fn meet(lists: &[Vec<(UnitCode, f32)>]) -> Vec<(UnitCode, f32)> {
    let Some((first, rest)) = lists.split_first() else {
        return Vec::new();
    };
    let mut shared = first.clone();
    for list in rest {
        shared = shared
            .iter()
            .filter_map(|&(code, weight)| {
                let (_, other) = list.iter().find(|(known, _)| *known == code)?;
                Some((code, weight * other))
            })
            .collect();
    }
    if shared.is_empty() {
        for list in lists {
            merge(&mut shared, list);
        }
        shared
    } else {
        rescaled(shared)
    }
}

/// A district is its main units, each as likely as the other.
fn district_units(gazetteer: &Gazetteer, sites: &[&Site]) -> Vec<(UnitCode, f32)> {
    let mut units = Vec::new();
    for site in sites.iter().filter(|site| site.stance == Stance::Here) {
        if let Level::District(index) = site.level {
            let main = &gazetteer.data.former_districts[index as usize].main_units;
            let share = 1.0 / main.len().max(1) as f32;
            let list = main.iter().map(|&code| (code, share)).collect::<Vec<_>>();
            merge(&mut units, &list);
        }
    }
    units
}

/// How strongly the city and the rest of the world are spoken of.
fn beyond_units(sites: &[&Site]) -> (f32, f32) {
    let mut city = 0.0_f32;
    let mut outside = 0.0_f32;
    for site in sites {
        match (site.level, site.stance) {
            (Level::City | Level::Region, Stance::Here) => city += 1.0,
            (Level::City | Level::CityWide | Level::Agency(_), _) => city += 0.5,
            (Level::Outside, Stance::Here) => outside += 1.0,
            (Level::Outside, Stance::Home) => outside += 0.9,
            (Level::Outside, Stance::Compared) => outside += 0.2,
            _ => {}
        }
    }
    (city, outside)
}

fn merge(units: &mut Vec<(UnitCode, f32)>, more: &[(UnitCode, f32)]) {
    for &(code, weight) in more {
        match units.iter_mut().find(|(known, _)| *known == code) {
            Some((_, most)) => *most = most.max(weight),
            None => units.push((code, weight)),
        }
    }
}

fn rescaled(mut units: Vec<(UnitCode, f32)>) -> Vec<(UnitCode, f32)> {
    let total = units.iter().map(|(_, weight)| weight).sum::<f32>();
    if total > 0.0 {
        for (_, weight) in &mut units {
            *weight /= total;
        }
    }
    units
}

struct Decision<'a> {
    input: &'a PlaceInput<'a>,
    own: Evidence,
    at_address: Evidence,
}

impl Decision<'_> {
    fn decide(&self) -> Placement {
        let units = self.units();
        if !units.is_empty() {
            return unit_placement(&units);
        }
        if let Some(parent) = self.input.parent
            && parent.scope != Scope::Unknown
        {
            return parent.clone();
        }
        Placement::bare(self.wider_scope())
    }

    fn units(&self) -> Vec<(UnitCode, f32)> {
        let address = &self.at_address;
        let own = &self.own;
        if !address.explicit.is_empty() {
            return address.explicit.clone();
        }
        if !own.explicit.is_empty() {
            return own.explicit.clone();
        }
        let landmarks = match (address.landmarks.is_empty(), own.landmarks.is_empty()) {
            (false, false) => meet(&[address.landmarks.clone(), own.landmarks.clone()]),
            (false, true) => address.landmarks.clone(),
            _ => own.landmarks.clone(),
        };
        if let Some(parent) = self.parent_units() {
            return within_thread(parent, &landmarks);
        }
        if !landmarks.is_empty() {
            return landmarks;
        }
        if !address.districts.is_empty() {
            return address.districts.clone();
        }
        if own.outside > own.city && own.outside >= 1.0 {
            return Vec::new();
        }
        own.units().to_vec()
    }

    fn parent_units(&self) -> Option<&[WeightedUnit]> {
        let parent = self.input.parent?;
        (!parent.units.is_empty()).then_some(parent.units.as_slice())
    }

    fn wider_scope(&self) -> Scope {
        let city = self.own.city + self.at_address.city;
        let outside = self.own.outside + self.at_address.outside;
        if outside > 0.5 && outside >= city {
            Scope::Outside
        } else if city >= 0.5 || self.input.channel == Channel::Press {
            Scope::City
        } else {
            Scope::Unknown
        }
    }
}

/// A reply that names no unit speaks of its thread's place; a landmark narrows that down.
fn within_thread(parent: &[WeightedUnit], landmarks: &[(UnitCode, f32)]) -> Vec<(UnitCode, f32)> {
    let shared = parent
        .iter()
        .filter(|unit| landmarks.iter().any(|&(code, _)| code == unit.code))
        .map(|unit| (unit.code, unit.weight.max(0.6)))
        .collect::<Vec<_>>();
    if shared.is_empty() {
        let all = parent.iter().map(|unit| (unit.code, unit.weight));
        all.collect()
    } else {
        shared
    }
}

fn unit_placement(units: &[(UnitCode, f32)]) -> Placement {
    let mut units = units
        .iter()
        .map(|&(code, weight)| WeightedUnit { code, weight })
        .collect::<Vec<_>>();
    units.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.code.cmp(&b.code)));
    Placement {
        units,
        ..Placement::bare(Scope::Unit)
    }
}

impl Gazetteer {
    fn exists_on(&self, code: UnitCode, day: jiff::civil::Date) -> bool {
        self.data
            .units
            .iter()
            .any(|unit| unit.code == code && (unit.is_valid_on(day) || day < unit.valid_from))
    }
}
