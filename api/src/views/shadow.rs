//! The satisfaction group of Decision 766 of a scope: the official rule and ours side by side, who was
//! silent, and what would move the points.

use askama::Template;
use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, Answers, Estimate, MovedTicket, Period, PeriodKind, ScoreMove, ScoreScope,
    ScoreStep, ShadowScore,
};

use super::league::kind_param;
use super::period::PeriodTab;
use super::{Days, Layout};
use crate::i18n::{Lang, Texts, fill};
use crate::state::AppState;

/// What the page is made from.
pub(crate) struct ShadowInput {
    /// Whose tickets.
    pub whose: ScoreScope,
    /// The period the day belongs to.
    pub period: Period,
    /// The day at whose end the tickets stood so.
    pub day: Date,
    /// Days with scores of the kind, newest first.
    pub days: Vec<Date>,
    /// The score.
    pub score: Option<ShadowScore>,
    /// The scores of all scopes, unless one unit is shown.
    pub others: Vec<ShadowScore>,
    /// Tickets that moves name, as far as they are still there.
    pub tickets: Vec<AnnotatedMention>,
}

pub(crate) struct RatioPair {
    pub(crate) name: &'static str,
    pub(crate) official: String,
    pub(crate) ours: String,
    pub(crate) interval: String,
}

pub(crate) struct AnswersRow {
    pub(crate) name: &'static str,
    /// Satisfied, neutral, dissatisfied, silent, not asked, closed.
    pub(crate) counts: [String; 6],
}

pub(crate) struct TicketLink {
    pub(crate) title: String,
    pub(crate) href: Option<String>,
    pub(crate) due: String,
}

pub(crate) struct MoveView {
    pub(crate) what: String,
    pub(crate) each: String,
    pub(crate) all: String,
    pub(crate) tickets: Vec<TicketLink>,
}

pub(crate) struct ScopeRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) n: String,
    pub(crate) on_time: String,
    pub(crate) petitions: String,
    pub(crate) answered: String,
    pub(crate) silent: String,
    pub(crate) points: String,
}

pub(crate) struct ScoreView {
    pub(crate) counts: String,
    pub(crate) ratios: [RatioPair; 4],
    pub(crate) answers: [AnswersRow; 2],
    pub(crate) moves: Vec<MoveView>,
    pub(crate) method: String,
    pub(crate) erratum: Option<String>,
}

/// `/hai-long/…`.
#[derive(Template)]
#[template(path = "shadow.html")]
pub(crate) struct ShadowPage {
    pub(crate) page: Layout,
    pub(crate) scope: String,
    pub(crate) scope_href: Option<String>,
    pub(crate) span: String,
    pub(crate) kinds: Vec<PeriodTab>,
    pub(crate) days: Days,
    pub(crate) score: Option<ScoreView>,
    pub(crate) others: Vec<ScopeRow>,
    pub(crate) csv: String,
}

/// The address of a scope's score.
pub(crate) fn shadow_path(kind: PeriodKind, whose: ScoreScope) -> String {
    let whose = match whose {
        ScoreScope::City => "city".to_owned(),
        ScoreScope::Kind(kind) => kind.code().to_owned(),
        ScoreScope::Unit(unit) => unit.to_string(),
    };
    format!("/hai-long/{}/{whose}", kind_param(kind))
}

/// A scope as people read it.
pub(crate) fn scope_name(app: &AppState, t: &Texts, whose: ScoreScope) -> String {
    match whose {
        ScoreScope::City => app.city.clone(),
        ScoreScope::Kind(kind) => t.unit_kind(kind).to_owned(),
        ScoreScope::Unit(unit) => app.unit_name(unit),
    }
}

impl ShadowPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &ShadowInput) -> Self {
        let (lang, t, period) = (page.lang, page.t, input.period);
        let kinds = PeriodKind::LONG.map(|kind| PeriodTab {
            label: t.period_kind(kind),
            href: lang.href(&format!(
                "{}?ngay={}",
                shadow_path(kind, input.whose),
                input.day
            )),
            current: kind == period.kind(),
        });
        let action = shadow_path(period.kind(), input.whose);
        // A kind lists its own units, the city everybody.
        let belongs = |score: &&ShadowScore| match (input.whose, score.whose) {
            (ScoreScope::Kind(kind), ScoreScope::Unit(unit)) => {
                app.unit(unit).is_some_and(|unit| unit.kind == kind)
            }
            (ScoreScope::Kind(_), _) => false,
            (whose, other) => whose != other,
        };
        let others = input.others.iter().filter(belongs);
        Self {
            scope: scope_name(app, t, input.whose),
            scope_href: match input.whose {
                ScoreScope::Unit(unit) => Some(lang.unit_href(unit)),
                _ => None,
            },
            span: fill(
                t.shadow_span,
                &[&lang.period(period), &lang.long_day(input.day)],
            ),
            kinds: kinds.into_iter().collect(),
            days: Days::new(lang, &action, input.day, &input.days),
            score: input
                .score
                .as_ref()
                .map(|score| view(lang, score, &input.tickets)),
            others: others
                .map(|score| scope_row(app, lang, input.day, score))
                .collect(),
            csv: format!(
                "/api/v1/shadow?period={}&day={}&format=csv",
                period.kind().code(),
                input.day
            ),
            page,
        }
    }
}

