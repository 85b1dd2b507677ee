//! House addresses down to the number. A lane (`hẻm 45`) is no house.

use std::sync::LazyLock;

use super::field::Field;
use super::words::{WordList, Words};
use super::{PiiContext, Stretch};
use crate::domain::PiiKind;
use crate::language::place::scan::{Case, Gap};

static HOUSE_CUES: WordList = LazyLock::new(|| {
    Words::new("nhà, số nhà, địa chỉ, đc, ngụ, ở, số, tại, căn, trú, trước nhà, trạm ở")
});
static DATE_CUES: WordList = LazyLock::new(|| {
    Words::new(
        "ngày, sáng, trưa, chiều, tối, đêm, từ, đến, trước, hôm, lớp, lễ, tháng, khuya, hẹn, lúc, \
         rạng sáng, mai, nay",
    )
});
static NO_HOUSE: WordList = LazyLock::new(|| {
    Words::new(
        "hẻm, ngõ, kiệt, lớp, tổ, quận, q, p, phường, f, ngã, khu phố, kp, ấp, đường, đường số, đg",
    )
});
static STREET_WORDS: WordList =
    LazyLock::new(|| Words::new("đường, đg, hẻm, ấp, quốc lộ, tỉnh lộ"));
static DWELLINGS: WordList = LazyLock::new(|| Words::new("căn, phòng, hộ, lô, căn hộ"));
static WEAK_DWELLINGS: WordList = LazyLock::new(|| Words::new("hộ, lô, phòng"));
static BUILDINGS: WordList = LazyLock::new(|| Words::new("lô, chung cư, cư xá, block, tòa"));
static MEASURES: WordList = LazyLock::new(|| {
    Words::new(
        "triệu, tỉ, m, mét, ngàn, nghìn, k, đồng, tỷ, căn, phòng, người, học sinh, giường, khách",
    )
});
static LANE: WordList = LazyLock::new(|| Words::new("hẻm"));
static HAMLET: WordList = LazyLock::new(|| Words::new("ấp"));
static NUMBER_WORD: WordList = LazyLock::new(|| Words::new("số"));

pub(super) fn find(field: &Field, context: &PiiContext) -> Vec<Stretch> {
    let mut found: Vec<Stretch> = Vec::new();
    let mut token = 0;
    while token < field.tokens().len() {
        let address = read_house(field, token, context).or_else(|| read_dwelling(field, token));
        match address {
            Some((end, stretch)) => {
                found.push(stretch);
                token = end.max(token + 1);
            }
            None => token += 1,
        }
    }
    found
}

/// `1135/9 Trần Xuân Soạn`, `27 đường số 19`, `88/3B ấp 7`.
fn read_house(field: &Field, first: usize, context: &PiiContext) -> Option<(usize, Stretch)> {
    let tokens = field.tokens();
    let token = &tokens[first];
    let fresh = first == 0 || token.gap != Gap::Glued;
    if !token.number || !fresh || token.end - token.start > 4 {
        return None;
    }
    if NO_HOUSE.before(field, first, Gap::Comma) {
        return None;
    }
    let (number_end, slashed) = house_number(field, first);
    // `79/2024/QĐ-UBND` is a decision.
    let goes_on = matches!(field.between(number_end - 1), ['/']);
    if slashed && goes_on && tokens.get(number_end).is_some_and(|next| !next.number) {
        return None;
    }
    let name_end = street_end(field, number_end, context);
    let cued = HOUSE_CUES.near_before(field, first, 3);
    let dated = DATE_CUES.near_before(field, first, 2) && looks_like_date(field, first);
    let accepted = match name_end {
        Some(_) if slashed && looks_like_date(field, first) => cued && !dated,
        Some(_) => (slashed || cued) && !dated,
        None => slashed && cued && !looks_like_date(field, first),
    };
    if !accepted {
        return None;
    }
    let end = name_end.unwrap_or(number_end);
    let mut start = token.start as usize;
    // `số 19/4B ấp 2` without the word for a house before it: the word for a number goes too.
    let lone_word = NUMBER_WORD.before(field, first, Gap::Comma)
        && slashed
        && HAMLET.at(field, number_end).is_some();
    if lone_word {
        start = tokens[first - 1].start as usize;
    }
    let stretch = Stretch {
        kind: PiiKind::Address,
        start,
        end: tokens[end - 1].end as usize,
    };
    Some((end, stretch))
}

