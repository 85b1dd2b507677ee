//! From written forms to sites: which of its meanings a form has where it stands.

use super::Gazetteer;
use super::cue::{self, Marker, Stance};
use super::data::LandmarkKind;
use super::scan::{Gap, Scan};
use super::surface::{Found, Guard, Match, Meaning};
use crate::domain::{Relation, UnitCode, UnitKind};

/// What a site is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// A unit by its own name.
    Unit,
    /// A former ward.
    Ward,
    /// A landmark, by index.
    Landmark(u16),
    /// A former district, by index.
    District(u16),
    /// A province merged into the city.
    Region,
    /// The city.
    City,
    /// Words about everybody in the city.
    CityWide,
    /// Elsewhere.
    Outside,
    /// An agency, by index.
    Agency(u16),
}

/// A place named in a field.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// What it is.
    pub level: Level,
    /// Units it may mean.
    pub units: Vec<(UnitCode, f32)>,
    /// How the sentence stands to it.
    pub stance: Stance,
}

/// The sites of a field and the duties spoken of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// In the order of the text.
    pub sites: Vec<Site>,
    /// Agencies by index, by their duties.
    pub duties: Vec<u16>,
}

/// Tokens between a ward and its district: `Phước Kiển, huyện Nhà Bè`.
const DISTRICT_REACH: usize = 5;

impl Gazetteer {
    /// Reads a field. `context` lists districts that the other fields or the thread name.
    pub(super) fn read(&self, scan: &Scan, context: &[u16]) -> Reading {
        let Found { places, duties } = self.surfaces.find(scan);
        let places = drop_kind_words(scan, places);
        let districts = plain_districts(scan, &places, context);
        let mut sites = Vec::with_capacity(places.len());
        let mut qualifiers = Vec::new();
        let mut list_marker = Marker::None;
        for (i, place) in places.iter().enumerate() {
            let mut marker = cue::marker_before(scan, place.first);
            if marker == Marker::None && continues_list(scan, places.get(i.wrapping_sub(1)), place)
            {
                marker = list_marker;
            }
            list_marker = marker;
            if qualifiers.contains(&i)
                && !matches!(marker, Marker::Ward | Marker::Commune)
                && let Some(district) = district_meaning(place)
            {
                sites.push(district_site(scan, place, district));
                continue;
            }
            let spot = Spot {
                scan,
                place,
                marker,
                old: cue::is_old(scan, place.end),
                following: following_district(scan, &places, i),
                districts: &districts,
            };
            if let Some((site, qualifier)) = self.choose(&spot) {
                if qualifier {
                    qualifiers.push(i + 1);
                }
                sites.push(site);
            }
        }
        self.extend_numbered_lists(scan, &places, &districts, &mut sites);
        Reading { sites, duties }
    }

    /// The best meaning of a form, and whether the next form only says in which district it lies.
    fn choose(&self, spot: &Spot<'_>) -> Option<(Site, bool)> {
        let mut best: Option<(f32, Meaning, bool)> = None;
        for &(meaning, guard) in &spot.place.meanings {
            if !spot.allows(guard) {
                continue;
            }
            let Some((score, qualifier)) = self.score(spot, meaning) else {
                continue;
            };
            if best.is_none_or(|(top, ..)| score > top) {
                best = Some((score, meaning, qualifier));
            }
        }
        let (_, meaning, qualifier) = best?;
        let site = self.site_of(spot, meaning)?;
        Some((site, qualifier))
    }

