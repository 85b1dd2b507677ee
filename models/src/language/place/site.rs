//! From written forms to sites: which of its meanings a form has where it stands.

use super::Gazetteer;
use super::cue::{self, Marker, Stance};
use super::data::LandmarkKind;
use super::scan::{Case, Gap, Scan};
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

/// Tokens between a ward and its district: `Phước Kiển, huyện Nhà Bè`.
const DISTRICT_REACH: usize = 5;

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
            let qualifies = qualifier == i && !own_marker.is_unit();
            if qualifies && let Some(district) = district_meaning(place) {
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
            let Some((mut site, qualified)) = self.choose(&spot) else {
                continue;
            };
            // `các phường Gia Định, Bình Thạnh` goes on with another ward.
            let of_today = site.level == Level::Unit;
            if qualified && !(of_today && cue::is_plural(scan, place.first)) {
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
        let (kind, _) = super::surface::split_kind(&ward.full_name);
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
            units.iter_mut().for_each(|(_, weight)| *weight *= 0.6);
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
                super::surface::split_kind(&self.data.former_wards[*i as usize].full_name);
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

/// What the fields and the thread together name.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    /// Districts, those named first come first.
    pub districts: Vec<u16>,
    /// Units of the landmarks and of the thread.
    pub units: Vec<UnitCode>,
}

impl Context {
    /// Adds what a field names.
    pub fn add(&mut self, gazetteer: &Gazetteer, scan: &Scan, found: &Found) {
        for place in &found.places {
            let marker = cue::marker_before(scan, place.first);
            let sure = place.meanings.len() == 1
                || matches!(marker, Marker::District | Marker::City)
                || cue::is_old(scan, place.end);
            if let (true, Some(district)) = (sure, district_meaning(place))
                && !self.districts.contains(&district)
            {
                self.districts.push(district);
            }
            for &(meaning, _) in &place.meanings {
                if let Meaning::Landmark(i) = meaning {
                    let units = &gazetteer.data.landmarks[i as usize].units;
                    self.units.extend(units.iter().map(|(code, _)| *code));
                }
            }
        }
    }
}

/// A form and what stands around it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one fact about the surroundings"
)]
struct Spot<'a> {
    scan: &'a Scan,
    place: &'a Match,
    marker: Marker,
    old: bool,
    /// The district named right behind it.
    following: Option<u16>,
    /// Whether that name can only be a district's.
    following_sure: bool,
    /// Whether a place outside the city stands behind it: `phường Tân Định, TP Nha Trang`.
    elsewhere: bool,
    /// Whether another form ends or begins right there.
    after_match: bool,
    before_match: bool,
    context: &'a Context,
}

impl Spot<'_> {
    fn is_hashtag(&self) -> bool {
        self.scan.tokens[self.place.first].hashtag
    }

    fn allows(&self, guard: Guard) -> bool {
        let tokens = &self.scan.tokens[self.place.first..self.place.end];
        let marked = self.marker != Marker::None;
        let cased = tokens.iter().all(|t| t.case != Case::Lower || t.number);
        match guard {
            Guard::None => marked || !self.within_a_name(),
            Guard::Marked => marked,
            Guard::Hashtag => self.is_hashtag(),
            Guard::Accented => {
                marked || cased || tokens.iter().any(|t| t.accented) || self.behind_place_word()
            }
            Guard::Capital => marked || cased,
        }
    }

    /// Whether it is a part of a longer name: `Phú Mỹ` in `Lê Phú Mỹ Nhân`.
    fn within_a_name(&self) -> bool {
        let tokens = &self.scan.tokens;
        let own = &tokens[self.place.first..self.place.end];
        let by_kind = self.place.meanings.iter().all(|(meaning, _)| {
            matches!(
                meaning,
                Meaning::Agency(_) | Meaning::City | Meaning::Landmark(_)
            )
        });
        if own.iter().any(|token| token.number) || self.after_match || own[0].gap != Gap::Space {
            return self.goes_on();
        }
        let Some(before) = self.place.first.checked_sub(1).map(|i| &tokens[i]) else {
            return self.goes_on();
        };
        let surname = matches!(
            self.scan.fold(self.place.first - 1),
            "nguyen" | "tran" | "pham" | "huynh" | "dang" | "ngo" | "truong" | "trinh" | "dinh"
        ) && !matches!(before.case, Case::Upper);
        let titled =
            before.case == Case::Title && own[0].case == Case::Title && before.gap < Gap::Comma;
        surname || (titled && !by_kind) || self.goes_on()
    }

    /// `Nguyễn Duy` in `Nguyễn Duy Dương` is another street.
    fn goes_on(&self) -> bool {
        let street = self
            .place
            .meanings
            .iter()
            .any(|(meaning, _)| matches!(meaning, Meaning::Landmark(_)));
        let own = &self.scan.tokens[self.place.first];
        street
            && !self.before_match
            && own.case == Case::Title
            && self.scan.tokens.get(self.place.end).is_some_and(|next| {
                next.gap == Gap::Space && next.case == Case::Title && next.end - next.start > 1
            })
    }

    /// `ở`, `chợ`, `trường`: what follows is a place even without accents or capitals.
    fn behind_place_word(&self) -> bool {
        matches!(
            self.scan.before(self.place.first, 1),
            "o" | "tai"
                | "khu"
                | "cho"
                | "truong"
                | "te"
                | "cu"
                | "gan"
                | "khuc"
                | "doan"
                | "ga"
                | "ap"
        )
    }
}

