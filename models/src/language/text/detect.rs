//! Is this Vietnamese?

use super::letters::fold;
use super::syllable::is_syllable;
use super::tokens::{TokenKind, tokens};
use super::unaccented::is_unaccented;

/// What language a text is in, as far as we need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Language {
    /// Vietnamese with accents.
    Vietnamese,
    /// Vietnamese typed without accents.
    Unaccented,
    /// Another language.
    Other,
    /// Too little text to tell: numbers, faces, a single bare word.
    Unknown,
}

/// Share of words with a Vietnamese shape from which text is Vietnamese: names, brands and chat
/// spellings are mixed into most posts.
const VIETNAMESE_SHARE: f64 = 0.5;

/// Bytes read: language does not change later on.
const MAX_BYTES: usize = 4000;

/// The language of a text, judged by the shape of its syllables and its letters.
///
/// ```
/// use models::language::text::{Language, language_of};
/// assert_eq!(language_of("Đường này ngập hoài"), Language::Vietnamese);
/// assert_eq!(language_of("duong nay ngap hoai"), Language::Unaccented);
/// assert_eq!(language_of("The street is flooded again"), Language::Other);
/// assert_eq!(language_of("👍 100%"), Language::Unknown);
/// ```
pub fn language_of(text: &str) -> Language {
    let mut end = text.len().min(MAX_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    if is_unaccented(text) {
        return Language::Unaccented;
    }
    let (mut n_words, mut n_shaped, mut n_telling) = (0_u32, 0_u32, 0_u32);
    for token in tokens(text).filter(|token| token.kind == TokenKind::Word) {
        if token.text.bytes().any(|byte| byte.is_ascii_digit()) {
            continue;
        }
        n_words += 1;
        if is_syllable(&fold(token.text)) {
            n_shaped += 1;
            n_telling += u32::from(token.text.chars().any(is_telling));
        }
    }
    let is_shaped = f64::from(n_shaped) >= VIETNAMESE_SHARE * f64::from(n_words);
    match (n_words, is_shaped && n_telling > 0) {
        (_, true) => Language::Vietnamese,
        (0 | 1, false) => Language::Unknown,
        (2, false) if is_shaped => Language::Unknown,
        _ => Language::Other,
    }
}

/// Letters that Vietnamese has and its neighbours on the web rarely have.
fn is_telling(letter: char) -> bool {
    matches!(
        letter,
        'ă' | 'Ă'
            | 'đ'
            | 'Đ'
            | 'ĩ'
            | 'Ĩ'
            | 'ũ'
            | 'Ũ'
            | 'ơ'
            | 'Ơ'
            | 'ư'
            | 'Ư'
            | 'à'
            | 'á'
            | 'ã'
            | 'è'
            | 'é'
            | 'ì'
            | 'í'
            | 'ò'
            | 'ó'
            | 'õ'
            | 'ù'
            | 'ú'
            | 'ý'
            | 'â'
            | 'ê'
            | 'ô'
            | 'À'
            | 'Á'
            | 'Ã'
            | 'È'
            | 'É'
            | 'Ì'
            | 'Í'
            | 'Ò'
            | 'Ó'
            | 'Õ'
            | 'Ù'
            | 'Ú'
            | 'Ý'
            | 'Â'
            | 'Ê'
            | 'Ô'
            | '\u{1ea0}'..='\u{1ef9}'
    )
}

/// A key by which words match whatever their accents and i/y spelling: Lý Thường Kiệt and Lí
/// Thường Kiệt, Mỹ Tho and Mĩ Tho, Quý and Quí.
///
/// ```
/// use models::language::text::match_key;
/// assert_eq!(match_key("Mỹ Quý"), match_key("mĩ quí"));
/// assert_ne!(match_key("tay"), match_key("tai"));
/// ```
pub fn match_key(text: &str) -> String {
    let folded = fold(text);
    let mut out = String::with_capacity(folded.len());
    let mut rest = folded.as_str();
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_alphabetic()) {
        let (gap, word) = rest.split_at(start);
        let end = word
            .find(|letter: char| !letter.is_alphabetic())
            .unwrap_or(word.len());
        let (word, after) = word.split_at(end);
        out.push_str(gap);
        match super::syllable::split_syllable(word) {
            Some((onset, "y")) if !onset.is_empty() => {
                out.push_str(onset);
                out.push('i');
            }
            _ => out.push_str(word),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Language) {
        assert_eq!(language_of(text), expected, "{text}");
    }

    #[test]
    fn tells_languages_apart() {
        check("Xe buýt số 56 bỏ trạm, chờ 1 tiếng", Language::Vietnamese);
        check("k ai dọn rác hết z", Language::Vietnamese);
        check("Le café est déjà fermé depuis longtemps", Language::Other);
        check("东京的天气很好 我们 去", Language::Other);
        check("nuoc cup tu sang toi gio", Language::Unaccented);
        check("", Language::Unknown);
    }

    proptest! {
        #[test]
        fn matching_keys_are_stable(text in any::<String>()) {
            let _ = language_of(&text);
            let key = match_key(&text);
            prop_assert_eq!(match_key(&key), key);
        }
    }
}
