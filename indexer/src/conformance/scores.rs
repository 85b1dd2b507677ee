//! Published scores.

use models::domain::{
    AnsweredRatios, Answers, Coverage, Estimate, IndicatorValue, Interval, MovedTicket,
    OfficialRatios, Period, PeriodKind, ReportingVerdict, ScoreMove, ScoreScope, ScoreStep,
    ShadowScore, SilenceCell, SilenceMap, TicketCounts, Topic, UnitKind,
};

use super::sample::{day, id, noon, signal, unit};
use crate::archive::{Archive, Edition};

fn shadow(whose: ScoreScope, on: i64, n: u32) -> ShadowScore {
    ShadowScore {
        whose,
        period: PeriodKind::Month,
        day: day(on),
        revision: 1,
        erratum: None,
        method_version: "score-2".to_owned(),
        counts: TicketCounts {
            n,
            n_on_time: 5,
            n_late: 4,
            n_waiting: 3,
            n_came_back: 2,
            petitions: Answers {
                n_satisfied: 1,
                n_neutral: 2,
                n_dissatisfied: 3,
                n_silent: 4,
                n_not_asked: 5,
            },
            procedures: Answers::default(),
        },
        official: OfficialRatios {
            on_time_pct: Some(0.1 + 0.2),
            petitions_pct: Some(99.0),
            procedures_pct: None,
            points: None,
        },
        answered: AnsweredRatios {
            held_pct: Some(Estimate {
                value: 1.0 / 3.0,
                interval: Interval {
                    low: 0.0,
                    high: 50.0,
                },
            }),
            ..AnsweredRatios::default()
        },
        moves: vec![ScoreMove {
            step: ScoreStep::MissDue,
            is_procedure: true,
            n: 3,
            points_each: -0.000_45,
            points_all: -0.001_35,
            tickets: vec![
                MovedTicket {
                    mention: id(4),
                    due_at: Some(noon(on)),
                },
                MovedTicket {
                    mention: id(5),
                    due_at: None,
                },
            ],
        }],
    }
}

/// The city first; the same again is nothing, something else the next revision.
pub fn shadows_are_known_by_scope_and_day(archive: &dyn Archive) {
    let publish = |shadows: &[ShadowScore], erratum| {
        archive.publish(&Edition {
            shadows,
            at: noon(9),
            erratum,
            ..Edition::default()
        })
    };
    let scopes = [
        ScoreScope::Unit(unit(2)),
        ScoreScope::City,
        ScoreScope::Kind(UnitKind::Ward),
    ];
    let given = scopes.map(|whose| shadow(whose, 3, 12));
    assert_eq!(publish(&given, None).unwrap().n_new, 3);
    assert_eq!(publish(&given, None).unwrap().n_unchanged, 3);
    let mut week = shadow(ScoreScope::City, 3, 2);
    week.period = PeriodKind::Week;
    publish(&[week.clone(), shadow(ScoreScope::City, 4, 13)], None).unwrap();
    let other = shadow(ScoreScope::City, 3, 11);
    assert!(publish(std::slice::from_ref(&other), None).is_err());
    publish(&[other], Some("phiếu đến muộn")).unwrap();

    let read = archive.shadow_scores(PeriodKind::Month, day(3)).unwrap();
    let told = read.iter().map(|s| (s.whose, s.counts.n, s.revision));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (ScoreScope::City, 11, 2),
            (ScoreScope::Kind(UnitKind::Ward), 12, 1),
            (ScoreScope::Unit(unit(2)), 12, 1),
        ]
    );
    assert_eq!(read[0].erratum.as_deref(), Some("phiếu đến muộn"));
    assert_eq!(read[2], given[0]);
    let one = |whose, kind| archive.shadow_score(whose, kind, day(3)).unwrap();
    assert_eq!(one(ScoreScope::City, PeriodKind::Week), Some(week));
    assert_eq!(one(ScoreScope::Unit(unit(3)), PeriodKind::Month), None);
    let days = |limit| archive.shadow_days(PeriodKind::Month, limit).unwrap();
    assert_eq!((days(9), days(1)), (vec![day(4), day(3)], vec![day(4)]));
}

