//! `erase`.

use clap::Args;
use jiff::Timestamp;

/// What is erased, and on whose request.
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true)))]
pub struct Erase {
    /// Lời cần xóa, có dấu hay không / words to look for, with or without accents; may be repeated
    #[arg(long, value_name = "TEXT", group = "what")]
    pub phrase: Vec<String>,
    /// Địa chỉ bài, bình luận / address of an article or post
    #[arg(long, value_name = "URL", group = "what")]
    pub url: Vec<String>,
    /// Mã tin / id of a mention
    #[arg(long, value_name = "ID", group = "what")]
    pub mention: Vec<String>,
    /// Số của đơn yêu cầu, ghi vào nhật ký / number of the request, for the audit log; no name of a person
    #[arg(long, value_name = "NUMBER")]
    pub request: String,
    /// Lúc nhận yêu cầu / when it was asked, such as 2026-11-20T09:00:00+07:00 (default: now)
    #[arg(long, value_name = "TIME")]
    pub asked_at: Option<Timestamp>,
    /// Nhiều nhất bao nhiêu tin / refuses to erase more mentions than this
    #[arg(long, default_value_t = 50)]
    pub at_most: usize,
    /// Chỉ liệt kê / list only, erase nothing
    #[arg(long)]
    pub dry_run: bool,
}
