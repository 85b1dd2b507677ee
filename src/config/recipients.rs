//! `recipients.toml`: who gets digests by mail, and when.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::SignedDuration;
use jiff::civil::Time;
use models::domain::{AlertKind, AlertWish, DigestScope, PeriodKind, Recipient, UnitCode, Way};
use serde::Deserialize;

use super::endpoints::{each, scope_of};
use super::{Clock, ConfigError, Span};

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
    alerts: Option<AlertEntry>,
    disabled: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AlertEntry {
    #[serde(default = "yes")]
    mail: bool,
    #[serde(default)]
    channels: Vec<String>,
    #[serde(default)]
    kinds: Vec<String>,
    #[serde(default)]
    units: Vec<String>,
    quiet: Option<(Clock, Clock)>,
    #[serde(default)]
    urgent_always: bool,
    #[serde(default = "ten_minutes")]
    gather: Span,
}

fn ten_minutes() -> Span {
    Span::from_secs(600)
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
        let alerts = self
            .alerts
            .map(|wish| wish.into_wish(&self.address))
            .transpose()?;
        if (scopes.is_empty() || periods.is_empty()) && alerts.is_none() {
            return Err(
                "`scopes` và `periods` không được trống, trừ khi có [recipient.alerts] / must not be \
                 empty without [recipient.alerts]"
                    .to_owned(),
            );
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
            alerts,
            disabled: self.disabled,
        })
    }
}

impl AlertEntry {
    fn into_wish(self, address: &str) -> Result<AlertWish, String> {
        let mut ways = Vec::new();
        if self.mail {
            ways.push(Way::Mail {
                address: address.to_owned(),
            });
        }
        for text in &self.channels {
            let (channel, to) = text.split_once(':').ok_or_else(|| {
                format!(
                    "alerts.channels: `{text}`: ghi KÊNH:NGƯỜI / write CHANNEL:TO, such as sms:0900000000"
                )
            })?;
            ways.push(Way::Channel {
                channel: channel.to_owned(),
                to: to.to_owned(),
            });
        }
        if ways.is_empty() {
            return Err(
                "alerts: cần mail = true hoặc channels / needs mail = true or channels".to_owned(),
            );
        }
        let kinds = self.kinds.iter().map(|code| {
            let unknown = || format!("alerts.kinds: `{code}`: ghi / use concern, source");
            AlertKind::from_code(code).ok_or_else(unknown)
        });
        let units = self.units.iter().map(|code| {
            let unknown = |_| format!("alerts.units: `{code}`: ghi mã 5 số / use five digits");
            code.parse::<UnitCode>().map_err(unknown)
        });
        let hours = |(from, to): (Clock, Clock)| -> (Time, Time) { (from.time(), to.time()) };
        Ok(AlertWish {
            ways,
            kinds: kinds.collect::<Result<_, _>>()?,
            units: units.collect::<Result<_, _>>()?,
            quiet: self.quiet.map(hours),
            urgent_always: self.urgent_always,
            gather: SignedDuration::from_secs(self.gather.0.as_secs()),
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
        let wish = found[0].alerts.as_ref().unwrap();
        assert_eq!(wish.quiet, Some((time(21, 0, 0, 0), time(6, 30, 0, 0))));
        assert_eq!(wish.ways.len(), 2);
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
            ("alerts = { mail = false }", "mail = true"),
            ("alerts = { channels = [\"sms\"] }", "CHANNEL:TO"),
            ("alerts = { units = [\"Q1\"] }", "Q1"),
            ("alerts = { kinds = [\"all\"] }", "concern, source"),
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
