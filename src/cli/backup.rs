//! `backup` and `restore`.

use std::path::PathBuf;

use clap::Args;

/// Where a backup goes.
#[derive(Debug, Args)]
pub struct Backup {
    /// Thư mục mới / a folder that is not there yet
    pub folder: PathBuf,
}

/// Which backup is looked at or brought back.
#[derive(Debug, Args)]
pub struct Restore {
    /// Thư mục sao lưu / the folder that `backup` made
    pub folder: PathBuf,
    /// Chỉ kiểm tra từng byte, không ghi gì / only check every byte, write nothing
    #[arg(long, conflicts_with = "to")]
    pub check: bool,
    /// Thư mục dữ liệu sẽ dựng lại / the data folder to make (default: that of the configuration)
    #[arg(long, value_name = "DIR")]
    pub to: Option<PathBuf>,
}
