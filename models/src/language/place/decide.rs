//! Weighs what title, text, ticket address and thread say, and decides.

use super::cue::Stance;
use super::data::LandmarkKind;
use super::scan::Scan;
use super::site::{Level, Reading, Site};
use super::spot::Context;
use super::{Gazetteer, PlaceInput};
use crate::domain::{Channel, Placement, Scope, UnitCode, WeightedUnit};

/// Reads at most this many scalar values of a text: a place that matters is named before.
const READ_AT_MOST: usize = 200_000;

pub(super) fn place(gazetteer: &Gazetteer, input: &PlaceInput<'_>) -> Placement {
    let scans = [
        Scan::new(input.ticket_address.unwrap_or_default()),
        Scan::new(input.title.unwrap_or_default()),
        Scan::new(head(input.text)),
    ];
    let founds = [0, 1, 2].map(|i| gazetteer.find(&scans[i]));
    let mut context = Context::default();
    for (scan, found) in scans.iter().zip(&founds) {
        context.add(gazetteer, scan, found);
    }
    add_thread(&mut context, gazetteer, input.parent);
    let [address, title, text] = [0, 1, 2].map(|i| gazetteer.read(&scans[i], &founds[i], &context));

    let own = Evidence::collect(gazetteer, &[&title, &text]);
    let at_address = Evidence::collect(gazetteer, &[&address]);
    let city_title = input.channel == Channel::Press && speaks_of_city(&title);
    let mut placement = Decision {
        input,
        city_title,
        elsewhere_title: input.channel == Channel::Press && speaks_of_elsewhere(&title),
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

/// The thread's place tells which district is meant where none is named.
fn add_thread(context: &mut Context, gazetteer: &Gazetteer, parent: Option<&Placement>) {
    let Some(parent) = parent.filter(|parent| !parent.units.is_empty()) else {
        return;
    };
    context
        .units
        .extend(parent.units.iter().map(|unit| unit.code));
    if context.districts.is_empty() {
        for (i, district) in gazetteer.data.former_districts.iter().enumerate() {
            let inside = |unit: &WeightedUnit| district.main_units.contains(&unit.code);
            if parent.units.iter().all(inside) {
                context.districts.push(i as u16);
            }
        }
    }
}

/// What the sites of one or more fields add up to.
struct Evidence {
    /// Units by their own or a former name.
    explicit: Vec<(UnitCode, f32)>,
    /// Units of names that are doubtful: a hamlet's, a street's, where somebody goes to.
    faint: Vec<(UnitCode, f32)>,
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
        let (city, outside) = beyond_units(&sites);
        let named = spoken_of(&sites);
        let mut districts = district_units(gazetteer, &sites);
        let doubtful = named.iter().all(|site| is_doubtful(site));
        let namesakes = named
            .iter()
            .filter(|_| doubtful)
            .filter_map(|site| site.namesake)
            .collect::<Vec<_>>();
        let landmarks = landmark_units(gazetteer, &sites, &districts, &namesakes);
        let mut explicit = explicit_units(&named, &landmarks);
        if !namesakes.is_empty() && overlaps(gazetteer, &landmarks, &namesakes) {
            // `Lê Văn Lương, Nhà Bè`: the street says more than a name that may be a district's.
            explicit.clear();
        }
        if !explicit.is_empty() {
            add_areas(gazetteer, &sites, &mut explicit);
        }
        let strong = explicit.iter().any(|&(_, weight)| weight > FAINT);
        let mut faint = Vec::new();
        if !strong {
            faint = std::mem::take(&mut explicit);
        }
        if faint.is_empty() {
            let toward = sites.iter().filter(|site| site.stance == Stance::Toward);
            for site in toward.filter(|site| matches!(site.level, Level::Unit | Level::Ward)) {
                merge(&mut faint, &site.units);
            }
        }
        add_other_banks(gazetteer, &sites, &mut explicit);
        if districts.is_empty() {
            districts = agency_area(gazetteer, &sites);
        }
        Self {
            explicit,
            faint,
            landmarks,
            districts,
            city,
            outside,
        }
    }

    /// The finest level that says anything.
    fn units(&self) -> &[(UnitCode, f32)] {
        [
            &self.explicit,
            &self.landmarks,
            &self.faint,
            &self.districts,
        ]
        .into_iter()
        .find(|units| !units.is_empty())
        .map_or(&[], |units| units.as_slice())
    }
}

/// Names of this weight or less only count where nothing else does.
const FAINT: f32 = 0.6;

/// Whether a bare name may as well mean the former district.
fn is_doubtful(site: &Site) -> bool {
    site.namesake.is_some() && !site.marked && !site.linked
}

/// The units and wards that are spoken of: bare names that may be a district's give way to names
/// that cannot, `xã Xuân Sơn (Châu Đức)`.
fn spoken_of<'a>(sites: &[&'a Site]) -> Vec<&'a Site> {
    let named = sites
        .iter()
        .copied()
        .filter(|site| matches!(site.level, Level::Unit | Level::Ward))
        .filter(|site| site.stance == Stance::Here)
        .collect::<Vec<_>>();
    let sure = |site: &&Site| !is_doubtful(site);
    if named.iter().any(|site| site.marked) {
        // Beside units named in full, bare names are of other things: `KCN Tân Định (phường Hòa Lợi)`.
        return named
            .into_iter()
            .filter(|site| site.marked || site.linked)
            .collect();
    }
    if named.iter().any(sure) {
        named.into_iter().filter(sure).collect()
    } else {
        named
    }
}

