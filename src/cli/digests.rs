//! Arguments of `digest` and `forecast`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use models::domain::PeriodKind;

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
