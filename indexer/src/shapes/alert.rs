//! Rules of alerts and the cards of their causes.

use jiff::Timestamp;
use models::domain::{
    AlertKind, AlertSubject, BurstCause, Cause, Channel, ConcernCause, ConcernWatch, Finding,
    HealthStatus, MentionId, SourceCause, SourceId, SourceWatch, Topic, Watch,
};
use serde::{Deserialize, Serialize};

use super::numbers::Real;
use super::{Complaint, of_code, unit_code};

/// See [`Watch`].
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum WatchShape {
    Concern {
        topics: Vec<String>,
        units: Vec<u32>,
        channels: Vec<String>,
        sources: Vec<String>,
        min_mentions: u32,
        min_negative_share: Option<Real>,
        burst_per_month: Option<Real>,
    },
    Source {
        sources: Vec<String>,
        min_hours: u32,
    },
}

impl From<&Watch> for WatchShape {
    fn from(watch: &Watch) -> Self {
        match watch {
            Watch::Concerns(watch) => Self::Concern {
                topics: watch
                    .topics
                    .iter()
                    .map(|topic| topic.code().to_owned())
                    .collect(),
                units: watch.units.iter().map(|unit| unit.number()).collect(),
                channels: watch
                    .channels
                    .iter()
                    .map(|one| one.code().to_owned())
                    .collect(),
                sources: watch.sources.iter().map(ToString::to_string).collect(),
                min_mentions: watch.min_mentions,
                min_negative_share: watch.min_negative_share.map(Real),
                burst_per_month: watch.burst_per_month.map(Real),
            },
            Watch::Sources(watch) => Self::Source {
                sources: watch.sources.iter().map(ToString::to_string).collect(),
                min_hours: watch.min_hours,
            },
        }
    }
}

impl TryFrom<WatchShape> for Watch {
    type Error = Complaint;

    fn try_from(shape: WatchShape) -> Result<Self, Complaint> {
        Ok(match shape {
            WatchShape::Concern {
                topics,
                units,
                channels,
                sources,
                min_mentions,
                min_negative_share,
                burst_per_month,
            } => Self::Concerns(ConcernWatch {
                topics: codes("topic", &topics, Topic::from_code)?,
                units: units.into_iter().map(unit_code).collect::<Result<_, _>>()?,
                channels: codes("channel", &channels, Channel::from_code)?,
                sources: sources.into_iter().map(SourceId::new).collect(),
                min_mentions,
                min_negative_share: min_negative_share.map(|Real(share)| share),
                burst_per_month: burst_per_month.map(|Real(bound)| bound),
            }),
            WatchShape::Source { sources, min_hours } => Self::Sources(SourceWatch {
                sources: sources.into_iter().map(SourceId::new).collect(),
                min_hours,
            }),
        })
    }
}

fn codes<T>(
    what: &str,
    texts: &[String],
    from_code: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Complaint> {
    texts
        .iter()
        .map(|text| of_code(what, text, &from_code))
        .collect()
}

/// See [`Finding`].
#[derive(Serialize, Deserialize)]
pub(crate) struct FindingShape {
    kind: String,
    subject: String,
    day: String,
    topic: Option<String>,
    units: Vec<u32>,
    size: Real,
    cause: CauseShape,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum CauseShape {
    Concern {
        n_mentions: u32,
        min_mentions: u32,
        negative_share: Real,
        min_negative_share: Option<Real>,
        burst: Option<BurstShape>,
        by_channel: [u32; 3],
        by_source: Vec<(String, u32)>,
        evidence: Vec<String>,
    },
    Source {
        status: String,
        detail: String,
        since: i64,
        min_hours: u32,
    },
}

#[derive(Serialize, Deserialize)]
struct BurstShape {
    n_mentions: u32,
    expected: Real,
    p: Real,
    n_series: u32,
    history_days: u32,
    per_month: Real,
}

impl From<&Finding> for FindingShape {
    fn from(found: &Finding) -> Self {
        Self {
            kind: found.subject.kind().code().to_owned(),
            subject: found.subject.id().to_owned(),
            day: found.day.to_string(),
            topic: found.topic.map(|topic| topic.code().to_owned()),
            units: found.units.iter().map(|unit| unit.number()).collect(),
            size: Real(found.size),
            cause: CauseShape::from(&found.cause),
        }
    }
}

impl From<&Cause> for CauseShape {
    fn from(cause: &Cause) -> Self {
        match cause {
            Cause::Concern(cause) => Self::Concern {
                n_mentions: cause.n_mentions,
                min_mentions: cause.min_mentions,
                negative_share: Real(cause.negative_share),
                min_negative_share: cause.min_negative_share.map(Real),
                burst: cause.burst.as_ref().map(|burst| BurstShape {
                    n_mentions: burst.n_mentions,
                    expected: Real(burst.expected),
                    p: Real(burst.p),
                    n_series: burst.n_series,
                    history_days: burst.history_days,
                    per_month: Real(burst.per_month),
                }),
                by_channel: cause.by_channel,
                by_source: cause
                    .by_source
                    .iter()
                    .map(|(id, n)| (id.to_string(), *n))
                    .collect(),
                evidence: cause.evidence.iter().map(ToString::to_string).collect(),
            },
            Cause::Source(cause) => Self::Source {
                status: cause.status.code().to_owned(),
                detail: cause.detail.clone(),
                since: cause.since.as_microsecond(),
                min_hours: cause.min_hours,
            },
        }
    }
}

impl TryFrom<FindingShape> for Finding {
    type Error = Complaint;

    fn try_from(shape: FindingShape) -> Result<Self, Complaint> {
        let kind = of_code("kind of alert", &shape.kind, AlertKind::from_code)?;
        let topic = shape.topic.as_deref();
        let units = shape.units.into_iter().map(unit_code);
        Ok(Self {
            subject: AlertSubject::new(kind, &shape.subject),
            day: shape
                .day
                .parse()
                .map_err(|why: jiff::Error| why.to_string())?,
            topic: topic
                .map(|code| of_code("topic", code, Topic::from_code))
                .transpose()?,
            units: units.collect::<Result<_, _>>()?,
            size: shape.size.0,
            cause: Cause::try_from(shape.cause)?,
        })
    }
}

impl TryFrom<CauseShape> for Cause {
    type Error = Complaint;

    fn try_from(shape: CauseShape) -> Result<Self, Complaint> {
        Ok(match shape {
            CauseShape::Concern {
                n_mentions,
                min_mentions,
                negative_share,
                min_negative_share,
                burst,
                by_channel,
                by_source,
                evidence,
            } => Self::Concern(ConcernCause {
                n_mentions,
                min_mentions,
                negative_share: negative_share.0,
                min_negative_share: min_negative_share.map(|Real(share)| share),
                burst: burst.map(|burst| BurstCause {
                    n_mentions: burst.n_mentions,
                    expected: burst.expected.0,
                    p: burst.p.0,
                    n_series: burst.n_series,
                    history_days: burst.history_days,
                    per_month: burst.per_month.0,
                }),
                by_channel,
                by_source: by_source
                    .into_iter()
                    .map(|(id, n)| (SourceId::new(id), n))
                    .collect(),
                evidence: evidence.into_iter().map(MentionId::new).collect(),
            }),
            CauseShape::Source {
                status,
                detail,
                since,
                min_hours,
            } => Self::Source(SourceCause {
                status: of_code("status", &status, HealthStatus::from_code)?,
                detail,
                since: Timestamp::from_microsecond(since).map_err(|why| why.to_string())?,
                min_hours,
            }),
        })
    }
}
