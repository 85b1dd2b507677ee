//! What was published.

use models::domain::{
    AgencyId, Channel, ConcernId, Coverage, Digest, DigestScope, Estimate, GamingSign, Grade,
    GuardedRank, Interval, Lead, League, LeagueRow, Miss, Period, PeriodKind, SatisfactionSignal,
    SignCount, SourceId, Topic, TopicComparison, TopicRatio, UnitComparison, UnitKind,
};

use super::sample::{batch, concern, day, digest, id, noon, signal, unit};
use crate::archive::{
    Archive, AsOf, Edition, EditionInputs, Grouping, OpenEdition, Published, RecordBatch,
};
use crate::{Error, Result};

pub(super) fn publish(
    archive: &dyn Archive,
    digests: &[Digest],
    signals: &[SatisfactionSignal],
    on: i64,
    erratum: Option<&str>,
) -> Result<Published> {
    archive.publish(&Edition {
        digests,
        signals,
        at: noon(on),
        erratum,
        ..Edition::default()
    })
}

fn revised(mut digest: Digest, revision: u32, erratum: Option<&str>) -> Digest {
    digest.revision = revision;
    digest.erratum = erratum.map(ToOwned::to_owned);
    digest
}

/// The same again is nothing; something else is the next revision, and the first stays readable.
pub fn published_digests_never_change(archive: &dyn Archive) {
    let city = DigestScope::City;
    let first = digest(city.clone(), 0, 0.1 + 0.2);
    assert_eq!(archive.digest(&city, day(0), None).unwrap(), None);
    let published = publish(archive, std::slice::from_ref(&first), &[], 1, None).unwrap();
    assert_eq!(published.n_new, 1);
    let again = revised(first.clone(), 7, Some("khác"));
    let published = publish(archive, &[again], &[], 2, None).unwrap();
    assert_eq!((published.n_new, published.n_unchanged), (0, 1));
    let second = digest(city.clone(), 0, 4.0);
    let why = "gộp hai vấn đề trùng";
    let published = publish(archive, std::slice::from_ref(&second), &[], 3, Some(why)).unwrap();
    assert_eq!(published.n_revised, 1);

    let first = revised(first, 1, None);
    let second = revised(second, 2, Some(why));
    let read = |revision| archive.digest(&city, day(0), revision).unwrap();
    assert_eq!(read(Some(1)), Some(first));
    assert_eq!(read(Some(2)), Some(second.clone()));
    assert_eq!(read(None), Some(second));
    assert_eq!(read(Some(3)), None);
    let revisions = archive.revisions(&city, day(0)).unwrap();
    let revisions: Vec<_> = revisions
        .iter()
        .map(|r| (r.revision, r.published_at, r.erratum.as_deref()))
        .collect();
    assert_eq!(revisions, [(1, noon(1), None), (2, noon(3), Some(why))]);
    assert_eq!(archive.counts().unwrap().n_digests, 2);
}

/// Without a reason nothing of the edition is published.
pub fn a_correction_needs_an_erratum(archive: &dyn Archive) {
    let first = digest(DigestScope::City, 0, 1.0);
    publish(archive, &[first], &[], 1, None).unwrap();
    let edition = [
        digest(DigestScope::Unit(unit(3)), 0, 1.0),
        digest(DigestScope::City, 0, 2.0),
    ];
    let refusal = publish(archive, &edition, &[], 2, None).unwrap_err();
    assert!(matches!(refusal, Error::ErratumMissing { .. }), "{refusal}");
    assert_eq!(archive.counts().unwrap().n_digests, 1);
}

/// One digest a scope, the latest, the city first.
pub fn digests_of_a_day_are_the_latest(archive: &dyn Archive) {
    let scopes = [
        DigestScope::Agency(AgencyId::new("thoat-nuoc")),
        DigestScope::Unit(unit(9)),
        DigestScope::City,
        DigestScope::Unit(unit(2)),
    ];
    for score in [1.0, 2.0] {
        let digests = scopes.clone().map(|scope| digest(scope, 0, score));
        publish(archive, &digests, &[], 1, Some("tính lại")).unwrap();
    }
    publish(archive, &[digest(DigestScope::City, 4, 1.0)], &[], 5, None).unwrap();
    let found = archive.digests_of_day(day(0)).unwrap();
    let found: Vec<_> = found
        .iter()
        .map(|d| (d.scope.clone(), d.revision))
        .collect();
    let mut expected = scopes.map(|scope| (scope, 2));
    expected.sort();
    assert_eq!(found, expected);
    assert_eq!(found[0].0, DigestScope::City);
    let days = archive.digest_days(&DigestScope::City).unwrap();
    assert_eq!(days, [day(4), day(0)]);
}

