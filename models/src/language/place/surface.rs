//! All the ways people write a place, in one automaton.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use rustc_hash::FxHashMap;

use super::data::{GazetteerData, GazetteerError, LandmarkKind};
use super::forms::{
    CITY_NAMES, guard_of, kind_variants, number_words, short_forms, split_kind, ward_number,
};
use super::scan::{Case, Gap, Scan};

/// What a written form may mean. Numbers index the lists of the gazetteer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Meaning {
    /// A unit.
    Unit(u16),
    /// A former ward, by its number: resolved with a district.
    NumberedWard(u8),
    /// A former ward with a name.
    Ward(u16),
    /// A former district.
    District(u16),
    /// A landmark.
    Landmark(u16),
    /// The city.
    City,
    /// A province merged into the city: Bình Dương, Bà Rịa – Vũng Tàu.
    Region,
    /// Somewhere else.
    Outside,
    /// An agency, by name.
    Agency(u16),
    /// Words that an agency answers for.
    Duty(u16),
}

/// How a form must stand in the text to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guard {
    /// Anyhow.
    None,
    /// The word for its kind must stand before it.
    Marked,
    /// As a hashtag only: `#phuockien`.
    Hashtag,
    /// Capitalised, marked, behind a word of place, or at least with its accents: without them it is
    /// an everyday word.
    Accented,
    /// Capitalised or marked: it is an everyday word even with its accents.
    Capital,
}

#[derive(Clone, Debug)]
struct Form {
    keys: Vec<u64>,
    meaning: Meaning,
    guard: Guard,
}

/// A form found in a field.
#[derive(Clone, Debug)]
pub(crate) struct Match {
    /// First token.
    pub first: usize,
    /// One past the last token.
    pub end: usize,
    /// What it may mean, each with the guard it needs; never empty.
    pub meanings: Vec<(Meaning, Guard)>,
}

/// The automaton and its forms.
pub(crate) struct Surfaces {
    automaton: AhoCorasick,
    forms: Vec<Vec<Form>>,
}

impl Surfaces {
    /// Collects all forms of the data.
    pub fn new(data: &GazetteerData) -> Result<Self, GazetteerError> {
        let mut collector = Collector::default();
        collector.add_units(data);
        collector.add_wards(data);
        collector.add_districts(data);
        collector.add_landmarks(data);
        collector.add_agencies(data);
        collector.add_outside(data);
        collector.add_city();
        collector.build()
    }

    /// How many distinct folded forms there are.
    pub fn len(&self) -> usize {
        self.forms.len()
    }

    /// Finds forms, longest first from the left, none overlapping; duties come apart, since they
    /// are no places.
    pub fn find(&self, scan: &Scan) -> Found {
        let unaccented = scan.unaccented;
        let mut found = Found::default();
        let mut places = Vec::new();
        for hit in self.automaton.find_overlapping_iter(&scan.folded) {
            let Some(first) = scan.token_at(hit.start() + 1) else {
                continue;
            };
            let length = self.forms[hit.pattern().as_usize()][0].keys.len();
            let end = first + length;
            let mut meanings = Vec::new();
            for form in &self.forms[hit.pattern().as_usize()] {
                if !fits(scan, first, &form.keys, unaccented)
                    || splits_a_word(scan, first, end, form.meaning)
                {
                    continue;
                }
                match form.meaning {
                    Meaning::Duty(agency) => found.duties.push(agency),
                    meaning => meanings.push((meaning, form.guard)),
                }
            }
            if !meanings.is_empty() {
                places.push(Match {
                    first,
                    end,
                    meanings,
                });
            }
        }
        places.sort_by_key(|m| (m.first, usize::MAX - m.end));
        let mut covered = 0;
        for place in places {
            if place.first >= covered {
                covered = place.end;
                found.places.push(place);
            }
        }
        found
    }
}

/// What one field holds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    /// Names of places and agencies.
    pub places: Vec<Match>,
    /// Agencies whose duties are spoken of, by index; may repeat.
    pub duties: Vec<u16>,
}

/// Whether the accents of the text allow this reading, and no sentence ends inside it.
fn fits(scan: &Scan, first: usize, keys: &[u64], unaccented: bool) -> bool {
    let tokens = &scan.tokens[first..first + keys.len()];
    let accents_fit = tokens
        .iter()
        .zip(keys)
        .all(|(token, &key)| !token.accented || token.key == key);
    let bare = tokens.iter().all(|token| !token.accented);
    let same = tokens
        .iter()
        .zip(keys)
        .all(|(token, &key)| token.key == key);
    let gaps_fit = tokens[1..].iter().all(|token| token.gap < Gap::Comma);
    accents_fit && gaps_fit && (same || bare || unaccented)
}

