//! The city: everything read once at the start and shared as values: configuration, units, topics,
//! sources, models, methods.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use crawler::extract::Outlets;
use crawler::gateway::{Channel, ChannelKind};
use jiff::civil::Date;
use models::domain::{
    Agency, DigestScope, Indicator, Period, Recipient, RequestRules, Source, Taxonomy, Unit,
    UnitCode, Way,
};
use models::language::annotator::Annotator;
use models::language::classify::Classifier;
use models::language::place::Gazetteer;
use models::language::restore::Restorer;
use models::language::segment::Segmenter;
use models::ranking::SourceTable;
use models::ranking::group::{Background, GroupParameters};
use sha2::{Digest, Sha256};
use url::Url;

use crate::config::{
    self, Config, Endpoints, MailSettings, Methods, parse_endpoints, parse_methods, parse_sources,
    parse_topics,
};

const SEGMENTER: &[u8] = include_bytes!("../models/data/segmenter.bin");
const RESTORER: &[u8] = include_bytes!("../models/data/restorer.bin");
const CLASSIFIER: &[u8] = include_bytes!("../models/data/classifier.bin");

/// Everything that is read once at the start.
pub struct City {
    /// Settings.
    pub config: Config,
    /// The 26 topics.
    pub taxonomy: Taxonomy,
    /// What is listened to.
    pub sources: Vec<Source>,
    /// The same, as ranking needs it.
    pub source_table: SourceTable,
    /// Who is told what is published.
    pub endpoints: Endpoints,
    /// Who gets digests by mail.
    pub recipients: Vec<Recipient>,
    /// By which gateways and chats people are told things.
    pub channels: Vec<Channel>,
    /// Through which server; always there where somebody gets mail.
    pub mail: Option<MailSettings>,
    /// Where articles stand on outlets' pages.
    pub outlets: Outlets,
    /// Reads mentions.
    pub annotator: Annotator,
    /// Weights of grouping, ranking and scoring.
    pub methods: Methods,
    /// What is measured beside digests, and by which rules.
    pub indicators: Vec<Indicator>,
    /// How units are asked to explain, and who is told.
    pub requests: RequestRules,
}

impl City {
    /// Reads every data file; the first that is wrong is named. Mentions without a time are read as
    /// of `today`.
    pub fn load(config: Config, today: Date) -> Result<Self> {
        let files = &config.files;
        let taxonomy = Self::taxonomy(&config)?;
        let (path, text) = files.text("ranking.toml", include_str!("../config/ranking.toml"))?;
        let methods = parse_methods(&path, &text)?;
        let (path, text) = files.text("sources.toml", include_str!("../config/sources.toml"))?;
        let sources = parse_sources(&path, &text)?;
        let (path, text) = files.text("outlets.toml", include_str!("../config/outlets.toml"))?;
        let outlets = config::parse_outlets(&path, &text)?;
        let built_in = include_str!("../config/endpoints.toml");
        let (path, text) = files.text("endpoints.toml", built_in)?;
        let endpoints = parse_endpoints(&path, &text)?;
        let built_in = include_str!("../config/recipients.toml");
        let (path, text) = files.text("recipients.toml", built_in)?;
        let recipients = config::parse_recipients(&path, &text)?;
        let built_in = include_str!("../config/channels.toml");
        let (path, text) = files.text("channels.toml", built_in)?;
        let channels = config::parse_channels(&path, &text)?;
        let mail = config.mail.settings()?;
        if let Some(url) = &config.server.public_url
            && !Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
        {
            bail!(
                "langnghe.toml: [server] public_url = `{url}` không phải địa chỉ http(s) / is no http(s) \
                 address"
            );
        }
        check_ways(&recipients, &channels)?;
        if mail.is_none() && recipients.iter().any(gets_mail) {
            bail!(
                "recipients.toml có người nhận nhưng langnghe.toml thiếu [mail] server / \
                 recipients.toml names recipients, but langnghe.toml has no [mail] server"
            );
        }
        let built_in = include_str!("../config/indicators.toml");
        let (path, text) = files.text("indicators.toml", built_in)?;
        let indicators = config::parse_indicators(&path, &text)?;
        let built_in = include_str!("../config/requests.toml");
        let (path, text) = files.text("requests.toml", built_in)?;
        let requests = config::parse_requests(&path, &text)?;
        let places = config::units::load_units(files.folder.as_deref())?;
        let classifier = Classifier::from_bytes(CLASSIFIER).context("built-in classifier")?;
        let annotator = Annotator::new(classifier, Gazetteer::new(places)?, today);
        let source_table = SourceTable::from_sources(&sources);
        Ok(Self {
            config,
            taxonomy,
            sources,
            source_table,
            endpoints,
            recipients,
            channels,
            mail,
            outlets,
            annotator,
            methods,
            indicators,
            requests,
        })
    }

    /// The topics alone, for trainers, which must not need the models they make.
    pub fn taxonomy(config: &Config) -> Result<Taxonomy> {
        let built_in = include_str!("../config/topics.toml");
        let (path, text) = config.files.text("topics.toml", built_in)?;
        Ok(parse_topics(&path, &text)?)
    }

    /// The same city, read by another annotator made of this one.
    #[must_use]
    pub fn with_annotator(self, change: impl FnOnce(Annotator) -> Annotator) -> Self {
        let annotator = change(self.annotator);
        Self { annotator, ..self }
    }

