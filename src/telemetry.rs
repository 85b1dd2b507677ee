//! Logs: constant messages with facts in fields. Citizens' words never enter a log.

use tracing_subscriber::EnvFilter;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people at a terminal.
    Text,
    /// For machines.
    Json,
}

/// Sends logs to stderr; `LANGNGHE_LOG` filters them (`info` when it is not set).
pub fn start(format: LogFormat) {
    let filter = EnvFilter::try_from_env("LANGNGHE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,tantivy=warn,html5ever=error"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => builder.with_target(false).init(),
        LogFormat::Json => builder.json().flatten_event(true).init(),
    }
}
