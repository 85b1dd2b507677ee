//! Why an edit is refused, in both languages.

use models::domain::{ConcernId, MentionId};
use thiserror::Error;

/// Why an edit is refused. Each says what to do instead.
#[derive(Debug, Error)]
pub enum EditError {
    /// Nothing of that name.
    #[error("không có vấn đề `{0}` / there is no concern of that id")]
    UnknownConcern(ConcernId),
    /// It counts for another one.
    #[error(
        "vấn đề `{concern}` đã gộp vào `{whole}`, hãy sửa ở đó / it is part of `{whole}`, edit that one"
    )]
    PartOf {
        /// Which.
        concern: ConcernId,
        /// What it is part of.
        whole: ConcernId,
    },
    /// From and into are the same.
    #[error("không gộp `{0}` với chính nó / a concern cannot be merged with itself")]
    WithItself(ConcernId),
    /// Mentions of other concerns, or of none.
    #[error("tin không thuộc vấn đề `{concern}` / mentions that are not in it: {}", listed(.mentions))]
    NotInIt {
        /// Which concern.
        concern: ConcernId,
        /// Mentions that are not in it.
        mentions: Vec<MentionId>,
    },
    /// All mentions would leave.
    #[error("tách hết thì `{0}` không còn tin nào / a split must leave a mention behind")]
    NothingLeft(ConcernId),
    /// More than one split may name.
    #[error("tách quá {0} tin một lần / a split names at most {0} mentions, replies counted")]
    TooMany(usize),
    /// Mentions without a time have no day to be grouped in.
    #[error("tin cần tách không rõ ngày đăng / the mentions have no time")]
    Undated,
    /// Grouped days are not gone back to further.
    #[error(
        "đã quá {0} ngày, không tính lại được: hãy sửa bằng một chỉnh sửa mới / more than {0} days \
         ago; make a new edit instead"
    )]
    TooOld(i64),
    /// Words that must be there.
    #[error("thiếu {0} / is missing")]
    NoWords(&'static str),
    /// Too many words.
    #[error("{what}: dài quá {most} ký tự / longer than {most} characters")]
    TooLong {
        /// Which words.
        what: &'static str,
        /// Characters allowed.
        most: usize,
    },
    /// Personal data among words that everybody reads.
    #[error(
        "{what}: có dữ liệu cá nhân, hãy viết lại / has personal data, write it without: “{cut}”"
    )]
    Personal {
        /// Which words.
        what: &'static str,
        /// The words without it.
        cut: String,
    },
    /// Hidden or pinned twice.
    #[error("vấn đề `{0}` đã như vậy rồi / it is so already")]
    AlreadySo(ConcernId),
    /// A list is for reading.
    #[error("mỗi danh sách ghim tối đa {0} vấn đề / at most {0} concerns are pinned in a list")]
    TooManyPins(usize),
    /// Nothing of the kind stands.
    #[error("vấn đề `{0}` không ở trạng thái đó / there is nothing to take back")]
    NothingToUndo(ConcernId),
    /// Several stand; which is meant is not said.
    #[error("có nhiều chỉnh sửa, hãy nêu số hoặc địa bàn / name one of: {}", numbers(.0))]
    WhichOne(Vec<u64>),
    /// Nothing of that number.
    #[error("không có chỉnh sửa số {0} / there is no correction of that number")]
    UnknownCorrection(u64),
    /// It corrects how a mention is read.
    #[error(
        "chỉnh sửa số {0} là của một tin: dùng `langnghe correct undo {0}` / it is of a mention"
    )]
    OfMention(u64),
    /// Undone by a later one.
    #[error("chỉnh sửa số {0} đã được hoàn tác / it is undone already")]
    AlreadyUndone(u64),
    /// Later edits are about what it made.
    #[error("hãy hoàn tác trước các chỉnh sửa dựa vào nó / undo first what rests on it: {}", numbers(.0))]
    RestsOn(Vec<u64>),
    /// Two merges would contradict each other.
    #[error("sẽ mâu thuẫn với việc gộp số {0} / it would contradict the merge of that number")]
    Circle(u64),
    /// Somebody else was faster.
    #[error(
        "vấn đề `{concern}` vừa được người khác sửa (bản {now}, bạn xem bản {made_on}): hãy xem lại \
         rồi sửa tiếp / somebody else edited it meanwhile, look again"
    )]
    Stale {
        /// Which concern.
        concern: ConcernId,
        /// The version the officer saw.
        made_on: u64,
        /// The version now.
        now: u64,
    },
    /// The record failed.
    #[error(transparent)]
    Record(indexer::Error),
}

impl From<indexer::Error> for EditError {
    fn from(error: indexer::Error) -> Self {
        match error {
            indexer::Error::Stale {
                concern,
                made_on,
                now,
            } => Self::Stale {
                concern,
                made_on,
                now,
            },
            other => Self::Record(other),
        }
    }
}

/// More are counted, not named.
const NAMED_MAX: usize = 10;

fn listed(mentions: &[MentionId]) -> String {
    let named = mentions.iter().take(NAMED_MAX).map(ToString::to_string);
    let named = named.collect::<Vec<_>>().join(", ");
    match mentions.len().saturating_sub(NAMED_MAX) {
        0 => named,
        more => format!("{named} (+{more})"),
    }
}

fn numbers(seqs: &[u64]) -> String {
    let seqs = seqs.iter().map(u64::to_string);
    seqs.collect::<Vec<_>>().join(", ")
}