/// Who lives in a unit, or goes to one named in full, speaks of it.
fn settle(stance: Stance, level: Level, marked: bool) -> Stance {
    match (stance, level) {
        (Stance::Toward | Stance::Compared, _) if marked => Stance::Here,
        (Stance::Home, Level::Unit | Level::Ward | Level::District(_)) => Stance::Here,
        _ => stance,
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

/// The district that the next form may be, when it stands close behind in the same sentence, and
/// whether it can only be one.
fn following_district(scan: &Scan, places: &[Match], index: usize) -> Option<(u16, bool)> {
    let place = &places[index];
    let next = places.get(index + 1)?;
    let near = next.first - place.end <= DISTRICT_REACH;
    let joined = scan.tokens[place.end..=next.first]
        .iter()
        .all(|t| t.gap != Gap::Break);
    if !near || !joined || cue::is_and(scan, next.first) {
        return None;
    }
    let marker = cue::marker_before(scan, next.first);
    if marker.is_unit() || marker == Marker::Street {
        return None;
    }
    let sure = next.meanings.len() == 1
        || matches!(marker, Marker::District | Marker::City)
        || cue::is_old(scan, next.end);
    district_meaning(next).map(|district| (district, sure))
}

/// Whether the form before a comma lies in the province or city named behind it.
fn lies_elsewhere(scan: &Scan, places: &[Match], index: usize, marker: Marker) -> bool {
    let place = &places[index];
    let Some(next) = places.get(index + 1) else {
        return false;
    };
    let outside = next.meanings.iter().all(|(m, _)| *m == Meaning::Outside);
    let close = next.first - place.end <= 2;
    let gaps = scan.tokens[place.end..=next.first].iter().map(|t| t.gap);
    let comma = gaps
        .clone()
        .any(|gap| gap == Gap::Comma || gap == Gap::Bracket);
    let joined = comma && gaps.clone().all(|gap| gap < Gap::Break);
    let next_marker = cue::marker_before(scan, next.first);
    let named = matches!(next_marker, Marker::City | Marker::Province);
    outside && close && joined && (named || marker.is_unit() || marker == Marker::Street)
}

/// Whether a form goes on with a list that the one before it began.
fn continues_list(scan: &Scan, previous: Option<&Match>, place: &Match) -> bool {
    let Some(previous) = previous else {
        return false;
    };
    // Over the word for its kind: `Phú Mỹ Hưng, xã Nhà Bè và xã Bình Hưng`.
    let mut first = place.first;
    while first > previous.end && cue::is_kind_word(scan, first - 1) {
        first -= 1;
    }
    let Some(token) = scan.tokens.get(first) else {
        return false;
    };
    match first.saturating_sub(previous.end) {
        0 => token.gap == Gap::Comma || token.gap == Gap::Joint,
        1 => cue::is_and(scan, first) && token.gap < Gap::Break,
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
        marked: false,
        linked: false,
        namesake: None,
        side: false,
    }
}
