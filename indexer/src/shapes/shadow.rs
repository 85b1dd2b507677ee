//! The satisfaction group of Decision 766 for a scope and a period, without its revision and erratum,
//! which are columns.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    AnsweredRatios, Answers, MentionId, MovedTicket, OfficialRatios, PeriodKind, ScoreMove,
    ScoreScope, ScoreStep, ShadowScore, TicketCounts,
};
use serde::{Deserialize, Serialize};

use super::league::EstimateShape;
use super::numbers::Real;
use super::{Complaint, of_code};

/// `month:city`.
pub(crate) fn score_text(period: PeriodKind, whose: ScoreScope) -> String {
    format!("{}:{}", period.code(), whose.code())
}

/// See [`ShadowScore`].
#[derive(Serialize, Deserialize)]
pub(crate) struct ShadowShape {
    whose: String,
    period: String,
    day: String,
    method_version: String,
    /// All, on time, late, waiting, came back.
    counts: [u32; 5],
    petitions: AnswersShape,
    procedures: AnswersShape,
    /// On time, petitions, procedures, points.
    official: [Option<Real>; 4],
    answered: [Option<EstimateShape>; 3],
    answered_points: Option<Real>,
    moves: Vec<MoveShape>,
}

/// Satisfied, neutral, dissatisfied, silent, not asked.
type AnswersShape = [u32; 5];

#[derive(Serialize, Deserialize)]
struct MoveShape {
    step: String,
    procedure: bool,
    n: u32,
    each: Real,
    all: Real,
    tickets: Vec<(String, Option<i64>)>,
}

fn answers_shape(answers: &Answers) -> AnswersShape {
    [
        answers.n_satisfied,
        answers.n_neutral,
        answers.n_dissatisfied,
        answers.n_silent,
        answers.n_not_asked,
    ]
}

fn answers_of(shape: AnswersShape) -> Answers {
    let [
        n_satisfied,
        n_neutral,
        n_dissatisfied,
        n_silent,
        n_not_asked,
    ] = shape;
    Answers {
        n_satisfied,
        n_neutral,
        n_dissatisfied,
        n_silent,
        n_not_asked,
    }
}

impl From<&ShadowScore> for ShadowShape {
    fn from(score: &ShadowScore) -> Self {
        let counts = &score.counts;
        let official = &score.official;
        let answered = &score.answered;
        let moves = score.moves.iter().map(|one| MoveShape {
            step: one.step.code().to_owned(),
            procedure: one.is_procedure,
            n: one.n,
            each: Real(one.points_each),
            all: Real(one.points_all),
            tickets: one.tickets.iter().map(ticket_shape).collect(),
        });
        Self {
            whose: score.whose.code(),
            period: score.period.code().to_owned(),
            day: score.day.to_string(),
            method_version: score.method_version.clone(),
            counts: [
                counts.n,
                counts.n_on_time,
                counts.n_late,
                counts.n_waiting,
                counts.n_came_back,
            ],
            petitions: answers_shape(&counts.petitions),
            procedures: answers_shape(&counts.procedures),
            official: [
                official.on_time_pct,
                official.petitions_pct,
                official.procedures_pct,
                official.points,
            ]
            .map(|value| value.map(Real)),
            answered: [
                answered.held_pct,
                answered.petitions_pct,
                answered.procedures_pct,
            ]
            .map(|value| value.map(EstimateShape::from)),
            answered_points: answered.points.map(Real),
            moves: moves.collect(),
        }
    }
}

fn ticket_shape(ticket: &MovedTicket) -> (String, Option<i64>) {
    let due_at = ticket.due_at.map(Timestamp::as_microsecond);
    (ticket.mention.to_string(), due_at)
}

fn ticket_of((mention, due_at): (String, Option<i64>)) -> Result<MovedTicket, Complaint> {
    let due_at = due_at.map(Timestamp::from_microsecond).transpose();
    Ok(MovedTicket {
        mention: MentionId::new(mention),
        due_at: due_at.map_err(|why| why.to_string())?,
    })
}

impl ShadowShape {
    pub(crate) fn into_score(
        self,
        revision: u32,
        erratum: Option<String>,
    ) -> Result<ShadowScore, Complaint> {
        let [n, n_on_time, n_late, n_waiting, n_came_back] = self.counts;
        let [on_time_pct, petitions_pct, procedures_pct, points] =
            self.official.map(|value| value.map(|real| real.0));
        let [held, petitions, procedures] = self.answered.map(|value| value.map(Into::into));
        let moves = self.moves.into_iter().map(|one| {
            let tickets = one.tickets.into_iter().map(ticket_of);
            Ok(ScoreMove {
                step: of_code("step", &one.step, ScoreStep::from_code)?,
                is_procedure: one.procedure,
                n: one.n,
                points_each: one.each.0,
                points_all: one.all.0,
                tickets: tickets.collect::<Result<_, Complaint>>()?,
            })
        });
        Ok(ShadowScore {
            whose: of_code("scope", &self.whose, ScoreScope::from_code)?,
            period: of_code("period", &self.period, PeriodKind::from_code)?,
            day: self.day.parse::<Date>().map_err(|why| why.to_string())?,
            revision,
            erratum,
            method_version: self.method_version,
            counts: TicketCounts {
                n,
                n_on_time,
                n_late,
                n_waiting,
                n_came_back,
                petitions: answers_of(self.petitions),
                procedures: answers_of(self.procedures),
            },
            official: OfficialRatios {
                on_time_pct,
                petitions_pct,
                procedures_pct,
                points,
            },
            answered: AnsweredRatios {
                held_pct: held,
                petitions_pct: petitions,
                procedures_pct: procedures,
                points: self.answered_points.map(|real| real.0),
            },
            moves: moves.collect::<Result<_, Complaint>>()?,
        })
    }
}
