//! Origins of other sites, so that what stands in a header can hold nothing else.

use std::fmt;

use serde::{Deserialize, Deserializer, de};
use url::Url;

/// Scheme, host and port of a site: `https://bando.example.gov.vn`. `http` is for loopback alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin; `None` for anything more or less.
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        let host = url.host_str()?;
        let is_loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
        let origin = url.origin().ascii_serialization();
        // No wildcard, path, user or query: what is written is what is meant.
        let is_bare = text == origin && !host.contains('*');
        (is_safe && is_bare).then_some(Self(origin))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Origin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            de::Error::custom(format!(
                "`{text}` is not an origin: write \"https://bando.example.gov.vn\", without a path; http is \
                 for localhost alone"
            ))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_bare_origin_is_taken() {
        for good in [
            "https://bando.example.gov.vn",
            "https://x.example:8443",
            "http://localhost:9000",
        ] {
            assert_eq!(Origin::parse(good).unwrap().to_string(), good);
        }
        for bad in [
            "*",
            "https://*.example.vn",
            "https://x.example/map",
            "https://x.example/",
            "http://x.example",
            "x.example",
            "'self'",
            "https://x.example; script-src *",
        ] {
            assert_eq!(Origin::parse(bad), None, "{bad}");
        }
    }
}
