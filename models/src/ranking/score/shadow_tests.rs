use jiff::civil::date;

use super::*;
use crate::domain::{Rating, ScoreStep};
use crate::ranking::channels::tests::{noon, said, ticket};

const FULL_AT: [f64; 3] = [100.0, 100.0, 90.0];

fn two(value: Option<f64>) -> String {
    format!("{:.2}", value.unwrap())
}

/// 13,400 tickets with the published ratios of week 47/2025: 3 late, 134 dissatisfied, 54 of them among
/// 890 about procedures.
fn published_month() -> TicketCounts {
    TicketCounts {
        n: 13_400,
        n_on_time: 13_397,
        n_late: 3,
        n_waiting: 0,
        n_came_back: 0,
        petitions: Answers {
            n_satisfied: 2_000,
            n_neutral: 100,
            n_dissatisfied: 134,
            n_silent: 10_000,
            n_not_asked: 1_166,
        },
        procedures: Answers {
            n_satisfied: 300,
            n_dissatisfied: 54,
            n_silent: 536,
            ..Answers::default()
        },
    }
}

#[test]
fn the_published_ratios_come_out_of_tickets_to_the_second_decimal() {
    let counts = published_month();
    let ratios = official(&counts, FULL_AT);
    assert_eq!(two(ratios.on_time_pct), "99.98");
    assert_eq!(two(ratios.petitions_pct), "99.00");
    assert_eq!(two(ratios.procedures_pct), "93.93");
    assert_eq!(two(ratios.points), "17.94");
    // The same tickets without counting silence as satisfaction.
    let answered = answered(&counts, FULL_AT);
    let petitions = answered.petitions_pct.unwrap();
    assert_eq!(format!("{:.2}", petitions.value), "91.76", "2,050 of 2,234");
    assert!(petitions.interval.low > 90.0 && petitions.interval.high < 93.0);
    assert_eq!(
        format!("{:.2}", answered.procedures_pct.unwrap().value),
        "84.75"
    );
    assert!(answered.points.unwrap() < 17.2);
}

#[test]
fn a_month_of_14_707_tickets_gives_99_13_on_time_whoever_was_late() {
    for late_and_closed in [0, 60, 125] {
        let n_closed = 14_311;
        let counts = TicketCounts {
            n: 14_707,
            n_on_time: n_closed - late_and_closed,
            n_late: 125,
            n_waiting: 396 - (125 - late_and_closed),
            ..TicketCounts::default()
        };
        assert_eq!(two(official(&counts, FULL_AT).on_time_pct), "99.13");
    }
}

fn day() -> Date {
    date(2026, 11, 20)
}

/// Tickets filed on the 2nd, due on the 12th (see `ticket`), in the city's hands alone.
fn scores(mentions: &[AnnotatedMention]) -> ShadowScore {
    let period = Period::of(PeriodKind::Month, day());
    let method = ScoreMethod::default();
    let mentions = mentions.iter().collect::<Vec<_>>();
    let mut scores = shadow_scores(&method, period, day(), &mentions, &[], &[]);
    assert_eq!(scores.len(), 1, "nobody else has a ticket");
    scores.remove(0)
}

fn rated(name: &str, closed: Option<i64>, rating: Option<Rating>) -> AnnotatedMention {
    let mut mention = ticket(name, 2, closed);
    let mut inner = mention.mention.into_inner();
    if let Some(ticket) = &mut inner.ticket {
        ticket.rating = rating;
    }
    mention.mention = crate::domain::CleanMention::assume_clean(inner);
    mention
}

#[test]
fn silence_not_asked_and_answers_are_told_apart() {
    let score = scores(&[
        rated("a", Some(4), Some(Rating::Satisfied)),
        rated("b", Some(4), Some(Rating::Dissatisfied)),
        rated("c", Some(4), None),
        rated("d", Some(4), Some(Rating::NotAsked)),
        said("e", crate::domain::Channel::Social, 3),
    ]);
    let answers = score.counts.petitions;
    let told = [
        answers.n_satisfied,
        answers.n_dissatisfied,
        answers.n_silent,
        answers.n_not_asked,
    ];
    assert_eq!((score.counts.n, told), (4, [1; 4]));
    assert_eq!(score.official.petitions_pct, Some(75.0));
    let known = score.answered.petitions_pct.map(|known| known.value);
    assert_eq!(known, Some(50.0));
    assert_eq!(score.official.points, None, "no ticket about procedures");
}

#[test]
fn what_happened_after_the_evening_is_not_known_yet() {
    let mention = rated("a", Some(25), Some(Rating::Satisfied));
    let score = scores(std::slice::from_ref(&mention));
    assert_eq!(score.counts.petitions.n_closed(), 0);
    assert_eq!((score.counts.n_late, score.counts.n_waiting), (1, 0));
    let filed_later = Period::of(PeriodKind::Month, date(2026, 12, 1));
    let none = shadow_scores(
        &ScoreMethod::default(),
        filed_later,
        date(2026, 12, 3),
        &[&mention],
        &[],
        &[],
    );
    assert!(none.is_empty());
}

#[test]
fn moves_are_what_recounting_gives() {
    let mut waiting = rated("waiting", None, None);
    let mut inner = waiting.mention.into_inner();
    inner.ticket.as_mut().unwrap().due_at = Some(noon(30));
    waiting.mention = crate::domain::CleanMention::assume_clean(inner);
    let mentions = [
        waiting,
        rated("on-time", Some(4), Some(Rating::Satisfied)),
        rated("unhappy", Some(4), Some(Rating::Dissatisfied)),
        rated("late", Some(15), None),
        rated("open", None, None),
    ];
    let score = scores(&mentions);
    let the = |step| score.moves.iter().find(|m| m.step == step).unwrap();
    // 2 of 4 on time, 2 of 3 satisfied (silence included): 3 + 4 points.
    assert!((the(ScoreStep::CloseInTime).points_each - (0.6 + 0.5)).abs() < 1e-9);
    assert!((the(ScoreStep::MissDue).points_each + 0.6).abs() < 1e-9);
    let late = the(ScoreStep::WasLate);
    assert_eq!(late.n, 2);
    assert!((late.points_each - 1.5).abs() < 1e-9 && (late.points_all - 3.0).abs() < 1e-9);
    assert!((the(ScoreStep::WinBack).points_each - 2.0).abs() < 1e-9);
    assert!((the(ScoreStep::SilenceBreaks).points_each + 2.0).abs() < 1e-9);
    assert_eq!(
        the(ScoreStep::CloseInTime).tickets[0].mention.as_str(),
        "waiting"
    );
    assert_eq!(the(ScoreStep::MissDue).tickets, [], "the same ones");
    assert_eq!(score.moves[0].step, ScoreStep::WasLate, "the largest first");
    // A month of 13,400: one more late ticket costs less than half a thousandth of a point.
    let counts = published_month();
    let one_more = TicketCounts {
        n_on_time: counts.n_on_time - 1,
        n_late: counts.n_late + 1,
        ..counts
    };
    let [before, after] = [counts, one_more].map(|of| official(&of, FULL_AT).points.unwrap());
    assert_eq!(format!("{:.5}", before - after), "0.00045");
}