/// One signal a day, the latest revision.
pub fn signals_have_a_history(archive: &dyn Archive) {
    let signals: Vec<_> = (0..4)
        .map(|on| signal(unit(5), on, 70.0 + on as f64))
        .collect();
    publish(archive, &[], &signals, 4, None).unwrap();
    publish(archive, &[], &[signal(unit(1), 2, 50.0)], 4, None).unwrap();
    let published = publish(archive, &[], &signals, 5, None).unwrap();
    assert_eq!(published.n_unchanged, 4);
    let corrected = [signal(unit(5), 2, 91.0)];
    assert!(publish(archive, &[], &corrected, 5, None).is_err());
    publish(archive, &[], &corrected, 5, Some("thiếu một nguồn")).unwrap();

    let history = archive.signal_history(unit(5), day(1), day(2)).unwrap();
    let read: Vec<_> = history
        .iter()
        .map(|s| (s.day, s.listening.value, s.revision))
        .collect();
    assert_eq!(read, [(day(1), 71.0, 1), (day(2), 91.0, 2)]);
    let mut expected = corrected[0].clone();
    expected.revision = 2;
    let mut other = signal(unit(1), 2, 50.0);
    other.revision = 1;
    assert_eq!(archive.signals(day(2)).unwrap(), [other, expected]);
}

/// A score that is no number is a mistake of ours, not something to publish.
pub fn scores_that_are_no_numbers_are_refused(archive: &dyn Archive) {
    let odd = digest(DigestScope::City, 0, f64::NAN);
    let refusal = publish(archive, &[odd], &[], 1, None).unwrap_err();
    assert!(matches!(refusal, Error::Unstorable { .. }), "{refusal}");
    let odd = signal(unit(1), 0, f64::INFINITY);
    assert!(publish(archive, &[], &[odd], 1, None).is_err());
    assert_eq!(archive.counts().unwrap().n_signals, 0);
}

/// Digests of periods stand beside that of their last day, each with revisions of its own.
pub fn periods_have_digests_of_their_own(archive: &dyn Archive) {
    let week = Period::of(PeriodKind::Week, day(0));
    let mut of_week = digest(DigestScope::City, 0, 7.0);
    (of_week.period, of_week.day) = (PeriodKind::Week, week.last());
    let mut of_day = digest(DigestScope::City, 0, 1.0);
    of_day.day = week.last();
    let both = [of_week.clone(), of_day.clone()];
    let published = publish(archive, &both, &[], 8, None).unwrap();
    assert_eq!(published.n_new, 2);
    let read = |period| {
        archive
            .period_digest(&DigestScope::City, period, None)
            .unwrap()
    };
    assert_eq!(read(week), Some(revised(of_week.clone(), 1, None)));
    assert_eq!(
        read(Period::day(week.last())),
        Some(revised(of_day, 1, None))
    );
    assert_eq!(read(week.next()), None);
    let periods = archive
        .periods(&DigestScope::City, PeriodKind::Week)
        .unwrap();
    assert_eq!(periods, [week]);
    assert_eq!(
        archive.digest_days(&DigestScope::City).unwrap(),
        [week.last()]
    );
    of_week.n_mentions += 1;
    of_week.erratum = Some("của riêng bản này".to_owned());
    let published = publish(archive, &[of_week], &[], 9, Some("chung")).unwrap();
    assert_eq!(published.n_revised, 1);
    let revisions = archive.period_revisions(&DigestScope::City, week).unwrap();
    assert_eq!(revisions[1].erratum.as_deref(), Some("của riêng bản này"));
    assert_eq!(archive.digests_of(week).unwrap()[0].revision, 2);
    assert_eq!(archive.digests_of_day(week.last()).unwrap()[0].revision, 1);
}

fn league(kind: UnitKind, on: i64, tier: Option<u32>) -> League {
    let estimate = Estimate {
        value: 1.0 / 3.0,
        interval: Interval {
            low: 0.1,
            high: 0.7,
        },
    };
    League {
        kind,
        period: PeriodKind::Month,
        day: Period::of(PeriodKind::Month, day(on)).last(),
        revision: 1,
        erratum: None,
        method_version: "league-1".to_owned(),
        coverage: digest(DigestScope::City, on, 1.0).coverage,
        rows: vec![LeagueRow {
            unit: unit(3),
            tier,
            n_mentions: 9,
            n_concerns: 4,
            per_10_000: Some(estimate),
            n_tickets: 5,
            n_recurred: 1,
            resolved: tier.map(|_| estimate),
            expected: tier.map(|_| 0.1 + 0.2),
            adjusted: tier.map(|_| estimate),
            guarded: GuardedRank {
                tier: Some(2),
                adjusted: Some(estimate),
                n_left_out: 3,
                signs: vec![SignCount {
                    sign: GamingSign::LastMinute,
                    n: 3,
                    expected: 0.7,
                }],
            },
        }],
    }
}

