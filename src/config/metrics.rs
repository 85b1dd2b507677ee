//! `[metrics]`: who is told how things go.

use std::net::SocketAddr;

use serde::Deserialize;
use url::Url;

/// What monitors are told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Metrics {
    /// Address of `/metrics`, a listener of its own; none: nobody is told.
    pub listen: Option<SocketAddr>,
    /// Address of an OpenTelemetry collector that takes OTLP over HTTP, without `/v1/traces`; empty: no
    /// traces are sent.
    pub otlp: String,
}

impl Metrics {
    /// The collector's address, without a slash at its end.
    #[cfg(feature = "otlp")]
    pub fn collector(&self) -> Option<&str> {
        (!self.otlp.is_empty()).then(|| self.otlp.trim_end_matches('/'))
    }

    /// What cannot be used, as key, Vietnamese and English.
    pub(super) fn complaint(&self) -> Option<(&'static str, &'static str, &'static str)> {
        if self.otlp.is_empty() {
            return None;
        }
        if cfg!(not(feature = "otlp")) {
            return Some((
                "otlp",
                "chương trình này được dựng không có tính năng `otlp`: dựng lại bằng `cargo build --release --features otlp`",
                "this program was built without the feature `otlp`: build it again with `cargo build --release --features otlp`",
            ));
        }
        let is_address = Url::parse(&self.otlp).is_ok_and(|url| {
            matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none()
        });
        (!is_address).then_some((
            "otlp",
            "phải là địa chỉ như \"http://127.0.0.1:4318\"",
            "must be an address such as \"http://127.0.0.1:4318\"",
        ))
    }
}
