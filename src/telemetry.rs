//! Logs and traces: constant messages with facts in fields. Citizens' words never enter either.

use anyhow::Result;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

use crate::config::Metrics;
#[cfg(feature = "otlp")]
use crate::otlp;
use crate::panics;

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

/// What must live as long as the program does, so that nothing that was told is cut off.
pub struct Telemetry {
    #[cfg(feature = "otlp")]
    _traces: Option<otlp::Traces>,
}

/// Sends logs to stderr; `LANGNGHE_LOG` filters them (`info` when it is not set). A collector of the
/// configuration is told of every span of ours, whatever the logs leave out.
#[cfg_attr(
    not(feature = "otlp"),
    expect(
        clippy::unnecessary_wraps,
        unused_variables,
        reason = "nobody else is told"
    )
)]
pub fn start(format: LogFormat, settings: &Metrics) -> Result<Telemetry> {
    let asked = std::env::var("LANGNGHE_LOG").unwrap_or_default();
    let filter = EnvFilter::try_new(format!("{asked},{QUIET}"))
        .ok()
        .filter(|_| !asked.is_empty());
    let filter = filter.unwrap_or_else(|| EnvFilter::new(format!("info,{QUIET}")));
    let lines = tracing_subscriber::fmt::layer()
        .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
        .with_writer(std::io::stderr);
    let lines = match format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    let lines = lines
        .with_filter(filter)
        .with_filter(filter_fn(may_be_told));
    let registry = tracing_subscriber::registry().with(lines);
    panics::tell_the_log();
    #[cfg(feature = "otlp")]
    {
        let (layer, traces) = otlp::layer(settings)?.unzip();
        let layer = layer.map(|layer| layer.with_filter(filter_fn(is_ours)));
        registry.with(layer).init();
        Ok(Telemetry { _traces: traces })
    }
    #[cfg(not(feature = "otlp"))]
    {
        registry.init();
        Ok(Telemetry {})
    }
}

/// Finer lines of libraries quote what they read: a parser of pages each word, a database each value.
/// Nothing that is asked for lets them through.
fn may_be_told(line: &Metadata<'_>) -> bool {
    *line.level() <= Level::INFO || is_ours(line)
}

fn is_ours(line: &Metadata<'_>) -> bool {
    let of = line.target().split("::").next().unwrap_or_default();
    OURS.contains(&of)
}
