//! Names of private persons: a surname and what follows it, where somebody is spoken of.

use std::sync::LazyLock;

use super::field::Field;
use super::surname::{is_common, is_plain, is_surname};
use super::words::{WordList, Words};
use super::{PiiContext, Stretch};
use crate::domain::PiiKind;
use crate::language::place::scan::{Case, Gap};

/// Longest name, in syllables.
const LONGEST: usize = 6;

/// Titles and words for persons right before a name.
static PERSON_WORDS: WordList = LazyLock::new(|| {
    Words::new(
        "anh, chị, ông, bà, em, e, cô, chú, bác, cụ, cháu, bé, thầy, tôi, tui, mình, tên, mẹ, má, \
         vợ, chồng, con, bạn, khách, dì, cậu, mợ, dượng, đương sự, phụ huynh, ph, luật sư, bác sĩ, \
         người báo, chủ trọ, công dân, học sinh, nạn nhân, liên hệ, lh, gặp, gọi, đại diện, \
         chủ vườn, chủ quán, chủ trại, chủ nhà, chủ là, là, của, giúp, ký tên, người gửi, \
         người phản ánh, gia đình, người viết, kính thư, thợ, tài xế, sinh viên, họ tên, \
         họ và tên, chủ hợp đồng, người dân, người dùng, bạn đọc, khiếu nại, người làm đơn, cựu chiến binh, chủ hộ, hộ ông, hộ bà, \
         thợ may, về hưu, công nhân, nhân viên, ba, cha, ba tôi, con gái, con trai, nd, bn, kh, hk, \
         cn, pa, khách hàng, tiểu thương, bệnh nhân, hành khách, cô giáo, thầy giáo, cử tri, \
         hội viên, ngư dân, nông dân, giáo viên, tổ trưởng, trưởng nhóm, hộ, cụ bà, cụ ông",
    )
});

/// Of those, the ones that make a person even of the name of a street.
static TITLES: WordList =
    LazyLock::new(|| Words::new("anh, chị, bà, cô, chú, bác, cụ, dì, tên, tôi là, em là, tôi tên"));

/// Words before a name written without capitals.
static OWN_WORDS: WordList = LazyLock::new(|| {
    Words::new("tên, tên là, tôi là, em là, mình là, e là, họ tên, ký tên, tôi tên, ten la")
});

/// Words before an unmistakable surname without capitals.
static CALLED_WORDS: WordList = LazyLock::new(|| {
    Words::new("tôi, tui, anh, chị, ông, bà, liên hệ, lh, gặp, vợ, chồng, con, mẹ, em")
});

/// Words that make what follows a street, a school, a place.
static PLACE_WORDS: WordList = LazyLock::new(|| {
    Words::new(
        "đường, đ, đg, hẻm, ngõ, phố, cầu, chợ, trường, thpt, thcs, tiểu học, mầm non, mẫu giáo, \
         bệnh viện, bv, công viên, ngã tư, ngã ba, ngã sáu, ngã năm, ngã 4, ngã 3, vòng xoay, khu, \
         phường, p, quận, q, xã, ấp, kênh, rạch, cư xá, chung cư, sân, ga, đoạn, khúc, dốc, quanh, \
         đại lộ, giao lộ, nút giao, bến, cống, tuyến, đh, đại học, giải, mang tên, tượng, lăng, \
         đền, chùa, dinh, hồ, bãi, kcn, tỉnh, thành phố, tp, huyện, giao với, vô, ra, từ, đến, qua, \
         ngang, trên",
    )
});

/// Offices whose holders are not private persons, and people of public life.
static OFFICES: WordList = LazyLock::new(|| {
    Words::new(
        "chủ tịch, bí thư, giám đốc, phó giám đốc, trưởng phòng, phó phòng, chánh văn phòng, \
         thiếu tướng, trung tướng, đại tá, thượng tá, trung tá, thiếu tá, bộ trưởng, thứ trưởng, \
         thủ tướng, cục trưởng, chi cục trưởng, trưởng công an, trưởng ban, phó ban, đại biểu, \
         ca sĩ, diễn viên, hlv, cầu thủ, nhạc sĩ, nghệ sĩ, hoa hậu, á hậu, huấn luyện viên, \
         người mẫu, tiền đạo, thủ môn, đạo diễn, phó chủ tịch, nguyên chủ tịch, phó bí thư, \
         chánh thanh tra, phát ngôn, cán bộ tư pháp, cán bộ địa chính, cán bộ phường, \
         cán bộ xã, công chức",
    )
});

/// `tổ trưởng tổ 55 Vũ Đình Chiểu`: a number of something else than a house.
static PERSON_NUMBER: WordList = LazyLock::new(|| Words::new("tổ, tổ trưởng tổ, khu phố, kp, thứ"));

/// What is said of a person right behind the name.
static PERSON_AFTER: WordList = LazyLock::new(|| {
    Words::new(
        "cccd, cmnd, căn cước, sđt, sdt, đt, số, điện thoại, di động, máy, zalo, thuê, ngụ, ở, \
         công nhân, đại diện, chủ, tuổi, nộp, báo, địa chỉ, nhà, liên lạc, trú, sinh, phụ huynh, \
         làm, cùng, hộ, tổ trưởng, học, cư dân, email, bán, gọi, xin, đề nghị, quê, nghe, nhân viên, \
         kể, nói, cho biết, phản ánh, bức xúc, trình bày, mới, bị, mua",
    )
});

