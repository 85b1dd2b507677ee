//! The shape of a Vietnamese syllable (tiếng): onset and rime, on folded letters.

/// Folded onsets, longest first so that the first match is the right one.
const ONSETS: &[&str] = &[
    "ngh", "ng", "nh", "gh", "gi", "kh", "ph", "qu", "th", "tr", "ch", "b", "c", "d", "g", "h",
    "k", "l", "m", "n", "p", "r", "s", "t", "v", "x",
];

/// Folded rimes (nucleus and coda) that Vietnamese has, sorted for binary search.
const RIMES: &[&str] = &[
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "e", "ec",
    "ech", "em", "en", "eng", "enh", "eo", "ep", "et", "eu", "i", "ia", "ich", "iec", "iem", "ien",
    "ieng", "iep", "iet", "ieu", "im", "in", "inh", "ip", "it", "iu", "o", "oa", "oac", "oach",
    "oai", "oam", "oan", "oang", "oanh", "oao", "oap", "oat", "oay", "oc", "oe", "oem", "oen",
    "oeo", "oet", "oi", "om", "on", "ong", "ooc", "oong", "op", "ot", "u", "ua", "uac", "uan",
    "uang", "uat", "uau", "uay", "uc", "ue", "uech", "uenh", "ui", "um", "un", "ung", "uo", "uoc",
    "uoi", "uom", "uon", "uong", "uop", "uot", "uou", "up", "ut", "uu", "uy", "uya", "uych",
    "uyen", "uyet", "uyn", "uynh", "uyt", "uyu", "y", "yem", "yen", "yeng", "yet", "yeu",
];

/// Splits a folded syllable into onset and rime; `None` when it has no Vietnamese shape.
///
/// ```
/// use models::language::text::split_syllable;
/// assert_eq!(split_syllable("nghieng"), Some(("ngh", "ieng")));
/// assert_eq!(split_syllable("gi"), Some(("g", "i")));
/// assert_eq!(split_syllable("street"), None);
/// ```
pub fn split_syllable(folded: &str) -> Option<(&str, &str)> {
    if folded.is_empty() || folded.len() > 7 || !folded.is_ascii() {
        return None;
    }
    ONSETS
        .iter()
        .filter_map(|onset| Some((*onset, folded.strip_prefix(onset)?)))
        .chain(std::iter::once(("", folded)))
        .find(|(_, rime)| RIMES.binary_search(rime).is_ok())
        .map(|(onset, rime)| (&folded[..onset.len()], rime))
}

/// Whether a folded string has the shape of a Vietnamese syllable.
///
/// ```
/// use models::language::text::is_syllable;
/// assert!(is_syllable("duong") && !is_syllable("dc"));
/// ```
pub fn is_syllable(folded: &str) -> bool {
    split_syllable(folded).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rimes_are_sorted() {
        assert!(RIMES.is_sorted());
    }

    #[test]
    fn shapes() {
        for (folded, parts) in [
            ("quoc", Some(("qu", "oc"))),
            ("gia", Some(("gi", "a"))),
            ("gieng", Some(("gi", "eng"))),
            ("giet", Some(("gi", "et"))),
            ("uyen", Some(("", "uyen"))),
            ("khuyu", Some(("kh", "uyu"))),
            ("oanh", Some(("", "oanh"))),
            ("k", None),
            ("dc", None),
            ("", None),
            ("truongg", None),
        ] {
            assert_eq!(split_syllable(folded), parts, "{folded}");
        }
    }
}
