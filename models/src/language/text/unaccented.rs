//! Is this Vietnamese typed without accents?

use super::letters::fold_char;
use super::syllable::split_syllable;
use super::tokens::{TokenKind, tokens};

/// Rimes that exist only with accents: standing bare they betray unaccented typing.
const NEVER_BARE: &[&str] = &[
    "uo", "uoc", "uoi", "uom", "uon", "uong", "uop", "uot", "uou", "ie", "iec", "iem", "ien",
    "ieng", "iep", "iet", "ieu", "yem", "yen", "yet", "yeu", "uyen", "uyet", "uu", "au", "ech",
    "enh",
];

/// Share of words that must look like Vietnamese syllables.
const VIETNAMESE_SHARE: f64 = 0.6;

/// Share of words that may carry accents all the same: names pasted in, one corrected word.
const ACCENTED_SHARE: f64 = 0.1;

/// Whether text is Vietnamese typed without accents ("duong ngap qua").
///
/// At least three in five words must have the shape of a Vietnamese syllable and at most one in ten
/// may carry an accent. In accented prose a quarter of the syllables are bare, so that three bare
/// syllables are chance once in fifty; a shorter text counts only when one of them cannot stand
/// without accents.
///
/// ```
/// use models::language::text::is_unaccented;
/// assert!(is_unaccented("duong Le Van Luong ngap nang qua"));
/// assert!(!is_unaccented("đường Lê Văn Lương ngập nặng quá"));
/// assert!(!is_unaccented("the street light has been broken since Monday"));
/// ```
pub fn is_unaccented(text: &str) -> bool {
    let (mut n_words, mut n_accented, mut n_shaped, mut n_telling) =
        (0_usize, 0_usize, 0_usize, 0_usize);
    let mut folded = String::new();
    for token in tokens(text).filter(|token| token.kind == TokenKind::Word) {
        if token.text.bytes().any(|byte| byte.is_ascii_digit()) {
            continue;
        }
        n_words += 1;
        if !token.text.is_ascii() {
            n_accented += 1;
            continue;
        }
        folded.clear();
        folded.extend(token.text.chars().filter_map(fold_char));
        if let Some((_, rime)) = split_syllable(&folded) {
            n_shaped += 1;
            n_telling += usize::from(NEVER_BARE.contains(&rime));
        }
    }
    let words = n_words as f64;
    n_shaped > 0
        && n_shaped as f64 >= VIETNAMESE_SHARE * words
        && n_accented as f64 <= ACCENTED_SHARE * words
        && (n_shaped >= 3 || n_telling > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_bare_vietnamese() {
        for text in [
            "rac khong ai don",
            "nuoc yeu",
            "duong",
            "k ai lo het z troi oi",
        ] {
            assert!(is_unaccented(text), "{text}");
        }
        for text in [
            "",
            "123",
            "ok",
            "hai ba",
            "rác không ai dọn",
            "please fix my street now",
            "ăn ba hai con chim",
        ] {
            assert!(!is_unaccented(text), "{text}");
        }
    }
}
