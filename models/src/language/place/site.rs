//! From written forms to sites: which of its meanings a form has where it stands.

use super::Gazetteer;
use super::cue::{self, Marker, Stance};
use super::data::LandmarkKind;
use super::scan::Scan;
use super::spot::{
    Context, Spot, continues_list, district_meaning, district_site, drop_kind_words,
    following_district, lies_elsewhere, settle,
};
use super::surface::{Found, Match, Meaning};
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
    /// Whether the word for its kind stood before it, or before the list it is in.
    pub marked: bool,
    /// Whether it stands in a list with the site before or behind it.
    pub linked: bool,
    /// The former district that goes by the same name.
    pub namesake: Option<u16>,
    /// Whether it says on which side: `phía Q.7`.
    pub side: bool,
}

/// The sites of a field and the duties spoken of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reading {
    /// In the order of the text.
    pub sites: Vec<Site>,
    /// Agencies by index, by their duties.
    pub duties: Vec<u16>,
}

impl Gazetteer {
    /// Finds what a field names.
    pub(super) fn find(&self, scan: &Scan) -> Found {
        let mut found = self.surfaces.find(scan);
        found.places = drop_kind_words(scan, found.places);
        found
    }

    /// Reads a field. `context` is what the other fields and the thread name.
    pub(super) fn read(&self, scan: &Scan, found: &Found, context: &Context) -> Reading {
        let places = &found.places;
        let mut sites: Vec<Site> = Vec::with_capacity(places.len());
        let mut qualifier = usize::MAX;
        let mut list_marker = Marker::None;
        for (i, place) in places.iter().enumerate() {
            let own_marker = cue::marker_before(scan, place.first);
            let mut marker = own_marker;
            let listed = continues_list(scan, places.get(i.wrapping_sub(1)), place);
            if marker == Marker::None && listed {
                marker = list_marker;
            }
            list_marker = if marker.is_unit() {
                marker
            } else {
                Marker::None
            };
            let says_where = qualifier == i && !own_marker.is_unit();
            if says_where && let Some(district) = district_meaning(place) {
                sites.push(district_site(scan, place, district));
                continue;
            }
            let following = following_district(scan, places, i);
            let spot = Spot {
                scan,
                place,
                marker,
                old: cue::is_old(scan, place.end),
                following: following.map(|(district, _)| district),
                following_sure: following.is_some_and(|(_, sure)| sure),
                elsewhere: lies_elsewhere(scan, places, i, marker),
                after_match: i > 0 && places[i - 1].end == place.first,
                before_match: places
                    .get(i + 1)
                    .is_some_and(|next| next.first == place.end),
                context,
            };
            let Some((mut site, next_says_where)) = self.choose(&spot) else {
                continue;
            };
            // `các phường Gia Định, Bình Thạnh` goes on with another ward.
            let of_today = site.level == Level::Unit;
            if next_says_where && !(of_today && cue::is_plural(scan, place.first)) {
                qualifier = i + 1;
            }
            site.linked = listed;
            if listed && let Some(previous) = sites.last_mut() {
                previous.linked = true;
            }
            sites.push(site);
        }
        self.extend_numbered_lists(scan, places, context, &mut sites);
        Reading {
            sites,
            duties: found.duties.clone(),
        }
    }

