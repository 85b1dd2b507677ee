//! What people edit: one commented file holding every default, environment overrides, and the data
//! files beside it. Everything has a built-in value, so that the program starts with no file at all.

mod access;
mod alerts;
mod channels;
mod endpoints;
mod error;
mod index;
mod indicators;
mod mail;
mod mapping;
mod measure;
mod metrics;
mod origin;
mod outlets;
mod overrides;
mod ranking;
mod recipients;
mod requests;
mod sources;
mod topics;
pub mod units;

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use api::Places;
use models::domain::SecretRef;
use serde::Deserialize;

pub use access::{Access, Api, INSECURE_EN, INSECURE_VI, Oidc};
pub use alerts::parse_alert_rules;
pub use channels::parse_channels;
pub use endpoints::{Endpoints, parse_endpoints};
pub use error::ConfigError;
pub use index::Index;
pub use indicators::parse_indicators;
pub use mail::{Mail, MailSettings};
pub use mapping::{parse_mapping, read_mapping};
pub use measure::{Bytes, Clock, Span};
pub use metrics::Metrics;
pub use origin::Origin;
pub use outlets::parse_outlets;
pub use ranking::{Methods, parse_methods};
pub use recipients::parse_recipients;
pub use requests::parse_requests;
pub use sources::parse_sources;
pub use topics::parse_topics;

use crate::nodes::Roles;

/// The shipped file; a test holds it equal to [`Config::default`].
pub const DEFAULT_FILE: &str = include_str!("../../config/langnghe.toml");

/// The whole configuration.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `[city]`
    pub city: City,
    /// `[server]`
    pub server: Server,
    /// `[data]`
    pub data: Data,
    /// `[index]`
    pub index: Index,
    /// `[crawl]`
    pub crawl: Crawl,
    /// `[schedule]`
    pub schedule: Schedule,
    /// `[mail]`
    pub mail: Mail,
    /// `[models]`
    pub models: Models,
    /// `[access]`
    pub access: Access,
    /// `[api]`
    pub api: Api,
    /// `[oidc]`
    pub oidc: Oidc,
    /// `[open_data]`
    pub open_data: OpenData,
    /// `[open311]`
    pub open311: Open311,
    /// `[files]`
    pub files: Files,
    /// `[embed]`
    pub embed: Embed,
    /// `[metrics]`
    pub metrics: Metrics,
}

/// Who listens.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct City {
    /// Name shown on pages.
    pub name: String,
}

/// Where pages are served.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// Where pages stand for the outside, `https://langnghe.example`; links in mails and PDFs need it.
    pub public_url: Option<String>,
    /// Which parts of the work this process does.
    pub roles: Roles,
    /// Requests for pages and the API that may be under way.
    pub pages_at_once: usize,
    /// The same of search, PDF, pictures, dumps and assistants.
    pub costly_at_once: usize,
    /// The same of what officers do.
    pub officers_at_once: usize,
    /// The same of deliveries.
    pub deliveries_at_once: usize,
}

impl Server {
    /// How many are answered at the same time.
    pub fn places(&self) -> Places {
        Places {
            pages: self.pages_at_once,
            costly: self.costly_at_once,
            officers: self.officers_at_once,
            deliveries: self.deliveries_at_once,
        }
    }

    /// The first bound that would let nobody in.
    fn closed(&self) -> Option<&'static str> {
        let bounds = [
            ("pages_at_once", self.pages_at_once),
            ("costly_at_once", self.costly_at_once),
            ("officers_at_once", self.officers_at_once),
            ("deliveries_at_once", self.deliveries_at_once),
        ];
        let closed = bounds.into_iter().find(|(_, places)| *places == 0);
        closed.map(|(key, _)| key)
    }
}

/// Where things are kept.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Data {
    /// Folder of record, captures and index.
    pub dir: PathBuf,
    /// Where the address of a PostgreSQL database stands that has the record instead: `env:NAME` or a
    /// file; empty for SQLite in the folder.
    pub postgres: String,
    /// Age at which captures are deleted.
    pub captures_keep: Span,
    /// Age at which mentions are taken out with their words wherever they are shown; 0: never.
    pub mentions_keep: Span,
}

/// Rankings, scores and forecasts read no further back; a shorter life would change them.
const MENTIONS_KEEP_MIN: Span = Span::from_hours(24 * 100);

