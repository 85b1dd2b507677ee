//! Forecasts are made once a morning, kept, graded, and come out the same when made again.

use std::sync::Arc;

use jiff::civil::{Date, Weekday, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use models::domain::{
    Channel, DayTally, ForecastScope, Mention, MentionId, PublishedForecast, SourceId, Ticket,
    TicketStatus, Topic, day_start,
};
use tempfile::TempDir;

use super::days_to_foresee;
use crate::city::City;
use crate::config::Config;
use crate::pipeline::Pipeline;
use crate::store::Store;

const FIRST: Date = date(2026, 11, 2);

fn day(at: i64) -> Date {
    FIRST.saturating_add(at.days())
}

fn at(n: i64, hour: i64) -> Timestamp {
    day_start(day(n)) + SignedDuration::from_hours(hour)
}

/// Reports of a day: few at weekends, and never quite the same.
fn n_reports(at: i64) -> i64 {
    let weekend = matches!(day(at).weekday(), Weekday::Saturday | Weekday::Sunday);
    let usual = if weekend { 4 } else { 14 };
    usual + (at * at * 7 + at * 3).rem_euclid(5)
}

fn report(n: i64, on: i64) -> Mention {
    Mention {
        id: MentionId::new(format!("1022:{on}-{n}")),
        channel: Channel::Hotline,
        source: SourceId::new("1022"),
        url: None,
        published_at: Some(at(on, 6 + n % 16)),
        title: Some("Ngập nước tại phường Phú Định".to_owned()),
        text: format!("Đường số {n} phường Phú Định ngập nặng sau mưa, đề nghị khơi thông cống."),
        parent: None,
        engagement: None,
        ticket: Some(Ticket {
            field: Some("Thoát nước".to_owned()),
            address: None,
            status: TicketStatus::Open,
            due_at: None,
            closed_at: None,
            rating: None,
            updated_at: None,
        }),
        capture: None,
    }
}

fn hear(pipeline: &Pipeline, days: std::ops::Range<i64>) {
    for on in days {
        let reports = (0..n_reports(on)).map(|n| report(n, on));
        pipeline
            .receive(&reports.collect::<Vec<_>>(), at(on, 23))
            .unwrap();
    }
}

/// A city that heard ten days, and counted 150 before them.
fn city() -> (Pipeline, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let city = City::load(Config::default(), day(8)).unwrap();
    let city = city.with_sources(Vec::new());
    let pipeline = Pipeline::open(Arc::new(city), Store::open(folder.path()).unwrap()).unwrap();
    let tallies = (-150..0).map(|on| {
        let mut counts = [0; Topic::ALL.len()];
        counts[Topic::Drainage.index()] = u32::try_from(n_reports(on)).unwrap();
        DayTally {
            day: day(on),
            heard: 1.0,
            counts: vec![(ForecastScope::City, counts)],
        }
    });
    let tallies = tallies.collect::<Vec<_>>();
    pipeline.archive.save_tallies(&tallies, at(0, 0)).unwrap();
    hear(&pipeline, 0..10);
    (pipeline, folder)
}

fn of_drainage(pipeline: &Pipeline) -> Vec<PublishedForecast> {
    pipeline
        .archive
        .forecasts_of(ForecastScope::City, Topic::Drainage, Date::MIN, day(99))
        .unwrap()
}

#[test]
fn a_morning_foresees_once_and_grades_what_is_over() {
    let (pipeline, _folder) = city();
    let done = pipeline.foresee_days(day(9), at(10, 6)).unwrap();
    let made = of_drainage(&pipeline);
    // One a week since there were 28 days, and the newest.
    assert_eq!(made.len(), 19, "{done:?}");
    let newest = made.last().unwrap();
    assert_eq!(newest.forecast.made_on, day(9));
    assert!(newest.is_shown(), "{:?}", newest.standing);
    assert!(!newest.is_retrospective() && made[0].is_retrospective());
    assert!(made[0].standing.is_none());
    let again = pipeline.foresee_days(day(9), at(10, 9)).unwrap();
    assert_eq!((again.n_made, again.n_graded), (0, 0));

    hear(&pipeline, 10..17);
    let done = pipeline.foresee_days(day(16), at(17, 6)).unwrap();
    assert!(done.n_made >= 7 && done.n_graded >= 1, "{done:?}");
    let city = Some(ForecastScope::City);
    let outcomes = pipeline.archive.outcomes(city, day(9), day(9)).unwrap();
    let came = outcomes[0].came.iter().map(|n| n.unwrap());
    let heard = (10..17).map(|on| u32::try_from(n_reports(on)).unwrap());
    assert_eq!(came.collect::<Vec<_>>(), heard.collect::<Vec<_>>());
    assert!(
        outcomes[0].error < outcomes[0].error_last_week,
        "{outcomes:?}"
    );
}

#[test]
fn forecasts_come_out_the_same_whatever_was_heard_since() {
    let (pipeline, _folder) = city();
    pipeline.foresee_days(day(9), at(10, 6)).unwrap();
    // Ten reports of the last day come late; the next morning counts it again.
    let late = (500..510).map(|n| report(n, 9)).collect::<Vec<_>>();
    pipeline.receive(&late, at(10, 12)).unwrap();
    hear(&pipeline, 10..11);
    pipeline.foresee_days(day(10), at(11, 6)).unwrap();
    let count = |as_of| {
        let tallies = pipeline.archive.tallies(day(9), day(9), as_of).unwrap();
        tallies[0].of(ForecastScope::City).iter().sum::<u32>()
    };
    let (_, known) = pipeline.archive.forecasts_on(day(9)).unwrap()[0];
    assert_eq!(count(u64::MAX), count(known) + 10);
    for made_on in pipeline.archive.forecast_days().unwrap() {
        let (n_made, n_same) = pipeline.replay_forecasts(made_on).unwrap();
        assert!(
            n_made > 0 && n_same == n_made,
            "{made_on}: {n_made} {n_same}"
        );
    }
}

#[test]
fn gaps_are_filled_by_one_a_week() {
    let between = |from, last| {
        let days = days_to_foresee(day(from), day(last)).into_iter();
        days.map(|found| FIRST.until(found).unwrap().get_days())
            .collect::<Vec<_>>()
    };
    assert_eq!(between(9, 9), [9]);
    assert_eq!(between(3, 9), [3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(between(0, 20), [6, 13, 20]);
    assert!(between(10, 9).is_empty());
}
