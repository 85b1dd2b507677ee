//! The command line: one binary, several commands, each stage usable alone.

mod accounts;
pub mod alerts;
mod backup;
mod care;
mod digests;
mod dump;
mod edits;
mod erase;
mod export;
mod import;
mod learning;
pub mod notices;
mod running;
mod sending;
mod serve;
mod ship;
mod stages;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub use self::accounts::{
    AuditAction, AuditCommand, KeyAction, KeyCommand, UserAction, UserCommand,
};
pub use self::backup::{Backup, Restore};
pub use self::care::{ConfigAction, ConfigArgument, Rebuild, Search};
pub use self::digests::{
    DigestAction, DigestOf, ForecastAction, ForecastOf, PrintDigest, Replay, SomeDays, WhichDigest,
    WhichForecast, WhichGrades, WhichLeague,
};
pub use self::dump::Dump;
pub use self::edits::{
    By, ConcernAction, ConcernCommand, Correct, CorrectAction, CorrectMention, EditBy,
};
pub use self::erase::Erase;
pub use self::export::{Export, ExportKind, OfDay, Warc};
pub use self::import::{Import, ImportBoundaries, ImportIndicators, ImportKind, ImportTickets};
pub use self::learning::{Eval, SimulatedPart, Train, TrainHead, TrainModel};
pub use self::running::{Crawl, Demo, Listen};
pub use self::sending::{Endpoints, EndpointsAction, MailAction, MailOf, MessagesWanted};
pub use self::serve::{MigrateToPostgres, Serve};
pub use self::ship::{Completions, Man};
pub use self::stages::{Feed, Input, Page, Rank, Robots, Score};
use crate::telemetry::LogFormat;

/// Lắng Nghe: mười vấn đề người dân quan tâm nhất mỗi ngày, theo từng đơn vị, kèm bằng chứng.
///
/// Listens to news, lawful social sources and hotline reports; ranks the ten concerns citizens care
/// about most, for the city and each unit, every day.
#[derive(Debug, Parser)]
#[command(name = "langnghe", version, propagate_version = true)]
pub struct Cli {
    /// Tệp cấu hình / configuration file (default: langnghe.toml of this folder, else built in)
    #[arg(long, global = true, value_name = "FILE", env = "LANGNGHE_CONFIG")]
    pub config: Option<PathBuf>,

    /// Thư mục dữ liệu / data folder (default: ./data)
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,

    /// Kết quả dạng JSON / answer in JSON, for scripts
    #[arg(long, global = true)]
    pub json: bool,

    /// Dạng nhật ký / shape of log lines
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log: LogFormat,

    /// What to do; `serve` when left out
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Every command; the stages read and write JSON lines.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Chạy toàn bộ: lịch, quy trình, trang / run everything: schedule, pipeline, pages
    Serve(Serve),
    /// Thành phố mẫu, không cần mạng / a sample city over loopback, no network
    Demo(Demo),
    /// Thu thập các nguồn / visit sources once or for ever
    Crawl(Crawl),
    /// Một trang HTML → JSON / one HTML page to JSON
    Extract(Page),
    /// Một feed → từng dòng JSON / one feed to JSON lines
    Feed(Feed),
    /// robots.txt → allow hay disallow / whether robots.txt allows an address
    Robots(Robots),
    /// Tách từ / text lines to segmented lines
    Segment(Input),
    /// Thêm dấu / unaccented text lines to accented ones, by guess
    Accent(Input),
    /// Nhận địa bàn / text lines to places
    Place(Input),
    /// Hiểu phản ánh / mention lines to annotation lines
    Annotate(Input),
    /// Gom vấn đề / mention lines to one concern id a mention
    Group(Input),
    /// Xếp hạng một ngày / mention lines to the digests of a day
    Rank(Rank),
    /// Tín hiệu hài lòng một ngày / mention lines to the satisfaction signals of a day
    Score(Score),
    /// Nhập phản ánh 1022 hoặc chỉ số từ tệp / hotline tickets, or values of indicators, from a file
    Import(Import),
    /// Sửa chỗ máy đọc nhầm / correct what the models read wrong, with a reason
    Correct(Correct),
    /// Biên tập vấn đề: gộp, tách, đổi tên, ghim, ẩn, hoàn tác / edit concerns, each edit reversible
    Concern(ConcernCommand),
    /// Tài khoản của cán bộ / accounts of officers
    User(UserCommand),
    /// Khóa API / keys of the API
    Key(KeyCommand),
    /// Nhật ký: xem, kiểm tra / the audit log: read it, check it
    Audit(AuditCommand),
    /// Nơi nhận: ai được báo, thư chờ gửi / who is told what is published, and what waits
    Endpoints(Endpoints),
    /// Bản tin qua thư điện tử / digests by mail: who gets them, and how it goes
    Mail(MailOf),
    /// Cảnh báo và luật / alerts and their rules
    Alerts(alerts::AlertsOf),
    /// Báo cho cán bộ: thư, SMS, chat / telling people things by mail, SMS and chat
    Notices(notices::Notices),
    /// Xuất dữ liệu mở / open data out
    Export(Export),
    /// Ghi dữ liệu mở từng ngày thành tệp / open data of past days as files
    Dump(Dump),
    /// Bảng điểm chất lượng / quality score sheet
    Eval(Eval),
    /// Huấn luyện mô hình / data to model file and card, reproducibly
    Train(Train),
    /// Tìm trong kho / search what was recorded
    Search(Search),
    /// Bản tin ra màn hình, dựng lại, chấm lại / show a digest, make it again, how it was graded
    Digest(DigestOf),
    /// Dự báo 7 ngày / forecast of the next seven days
    #[command(args_conflicts_with_subcommands = true)]
    Forecast(ForecastOf),
    /// Dựng lại phần suy ra / rebuild what is derived: search index, annotations, digests
    Rebuild(Rebuild),
    /// Chuyển bản ghi sang PostgreSQL / move the record from its file to the database of data.postgres
    MigrateToPostgres(MigrateToPostgres),
    /// Sao lưu trực tuyến / consistent online backup into a new folder
    Backup(Backup),
    /// Kiểm tra bản sao lưu, dựng lại dữ liệu / check a backup, make a data folder of it
    Restore(Restore),
    /// Xóa theo yêu cầu, kèm bằng chứng / erase on request, with proof
    Erase(Erase),
    /// Khám hệ thống / examine configuration, record, index, sources
    Doctor,
    /// Cấu hình / the configuration
    Config(ConfigArgument),
    /// Gợi ý lệnh cho shell / completions for a shell
    #[command(hide = true)]
    Completions(Completions),
    /// Trang man / manual pages
    #[command(hide = true)]
    Man(Man),
}
