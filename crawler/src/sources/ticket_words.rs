//! The words in which hotlines say where a ticket stands and how its citizen judged it.

use models::domain::{Rating, TicketStatus};

/// Words of each status, folded by [`folded`]; the first list that holds a word found decides, so
/// "chưa xử lý" is looked for before "xử lý".
const STATUSES: [(TicketStatus, &[&str]); 4] = [
    (
        TicketStatus::Rejected,
        &[
            "tu choi",
            "khong thuoc tham quyen",
            "khong tiep nhan",
            "huy",
            "tra lai",
            "trung lap",
            "reject",
            "duplicate",
            "invalid",
            "not responsible",
            "not councils responsibility",
            "no further action",
        ],
    ),
    (
        TicketStatus::Open,
        &[
            "chua xu ly",
            "chua tiep nhan",
            "cho xu ly",
            "cho tiep nhan",
            "moi",
            "mo lai",
            "open",
            "received",
            "submitted",
            "confirmed",
            "reopen",
        ],
    ),
    (
        TicketStatus::InProgress,
        &[
            "dang xu ly",
            "dang thuc hien",
            "dang giai quyet",
            "da chuyen",
            "chuyen xu ly",
            "da tiep nhan",
            "tiep nhan",
            "progress",
            "investigating",
            "action scheduled",
            "planned",
            "assigned",
            "pending",
        ],
    ),
    (
        TicketStatus::Closed,
        &[
            "da xu ly",
            "da giai quyet",
            "hoan thanh",
            "hoan tat",
            "da tra loi",
            "da dong",
            "dong",
            "ket thuc",
            "xong",
            "closed",
            "fixed",
            "resolved",
            "done",
            "completed",
        ],
    ),
];

/// Words of each verdict; "không hài lòng" is looked for before "hài lòng".
const RATINGS: [(Rating, &[&str]); 4] = [
    (
        Rating::NotAsked,
        &[
            "khong hoi",
            "chua hoi",
            "khong duoc hoi",
            "khong khao sat",
            "chua khao sat",
            "not asked",
        ],
    ),
    (
        Rating::Dissatisfied,
        &[
            "khong hai long",
            "chua hai long",
            "rat te",
            "te",
            "kem",
            "dissatisfied",
            "bad",
        ],
    ),
    (
        Rating::Neutral,
        &[
            "binh thuong",
            "tam duoc",
            "trung lap",
            "neutral",
            "chap nhan duoc",
        ],
    ),
    (
        Rating::Satisfied,
        &["rat hai long", "hai long", "tot", "satisfied", "good"],
    ),
];

/// The status that a word stands for.
pub(crate) fn status(text: &str) -> Option<TicketStatus> {
    let folded = folded(text);
    TicketStatus::from_code(&folded.replace(' ', "_")).or_else(|| find(&STATUSES, &folded))
}

/// The verdict that a word or a number of stars out of five stands for; `Err` when it is neither.
pub(crate) fn rating(text: &str) -> Result<Option<Rating>, ()> {
    let folded = folded(text);
    if matches!(
        folded.as_str(),
        "" | "chua danh gia" | "khong danh gia" | "none" | "null" | "n a"
    ) {
        return Ok(None);
    }
    if let Some(stars) = stars(text) {
        return stars;
    }
    Rating::from_code(&folded)
        .or_else(|| find(&RATINGS, &folded))
        .map(Some)
        .ok_or(())
}

/// `4`, `4.0`, `4/5`, `5 sao`: 4 and 5 are satisfied, 3 is neutral. `Some(Err)` out of range.
fn stars(text: &str) -> Option<Result<Option<Rating>, ()>> {
    let text = text
        .trim()
        .trim_end_matches("sao")
        .trim()
        .trim_end_matches("/5")
        .trim();
    let number = text.parse::<f64>().ok()?;
    Some(match number {
        1.0..2.5 => Ok(Some(Rating::Dissatisfied)),
        2.5..3.5 => Ok(Some(Rating::Neutral)),
        3.5..=5.0 => Ok(Some(Rating::Satisfied)),
        _ => Err(()),
    })
}

fn find<T: Copy>(lists: &[(T, &[&'static str])], folded: &str) -> Option<T> {
    let padded = format!(" {folded} ");
    let holds = |word: &&'static str| {
        padded.contains(&format!(" {word} ")) || word.len() > 6 && folded.contains(*word)
    };
    let found = lists.iter().find(|(_, words)| words.iter().any(holds));
    found.map(|(value, _)| *value)
}

/// Lower case, without accents, words separated by one blank: how headers and codes are compared.
pub(crate) fn folded(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let plain = text.nfd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}'));
    let plain = plain
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c });
    let words = plain
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect::<String>();
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_statuses() {
        for (word, expect) in [
            ("open", TicketStatus::Open),
            ("in_progress", TicketStatus::InProgress),
            ("Closed", TicketStatus::Closed),
            ("Đã xử lý", TicketStatus::Closed),
            ("Chưa xử lý", TicketStatus::Open),
            ("Đang xử lý", TicketStatus::InProgress),
            ("Mới tiếp nhận", TicketStatus::Open),
            ("Từ chối tiếp nhận", TicketStatus::Rejected),
            ("Không thuộc thẩm quyền", TicketStatus::Rejected),
            ("Hoàn thành đúng hạn", TicketStatus::Closed),
            ("Đã chuyển đơn vị xử lý", TicketStatus::InProgress),
            ("fixed - council", TicketStatus::Closed),
        ] {
            assert_eq!(status(word), Some(expect), "{word}");
        }
        assert_eq!(status("???"), None);
    }

    #[test]
    fn knows_ratings() {
        for (word, expect) in [
            ("Hài lòng", Ok(Some(Rating::Satisfied))),
            ("Không hài lòng", Ok(Some(Rating::Dissatisfied))),
            ("Rất hài lòng", Ok(Some(Rating::Satisfied))),
            ("Bình thường", Ok(Some(Rating::Neutral))),
            ("", Ok(None)),
            ("Chưa đánh giá", Ok(None)),
            ("5", Ok(Some(Rating::Satisfied))),
            ("3/5", Ok(Some(Rating::Neutral))),
            ("1 sao", Ok(Some(Rating::Dissatisfied))),
            ("7", Err(())),
            ("abc", Err(())),
            ("satisfied", Ok(Some(Rating::Satisfied))),
            ("Không khảo sát", Ok(Some(Rating::NotAsked))),
            ("not_asked", Ok(Some(Rating::NotAsked))),
        ] {
            assert_eq!(rating(word), expect, "{word}");
        }
    }
}
