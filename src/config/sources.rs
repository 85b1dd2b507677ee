//! `sources.toml`: what is listened to.

use std::collections::BTreeSet;
use std::path::Path;

use models::domain::{
    Bluesky, Channel, FacebookPage, MastodonStream, SecretRef, Source, SourceId, SourceKind,
    YouTube, Zalo,
};
use serde::Deserialize;

use super::{ConfigError, Span};

/// What is asked of Bluesky unless the file says otherwise.
const BLUESKY_POSTS: &str = "app.bsky.feed.post";

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
    /// For `bluesky`: what is asked for, and which words make a post one about the city.
    collections: Option<Vec<String>>,
    keywords: Option<Vec<String>>,
    /// For `zalo`: number of the application.
    app: Option<String>,
    /// For `youtube`: what is searched, whose uploads are listed, and what that may cost.
    queries: Option<Vec<String>>,
    channels: Option<Vec<String>>,
    units_per_day: Option<u32>,
    /// For `facebook_page`: number of the page.
    page: Option<String>,
    /// Where secrets and tokens are kept: `env:NAME` or a file.
    secret: Option<OneOrMore>,
    token: Option<String>,
    outlet: Option<String>,
    follow_links: Option<bool>,
    poll_every: Option<Span>,
    jurisdiction: Option<String>,
    key: Option<String>,
    disabled: Option<String>,
    trust: Option<f32>,
}

