//! Traces for an OpenTelemetry collector, by OTLP over HTTP: which parts of the work took how long. What
//! is told of a request is its route, of a visit its source; citizens' words are in no span.

use anyhow::{Context, Result};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use crate::config::Metrics;

/// Sends what is left when it is dropped; waits for a collector that says nothing a few seconds at most.
pub struct Traces(SdkTracerProvider);

impl Drop for Traces {
    fn drop(&mut self) {
        if let Err(failure) = self.0.shutdown() {
            tracing::warn!(%failure, "the last traces were not sent");
        }
    }
}

/// What turns spans into traces, with its sender; `None` where nobody is to be told.
pub fn layer<S>(settings: &Metrics) -> Result<Option<(impl Layer<S>, Traces)>>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let Some(collector) = settings.collector() else {
        return Ok(None);
    };
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{collector}/v1/traces"))
        .build()
        .context("metrics.otlp")?;
    let version = opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder()
        .with_service_name("langnghe")
        .with_attribute(version)
        .build();
    let provider = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_batch_exporter(exporter)
        .build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("langnghe"))
        .with_location(false)
        .with_threads(false);
    Ok(Some((layer, Traces(provider))))
}