/// Leagues come kind by kind, the latest revision of each.
pub fn leagues_are_published_like_digests(archive: &dyn Archive) {
    let publish = |leagues: &[League], erratum| {
        archive.publish(&Edition {
            leagues,
            at: noon(40),
            erratum,
            ..Edition::default()
        })
    };
    let (wards, zones) = (
        league(UnitKind::Ward, 0, None),
        league(UnitKind::SpecialZone, 0, None),
    );
    assert_eq!(
        publish(&[zones.clone(), wards.clone()], None)
            .unwrap()
            .n_new,
        2
    );
    assert_eq!(publish(&[wards], None).unwrap().n_unchanged, 1);
    let mut better = league(UnitKind::Ward, 0, Some(1));
    assert!(publish(&[better.clone()], None).is_err());
    publish(&[better.clone()], Some("phiếu đến muộn")).unwrap();
    better.revision = 2;
    better.erratum = Some("phiếu đến muộn".to_owned());
    let month = Period::of(PeriodKind::Month, day(0));
    assert_eq!(archive.leagues(month).unwrap(), [better, zones]);
    assert_eq!(archive.leagues(month.next()).unwrap(), []);
}

/// A comparison is published like a signal: the same again does nothing, another needs an erratum.
pub fn comparisons_are_published_like_signals(archive: &dyn Archive) {
    let estimate = |value: f64| Estimate {
        value,
        interval: Interval {
            low: value / 3.0,
            high: value * 3.0,
        },
    };
    let comparison = |n: f64| UnitComparison {
        unit: unit(3),
        kind: UnitKind::Commune,
        day: day(0),
        revision: 1,
        method_version: "compare-9".to_owned(),
        n,
        population: Some(51_000),
        topics: vec![TopicComparison {
            topic: Topic::Noise,
            n: 1.0 / 3.0,
            city: Some(TopicRatio {
                expected: 0.7,
                ratio: estimate(1.1),
            }),
            kind: None,
            per_10_000: Some(estimate(0.2)),
            city_per_10_000: Some(0.1),
        }],
    };
    let publish = |n, erratum| {
        archive.publish(&Edition {
            comparisons: &[comparison(n)],
            at: noon(1),
            erratum,
            ..Edition::default()
        })
    };
    assert_eq!(publish(9.0, None).unwrap().n_new, 1);
    assert_eq!(publish(9.0, None).unwrap().n_unchanged, 1);
    assert!(publish(8.0, None).is_err());
    publish(8.0, Some("tin đến muộn")).unwrap();
    let mut latest = comparison(8.0);
    latest.revision = 2;
    assert_eq!(archive.comparison(unit(3), day(0)).unwrap(), Some(latest));
    assert_eq!(archive.comparison(unit(3), day(1)).unwrap(), None);
    assert_eq!(archive.comparison(unit(4), day(0)).unwrap(), None);
}

/// A grade is kept once.
pub fn grades_are_kept_beside_digests(archive: &dyn Archive) {
    let grade = |on: i64, after_days| Grade {
        scope: DigestScope::Unit(unit(3)),
        day: day(on),
        revision: 1,
        after_days,
        graded_at: noon(on + 9),
        method_version: "grade-1".to_owned(),
        n_lines: 10,
        n_confirmed: 7,
        precision: Interval {
            low: 0.45,
            high: 1.0 / 1.1,
        },
        n_large: 8,
        misses: vec![Miss {
            concern: ConcernId::new("c-9"),
            n_mentions: 12,
            n_known: 2,
        }],
        leads: vec![Lead {
            concern: ConcernId::new("c-1"),
            channel: Channel::Press,
            hours: 30,
        }],
    };
    let given = [grade(1, 1), grade(1, 3), grade(2, 1)];
    assert_eq!(archive.save_grades(&given).unwrap(), 3);
    let mut other = grade(1, 1);
    other.n_confirmed = 0;
    assert_eq!(archive.save_grades(&[other]).unwrap(), 0);
    let scope = DigestScope::Unit(unit(3));
    assert_eq!(archive.grades(&scope, day(0), day(1)).unwrap(), given[..2]);
    assert_eq!(archive.grades(&scope, day(0), day(9)).unwrap(), given);
    let city = archive.grades(&DigestScope::City, day(0), day(9)).unwrap();
    assert_eq!(city, []);
}