    /// How well a meaning fits; `None` when it cannot be meant.
    fn score(&self, spot: &Spot<'_>, meaning: Meaning) -> Option<(f32, bool)> {
        use Marker as M;
        let plain = |score: f32| Some((score, false));
        match meaning {
            Meaning::Unit(i) => self.score_unit(spot, i),
            Meaning::Ward(i) => self.score_ward(spot, i),
            Meaning::NumberedWard(_) => plain(5.0),
            Meaning::District(_) => match spot.marker {
                M::District | M::City | M::Town => plain(6.0),
                M::Ward | M::Commune | M::Street => None,
                _ if spot.old => plain(5.0),
                _ => plain(2.0),
            },
            Meaning::Landmark(i) => {
                let street = self.data.landmarks[i as usize].kind == LandmarkKind::Street;
                match spot.marker {
                    M::Street if street => plain(7.0),
                    M::Ward | M::Commune | M::District | M::City | M::Town if street => None,
                    M::Area if street => plain(1.0),
                    _ => plain(if street { 1.5 } else { 3.5 }),
                }
            }
            Meaning::City => match spot.marker {
                M::Ward | M::Street | M::Commune => None,
                _ => plain(4.0),
            },
            Meaning::CityWide => plain(4.0),
            Meaning::Region => match spot.marker {
                M::Ward | M::Commune | M::Street | M::District | M::City => None,
                M::Province => plain(7.0),
                _ => plain(3.5),
            },
            Meaning::Outside => match spot.marker {
                M::Province | M::City => plain(7.0),
                M::Ward | M::Commune | M::Street => None,
                _ => plain(1.8),
            },
            Meaning::Agency(_) => plain(3.9),
            Meaning::Duty(_) => None,
        }
    }

    fn score_unit(&self, spot: &Spot<'_>, index: u16) -> Option<(f32, bool)> {
        let unit = &self.data.units[index as usize];
        let qualifier = spot
            .following
            .is_some_and(|district| self.unit_touches(unit.code, district));
        let elsewhere = spot.following.is_some() && !qualifier;
        let mut score = match spot.marker {
            Marker::Ward if unit.kind == UnitKind::Ward => 6.0,
            Marker::Commune if unit.kind == UnitKind::Commune => 6.0,
            Marker::Zone if unit.kind == UnitKind::SpecialZone => 6.0,
            Marker::Ward | Marker::Commune => 4.0,
            Marker::Street | Marker::Area => 1.2,
            Marker::District | Marker::City | Marker::Province | Marker::Town => return None,
            _ => 3.0,
        };
        if spot.old {
            score -= 2.5;
        }
        if elsewhere {
            score -= 2.2;
        }
        Some((score, qualifier && spot.following_is_bare()))
    }

    fn score_ward(&self, spot: &Spot<'_>, index: u16) -> Option<(f32, bool)> {
        let ward = &self.data.former_wards[index as usize];
        let district = self.ward_district[index as usize];
        let (kind, _) = super::surface::split_kind(&ward.full_name);
        let mut score: f32 = match (spot.marker, kind) {
            (Marker::Ward, "Phường") | (Marker::Commune, "Xã") | (Marker::Town, "Thị trấn") => {
                5.0
            }
            (Marker::Ward | Marker::Commune | Marker::Town, _) => 3.6,
            (Marker::Street, _) => 0.8,
            (Marker::District | Marker::City | Marker::Province | Marker::Zone, _) => return None,
            _ => 2.5,
        };
        if spot.old {
            score += 1.0;
        }
        let follows = spot.following == Some(district);
        if follows {
            score += 2.0;
        } else if spot.following.is_some() {
            score -= 1.5;
        }
        if spot.districts.contains(&district) {
            score += 0.9;
        }
        Some((score, follows))
    }

    fn site_of(&self, spot: &Spot<'_>, meaning: Meaning) -> Option<Site> {
        let (level, units) = match meaning {
            Meaning::Unit(i) if spot.marker == Marker::Street => {
                (Level::Unit, vec![(self.data.units[i as usize].code, 0.6)])
            }
            Meaning::Unit(i) => (Level::Unit, vec![(self.data.units[i as usize].code, 1.0)]),
            Meaning::NumberedWard(number) => (Level::Ward, self.numbered_ward(spot, number)?),
            Meaning::Ward(i) => (Level::Ward, self.named_ward(spot, i)),
            Meaning::District(i) => (Level::District(i), Vec::new()),
            Meaning::Landmark(i) => (
                Level::Landmark(i),
                self.data.landmarks[i as usize].units.clone(),
            ),
            Meaning::City => (Level::City, Vec::new()),
            Meaning::CityWide => (Level::CityWide, Vec::new()),
            Meaning::Region => (Level::Region, Vec::new()),
            Meaning::Outside => (Level::Outside, Vec::new()),
            Meaning::Agency(i) => (Level::Agency(i), Vec::new()),
            Meaning::Duty(_) => return None,
        };
        Some(Site {
            level,
            units,
            stance: cue::stance(spot.scan, spot.place.first),
        })
    }