/// Units named by themselves, and former wards that none of those already stands for.
fn explicit_units(named: &[&Site], landmarks: &[(UnitCode, f32)]) -> Vec<(UnitCode, f32)> {
    let mut units = Vec::new();
    for site in named.iter().filter(|site| site.level == Level::Unit) {
        merge(&mut units, &site.units);
    }
    let today = units.clone();
    for site in named.iter().filter(|site| site.level == Level::Ward) {
        if site.units.iter().any(|&(code, _)| holds(&today, code)) {
            continue;
        }
        // A split ward with a street in it: only the part that the street runs through is meant.
        let crossed = site
            .units
            .iter()
            .filter(|&&(code, _)| holds(landmarks, code))
            .collect::<Vec<_>>();
        match crossed.as_slice() {
            [(code, weight)] => merge(&mut units, &[(*code, weight.max(0.9))]),
            _ => merge(&mut units, &site.units),
        }
    }
    units
}

fn holds(list: &[(UnitCode, f32)], code: UnitCode) -> bool {
    list.iter().any(|&(known, _)| known == code)
}

fn overlaps(gazetteer: &Gazetteer, landmarks: &[(UnitCode, f32)], districts: &[u16]) -> bool {
    districts.iter().any(|&district| {
        let units = &gazetteer.data.former_districts[district as usize].units;
        units.iter().any(|&code| holds(landmarks, code))
    })
}

/// A bridge or ferry is spoken of on both banks: `phà Bình Khánh kẹt, chưa qua được bờ Nhà Bè`.
fn add_other_banks(gazetteer: &Gazetteer, sites: &[&Site], explicit: &mut Vec<(UnitCode, f32)>) {
    for site in sites {
        let Level::Landmark(index) = site.level else {
            continue;
        };
        let landmark = &gazetteer.data.landmarks[index as usize];
        let even = landmark.units.len() == 2 && landmark.units.iter().all(|(_, w)| *w >= 0.5);
        let here = landmark
            .units
            .iter()
            .any(|&(code, _)| holds(explicit, code));
        if landmark.kind == LandmarkKind::Crossing && even && here {
            merge(explicit, &landmark.units);
        }
    }
}

/// Housing areas named beside units: `Phú Mỹ Hưng, xã Nhà Bè và xã Bình Hưng`.
fn add_areas(gazetteer: &Gazetteer, sites: &[&Site], explicit: &mut Vec<(UnitCode, f32)>) {
    let named = explicit.clone();
    for site in sites.iter().filter(|site| site.stance == Stance::Here) {
        let Level::Landmark(index) = site.level else {
            continue;
        };
        let area = gazetteer.data.landmarks[index as usize].kind == LandmarkKind::Area;
        if area && site.linked && !site.units.iter().any(|&(code, _)| holds(&named, code)) {
            merge(explicit, &site.units);
        }
    }
}

/// Units of landmarks: those that most of the landmarks share, else all.
fn landmark_units(
    gazetteer: &Gazetteer,
    sites: &[&Site],
    districts: &[(UnitCode, f32)],
    namesakes: &[u16],
) -> Vec<(UnitCode, f32)> {
    let mut lists: Vec<Vec<(UnitCode, f32)>> = Vec::new();
    let landmark = |site: &&&Site| matches!(site.level, Level::Landmark(_));
    let here = |site: &&&Site| site.stance == Stance::Here;
    let settled = sites.iter().filter(landmark).any(|site| here(&site));
    for site in sites
        .iter()
        .filter(|site| here(site) || site.stance == Stance::Toward && !settled)
    {
        let Level::Landmark(index) = site.level else {
            continue;
        };
        let landmark = &gazetteer.data.landmarks[index as usize];
        let street = landmark.kind == LandmarkKind::Street;
        let in_namesake = |code: UnitCode| {
            let units = |d: &u16| &gazetteer.data.former_districts[*d as usize].units;
            street && namesakes.iter().any(|d| units(d).contains(&code))
        };
        let inside = |&(code, _): &(UnitCode, f32)| holds(districts, code) || in_namesake(code);
        let crossing = landmark.kind == LandmarkKind::Crossing;
        if crossing && !on_one_side(sites) {
            lists.push(landmark.units.clone());
            continue;
        }
        let narrowed = landmark
            .units
            .iter()
            .copied()
            .filter(inside)
            .collect::<Vec<_>>();
        let list = match (narrowed.is_empty(), districts.is_empty()) {
            (false, _) => rescaled(narrowed),
            // A street of that name in a district where we know of none.
            (true, false) if street => continue,
            _ => landmark.units.clone(),
        };
        if !list.is_empty() && !lists.contains(&list) {
            lists.push(list);
        }
    }
    meet(&lists)
}