impl Data {
    /// Where the address of the database stands that has the record; `None` for SQLite in the folder.
    pub fn shared_record(&self) -> Option<SecretRef> {
        (!self.postgres.is_empty()).then(|| sources::place_of(&self.postgres))
    }
}

/// How sources are visited.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Crawl {
    /// Product token of the `User-Agent`, by which robots.txt files name us.
    pub agent: String,
    /// Where owners of sites reach whoever runs this.
    pub contact: String,
    /// Least pause between requests to one host.
    pub delay_min: Span,
    /// Pause as a multiple of the last answer's time.
    pub delay_factor: f64,
    /// Longest time for one answer.
    pub timeout: Span,
    /// Largest decoded body.
    pub body_max: Bytes,
    /// How far back a first visit reaches, in days.
    pub reach_back_days: u32,
    /// Redirects followed.
    pub redirects_max: usize,
    /// Article pages read at the same time.
    pub pages_at_once: usize,
    /// Sources visited at the same time.
    pub visits_at_once: usize,
    /// Shortest time between two visits to a source.
    pub poll_min: Span,
    /// Longest time between two visits to a source.
    pub poll_max: Span,
    /// Private networks that may be spoken to all the same.
    pub allowed_networks: Vec<String>,
}

/// When things happen.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Hour of the morning digest in Vietnam.
    pub digest_at: Clock,
    /// Hour of the digest of the reporting month, on the 25th in Vietnam.
    pub report_at: Clock,
    /// Time between two rankings of the running day.
    pub refresh_every: Span,
    /// How long a digest waits for pages that were found and not yet read, and for a source that has
    /// more than one visit takes.
    pub pages_wait: Span,
    /// How long the desk must be quiet before published digests follow its edits.
    pub edits_wait: Span,
}

/// A neural model of the user's own, and when it is asked.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Models {
    /// Folder of the model, relative to the configuration file; needs the feature `neural`.
    pub encoder: Option<PathBuf>,
    /// Probability of topic or sentiment under which it reads a concern again, 0 to 1.
    pub unsure_below: f32,
    /// Mentions that it reads of one visit, page, delivery or file at most.
    pub again_per_batch: usize,
    /// Mentions that it reads a day at most.
    pub again_per_day: usize,
}

/// What is given to everybody.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OpenData {
    /// The least count of people's reports that a published cell shows.
    pub k: u32,
    /// Name of the licence under which everything public may be used; empty: not said.
    pub licence: String,
    /// Where its text stands.
    pub licence_url: String,
    /// Days for which daily dumps are kept; 0: none are made.
    pub dumps_days: u32,
}

/// Who may send requests by Open311.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Open311 {
    /// Source of kind `webhook` under which they are recorded; nobody may send while there is none.
    pub source: String,
    /// What this setting once did is done by keys of the API now.
    keys: KeysMoved,
}

/// Refuses the hashes that stood here once, with the way to go on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct KeysMoved;

impl<'de> Deserialize<'de> for KeysMoved {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom(
            "[open311] keys is no longer read: a key of the API opens this door, made by `langnghe key \
             add NAME --scope open311:write`",
        ))
    }
}

/// Data files that replace the built-in ones.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Files {
    /// Folder of files that replace built-in ones of the same name; relative to the configuration
    /// file.
    pub folder: Option<PathBuf>,
}

/// Who may show the map in a frame.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Embed {
    /// Origins of pages that may frame `/ban-do/nhung`; no other page of ours can be framed at all.
    pub frame_ancestors: Vec<Origin>,
}

impl Default for City {
    fn default() -> Self {
        Self {
            name: "Thành phố Hồ Chí Minh".to_owned(),
        }
    }
}

impl Default for Server {
    fn default() -> Self {
        let places = Places::default();
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8022)),
            public_url: None,
            roles: Roles::default(),
            pages_at_once: places.pages,
            costly_at_once: places.costly,
            officers_at_once: places.officers,
            deliveries_at_once: places.deliveries,
        }
    }
}

impl Default for Data {
    fn default() -> Self {
        Self {
            dir: PathBuf::from("./data"),
            postgres: String::new(),
            captures_keep: Span::from_hours(336),
            mentions_keep: Span::from_hours(24 * 1_095),
        }
    }
}

impl Default for Crawl {
    fn default() -> Self {
        Self {
            agent: "LangNghe".to_owned(),
            contact: String::new(),
            delay_min: Span::from_secs(1),
            delay_factor: 5.0,
            timeout: Span::from_secs(20),
            body_max: Bytes(10_000_000),
            reach_back_days: 35,
            redirects_max: 5,
            pages_at_once: 16,
            visits_at_once: 8,
            poll_min: Span::from_secs(300),
            poll_max: Span::from_hours(24),
            allowed_networks: Vec::new(),
        }
    }
}