    /// `P.12` with its district; without one, nothing.
    fn numbered_ward(&self, spot: &Spot<'_>, number: u8) -> Option<Vec<(UnitCode, f32)>> {
        let near = spot.following.into_iter();
        let district = near
            .chain(preceding_district(spot))
            .chain(spot.districts.iter().copied())
            .find(|&district| self.numbered_wards.contains_key(&(district, number)))?;
        let ward = self.numbered_wards[&(district, number)];
        Some(self.ward_weights(ward))
    }

    /// A named former ward: in the district named with it, else in any that has one of that name.
    fn named_ward(&self, spot: &Spot<'_>, index: u16) -> Vec<(UnitCode, f32)> {
        let same_name = spot.place.meanings.iter().filter_map(|&(m, _)| match m {
            Meaning::Ward(i) => Some(i),
            _ => None,
        });
        let candidates = same_name.collect::<Vec<_>>();
        let district_of = |i: &u16| self.ward_district[*i as usize];
        let in_district = |wanted: &dyn Fn(u16) -> bool| {
            let chosen = candidates
                .iter()
                .copied()
                .filter(|i| wanted(district_of(i)));
            chosen.collect::<Vec<_>>()
        };
        let followed = in_district(&|d| spot.following == Some(d));
        let around = in_district(&|d| spot.districts.contains(&d));
        let chosen = [followed, around, candidates.clone(), vec![index]]
            .into_iter()
            .find(|list| !list.is_empty())
            .unwrap_or_default();
        let share = 1.0 / chosen.len() as f32;
        let mut units: Vec<(UnitCode, f32)> = Vec::new();
        for ward in chosen {
            for (code, weight) in self.ward_weights(ward) {
                match units.iter_mut().find(|(known, _)| *known == code) {
                    Some((_, sum)) => *sum += weight * share,
                    None => units.push((code, weight * share)),
                }
            }
        }
        units
    }

    /// The units of a former ward: the default one is the likelier when it was split.
    fn ward_weights(&self, ward: u16) -> Vec<(UnitCode, f32)> {
        let targets = &self.data.former_wards[ward as usize].targets;
        match targets.as_slice() {
            [(code, _)] => vec![(*code, 1.0)],
            [(first, relation), rest @ ..] => {
                let main = if *relation == Relation::Whole {
                    1.0
                } else {
                    0.6
                };
                let share = (1.0 - main) / rest.len() as f32;
                let others = rest.iter().map(|(code, _)| (*code, share));
                std::iter::once((*first, main)).chain(others).collect()
            }
            [] => Vec::new(),
        }
    }

    /// `phường 2, 5 và 14 quận 10`: numbers that go on with a list of numbered wards.
    fn extend_numbered_lists(
        &self,
        scan: &Scan,
        places: &[Match],
        districts: &[u16],
        sites: &mut Vec<Site>,
    ) {
        for place in places {
            if !matches!(place.meanings[0].0, Meaning::NumberedWard(_)) {
                continue;
            }
            for number in cue::listed_numbers(scan, place.end) {
                let district = districts
                    .iter()
                    .find(|&&d| self.numbered_wards.contains_key(&(d, number)));
                let Some(&district) = district else { continue };
                sites.push(Site {
                    level: Level::Ward,
                    units: self.ward_weights(self.numbered_wards[&(district, number)]),
                    stance: Stance::Here,
                });
            }
        }
    }

    fn unit_touches(&self, code: UnitCode, district: u16) -> bool {
        self.data.former_districts[district as usize]
            .units
            .contains(&code)
    }
}

