//! Vietnamese letters: base, tone, and folding to plain ASCII.

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};

/// The twelve vowels, each with its six tones in the order of [`Tone`].
const VOWELS: [[char; 6]; 12] = [
    ['a', 'à', 'á', 'ả', 'ã', 'ạ'],
    ['ă', 'ằ', 'ắ', 'ẳ', 'ẵ', 'ặ'],
    ['â', 'ầ', 'ấ', 'ẩ', 'ẫ', 'ậ'],
    ['e', 'è', 'é', 'ẻ', 'ẽ', 'ẹ'],
    ['ê', 'ề', 'ế', 'ể', 'ễ', 'ệ'],
    ['i', 'ì', 'í', 'ỉ', 'ĩ', 'ị'],
    ['o', 'ò', 'ó', 'ỏ', 'õ', 'ọ'],
    ['ô', 'ồ', 'ố', 'ổ', 'ỗ', 'ộ'],
    ['ơ', 'ờ', 'ớ', 'ở', 'ỡ', 'ợ'],
    ['u', 'ù', 'ú', 'ủ', 'ũ', 'ụ'],
    ['ư', 'ừ', 'ứ', 'ử', 'ữ', 'ự'],
    ['y', 'ỳ', 'ý', 'ỷ', 'ỹ', 'ỵ'],
];

/// A tone (thanh điệu) as its column in [`VOWELS`]; 0 is the level tone, which has no mark.
pub(super) type Tone = usize;

/// The lower-case toneless vowel and the tone of a lower-case letter; `None` for other letters.
pub(super) fn split_tone(lower: char) -> Option<(char, Tone)> {
    if lower.is_ascii() {
        return matches!(lower, 'a' | 'e' | 'i' | 'o' | 'u' | 'y').then_some((lower, 0));
    }
    VOWELS.iter().find_map(|row| {
        let tone = row.iter().position(|&letter| letter == lower)?;
        Some((row[0], tone))
    })
}

/// The toneless vowel and the tone (0 level, 1 huyền, 2 sắc, 3 hỏi, 4 ngã, 5 nặng) of a lower-case
/// vowel; `None` for other letters.
///
/// ```
/// use models::language::text::vowel_and_tone;
/// assert_eq!(vowel_and_tone('ộ'), Some(('ô', 5)));
/// assert_eq!(vowel_and_tone('đ'), None);
/// ```
pub fn vowel_and_tone(lower: char) -> Option<(char, usize)> {
    split_tone(lower)
}

/// The letter of a lower-case toneless vowel under a tone; other letters come back unchanged.
pub(super) fn with_tone(vowel: char, tone: Tone) -> char {
    VOWELS
        .iter()
        .find(|row| row[0] == vowel)
        .map_or(vowel, |row| row[tone])
}

/// Whether a letter is a Vietnamese vowel, in either case and with any marks.
///
/// ```
/// use models::language::text::is_vowel;
/// assert!(is_vowel('Ở') && is_vowel('y') && !is_vowel('đ'));
/// ```
pub fn is_vowel(letter: char) -> bool {
    split_tone(lowercase(letter)).is_some()
}

/// Lower case of one letter as one letter, so that lengths in letters stay the same.
///
/// ```
/// assert_eq!(models::language::text::lowercase('Đ'), 'đ');
/// ```
pub fn lowercase(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    letter.to_lowercase().next().unwrap_or(letter)
}

/// Folds one letter: lower case, no accents, đ→d. `None` for a combining mark, which folding drops.
///
/// ```
/// use models::language::text::fold_char;
/// assert_eq!(fold_char('Ệ'), Some('e'));
/// assert_eq!(fold_char('\u{301}'), None);
/// ```
pub fn fold_char(letter: char) -> Option<char> {
    if letter.is_ascii() {
        return Some(letter.to_ascii_lowercase());
    }
    if is_mark(letter) {
        return None;
    }
    let lower = lowercase(letter);
    if matches!(lower, 'đ' | 'ð' | 'ɖ') {
        return Some('d');
    }
    let mut base = None;
    decompose_canonical(lower, |part| {
        if base.is_none() && !is_mark(part) {
            base = Some(part);
        }
    });
    base
}

/// Folds text for matching: lower case, accents stripped, đ→d. Spaces and punctuation stay.
///
/// Letters map one to one, except that loose combining marks disappear.
///
/// ```
/// assert_eq!(models::language::text::fold("Đường Nguyễn Huệ"), "duong nguyen hue");
/// ```
pub fn fold(text: &str) -> String {
    text.chars().filter_map(fold_char).collect()
}

/// Whether a letter is a combining mark that accents a base letter.
pub(super) fn is_mark(letter: char) -> bool {
    canonical_combining_class(letter) != 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_vowel_splits_and_joins() {
        for row in VOWELS {
            for (tone, letter) in row.into_iter().enumerate() {
                assert_eq!(split_tone(letter), Some((row[0], tone)));
                assert_eq!(with_tone(row[0], tone), letter);
                assert!(is_vowel(letter));
            }
        }
        assert_eq!(split_tone('đ'), None);
    }

    #[test]
    fn folding_strips_case_and_accents() {
        for (text, folded) in [
            ("ĐƯỜNG Số 7", "duong so 7"),
            ("thuỷ ngân", "thuy ngan"),
            ("Saint-Exupéry", "saint-exupery"),
            ("ngập\u{301}", "ngap"),
            ("", ""),
        ] {
            assert_eq!(fold(text), folded);
        }
    }

    proptest! {
        #[test]
        fn folding_twice_equals_once(text in any::<String>()) {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }
    }
}
