//! Arguments of `alerts`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// Alerts and their rules.
#[derive(Debug, Args)]
pub struct AlertsOf {
    /// Việc gì; để trống: cảnh báo đang mở / what; alerts that are running when left out
    #[command(subcommand)]
    pub action: Option<AlertsAction>,
}

/// What is done about alerts.
#[derive(Debug, Subcommand)]
pub enum AlertsAction {
    /// Các luật / the rules
    Rules,
    /// Nạp luật từ tệp, mặc định các luật gợi ý / brings rules in, by default the suggested ones
    Import {
        /// Tệp luật / a file of rules (alerts.toml)
        file: Option<PathBuf>,
    },
    /// Xét mọi luật một lượt / holds all rules against the record, once; `serve` does so by itself
    Look,
}
