//! The words inside hashtags and web addresses.

use super::letters::fold;
use super::syllable::is_syllable;

/// Longest run of letters that is searched for syllables.
const MAX_RUN: usize = 64;

/// The words of a hashtag, with or without its sign: at underscores, capitals and digits, and a run
/// of unaccented syllables written together is split into the fewest syllables that fill it.
///
/// ```
/// use models::language::text::split_hashtag;
/// assert_eq!(split_hashtag("#KẹtXeSàiGòn"), ["Kẹt", "Xe", "Sài", "Gòn"]);
/// assert_eq!(split_hashtag("#ngapnuocquan7"), ["ngap", "nuoc", "quan", "7"]);
/// assert_eq!(split_hashtag("#TPHCM"), ["TPHCM"]);
/// ```
pub fn split_hashtag(tag: &str) -> Vec<&str> {
    tag.trim_start_matches('#')
        .split(['_', '-'])
        .flat_map(split_case)
        .flat_map(split_run)
        .collect()
}

/// The words of the last telling part of a web address: `https://bao.vn/ngap-nang-o-quan-7-123456.htm`
/// says ngap, nang, o, quan, 7. Numbers of six digits and more are article ids and left out.
///
/// ```
/// use models::language::text::address_words;
/// let words = address_words("https://bao.vn/thoi-su/ngap-nang-o-quan-7-20261112.htm?x=1");
/// assert_eq!(words, ["ngap", "nang", "o", "quan", "7"]);
/// ```
pub fn address_words(address: &str) -> Vec<&str> {
    let path = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let Some((_, path)) = path.split_once('/') else {
        return Vec::new();
    };
    path.rsplit('/')
        .map(slug_words)
        .find(|words| words.len() >= 2)
        .unwrap_or_default()
}

fn slug_words(part: &str) -> Vec<&str> {
    let name = part.rsplit_once('.').map_or(part, |(name, _)| name);
    name.split(['-', '_', '+', '.'])
        .filter(|word| !word.is_empty() && word.chars().all(char::is_alphanumeric))
        .filter(|word| !is_article_id(word))
        .collect()
}

fn is_article_id(word: &str) -> bool {
    let n_digits = word.bytes().filter(u8::is_ascii_digit).count();
    n_digits >= 6
}

/// Splits where a small letter meets a capital, and where letters meet digits.
fn split_case(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut before: Option<char> = None;
    for (at, letter) in text.char_indices() {
        let splits = before.is_some_and(|before| {
            (before.is_lowercase() && letter.is_uppercase())
                || before.is_numeric() != letter.is_numeric()
        });
        if splits {
            parts.push(&text[start..at]);
            start = at;
        }
        before = Some(letter);
    }
    parts.push(&text[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Splits a run of letters into the fewest syllables that fill it; else the run stays whole.
fn split_run(run: &str) -> Vec<&str> {
    let bounds: Vec<usize> = run
        .char_indices()
        .map(|(at, _)| at)
        .chain([run.len()])
        .collect();
    let n_letters = bounds.len() - 1;
    let folded: Vec<char> = fold(run).chars().collect();
    if n_letters > MAX_RUN
        || folded.len() != n_letters
        || run.chars().all(|letter| !letter.is_lowercase())
    {
        return vec![run];
    }
    // Fewest syllables up to each letter, and where the last of them starts.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; n_letters + 1];
    best[0] = Some((0, 0));
    for end in 1..=n_letters {
        for start in end.saturating_sub(7)..end {
            let Some((count, _)) = best[start] else {
                continue;
            };
            let syllable: String = folded[start..end].iter().collect();
            if is_syllable(&syllable) && best[end].is_none_or(|(fewest, _)| count + 1 < fewest) {
                best[end] = Some((count + 1, start));
            }
        }
    }
    let mut parts = Vec::new();
    let mut end = n_letters;
    while let Some((_, start)) = best[end].filter(|_| end > 0) {
        parts.push(&run[bounds[start]..bounds[end]]);
        end = start;
    }
    if end > 0 {
        return vec![run];
    }
    parts.reverse();
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn splits_tags() {
        for (tag, words) in [
            ("#ketxe", vec!["ket", "xe"]),
            ("#thanhphothuduc", vec!["thanh", "pho", "thu", "duc"]),
            ("#cấp_nước", vec!["cấp", "nước"]),
            ("#xyz", vec!["xyz"]),
            ("#", vec![]),
        ] {
            assert_eq!(split_hashtag(tag), words, "{tag}");
        }
    }

    #[test]
    fn reads_addresses() {
        assert_eq!(address_words("tuoitre.vn"), Vec::<&str>::new());
        assert_eq!(
            address_words("https://a.vn/ngap-o-quan-7/"),
            ["ngap", "o", "quan", "7"]
        );
    }

    proptest! {
        #[test]
        fn pieces_rejoin(tag in "[a-zA-Z0-9àéđ]{0,80}") {
            prop_assert_eq!(split_hashtag(&tag).concat(), tag);
        }

        #[test]
        fn any_address(text in any::<String>()) {
            let _ = address_words(&text);
        }
    }
}
