//! `sources.toml`: what is listened to.

use std::collections::BTreeSet;
use std::path::Path;

use models::domain::{Channel, FacebookPage, SecretRef, Source, SourceId, SourceKind, YouTube};
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
    queries: Option<Vec<String>>,
    channels: Option<Vec<String>>,
    units_per_day: Option<u32>,
    page: Option<String>,
    secret_env: Option<String>,
    secret_file: Option<String>,
    outlet: Option<String>,
    follow_links: Option<bool>,
    poll_every: Option<Span>,
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
    #[serde(rename = "youtube")]
    YouTube,
    FacebookPage,
    Discourse,
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
        let is_social = matches!(self.channel, ChannelName::Social);
        if is_social && self.follow_links == Some(true) {
            return Err(self.complain(
                path,
                "mạng xã hội không theo follow_links: trang đầy tên người / pages of social sources are not followed: they are full of names",
            ));
        }
        Ok(Source {
            outlet: self.outlet.unwrap_or_else(|| self.name.clone()),
            follow_links: self
                .follow_links
                .unwrap_or(!is_social && matches!(kind, SourceKind::Feed | SourceKind::Sitemap)),
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
        self.check_keys(path)?;
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
            (KindName::Open311, None) => SourceKind::Open311,
            (KindName::YouTube, None) => SourceKind::YouTube(self.youtube(path)?),
            (KindName::FacebookPage, None) => SourceKind::FacebookPage(self.facebook_page(path)?),
            (KindName::Discourse, None) => SourceKind::Discourse,
            (KindName::Import, None) => SourceKind::Import,
        })
    }

    /// Keys that mean something to one kind only are refused elsewhere, so that none is ignored.
    fn check_keys(&self, path: &Path) -> Result<(), ConfigError> {
        let is_youtube = matches!(self.kind, KindName::YouTube);
        let is_facebook = matches!(self.kind, KindName::FacebookPage);
        let strange = [
            ("queries", self.queries.is_some() && !is_youtube),
            ("channels", self.channels.is_some() && !is_youtube),
            ("units_per_day", self.units_per_day.is_some() && !is_youtube),
            ("page", self.page.is_some() && !is_facebook),
            ("secret_env", self.secret_env.is_some() && !(is_youtube || is_facebook)),
            ("secret_file", self.secret_file.is_some() && !(is_youtube || is_facebook)),
        ];
        match strange.into_iter().find(|(_, is_strange)| *is_strange) {
            Some((key, _)) => Err(self.complain(
                path,
                &format!("{key} không dùng cho kind này / {key} is not for this kind"),
            )),
            None => Ok(()),
        }
    }

    fn youtube(&self, path: &Path) -> Result<YouTube, ConfigError> {
        const UNITS_PER_DAY: u32 = 10_000;
        const UNITS_MIN: u32 = 1_000;
        let queries = self.queries.clone().unwrap_or_default();
        let channels = self.channels.clone().unwrap_or_default();
        if queries.is_empty() && channels.is_empty() {
            return Err(self.complain(
                path,
                "youtube cần queries hoặc channels / youtube needs queries or channels",
            ));
        }
        let is_channel = |id: &String| id.starts_with("UC") && id.len() == 24;
        if let Some(wrong) = channels.iter().find(|id| !is_channel(id)) {
            return Err(self.complain(
                path,
                &format!("kênh `{wrong}`: ghi mã UC… 24 ký tự / a channel is given by its id, UC… of 24 letters"),
            ));
        }
        let units_per_day = self.units_per_day.unwrap_or(UNITS_PER_DAY);
        if units_per_day < UNITS_MIN {
            return Err(self.complain(
                path,
                &format!("units_per_day ít nhất {UNITS_MIN} / units_per_day is at least {UNITS_MIN}"),
            ));
        }
        Ok(YouTube {
            queries,
            channels,
            units_per_day,
            key: self.secret(path)?,
        })
    }

    fn facebook_page(&self, path: &Path) -> Result<FacebookPage, ConfigError> {
        let page = self.page.clone().unwrap_or_default();
        if page.is_empty() || !page.chars().all(|c| c.is_ascii_alphanumeric() || c == '.') {
            return Err(self.complain(
                path,
                "facebook_page cần page, mã số trang / facebook_page needs page, its number",
            ));
        }
        Ok(FacebookPage {
            page,
            token: self.secret(path)?,
        })
    }

    /// Where the key or token is kept; a file is meant relative to the file of sources.
    fn secret(&self, path: &Path) -> Result<SecretRef, ConfigError> {
        match (&self.secret_env, &self.secret_file) {
            (Some(name), None) => Ok(SecretRef::Env(name.clone())),
            (None, Some(file)) => {
                let folder = path.parent().unwrap_or(Path::new(""));
                Ok(SecretRef::File(folder.join(file).display().to_string()))
            }
            _ => Err(self.complain(
                path,
                "cần đúng một: secret_env hoặc secret_file / needs exactly one of secret_env and secret_file",
            )),
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
    fn social_sources_name_where_their_secret_is_kept_and_follow_no_pages() {
        let text = r#"
            [[source]]
            id = "yt"
            name = "YouTube"
            channel = "social"
            kind = "youtube"
            url = "https://www.googleapis.com/youtube/v3"
            queries = ["ngập Quận 7"]
            secret_file = "khoa/youtube"
            [[source]]
            id = "voz"
            name = "VOZ"
            channel = "social"
            kind = "feed"
            url = "https://voz.example/f/diem-bao.33/index.rss"
        "#;
        let sources = parse_sources(Path::new("/etc/langnghe/sources.toml"), text).unwrap();
        let SourceKind::YouTube(youtube) = &sources[0].kind else {
            panic!("{:?}", sources[0].kind);
        };
        assert_eq!(youtube.units_per_day, 10_000);
        let file = "/etc/langnghe/khoa/youtube".to_owned();
        assert_eq!(youtube.key, SecretRef::File(file));
        assert!(!sources[1].follow_links);
        let followed = format!("{text}\nfollow_links = true");
        assert!(parse(&followed).unwrap_err().to_string().contains("follow_links"));
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
        let youtube = "kind = \"youtube\"\nurl = \"https://y.example\"\nqueries = [\"ngập\"]";
        let refused = |rest: &str| parse(&entry(rest)).unwrap_err().to_string();
        assert!(refused(youtube).contains("secret_env"));
        assert!(refused(&format!("{youtube}\nsecret_env = \"K\"\npage = \"1\"")).contains("page"));
        assert!(refused("kind = \"feed\"\nurl = \"https://f.example\"\nsecret_env = \"K\"").contains("secret_env"));
        assert!(refused("kind = \"facebook_page\"\nurl = \"https://g.example\"\nsecret_env = \"K\"").contains("page"));
        let once = entry("kind = \"import\"");
        assert!(
            parse(&format!("{once}\n{once}"))
                .unwrap_err()
                .to_string()
                .contains("hai lần")
        );
    }
}