pub(super) fn find(field: &Field, context: &PiiContext) -> Vec<Stretch> {
    let mut found = Vec::new();
    let mut token = 0;
    while token < field.tokens().len() {
        match read_name(field, token, context, found.last()) {
            Some((end, stretch)) => {
                found.push(stretch);
                token = end;
            }
            None => token += 1,
        }
    }
    found
}

fn read_name(
    field: &Field,
    first: usize,
    context: &PiiContext,
    previous: Option<&Stretch>,
) -> Option<(usize, Stretch)> {
    let token = &field.tokens()[first];
    if token.number || !is_surname(field.fold(first), token, field.unaccented) {
        return None;
    }
    if token.case != Case::Lower && within_capitals(field, first) {
        return None;
    }
    let end = if token.case == Case::Lower {
        lower_end(field, first)?
    } else {
        capital_end(field, first)?
    };
    let lower = token.case == Case::Lower;
    is_person(field, first, end, lower, context, previous).then(|| {
        let stretch = Stretch {
            kind: PiiKind::Name,
            start: token.start as usize,
            end: field.tokens()[end - 1].end as usize,
        };
        (end, stretch)
    })
}

/// Whether a name has begun before: `Tần` in `Võ Văn Tần`. A title may be capitalised.
fn within_capitals(field: &Field, first: usize) -> bool {
    let tokens = field.tokens();
    first > 0
        && tokens[first].gap <= Gap::Space
        && tokens[first - 1].case == Case::Title
        && !PERSON_WORDS.before(field, first, Gap::Break)
}

/// One past the last capitalised syllable.
fn capital_end(field: &Field, first: usize) -> Option<usize> {
    let tokens = field.tokens();
    let mut end = first + 1;
    while let Some(next) = tokens.get(end) {
        let apostrophe = matches!(field.between(end - 1), ['\'' | '’']);
        let joined = field.between(end - 1) == [' '] || apostrophe;
        if !joined || next.number || next.case == Case::Lower || end - first >= LONGEST {
            break;
        }
        end += 1;
    }
    (end - first >= 2).then_some(end)
}

/// One past the last syllable of a name without capitals: it ends at a comma, a number or a word
/// that goes on about the person.
fn lower_end(field: &Field, first: usize) -> Option<usize> {
    let tokens = field.tokens();
    let mut end = first + 1;
    loop {
        let closed = match tokens.get(end) {
            None => true,
            Some(next) => {
                let change = next.accented && !tokens[first].accented;
                change
                    || next.gap >= Gap::Comma
                    || next.number
                    || PERSON_AFTER.at(field, end).is_some()
            }
        };
        if closed {
            break;
        }
        end += 1;
        if end - first > 4 {
            return None;
        }
    }
    (end - first >= 3).then_some(end)
}

fn is_person(
    field: &Field,
    first: usize,
    end: usize,
    lower: bool,
    context: &PiiContext,
    previous: Option<&Stretch>,
) -> bool {
    let tokens = field.tokens();
    if holds_office(field, first, end) || stands_as_place(field, first) {
        return false;
    }
    let titled = PERSON_WORDS.before(field, first, Gap::Break);
    if context.is_place(field, first, end) {
        return !field.unaccented && TITLES.before(field, first, Gap::Break);
    }
    if lower {
        let surname = field.fold(first);
        let counted = field
            .tokens()
            .get(end)
            .is_some_and(|next| next.number && next.end - next.start >= 4);
        let called =
            (is_plain(surname) || counted) && CALLED_WORDS.before(field, first, Gap::Comma);
        return called || (is_common(surname) && OWN_WORDS.before(field, first, Gap::Comma));
    }
    let cased = tokens[first].case == Case::Title && tokens[end - 1].case == Case::Title;
    let with_previous = previous.is_some_and(|last| {
        first > 0
            && matches!(field.fold(first - 1), "va" | "cung")
            && last.end + 6 >= tokens[first].start as usize
    });
    let head = first > 0 && PERSON_NUMBER.before(field, first - 1, Gap::Comma);
    let enclosed = tokens[first].gap == Gap::Bracket
        && tokens.get(end).is_none_or(|next| next.gap >= Gap::Bracket)
        && field.fold(first + 1) == "thi";
    if titled || with_previous || enclosed || (head && tokens[first - 1].number) {
        return true;
    }
    let opens = first == 0 || tokens[first].gap >= Gap::Comma;
    let followed = PERSON_AFTER.at(field, end).is_some()
        || tokens
            .get(end)
            .is_some_and(|next| next.number && next.gap <= Gap::Comma);
    let closes = tokens.get(end).is_none_or(|next| next.gap >= Gap::Comma);
    let long = end - first >= 3;
    cased && opens && followed && closes && (long || is_common(field.fold(first)))
}

/// An office within a few words before the name, or named right behind it.
fn holds_office(field: &Field, first: usize, end: usize) -> bool {
    OFFICES.near_before(field, first, 9) || OFFICES.at(field, end).is_some()
}

/// A street or place word, or a house number, right before the name.
fn stands_as_place(field: &Field, first: usize) -> bool {
    if first == 0 {
        return false;
    }
    let tokens = field.tokens();
    let numbered = tokens[first - 1].number && tokens[first].gap == Gap::Space;
    let in_phone = numbered && tokens[first - 1].end - tokens[first - 1].start > 4;
    let numbered = numbered && !PERSON_NUMBER.before(field, first - 1, Gap::Comma);
    let placed = PLACE_WORDS.before(field, first, Gap::Comma);
    let dashed = tokens[first].gap == Gap::Joint && !tokens[first - 1].number;
    (numbered && !in_phone) || placed || dashed
}
