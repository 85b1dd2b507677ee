//! `endpoints.toml`: which other systems are told what we publish, and how often we try.

use std::collections::BTreeSet;
use std::path::Path;

use models::domain::{
    AgencyId, DigestScope, Endpoint, EndpointProof, EventKind, PeriodKind, SecretRef,
};
use serde::Deserialize;
use url::Url;

use super::sources::place_of;
use super::{ConfigError, Span};

/// Longest identifier of an endpoint.
const ID_CHARS_MAX: usize = 40;

/// Endpoints, and the pauses between attempts at one message.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoints {
    /// Pauses after the first, second, … attempt that failed; after the last the message is dead.
    pub retries: Vec<Span>,
    /// Everyone who is told.
    pub all: Vec<Endpoint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    retries: Vec<Span>,
    #[serde(default)]
    endpoint: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    url: String,
    events: Vec<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(default)]
    periods: Vec<String>,
    /// Secrets of Standard Webhooks signatures: `env:NAME` or a file; two while one is replaced.
    #[serde(default)]
    secrets: Vec<String>,
    /// Instead of secrets: where the token of an `Authorization` header is kept.
    token: Option<String>,
    disabled: Option<String>,
}

/// Reads the text of an endpoints file; complaints name the entry.
pub fn parse_endpoints(path: &Path, text: &str) -> Result<Endpoints, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for entry in file.endpoint {
        if !seen.insert(entry.id.clone()) {
            let reason = format!("nơi nhận `{}` ghi hai lần / endpoint given twice", entry.id);
            return Err(ConfigError::data(path, reason));
        }
        let id = entry.id.clone();
        let endpoint = entry.into_endpoint().map_err(|reason| {
            ConfigError::data(path, format!("nơi nhận / endpoint `{id}`: {reason}"))
        })?;
        all.push(endpoint);
    }
    Ok(Endpoints {
        retries: file.retries,
        all,
    })
}

impl Entry {
    fn into_endpoint(self) -> Result<Endpoint, String> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || self.id.len() > ID_CHARS_MAX || !self.id.chars().all(is_plain) {
            return Err(
                "id chỉ gồm a-z, 0-9, `-`, tối đa 40 / an id has only a-z, 0-9, `-`, at most 40"
                    .to_owned(),
            );
        }
        let url = Url::parse(&self.url).ok();
        if !url.is_some_and(|url| matches!(url.scheme(), "http" | "https")) {
            return Err("thiếu url http(s) / needs an http(s) url".to_owned());
        }
        let proof = match (self.secrets.as_slice(), &self.token) {
            ([], Some(token)) => EndpointProof::Bearer(place_of(token)),
            ([], None) => {
                return Err(
                    "thiếu `secrets` (chữ ký) hoặc `token` / needs `secrets` (signature) or `token`"
                        .to_owned(),
                );
            }
            (secrets, None) => EndpointProof::Signature(places_of(secrets)),
            (_, Some(_)) => {
                return Err(
                    "chỉ ghi `secrets` hoặc `token` / give `secrets` or `token`, not both"
                        .to_owned(),
                );
            }
        };
        let events = each(&self.events, "events", |code| {
            EventKind::from_code(code).filter(|kind| kind.is_for_endpoints())
        })?;
        if events.is_empty() {
            return Err(format!(
                "thiếu `events`: {} / needs `events`",
                known_events()
            ));
        }
        Ok(Endpoint {
            scopes: each(&self.scopes, "scopes", scope_of)?,
            periods: each(&self.periods, "periods", PeriodKind::from_code)?,
            events,
            proof,
            id: self.id,
            name: self.name,
            url: self.url,
            disabled: self.disabled,
        })
    }
}

fn places_of(secrets: &[String]) -> Vec<SecretRef> {
    secrets.iter().map(|text| place_of(text)).collect()
}

pub(super) fn each<T>(
    texts: &[String],
    key: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, String> {
    let values = texts.iter().map(|text| {
        read(text).ok_or_else(|| {
            let known = match key {
                "events" => known_events(),
                "periods" => "day, week, month, reporting_month".to_owned(),
                _ => "city, unit:26740, agency:ID".to_owned(),
            };
            format!("`{key}`: không hiểu / cannot read `{text}`; dùng / use {known}")
        })
    });
    values.collect()
}

fn known_events() -> String {
    let events = EventKind::ALL.into_iter();
    let told = events.filter(|kind| kind.is_for_endpoints());
    told.map(EventKind::code).collect::<Vec<_>>().join(", ")
}

pub(super) fn scope_of(text: &str) -> Option<DigestScope> {
    match text.split_once(':') {
        None if text == "city" => Some(DigestScope::City),
        Some(("unit", code)) => code.parse().ok().map(DigestScope::Unit),
        Some(("agency", id)) if !id.is_empty() => Some(DigestScope::Agency(AgencyId::new(id))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../config/endpoints.toml");

    fn parse(text: &str) -> Result<Endpoints, ConfigError> {
        parse_endpoints(Path::new("endpoints.toml"), text)
    }

    #[test]
    fn the_shipped_file_tells_nobody_and_tries_for_days() {
        let shipped = parse(SHIPPED).unwrap();
        assert_eq!(shipped.all, []);
        let all = shipped.retries.iter().map(|span| span.0.as_hours());
        assert!(all.sum::<i64>() >= 48);
    }

    #[test]
    fn the_example_of_the_shipped_file_can_be_used() {
        let example = SHIPPED.lines().filter_map(|line| {
            let line = line.strip_prefix("# ")?;
            let is_setting = line.starts_with("[[endpoint]]") || line.contains(" = ");
            is_setting.then_some(line)
        });
        let text = format!(
            "retries = [\"5s\"]\n{}",
            example.collect::<Vec<_>>().join("\n")
        );
        let read = parse(&text).unwrap();
        assert_eq!(read.all.len(), 2);
        assert!(matches!(read.all[0].proof, EndpointProof::Signature(_)));
        assert!(matches!(read.all[1].proof, EndpointProof::Bearer(_)));
        assert_eq!(read.all[1].events, [EventKind::Signals]);
    }

    #[test]
    fn mistakes_are_named() {
        let complaint = |more: &str| {
            let text = format!(
                "retries = []\n[[endpoint]]\nid = \"map\"\nname = \"Bản đồ\"\n\
                 url = \"https://example.invalid/\"\nevents = [\"digest.published\"]\n{more}"
            );
            parse(&text).unwrap_err().to_string()
        };
        assert!(complaint("").contains("`secrets`"));
        assert!(complaint("secrets = [\"env:A\"]\ntoken = \"env:B\"\n").contains("not both"));
        let wrong = complaint("secrets = [\"env:A\"]\nscopes = [\"quan-7\"]\n");
        assert!(
            wrong.contains("`map`") && wrong.contains("quan-7"),
            "{wrong}"
        );
        assert!(complaint("secrets = [\"env:A\"]\nperiods = [\"year\"]\n").contains("year"));
        let other = parse(
            "retries = []\n[[endpoint]]\nid = \"Map 1\"\nname = \"\"\nurl = \"ftp://x\"\nevents = []\n",
        );
        assert!(other.unwrap_err().to_string().contains("a-z"));
    }
}
