//! Endpoints (nơi nhận): other systems that are told what we publish.

use jiff::civil::Date;

use super::{DigestScope, PeriodKind, SecretRef};

/// A system that is told what we publish, by HTTP POST.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// Stable identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Where messages are posted.
    pub url: String,
    /// What it is told, each kind once.
    pub events: Vec<EventKind>,
    /// Whose digests it is told of; empty is everyone's.
    pub scopes: Vec<DigestScope>,
    /// Digests of which periods; empty is days only.
    pub periods: Vec<PeriodKind>,
    /// How it knows that a message is ours.
    pub proof: EndpointProof,
    /// Why nothing is sent to it now.
    pub disabled: Option<String>,
}

/// How an endpoint knows that a message is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointProof {
    /// Standard Webhooks signatures, one for each secret: two while one is being replaced.
    Signature(Vec<SecretRef>),
    /// A token in the `Authorization` header, as gateways of LGSP kind ask for.
    Bearer(SecretRef),
}

/// What an endpoint can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EventKind {
    /// A digest stands for the first time; names it, without its words.
    DigestPublished,
    /// A digest has a further revision; names it and says why.
    DigestRevised,
    /// The satisfaction signals of a day, all of them; again when they are revised.
    Signals,
    /// An alert was opened, or got clearly worse; with its cause card.
    AlertOpened,
    /// Somebody took care of an alert.
    AlertAcknowledged,
    /// An alert is over.
    AlertResolved,
    /// Values of an indicator of a day or period, where they are other than before.
    IndicatorsChanged,
    /// Something for a person, by mail, SMS or chat; no endpoint gets it.
    Notice,
    /// Nothing but that the way is open; sent when somebody asks for it.
    Ping,
}

impl EventKind {
    /// All kinds.
    pub const ALL: [EventKind; 9] = [
        Self::DigestPublished,
        Self::DigestRevised,
        Self::Signals,
        Self::AlertOpened,
        Self::AlertAcknowledged,
        Self::AlertResolved,
        Self::IndicatorsChanged,
        Self::Notice,
        Self::Ping,
    ];

    /// The code used in files and messages.
    pub fn code(self) -> &'static str {
        match self {
            Self::DigestPublished => "digest.published",
            Self::DigestRevised => "digest.revised",
            Self::Signals => "signals.published",
            Self::AlertOpened => "alert.opened",
            Self::AlertAcknowledged => "alert.acknowledged",
            Self::AlertResolved => "alert.resolved",
            Self::IndicatorsChanged => "indicators.changed",
            Self::Notice => "notice",
            Self::Ping => "ping",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether endpoints may ask to be told of it.
    pub fn is_for_endpoints(self) -> bool {
        !matches!(self, Self::Notice | Self::Ping)
    }
}

/// One digest as it was published, without its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedDigest {
    /// Grows with each publication in the record.
    pub number: u64,
    /// Whose.
    pub scope: DigestScope,
    /// Of which kind of period.
    pub period: PeriodKind,
    /// Last day of the period.
    pub day: Date,
    /// 1 for the first.
    pub revision: u32,
    /// What a further revision changed.
    pub erratum: Option<String>,
}

impl PublishedDigest {
    /// What there is to tell about it.
    pub fn event(&self) -> EventKind {
        if self.revision <= 1 {
            EventKind::DigestPublished
        } else {
            EventKind::DigestRevised
        }
    }
}

impl Endpoint {
    /// Whether it wants to be told of a digest.
    pub fn wants(&self, published: &PublishedDigest) -> bool {
        let is_wanted = self.events.contains(&published.event());
        let is_in_scope = self.scopes.is_empty() || self.scopes.contains(&published.scope);
        is_wanted && is_in_scope && self.wants_period(published.period)
    }

    /// Whether it wants the signals of a day, which are published with the city's digest.
    pub fn wants_signals(&self, published: &PublishedDigest) -> bool {
        self.events.contains(&EventKind::Signals)
            && published.scope == DigestScope::City
            && published.period == PeriodKind::Day
    }

    fn wants_period(&self, period: PeriodKind) -> bool {
        match self.periods.as_slice() {
            [] => period == PeriodKind::Day,
            periods => periods.contains(&period),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_told_what_it_asked_for() {
        let unit = DigestScope::Unit("26740".parse().unwrap());
        let mut endpoint = Endpoint {
            id: "map".to_owned(),
            name: "Bản đồ".to_owned(),
            url: "https://example.invalid/".to_owned(),
            events: vec![EventKind::DigestPublished, EventKind::Signals],
            scopes: vec![unit.clone()],
            periods: Vec::new(),
            proof: EndpointProof::Bearer(SecretRef::Env("X".to_owned())),
            disabled: None,
        };
        let mut published = PublishedDigest {
            number: 1,
            scope: unit,
            period: PeriodKind::Day,
            day: jiff::civil::date(2026, 11, 12),
            revision: 1,
            erratum: None,
        };
        assert!(endpoint.wants(&published) && !endpoint.wants_signals(&published));
        published.revision = 2;
        assert!(!endpoint.wants(&published), "it did not ask for revisions");
        published.revision = 1;
        published.period = PeriodKind::Week;
        assert!(!endpoint.wants(&published), "days only unless it says so");
        endpoint.periods = vec![PeriodKind::Week];
        assert!(endpoint.wants(&published));
        published.scope = DigestScope::City;
        published.period = PeriodKind::Day;
        assert!(!endpoint.wants(&published) && endpoint.wants_signals(&published));
        for kind in EventKind::ALL {
            assert_eq!(EventKind::from_code(kind.code()), Some(kind));
        }
    }
}
