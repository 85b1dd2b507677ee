//! `alerts.toml`: suggested rules of alerts, brought into the record by a command.

use std::collections::BTreeSet;
use std::path::Path;

use models::domain::{
    AlertRule, Channel, ConcernWatch, RuleFault, SourceId, SourceWatch, Topic, UnitCode, Watch,
};
use serde::Deserialize;

use super::ConfigError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    #[serde(default)]
    kind: Kind,
    #[serde(default)]
    topics: Vec<String>,
    #[serde(default)]
    units: Vec<String>,
    #[serde(default)]
    channels: Vec<String>,
    #[serde(default)]
    sources: Vec<String>,
    #[serde(default = "one")]
    min_mentions: u32,
    min_negative_share: Option<f64>,
    burst_per_month: Option<f64>,
    #[serde(default = "twelve")]
    hours: u32,
    #[serde(default)]
    urgent: bool,
    #[serde(default = "yes")]
    active: bool,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    #[default]
    Concern,
    Source,
}

fn one() -> u32 {
    1
}

fn twelve() -> u32 {
    12
}

fn yes() -> bool {
    true
}

/// Reads the text of a file of rules; complaints name the rule.
pub fn parse_alert_rules(path: &Path, text: &str) -> Result<Vec<AlertRule>, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for entry in file.rule {
        let id = entry.id.clone();
        if !seen.insert(id.clone()) {
            let reason = format!("luật `{id}` ghi hai lần / rule given twice");
            return Err(ConfigError::data(path, reason));
        }
        let rule = entry.into_rule();
        all.push(
            rule.map_err(|reason| {
                ConfigError::data(path, format!("luật / rule `{id}`: {reason}"))
            })?,
        );
    }
    Ok(all)
}

fn each<T>(
    texts: &[String],
    key: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, String> {
    let values = texts.iter().map(|text| {
        read(text).ok_or_else(|| format!("`{key}`: không hiểu / cannot read `{text}`"))
    });
    values.collect()
}

impl Entry {
    fn into_rule(self) -> Result<AlertRule, String> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || self.id.len() > 60 || !self.id.chars().all(is_plain) {
            return Err("id chỉ gồm a-z, 0-9, `-` / an id has only a-z, 0-9, `-`".to_owned());
        }
        let sources = self.sources.into_iter().map(SourceId::new).collect();
        let watch = match self.kind {
            Kind::Source => Watch::Sources(SourceWatch {
                sources,
                min_hours: self.hours,
            }),
            Kind::Concern => Watch::Concerns(ConcernWatch {
                topics: each(&self.topics, "topics", Topic::from_code)?,
                units: each(&self.units, "units", |text| text.parse::<UnitCode>().ok())?,
                channels: each(&self.channels, "channels", Channel::from_code)?,
                sources,
                min_mentions: self.min_mentions,
                min_negative_share: self.min_negative_share,
                burst_per_month: self.burst_per_month,
            }),
        };
        let rule = AlertRule {
            id: 0,
            revision: 0,
            origin: Some(self.id),
            name: self.name,
            watch,
            is_urgent: self.urgent,
            is_active: self.active,
        };
        match rule.fault() {
            None => Ok(rule),
            Some(fault) => Err(told(fault).to_owned()),
        }
    }
}

fn told(fault: RuleFault) -> &'static str {
    match fault {
        RuleFault::Name => "name: 1–80 chữ / letters",
        RuleFault::MinMentions => "min_mentions: 1–100000",
        RuleFault::NegativeShare => {
            "min_negative_share: trên 0 đến 1, và min_mentions từ 3 / above 0 up to 1, and min_mentions of 3"
        }
        RuleFault::Burst => "burst_per_month: trên 0 đến 100 / above 0 up to 100",
        RuleFault::Everything => {
            "luật báo mọi thứ: cần min_mentions từ 2 hoặc burst_per_month / it would tell everything: \
             give min_mentions of 2 or burst_per_month"
        }
        RuleFault::Hours => "hours: 1–720",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<AlertRule>, ConfigError> {
        parse_alert_rules(Path::new("alerts.toml"), text)
    }

    #[test]
    fn the_suggested_rules_can_be_used() {
        let rules = parse(include_str!("../../config/alerts.toml")).unwrap();
        assert!(rules.len() >= 4);
        assert!(
            rules
                .iter()
                .any(|rule| matches!(rule.watch, Watch::Sources(_)))
        );
        assert!(
            rules
                .iter()
                .all(|rule| rule.is_active && rule.origin.is_some())
        );
    }

    #[test]
    fn mistakes_are_named() {
        for (line, said) in [
            ("", "min_mentions of 2"),
            ("min_mentions = 5\ntopics = [\"ngập\"]", "ngập"),
            ("min_mentions = 5\nunits = [\"Q1\"]", "Q1"),
            (
                "min_mentions = 2\nmin_negative_share = 0.5",
                "min_negative_share",
            ),
            ("kind = \"source\"\nhours = 0", "hours"),
        ] {
            let text = format!("[[rule]]\nid = \"a\"\nname = \"A\"\n{line}");
            let problem = format!("{:?}", parse(&text).unwrap_err());
            assert!(problem.contains(said), "{problem}");
        }
    }
}
