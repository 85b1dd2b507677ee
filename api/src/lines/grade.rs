//! Grades of digests as JSON.

use models::domain::Grade;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{digest_unit, format_time, round};

/// A concern that was large in hindsight and not listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MissLine {
    /// Id of the concern.
    pub concern: String,
    /// Its mentions from the digest's day to the last day looked at.
    pub n_mentions: u32,
    /// Those up to the digest's day.
    pub n_known: u32,
}

/// How long a line stood in the digest before a channel took its concern up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LeadLine {
    /// Id of the concern.
    pub concern: String,
    /// `press` or `hotline`.
    pub channel: String,
    /// Hours from publication to the first mention there.
    pub hours: u32,
}

/// One digest looked at again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GradeLine {
    /// Five-digit code, `city`, or `agency:` and the agency's id.
    #[schema(example = "city")]
    pub unit: String,
    /// Which day the digest is of.
    #[schema(example = "2026-11-12")]
    pub day: String,
    /// Revision that was graded: the one people first read.
    pub revision: u32,
    /// Days after the digest's day that were looked at: 1, 3 or 7.
    pub after_days: u32,
    /// When it was graded.
    pub graded_at: String,
    /// The same moment: what came later is not in it.
    #[serde(default)]
    pub as_of: String,
    /// Version of the method of grading.
    pub method_version: String,
    /// Lines of the digest.
    pub n_lines: u32,
    /// Lines whose concern was heard of in those days at least half as often as the last that belongs
    /// into a list of as many lines; in grades of `grade-1`, heard of at all.
    pub n_confirmed: u32,
    /// Share of lines confirmed; null without a line.
    pub precision: Option<f64>,
    /// 90 % Wilson interval of that share: low, high.
    pub precision_interval: [f64; 2],
    /// Concerns that were large in hindsight.
    pub n_large: u32,
    /// Those that were not listed.
    pub misses: Vec<MissLine>,
    /// Lines that press or hotline took up only afterwards.
    pub leads: Vec<LeadLine>,
}

impl From<&Grade> for GradeLine {
    fn from(grade: &Grade) -> Self {
        let misses = grade.misses.iter().map(|miss| MissLine {
            concern: miss.concern.to_string(),
            n_mentions: miss.n_mentions,
            n_known: miss.n_known,
        });
        let leads = grade.leads.iter().map(|lead| LeadLine {
            concern: lead.concern.to_string(),
            channel: lead.channel.code().to_owned(),
            hours: lead.hours,
        });
        Self {
            unit: digest_unit(&grade.scope),
            day: grade.day.to_string(),
            revision: grade.revision,
            after_days: grade.after_days,
            graded_at: format_time(grade.graded_at),
            as_of: format_time(grade.graded_at),
            method_version: grade.method_version.clone(),
            n_lines: grade.n_lines,
            n_confirmed: grade.n_confirmed,
            precision: grade.share_confirmed().map(|share| round(share, 4)),
            precision_interval: [
                round(grade.precision.low, 4),
                round(grade.precision.high, 4),
            ],
            n_large: grade.n_large,
            misses: misses.collect(),
            leads: leads.collect(),
        }
    }
}
