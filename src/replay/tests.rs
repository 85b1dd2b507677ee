//! A digest can be made again whatever was heard since; what was erased is said to be missing.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp, ToSpan};
use models::domain::{
    Channel, DigestScope, Mention, MentionId, Period, PeriodKind, SourceId, Ticket, TicketStatus,
    day_in_vietnam,
};
use tempfile::TempDir;

use super::{Replayed, replay};
use crate::city::City;
use crate::config::Config;
use crate::errata::Why;
use crate::pipeline::Pipeline;
use crate::schedule;
use crate::store::Store;

pub(crate) fn at(day: i64, hour: i64) -> Timestamp {
    let first: Timestamp = "2026-11-02T00:00:00+07:00".parse().unwrap();
    first + SignedDuration::from_hours(24 * day + hour)
}

pub(crate) fn ticket(n: i64, day: i64, closed: Option<Timestamp>) -> Mention {
    let places = ["Phú Định", "Bến Thành", "Tân Định"];
    let place = places[(n % 3) as usize];
    Mention {
        id: MentionId::new(format!("1022:{n}")),
        channel: Channel::Hotline,
        source: SourceId::new("1022"),
        url: None,
        published_at: Some(at(day, 8 + n % 12)),
        title: Some(format!("Ngập nước tại phường {place}")),
        text: format!("Đường số {n} phường {place} ngập nặng sau mưa, đề nghị khơi thông cống."),
        parent: None,
        engagement: None,
        ticket: Some(Ticket {
            field: Some("Thoát nước".to_owned()),
            address: None,
            status: closed.map_or(TicketStatus::Open, |_| TicketStatus::Closed),
            due_at: Some(at(day + 3, 8)),
            closed_at: closed,
            rating: None,
            updated_at: closed,
        }),
        capture: None,
    }
}

/// A city that listens to nothing but what it is given.
pub(crate) fn city() -> (Pipeline, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let city = City::load(Config::default(), day_in_vietnam(at(8, 0))).unwrap();
    let city = city.with_sources(Vec::new());
    let pipeline = Pipeline::open(Arc::new(city), Store::open(folder.path()).unwrap()).unwrap();
    (pipeline, folder)
}

pub(crate) fn of_day(pipeline: &Pipeline, day: i64) -> Replayed {
    replay(pipeline, Period::day(day_in_vietnam(at(day, 1)))).unwrap()
}

#[test]
fn a_day_is_made_again_as_it_was_known() {
    let (pipeline, _folder) = city();
    for day in 0..8 {
        let heard = (0..9).map(|n| ticket(day * 9 + n, day, None));
        pipeline
            .receive(&heard.collect::<Vec<_>>(), at(day, 22))
            .unwrap();
        schedule::refresh(&pipeline, at(day + 1, 6)).unwrap();
    }
    let first = of_day(&pipeline, 6);
    assert!(
        first.n_digests > 200 && first.n_same == first.n_digests,
        "{first:?}"
    );

    // Reports come late, tickets are closed, and a report is told in other words.
    let mut late = (0..5).map(|n| ticket(900 + n, 6, None)).collect::<Vec<_>>();
    late.extend((36..60).map(|n| ticket(n, n / 9, Some(at(8, 9)))));
    late[7].text.push_str(" Nước đã vào nhà dân.");
    pipeline.receive(&late, at(8, 10)).unwrap();
    pipeline.annotate_again().unwrap();
    schedule::refresh(&pipeline, at(9, 6)).unwrap();
    let day = day_in_vietnam(at(6, 1));
    let revisions = pipeline.archive.revisions(&DigestScope::City, day).unwrap();
    assert_eq!(revisions.len(), 2);
    let erratum = revisions[1].erratum.as_deref().unwrap();
    assert!(
        erratum.contains("5 phản ánh, tin bài đến muộn"),
        "{erratum}"
    );
    schedule::refresh(&pipeline, at(9, 7)).unwrap();
    let again = pipeline.archive.revisions(&DigestScope::City, day).unwrap();
    assert_eq!(again.len(), 2, "not each time something trickles in");
    for day in 0..8 {
        let replayed = of_day(&pipeline, day);
        assert!(replayed.n_digests > 200, "{replayed:?}");
        assert_eq!(
            replayed.n_same, replayed.n_digests,
            "day {day}: {replayed:?}"
        );
    }
    let week = Period::of(PeriodKind::Week, day);
    let replayed = replay(&pipeline, week).unwrap();
    assert!(replayed.n_digests > 200, "{replayed:?}");
    assert_eq!(replayed.n_same, replayed.n_digests, "{replayed:?}");

    // What is erased cannot be read again, and that is said; the days before it stand.
    let gone = MentionId::new("1022:54");
    pipeline
        .take_down(std::slice::from_ref(&gone), at(9, 8))
        .unwrap();
    let replayed = of_day(&pipeline, 6);
    assert!(
        replayed.n_erased > 0 && replayed.n_different == 0,
        "{replayed:?}"
    );
    assert_eq!(of_day(&pipeline, 5).n_erased, 0);
    schedule::refresh(&pipeline, at(10, 6)).unwrap();
    let revisions = pipeline.archive.revisions(&DigestScope::City, day).unwrap();
    let erratum = revisions[2].erratum.as_deref().unwrap();
    assert!(erratum.contains("1 phản ánh, tin bài đã gỡ"), "{erratum}");
}

