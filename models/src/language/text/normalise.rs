//! The one normal form every later stage reads.

use unicode_normalization::UnicodeNormalization;

use super::letters::{fold, is_mark, lowercase, split_tone, with_tone};
use super::syllable::split_syllable;

/// Brings text to the normal form: NFC, one tone placement, no control characters.
///
/// - Decomposed and half-composed letters are composed, also when marks came in the wrong order,
///   as converters from windows-1258 leave them; look-alikes such as ð and ƣ become đ and ư.
/// - Text that was windows-1258 but was read as windows-1252 ("ðýõÌng") is repaired when its
///   tell-tale letters show it.
/// - The tone mark stands where the law's spelling puts it: hoà→hòa, thuỷ→thủy, khoẻ→khỏe.
/// - Styled and full-width letters become plain ones.
/// - Control, zero-width and direction characters go; all spaces but the line feed become plain
///   spaces, line ends become one `\n`.
///
/// Normalising twice equals normalising once.
///
/// ```
/// use models::language::text::normalise;
/// assert_eq!(normalise("Hoà Bình, thuỷ lợi"), "Hòa Bình, thủy lợi");
/// assert_eq!(normalise("ngâ\u{323}p\u{200b} n\u{1b0}\u{301}\u{1a1}c\r\n"), "ngập nước\n");
/// ```
pub fn normalise(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b'\n' | 0x20..=0x7e)) {
        return text.to_owned();
    }
    let plain = if text.chars().all(is_settled) {
        text.to_owned()
    } else {
        plain_letters(text)
    };
    let candidate = if misread_windows_1258(&plain) {
        plain_letters(&reread_windows_1258(&plain))
    } else {
        plain.clone()
    };
    let placed = place_tones(&candidate);
    // What still looks misread was no windows-1258, and is better left alone.
    if misread_windows_1258(&placed) {
        plain
    } else {
        placed
    }
}

/// Letters and signs that [`plain_letters`] leaves as they are, in any company of their like: nearly
/// all text of the press consists of nothing else, and telling so is ten times quicker.
fn is_settled(letter: char) -> bool {
    // Latin-1 without the soft hyphen and the look-alikes of đ; the Vietnamese letters; dashes,
    // quotation marks, the ellipsis.
    matches!(letter,
        '\n' | ' '..='~'
        | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{cf}' | '\u{d1}'..='\u{ef}' | '\u{f1}'..='\u{ff}'
        | 'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư'
        | '\u{1ea0}'..='\u{1ef9}' | '\u{2010}'..='\u{2027}')
}

/// Drops what is not text and composes the letters.
fn plain_letters(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\r' if letters.peek() == Some(&'\n') => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => kept.push('\n'),
            _ if letter.is_whitespace() => kept.push(' '),
            // A joiner holds an emoji together; elsewhere it is invisible noise.
            '\u{200d}' if kept.chars().next_back().is_some_and(is_pictograph) => kept.push(letter),
            _ if is_invisible(letter) => {}
            _ if is_styled(letter) => kept.extend(std::iter::once(letter).nfkc().map(look_alike)),
            _ => kept.push(look_alike(letter)),
        }
    }
    order_marks(&kept).nfc().collect()
}

/// Puts the marks that make a letter (breve, circumflex) before those that make a tone, and drops
/// marks said twice; canonical order alone keeps them apart when they were typed the other way.
fn order_marks(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut marks: Vec<char> = Vec::new();
    for letter in text.nfd() {
        if is_mark(letter) {
            if !marks.contains(&letter) && marks.len() < MAX_MARKS {
                marks.push(letter);
            }
            continue;
        }
        flush_marks(&mut marks, &mut out);
        out.push(letter);
    }
    flush_marks(&mut marks, &mut out);
    out
}

/// Marks kept on one base letter: piled-up ("zalgo") marks beyond it carry no meaning.
const MAX_MARKS: usize = 4;

fn flush_marks(marks: &mut Vec<char>, out: &mut String) {
    marks.sort_by_key(|mark| !matches!(mark, '\u{302}' | '\u{306}' | '\u{31b}'));
    out.extend(marks.drain(..));
}

/// Zero-width, direction and control characters.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

fn is_pictograph(letter: char) -> bool {
    matches!(letter, '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{1f000}'..='\u{1faff}')
}

/// Mathematical bold or script letters and full-width forms, which stand for plain letters.
fn is_styled(letter: char) -> bool {
    matches!(letter, '\u{1d400}'..='\u{1d7ff}' | '\u{ff01}'..='\u{ff5e}')
}