fn edition_of(archive: &dyn Archive, on: i64, points: f64) -> OpenEdition {
    let period = Period::day(day(0));
    let mut open = archive.begin_edition(period, noon(on)).unwrap();
    let grouped = archive
        .save_grouping(&Grouping {
            day: day(0),
            assignments: vec![(id(1), ConcernId::new(format!("c-{points}")))],
            concerns: vec![concern("c-1", on)],
            correction: 0,
        })
        .unwrap();
    open.as_of.grouping = grouped.number;
    let digests = [digest(DigestScope::City, 0, points)];
    let coverage = Coverage {
        share: 0.5,
        n_expected: 2,
        n_fresh: 1,
        gaps: Vec::new(),
    };
    archive
        .publish(&Edition {
            digests: &digests,
            at: noon(on),
            erratum: Some("tính lại"),
            open: Some(open),
            inputs: Some(inputs(coverage)),
            ..Edition::default()
        })
        .unwrap();
    open
}

pub(super) fn inputs(coverage: Coverage) -> EditionInputs {
    EditionInputs {
        coverage,
        sources: vec![(SourceId::new("bao"), "Báo".to_owned(), 0.9)],
        method: "m".to_owned(),
        recorded_from: day(-3),
    }
}

/// What an edition has read can be read again, whatever was written since.
pub fn an_edition_can_be_read_again(archive: &dyn Archive) {
    archive.record(&batch(0..4, 0)).unwrap();
    let first = edition_of(archive, 1, 1.0);
    let read = |as_of: AsOf| archive.window(day(-3), day(0), day(0), as_of).unwrap();
    let known = read(first.as_of);
    assert_eq!(
        known.mentions,
        archive.mentions_of_days(day(-3), day(0)).unwrap()
    );
    assert_eq!(known.concerns, archive.concerns_at(day(0)).unwrap());
    assert!(known.mentions.iter().any(|found| found.concern.is_some()));

    let mut late = RecordBatch::new(noon(2));
    late.mentions = batch(3..6, 0).mentions;
    for (mention, read) in late.mentions.iter_mut().take(1) {
        let mut changed = mention.clone().into_inner();
        changed.text.push_str(" Thêm một câu.");
        *mention = models::domain::CleanMention::assume_clean(changed);
        read.topic_probability = 0.25;
    }
    archive.record(&late).unwrap();
    let edition = archive
        .latest_edition(Period::day(day(0)))
        .unwrap()
        .unwrap();
    assert_eq!(edition.as_of, first.as_of);
    let changes = archive.changes_since(day(0), day(0), &edition).unwrap();
    assert_eq!(
        (changes.n_new, changes.n_changed, changes.n_removed),
        (2, 1, 0)
    );
    let second = edition_of(archive, 3, 2.0);
    assert_eq!(read(first.as_of), known, "as it was known then");
    let now = read(second.as_of);
    assert_eq!(
        now.mentions,
        archive.mentions_of_days(day(-3), day(0)).unwrap()
    );
    assert_eq!(now.concerns, archive.concerns_at(day(0)).unwrap());
    assert_ne!(now, known);
    let annotations = now.mentions.iter().map(|found| {
        let mut read = found.annotation.clone();
        "khác".clone_into(&mut read.model_version);
        read
    });
    archive
        .annotate_again(&mut annotations.collect::<Vec<_>>().into_iter())
        .unwrap();
    assert_eq!((read(first.as_of), read(second.as_of)), (known, now));

    let of_first = archive
        .edition_of(&DigestScope::City, Period::day(day(0)), 1)
        .unwrap();
    let of_first = of_first.unwrap();
    assert_eq!((of_first.as_of, of_first.begun_at), (first.as_of, noon(1)));
    assert_eq!(of_first.inputs.unwrap().recorded_from, day(-3));
    archive.remove(&[id(1)], "gỡ", noon(4)).unwrap();
    let gone = read(first.as_of).mentions;
    assert!(
        gone.iter().all(|found| found.mention.id != id(1)),
        "erased from the past too"
    );
    let changes = archive.changes_since(day(0), day(0), &edition).unwrap();
    assert_eq!(changes.n_removed, 1);
}
