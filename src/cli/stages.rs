//! Arguments of the stages, each usable alone.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

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
