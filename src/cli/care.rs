//! Arguments of `search`, `rebuild` and `config`.

use clap::{Args, Subcommand};

/// A search.
#[derive(Debug, Args)]
pub struct Search {
    /// Từ khóa, có dấu hoặc không / words, with or without accents
    pub query: String,
    /// Số kết quả / results
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=200))]
    pub limit: u16,
}

/// What to rebuild.
#[derive(Debug, Args)]
pub struct Rebuild {
    /// Cả chú giải bằng mô hình hiện tại / annotations too, with the present models
    #[arg(long)]
    pub annotations: bool,
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
