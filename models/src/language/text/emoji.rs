//! Emoji and emoticons as evidence of feeling.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// What a face shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feeling {
    /// Joy, thanks, praise.
    Positive,
    /// Laughter and thought, which go with praise and complaint alike.
    Neutral,
    /// Anger, grief, disgust.
    Negative,
}

/// How many faces of each feeling a text shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faces {
    /// Positive ones.
    pub n_positive: u32,
    /// Neutral ones.
    pub n_neutral: u32,
    /// Negative ones.
    pub n_negative: u32,
}

/// Our list, one `face<TAB>feeling` a line.
const LIST: &str = include_str!("../../../data/emoji.tsv");

struct Finder {
    faces: Vec<(&'static str, Feeling)>,
    automaton: Option<AhoCorasick>,
}

static FINDER: LazyLock<Finder> = LazyLock::new(|| {
    let faces: Vec<_> = LIST
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(face, feeling)| Some((face, parse(feeling)?)))
        .collect();
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(faces.iter().map(|(face, _)| face))
        .ok();
    Finder { faces, automaton }
});

fn parse(feeling: &str) -> Option<Feeling> {
    match feeling {
        "positive" => Some(Feeling::Positive),
        "neutral" => Some(Feeling::Neutral),
        "negative" => Some(Feeling::Negative),
        _ => None,
    }
}

/// Counts the faces of a text. Emoticons of letters and marks (`:(`, `T_T`) count only when they
/// stand apart from words, so that `http://` and `12:30` show none.
///
/// ```
/// let faces = models::language::text::faces("ngập nữa rồi :(( 😡 http://a.vn");
/// assert_eq!((faces.n_negative, faces.n_positive), (2, 0));
/// ```
pub fn faces(text: &str) -> Faces {
    let mut counts = Faces::default();
    let Some(automaton) = &FINDER.automaton else {
        return counts;
    };
    for found in automaton.find_iter(text) {
        let (face, feeling) = FINDER.faces[found.pattern().as_usize()];
        if face.is_ascii() && !stands_apart(text, found.start(), found.end()) {
            continue;
        }
        match feeling {
            Feeling::Positive => counts.n_positive += 1,
            Feeling::Neutral => counts.n_neutral += 1,
            Feeling::Negative => counts.n_negative += 1,
        }
    }
    counts
}

/// The feeling a face usually shows; `None` for what is no face of the list.
///
/// ```
/// use models::language::text::{Feeling, feeling_of};
/// assert_eq!(feeling_of("😡"), Some(Feeling::Negative));
/// assert_eq!(feeling_of("👍🏽"), Some(Feeling::Positive));
/// assert_eq!(feeling_of("nhà"), None);
/// ```
pub fn feeling_of(face: &str) -> Option<Feeling> {
    let plain = face.trim_end_matches([
        '\u{fe0f}',
        '\u{1f3fb}',
        '\u{1f3fc}',
        '\u{1f3fd}',
        '\u{1f3fe}',
        '\u{1f3ff}',
    ]);
    FINDER
        .faces
        .iter()
        .find(|(listed, _)| *listed == plain)
        .map(|(_, feeling)| *feeling)
}

/// Whether no letter or digit touches an emoticon, and no address goes on behind it.
fn stands_apart(text: &str, start: usize, end: usize) -> bool {
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    // ":(" may follow a word directly; an emoticon that starts with a letter may not.
    let starts_in_letter = text[start..].starts_with(char::is_alphabetic);
    let open = match before {
        Some(letter) if letter.is_numeric() => false,
        Some(letter) if letter.is_alphabetic() => {
            !starts_in_letter && after.is_none_or(char::is_whitespace)
        }
        _ => true,
    };
    open && !after.is_some_and(|letter| letter.is_alphanumeric() || letter == '/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, n_positive: u32, n_neutral: u32, n_negative: u32) {
        assert_eq!(
            faces(text),
            Faces {
                n_positive,
                n_neutral,
                n_negative
            },
            "{text}"
        );
    }

    #[test]
    fn counts_faces() {
        assert!(FINDER.automaton.is_some());
        assert_eq!(
            FINDER.faces.len(),
            LIST.lines().filter(|line| !line.starts_with('#')).count()
        );
        check("tuyệt vời 👍🏽❤️ =))", 3, 0, 0);
        check("😂😂 chịu thua :( T_T", 0, 2, 2);
        check("họp lúc 12:30 tại https://a.vn/x, danh sách:abc", 0, 0, 0);
        check("", 0, 0, 0);
    }
}
