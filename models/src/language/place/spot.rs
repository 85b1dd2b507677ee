//! What stands around a form: its markers, its neighbours, and what the other fields name.

use super::Gazetteer;
use super::cue::{self, Marker, Stance};
use super::scan::{Case, Gap, Scan};
use super::site::{Level, Site};
use super::surface::{Found, Guard, Match, Meaning};
use crate::domain::UnitCode;

/// Tokens between a ward and its district: `Phước Kiển, huyện Nhà Bè`.
const DISTRICT_REACH: usize = 5;

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
pub(super) struct Spot<'a> {
    pub scan: &'a Scan,
    pub place: &'a Match,
    pub marker: Marker,
    pub old: bool,
    /// The district named right behind it.
    pub following: Option<u16>,
    /// Whether that name can only be a district's.
    pub following_sure: bool,
    /// Whether a place outside the city stands behind it: `phường Tân Định, TP Nha Trang`.
    pub elsewhere: bool,
    /// Whether another form ends or begins right there.
    pub after_match: bool,
    pub before_match: bool,
    pub context: &'a Context,
}

impl Spot<'_> {
    pub fn is_hashtag(&self) -> bool {
        self.scan.tokens[self.place.first].hashtag
    }

    pub fn allows(&self, guard: Guard) -> bool {
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
pub(super) fn settle(stance: Stance, level: Level, marked: bool) -> Stance {
    match (stance, level) {
        (Stance::Toward | Stance::Compared, _) if marked => Stance::Here,
        (Stance::Home, Level::Unit | Level::Ward | Level::District(_)) => Stance::Here,
        _ => stance,
    }
}

pub(super) fn district_meaning(place: &Match) -> Option<u16> {
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
pub(super) fn following_district(
    scan: &Scan,
    places: &[Match],
    index: usize,
) -> Option<(u16, bool)> {
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
pub(super) fn lies_elsewhere(scan: &Scan, places: &[Match], index: usize, marker: Marker) -> bool {
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
pub(super) fn continues_list(scan: &Scan, previous: Option<&Match>, place: &Match) -> bool {
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
pub(super) fn drop_kind_words(scan: &Scan, mut places: Vec<Match>) -> Vec<Match> {
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

pub(super) fn district_site(scan: &Scan, place: &Match, district: u16) -> Site {
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
