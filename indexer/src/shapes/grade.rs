//! A grade of a digest.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{Channel, ConcernId, DigestScope, Grade, Interval, Lead, Miss};
use serde::{Deserialize, Serialize};

use super::numbers::Real;
use super::{Complaint, of_code};

/// See [`Grade`]; moments are microseconds since 1970.
#[derive(Serialize, Deserialize)]
pub(crate) struct GradeShape {
    day: String,
    revision: u32,
    after_days: u32,
    graded_at: i64,
    method_version: String,
    n_lines: u32,
    n_confirmed: u32,
    precision: (Real, Real),
    n_large: u32,
    /// Concern, mentions, those known in time.
    misses: Vec<(String, u32, u32)>,
    /// Concern, channel, hours.
    leads: Vec<(String, String, u32)>,
}

impl From<&Grade> for GradeShape {
    fn from(grade: &Grade) -> Self {
        let misses = grade.misses.iter();
        let leads = grade.leads.iter();
        Self {
            day: grade.day.to_string(),
            revision: grade.revision,
            after_days: grade.after_days,
            graded_at: grade.graded_at.as_microsecond(),
            method_version: grade.method_version.clone(),
            n_lines: grade.n_lines,
            n_confirmed: grade.n_confirmed,
            precision: (Real(grade.precision.low), Real(grade.precision.high)),
            n_large: grade.n_large,
            misses: misses
                .map(|miss| (miss.concern.to_string(), miss.n_mentions, miss.n_known))
                .collect(),
            leads: leads
                .map(|lead| {
                    let channel = lead.channel.code().to_owned();
                    (lead.concern.to_string(), channel, lead.hours)
                })
                .collect(),
        }
    }
}

impl GradeShape {
    pub(crate) fn into_grade(self, scope: &DigestScope) -> Result<Grade, Complaint> {
        let misses = self
            .misses
            .into_iter()
            .map(|(concern, n_mentions, n_known)| Miss {
                concern: ConcernId::new(concern),
                n_mentions,
                n_known,
            });
        let leads = self.leads.into_iter().map(|(concern, channel, hours)| {
            Ok(Lead {
                concern: ConcernId::new(concern),
                channel: of_code("channel", &channel, Channel::from_code)?,
                hours,
            })
        });
        Ok(Grade {
            scope: scope.clone(),
            day: self.day.parse::<Date>().map_err(|why| why.to_string())?,
            revision: self.revision,
            after_days: self.after_days,
            graded_at: Timestamp::from_microsecond(self.graded_at)
                .map_err(|why| why.to_string())?,
            method_version: self.method_version,
            n_lines: self.n_lines,
            n_confirmed: self.n_confirmed,
            precision: Interval {
                low: self.precision.0.0,
                high: self.precision.1.0,
            },
            n_large: self.n_large,
            misses: misses.collect(),
            leads: leads.collect::<Result<_, Complaint>>()?,
        })
    }
}
