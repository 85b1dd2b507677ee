//! The command line: one binary, several commands, each stage usable alone.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use indexer::MessageState;
use jiff::civil::Date;
use models::domain::{ConcernId, DeskRole, PeriodKind};

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
    Serve(Listen),
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
    /// Nơi nhận: ai được báo, thư chờ gửi / who is told what is published, and what waits
    Endpoints(Endpoints),
    /// Bản tin qua thư điện tử / digests by mail: who gets them, and how it goes
    Mail(MailOf),
    /// Xuất dữ liệu mở / open data out
    Export(Export),
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
    /// Sao lưu trực tuyến / consistent online backup
    Backup(FileArgument),
    /// Khám hệ thống / examine configuration, record, index, sources
    Doctor,
    /// Cấu hình / the configuration
    Config(ConfigArgument),
}

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

/// Where pages listen.
#[derive(Debug, Args)]
pub struct Listen {
    /// Địa chỉ nghe / address to listen on (default 127.0.0.1:8022)
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
}

/// The sample city.
#[derive(Debug, Args)]
pub struct Demo {
    /// Where pages listen.
    #[command(flatten)]
    pub listen: Listen,
    /// Hạt giống ngẫu nhiên / seed of the sample city
    #[arg(long, default_value_t = 1022)]
    pub seed: u64,
    /// Số ngày đến nay / days up to now
    #[arg(long, default_value_t = 35, value_parser = clap::value_parser!(u16).range(2..=365))]
    pub days: u16,
    /// Dừng khi đã có bản tin đầy đủ / stop once the digest stands, for tests and figures
    #[arg(long)]
    pub once: bool,
    /// Giữ dữ liệu trong thư mục này / keep the data in this folder (default: nothing is kept)
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
}

/// One visit to sources.
#[derive(Debug, Args)]
pub struct Crawl {
    /// Mỗi nguồn một lần rồi dừng / each source once, then stop
    #[arg(long)]
    pub once: bool,
    /// Chỉ nguồn này / only this source
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
}

/// A file and the address it came from.
#[derive(Debug, Args)]
pub struct Page {
    /// Địa chỉ của tệp / address the file came from
    #[arg(long)]
    pub url: String,
    /// Tệp, hoặc - / file, or - for stdin
    pub file: PathBuf,
}

/// A feed, or a page of a site whose feeds are wanted.
#[derive(Debug, Args)]
pub struct Feed {
    /// Tệp là trang web: tìm các feed của nó / the file is a web page: find its feeds
    #[arg(long)]
    pub discover: bool,
    /// What to read.
    #[command(flatten)]
    pub page: Page,
}

/// A robots question.
#[derive(Debug, Args)]
pub struct Robots {
    /// Tên chương trình / user agent
    #[arg(long)]
    pub agent: String,
    /// Địa chỉ muốn lấy / address to be fetched
    #[arg(long)]
    pub url: String,
    /// Tệp robots.txt, hoặc - / file, or - for stdin
    pub file: PathBuf,
}

/// What a stage reads.
#[derive(Debug, Args)]
pub struct Input {
    /// Tệp, hoặc - / file, or - for stdin
    #[arg(default_value = "-")]
    pub file: PathBuf,
}

/// The ranking of one day.
#[derive(Debug, Args)]
pub struct Rank {
    /// Ngày / day, YYYY-MM-DD
    #[arg(long)]
    pub day: Date,
    /// Chỉ đơn vị này: mã 5 số hoặc city / only this unit
    #[arg(long)]
    pub unit: Option<String>,
    /// What to read.
    #[command(flatten)]
    pub input: Input,
}

/// The scoring of one day.
#[derive(Debug, Args)]
pub struct Score {
    /// Ngày / day, YYYY-MM-DD
    #[arg(long)]
    pub day: Date,
    /// What to read.
    #[command(flatten)]
    pub input: Input,
}

/// What to bring in: tickets unless something else is named.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Import {
    /// What, when it is no tickets
    #[command(subcommand)]
    pub what: Option<ImportKind>,
    /// Tickets.
    #[command(flatten)]
    pub tickets: ImportTickets,
}