    /// The same city, listening to other sources.
    #[must_use]
    pub fn with_sources(mut self, sources: Vec<Source>) -> Self {
        self.source_table = SourceTable::from_sources(&sources);
        self.sources = sources;
        self
    }

    /// Methods, units and agencies in one word: two editions with the same word are ranked alike.
    pub fn method_word(&self) -> String {
        let group = GroupParameters {
            background: Background::default(),
            ..self.methods.group.clone()
        };
        let all = format!(
            "{:?} {:?} {group:?} {:?} {:?}",
            self.methods.rank,
            self.methods.score,
            self.units(),
            self.agencies()
        );
        let short = short_hash(&all, 6);
        format!(
            "{} {} {short}",
            env!("CARGO_PKG_VERSION"),
            self.methods.rank.version
        )
    }

    /// By which ways people can be told things.
    pub fn ways(&self) -> api::Ways {
        let used = self.channels.iter().filter(|one| one.disabled.is_none());
        let is_sms = |one: &&Channel| matches!(one.kind, ChannelKind::Sms { .. });
        api::Ways {
            mail: self.mail.is_some(),
            sms: used.clone().find(is_sms).map(|one| one.id.clone()),
            channels: used.map(|one| (one.id.clone(), one.name.clone())).collect(),
        }
    }

    /// The word segmenter.
    pub fn segmenter() -> Result<Segmenter> {
        Segmenter::from_bytes(SEGMENTER).context("built-in segmenter")
    }

    /// Puts accents back, for display alone.
    pub fn restorer() -> Result<Restorer> {
        Restorer::from_bytes(RESTORER).context("built-in restorer")
    }

    /// All units, past ones too.
    pub fn units(&self) -> &[Unit] {
        &self.annotator.gazetteer().data().units
    }

    /// Whether a unit exists on the first or the last day of a period.
    pub fn has_unit(&self, code: UnitCode, period: Period) -> bool {
        self.units().iter().any(|unit| {
            let exists = unit.is_valid_on(period.last()) || unit.is_valid_on(period.first());
            unit.code == code && exists
        })
    }

    /// Departments and utilities.
    pub fn agencies(&self) -> &[Agency] {
        &self.annotator.gazetteer().data().agencies
    }

    /// Everyone who gets a published digest that day: the city, each unit that exists, each agency.
    pub fn readers(&self, day: Date) -> Vec<DigestScope> {
        let agencies = self.agencies().iter();
        let agencies = agencies.map(|agency| DigestScope::Agency(agency.id.clone()));
        self.scopes(day).into_iter().chain(agencies).collect()
    }

    /// The places that are ranked: the city and each unit that exists that day.
    pub fn scopes(&self, day: Date) -> Vec<DigestScope> {
        let units = self.units().iter().filter(|unit| unit.is_valid_on(day));
        let units = units.map(|unit| DigestScope::Unit(unit.code));
        std::iter::once(DigestScope::City).chain(units).collect()
    }

    /// The scope people mean by `city`, a unit code or `agency:` and an agency's id.
    pub fn scope(&self, name: &str) -> Result<DigestScope> {
        if name == "city" {
            return Ok(DigestScope::City);
        }
        if let Some(id) = name.strip_prefix("agency:") {
            let known = self
                .agencies()
                .iter()
                .find(|agency| agency.id.as_str() == id);
            let agency = known.with_context(|| {
                format!("không có cơ quan `{id}` trong agencies.csv / there is no such agency")
            })?;
            return Ok(DigestScope::Agency(agency.id.clone()));
        }
        let code: UnitCode = name.parse().with_context(|| {
            format!("đơn vị `{name}`: ghi `city`, mã 5 số hoặc `agency:MÃ` / give `city`, a five-digit code or `agency:ID`")
        })?;
        if !self.units().iter().any(|unit| unit.code == code) {
            bail!("không có đơn vị mã {code} / there is no unit {code}");
        }
        Ok(DigestScope::Unit(code))
    }
}

fn gets_mail(recipient: &Recipient) -> bool {
    let is_way = |way: &Way| matches!(way, Way::Mail { .. });
    let alerts = recipient.alerts.as_ref();
    let by_mail = alerts.is_some_and(|wish| wish.ways.iter().any(is_way));
    recipient.disabled.is_none() && (!recipient.periods.is_empty() || by_mail)
}

/// Whoever is to be told by a channel is told by one that is there.
fn check_ways(recipients: &[Recipient], channels: &[Channel]) -> Result<()> {
    for recipient in recipients {
        let wish = recipient.alerts.iter().flat_map(|wish| &wish.ways);
        for way in wish {
            if let Way::Channel { channel, .. } = way
                && !channels.iter().any(|known| known.id == *channel)
            {
                bail!(
                    "recipients.toml, `{}`: không có kênh `{channel}` trong channels.toml / there is no \
                     channel `{channel}` in channels.toml",
                    recipient.id
                );
            }
        }
    }
    Ok(())
}

/// The first bytes of the SHA-256 of a text, in hexadecimal.
pub fn short_hash(text: &str, n_bytes: usize) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter()
        .take(n_bytes)
        .fold(String::new(), |mut word, byte| {
            // Writing to a string cannot fail.
            let _ = write!(word, "{byte:02x}");
            word
        })
}
