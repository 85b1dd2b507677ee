//! What endpoints are told: `{"type", "timestamp", "data"}`, as Standard Webhooks recommends.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{EventKind, Indicator, IndicatorValue, PublishedDigest, SatisfactionSignal};
use serde::{Deserialize, Serialize};

use super::{IndicatorValueLine, SignalLine, digest_unit, format_time};

/// A digest that was published or revised. It is named, not quoted: words may be withdrawn, and what
/// was sent cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DigestNews {
    /// `city`, the five digits of a unit, or `agency:ID`.
    pub unit: String,
    /// `day`, `week`, `month` or `reporting_month`.
    pub period: String,
    /// Last day of the period, in Vietnam.
    pub day: String,
    /// 1 for the first.
    pub revision: u32,
    /// What a further revision changed.
    pub erratum: Option<String>,
    /// Where it is read, on the server of these pages.
    pub path: String,
}

/// All satisfaction signals of a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignalSet {
    /// Which day, in Vietnam.
    pub day: String,
    /// By unit.
    pub signals: Vec<SignalLine>,
}

#[derive(Serialize)]
struct Envelope<T> {
    #[serde(rename = "type")]
    kind: &'static str,
    timestamp: String,
    data: T,
}

pub(super) fn wrapped<T: Serialize>(
    kind: EventKind,
    at: Timestamp,
    data: T,
) -> Result<String, serde_json::Error> {
    serde_json::to_string(&Envelope {
        kind: kind.code(),
        timestamp: format_time(at),
        data,
    })
}

/// The message that a digest was published or revised.
///
/// ## Errors
/// None in practice: every field can be written as JSON.
pub fn digest_event(
    published: &PublishedDigest,
    at: Timestamp,
) -> Result<String, serde_json::Error> {
    wrapped(published.event(), at, news(published))
}

/// What a mail is to hold: digests, named as in [`DigestNews`].
///
/// ## Errors
/// None in practice: every field can be written as JSON.
pub fn letter_order(published: &[PublishedDigest]) -> Result<String, serde_json::Error> {
    serde_json::to_string(&published.iter().map(news).collect::<Vec<_>>())
}

/// Reads what [`letter_order`] wrote.
///
/// ## Errors
/// Where the text is something else.
pub fn parse_letter_order(text: &str) -> Result<Vec<DigestNews>, serde_json::Error> {
    serde_json::from_str(text)
}

fn news(published: &PublishedDigest) -> DigestNews {
    let unit = digest_unit(&published.scope);
    let (period, day, revision) = (published.period.code(), published.day, published.revision);
    DigestNews {
        path: format!("/api/v1/digests?unit={unit}&period={period}&day={day}&revision={revision}"),
        unit,
        period: period.to_owned(),
        day: day.to_string(),
        revision,
        erratum: published.erratum.clone(),
    }
}

/// The message with the signals of a day, all of them.
///
/// ## Errors
/// When a number is none that JSON can hold.
pub fn signals_event(
    day: Date,
    signals: &[SatisfactionSignal],
    at: Timestamp,
) -> Result<String, serde_json::Error> {
    let set = SignalSet {
        day: day.to_string(),
        signals: signals.iter().map(SignalLine::from).collect(),
    };
    wrapped(EventKind::Signals, at, set)
}

/// All values of an indicator for a day or period.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IndicatorSet {
    /// Identifier of the indicator.
    pub indicator: String,
    /// Last day of the period, in Vietnam.
    pub day: String,
    /// By whose.
    pub values: Vec<IndicatorValueLine>,
}

/// The message with the values of an indicator, all of them.
///
/// ## Errors
/// When a number is none that JSON can hold.
pub fn indicators_event(
    indicator: &Indicator,
    day: Date,
    values: &[IndicatorValue],
    at: Timestamp,
) -> Result<String, serde_json::Error> {
    let lines = values
        .iter()
        .map(|value| IndicatorValueLine::new(indicator, value));
    let set = IndicatorSet {
        indicator: indicator.id.clone(),
        day: day.to_string(),
        values: lines.collect(),
    };
    wrapped(EventKind::IndicatorsChanged, at, set)
}

/// The message that says nothing but that the way is open.
///
/// ## Errors
/// None in practice.
pub fn ping_event(at: Timestamp) -> Result<String, serde_json::Error> {
    #[derive(Serialize)]
    struct Nothing {}
    wrapped(EventKind::Ping, at, Nothing {})
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::domain::{DigestScope, PeriodKind};

    #[test]
    fn a_digest_is_named_and_not_quoted() {
        let published = PublishedDigest {
            number: 9,
            scope: DigestScope::Unit("26740".parse().unwrap()),
            period: PeriodKind::Week,
            day: jiff::civil::date(2026, 11, 15),
            revision: 2,
            erratum: Some("Tin đến muộn".to_owned()),
        };
        let at = "2026-11-16T05:30:00+07:00".parse().unwrap();
        assert_eq!(
            digest_event(&published, at).unwrap(),
            "{\"type\":\"digest.revised\",\"timestamp\":\"2026-11-16T05:30:00+07:00\",\"data\":{\
             \"unit\":\"26740\",\"period\":\"week\",\"day\":\"2026-11-15\",\"revision\":2,\
             \"erratum\":\"Tin đến muộn\",\"path\":\"/api/v1/digests?unit=26740&period=week&\
             day=2026-11-15&revision=2\"}}"
        );
        assert_eq!(
            ping_event(at).unwrap(),
            "{\"type\":\"ping\",\"timestamp\":\"2026-11-16T05:30:00+07:00\",\"data\":{}}"
        );
    }
}
