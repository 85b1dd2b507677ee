//! Arguments of `user`, `key` and `audit`.

use clap::{Args, Subcommand};
use jiff::civil::Date;
use models::domain::{KeyScope, Role};

/// Accounts.
#[derive(Debug, Args)]
pub struct UserCommand {
    /// Việc gì / what
    #[command(subcommand)]
    pub action: UserAction,
}

/// What is done to an account.
#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Thêm; mật khẩu hỏi trên màn hình hoặc đọc một dòng stdin / add one; the password is asked for, or
    /// read from stdin
    Add {
        /// Tên đăng nhập / login name
        login: String,
        /// Họ tên hiển thị / name as shown
        #[arg(long)]
        name: Option<String>,
        /// viewer, press_officer, unit_responder, admin
        #[arg(long, value_parser = parse_role)]
        role: Role,
        /// city, mã đơn vị cách nhau dấu phẩy, agency:mã / city, codes of units, agency:id
        #[arg(long, default_value = "city")]
        reach: String,
        /// Chỉ đăng nhập qua nhà cung cấp định danh / signs in with the identity provider alone
        #[arg(long)]
        no_password: bool,
    },
    /// Liệt kê / list them
    List,
    /// Đổi vai trò và phạm vi; mọi phiên kết thúc / other rights; all sessions end
    SetRole {
        /// Tên đăng nhập / login name
        login: String,
        /// viewer, press_officer, unit_responder, admin
        #[arg(long, value_parser = parse_role)]
        role: Role,
        /// city, mã đơn vị cách nhau dấu phẩy, agency:mã / city, codes of units, agency:id
        #[arg(long, default_value = "city")]
        reach: String,
    },
    /// Ngừng; mọi phiên kết thúc / disable; all sessions end
    Disable {
        /// Tên đăng nhập / login name
        login: String,
    },
    /// Cho dùng lại / enable again
    Enable {
        /// Tên đăng nhập / login name
        login: String,
    },
    /// Đặt mật khẩu mới, mở khóa; mọi phiên kết thúc / a new password, reopened; all sessions end
    ResetPassword {
        /// Tên đăng nhập / login name
        login: String,
    },
    /// Bỏ mã trên điện thoại / no code of a phone is asked for any more
    ResetTotp {
        /// Tên đăng nhập / login name
        login: String,
    },
}

/// Keys of the API.
#[derive(Debug, Args)]
pub struct KeyCommand {
    /// Việc gì / what
    #[command(subcommand)]
    pub action: KeyAction,
}

/// What is done to a key.
#[derive(Debug, Subcommand)]
pub enum KeyAction {
    /// Thêm; khóa chỉ hiện một lần / add one; it is shown once
    Add {
        /// Ai giữ khóa / who holds it
        name: String,
        /// read, open311:write, export, restricted; cách nhau dấu phẩy / joined by commas
        #[arg(long, value_delimiter = ',', required = true, value_parser = parse_key_scope)]
        scope: Vec<KeyScope>,
        /// Số lần gọi mỗi phút / requests a minute
        #[arg(long)]
        per_minute: Option<u32>,
        /// city, mã đơn vị cách nhau dấu phẩy, agency:mã / city, codes of units, agency:id
        #[arg(long, default_value = "city")]
        reach: String,
        /// Ngày cuối còn dùng được / the last day on which it works
        #[arg(long, value_name = "YYYY-MM-DD")]
        expires_on: Option<Date>,
    },
    /// Liệt kê / list them
    List,
    /// Thu hồi / withdraw one
    Revoke {
        /// Số của khóa / its number
        id: u64,
    },
}

/// The audit log.
#[derive(Debug, Args)]
pub struct AuditCommand {
    /// Việc gì / what
    #[command(subcommand)]
    pub action: AuditAction,
}

/// What is done with the log.
#[derive(Debug, Subcommand)]
pub enum AuditAction {
    /// Kiểm tra từng dòng; gọi tên dòng hỏng đầu tiên / check every line; names the first broken one
    Verify {
        /// Đầu nhật ký đã giữ từ lần trước / what an earlier check gave, kept elsewhere
        #[arg(long, value_name = "LINE:HASH")]
        head: Option<String>,
    },
    /// Xem các dòng cuối / show the last lines
    List {
        /// Bao nhiêu dòng / how many
        #[arg(long, default_value_t = 50)]
        limit: usize,
        /// Chỉ những dòng trước số này / only lines before this number
        #[arg(long)]
        before: Option<u64>,
    },
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::from_code(text)
        .ok_or_else(|| "use viewer, press_officer, unit_responder or admin".to_owned())
}

fn parse_key_scope(text: &str) -> Result<KeyScope, String> {
    KeyScope::from_code(text)
        .ok_or_else(|| "use read, open311:write, export or restricted".to_owned())
}
