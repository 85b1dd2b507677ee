//! Personal data: found in a mention as it was given, and cut before anything is stored.
//!
//! Names of private persons, telephone numbers however they are spelled, identity numbers, plates,
//! bank accounts, house addresses, handles and profile links are cut. Officials in office,
//! organisations, hotlines and streets named after persons stay.

mod address;
mod cut;
mod field;
mod link;
mod name;
mod number;
mod surname;
mod words;

use std::hash::Hasher;

use rustc_hash::{FxHashSet, FxHasher};

use super::place::GazetteerData;
use super::place::scan::{Scan, Token};
use crate::domain::{Mention, PiiField, PiiKind, PiiSpan};

pub use cut::{cut, redact};
use field::Field;

/// Names that look like names of persons but are streets or places.
#[derive(Clone, Debug, Default)]
pub struct PiiContext {
    /// Folded spellings, for texts without accents.
    folded: FxHashSet<String>,
    /// Hashes of the accented spellings.
    accented: FxHashSet<u64>,
}

impl PiiContext {
    /// Knows the streets, units, provinces and other places of the data.
    pub fn new(data: &GazetteerData) -> Self {
        let units = data.units.iter().map(|unit| unit.name.as_str());
        let wards = data
            .former_wards
            .iter()
            .map(|ward| ward.full_name.split_once(' ').map_or("", |(_, name)| name));
        let districts = data
            .former_districts
            .iter()
            .map(|district| district.name.split_once(' ').map_or("", |(_, name)| name));
        let landmarks = data
            .landmarks
            .iter()
            .flat_map(|landmark| std::iter::once(&landmark.name).chain(&landmark.aliases))
            .map(String::as_str);
        let provinces = data.provinces.iter().flat_map(|province| {
            let merged = province
                .predecessors
                .iter()
                .map(|name| name.split_once(' ').map_or("", |(_, name)| name));
            std::iter::once(province.name.as_str()).chain(merged)
        });
        let elsewhere = data.elsewhere.iter().map(String::as_str);
        let mut context = Self::default();
        for name in units
            .chain(wards)
            .chain(districts)
            .chain(landmarks)
            .chain(provinces)
            .chain(elsewhere)
        {
            let scan = Scan::new(name);
            context.accented.insert(hash_of(&scan.tokens));
            context.folded.insert(scan.folded);
        }
        context
    }

    /// Whether the tokens from `first` to before `end` spell a place.
    fn is_place(&self, field: &Field, first: usize, end: usize) -> bool {
        let tokens = &field.tokens()[first..end];
        if tokens.iter().any(|token| token.accented) {
            return self.accented.contains(&hash_of(tokens));
        }
        let (Some(start), Some(last)) = (tokens.first(), tokens.last()) else {
            return false;
        };
        let spelled = &field.scan.folded[start.fold_start as usize - 1..=last.fold_end as usize];
        self.folded.contains(spelled)
    }
}

fn hash_of(tokens: &[Token]) -> u64 {
    let mut hasher = FxHasher::default();
    for token in tokens {
        hasher.write_u64(token.key);
    }
    hasher.finish()
}

/// A stretch of personal data in one field, in scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub kind: PiiKind,
    pub start: usize,
    pub end: usize,
}

/// Finds personal data in title and text, in order, none overlapping.
pub fn find(mention: &Mention, context: &PiiContext) -> Vec<PiiSpan> {
    let title = mention.title.as_deref().unwrap_or_default();
    let of_field = |field: PiiField, text: &str| {
        find_in(text, context)
            .into_iter()
            .map(move |stretch| PiiSpan {
                field,
                kind: stretch.kind,
                start: stretch.start,
                end: stretch.end,
            })
            .collect::<Vec<_>>()
    };
    let mut spans = of_field(PiiField::Title, title);
    spans.extend(of_field(PiiField::Text, &mention.text));
    spans
}

/// Finds personal data in one text.
pub(crate) fn find_in(text: &str, context: &PiiContext) -> Vec<Stretch> {
    let field = Field::new(text);
    let mut found: Vec<Stretch> = Vec::new();
    for stretches in [
        link::find(&field),
        number::find_plates(&field),
        number::find_passports(&field),
        number::find(&field),
        address::find(&field, context),
        name::find(&field, context),
    ] {
        // The lists come sorted; a later one gives way where an earlier one has spoken.
        let mut merged = Vec::with_capacity(found.len() + stretches.len());
        let mut known = found.iter().copied().peekable();
        for stretch in stretches {
            while let Some(earlier) = known.next_if(|earlier| earlier.end <= stretch.start) {
                merged.push(earlier);
            }
            let clear = known.peek().is_none_or(|next| stretch.end <= next.start);
            let after_last = merged
                .last()
                .is_none_or(|last: &Stretch| last.end <= stretch.start);
            if clear && after_last {
                merged.push(stretch);
            }
        }
        merged.extend(known);
        found = merged;
    }
    found
}

/// The words of a span, as they stand in the field.
pub fn text_of(mention: &Mention, span: &PiiSpan) -> String {
    let field = match span.field {
        PiiField::Title => mention.title.as_deref().unwrap_or_default(),
        PiiField::Text => &mention.text,
    };
    field
        .chars()
        .skip(span.start)
        .take(span.end - span.start)
        .collect()
}
