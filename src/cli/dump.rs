//! Arguments of `dump`.

use clap::Args;
use jiff::civil::Date;

/// Which days are written as files.
#[derive(Debug, Args)]
pub struct Dump {
    /// Ngày đầu; để trống: ngày công bố gần nhất / first day; the last published when left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<Date>,
    /// Ngày cuối; để trống: như ngày đầu / last day; the first when left out
    #[arg(long, value_name = "YYYY-MM-DD", requires = "from")]
    pub to: Option<Date>,
}
