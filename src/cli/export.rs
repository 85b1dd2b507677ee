//! Arguments of `export`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

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
