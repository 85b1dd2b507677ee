//! `channels.toml`: SMS gateways and chats by which officers are told things.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crawler::gateway::{Channel, ChannelKind, Format, RequestTemplate, TakenWhen};
use serde::Deserialize;

use super::ConfigError;
use super::sources::place_of;

/// Longest identifier of a channel.
const ID_CHARS_MAX: usize = 40;
/// Parts of one SMS that may be asked for.
const PARTS_MAX: usize = 6;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    channel: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    kind: Kind,
    #[serde(default)]
    accents: bool,
    #[serde(default = "two")]
    parts_max: usize,
    #[serde(default = "post")]
    method: String,
    url: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    format: BodyFormat,
    #[serde(default)]
    body: String,
    #[serde(default)]
    secrets: BTreeMap<String, String>,
    taken: Option<Taken>,
    #[serde(default)]
    knows_repeats: bool,
    disabled: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Sms,
    Chat,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum BodyFormat {
    #[default]
    Json,
    Form,
    Xml,
    Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Taken {
    pointer: Option<String>,
    #[serde(default)]
    is: Vec<String>,
    contains: Option<String>,
}

fn two() -> usize {
    2
}

fn post() -> String {
    "POST".to_owned()
}

/// Reads the text of a channels file; complaints name the entry.
pub fn parse_channels(path: &Path, text: &str) -> Result<Vec<Channel>, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for entry in file.channel {
        let id = entry.id.clone();
        if !seen.insert(id.clone()) {
            let reason = format!("kênh `{id}` ghi hai lần / channel given twice");
            return Err(ConfigError::data(path, reason));
        }
        let channel = entry.into_channel();
        all.push(channel.map_err(|reason| {
            ConfigError::data(path, format!("kênh / channel `{id}`: {reason}"))
        })?);
    }
    Ok(all)
}

impl Entry {
    fn into_channel(self) -> Result<Channel, String> {
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let is_short = (1..=ID_CHARS_MAX).contains(&self.id.len());
        if !is_short || !self.id.chars().all(is_plain) || self.id == "mail" {
            return Err(
                "id chỉ gồm a-z, 0-9, `-`, tối đa 40, không phải `mail` / an id has only a-z, 0-9, `-`, \
                 at most 40, and is not `mail`"
                    .to_owned(),
            );
        }
        if !(1..=PARTS_MAX).contains(&self.parts_max) {
            return Err(format!(
                "parts_max: từ 1 đến {PARTS_MAX} / from 1 to {PARTS_MAX}"
            ));
        }
        let is_post = match self.method.as_str() {
            "POST" => true,
            "GET" => false,
            other => {
                return Err(format!(
                    "method = `{other}`: ghi POST hoặc GET / use POST or GET"
                ));
            }
        };
        let secrets = self.secrets.iter();
        let channel = Channel {
            kind: match self.kind {
                Kind::Chat => ChannelKind::Chat,
                Kind::Sms => ChannelKind::Sms {
                    accents: self.accents,
                    parts_max: self.parts_max,
                },
            },
            request: RequestTemplate {
                is_post,
                url: self.url,
                headers: self.headers.into_iter().collect(),
                format: match self.format {
                    BodyFormat::Json => Format::Json,
                    BodyFormat::Form => Format::Form,
                    BodyFormat::Xml => Format::Xml,
                    BodyFormat::Text => Format::Text,
                },
                body: self.body,
                secrets: secrets
                    .map(|(name, place)| (name.clone(), place_of(place)))
                    .collect(),
            },
            taken: taken_when(self.taken)?,
            knows_repeats: self.knows_repeats,
            id: self.id,
            name: self.name,
            disabled: self.disabled,
        };
        channel.check().map_err(|problem| problem.to_string())?;
        Ok(channel)
    }
}

fn taken_when(taken: Option<Taken>) -> Result<TakenWhen, String> {
    let wrong = "taken: ghi { pointer = \"/…\", is = [\"…\"] } hoặc { contains = \"…\" } / write one of these";
    let Some(taken) = taken else {
        return Ok(TakenWhen::Status);
    };
    match (taken.pointer, taken.contains) {
        (Some(pointer), None) if pointer.starts_with('/') && !taken.is.is_empty() => {
            Ok(TakenWhen::Json {
                pointer,
                is: taken.is,
            })
        }
        (None, Some(text)) if !text.is_empty() && taken.is.is_empty() => {
            Ok(TakenWhen::Contains(text))
        }
        _ => Err(wrong.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<Channel>, ConfigError> {
        parse_channels(Path::new("channels.toml"), text)
    }

    #[test]
    fn the_shipped_file_tells_nobody_and_each_of_its_examples_can_be_used() {
        let shipped = include_str!("../../config/channels.toml");
        assert_eq!(parse(shipped).unwrap(), []);
        let start = shipped.find("# [[channel]]").unwrap();
        let examples = shipped[start..].lines().map(|line| {
            let bare = line.strip_prefix('#').unwrap_or(line);
            bare.strip_prefix(' ').unwrap_or(bare)
        });
        let found = parse(&examples.collect::<Vec<_>>().join("\n")).unwrap();
        let ids = found.iter().map(|channel| channel.id.as_str());
        assert_eq!(
            ids.collect::<Vec<_>>(),
            [
                "sms", "sms-form", "sms-soap", "zalo-zns", "telegram", "slack", "teams"
            ]
        );
    }

    #[test]
    fn mistakes_are_named() {
        let with = |line: &str| {
            let text = format!(
                "[[channel]]\nid = \"a\"\nname = \"A\"\nkind = \"chat\"\nurl = \"https://x.vn/\"\n{line}"
            );
            parse(&text).map_err(|error| format!("{error:?}"))
        };
        with("").unwrap();
        for (line, said) in [
            ("body = '{\"to\": {{to}}'", "JSON"),
            ("body = '\"{{phone}}\"'", "phone"),
            ("method = \"PUT\"", "PUT"),
            ("parts_max = 9", "parts_max"),
            ("taken = { is = [\"0\"] }", "taken"),
            ("headers = { \"a b\" = \"c\" }", "a b"),
        ] {
            let problem = with(line).unwrap_err();
            assert!(problem.contains(said), "{problem}");
        }
    }
}