impl Default for OpenData {
    fn default() -> Self {
        Self {
            k: api::disclosure::K_DEFAULT,
            licence: String::new(),
            licence_url: String::new(),
            dumps_days: 400,
        }
    }
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            digest_at: Clock {
                hour: 5,
                minute: 30,
            },
            report_at: Clock {
                hour: 17,
                minute: 0,
            },
            refresh_every: Span::from_secs(300),
            pages_wait: Span::from_secs(1800),
            edits_wait: Span::from_secs(900),
        }
    }
}

impl Default for Models {
    fn default() -> Self {
        Self {
            encoder: None,
            unsure_below: 0.6,
            again_per_batch: 32,
            again_per_day: 20_000,
        }
    }
}

impl Config {
    /// Loads the file given, or `langnghe.toml` of the working folder when there is one, or the
    /// defaults; then lets the environment override single values.
    pub fn load(
        file: Option<&Path>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let Some(path) = file.map(Path::to_owned).or_else(working_folder_file) else {
            return Self::parse(Path::new("<defaults>"), "", environment);
        };
        let text =
            std::fs::read_to_string(&path).map_err(|e| ConfigError::unreadable(&path, &e))?;
        let mut config = Self::parse(&path, &text, environment)?;
        let beside = path.parent().unwrap_or(Path::new(""));
        config.files.folder = config.files.folder.map(|folder| beside.join(folder));
        config.models.encoder = config.models.encoder.map(|folder| beside.join(folder));
        config.mail.returned = config.mail.returned.map(|folder| beside.join(folder));
        config.index.ca = config.index.ca.map(|file| beside.join(file));
        Ok(config)
    }

    fn parse(
        path: &Path,
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
        let config = overrides::apply(config, text, environment)?;
        config.check(path, text)?;
        Ok(config)
    }

    /// Refuses values that no type forbids but that would break a promise.
    fn check(&self, path: &Path, text: &str) -> Result<(), ConfigError> {
        let complaint = if self.crawl.poll_min > self.crawl.poll_max {
            Some((
                "poll_min",
                "poll_min dài hơn poll_max",
                "poll_min is longer than poll_max",
            ))
        } else if self.data.mentions_keep != Span::from_secs(0)
            && self.data.mentions_keep < MENTIONS_KEEP_MIN
        {
            Some((
                "mentions_keep",
                "phải là \"0s\" (không bao giờ) hoặc ít nhất \"2400h\" (100 ngày): xếp hạng đọc chừng ấy",
                "must be \"0s\" (never) or at least \"2400h\" (100 days): rankings read that far back",
            ))
        } else if let Some(key) = self.server.closed() {
            Some((key, "phải ít nhất là 1", "must be at least 1"))
        } else if self.crawl.visits_at_once == 0 {
            Some(("visits_at_once", "phải ít nhất là 1", "must be at least 1"))
        } else if self.crawl.pages_at_once == 0 {
            Some(("pages_at_once", "phải ít nhất là 1", "must be at least 1"))
        } else if !(0.0..=1000.0).contains(&self.crawl.delay_factor) {
            Some((
                "delay_factor",
                "phải từ 0 đến 1000",
                "must be between 0 and 1000",
            ))
        } else if self.crawl.agent.trim().is_empty() {
            Some(("agent", "không được để trống", "must not be empty"))
        } else if !(0.0..=1.0).contains(&self.models.unsure_below) {
            Some(("unsure_below", "phải từ 0 đến 1", "must be between 0 and 1"))
        } else if self.models.encoder.is_some() && cfg!(not(feature = "neural")) {
            Some((
                "encoder",
                "chương trình này được dựng không có tính năng `neural`: dựng lại bằng `cargo build --release --features neural`",
                "this program was built without the feature `neural`: build it again with `cargo build --release --features neural`",
            ))
        } else if !self.data.postgres.is_empty() && cfg!(not(feature = "postgres")) {
            Some((
                "postgres",
                "chương trình này được dựng không có tính năng `postgres`",
                "this program was built without the feature `postgres`",
            ))
        } else {
            self.index.complaint().or_else(|| self.metrics.complaint())
        };
        complaint.map_or(Ok(()), |(key, vietnamese, english)| {
            Err(ConfigError::value(path, text, key, vietnamese, english))
        })?;
        self.check_access(path, text)
    }
}