/// `an Bình` in `công an Bình Châu` is no place; `chợ Quán`, `cầu Kiệu` are.
fn splits_a_word(scan: &Scan, first: usize, end: usize, meaning: Meaning) -> bool {
    let start = &scan.tokens[first];
    let last = &scan.tokens[end - 1];
    let split = start.case == Case::Lower && !start.number && last.case == Case::Title;
    let kind_word = matches!(
        scan.fold(first),
        "cho" | "cau" | "ben" | "xom" | "vuon" | "ga" | "tp" | "q" | "p" | "f" | "quan" | "phuong"
    );
    let by_kind = matches!(
        meaning,
        Meaning::Landmark(_) | Meaning::Agency(_) | Meaning::City | Meaning::Duty(_)
    );
    split && !kind_word && !by_kind
}

#[derive(Default)]
struct Collector {
    forms: FxHashMap<String, Vec<Form>>,
}

impl Collector {
    fn add(&mut self, text: &str, meaning: Meaning, guard: Guard) {
        let scan = Scan::new(text);
        if scan.tokens.is_empty() {
            return;
        }
        let form = Form {
            keys: scan.tokens.iter().map(|t| t.key).collect(),
            meaning,
            guard,
        };
        let known = self.forms.entry(scan.folded).or_default();
        if !known
            .iter()
            .any(|other| other.meaning == meaning && other.keys == form.keys)
        {
            known.push(form);
        }
    }

    /// `#phuockien`, and `phuockien` as people type it.
    fn add_squashed(&mut self, name: &str, meaning: Meaning) {
        let scan = Scan::new(name);
        if scan.tokens.len() > 1 {
            let squashed: String = scan.folded.split(' ').collect();
            let guard = if squashed.len() > 8 {
                Guard::None
            } else {
                Guard::Hashtag
            };
            self.add(&squashed, meaning, guard);
        }
    }

    fn add_units(&mut self, data: &GazetteerData) {
        for (i, unit) in data.units.iter().enumerate() {
            let meaning = Meaning::Unit(i as u16);
            let guard = guard_of(&unit.name);
            self.add(&unit.name, meaning, guard);
            self.add_squashed(&unit.name, meaning);
            self.add_shortened(&unit.name, meaning);
        }
    }

    /// `bđông`, `b.đông` for `Bình Đông`.
    fn add_shortened(&mut self, name: &str, meaning: Meaning) {
        let Some((first, second)) = name.split_once(' ') else {
            return;
        };
        let initial = first.chars().take(1).collect::<String>();
        let plain = second.contains(' ')
            || second.chars().count() < 4
            || matches!(initial.as_str(), "Đ" | "P" | "Q" | "H" | "X" | "F");
        if !plain {
            self.add(&format!("{initial}{second}"), meaning, Guard::Accented);
            self.add(&format!("{initial}.{second}"), meaning, Guard::Accented);
        }
    }

    fn add_wards(&mut self, data: &GazetteerData) {
        for number in 1..=28_u8 {
            for marker in ["phường", "p", "f", "ph"] {
                let meaning = Meaning::NumberedWard(number);
                self.add(&format!("{marker} {number}"), meaning, Guard::None);
                self.add(&format!("{marker} {number:02}"), meaning, Guard::None);
            }
        }
        for (i, ward) in data.former_wards.iter().enumerate() {
            let (_, name) = split_kind(&ward.full_name);
            if ward_number(&ward.full_name).is_some() {
                continue;
            }
            let meaning = Meaning::Ward(i as u16);
            let guard = guard_of(name);
            self.add(name, meaning, guard);
            self.add_squashed(name, meaning);
        }
    }