/// A webhook has more than one secret while it is being replaced.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ChannelName {
    Press,
    Social,
    Hotline,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KindName {
    Feed,
    Sitemap,
    Open311,
    MastodonTag,
    MastodonStream,
    Bluesky,
    Webhook,
    Zalo,
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
        if (kind.is_visited() || kind.is_streamed()) && !is_web_address(&self.url) {
            return Err(self.complain(path, "thiếu url http(s) / needs an http(s) url"));
        }
        let is_social = matches!(self.channel, ChannelName::Social);
        if is_social && self.follow_links == Some(true) {
            return Err(self.complain(
                path,
                "mạng xã hội không theo follow_links: trang đầy tên người / pages of social \
                 sources are not followed: they are full of names",
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
        self.refuse_strange_keys(path)?;
        Ok(match self.kind {
            KindName::Feed => SourceKind::Feed,
            KindName::Sitemap => SourceKind::Sitemap,
            KindName::Open311 => SourceKind::Open311(models::domain::Open311 {
                jurisdiction: self.jurisdiction.clone(),
                key: self.key.as_deref().map(place_of),
            }),
            KindName::MastodonTag => SourceKind::MastodonTag(self.tag(path)?),
            KindName::MastodonStream => SourceKind::MastodonStream(MastodonStream {
                tag: self.tag(path)?,
                token: self.token.as_deref().map(place_of),
            }),
            KindName::Bluesky => SourceKind::Bluesky(Bluesky {
                collections: self
                    .collections
                    .clone()
                    .unwrap_or_else(|| vec![BLUESKY_POSTS.to_owned()]),
                keywords: self.keywords.clone().unwrap_or_default(),
            }),
            KindName::Webhook => SourceKind::Webhook(self.secrets(path)?),
            KindName::Zalo => SourceKind::Zalo(self.zalo(path)?),
            KindName::YouTube => SourceKind::YouTube(self.youtube(path)?),
            KindName::FacebookPage => SourceKind::FacebookPage(self.facebook_page(path)?),
            KindName::Discourse => SourceKind::Discourse,
            KindName::Import => SourceKind::Import,
        })
    }

    /// A key that says nothing to its kind is a mistake, not a wish.
    fn refuse_strange_keys(&self, path: &Path) -> Result<(), ConfigError> {
        use KindName::{
            Bluesky, FacebookPage, MastodonStream, MastodonTag, Open311, Webhook, YouTube, Zalo,
        };
        let keys: [(&str, bool, &[KindName]); 12] = [
            ("jurisdiction", self.jurisdiction.is_some(), &[Open311]),
            ("key", self.key.is_some(), &[Open311]),
            ("tag", self.tag.is_some(), &[MastodonTag, MastodonStream]),
            ("token", self.token.is_some(), &[MastodonStream]),
            ("collections", self.collections.is_some(), &[Bluesky]),
            ("keywords", self.keywords.is_some(), &[Bluesky]),
            ("app", self.app.is_some(), &[Zalo]),
            (
                "secret",
                self.secret.is_some(),
                &[Webhook, Zalo, YouTube, FacebookPage],
            ),
            ("queries", self.queries.is_some(), &[YouTube]),
            ("channels", self.channels.is_some(), &[YouTube]),
            ("units_per_day", self.units_per_day.is_some(), &[YouTube]),
            ("page", self.page.is_some(), &[FacebookPage]),
        ];
        let strange = keys
            .iter()
            .find(|(_, is_given, kinds)| *is_given && !kinds.contains(&self.kind));
        strange.map_or(Ok(()), |(key, ..)| {
            let reason = format!("`{key}` không dùng cho loại này / is not for this kind");
            Err(self.complain(path, &reason))
        })
    }

    fn tag(&self, path: &Path) -> Result<String, ConfigError> {
        let tag = self.tag.as_deref().map(|tag| tag.trim_start_matches('#'));
        tag.filter(|tag| !tag.is_empty())
            .map(str::to_owned)
            .ok_or_else(|| self.complain(path, "thiếu tag / needs a tag"))
    }

    fn secrets(&self, path: &Path) -> Result<Vec<SecretRef>, ConfigError> {
        let places = match &self.secret {
            Some(OneOrMore::One(place)) => vec![place_of(place)],
            Some(OneOrMore::More(places)) => places.iter().map(|place| place_of(place)).collect(),
            None => Vec::new(),
        };
        if places.is_empty() {
            let reason = "thiếu secret: ghi tệp hoặc env:TÊN / needs secret: a file or env:NAME";
            return Err(self.complain(path, reason));
        }
        Ok(places)
    }

    fn one_secret(&self, path: &Path) -> Result<SecretRef, ConfigError> {
        let mut secrets = self.secrets(path)?;
        match (secrets.pop(), secrets.is_empty()) {
            (Some(secret), true) => Ok(secret),
            _ => Err(self.complain(path, "cần đúng một secret / needs exactly one secret")),
        }
    }

    fn youtube(&self, path: &Path) -> Result<YouTube, ConfigError> {
        const UNITS_PER_DAY: u32 = 10_000;
        const UNITS_MIN: u32 = 1_000;
        let queries = self.queries.clone().unwrap_or_default();
        let channels = self.channels.clone().unwrap_or_default();
        if queries.is_empty() && channels.is_empty() {
            let reason = "cần queries hoặc channels / needs queries or channels";
            return Err(self.complain(path, reason));
        }
        let is_channel = |id: &String| id.starts_with("UC") && id.len() == 24;
        if let Some(wrong) = channels.iter().find(|id| !is_channel(id)) {
            let reason = format!(
                "kênh `{wrong}`: ghi mã UC… 24 ký tự / a channel is given by its id, UC… of 24 letters"
            );
            return Err(self.complain(path, &reason));
        }
        let units_per_day = self.units_per_day.unwrap_or(UNITS_PER_DAY);
        if units_per_day < UNITS_MIN {
            let reason = format!(
                "units_per_day ít nhất {UNITS_MIN} / units_per_day is at least {UNITS_MIN}"
            );
            return Err(self.complain(path, &reason));
        }
        Ok(YouTube {
            queries,
            channels,
            units_per_day,
            key: self.one_secret(path)?,
        })
    }

    fn facebook_page(&self, path: &Path) -> Result<FacebookPage, ConfigError> {
        let page = self.page.clone().unwrap_or_default();
        if page.is_empty() || !page.chars().all(|c| c.is_ascii_alphanumeric() || c == '.') {
            let reason = "cần page, mã số trang / needs page, its number";
            return Err(self.complain(path, reason));
        }
        Ok(FacebookPage {
            page,
            token: self.one_secret(path)?,
        })
    }

    fn zalo(&self, path: &Path) -> Result<Zalo, ConfigError> {
        let mut secrets = self.secrets(path)?;
        match (&self.app, secrets.pop(), secrets.is_empty()) {
            (Some(app), Some(secret), true) => Ok(Zalo {
                app: app.clone(),
                secret,
            }),
            _ => Err(self.complain(path, "cần app và một secret / needs app and one secret")),
        }
    }

    fn complain(&self, path: &Path, reason: &str) -> ConfigError {
        ConfigError::data(path, format!("nguồn `{}`: {reason}", self.id))
    }
}

/// `env:NAME` names a variable, everything else a file.
pub(super) fn place_of(text: &str) -> SecretRef {
    match text.strip_prefix("env:") {
        Some(name) => SecretRef::Env(name.to_owned()),
        None => SecretRef::File(text.to_owned()),
    }
}

fn is_web_address(url: &str) -> bool {
    ["http://", "https://", "ws://", "wss://"]
        .iter()
        .any(|scheme| url.starts_with(scheme))
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
        let sources = parse(&entry("jurisdiction = \"hcm\"\nkey = \"env:HOTLINE_KEY\"")).unwrap();
        let expect = models::domain::Open311 {
            jurisdiction: Some("hcm".to_owned()),
            key: Some(SecretRef::Env("HOTLINE_KEY".to_owned())),
        };
        assert_eq!(sources[0].kind, SourceKind::Open311(expect));
        let feed = entry("key = \"secrets/key\"").replace("open311", "feed");
        assert!(parse(&feed).unwrap_err().to_string().contains("`key`"));
    }

    #[test]
    fn what_comes_by_itself_needs_its_secrets() {
        let text = r#"
            [[source]]
            id = "1022"
            name = "1022"
            channel = "hotline"
            kind = "webhook"
            secret = ["env:HOOK_NEW", "secrets/hook"]
            [[source]]
            id = "zalo"
            name = "Zalo"
            channel = "social"
            kind = "zalo"
            app = "360"
            secret = "secrets/zalo"
            [[source]]
            id = "bluesky"
            name = "Bluesky"
            channel = "social"
            kind = "bluesky"
            url = "wss://jetstream.example"
            keywords = ["sài gòn"]
        "#;
        let sources = parse(text).unwrap();
        let file = |path: &str| SecretRef::File(path.to_owned());
        let hook = vec![SecretRef::Env("HOOK_NEW".to_owned()), file("secrets/hook")];
        assert_eq!(sources[0].kind, SourceKind::Webhook(hook));
        let zalo = Zalo {
            app: "360".to_owned(),
            secret: file("secrets/zalo"),
        };
        assert_eq!(sources[1].kind, SourceKind::Zalo(zalo));
        assert!(matches!(&sources[2].kind, SourceKind::Bluesky(wanted)
            if wanted.collections == [BLUESKY_POSTS] && wanted.keywords == ["sài gòn"]));
        for key in ["secret = \"secrets/zalo\"", "app = \"360\""] {
            assert!(parse(&text.replacen(key, "", 1)).is_err(), "{key}");
        }
        let strange = text.replace("keywords", "tag");
        assert!(
            parse(&strange.replace("[\"sài gòn\"]", "\"a\""))
                .unwrap_err()
                .to_string()
                .contains("`tag`")
        );
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
            secret = "env:YOUTUBE_KEY"
            [[source]]
            id = "voz"
            name = "VOZ"
            channel = "social"
            kind = "feed"
            url = "https://voz.example/f/diem-bao.33/index.rss"
        "#;
        let sources = parse(text).unwrap();
        let youtube = YouTube {
            queries: vec!["ngập Quận 7".to_owned()],
            channels: Vec::new(),
            units_per_day: 10_000,
            key: SecretRef::Env("YOUTUBE_KEY".to_owned()),
        };
        assert_eq!(sources[0].kind, SourceKind::YouTube(youtube));
        assert!(!sources[1].follow_links);
        let refused = |text: &str| parse(text).unwrap_err().to_string();
        assert!(refused(&format!("{text}\nfollow_links = true")).contains("follow_links"));
        assert!(refused(&text.replace("secret = ", "page = ")).contains("page"));
        assert!(refused(&text.replace("secret = \"env:YOUTUBE_KEY\"", "")).contains("secret"));
        assert!(refused(&text.replace("queries = [\"ngập Quận 7\"]", "")).contains("queries"));
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
