//! What an SMS costs and how its text is made to fit: accents left out, or kept at the price of more
//! parts (GSM 03.38, 3GPP TS 23.038).

use models::language::text::fold_char;

/// Letters of one part and of each of several parts, in the alphabet of GSM.
const GSM_PART: (usize, usize) = (160, 153);
/// The same in UCS-2, which Vietnamese accents need.
const UCS2_PART: (usize, usize) = (70, 67);
/// Signs of GSM 03.38 beside letters, digits and space that are kept; each is one unit.
const GSM_SIGNS: &str = "@$_!\"#%&'()*+,-./:;<=>?\n";
/// Signs that take two units.
const GSM_DOUBLE: &str = "^{}\\[~]|";

/// A text that fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsText {
    /// The text.
    pub text: String,
    /// Parts it is paid for.
    pub n_parts: usize,
}

/// The text of an SMS: what is said, cut at a word so that it and the link stay within so many parts.
/// The link is never cut: without room for any word it stands alone.
///
/// ```
/// let sms = crawler::sms::fitted("Phường Sài Gòn: 3 cảnh báo mới", Some("https://x.vn/c"), false, 2);
/// assert_eq!(sms.text, "Phuong Sai Gon: 3 canh bao moi https://x.vn/c");
/// assert_eq!(sms.n_parts, 1);
/// ```
pub fn fitted(said: &str, link: Option<&str>, accents: bool, parts_max: usize) -> SmsText {
    let said = if accents {
        said.to_owned()
    } else {
        plain(said)
    };
    let link = link.unwrap_or_default();
    let words = said.split_whitespace().collect::<Vec<_>>();
    let with = |n: usize| {
        let mut text = words[..n].join(" ");
        if n < words.len() {
            text.push_str("...");
        }
        if !text.is_empty() && !link.is_empty() {
            text.push(' ');
        }
        text + link
    };
    let fits = |n: &usize| parts(&with(*n)) <= parts_max;
    let n_words = (1..=words.len()).rev().find(fits).unwrap_or(0);
    let text = if n_words == 0 && !link.is_empty() {
        link.to_owned()
    } else {
        with(n_words)
    };
    SmsText {
        n_parts: parts(&text),
        text,
    }
}

/// Parts that a text takes, 0 for an empty one.
pub fn parts(text: &str) -> usize {
    let (n_units, (one, of_many)) = match text.chars().map(gsm_units).sum::<Option<usize>>() {
        Some(units) => (units, GSM_PART),
        None => (text.encode_utf16().count(), UCS2_PART),
    };
    if n_units <= one {
        usize::from(n_units > 0)
    } else {
        n_units.div_ceil(of_many)
    }
}

fn gsm_units(letter: char) -> Option<usize> {
    let is_plain = letter.is_ascii_alphanumeric() || letter == ' ' || GSM_SIGNS.contains(letter);
    match letter {
        _ if is_plain => Some(1),
        _ if GSM_DOUBLE.contains(letter) => Some(2),
        _ => None,
    }
}

/// Without accents, in the alphabet of GSM; what has no sign there is left out.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '“' | '”' | '«' | '»' => plain.push('"'),
            '‘' | '’' | '`' => plain.push('\''),
            '–' | '—' | '·' | '•' => plain.push('-'),
            '…' => plain.push_str("..."),
            '%' => plain.push('%'),
            _ if gsm_units(letter).is_some() => plain.push(letter),
            _ if letter.is_whitespace() => plain.push(' '),
            _ => {
                let folded = fold_char(letter).filter(char::is_ascii_alphanumeric);
                let folded = folded.map(|base| {
                    if letter.is_uppercase() {
                        base.to_ascii_uppercase()
                    } else {
                        base
                    }
                });
                plain.extend(folded);
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn parts_are_those_of_the_standard() {
        for (text, n) in [
            (String::new(), 0),
            ("a".repeat(160), 1),
            ("a".repeat(161), 2),
            ("a".repeat(306), 2),
            ("a".repeat(307), 3),
            (format!("{}[", "a".repeat(159)), 2),
            ("ế".repeat(70), 1),
            ("ế".repeat(71), 2),
            ("ế".repeat(135), 3),
        ] {
            assert_eq!(parts(&text), n, "{} letters", text.chars().count());
        }
    }

    #[test]
    fn accents_go_or_stay_and_the_link_is_whole() {
        let said = "ĐƯỜNG ngập “sâu” – 3 ngày… 😡";
        let sms = fitted(said, Some("https://x.vn/a"), false, 1);
        assert_eq!(sms.text, "DUONG ngap \"sau\" - 3 ngay... https://x.vn/a");
        assert_eq!(fitted("Ngập", None, true, 1).text, "Ngập");
        let long = "nước ".repeat(100);
        let link = "https://langnghe.example/canh-bao/12";
        for (accents, parts_max) in [(false, 1), (true, 1), (true, 3)] {
            let sms = fitted(&long, Some(link), accents, parts_max);
            assert!(
                sms.n_parts <= parts_max && sms.text.ends_with(link),
                "{sms:?}"
            );
            assert!(sms.text.contains("... https"), "{sms:?}");
        }
        let only_link = fitted(&long, Some(&"l".repeat(300)), false, 1);
        assert_eq!(
            only_link.n_parts, 2,
            "a link that was cut would lead nowhere"
        );
    }

    proptest! {
        #[test]
        fn any_text_fits_without_accents(text in ".{0,900}", parts_max in 1usize..4) {
            let sms = fitted(&text, None, false, parts_max);
            prop_assert!(sms.text.chars().all(|c| gsm_units(c).is_some()));
            prop_assert!(sms.n_parts <= parts_max || !text.contains(' '));
        }
    }
}