    fn add_districts(&mut self, data: &GazetteerData) {
        for (i, district) in data.former_districts.iter().enumerate() {
            let meaning = Meaning::District(i as u16);
            let (_, name) = split_kind(&district.name);
            if let Ok(number) = name.parse::<u8>() {
                for marker in ["quận", "q", "qận", "wận"] {
                    self.add(&format!("{marker} {number}"), meaning, Guard::None);
                    self.add(&format!("{marker} {number:02}"), meaning, Guard::None);
                }
                for word in number_words(number) {
                    self.add(&format!("quận {word}"), meaning, Guard::None);
                }
                continue;
            }
            self.add(name, meaning, Guard::None);
            self.add_squashed(name, meaning);
            for alias in &district.aliases {
                let (_, bare) = split_kind(alias);
                self.add(bare, meaning, Guard::None);
            }
            for short in short_forms(name) {
                self.add(&short, meaning, Guard::Marked);
            }
        }
        for (short, full) in [
            ("bthanh", "Bình Thạnh"),
            ("bchanh", "Bình Chánh"),
            ("b chánh", "Bình Chánh"),
            ("b thạnh", "Bình Thạnh"),
            ("b tân", "Bình Tân"),
            ("g vấp", "Gò Vấp"),
            ("p nhuận", "Phú Nhuận"),
            ("t bình", "Tân Bình"),
            ("t phú", "Tân Phú"),
            ("tp tđ", "Thủ Đức"),
            ("tptđ", "Thủ Đức"),
            ("tđức", "Thủ Đức"),
            ("tdm", "Thủ Dầu Một"),
            ("hmôn", "Hóc Môn"),
            ("h môn", "Hóc Môn"),
        ] {
            let known = |d: &crate::domain::FormerDistrict| split_kind(&d.name).1 == full;
            if let Some(i) = data.former_districts.iter().position(known) {
                self.add(short, Meaning::District(i as u16), Guard::None);
            }
        }
    }

    fn add_landmarks(&mut self, data: &GazetteerData) {
        for (i, landmark) in data.landmarks.iter().enumerate() {
            let meaning = Meaning::Landmark(i as u16);
            let guard = |name: &str| {
                let tokens = Scan::new(name).tokens;
                let street = landmark.kind == LandmarkKind::Street;
                // `3/2`, `Trục`, `D2` are streets only behind the word for one.
                if street && (tokens.len() < 2 || tokens[0].number || name.len() < 4) {
                    return Guard::Marked;
                }
                // Initials: `TXS`, `PMH`.
                if tokens.len() == 1 && name.chars().count() <= 5 && !tokens[0].accented {
                    return Guard::Capital;
                }
                guard_of(name)
            };
            for name in std::iter::once(&landmark.name).chain(&landmark.aliases) {
                self.add(name, meaning, guard(name));
                for variant in kind_variants(name) {
                    self.add(&variant, meaning, Guard::None);
                }
                if landmark.kind == LandmarkKind::Street {
                    self.add_squashed(name, meaning);
                }
            }
        }
    }

    fn add_agencies(&mut self, data: &GazetteerData) {
        for (i, agency) in data.agencies.iter().enumerate() {
            self.add(&agency.name, Meaning::Agency(i as u16), Guard::None);
            for alias in &agency.aliases {
                // A bare number such as 115 or 1022 stands for much else; the hotline's own does not.
                let guard = if alias.len() < 4 {
                    Guard::Marked
                } else {
                    Guard::None
                };
                self.add(alias, Meaning::Agency(i as u16), guard);
            }
            for term in &agency.complaint_terms {
                self.add(term, Meaning::Duty(i as u16), Guard::None);
            }
        }
    }

    fn add_outside(&mut self, data: &GazetteerData) {
        let own_city = |name: &str| name == "Hồ Chí Minh";
        for province in &data.provinces {
            let own = own_city(&province.name);
            for predecessor in &province.predecessors {
                let name = split_kind(predecessor).1;
                match (own, own_city(name)) {
                    (true, true) => {}
                    (true, false) => self.add(name, Meaning::Region, Guard::None),
                    (false, _) => self.add_outside_name(name),
                }
            }
            if !own {
                self.add_outside_name(&province.name);
            }
        }
        for alias in ["BRVT", "BR-VT", "Bà Rịa Vũng Tàu"] {
            self.add(alias, Meaning::Region, Guard::None);
        }
        for name in &data.elsewhere {
            self.add_outside_name(name);
        }
    }

    fn add_outside_name(&mut self, name: &str) {
        let guard = if Scan::new(name).tokens.len() < 2 {
            Guard::Capital
        } else {
            Guard::None
        };
        self.add(name, Meaning::Outside, guard);
    }

    fn add_city(&mut self) {
        for name in CITY_NAMES {
            self.add(name, Meaning::City, Guard::None);
        }
    }

    fn build(self) -> Result<Surfaces, GazetteerError> {
        let mut entries = self.forms.into_iter().collect::<Vec<_>>();
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(entries.iter().map(|(folded, _)| folded.as_str()))
            .map_err(|error| GazetteerError::TooManyNames(error.to_string()))?;
        Ok(Surfaces {
            automaton,
            forms: entries.into_iter().map(|(_, forms)| forms).collect(),
        })
    }
}