/// `dốc cầu Tân Thuận phía Q.7`: a district that says which bank is meant.
fn on_one_side(sites: &[&Site]) -> bool {
    sites.iter().any(|site| site.side)
}

/// The units that most lists share; when no two lists share any, all of them.
fn meet(lists: &[Vec<(UnitCode, f32)>]) -> Vec<(UnitCode, f32)> {
    let mut sums: Vec<(UnitCode, usize, f32)> = Vec::new();
    for &(code, weight) in lists.iter().flatten() {
        match sums.iter_mut().find(|(known, ..)| *known == code) {
            Some((_, count, sum)) => {
                *count += 1;
                *sum += weight;
            }
            None => sums.push((code, 1, weight)),
        }
    }
    let most = sums.iter().map(|(_, count, _)| *count).max().unwrap_or(0);
    let shared = sums.into_iter().filter(|(_, count, _)| *count == most);
    let units = shared.map(|(code, count, sum)| (code, sum / count as f32));
    if most > 1 {
        let units = units.collect::<Vec<_>>();
        let alone = units.len() == 1;
        let total = units.iter().map(|(_, weight)| weight).sum::<f32>().min(1.0);
        let certain = |(code, weight)| (code, if alone { 1.0 } else { weight / total });
        units.into_iter().map(certain).collect()
    } else {
        units.collect()
    }
}

/// A local company is named only where it serves.
fn agency_area(gazetteer: &Gazetteer, sites: &[&Site]) -> Vec<(UnitCode, f32)> {
    let mut units = Vec::new();
    for site in sites {
        if let Level::Agency(agency) = site.level {
            let area = &gazetteer.agency_areas[agency as usize];
            let share = 1.0 / area.len().max(1) as f32;
            merge(
                &mut units,
                &area.iter().map(|&code| (code, share)).collect::<Vec<_>>(),
            );
        }
    }
    units
}

/// How likely a mention of a district is about one of its units. Half the mentions of a small
/// district speak of all of it (all four of those in the training set that name nothing finer), the
/// other half of one unit.
fn district_share(n_units: usize) -> f32 {
    let one = 1.0 / n_units.max(1) as f32;
    if n_units <= 4 {
        f32::midpoint(1.0, one)
    } else {
        one
    }
}

/// A district is its main units, each as likely as the other.
fn district_units(gazetteer: &Gazetteer, sites: &[&Site]) -> Vec<(UnitCode, f32)> {
    let mut units = Vec::new();
    for site in sites.iter().filter(|site| site.stance == Stance::Here) {
        if let Level::District(index) = site.level {
            let main = &gazetteer.data.former_districts[index as usize].main_units;
            let share = district_share(main.len());
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
            (Level::City, _) => city += 0.5,
            (Level::Outside, Stance::Here) => outside += 1.0,
            (Level::Outside, Stance::Home) => outside += 1.1,
            (Level::Outside, Stance::Toward) => outside += 0.6,
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
    /// Whether the headline names the city and nothing finer.
    city_title: bool,
    /// Whether it names somewhere else and nothing of the city.
    elsewhere_title: bool,
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
        if self.elsewhere_title && own.explicit.is_empty() {
            return Vec::new();
        }
        if !own.explicit.is_empty() {
            return own.explicit.clone();
        }
        let landmarks = match (address.landmarks.is_empty(), own.landmarks.is_empty()) {
            (false, false) => meet(&[address.landmarks.clone(), own.landmarks.clone()]),
            (false, true) => address.landmarks.clone(),
            _ => own.landmarks.clone(),
        };
        if self.city_title {
            return Vec::new();
        }
        if let Some(parent) = self.parent_units() {
            return within_thread(parent, &landmarks);
        }
        if !landmarks.is_empty() {
            return landmarks;
        }
        if !address.districts.is_empty() {
            return address.districts.clone();
        }
        if !own.faint.is_empty() && own.outside < 1.0 {
            return own.faint.clone();
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
        .filter(|unit| {
            landmarks
                .iter()
                .any(|&(code, weight)| code == unit.code && weight >= 0.4)
        })
        .map(|unit| (unit.code, unit.weight.max(0.6)))
        .collect::<Vec<_>>();
    if shared.is_empty() {
        let all = parent.iter().map(|unit| (unit.code, unit.weight));
        all.collect()
    } else {
        shared
    }
}

/// `TP.HCM kiểm tra 86.000 cây xanh`: places named further down are examples.
fn speaks_of_city(title: &Reading) -> bool {
    let city = |site: &Site| site.level == Level::City;
    let beside = |site: &Site| city(site) || matches!(site.level, Level::Agency(_));
    title.sites.iter().any(city) && title.sites.iter().all(beside)
}

/// `Biên Hòa ngập nặng`: streets named further down are streets over there.
fn speaks_of_elsewhere(title: &Reading) -> bool {
    let elsewhere = |site: &Site| site.level == Level::Outside && site.stance == Stance::Here;
    !title.sites.is_empty() && title.sites.iter().all(elsewhere)
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
