//! Logs: constant messages with facts in fields. Citizens' words never enter a log.

use tracing::{Level, Metadata};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// For people at a terminal.
    Text,
    /// For machines.
    Json,
}

/// Crates whose lines are ours, and checked to quote nobody.
const OURS: [&str; 8] = [
    "langnghe", "api", "crawler", "indexer", "models", "neural", "mcp", "pdf",
];

/// Libraries that say too much even so.
const QUIET: &str = "tantivy=warn,html5ever=error";

/// Sends logs to stderr; `LANGNGHE_LOG` filters them (`info` when it is not set).
pub fn start(format: LogFormat) {
    let asked = std::env::var("LANGNGHE_LOG").unwrap_or_default();
    let filter = EnvFilter::try_new(format!("{asked},{QUIET}"))
        .ok()
        .filter(|_| !asked.is_empty());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(format!("info,{QUIET}")));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr);
    match format {
        LogFormat::Text => builder
            .with_target(false)
            .finish()
            .with(filter_fn(may_be_told))
            .init(),
        LogFormat::Json => builder
            .json()
            .flatten_event(true)
            .finish()
            .with(filter_fn(may_be_told))
            .init(),
    }
}

/// Finer lines of libraries quote what they read: a parser of pages each word, a database each value.
/// Nothing that is asked for lets them through.
fn may_be_told(line: &Metadata<'_>) -> bool {
    let of = line.target().split("::").next().unwrap_or_default();
    *line.level() <= Level::INFO || OURS.contains(&of)
}