/// What can be brought in beside tickets.
#[derive(Debug, Subcommand)]
pub enum ImportKind {
    /// Giá trị chỉ số / values of the indicators of indicators.toml
    Indicators(ImportIndicators),
    /// Ranh giới đơn vị của thành phố / the city's own boundaries of units, GeoJSON
    Boundaries(ImportBoundaries),
}

/// Boundaries of units from a file.
#[derive(Debug, Args)]
pub struct ImportBoundaries {
    /// Tệp GeoJSON, WGS 84: mỗi đơn vị một vùng / GeoJSON in WGS 84, an area for each unit
    pub file: PathBuf,
    /// Thuộc tính chứa mã 5 số / property with the five-digit code (found by itself when left out)
    #[arg(long, value_name = "NAME")]
    pub key: Option<String>,
    /// Nguồn của ranh giới, hiện dưới bản đồ / where they come from, shown under the map
    #[arg(long, value_name = "TEXT")]
    pub attribution: String,
    /// Số điểm tối đa giữ lại / points kept at most, over all units
    #[arg(long, default_value_t = 4_000, value_parser = clap::value_parser!(u32).range(500..=50_000))]
    pub points: u32,
    /// Chỉ kiểm tra / only check, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Values of indicators from a file.
#[derive(Debug, Args)]
pub struct ImportIndicators {
    /// Tệp CSV hoặc JSON (indicator, unit, day, value; low, high, n, as_of), hoặc - / file, or -
    pub file: PathBuf,
    /// Chỉ kiểm tra / only check, write nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Tickets from a file.
#[derive(Debug, Args)]
pub struct ImportTickets {
    /// Tệp CSV, XLSX hoặc JSON lines, hoặc - / file, or - for JSON lines on stdin
    pub file: Option<PathBuf>,
    /// Nguồn ghi nhận / source the tickets are filed under
    #[arg(long, default_value = "1022")]
    pub source: String,
    /// Cột của tệp: id=Mã,text=Nội dung,… / which column is which
    #[arg(long, value_delimiter = ',', value_name = "FIELD=COLUMN")]
    pub map: Vec<String>,
    /// Tệp ánh xạ: cột, mẫu ngày, từ ngữ / mapping file: columns, dates, words
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// Chỉ kiểm tra / only check, write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Bỏ dòng hỏng, ghi dòng còn lại / write the good rows although some are bad
    #[arg(long)]
    pub skip_bad_rows: bool,
    /// Nơi ghi danh sách dòng hỏng (CSV) / where the bad rows are listed, with --skip-bad-rows
    /// (default: FILE.rejects.csv)
    #[arg(long, value_name = "FILE", requires = "skip_bad_rows")]
    pub rejects: Option<PathBuf>,
}

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

/// What to export.
#[derive(Debug, Args)]
pub struct Export {
    /// Dữ liệu gì / what
    #[command(subcommand)]
    pub what: ExportKind,
}

/// Exportable things.
#[derive(Debug, Subcommand)]
pub enum ExportKind {
    /// Bản tin của thành phố và mọi đơn vị / digests of the city and every unit
    Digests(OfDay),
    /// Tín hiệu hài lòng của mọi đơn vị / satisfaction signals of every unit
    Signals(OfDay),
    /// Tin đã che dữ liệu cá nhân, kèm chú giải / redacted mentions with their annotations
    Mentions(OfDay),
    /// Tin đã được sửa, thành dòng huấn luyện / corrected mentions as lines that `train` reads
    Corrections,
    /// Cặp tin được gộp, tách, cho `train_grouping` / what merges and splits say of mentions, as lines
    /// that the trainer of grouping reads
    Grouping,
    /// Bản chụp làm bằng chứng, WARC/1.1 / captures as evidence
    Warc(Warc),
}

/// One day.
#[derive(Clone, Copy, Debug, Args)]
pub struct OfDay {
    /// Ngày / day, YYYY-MM-DD (default: the newest published)
    #[arg(long)]
    pub day: Option<Date>,
}

/// Captures as a WARC file.
#[derive(Debug, Args)]
pub struct Warc {
    /// Tệp .warc.gz sẽ ghi / file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Chỉ nguồn này / only this source
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// Từ ngày đọc / fetched from this day on, YYYY-MM-DD
    #[arg(long, value_name = "D")]
    pub from: Option<Date>,
    /// Đến hết ngày đọc / fetched up to this day, included
    #[arg(long, value_name = "D")]
    pub to: Option<Date>,
    /// Bản chụp của một tin / the capture of one mention
    #[arg(long, value_name = "ID", conflicts_with = "concern")]
    pub mention: Option<String>,
    /// Bản chụp của mọi tin trong một vấn đề / captures of all mentions of a concern
    #[arg(long, value_name = "ID")]
    pub concern: Option<String>,
}

/// What to score.
#[derive(Debug, Args)]
pub struct Eval {
    /// Một tệp dạng vàng / only this file in the gold format
    #[arg(long, value_name = "FILE")]
    pub gold: Option<PathBuf>,
    /// Ghi bảng điểm vào / write the sheet here
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Chỉ mô phỏng / only the simulated cities, all of them or one part
    #[arg(long, value_enum, value_name = "PART", num_args = 0..=1, default_missing_value = "all")]
    pub simulate: Option<SimulatedPart>,
    /// Thư mục mô hình nơ-ron để so với mô hình tuyến tính (hoặc LANGNGHE_ENCODER) / folder of a
    /// neural model to set beside the linear ones
    #[arg(long, value_name = "DIR")]
    pub encoder: Option<PathBuf>,
}

/// What is measured in simulated cities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SimulatedPart {
    /// Tất cả / everything
    All,
    /// Xếp hạng, cảnh báo / ranking and alerts
    Ranking,
    /// Tín hiệu lắng nghe, bản đồ im lặng / listening signal and silence map
    Satisfaction,
    /// Dự báo / forecasts
    Forecasts,
}

/// What to train.
#[derive(Debug, Args)]
pub struct Train {
    /// Mô hình nào / which model
    #[command(subcommand)]
    pub model: TrainModel,
}

/// Trainable models.
#[derive(Debug, Subcommand)]
pub enum TrainModel {
    /// Tách từ / word segmenter, from a UD treebank
    Segmenter {
        /// Thư mục chứa các tệp .conllu / folder of .conllu files
        #[arg(long)]
        treebank: PathBuf,
        /// Danh sách từ, mỗi dòng một từ / headwords, one a line
        #[arg(long, required = true, num_args = 1..)]
        words: Vec<PathBuf>,
        /// Danh mục chỉ lấy tên riêng / word lists of which only the names are taken
        #[arg(long, num_args = 1..)]
        names: Vec<PathBuf>,
        /// Phản ánh để tự huấn luyện (.tsv) / training mentions for self-training
        #[arg(long, num_args = 1..)]
        mentions: Vec<PathBuf>,
        /// Tệp mô hình / model file to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Thêm dấu / diacritic restoration, from a UD treebank, words and mentions
    Restorer {
        /// Thư mục chứa các tệp .conllu / folder of .conllu files
        #[arg(long)]
        treebank: PathBuf,
        /// Danh sách từ, mỗi dòng một từ / checked words, one a line
        #[arg(long, required = true, num_args = 1..)]
        words: Vec<PathBuf>,
        /// Danh mục có cả cụm từ và tên / word lists where phrases and names stand too
        #[arg(long, num_args = 1..)]
        headwords: Vec<PathBuf>,
        /// Tiếng và số lần trong một triệu (.tsv) / syllables with occurrences in a million
        #[arg(long)]
        frequencies: PathBuf,
        /// Phản ánh có dấu (.tsv) / training mentions
        #[arg(long, num_args = 1..)]
        mentions: Vec<PathBuf>,
        /// Tệp mô hình / model file to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Độ phổ biến của từ, dùng khi gom vấn đề / how common terms are, for grouping
    Background {
        /// Tệp .tsv hoặc .jsonl / training mentions, .tsv or gold .jsonl files
        #[arg(long, required = true, num_args = 1..)]
        mentions: Vec<PathBuf>,
        /// Tệp mô hình / model file to write
        #[arg(long)]
        out: PathBuf,
    },
    /// Lĩnh vực, trên mô hình nơ-ron của bạn / topic, on a neural model of your own
    Topic(TrainHead),
    /// Cảm xúc, trên mô hình nơ-ron của bạn / sentiment, on a neural model of your own
    Sentiment(TrainHead),
    /// Vấn đề hay nhiễu, lĩnh vực, cảm xúc / concern, topic and sentiment classifiers
    Classifier {
        /// Tệp .tsv hoặc .jsonl có nhãn / labelled .tsv or gold .jsonl files
        #[arg(long, required = true, num_args = 1..)]
        examples: Vec<PathBuf>,
        /// Tệp mô hình / model file to write
        #[arg(long)]
        out: PathBuf,
    },
}

/// A head on the vectors of an encoder.
#[derive(Clone, Debug, Args)]
pub struct TrainHead {
    /// Thư mục mô hình; kết quả ghi vào đó / folder of the model; head and card are written into it
    #[arg(long, value_name = "DIR")]
    pub encoder: PathBuf,
    /// Tệp .tsv hoặc .jsonl có nhãn (mặc định models/data/train/*.tsv) / labelled files
    #[arg(long, num_args = 1..)]
    pub examples: Vec<PathBuf>,
    /// Số luồng mã hóa cùng lúc / encoders at work at once (default: one a core)
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub workers: Option<u16>,
}

/// A search.
#[derive(Debug, Args)]
pub struct Search {
    /// Từ khóa, có dấu hoặc không / words, with or without accents
    pub query: String,
    /// Số kết quả / results
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub limit: u16,
}

/// Which digest, or what to do with digests.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct DigestOf {
    /// What to do; the digest itself when left out
    #[command(subcommand)]
    pub action: Option<DigestAction>,
    /// The digest to show.
    #[command(flatten)]
    pub which: WhichDigest,
}

/// One digest.
#[derive(Debug, Args)]
pub struct WhichDigest {
    /// Ngày trong kỳ / a day of the period, YYYY-MM-DD (default: the newest)
    #[arg(long)]
    pub day: Option<Date>,
    /// Đơn vị: mã 5 số, city hoặc agency:MÃ / unit
    #[arg(long, default_value = "city")]
    pub unit: String,
    /// Kỳ: ngày, tuần, tháng, kỳ báo cáo / period
    #[arg(long, value_enum, default_value_t = PeriodName::Day)]
    pub period: PeriodName,
    /// Bản đã phát hành trước đó / a past revision (default: the latest)
    #[arg(long)]
    pub revision: Option<u32>,
}

/// Kinds of periods, as they are written on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum PeriodName {
    /// Ngày / one day
    #[default]
    Day,
    /// Tuần, thứ Hai đến Chủ Nhật / Monday to Sunday
    Week,
    /// Tháng dương lịch / calendar month
    Month,
    /// Kỳ báo cáo, từ trưa ngày 25 / from the 25th at noon
    ReportingMonth,
}

impl From<PeriodName> for PeriodKind {
    fn from(name: PeriodName) -> Self {
        match name {
            PeriodName::Day => Self::Day,
            PeriodName::Week => Self::Week,
            PeriodName::Month => Self::Month,
            PeriodName::ReportingMonth => Self::ReportingMonth,
        }
    }
}

/// What can be done with published digests.
#[derive(Debug, Subcommand)]
pub enum DigestAction {
    /// Dựng lại từ kho như đã biết lúc đó, so từng byte / make digests again from the record as it was
    /// known then, and compare them byte by byte
    Replay(Replay),
    /// Bảng so sánh các đơn vị cùng loại / league of units of one kind
    League(WhichLeague),
    /// Bản tin được chấm lại thế nào / how digests were graded by the days after
    Grades(WhichGrades),
    /// In ra PDF / print as PDF
    Print(PrintDigest),
}

/// A digest on paper.
#[derive(Debug, Args)]
pub struct PrintDigest {
    /// Which.
    #[command(flatten)]
    pub which: WhichDigest,
    /// Ngôn ngữ / language: vi, en
    #[arg(long, default_value = "vi", value_parser = ["vi", "en"])]
    pub lang: String,
    /// Tệp kết quả / file to write
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// Which digests to make again.
#[derive(Debug, Args)]
pub struct Replay {
    /// Từ ngày / from this day on, YYYY-MM-DD
    #[arg(long, value_name = "D")]
    pub from: Date,
    /// Đến hết ngày / up to this day, included
    #[arg(long, value_name = "D")]
    pub to: Date,
    /// Kỳ / period
    #[arg(long, value_enum, default_value_t = PeriodName::Day)]
    pub period: PeriodName,
}

/// One league.
#[derive(Debug, Args)]
pub struct WhichLeague {
    /// Ngày trong kỳ / a day of the period (default: the newest)
    #[arg(long)]
    pub day: Option<Date>,
    /// Kỳ / period
    #[arg(long, value_enum, default_value_t = PeriodName::Month)]
    pub period: PeriodName,
}

/// Which grades.
#[derive(Debug, Args)]
pub struct WhichGrades {
    /// Đơn vị: mã 5 số, city hoặc agency:MÃ / unit
    #[arg(long, default_value = "city")]
    pub unit: String,
}

/// A forecast, or what to do about forecasts.
#[derive(Debug, Args)]
pub struct ForecastOf {
    /// What to do; the forecast itself when left out
    #[command(subcommand)]
    pub action: Option<ForecastAction>,
    /// The forecast to show.
    #[command(flatten)]
    pub which: WhichForecast,
}

/// Which forecasts.
#[derive(Debug, Args)]
pub struct WhichForecast {
    /// Ngày lập / the day it was made on (default: the newest)
    #[arg(long)]
    pub day: Option<Date>,
    /// city, kind:ward, kind:commune, kind:special_zone hoặc mã 5 số / whose
    #[arg(long, default_value = "city")]
    pub unit: String,
    /// Lĩnh vực / topic (default: all)
    #[arg(long)]
    pub topic: Option<String>,
}

/// What can be done about forecasts.
#[derive(Debug, Subcommand)]
pub enum ForecastAction {
    /// Dự báo đã qua trúng đến đâu / how past forecasts did
    Grades(WhichForecast),
    /// Lập dự báo cho ngày cũ, mỗi tuần một lần, sau khi nhập dữ liệu cũ / make forecasts of past days that
    /// have none, one a week: for a record into which years were imported
    Past(SomeDays),
    /// Lập lại từ số liệu như đã biết lúc đó, so từng byte / make forecasts again from what they knew, and
    /// compare them byte by byte
    Replay(SomeDays),
}

/// Days from one to another.
#[derive(Debug, Args)]
pub struct SomeDays {
    /// Từ ngày / from this day on, YYYY-MM-DD
    #[arg(long, value_name = "D")]
    pub from: Date,
    /// Đến hết ngày / up to this day, included
    #[arg(long, value_name = "D")]
    pub to: Date,
}

/// What to rebuild.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Cả chú giải bằng mô hình hiện tại / annotations too, with the present models
    #[arg(long)]
    pub annotations: bool,
}

/// One file.
#[derive(Debug, Args)]
pub struct FileArgument {
    /// Tệp / file to write
    pub file: PathBuf,
}

/// The configuration.
#[derive(Debug, Args)]
pub struct ConfigArgument {
    /// What to do with it.
    #[command(subcommand)]
    pub action: ConfigAction,
}

/// What can be done with the configuration.
#[derive(Debug, Subcommand)]
pub enum ConfigAction {
    /// Kiểm tra mọi tệp / check every file
    Check,
    /// In tệp mặc định / print the default file
    Default,
}
