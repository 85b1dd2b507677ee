//! Arguments of `endpoints` and `mail`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use indexer::MessageState;
use jiff::civil::Date;

/// Other systems that are told what is published.
#[derive(Debug, Args)]
pub struct Endpoints {
    /// Việc gì; để trống: danh sách / what; all of them when left out
    #[command(subcommand)]
    pub action: Option<EndpointsAction>,
}

/// What is done about endpoints.
#[derive(Debug, Subcommand)]
pub enum EndpointsAction {
    /// Thư đã và chưa gửi, mới nhất trước / messages, the newest first
    Messages(MessagesWanted),
    /// Một thư và các lần gửi / one message with its attempts
    Show {
        /// Số của thư / its number
        message: u64,
    },
    /// Cho một thư đã bị bỏ chờ gửi lại / a message that was given up waits again
    Retry {
        /// Số của thư / its number
        message: u64,
    },
    /// Xem sẽ gửi gì, không gửi / what would be sent; nothing is (dry run)
    Preview {
        /// Nơi nhận / which endpoint
        endpoint: String,
        /// Ngày, mặc định ngày công bố gần nhất / day, by default the last published
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: Option<Date>,
    },
    /// Gửi một thư trống ngay / sends a message that says nothing, now
    Ping {
        /// Nơi nhận / which endpoint
        endpoint: String,
    },
    /// Gửi hết thư đến hạn một lượt / sends what is due, once; `serve` does so by itself
    Send,
}

/// Digests by mail.
#[derive(Debug, Args)]
pub struct MailOf {
    /// Việc gì; để trống: danh sách người nhận / what; all recipients when left out
    #[command(subcommand)]
    pub action: Option<MailAction>,
}

/// What is done about mail.
#[derive(Debug, Subcommand)]
pub enum MailAction {
    /// Xem thư sẽ gửi, không gửi / the message somebody would get, as a file; nothing is sent
    Preview {
        /// Người nhận / which recipient
        recipient: String,
        /// Ngày của bản tin, mặc định mới nhất / day of the digest, by default the newest
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: Option<Date>,
        /// Tệp kết quả, dạng .eml / file to write, an .eml
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Gửi hết thư đến hạn một lượt / sends what is due, once; `serve` does so by itself
    Send,
    /// Nhận thư bị trả lại (RFC 3464) / takes in reports of letters that came back
    Bounce {
        /// Tệp thư, `-` là stdin / files of mail, `-` for stdin
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// Địa chỉ đã sửa xong: quên những thư bị trả lại / an address was mended: forgets what came back
    Mended {
        /// Địa chỉ thư / mail address
        address: String,
    },
}

/// Which messages.
#[derive(Debug, Args)]
pub struct MessagesWanted {
    /// Của nơi nhận này / to this endpoint
    #[arg(long, value_name = "ID")]
    pub endpoint: Option<String>,
    /// Chỉ trạng thái này / only in this state
    #[arg(long, value_enum)]
    pub state: Option<MessageStateName>,
    /// Nhiều nhất / at most
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
}

/// How messages stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MessageStateName {
    /// It will be sent.
    Waiting,
    /// It is being handed over.
    InHand,
    /// It was taken.
    Delivered,
    /// It was given up.
    Dead,
}

impl From<MessageStateName> for MessageState {
    fn from(name: MessageStateName) -> Self {
        match name {
            MessageStateName::Waiting => Self::Waiting,
            MessageStateName::InHand => Self::InHand,
            MessageStateName::Delivered => Self::Delivered,
            MessageStateName::Dead => Self::Dead,
        }
    }
}
