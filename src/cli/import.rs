//! Arguments of `import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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