    /// The best meaning of a form, and whether the next form only says in which district it lies.
    fn choose(&self, spot: &Spot<'_>) -> Option<(Site, bool)> {
        let mut best: Option<(f32, Meaning, bool)> = None;
        for &(meaning, guard) in &spot.place.meanings {
            if !spot.allows(guard) {
                continue;
            }
            if spot.elsewhere && !matches!(meaning, Meaning::Outside | Meaning::City) {
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
            Meaning::NumberedWard(_) => Some((5.0, spot.following.is_some())),
            Meaning::District(_) => match spot.marker {
                M::District | M::City => plain(6.0),
                M::Ward | M::Commune | M::Town | M::Street => None,
                _ if spot.is_hashtag() => plain(3.2),
                _ if spot.old => plain(5.0),
                _ => plain(2.0),
            },
            Meaning::Landmark(i) => {
                let street = self.data.landmarks[i as usize].kind == LandmarkKind::Street;
                match spot.marker {
                    M::Street if street => plain(7.0),
                    M::Ward | M::Commune | M::District | M::City | M::Town if street => None,
                    M::Area if street => plain(1.0),
                    // A street beats a former ward of its name, not a unit of today.
                    _ => plain(if street { 2.6 } else { 2.9 }),
                }
            }
            Meaning::City => match spot.marker {
                M::Ward | M::Street | M::Commune => None,
                _ => plain(4.0),
            },
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
        if elsewhere && spot.following_sure && spot.marker == Marker::None {
            return None;
        }
        let mut score = match spot.marker {
            Marker::Ward if unit.kind == UnitKind::Ward => 6.0,
            Marker::Commune if unit.kind == UnitKind::Commune => 6.0,
            Marker::Zone if unit.kind == UnitKind::SpecialZone => 6.0,
            Marker::Ward | Marker::Commune => 4.0,
            Marker::Street | Marker::Area | Marker::Hamlet => 1.2,
            Marker::District | Marker::City | Marker::Province | Marker::Town => return None,
            _ => 3.0,
        };
        if spot.old {
            score -= 2.5;
        }
        if elsewhere {
            score -= 2.2;
        }
        Some((score, qualifier))
    }

    fn score_ward(&self, spot: &Spot<'_>, index: u16) -> Option<(f32, bool)> {
        let ward = &self.data.former_wards[index as usize];
        let (kind, _) = super::forms::split_kind(&ward.full_name);
        let mut score: f32 = match (spot.marker, kind) {
            (Marker::Ward, "Phường") | (Marker::Commune, "Xã") | (Marker::Town, "Thị trấn") => {
                5.0
            }
            (Marker::Ward | Marker::Commune | Marker::Town, _) => 3.6,
            (Marker::Street | Marker::Hamlet, _) => 0.8,
            (Marker::District | Marker::City | Marker::Province | Marker::Zone, _) => return None,
            _ => 2.5,
        };
        if spot.old {
            score += 1.0;
        }
        let follows = spot.following.is_some_and(|d| self.lies_in(index, d));
        if follows {
            score += 2.0;
        } else if spot.following_sure && spot.marker == Marker::None {
            return None;
        } else if spot.following.is_some() {
            score -= 1.5;
        }
        let near = |(code, _): &(UnitCode, Relation)| spot.context.units.contains(code);
        let districts = &spot.context.districts;
        if districts.iter().any(|&d| self.lies_in(index, d)) || ward.targets.iter().any(near) {
            score += 0.9;
        }
        Some((score, follows))
    }

    fn site_of(&self, spot: &Spot<'_>, meaning: Meaning) -> Option<Site> {
        let (level, mut units) = match meaning {
            Meaning::Unit(i) => (Level::Unit, vec![(self.data.units[i as usize].code, 1.0)]),
            Meaning::NumberedWard(number) => (Level::Ward, self.numbered_ward(spot, number)?),
            Meaning::Ward(i) => (Level::Ward, self.named_ward(spot, i)),
            Meaning::District(i) => (Level::District(i), Vec::new()),
            Meaning::Landmark(i) => (
                Level::Landmark(i),
                self.data.landmarks[i as usize].units.clone(),
            ),
            Meaning::City => (Level::City, Vec::new()),
            Meaning::Region => (Level::Region, Vec::new()),
            Meaning::Outside => (Level::Outside, Vec::new()),
            Meaning::Agency(i) => (Level::Agency(i), Vec::new()),
            Meaning::Duty(_) => return None,
        };
        let named = matches!(level, Level::Unit | Level::Ward);
        if named && matches!(spot.marker, Marker::Street | Marker::Hamlet) {
            // A street or hamlet of this name need not lie in the unit of this name.
            for (_, weight) in &mut units {
                *weight *= 0.6;
            }
        }
        let by_its_name = matches!(meaning, Meaning::Unit(_) | Meaning::Ward(_));
        let namesake = district_meaning(spot.place).filter(|_| by_its_name);
        let marked = spot.marker.is_unit() || matches!(meaning, Meaning::NumberedWard(_));
        Some(Site {
            level,
            units,
            stance: settle(cue::stance(spot.scan, spot.place.first), level, marked),
            marked,
            linked: false,
            namesake,
            side: cue::is_side(spot.scan, spot.place.first),
        })
    }

    /// `P.12` with its district; without one, the only one that fits the streets named with it.
    fn numbered_ward(&self, spot: &Spot<'_>, number: u8) -> Option<Vec<(UnitCode, f32)>> {
        let known = |district: &u16| self.numbered_wards.get(&(*district, number)).copied();
        let near = spot.following.iter().chain(&spot.context.districts);
        let ward = near
            .copied()
            .find_map(|district| known(&district))
            .or_else(|| self.only_fitting_ward(spot.context, number))?;
        Some(self.ward_weights(ward))
    }

    fn only_fitting_ward(&self, context: &Context, number: u8) -> Option<u16> {
        let touched = |district: u16| {
            let units = &self.data.former_districts[district as usize].main_units;
            units.iter().any(|code| context.units.contains(code))
        };
        let mut fitting = self
            .numbered_wards
            .iter()
            .filter(|&(&(district, n), _)| n == number && touched(district));
        let (_, &only) = fitting.next()?;
        fitting.next().is_none().then_some(only)
    }

    /// A named former ward: in the district named with it, else in any that has one of that name.
    fn named_ward(&self, spot: &Spot<'_>, index: u16) -> Vec<(UnitCode, f32)> {
        let same_name = spot.place.meanings.iter().filter_map(|&(m, _)| match m {
            Meaning::Ward(i) => Some(i),
            _ => None,
        });
        let candidates = same_name.collect::<Vec<_>>();
        let in_district = |wanted: &dyn Fn(u16) -> bool| {
            let chosen = candidates.iter().copied().filter(|&i| wanted(i));
            chosen.collect::<Vec<_>>()
        };
        let followed = in_district(&|i| spot.following.is_some_and(|d| self.lies_in(i, d)));
        let districts = &spot.context.districts;
        let around = in_district(&|i| districts.iter().any(|&d| self.lies_in(i, d)));
        let of_kind = |i: &u16| {
            let (kind, _) =
                super::forms::split_kind(&self.data.former_wards[*i as usize].full_name);
            matches!(
                (spot.marker, kind),
                (Marker::Ward, "Phường") | (Marker::Commune, "Xã") | (Marker::Town, "Thị trấn")
            )
        };
        let near = candidates
            .iter()
            .copied()
            .filter(|&i| {
                let targets = &self.data.former_wards[i as usize].targets;
                targets
                    .iter()
                    .any(|(code, _)| spot.context.units.contains(code))
            })
            .collect::<Vec<_>>();
        let same_kind = candidates
            .iter()
            .copied()
            .filter(of_kind)
            .collect::<Vec<_>>();
        let chosen = [
            followed,
            around,
            near,
            same_kind,
            candidates.clone(),
            vec![index],
        ]
        .into_iter()
        .find(|list| !list.is_empty())
        .unwrap_or_default();
        let mut units: Vec<(UnitCode, f32)> = Vec::new();
        // A name that was in force last is meant more often than one that vanished years before.
        let until = |i: u16| self.data.former_wards[i as usize].valid_until;
        let latest = chosen.iter().map(|&i| until(i)).max();
        let part = |i: u16| if Some(until(i)) == latest { 1.0 } else { 0.15 };
        let total = chosen.iter().map(|&i| part(i)).sum::<f32>();
        for ward in chosen {
            let share = part(ward) / total;
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
        context: &Context,
        sites: &mut Vec<Site>,
    ) {
        for place in places {
            if !matches!(place.meanings[0].0, Meaning::NumberedWard(_)) {
                continue;
            }
            for number in cue::listed_numbers(scan, place.end) {
                let district = context
                    .districts
                    .iter()
                    .find(|&&d| self.numbered_wards.contains_key(&(d, number)));
                let Some(&district) = district else { continue };
                sites.push(Site {
                    level: Level::Ward,
                    units: self.ward_weights(self.numbered_wards[&(district, number)]),
                    stance: Stance::Here,
                    marked: true,
                    linked: true,
                    namesake: None,
                    side: false,
                });
            }
        }
    }

    /// Whether a former ward lay in a district, or in the one that took that district over.
    fn lies_in(&self, ward: u16, district: u16) -> bool {
        let own = self.ward_district[ward as usize];
        let enclosed = self.district_within[district as usize] == Some(own);
        let targets = &self.data.former_wards[ward as usize].targets;
        let touched = targets
            .iter()
            .any(|&(code, _)| self.unit_touches(code, district));
        own == district || (enclosed && touched)
    }

    fn unit_touches(&self, code: UnitCode, district: u16) -> bool {
        self.data.former_districts[district as usize]
            .units
            .contains(&code)
    }
}
