//! `sources.toml`: what is listened to.

use std::collections::BTreeSet;
use std::path::Path;

use models::domain::{Channel, Open311, SecretRef, Source, SourceId, SourceKind};
use serde::Deserialize;

use super::{ConfigError, Span};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    source: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    channel: ChannelName,
    kind: KindName,
    #[serde(default)]
    url: String,
    tag: Option<String>,
    outlet: Option<String>,
    follow_links: Option<bool>,
    poll_every: Option<Span>,
    jurisdiction: Option<String>,
    key_env: Option<String>,
    key_file: Option<String>,
    disabled: Option<String>,
    trust: Option<f32>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChannelName {
    Press,
    Social,
    Hotline,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindName {
    Feed,
    Sitemap,
    Open311,
    MastodonTag,
    Import,
}

/// Reads the text of a sources file; complaints name the entry.
pub fn parse_sources(path: &Path, text: &str) -> Result<Vec<Source>, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    let mut seen = BTreeSet::new();
    for entry in &file.source {
        if !seen.insert(entry.id.clone()) {
            let reason = format!("nguồn `{}` ghi hai lần / source given twice", entry.id);
            return Err(ConfigError::data(path, reason));
        }
    }
    file.source
        .into_iter()
        .map(|entry| entry.into_source(path))
        .collect()
}

impl Entry {
    fn into_source(self, path: &Path) -> Result<Source, ConfigError> {
        let kind = self.kind(path)?;
        let trust = self.trust.unwrap_or(match self.channel {
            ChannelName::Press => 0.9,
            ChannelName::Hotline => 0.8,
            ChannelName::Social => 0.4,
        });
        if !(0.0..=1.0).contains(&trust) {
            return Err(self.complain(path, "trust phải từ 0 đến 1 / trust must be 0 to 1"));
        }
        if kind != SourceKind::Import && !is_web_address(&self.url) {
            return Err(self.complain(path, "thiếu url http(s) / needs an http(s) url"));
        }
        Ok(Source {
            outlet: self.outlet.unwrap_or_else(|| self.name.clone()),
            follow_links: self
                .follow_links
                .unwrap_or(matches!(kind, SourceKind::Feed | SourceKind::Sitemap)),
            id: SourceId::new(self.id),
            name: self.name,
            channel: match self.channel {
                ChannelName::Press => Channel::Press,
                ChannelName::Social => Channel::Social,
                ChannelName::Hotline => Channel::Hotline,
            },
            kind,
            url: self.url,
            poll_every: self.poll_every.map(|span| span.0),
            disabled: self.disabled,
            trust,
        })
    }

    fn kind(&self, path: &Path) -> Result<SourceKind, ConfigError> {
        let has_own = [&self.jurisdiction, &self.key_env, &self.key_file];
        if !matches!(self.kind, KindName::Open311) && has_own.iter().any(|own| own.is_some()) {
            return Err(self.complain(
                path,
                "jurisdiction, key_env, key_file chỉ cho open311 / these are for open311",
            ));
        }
        Ok(match (self.kind, &self.tag) {
            (KindName::MastodonTag, Some(tag)) => {
                SourceKind::MastodonTag(tag.trim_start_matches('#').to_owned())
            }
            (KindName::MastodonTag, None) => {
                return Err(self.complain(path, "mastodon_tag cần tag / mastodon_tag needs tag"));
            }
            (_, Some(_)) => {
                return Err(
                    self.complain(path, "tag chỉ cho mastodon_tag / tag is for mastodon_tag")
                );
            }
            (KindName::Feed, None) => SourceKind::Feed,
            (KindName::Sitemap, None) => SourceKind::Sitemap,
            (KindName::Open311, None) => SourceKind::Open311(Open311 {
                jurisdiction: self.jurisdiction.clone(),
                key: self.key(path)?,
            }),
            (KindName::Import, None) => SourceKind::Import,
        })
    }

    /// Where the key of an interface is kept; the key itself never stands in this file.
    fn key(&self, path: &Path) -> Result<Option<SecretRef>, ConfigError> {
        match (&self.key_env, &self.key_file) {
            (Some(_), Some(_)) => Err(self.complain(
                path,
                "chỉ ghi một trong key_env, key_file / give key_env or key_file, not both",
            )),
            (Some(name), None) => Ok(Some(SecretRef::Env(name.clone()))),
            (None, Some(file)) => Ok(Some(SecretRef::File(file.clone()))),
            (None, None) => Ok(None),
        }
    }

    fn complain(&self, path: &Path, reason: &str) -> ConfigError {
        ConfigError::data(path, format!("nguồn `{}`: {reason}", self.id))
    }
}

fn is_web_address(url: &str) -> bool {
    url.starts_with("http://") || url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Vec<Source>, ConfigError> {
        parse_sources(Path::new("sources.toml"), text)
    }

    #[test]
    fn entries_become_sources_with_sensible_defaults() {
        let text = r##"
            [[source]]
            id = "bao-a"
            name = "Báo A"
            channel = "press"
            kind = "feed"
            url = "https://a.example/rss"
            [[source]]
            id = "the"
            name = "Thẻ"
            channel = "social"
            kind = "mastodon_tag"
            url = "https://m.example"
            tag = "#saigon"
        "##;
        let sources = parse(text).unwrap();
        assert!(sources[0].follow_links && sources[0].trust > 0.5);
        assert_eq!(
            sources[1].kind,
            SourceKind::MastodonTag("saigon".to_owned())
        );
        assert!(!sources[1].follow_links);
    }

    #[test]
    fn a_hotline_names_where_its_key_is() {
        let entry = |rest: &str| {
            format!(
                "[[source]]\nid = \"h\"\nname = \"H\"\nchannel = \"hotline\"\nkind = \"open311\"\nurl = \"https://h.example/discovery.json\"\n{rest}"
            )
        };
        let sources = parse(&entry("jurisdiction = \"hcm\"\nkey_env = \"HOTLINE_KEY\"")).unwrap();
        let expect = Open311 {
            jurisdiction: Some("hcm".to_owned()),
            key: Some(SecretRef::Env("HOTLINE_KEY".to_owned())),
        };
        assert_eq!(sources[0].kind, SourceKind::Open311(expect));
        let both = parse(&entry("key_env = \"A\"\nkey_file = \"b\"")).unwrap_err();
        assert!(both.to_string().contains("key_file"));
        let feed = entry("key_env = \"A\"").replace("open311", "feed");
        assert!(parse(&feed).unwrap_err().to_string().contains("open311"));
    }

    #[test]
    fn contradictions_are_refused_by_name() {
        let entry = |rest: &str| {
            format!("[[source]]\nid = \"x\"\nname = \"X\"\nchannel = \"press\"\n{rest}")
        };
        let no_url = parse(&entry("kind = \"feed\"")).unwrap_err().to_string();
        assert!(no_url.contains("`x`") && no_url.contains("url"));
        let no_tag = entry("kind = \"mastodon_tag\"\nurl = \"https://m.example\"");
        assert!(parse(&no_tag).unwrap_err().to_string().contains("tag"));
        let once = entry("kind = \"import\"");
        assert!(
            parse(&format!("{once}\n{once}"))
                .unwrap_err()
                .to_string()
                .contains("hai lần")
        );
    }
}
