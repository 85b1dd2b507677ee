//! Numbers that lead to a person: telephones in all spellings, identity and insurance numbers,
//! bank accounts, and vehicle plates.

use std::sync::LazyLock;

use super::Stretch;
use super::field::Field;
use super::words::{WordList, Words};
use crate::domain::PiiKind;
use crate::language::place::scan::{Gap, Word};
use rustc_hash::FxHashMap;

static BANK_CUES: WordList = LazyLock::new(|| {
    Words::new(
        "stk, tk, số tk, tài khoản, chuyển vào, chuyển qua, chuyển khoản, ck, ngân hàng, momo, số thẻ, thẻ atm, thẻ",
    )
});
static ID_CUES: WordList = LazyLock::new(|| {
    Words::new(
        "cccd, cmnd, căn cước, chứng minh, bhxh, bhyt, bảo hiểm, mã số, mst, hộ chiếu, định danh, \
         mã kh, mã khách hàng, danh bộ",
    )
});
static PASSPORT_CUES: WordList = LazyLock::new(|| Words::new("hộ chiếu, passport"));
static OFFICE_LINES: WordList = LazyLock::new(|| Words::new("đường dây nóng, tổng đài, trực ban"));
static MONEY: WordList =
    LazyLock::new(|| Words::new("đồng, đ, vnd, vnđ, tỉ, tỷ, triệu, usd, lượt, người"));

/// A number read from digits, letters that stand for them, and words.
struct Run {
    /// First token.
    first: usize,
    /// One past the last token.
    end: usize,
    digits: Vec<u8>,
    spelled: bool,
}

/// Longest number anyone spells out; a bound on the work for a page of digits.
const MOST_DIGITS: usize = 24;

pub(super) fn find(field: &Field) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut token = 0;
    while token < field.tokens().len() {
        let Some(run) = read_run(field, token) else {
            token += 1;
            continue;
        };
        match judge(field, &run) {
            Some(stretch) => {
                found.push(stretch);
                token = run.end;
            }
            None if run.digits.len() >= MOST_DIGITS => token = run.end,
            None => token += 1,
        }
    }
    found
}

fn read_run(field: &Field, first: usize) -> Option<Run> {
    let lone = digit_of(field, first, false)?;
    let number = field.tokens()[first].number;
    let starts = number || lone == [0] || is_glued_letter(field, first);
    // Words of a digit other than nought start no number: `năm 2026`.
    if !starts {
        return None;
    }
    // Not in the middle of a number or word.
    let glued_to_word = field.tokens()[first].gap == Gap::Glued && first > 0;
    if glued_to_word && !starts_after_prefix(field, first) {
        return None;
    }
    let mut run = Run {
        first,
        end: first + 1,
        digits: lone,
        spelled: !number,
    };
    let patient = BANK_CUES.near_before(field, first, 5) || ID_CUES.near_before(field, first, 5);
    while run.digits.len() < MOST_DIGITS {
        if !extend(field, &mut run, patient) {
            break;
        }
    }
    Some(run)
}

/// Two capital letters right before a number belong to it: `PB04070031265`.
fn starts_after_prefix(field: &Field, first: usize) -> bool {
    let before = &field.tokens()[first - 1];
    let length = before.end - before.start;
    !before.number && length == 2
}

fn extend(field: &Field, run: &mut Run, patient: bool) -> bool {
    let between = field.between(run.end - 1);
    let mut next = run.end;
    // `chấm` said aloud.
    if field.fold(next) == "cham" {
        next += 1;
    }
    let Some(digits) = digit_of(field, next, true) else {
        return false;
    };
    let spelled = !field.tokens()[next].number;
    // A number written in one piece is complete, and so is one of ten digits before a word.
    let complete =
        (run.end == run.first + 1 && run.digits.len() >= 9) || (spelled && run.digits.len() >= 10);
    if complete {
        return false;
    }
    let said = spelled || run.spelled;
    let plain = between
        .iter()
        .all(|c| matches!(c, ' ' | '\u{a0}' | '.' | '-' | '–' | '(' | ')'));
    // `0908/215/647`, but no date and no house number.
    let slash = between == ['/'] && run.digits[0] == 0 && run.digits.len() >= 4;
    let comma = said && between.iter().all(|c| matches!(c, ',' | ' ' | '(' | ')'));
    if between.len() > 4 || !(plain || comma || slash) {
        return false;
    }
    let whole = run.digits.len() >= 10 && run.digits[0] == 0;
    let loose = between.iter().any(|c| matches!(c, ' ' | ',' | '\u{a0}'));
    if whole && loose && !patient {
        return false;
    }
    if run.digits.len() + digits.len() > MOST_DIGITS {
        return false;
    }
    run.digits.extend(digits);
    run.spelled = said;
    run.end = next + 1;
    true
}

