//! The accented forms of syllables, found by their letters without accents.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::language::text::fold_char;

/// Longest syllable in letters: "nghieng" has seven.
const LETTERS_MAX: usize = 8;

/// Most forms of one syllable; the rarest beyond are left out.
pub(super) const FORMS_MAX: usize = 20;

/// Levels of how common a form is.
pub(super) const LEVEL_MAX: u8 = 15;

/// Accented forms, those of one bare syllable side by side, the commonest first.
#[derive(Default)]
pub(super) struct Vocabulary {
    forms: Vec<Form>,
    /// Levels of the forms once more, close together: they are read far oftener than the letters.
    levels: Vec<u8>,
    ranges: FxHashMap<u64, (u16, u8)>,
}

struct Form {
    letters: Box<str>,
    /// How rare the form is among those of its letters: twice the binary logarithm.
    level: u8,
}

impl Vocabulary {
    /// The forms of a count of lower-case syllables, in normal form.
    pub(super) fn build(counts: &BTreeMap<String, u64>) -> Self {
        let mut groups: BTreeMap<u64, Vec<(u64, &str)>> = BTreeMap::new();
        for (letters, &count) in counts {
            if let Some(key) = key(letters) {
                groups.entry(key).or_default().push((count.max(1), letters));
            }
        }
        let mut forms = Vec::new();
        for group in groups.values_mut() {
            group.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(other.1)));
            group.truncate(FORMS_MAX);
            let total: u64 = group.iter().map(|(count, _)| count).sum();
            forms.extend(group.iter().map(|&(count, letters)| Form {
                letters: letters.into(),
                level: level(total, count),
            }));
        }
        forms.truncate(usize::from(u16::MAX));
        Self::new(forms)
    }

    /// Forms read from a model file, as [`Vocabulary::entries`] gave them; `None` when one is no
    /// syllable or stands in the wrong place.
    pub(super) fn from_entries(entries: Vec<(Box<str>, u8)>) -> Option<Self> {
        let mut forms: Vec<Form> = Vec::with_capacity(entries.len());
        for (letters, level) in entries {
            let before = forms
                .last()
                .map_or(0, |form| key(&form.letters).unwrap_or(0));
            if level > LEVEL_MAX || key(&letters)? < before {
                return None;
            }
            forms.push(Form { letters, level });
        }
        Some(Self::new(forms))
    }

    fn new(forms: Vec<Form>) -> Self {
        let mut ranges: FxHashMap<u64, (u16, u8)> = FxHashMap::default();
        for (at, form) in forms.iter().enumerate() {
            if let Some(key) = key(&form.letters) {
                let (_, n_forms) = ranges.entry(key).or_insert((at as u16, 0));
                *n_forms = n_forms.saturating_add(1).min(FORMS_MAX as u8);
            }
        }
        Self {
            levels: forms.iter().map(|form| form.level).collect(),
            forms,
            ranges,
        }
    }

    /// First form and number of forms of some letters.
    #[inline]
    pub(super) fn range(&self, key: u64) -> Option<(u16, u8)> {
        self.ranges.get(&key).copied()
    }

    /// The form with exactly these lower-case letters.
    pub(super) fn find(&self, letters: &str) -> Option<u16> {
        let (first, n_forms) = self.range(key(letters)?)?;
        (first..first + u16::from(n_forms)).find(|&form| self.form(form) == letters)
    }

    /// Letters of a form.
    pub(super) fn form(&self, form: u16) -> &str {
        self.forms
            .get(usize::from(form))
            .map_or("", |form| &form.letters)
    }

    /// How rare a form is among those of its letters, 0 to 15.
    #[inline]
    pub(super) fn level(&self, form: u16) -> u8 {
        let level = self.levels.get(usize::from(form));
        level.copied().unwrap_or(LEVEL_MAX)
    }

    /// Letters and levels of all forms.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&str, u8)> {
        self.forms.iter().map(|form| (&*form.letters, form.level))
    }
}

/// Letters without accents in one number; `None` when there are none, too many or others than a-z.
pub(super) fn key(letters: &str) -> Option<u64> {
    let mut key = 0_u64;
    for (at, letter) in letters.chars().enumerate() {
        let bare = fold_char(letter).filter(char::is_ascii_lowercase)?;
        if at >= LETTERS_MAX {
            return None;
        }
        key = key << 8 | u64::from(bare as u32);
    }
    (key > 0).then_some(key)
}

fn level(total: u64, count: u64) -> u8 {
    let ratio = u128::from(total).pow(2) / u128::from(count).pow(2);
    ratio.max(1).ilog2().min(u32::from(LEVEL_MAX)) as u8
}