fn pct(lang: Lang, value: Option<f64>) -> String {
    let t = lang.texts();
    value.map_or_else(
        || t.shadow_none.to_owned(),
        |value| format!("{}\u{a0}%", lang.decimal(value, 2)),
    )
}

fn view(lang: Lang, score: &ShadowScore, tickets: &[AnnotatedMention]) -> ScoreView {
    let t = lang.texts();
    let (counts, official, ours) = (&score.counts, &score.official, &score.answered);
    let pair = |name, by_rule, known: Option<Estimate>| RatioPair {
        name,
        official: pct(lang, by_rule),
        ours: pct(lang, known.map(|known| known.value)),
        interval: known.map_or_else(
            || "–".to_owned(),
            |known| {
                let ends = [known.interval.low, known.interval.high];
                let ends = ends.map(|end| lang.decimal(end, 1));
                format!("{}–{}", ends[0], ends[1])
            },
        ),
    };
    let points = |value: Option<f64>| {
        value.map_or_else(|| t.shadow_none.to_owned(), |value| lang.decimal(value, 2))
    };
    let numbers = [
        counts.n,
        counts.n_on_time,
        counts.n_late,
        counts.n_waiting,
        counts.n_came_back,
    ];
    let numbers = numbers.map(|n| lang.count(n.into()));
    ScoreView {
        counts: fill(t.shadow_counts, &numbers.each_ref().map(String::as_str)),
        ratios: [
            pair(t.shadow_on_time, official.on_time_pct, ours.held_pct),
            pair(
                t.shadow_petition,
                official.petitions_pct,
                ours.petitions_pct,
            ),
            pair(
                t.shadow_procedure,
                official.procedures_pct,
                ours.procedures_pct,
            ),
            RatioPair {
                name: t.shadow_points,
                official: points(official.points),
                ours: points(ours.points),
                interval: "–".to_owned(),
            },
        ],
        answers: [
            answers_row(lang, t.shadow_all_tickets, &counts.petitions),
            answers_row(lang, t.shadow_procedure_tickets, &counts.procedures),
        ],
        moves: score
            .moves
            .iter()
            .map(|one| move_view(lang, one, tickets))
            .collect(),
        method: score.method_version.clone(),
        erratum: score.erratum.clone(),
    }
}

fn answers_row(lang: Lang, name: &'static str, answers: &Answers) -> AnswersRow {
    let counts = [
        answers.n_satisfied,
        answers.n_neutral,
        answers.n_dissatisfied,
        answers.n_silent,
        answers.n_not_asked,
        answers.n_closed(),
    ];
    AnswersRow {
        name,
        counts: counts.map(|n| lang.count(n.into())),
    }
}

fn move_view(lang: Lang, one: &ScoreMove, tickets: &[AnnotatedMention]) -> MoveView {
    let t = lang.texts();
    let what = match one.step {
        ScoreStep::CloseInTime => t.move_close_in_time,
        ScoreStep::MissDue => t.move_miss_due,
        ScoreStep::WasLate => t.move_was_late,
        ScoreStep::WinBack => t.move_win_back,
        ScoreStep::SilenceBreaks => t.move_silence_breaks,
    };
    let what = fill(what, &[&lang.count(one.n.into())]);
    let signed = |points: f64, places| {
        let sign = if points < 0.0 { "−" } else { "+" };
        format!("{sign}{}", lang.decimal(points.abs(), places))
    };
    MoveView {
        what: if one.is_procedure {
            format!("{what} {}", t.move_procedure)
        } else {
            what
        },
        each: signed(one.points_each, 5),
        all: signed(one.points_all, 2),
        tickets: one
            .tickets
            .iter()
            .filter_map(|ticket| ticket_link(lang, ticket, tickets))
            .collect(),
    }
}

/// A ticket that is still there; one that was removed is not named.
fn ticket_link(lang: Lang, ticket: &MovedTicket, known: &[AnnotatedMention]) -> Option<TicketLink> {
    let found = known.iter().find(|m| m.mention.id == ticket.mention)?;
    let title = found.mention.title.as_deref();
    let words = title.filter(|title| !title.trim().is_empty());
    let words = words.unwrap_or(&found.mention.text);
    Some(TicketLink {
        title: words.chars().take(90).collect(),
        href: found.concern.as_ref().map(|id| lang.concern_href(id)),
        due: ticket.due_at.map_or_else(String::new, |due| {
            fill(lang.texts().ticket_due, &[&lang.moment(due)])
        }),
    })
}

fn scope_row(app: &AppState, lang: Lang, day: Date, score: &ShadowScore) -> ScopeRow {
    let (counts, official) = (&score.counts, &score.official);
    let answered = score.answered.petitions_pct;
    let (closed, unheard) = (
        counts.petitions.n_closed(),
        counts.petitions.n_silent + counts.petitions.n_not_asked,
    );
    let short =
        |value: Option<f64>| value.map_or_else(|| "–".to_owned(), |value| lang.decimal(value, 2));
    ScopeRow {
        name: scope_name(app, lang.texts(), score.whose),
        href: lang.href(&format!(
            "{}?ngay={day}",
            shadow_path(score.period, score.whose)
        )),
        n: lang.count(counts.n.into()),
        on_time: short(official.on_time_pct),
        petitions: short(official.petitions_pct),
        answered: short(answered.map(|answered| answered.value)),
        silent: if closed == 0 {
            "–".to_owned()
        } else {
            lang.share(f64::from(unheard) / f64::from(closed))
        },
        points: short(official.points),
    }
}
