//! Arguments of `serve`, `demo` and `crawl`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;

/// Where pages listen.
#[derive(Debug, Default, Args)]
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