/// The latest revision, with its erratum.
pub fn silence_maps_have_revisions(archive: &dyn Archive) {
    let map = |n_incidents| SilenceMap {
        period: PeriodKind::Month,
        day: Period::of(PeriodKind::Month, day(0)).last(),
        revision: 1,
        erratum: None,
        method_version: "silence-1".to_owned(),
        coverage: Coverage {
            share: 0.9,
            n_expected: 3,
            n_fresh: 2,
            gaps: Vec::new(),
        },
        cells: vec![SilenceCell {
            unit: unit(4),
            topic: Some(Topic::Noise),
            n_incidents,
            n_duplicates: 3,
            exposure_days: 1.0 / 3.0,
            ratio: 0.4,
            ratio_interval: Interval {
                low: 0.2,
                high: 0.8,
            },
            rate: 0.06,
            delay_days: 16.7,
            delay_interval: Interval {
                low: 8.0,
                high: 33.0,
            },
            verdict: ReportingVerdict::Quiet,
        }],
    };
    let publish = |map: &SilenceMap, erratum| {
        archive.publish(&Edition {
            silence: std::slice::from_ref(map),
            at: noon(40),
            erratum,
            ..Edition::default()
        })
    };
    let period = Period::of(PeriodKind::Month, day(0));
    assert_eq!(archive.silence_map(period).unwrap(), None);
    publish(&map(5), None).unwrap();
    assert!(publish(&map(6), None).is_err());
    publish(&map(6), Some("thêm phiếu")).unwrap();
    let mut expected = map(6);
    expected.revision = 2;
    expected.erratum = Some("thêm phiếu".to_owned());
    assert_eq!(archive.silence_map(period).unwrap(), Some(expected));
    assert_eq!(archive.silence_map(period.next()).unwrap(), None);
}

fn value(indicator: &str, whose: ScoreScope, on: i64, value: Option<f64>) -> IndicatorValue {
    IndicatorValue {
        indicator: indicator.to_owned(),
        whose,
        period: PeriodKind::Month,
        day: day(on),
        value,
        interval: value.map(|value| Interval {
            low: value - 0.1,
            high: value + 0.1,
        }),
        n: Some(14_707),
        source: "bao-cao-10.csv".to_owned(),
        as_of: noon(on),
        version: "1".to_owned(),
        revision: 1,
        erratum: None,
    }
}

/// One indicator never shows in another; a value that cannot be judged is one too.
pub fn values_are_layers_of_their_own(archive: &dyn Archive) {
    let publish = |indicators: &[IndicatorValue], erratum| {
        archive.publish(&Edition {
            indicators,
            at: noon(9),
            erratum,
            ..Edition::default()
        })
    };
    let city = ScoreScope::City;
    let given = [
        value("766.progress", ScoreScope::Unit(unit(1)), 3, None),
        value("766.progress", city, 3, Some(17.94)),
        value("766.progress", city, 2, Some(17.5)),
        value("766", city, 3, Some(98.0)),
    ];
    assert_eq!(publish(&given, None).unwrap().n_new, 4);
    assert_eq!(publish(&given, None).unwrap().n_unchanged, 4);
    let mended = value("766.progress", city, 3, Some(18.0));
    assert!(publish(std::slice::from_ref(&mended), None).is_err());
    publish(std::slice::from_ref(&mended), Some("nhập lại")).unwrap();
    let of = |id: &str| archive.indicator_values(id, PeriodKind::Month, day(3));
    let mut mended = mended;
    mended.revision = 2;
    mended.erratum = Some("nhập lại".to_owned());
    assert_eq!(
        of("766.progress").unwrap(),
        [mended.clone(), given[0].clone()]
    );
    assert_eq!(of("766").unwrap(), [given[3].clone()]);
    assert_eq!(of("76").unwrap(), []);
    let days = archive.indicator_days("766.progress", PeriodKind::Month, 9);
    assert_eq!(days.unwrap(), [day(3), day(2)]);
    let of_city = archive.values_of(city, day(3), day(3)).unwrap();
    assert_eq!(of_city, [given[3].clone(), mended]);
}

/// By day, then by unit, the latest revision of each.
pub fn signals_of_many_days_come_together(archive: &dyn Archive) {
    let given = [
        signal(unit(2), 1, 60.0),
        signal(unit(1), 2, 61.0),
        signal(unit(1), 1, 62.0),
        signal(unit(1), 4, 63.0),
    ];
    let publish = |signals: &[_], erratum| {
        archive.publish(&Edition {
            signals,
            at: noon(5),
            erratum,
            ..Edition::default()
        })
    };
    publish(&given, None).unwrap();
    publish(&[signal(unit(1), 1, 70.0)], Some("tính lại")).unwrap();
    let found = archive.signals_between(day(1), day(2)).unwrap();
    let told = found.iter().map(|s| (s.day, s.unit, s.listening.value));
    let mut expected = [
        (day(1), unit(1), 70.0),
        (day(1), unit(2), 60.0),
        (day(2), unit(1), 61.0),
    ];
    expected.sort_by_key(|(day, unit, _)| (*day, *unit));
    assert_eq!(told.collect::<Vec<_>>(), expected);
    assert_eq!(found.last().unwrap().settled, given[1].settled);
    assert_eq!(found.last().unwrap().windows, given[1].windows);
}