fn working_folder_file() -> Option<PathBuf> {
    let path = PathBuf::from("langnghe.toml");
    path.is_file().then_some(path)
}

impl Files {
    /// The text of a data file: from the folder when it is there, else as it was built in.
    pub fn text(&self, name: &str, built_in: &str) -> Result<(PathBuf, String), ConfigError> {
        let Some(path) = self.folder.as_ref().map(|folder| folder.join(name)) else {
            return Ok((
                PathBuf::from(format!("<built-in {name}>")),
                built_in.to_owned(),
            ));
        };
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok((path, text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok((
                PathBuf::from(format!("<built-in {name}>")),
                built_in.to_owned(),
            )),
            Err(error) => Err(ConfigError::unreadable(&path, &error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(Path::new("test.toml"), text, std::iter::empty())
    }

    fn complaint(text: &str) -> String {
        format!("{:?}", miette::Report::new(parse(text).unwrap_err()))
    }

    #[test]
    fn the_shipped_file_holds_every_default() {
        assert_eq!(parse(DEFAULT_FILE).unwrap(), Config::default());
        let keys = DEFAULT_FILE
            .lines()
            .filter(|line| line.contains(" = "))
            .count();
        assert_eq!(
            keys, 73,
            "a key was added or lost: keep file, struct and README table together"
        );
    }

    #[test]
    fn an_unknown_key_is_named_with_line_and_both_languages() {
        let shown = complaint("[server]\nlisen = \"127.0.0.1:1\"\n");
        assert!(shown.contains("test.toml:2"), "{shown}");
        assert!(shown.contains("lisen"), "{shown}");
        assert!(
            shown.contains("khóa không được biết") && shown.contains("unknown"),
            "{shown}"
        );
    }

    #[test]
    fn wrong_values_are_refused() {
        assert!(complaint("[crawl]\ntimeout = \"soon\"\n").contains("soon"));
        assert!(complaint("[crawl]\nbody_max = \"ten MB\"\n").contains("ten MB"));
        assert!(complaint("[schedule]\ndigest_at = \"25:00\"\n").contains("25:00"));
        assert!(complaint("[crawl]\npoll_min = \"48h\"\n").contains("poll_min"));
        assert!(complaint("[crawl]\npages_at_once = 0\n").contains("pages_at_once"));
        assert!(complaint("[data]\nmentions_keep = \"24h\"\n").contains("2400h"));
        assert!(parse("[data]\nmentions_keep = \"0s\"\n").is_ok());
        assert!(complaint("[server]\nlisten = 8022\n").contains("listen"));
        assert!(complaint("[server]\ncostly_at_once = 0\n").contains("costly_at_once"));
        assert!(complaint("[models]\nunsure_below = 1.5\n").contains("unsure_below"));
        assert!(complaint("[index]\nshards = 0\n").contains("shards"));
        assert!(complaint("[metrics]\notlp = \"collector\"\n").contains("otlp"));
    }

    #[test]
    #[cfg(not(feature = "neural"))]
    fn an_encoder_is_refused_where_nothing_can_run_it() {
        let shown = complaint("[models]\nencoder = \"phobert\"\n");
        assert!(shown.contains("test.toml:2"), "{shown}");
        assert!(shown.contains("--features neural"), "{shown}");
    }

    #[test]
    fn the_environment_overrides_single_values_and_is_named_when_wrong() {
        let with = |key: &str, value: &str| {
            let environment = [(key.to_owned(), value.to_owned())];
            Config::parse(Path::new("test.toml"), "", environment.into_iter())
        };
        let config = with("LANGNGHE_SERVER__LISTEN", "127.0.0.1:9000").unwrap();
        assert_eq!(config.server.listen.port(), 9000);
        assert_eq!(
            with("LANGNGHE_CRAWL__REACH_BACK_DAYS", "7")
                .unwrap()
                .crawl
                .reach_back_days,
            7
        );
        assert!(
            with("LANGNGHE_SHARED", "/elsewhere").is_ok(),
            "names without a section are not ours"
        );
        let error = format!(
            "{:?}",
            miette::Report::new(with("LANGNGHE_SERVER__LISEN", "x").unwrap_err())
        );
        assert!(error.contains("LANGNGHE_SERVER__LISEN"), "{error}");
    }
}