/// One past the number, letters and slashes, and whether there are slashes.
fn house_number(field: &Field, first: usize) -> (usize, bool) {
    let tokens = field.tokens();
    let mut end = first + 1;
    let mut slashed = false;
    while let Some(next) = tokens.get(end) {
        let between = field.between(end - 1);
        let slash = matches!(between, ['/']);
        let letter = next.gap == Gap::Glued && !next.number && next.end - next.start == 1;
        if slash && next.number {
            slashed = true;
        } else if !letter {
            break;
        }
        end += 1;
        if end - first > 8 {
            break;
        }
    }
    (end, slashed)
}

fn looks_like_date(field: &Field, first: usize) -> bool {
    let day = field.fold(first).parse::<u32>().unwrap_or(99);
    let month = field.fold(first + 1).parse::<u32>().unwrap_or(99);
    let all_day = day == 24 && (month == 7 || month == 24);
    all_day || (1..=31).contains(&day) && (1..=12).contains(&month)
}

/// One past a street name that stands right behind a house number.
fn street_end(field: &Field, at: usize, context: &PiiContext) -> Option<usize> {
    let tokens = field.tokens();
    let next = tokens.get(at)?;
    if next.gap != Gap::Space {
        return None;
    }
    let mut start = at;
    if let Some(length) = STREET_WORDS.at(field, at) {
        start += length;
        if NUMBER_WORD.at(field, start).is_some() {
            start += 1;
        }
    }
    let mut end = start;
    while let Some(token) = tokens.get(end) {
        let joined = token.gap <= Gap::Space || end == start && token.gap == Gap::Joint;
        let capital = token.case != Case::Lower || token.number;
        if !joined || !capital || end - start >= 4 {
            break;
        }
        end += 1;
    }
    if end == start {
        end = known_street_end(field, start, context).unwrap_or(start);
    }
    if end == start && LANE.at(field, at).is_some() {
        // `90/17 hẻm sau chợ`: a lane told by where it is.
        end = (start + 2).min(tokens.len());
    }
    (end > start).then_some(end)
}

/// A street written without capitals.
fn known_street_end(field: &Field, start: usize, context: &PiiContext) -> Option<usize> {
    let tokens = field.tokens();
    (2..=4).rev().find_map(|length| {
        let last = tokens.get(start + length - 1)?;
        let end = start + length;
        (last.gap < Gap::Comma && context.is_place(field, start, end)).then_some(end)
    })
}

/// `căn 506`, `phòng 312 lô IV cư xá Thanh Đa`, `hộ A12 chung cư Trúc Giang`.
fn read_dwelling(field: &Field, first: usize) -> Option<(usize, Stretch)> {
    let tokens = field.tokens();
    let mut end = first + DWELLINGS.at(field, first)?;
    // Without accents `căn` is also `cần`, `hộ` also `hồ`.
    if field.unaccented && matches!(field.fold(first), "can" | "ho" | "lo") {
        return None;
    }
    let code_start = end;
    let mut digits = false;
    while let Some(token) = tokens.get(end) {
        let measure = matches!(field.fold(end), "m" | "pn" | "tr" | "k" | "cm" | "h");
        if matches!(field.between(end - 1), ['/']) || (measure && end > code_start) {
            return None;
        }
        let near = token.gap <= Gap::Joint && (end > code_start || token.gap == Gap::Space);
        let coded = token.number || (token.case != Case::Lower && token.end - token.start <= 3);
        let glued = end == code_start || token.gap != Gap::Space || field.fold(end - 1).len() == 1;
        let letter = !token.number && token.gap == Gap::Glued && token.end - token.start == 1;
        if !near || !(coded && glued || letter) || end - code_start >= 4 {
            break;
        }
        digits |= token.number;
        end += 1;
    }
    let weak = WEAK_DWELLINGS.at(field, first).is_some();
    let unit_of_measure = tokens
        .get(end)
        .is_some_and(|t| t.gap == Gap::Glued || MEASURES.at(field, end).is_some());
    let single = end - code_start == 1 && field.fold(code_start).len() < 3;
    if !digits || unit_of_measure || (weak && single) {
        return None;
    }
    while let Some(words) = BUILDINGS.at(field, end) {
        if tokens[end].gap != Gap::Space {
            break;
        }
        let mut name_end = end + words;
        while tokens
            .get(name_end)
            .is_some_and(|t| t.gap == Gap::Space && (t.case != Case::Lower || t.number))
        {
            name_end += 1;
        }
        if name_end == end + words {
            break;
        }
        end = name_end;
    }
    let stretch = Stretch {
        kind: PiiKind::Address,
        start: tokens[first].start as usize,
        end: tokens[end - 1].end as usize,
    };
    Some((end, stretch))
}