/// Letters that converters and other alphabets put in the place of Vietnamese ones.
fn look_alike(letter: char) -> char {
    match letter {
        'Ð' | 'Ɖ' => 'Đ',
        'ð' | 'ɖ' => 'đ',
        'Ƣ' => 'Ư',
        'ƣ' => 'ư',
        _ => letter,
    }
}

/// Moves the tone mark of every Vietnamese syllable to the place of the law's spelling.
fn place_tones(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(is_letter) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|c| !is_letter(c)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        out.push_str(before);
        // A loose mark behind a word could join a moved letter: leave such a word as it is.
        let loose = after.starts_with(is_mark);
        match placed(word).filter(|_| !loose) {
            Some(placed) => out.extend(placed),
            None => out.push_str(word),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether a character is a letter of any alphabet, told at once for those of Vietnamese.
fn is_letter(letter: char) -> bool {
    match letter {
        '\0'..='\u{7f}' => letter.is_ascii_alphabetic(),
        '\u{1ea0}'..='\u{1ef9}' => true,
        '\u{c0}'..='\u{24f}' => !matches!(letter, '×' | '÷'),
        _ => letter.is_alphabetic(),
    }
}

/// The letters of one syllable with its tone mark moved; `None` when it stands right already or
/// the word is no Vietnamese syllable.
fn placed(word: &str) -> Option<Vec<char>> {
    if word.is_ascii() || word.len() > 24 || has_tone_in_place(word) {
        return None;
    }
    slowly_placed(word)
}

fn slowly_placed(word: &str) -> Option<Vec<char>> {
    let letters: Vec<char> = word.chars().collect();
    let parts: Vec<_> = letters.iter().map(|&c| split_tone(lowercase(c))).collect();
    let mut toned = parts
        .iter()
        .enumerate()
        .filter_map(|(at, part)| match part {
            Some((_, tone)) if *tone > 0 => Some((at, *tone)),
            _ => None,
        });
    let (from, tone) = toned.next()?;
    if toned.next().is_some() {
        return None;
    }
    let folded = fold(word);
    if folded.len() != letters.len() {
        return None;
    }
    let onset = split_syllable(&folded)?.0.len();
    let bases: Vec<Option<char>> = parts
        .iter()
        .map(|part| part.map(|(base, _)| base))
        .collect();
    let to = tone_seat(&bases, onset)?;
    if to == from {
        return None;
    }
    let mut moved = letters.clone();
    moved[from] = retoned(letters[from], 0)?;
    moved[to] = retoned(letters[to], tone)?;
    Some(moved)
}

/// Whether a word has one vowel only, or its tone on the one vowel with a mark of its own: `nước`,
/// `nhiều`. Then there is nowhere else for it to stand.
fn has_tone_in_place(word: &str) -> bool {
    let (mut n_vowels, mut n_marked, mut is_toned) = (0, 0, false);
    for letter in word.chars() {
        let is_vowel = match letter {
            'đ' | 'Đ' => false,
            _ if letter.is_ascii() => {
                matches!(
                    letter.to_ascii_lowercase(),
                    'a' | 'e' | 'i' | 'o' | 'u' | 'y'
                )
            }
            _ => true,
        };
        // Toned â, ă; ê; ô, ơ, each block in both cases.
        let toned_mark = matches!(letter, '\u{1ea4}'..='\u{1eb7}' | '\u{1ebe}'..='\u{1ec7}' | '\u{1ed0}'..='\u{1ee3}');
        let mark = matches!(
            letter,
            'â' | 'Â' | 'ă' | 'Ă' | 'ê' | 'Ê' | 'ô' | 'Ô' | 'ơ' | 'Ơ'
        );
        n_vowels += usize::from(is_vowel);
        n_marked += usize::from(mark || toned_mark);
        is_toned |= toned_mark;
    }
    n_vowels < 2 || (is_toned && n_marked == 1)
}

/// Where the tone mark sits among the letters of a syllable (`None` for consonants).
///
/// On the last of ê, ơ, â, ô, ă, ư when there is one (ươ: on the ơ; ưa: on the ư); else before a
/// coda on the last vowel, in an open syllable on the first of two and the middle of three.
fn tone_seat(bases: &[Option<char>], onset: usize) -> Option<usize> {
    let vowels: Vec<(usize, char)> = bases
        .iter()
        .enumerate()
        .skip(onset)
        .map_while(|(at, base)| base.map(|base| (at, base)))
        .collect();
    let marked = vowels
        .iter()
        .rev()
        .find(|(_, base)| matches!(base, 'ê' | 'ơ' | 'â' | 'ô' | 'ă'))
        .or_else(|| vowels.iter().find(|(_, base)| *base == 'ư'));
    if let Some((at, _)) = marked {
        return Some(*at);
    }
    let (first, last) = (vowels.first()?.0, vowels.last()?.0);
    let closed = last + 1 < bases.len();
    Some(match vowels.len() {
        2 if closed => last,
        1 | 2 => first,
        _ => first + 1,
    })
}

/// A letter in its own case under another tone.
fn retoned(letter: char, tone: usize) -> Option<char> {
    let lower = lowercase(letter);
    let toned = with_tone(split_tone(lower)?.0, tone);
    if lower == letter {
        Some(toned)
    } else {
        toned.to_uppercase().next()
    }
}

/// Whether text shows the letters that only windows-1258 read as windows-1252 puts together: a
/// thorn (the tilde) after a small letter, or ý before õ (ươ).
fn misread_windows_1258(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|letter| {
        let telling = match letter {
            'Þ' => before.is_lowercase(),
            'õ' => before == 'ý',
            'Ì' | 'Ò' => before.is_lowercase() && before != 'Þ',
            _ => false,
        };
        before = letter;
        telling
    })
}

/// Reads windows-1252 letters as the windows-1258 ones of the same byte.
fn reread_windows_1258(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            'Ì' => '\u{300}',
            'Ò' => '\u{309}',
            'Þ' => '\u{303}',
            'ì' => '\u{301}',
            'ò' => '\u{323}',
            'ã' => 'ă',
            'Ã' => 'Ă',
            'õ' => 'ơ',
            'Õ' => 'Ơ',
            'ý' => 'ư',
            'Ý' => 'Ư',
            _ => letter,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(normalise(text), expected);
        assert_eq!(normalise(expected), expected, "normal form must be stable");
    }

    #[test]
    fn tones_stand_where_the_law_puts_them() {
        check(
            "hoà hoá khoẻ thuỷ uỷ quỹ quý",
            "hòa hóa khỏe thủy ủy quỹ quý",
        );
        check("HOÀ Thuỷ", "HÒA Thủy");
        check(
            "hòan tòan thừơng gìa khủyu hòai",
            "hoàn toàn thường già khuỷu hoài",
        );
        check(
            "giếng gì của mía quốc xoáy huýt người rượu",
            "giếng gì của mía quốc xoáy huýt người rượu",
        );
        check("café Hồ Chí Minh", "café Hồ Chí Minh");
    }

    #[test]
    fn composes_whatever_the_order_of_marks() {
        check("a\u{302}\u{301}u", "ấu");
        check("a\u{301}\u{302}u", "ấu");
        check("Vi\u{ea}\u{323}t", "Việt");
        check("\u{110}u\u{31b}o\u{31b}\u{300}ng", "Đường");
        check("a\u{301}\u{301}\u{301}", "á");
    }

    #[test]
    fn repairs_what_converters_left() {
        check("ðýõÌng bêò tông", "đường bệ tông");
        check("cuÞ naÌy", "cũ này");
        check("Ðường, nƣớc", "Đường, nước");
        check("ＴＰ𝐇𝐂𝐌", "TPHCM");
    }

    #[test]
    fn drops_what_cannot_be_seen() {
        check("a\u{200b}b\u{0}\u{7}c\td\u{a0}e\r\nf\rg", "abc d e\nf\ng");
        check("👨\u{200d}👩\u{200d}👧 ok", "👨\u{200d}👩\u{200d}👧 ok");
    }

    proptest! {
        #[test]
        fn settled_letters_need_no_composing(
            text in "[a-zA-ZđĐăâêôơưýõìòÌÒÞãÃðàáảãạếờỢẶẮặậ“”…–«·ÿ \n\u{300}\u{323}\u{a0}]{0,40}"
        ) {
            if text.chars().all(is_settled) {
                prop_assert_eq!(plain_letters(&text), text);
            }
        }

        #[test]
        fn tones_in_place_stay(word in "[bhngqt]{0,2}[aăâeêioôơuưyáàảãạấầẩẫậắặéẹếệíịóọốộớợúụứựýỵ]{1,4}[chmnpt]{0,2}") {
            if has_tone_in_place(&word) {
                let letters: Vec<char> = word.chars().collect();
                prop_assert!(slowly_placed(&word).is_none_or(|placed| placed == letters));
            }
        }

        #[test]
        fn normalising_twice_equals_once(text in any::<String>()) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }

        #[test]
        fn also_for_vietnamese_letters_and_loose_marks(
            text in "[a-zA-ZđĐăâêôơưýõìòÌÒÞãÃðàáảãạếờ \u{300}\u{301}\u{302}\u{303}\u{306}\u{309}\u{31b}\u{323}\u{200d}👍\r\n]{0,40}"
        ) {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
