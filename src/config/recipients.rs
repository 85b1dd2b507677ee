//! `recipients.toml`: who gets digests by mail, and when.

use std::collections::BTreeSet;
use std::path::Path;

use models::domain::{DigestScope, PeriodKind, Recipient};
use serde::Deserialize;

use super::endpoints::{each, scope_of};
use super::{Clock, ConfigError};

/// Longest identifier of a recipient.
const ID_CHARS_MAX: usize = 40;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    recipient: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    address: String,
    #[serde(default = "city")]
    scopes: Vec<String>,
    #[serde(default = "days")]
    periods: Vec<String>,
    at: Clock,
    #[serde(default = "vietnamese")]
    lang: String,
    #[serde(default = "yes")]
    errata: bool,
    disabled: Option<String>,
}

fn city() -> Vec<String> {
    vec!["city".to_owned()]
}

fn days() -> Vec<String> {
    vec!["day".to_owned()]
}

fn vietnamese() -> String {
    "vi".to_owned()
}

fn yes() -> bool {
    true
}

/// Reads the text of a recipients file; complaints name the entry.
pub fn parse_recipients(path: &Path, text: &str) -> Result<Vec<Recipient>, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for entry in file.recipient {
        if !seen.insert(entry.id.clone()) {
            let reason = format!(
                "người nhận `{}` ghi hai lần / recipient given twice",
                entry.id
            );
            return Err(ConfigError::data(path, reason));
        }
        let id = entry.id.clone();
        let recipient = entry.into_recipient().map_err(|reason| {
            ConfigError::data(path, format!("người nhận / recipient `{id}`: {reason}"))
        })?;
        all.push(recipient);
    }
    Ok(all)
}

impl Entry {
    fn into_recipient(self) -> Result<Recipient, String> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || self.id.len() > ID_CHARS_MAX || !self.id.chars().all(is_plain) {
            return Err(
                "id chỉ gồm a-z, 0-9, `-`, tối đa 40 / an id has only a-z, 0-9, `-`, at most 40"
                    .to_owned(),
            );
        }
        if let Err(problem) = crawler::mail::check_address(&self.name, &self.address) {
            return Err(format!(
                "địa chỉ `{}` không dùng được / address cannot be used: {problem}",
                self.address
            ));
        }
        let scopes: Vec<DigestScope> = each(&self.scopes, "scopes", scope_of)?;
        let periods = each(&self.periods, "periods", PeriodKind::from_code)?;
        if scopes.is_empty() || periods.is_empty() {
            return Err("`scopes` và `periods` không được trống / must not be empty".to_owned());
        }
        let english = match self.lang.as_str() {
            "vi" => false,
            "en" => true,
            other => {
                return Err(format!(
                    "lang = `{other}`: ghi \"vi\" hoặc \"en\" / use vi or en"
                ));
            }
        };
        Ok(Recipient {
            id: self.id,
            name: self.name,
            address: self.address,
            scopes,
            periods,
            at: self.at.time(),
            english,
            errata: self.errata,
            disabled: self.disabled,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    fn parse(text: &str) -> Result<Vec<Recipient>, ConfigError> {
        parse_recipients(Path::new("recipients.toml"), text)
    }

    #[test]
    fn the_shipped_file_tells_nobody_and_its_example_can_be_used() {
        let shipped = include_str!("../../config/recipients.toml");
        assert_eq!(parse(shipped).unwrap(), []);
        let start = shipped.find("# [[recipient]]").unwrap();
        let example = shipped[start..]
            .lines()
            .map(|line| line.trim_start_matches("# "));
        let found = parse(&example.collect::<Vec<_>>().join("\n")).unwrap();
        assert_eq!(found[0].at, time(6, 30, 0, 0));
        assert_eq!(found[0].scopes[0], DigestScope::City);
        assert!(found[0].errata && !found[0].english);
    }

    #[test]
    fn mistakes_are_named() {
        let with = |line: &str| {
            let text = format!(
                "[[recipient]]\nid = \"a\"\nname = \"A\"\naddress = \"a@example.vn\"\nat = \"06:30\"\n{line}"
            );
            parse(&text).map_err(|error| format!("{error:?}"))
        };
        with("").unwrap();
        for (line, said) in [
            ("lang = \"fr\"", "vi"),
            ("scopes = []", "scopes"),
            ("periods = [\"year\"]", "year"),
            ("scopes = [\"quận 1\"]", "quận 1"),
        ] {
            let problem = with(line).unwrap_err();
            assert!(problem.contains(said), "{problem}");
        }
        let bad = "[[recipient]]\nid = \"a\"\nname = \"A\\nBcc: x@y.vn\"\naddress = \"a b@c\"\nat = \"06:30\"";
        let problem = format!("{:?}", parse(bad).unwrap_err());
        assert!(problem.contains("a b@c"), "{problem}");
    }
}
