//! The satisfaction group of Decision 766 by scope and period, as JSON.

use models::domain::{AnsweredRatios, Answers, Estimate, ScoreMove, ShadowScore};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{format_time, round};

/// What became of asking the citizens of closed tickets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnswersLine {
    /// Closed tickets.
    pub closed: u32,
    /// Answered: satisfied.
    pub satisfied: u32,
    /// Answered: neither.
    pub neutral: u32,
    /// Answered: dissatisfied.
    pub dissatisfied: u32,
    /// No answer; whether anybody asked is not known.
    pub silent: u32,
    /// The hotline says that nobody asked.
    pub not_asked: u32,
}

impl From<&Answers> for AnswersLine {
    fn from(answers: &Answers) -> Self {
        Self {
            closed: answers.n_closed(),
            satisfied: answers.n_satisfied,
            neutral: answers.n_neutral,
            dissatisfied: answers.n_dissatisfied,
            silent: answers.n_silent,
            not_asked: answers.n_not_asked,
        }
    }
}

/// The three ratios by the official rule, per cent, silence counted as satisfied, and their points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OfficialLine {
    /// Petitions handled on time.
    pub on_time: Option<f64>,
    /// Satisfaction with petition handling.
    pub petition_satisfaction: Option<f64>,
    /// Satisfaction with procedures.
    pub procedure_satisfaction: Option<f64>,
    /// Points of 18; null when any ratio is missing.
    pub points: Option<f64>,
}

/// A ratio in per cent with its 90 % interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct RatioLine {
    /// Per cent.
    pub value: f64,
    /// 90 % interval: low, high.
    pub interval: [f64; 2],
}

impl From<Estimate> for RatioLine {
    fn from(estimate: Estimate) -> Self {
        let interval = estimate.interval;
        Self {
            value: round(estimate.value, 2),
            interval: [round(interval.low, 2), round(interval.high, 2)],
        }
    }
}

/// The same three by what is known: silence is no answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AnsweredLine {
    /// Handled on time, and nobody complained again.
    pub held: Option<RatioLine>,
    /// Satisfaction with petition handling among answers.
    pub petition_satisfaction: Option<RatioLine>,
    /// Satisfaction with procedures among answers.
    pub procedure_satisfaction: Option<RatioLine>,
    /// Points of 18 that these would give.
    pub points: Option<f64>,
}

impl From<&AnsweredRatios> for AnsweredLine {
    fn from(ratios: &AnsweredRatios) -> Self {
        Self {
            held: ratios.held_pct.map(Into::into),
            petition_satisfaction: ratios.petitions_pct.map(Into::into),
            procedure_satisfaction: ratios.procedures_pct.map(Into::into),
            points: ratios.points.map(|points| round(points, 2)),
        }
    }
}

/// Tickets of which each would move the points alike.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MoveLine {
    /// `close_in_time`, `miss_due`, `was_late`, `win_back` or `silence_breaks`.
    pub step: String,
    /// Whether they are about procedures, and so count in two ratios.
    pub procedure: bool,
    /// How many there are.
    pub n: u32,
    /// Points of 18 that one of them moves.
    pub points_each: f64,
    /// Points that all of them together move.
    pub points_all: f64,
    /// The most urgent of them.
    pub tickets: Vec<MovedTicketLine>,
}

/// One ticket that would move the points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MovedTicketLine {
    /// Id of the mention.
    pub mention: String,
    /// When an answer is due.
    pub due_at: Option<String>,
}

impl From<&ScoreMove> for MoveLine {
    fn from(one: &ScoreMove) -> Self {
        let tickets = one.tickets.iter().map(|ticket| MovedTicketLine {
            mention: ticket.mention.to_string(),
            due_at: ticket.due_at.map(format_time),
        });
        Self {
            step: one.step.code().to_owned(),
            procedure: one.is_procedure,
            n: one.n,
            points_each: round(one.points_each, 6),
            points_all: round(one.points_all, 6),
            tickets: tickets.collect(),
        }
    }
}

/// The satisfaction group for a scope over a period, as it stood at the end of a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ShadowScoreLine {
    /// `city`, `kind:ward`, `kind:commune`, `kind:special_zone` or five digits.
    #[schema(example = "city")]
    pub unit: String,
    /// `week`, `month` or `reporting_month`.
    pub period: String,
    /// Day of the period at whose end the tickets stood so.
    #[schema(example = "2026-11-12")]
    pub as_of: String,
    /// Tickets filed in the period and not rejected.
    pub n: u32,
    /// Closed by their due time.
    pub n_on_time: u32,
    /// Closed late, or due and open.
    pub n_late: u32,
    /// Open and not due.
    pub n_waiting: u32,
    /// Closed in time, and people complained again.
    pub n_came_back: u32,
    /// What citizens said of all closed tickets.
    pub petitions: AnswersLine,
    /// The same for those about procedures.
    pub procedures: AnswersLine,
    /// By the official rule.
    pub official: OfficialLine,
    /// By what citizens answered.
    pub answered: AnsweredLine,
    /// What would move the official points, the largest first.
    pub moves: Vec<MoveLine>,
    /// Version of the method.
    pub method_version: String,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Why this revision replaces the one before, in Vietnamese.
    pub erratum: Option<String>,
}

impl From<&ShadowScore> for ShadowScoreLine {
    fn from(score: &ShadowScore) -> Self {
        let two = |value: Option<f64>| value.map(|value| round(value, 2));
        let (counts, official) = (&score.counts, &score.official);
        Self {
            unit: score.whose.code(),
            period: score.period.code().to_owned(),
            as_of: score.day.to_string(),
            n: counts.n,
            n_on_time: counts.n_on_time,
            n_late: counts.n_late,
            n_waiting: counts.n_waiting,
            n_came_back: counts.n_came_back,
            petitions: AnswersLine::from(&counts.petitions),
            procedures: AnswersLine::from(&counts.procedures),
            official: OfficialLine {
                on_time: two(official.on_time_pct),
                petition_satisfaction: two(official.petitions_pct),
                procedure_satisfaction: two(official.procedures_pct),
                points: two(official.points),
            },
            answered: AnsweredLine::from(&score.answered),
            moves: score.moves.iter().map(MoveLine::from).collect(),
            method_version: score.method_version.clone(),
            revision: score.revision,
            erratum: score.erratum.clone(),
        }
    }
}