fn is_glued_letter(field: &Field, token: usize) -> bool {
    let tokens = field.tokens();
    let glued = |i: usize| tokens.get(i).is_some_and(|t| t.gap == Gap::Glued);
    let length = tokens[token].end - tokens[token].start;
    // `090lll8` within a number, but no word of such letters at its head.
    match length {
        1 => glued(token + 1) || glued(token),
        2 | 3 => glued(token + 1) && glued(token),
        _ => false,
    }
}

/// The digits a token stands for.
fn digit_of(field: &Field, token: usize, going_on: bool) -> Option<Vec<u8>> {
    let this = field.tokens().get(token)?;
    let spelled = field.fold(token);
    if this.number {
        let digits = spelled.bytes().map(|b| b.wrapping_sub(b'0'));
        return Some(digits.take(MOST_DIGITS).collect());
    }
    if spelled.len() <= 3 && spelled.bytes().all(|b| matches!(b, b'o' | b'l' | b'i')) {
        let digits = spelled.bytes().map(|b| u8::from(b != b'o'));
        return is_glued_letter(field, token).then(|| digits.collect());
    }
    let (word, digit) = DIGIT_WORDS.get(spelled)?;
    // `làm` is not `lăm`; in a text with accents a bare `ba` is still three.
    let same = this.key == *word || (!this.accented && (field.unaccented || going_on));
    same.then(|| vec![*digit])
}

/// Words for digits: folded spelling → key and digit.
static DIGIT_WORDS: LazyLock<FxHashMap<String, (u64, u8)>> = LazyLock::new(|| {
    let rows = [
        ("không", 0),
        ("zero", 0),
        ("một", 1),
        ("one", 1),
        ("hai", 2),
        ("two", 2),
        ("ba", 3),
        ("three", 3),
        ("bốn", 4),
        ("tư", 4),
        ("four", 4),
        ("năm", 5),
        ("lăm", 5),
        ("five", 5),
        ("sáu", 6),
        ("six", 6),
        ("bảy", 7),
        ("seven", 7),
        ("tám", 8),
        ("eight", 8),
        ("chín", 9),
        ("nine", 9),
    ];
    rows.into_iter()
        .map(|(word, digit)| {
            let word = Word::new(word);
            (word.folded, (word.key, digit))
        })
        .collect()
});

fn judge(field: &Field, run: &Run) -> Option<Stretch> {
    let n = run.digits.len();
    let bank = BANK_CUES.near_before(field, run.first, 4);
    let id = ID_CUES.near_before(field, run.first, 4);
    let nought = run.digits[0] == 0;
    let single = run.end == run.first + 1;
    let international = run.digits.starts_with(&[8, 4]) && sign_before(field, run);
    let money = MONEY.at(field, run.end).is_some();
    let kind = match n {
        8.. if id => PiiKind::IdNumber,
        8.. if bank => PiiKind::BankAccount,
        10..=12 if international => PiiKind::Phone,
        12 if nought && single => PiiKind::IdNumber,
        10..=15 if nought => PiiKind::Phone,
        9 if nought && run.spelled => PiiKind::Phone,
        9.. if single && !money => PiiKind::BankAccount,
        _ => return None,
    };
    if kind == PiiKind::Phone && is_office_line(field, run) {
        return None;
    }
    let tokens = field.tokens();
    let mut start = tokens[run.first].start as usize;
    let mut end = tokens[run.end - 1].end as usize;
    if international {
        start -= 1;
    }
    if matches!(kind, PiiKind::IdNumber | PiiKind::BankAccount)
        && let Some(prefix) = card_prefix(field, run)
    {
        start = tokens[prefix].start as usize;
    }
    let open = field.chars[start..end]
        .iter()
        .filter(|&&c| c == '(')
        .count();
    let closed = field.chars[start..end]
        .iter()
        .filter(|&&c| c == ')')
        .count();
    if open > closed && field.chars.get(end) == Some(&')') {
        end += 1;
    }
    Some(Stretch { kind, start, end })
}