/// A form and what stands around it.
struct Spot<'a> {
    scan: &'a Scan,
    place: &'a Match,
    marker: Marker,
    old: bool,
    /// The district named right behind it, and whether by a bare name.
    following: Option<u16>,
    districts: &'a [u16],
}

impl Spot<'_> {
    fn allows(&self, guard: Guard) -> bool {
        let first = &self.scan.tokens[self.place.first];
        match guard {
            Guard::None => true,
            Guard::Marked => self.marker != Marker::None,
            Guard::Hashtag => first.hashtag,
            Guard::Capital => {
                self.marker != Marker::None
                    || self.scan.tokens[self.place.first..self.place.end]
                        .iter()
                        .all(|t| t.case != super::scan::Case::Lower || t.number)
            }
        }
    }

    fn following_is_bare(&self) -> bool {
        self.following.is_some()
    }
}

fn district_meaning(place: &Match) -> Option<u16> {
    place
        .meanings
        .iter()
        .find_map(|&(meaning, _)| match meaning {
            Meaning::District(i) => Some(i),
            _ => None,
        })
}

/// The district that the next form may be, when it stands close behind in the same sentence.
fn following_district(scan: &Scan, places: &[Match], index: usize) -> Option<u16> {
    let place = &places[index];
    places[index + 1..]
        .iter()
        .take(2)
        .take_while(|next| {
            next.first - place.end <= DISTRICT_REACH
                && scan.tokens[place.end..=next.first]
                    .iter()
                    .all(|t| t.gap != Gap::Break)
        })
        .find_map(|next| {
            let marker = cue::marker_before(scan, next.first);
            let joined_by_and = cue::is_and(scan, next.first);
            if joined_by_and || matches!(marker, Marker::Ward | Marker::Commune | Marker::Street) {
                None
            } else {
                district_meaning(next)
            }
        })
}

/// `Q.4, P.13`: the district right before.
fn preceding_district(spot: &Spot<'_>) -> Option<u16> {
    spot.districts.first().copied()
}

/// Whether a form goes on with a list that the one before it began.
fn continues_list(scan: &Scan, previous: Option<&Match>, place: &Match) -> bool {
    let Some(previous) = previous else {
        return false;
    };
    let between = &scan.tokens[previous.end.min(place.first)..place.first];
    let gap = scan.tokens[place.first].gap;
    match between.len() {
        0 => gap == Gap::Comma || gap == Gap::Joint,
        1 => cue::is_and(scan, place.first) && gap < Gap::Break,
        _ => false,
    }
}

/// `TP` and `thành phố` before a name say its kind, not the city.
fn drop_kind_words(scan: &Scan, mut places: Vec<Match>) -> Vec<Match> {
    let followed = |place: &Match, places: &[Match]| {
        places
            .iter()
            .any(|next| next.first == place.end && scan.tokens[next.first].gap < Gap::Comma)
    };
    let kind_word = |place: &Match| {
        let words = &scan.folded[scan.tokens[place.first].fold_start as usize
            ..scan.tokens[place.end - 1].fold_end as usize];
        matches!(words, "tp" | "thanh pho")
    };
    let copy = places.clone();
    places.retain(|place| !(kind_word(place) && followed(place, &copy)));
    places
}

fn district_site(scan: &Scan, place: &Match, district: u16) -> Site {
    Site {
        level: Level::District(district),
        units: Vec::new(),
        stance: cue::stance(scan, place.first),
    }
}

/// Districts named beyond doubt, plus those of the context.
fn plain_districts(scan: &Scan, places: &[Match], context: &[u16]) -> Vec<u16> {
    let mut districts = Vec::new();
    for place in places {
        let marker = cue::marker_before(scan, place.first);
        let sure = place.meanings.len() == 1
            || matches!(marker, Marker::District | Marker::City)
            || cue::is_old(scan, place.end);
        if let (true, Some(district)) = (sure, district_meaning(place)) {
            districts.push(district);
        }
    }
    districts.extend_from_slice(context);
    districts
}
