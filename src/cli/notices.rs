//! Arguments of `notices`.

use clap::{Args, Subcommand};

/// Telling people things.
#[derive(Debug, Args)]
pub struct Notices {
    /// Việc gì; để trống: tình hình từng đường / what; how each way goes when left out
    #[command(subcommand)]
    pub action: Option<NoticesAction>,
}

/// What is done about notices.
#[derive(Debug, Subcommand)]
pub enum NoticesAction {
    /// Xem yêu cầu sẽ gửi, bí mật được che / the request of a channel, secrets masked; nothing is sent
    Preview(OneChannel),
    /// Gửi thử một tin / sends a trial message through a channel, once, outside the outbox
    Try(OneChannel),
    /// Xếp một lời báo vào hàng chờ / puts a notice into the outbox; the same key is sent once
    Post(PostNotice),
    /// Gửi hết lời báo đến hạn một lượt / sends what is due, once; `serve` does so by itself
    Send,
}

/// A channel and somebody behind it.
#[derive(Debug, Args)]
pub struct OneChannel {
    /// Kênh trong channels.toml / which channel
    pub channel: String,
    /// Số điện thoại, người, phòng / phone number, user or room
    #[arg(long, default_value = "")]
    pub to: String,
}

/// A notice.
#[derive(Debug, Args)]
pub struct PostNotice {
    /// Khóa: cùng khóa, cùng người thì chỉ gửi một lần / the same key goes to the same person once
    #[arg(long)]
    pub key: String,
    /// Tiêu đề / subject
    #[arg(long)]
    pub subject: String,
    /// Đoạn văn; ghi nhiều lần được / a paragraph; may be given several times
    #[arg(long = "line")]
    pub lines: Vec<String>,
    /// Đường dẫn / link
    #[arg(long)]
    pub link: Option<String>,
    /// Gửi thư tới địa chỉ này / by mail, to this address
    #[arg(long, value_name = "ADDRESS")]
    pub mail: Vec<String>,
    /// Gửi qua kênh, dạng KÊNH:NGƯỜI / through a channel, to somebody behind it
    #[arg(long, value_name = "CHANNEL:TO")]
    pub channel: Vec<String>,
}
