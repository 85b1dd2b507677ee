//! Arguments of `correct` and `concern`: what the desk changes.

use clap::{Args, Subcommand};
use models::domain::{ConcernId, DeskRole};

/// A correction.
#[derive(Debug, Args)]
pub struct Correct {
    /// Việc gì / what
    #[command(subcommand)]
    pub action: CorrectAction,
}

/// What can be done with corrections.
#[derive(Debug, Subcommand)]
pub enum CorrectAction {
    /// Một tin: lĩnh vực, cảm xúc, nhiễu, địa bàn / how a mention is read
    Mention(CorrectMention),
    /// Hoàn tác một chỉnh sửa / an earlier correction counts no more
    Undo {
        /// Số của chỉnh sửa / its number
        seq: u64,
        /// Who, and why.
        #[command(flatten)]
        by: By,
    },
    /// Mọi chỉnh sửa theo thứ tự / all corrections in their order
    List,
}

/// Who corrects, and why.
#[derive(Debug, Args)]
pub struct By {
    /// Tên đăng nhập của cán bộ / login of the officer
    #[arg(long, value_name = "LOGIN")]
    pub officer: String,
    /// Vai trò: desk, press_officer, unit_responder, admin / role, which readers are told
    #[arg(long, value_name = "ROLE", default_value = "desk", value_parser = desk_role)]
    pub role: DeskRole,
    /// Lý do, nêu trong đính chính / why; errata tell it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

fn desk_role(code: &str) -> Result<DeskRole, String> {
    let codes = DeskRole::ALL.map(DeskRole::code).join(", ");
    DeskRole::from_code(code).ok_or_else(|| format!("ghi một trong / give one of: {codes}"))
}

/// An edit of concerns.
#[derive(Debug, Args)]
pub struct ConcernCommand {
    /// Việc gì / what
    #[command(subcommand)]
    pub action: ConcernAction,
}

/// Who edits, why, and which version of the concern was looked at.
#[derive(Debug, Args)]
pub struct EditBy {
    /// Who, and why.
    #[command(flatten)]
    pub by: By,
    /// Bản của vấn đề đã xem, dạng MÃ=SỐ / version seen, as ID=N (see `concern history`); refused when
    /// somebody else was faster
    #[arg(long, value_name = "ID=N", value_parser = seen_version)]
    pub seen: Vec<(ConcernId, u64)>,
}

fn seen_version(given: &str) -> Result<(ConcernId, u64), String> {
    let wrong = || "ghi MÃ=SỐ / give ID=N".to_owned();
    let (id, version) = given.rsplit_once('=').ok_or_else(wrong)?;
    Ok((ConcernId::new(id), version.parse().map_err(|_| wrong())?))
}

/// What can be done to concerns.
#[derive(Debug, Subcommand)]
pub enum ConcernAction {
    /// Gộp vấn đề thứ nhất vào vấn đề thứ hai / two concerns are one, the second is kept
    Merge {
        /// Mã vấn đề được gộp / id of the one that goes
        from: String,
        /// Mã vấn đề giữ lại / id of the one that stays
        into: String,
        /// Who, why, on which version.
        #[command(flatten)]
        edit: EditBy,
    },
    /// Tách một số tin (kèm trả lời) thành vấn đề riêng / mentions become a concern of their own
    Split {
        /// Mã vấn đề / id
        id: String,
        /// Mã tin, cách nhau dấu phẩy / ids of mentions
        #[arg(long, value_name = "ID", value_delimiter = ',', required = true)]
        mention: Vec<String>,
        /// Who, why, on which version.
        #[command(flatten)]
        edit: EditBy,
    },
    /// Đặt tên khác; tên trích từ tin vẫn giữ / another title, the extractive one is kept beside it
    Rename {
        /// Mã vấn đề / id
        id: String,
        /// Tên mới / the title
        title: String,
        /// Who, why, on which version.
        #[command(flatten)]
        edit: EditBy,
    },
    /// Ghim trong danh sách của một đơn vị / keep in sight of a scope, whatever its rank
    Pin {
        /// Mã vấn đề / id
        id: String,
        /// Mã 5 số, `city` hoặc `agency:MÃ` / whose list
        #[arg(long, value_name = "SCOPE", default_value = "city")]
        unit: String,
        /// Who, why, on which version.
        #[command(flatten)]
        edit: EditBy,
    },
    /// Thôi ghim / no longer
    Unpin {
        /// Mã vấn đề / id
        id: String,
        /// Của danh sách nào, khi ghim nhiều nơi / whose list, when it is pinned in several
        #[arg(long, value_name = "SCOPE")]
        unit: Option<String>,
        /// Who, why, on which version.
        #[command(flatten)]
        edit: EditBy,
    },
    /// Ẩn khỏi các danh sách; lý do được nêu ở đó / keep out of lists, the reason is told there
    Hide {
        /// Mã vấn đề / id
        id: String,
        /// Who, why, on which version.
        #[command(flatten)]
        edit: EditBy,
    },
    /// Thôi ẩn / no longer
    Unhide {
        /// Mã vấn đề / id
        id: String,
        /// Who, why, on which version.
        #[command(flatten)]
        edit: EditBy,
    },
    /// Hoàn tác một chỉnh sửa / an earlier edit counts no more
    Undo {
        /// Số của chỉnh sửa / its number
        seq: u64,
        /// Who, why, on which version.
        #[command(flatten)]
        edit: EditBy,
    },
    /// Mọi chỉnh sửa của một vấn đề và bản hiện tại / all edits of a concern, and its version
    History {
        /// Mã vấn đề / id
        id: String,
    },
}

/// How a mention should be read.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("reading").required(true).multiple(true))]
pub struct CorrectMention {
    /// Mã tin / id of the mention
    pub id: String,
    /// Lĩnh vực (26 mã) / topic code
    #[arg(long, value_name = "CODE", group = "reading", conflicts_with = "noise")]
    pub topic: Option<String>,
    /// Không phải vấn đề của dân / no concern
    #[arg(long, group = "reading")]
    pub noise: bool,
    /// negative, neutral, positive
    #[arg(long, value_name = "CODE", group = "reading")]
    pub sentiment: Option<String>,
    /// Đơn vị, mã 5 số / codes of the units it is about
    #[arg(long, value_name = "CODE", value_delimiter = ',', group = "reading")]
    pub unit: Vec<String>,
    /// city, outside hay unknown, khi không thuộc đơn vị nào / where no unit is meant
    #[arg(long, value_name = "SCOPE", group = "reading", conflicts_with = "unit")]
    pub scope: Option<String>,
    /// Who, and why.
    #[command(flatten)]
    pub by: By,
}