#[test]
fn periods_are_published_when_their_hour_has_come() {
    let (pipeline, _folder) = city();
    let kinds = |pipeline: &Pipeline| {
        PeriodKind::LONG.map(|kind| {
            pipeline
                .archive
                .periods(&DigestScope::City, kind)
                .unwrap()
                .len()
        })
    };
    for day in 0..30 {
        let heard = (0..6).map(|n| ticket(day * 6 + n, day, None));
        pipeline
            .receive(&heard.collect::<Vec<_>>(), at(day, 8))
            .unwrap();
    }
    // Monday, 9 November 2026, before and after the hour.
    schedule::refresh(&pipeline, at(7, 5)).unwrap();
    assert_eq!(kinds(&pipeline), [0, 0, 0]);
    schedule::refresh(&pipeline, at(7, 6)).unwrap();
    assert_eq!(kinds(&pipeline), [1, 0, 0]);
    // 25 November: the reporting month ends at noon and is published in the evening.
    schedule::refresh(&pipeline, at(23, 16)).unwrap();
    assert_eq!(kinds(&pipeline), [3, 0, 0]);
    schedule::refresh(&pipeline, at(23, 18)).unwrap();
    assert_eq!(kinds(&pipeline), [3, 0, 1]);
    schedule::refresh(&pipeline, at(29, 6)).unwrap();
    assert_eq!(kinds(&pipeline), [4, 1, 1]);
    let reporting = pipeline
        .archive
        .periods(&DigestScope::City, PeriodKind::ReportingMonth);
    let reporting = reporting.unwrap()[0];
    let digest = pipeline
        .archive
        .period_digest(&DigestScope::City, reporting, None);
    let digest = digest.unwrap().unwrap();
    // 23 whole days of 6, and of the 25th what came before noon: 8, 9, 10 and 11 o'clock.
    assert!(
        digest.n_mentions >= 23 * 6 && digest.n_mentions <= 24 * 6,
        "{}",
        digest.n_mentions
    );
    assert!(digest.thin_evidence.unwrap().contains("/31 ngày"));
    assert!(
        digest.coverage.share < 0.8,
        "the first week was not recorded"
    );
    let month = Period::of(PeriodKind::Month, day_in_vietnam(at(3, 0)));
    let leagues = pipeline.archive.leagues(month).unwrap();
    assert_eq!(leagues.len(), 3);
    let all = leagues.iter().map(|league| league.rows.len());
    assert_eq!(all.sum::<usize>(), 168);
    let last = day_in_vietnam(at(28, 12));
    while pipeline.grade(last, at(29, 7)).unwrap() > 0 {}
    let grades = pipeline.archive.grades(
        &DigestScope::City,
        day_in_vietnam(at(0, 0)),
        day_in_vietnam(at(0, 0)).saturating_add(60.days()),
    );
    let grades = grades.unwrap();
    let of = |after| {
        grades
            .iter()
            .filter(|grade| grade.after_days == after)
            .count()
    };
    assert_eq!([of(1), of(3), of(7)], [28, 26, 22]);
    let nothing = &Why::default();
    let again = pipeline
        .publish_period(reporting, nothing, at(30, 0))
        .unwrap();
    assert_eq!((again.n_new, again.n_revised), (0, 0));
}