fn sign_before(field: &Field, run: &Run) -> bool {
    let start = field.tokens()[run.first].start as usize;
    start > 0 && field.chars[start - 1] == '+'
}

/// The hotline of an office, not of a person.
fn is_office_line(field: &Field, run: &Run) -> bool {
    let landline = run.digits.starts_with(&[0, 2]);
    landline && OFFICE_LINES.near_before(field, run.first, 5)
}

/// Two letters before an insurance or customer number: `HT 3 79 …`, `PB04…`.
fn card_prefix(field: &Field, run: &Run) -> Option<usize> {
    let before = run.first.checked_sub(1)?;
    let token = &field.tokens()[before];
    let two_capitals = token.end - token.start == 2
        && field.chars[token.start as usize..token.end as usize]
            .iter()
            .all(char::is_ascii_uppercase);
    let joined = field.between(before).iter().all(|c| *c == ' ');
    let account_word = field.fold(before) == "tk";
    (two_capitals && joined && !account_word).then_some(before)
}

/// Passports: `hộ chiếu C1234567`.
pub(super) fn find_passports(field: &Field) -> Vec<Stretch> {
    let tokens = field.tokens();
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        let [letter, number] = pair else { continue };
        let lettered = !letter.number && letter.end - letter.start == 1;
        let numbered = number.number && number.gap == Gap::Glued;
        let long = (7..=8).contains(&(number.end - number.start));
        if lettered && numbered && long && PASSPORT_CUES.near_before(field, at, 5) {
            found.push(Stretch {
                kind: PiiKind::IdNumber,
                start: letter.start as usize,
                end: number.end as usize,
            });
        }
    }
    found
}

/// Plates: `51K-770.42`, `59F1-660.9x`, `61C 552 04`, `61A-90352`.
pub(super) fn find_plates(field: &Field) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let mut token = 0;
    while token < field.tokens().len() {
        match read_plate(field, token) {
            Some((end_token, stretch)) => {
                found.push(stretch);
                token = end_token;
            }
            None => token += 1,
        }
    }
    found
}

fn read_plate(field: &Field, first: usize) -> Option<(usize, Stretch)> {
    let tokens = field.tokens();
    let letters_at = plate_region(field, first)?;
    let letters = tokens.get(letters_at)?;
    let short = letters.end - letters.start <= 2;
    let close = letters.gap == Gap::Glued || matches!(field.between(letters_at - 1), ['-']);
    if letters.number || !short || !close || letters.accented {
        return None;
    }
    let mut next = letters_at + 1;
    let series = tokens.get(next)?;
    if series.number && series.gap == Gap::Glued && series.end - series.start == 1 {
        next += 1;
    }
    let upper = field.chars[letters.start as usize].is_uppercase();
    let mut digits = 0;
    let mut end = next;
    let mut joint = false;
    while let Some(token) = tokens.get(end) {
        let between = field.between(end - 1);
        let close = between.len() <= 1 && between.iter().all(|c| matches!(c, ' ' | '.' | '-'));
        let masked = matches!(field.fold(end), "x" | "xx" | "o" | "l") && token.gap == Gap::Glued;
        let length = token.end - token.start;
        if !close || !(token.number || masked) || digits + length > 5 {
            break;
        }
        joint |= between.first().is_some_and(|c| *c != ' ');
        digits += length;
        end += 1;
    }
    let start = tokens[first].start as usize;
    let shaped = digits == 5 || (digits == 4 && joint);
    let cued = joint || upper;
    (shaped && cued).then(|| {
        let end_char = tokens[end - 1].end as usize;
        let stretch = Stretch {
            kind: PiiKind::Plate,
            start,
            end: end_char,
        };
        (end, stretch)
    })
}

/// Where the letters of a plate stand, behind its two digits: `51`, or `5O` by mistake.
fn plate_region(field: &Field, first: usize) -> Option<usize> {
    let tokens = field.tokens();
    let region = tokens.get(first)?;
    let fresh = first == 0 || region.gap != Gap::Glued;
    if !region.number || !fresh {
        return None;
    }
    match region.end - region.start {
        2 if (11..=99).contains(&field.fold(first).parse::<u32>().unwrap_or(0)) => Some(first + 1),
        1 => {
            let next = tokens.get(first + 1)?;
            let mistaken = field.fold(first + 1).starts_with('o')
                && next.gap == Gap::Glued
                && next.end - next.start == 2;
            mistaken.then_some(first + 1)
        }
        _ => None,
    }
}
