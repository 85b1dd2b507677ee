//! What can be tuned in scoring.

use jiff::civil::Date;

use crate::domain::AnnotatedMention;

/// Weights of the scoring method; the `Default` equals `[score]` of `config/ranking.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreMethod {
    /// Named in every signal; changes whenever a weight does.
    pub version: String,
    /// Days that the headline signal counts, the day itself included.
    pub days: u16,
    /// Weight of the sentiment of concerns.
    pub sentiment_weight: f64,
    /// Weight of tickets closed in time against late or open past their day.
    pub resolution_weight: f64,
    /// Weight of concerns that stayed away after they were closed.
    pub recurrence_weight: f64,
    /// Weight of citizens' ratings.
    pub rating_weight: f64,
    /// Most that one concern can weigh in sentiment, in mentions: one loud issue is one issue.
    pub max_concern_mentions: f64,
    /// Least and largest weight that the kind may have against a unit's own evidence, in observations;
    /// those between count as far as they explain the kind.
    pub prior_weights: (f64, f64),
    /// Mentions from which a unit can be judged.
    pub min_mentions: u32,
    /// Width of the 90 % interval, in points, up to which a unit can be judged.
    pub max_interval_width: f64,
    /// Per cent of each of the three ratios of Decision 766 that earn all of its 6 points.
    pub full_at_pct: [f64; 3],
    /// Lower bounds of the levels excellent, good, fair and average, 0 to 100.
    pub levels: [f64; 4],
    /// Lower bounds of the colours green, yellow and orange, 0 to 100.
    pub colours: [f64; 3],
}

impl Default for ScoreMethod {
    fn default() -> Self {
        Self {
            version: "score-3".to_owned(),
            days: 28,
            sentiment_weight: 0.3,
            resolution_weight: 0.35,
            recurrence_weight: 0.15,
            rating_weight: 0.2,
            max_concern_mentions: 5.0,
            prior_weights: (2.0, 1000.0),
            min_mentions: 10,
            max_interval_width: 30.0,
            full_at_pct: [100.0, 100.0, 90.0],
            levels: [90.0, 80.0, 70.0, 50.0],
            colours: [90.0, 80.0, 70.0],
        }
    }
}

/// Days of the longest signal.
pub const LONGEST_WINDOW_DAYS: u16 = 90;

/// Days before a day on which a mention was made; `None` when it was made later, or nobody knows.
pub(super) fn days_ago(day: Date, mention: &AnnotatedMention) -> Option<u16> {
    let then = mention.mention.day()?;
    u16::try_from(then.until(day).ok()?.get_days()).ok()
}

impl ScoreMethod {
    /// Lengths of the listening signal in days, the shortest first.
    pub fn windows(&self) -> [u16; 4] {
        [1, 7, self.days, LONGEST_WINDOW_DAYS]
    }
}
