use jiff::civil::date;

use super::*;

const DAY: Date = date(2026, 11, 20);

fn voice(concern: &str, ago: i64, n: usize) -> Voice {
    Voice {
        id: MentionId::new(format!("{concern}-{ago}-{n}")),
        concern: ConcernId::new(concern),
        day: DAY.saturating_sub(ago.days()),
        topic: Topic::PublicAdmin,
        unit: Some("26740".parse().unwrap()),
        channel: Channel::Hotline,
        source: SourceId::new("1022"),
        negative: 0.8,
    }
}

fn many(concern: &str, ago: i64, n: usize) -> Vec<Voice> {
    (0..n).map(|n| voice(concern, ago, n)).collect()
}

fn subjects(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|finding| finding.subject.id()).collect()
}

fn early() -> Date {
    DAY.saturating_sub(60.days())
}

#[test]
fn volume_and_feeling_are_asked_of_each_concern() {
    let mut voices = [many("big", 0, 6), many("small", 0, 3), many("past", 1, 9)].concat();
    for happy in voices
        .iter_mut()
        .filter(|voice| voice.concern.as_str() == "small")
    {
        happy.negative = 0.1;
    }
    let mut watch = ConcernWatch {
        min_mentions: 3,
        ..ConcernWatch::default()
    };
    let found = findings(&watch, &voices, early(), DAY);
    assert_eq!(subjects(&found), ["big", "small"]);
    let Cause::Concern(cause) = &found[0].cause else {
        panic!("{found:?}");
    };
    assert_eq!((cause.n_mentions, cause.by_channel), (6, [0, 0, 6]));
    assert_eq!(cause.by_source, [(SourceId::new("1022"), 6)]);
    assert_eq!(cause.evidence.len(), 5, "bounded");
    assert_eq!(
        (found[0].topic, found[0].units.len()),
        (Some(Topic::PublicAdmin), 1)
    );
    watch.min_negative_share = Some(0.6);
    assert_eq!(subjects(&findings(&watch, &voices, early(), DAY)), ["big"]);
    watch.min_mentions = 7;
    assert!(findings(&watch, &voices, early(), DAY).is_empty());
    assert_eq!(
        subjects(&findings(
            &watch,
            &voices,
            early(),
            DAY.yesterday().unwrap()
        )),
        ["past"]
    );
}

#[test]
fn filters_leave_out_what_a_rule_does_not_look_at() {
    let voices = many("a", 0, 5);
    let base = ConcernWatch {
        min_mentions: 2,
        ..ConcernWatch::default()
    };
    let n_found = |change: &dyn Fn(&mut ConcernWatch)| {
        let mut watch = base.clone();
        change(&mut watch);
        findings(&watch, &voices, early(), DAY).len()
    };
    assert_eq!(n_found(&|_| ()), 1);
    assert_eq!(n_found(&|w| w.topics = vec![Topic::ALL[5]]), 0);
    assert_eq!(n_found(&|w| w.channels = vec![Channel::Press]), 0);
    assert_eq!(n_found(&|w| w.sources = vec![SourceId::new("bao")]), 0);
    assert_eq!(n_found(&|w| w.units = vec!["27000".parse().unwrap()]), 0);
    assert_eq!(n_found(&|w| w.units = vec!["26740".parse().unwrap()]), 1);
}

#[test]
fn a_burst_is_judged_against_its_own_history_and_belongs_to_its_biggest_concern() {
    // Two mentions a day for four weeks, of another concern each week.
    let history = (1..=27).flat_map(|ago| many(&format!("old{}", ago / 7), ago, 2));
    let mut voices = history.collect::<Vec<_>>();
    let watch = ConcernWatch {
        min_mentions: 1,
        burst_per_month: Some(1.0),
        ..ConcernWatch::default()
    };
    voices.extend(many("usual", 0, 3));
    assert!(
        findings(&watch, &voices, early(), DAY).is_empty(),
        "three is no burst of two"
    );
    voices.extend(many("new", 0, 12));
    let found = findings(&watch, &voices, early(), DAY);
    assert_eq!(subjects(&found), ["new"]);
    let Cause::Concern(ConcernCause {
        burst: Some(burst), ..
    }) = &found[0].cause
    else {
        panic!("{found:?}");
    };
    assert_eq!((burst.n_mentions, burst.history_days), (15, 27));
    assert!(
        (burst.expected - 2.0).abs() < 0.5 && burst.p < 1e-4,
        "{burst:?}"
    );

    // A record that is too young judges nothing, and says so.
    let young = DAY.saturating_sub(5.days());
    assert!(!can_judge(&watch, young, DAY));
    assert!(findings(&watch, &voices, young, DAY).is_empty());
}

#[test]
fn a_rehearsal_counts_what_goes_on_once() {
    let voices = [
        many("a", 9, 5),
        many("a", 8, 5),
        many("a", 7, 12),
        many("a", 1, 5),
    ]
    .concat();
    let watch = ConcernWatch {
        min_mentions: 4,
        ..ConcernWatch::default()
    };
    let from = DAY.saturating_sub(27.days());
    let preview = rehearse(&watch, &voices, DAY.saturating_sub(10.days()), (from, DAY));
    let days = preview
        .opened
        .iter()
        .map(|found| DAY.until(found.day).unwrap().get_days().abs());
    assert_eq!(
        days.collect::<Vec<_>>(),
        [1, 7, 9],
        "again when worse, and after silence"
    );
    assert_eq!((preview.n_judged, preview.unjudged.len()), (11, 17));
}

#[test]
fn an_outage_is_as_long_as_nobody_heard() {
    use HealthStatus::{Disabled, Fresh, Stale, Unreachable};

    let at = |hours: i64| Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours);
    let seen = |hours, status| SourceHealth {
        source: SourceId::new("bao"),
        observed_at: at(hours),
        status,
        detail: "vì sao".to_owned(),
        newest_entry_at: None,
        n_new: 0,
    };
    let watch = SourceWatch {
        sources: Vec::new(),
        min_hours: 6,
    };
    let history = [
        seen(20, Unreachable),
        seen(14, Stale),
        seen(10, Fresh),
        seen(2, Stale),
    ];
    assert_eq!(outage(&watch, &history, at(19)), None, "five hours");
    let found = outage(&watch, &history, at(20)).unwrap();
    assert_eq!((found.subject.id(), found.size), ("bao", 6.0));
    let Cause::Source(cause) = found.cause else {
        panic!("a source");
    };
    assert_eq!((cause.since, cause.status), (at(14), Unreachable));
    assert_eq!(outage(&watch, &[seen(20, Disabled)], at(99)), None);
    assert_eq!(outage(&watch, &[], at(99)), None);
    let other = SourceWatch {
        sources: vec![SourceId::new("khác")],
        min_hours: 1,
    };
    assert_eq!(outage(&other, &history, at(40)), None);
}
