use jiff::civil::date;

use super::super::channels::tests::{noon, said, ticket};
use super::*;
use crate::domain::{
    Channel, ConcernStatus, MentionId, PeriodKind, Placement, Scope, Sketch, WeightedUnit,
    day_in_vietnam,
};

fn concern(id: &str, topic: Topic) -> Concern {
    Concern {
        id: ConcernId::new(id),
        topic,
        scope: Scope::City,
        units: Vec::new(),
        agencies: Vec::new(),
        title: format!("Vấn đề {id}"),
        title_from: MentionId::new(""),
        status: ConcernStatus::Open,
        first_seen: noon(-20),
        last_seen: noon(10),
        daily: Vec::new(),
        n_open_tickets: 0,
        sketch: Sketch::default(),
        part_of: None,
    }
}

fn voices(concern: &str, n: usize, days: std::ops::Range<i64>) -> Vec<AnnotatedMention> {
    let all = days.flat_map(|day| (0..n).map(move |n| (day, n)));
    all.map(|(day, n)| {
        let mut mention = ticket(&format!("{concern}-{day}-{n}"), day, None);
        mention.concern = Some(ConcernId::new(concern));
        mention
    })
    .collect()
}

fn coverage() -> Coverage {
    Coverage {
        share: 0.5,
        n_expected: 2,
        n_fresh: 1,
        gaps: Vec::new(),
    }
}

/// The week of 9 to 15 November; `noon(8)` is its Monday.
fn week(mentions: &[AnnotatedMention], concerns: &[Concern], from: Date) -> Digest {
    let period = Period::of(PeriodKind::Week, day_in_vietnam(noon(10)));
    let (method, sources) = (RankMethod::default(), SourceTable::default());
    let context = PeriodContext::new(&method, period, from, mentions, concerns, &[], &sources);
    context.digest(&DigestScope::City, &coverage())
}

#[test]
fn a_week_counts_its_own_days_and_names_what_grew() {
    let concerns = [
        concern("old", Topic::Road),
        concern("new", Topic::Waste),
        concern("gone", Topic::Noise),
    ];
    let mut mentions = [
        voices("old", 2, -19..15),
        voices("new", 4, 12..15),
        voices("gone", 9, 0..8),
    ]
    .concat();
    let digest = week(&mentions, &concerns, date(2026, 10, 1));
    assert_eq!(
        (digest.period, digest.day),
        (PeriodKind::Week, date(2026, 11, 15))
    );
    let lines = digest
        .top
        .iter()
        .map(|entry| (entry.concern.as_str(), entry.n_mentions));
    let mut lines = lines.collect::<Vec<_>>();
    lines.sort_unstable();
    assert_eq!(lines, [("new", 12), ("old", 14)]);
    assert_eq!(digest.rising[0].concern.as_str(), "new");
    assert!(
        digest
            .rising
            .iter()
            .all(|entry| entry.concern.as_str() != "old")
    );
    assert_eq!(digest.coverage, coverage());
    for entry in &digest.top {
        let receipt = entry.receipt.as_ref().unwrap();
        assert_eq!(receipt.feeling.iter().sum::<u32>(), entry.n_mentions);
        let factors = &entry.factors;
        let product = factors.shrunk_count
            * (1.0 + factors.burst)
            * (1.0 + factors.negativity)
            * factors.breadth
            * factors.unresolved_age;
        assert!((product - entry.score).abs() < 1e-9 * entry.score);
        assert!(entry.interval.low < entry.score && entry.score < entry.interval.high);
        assert_eq!(entry.trend.len(), 28);
    }
    mentions.reverse();
    assert_eq!(week(&mentions, &concerns, date(2026, 10, 1)), digest);
}

#[test]
fn days_nobody_recorded_are_named() {
    let concerns = [concern("old", Topic::Road)];
    let mentions = voices("old", 2, 11..15);
    let digest = week(&mentions, &concerns, date(2026, 11, 12));
    let thin = digest.thin_evidence.unwrap();
    assert!(thin.contains("4/7 ngày"), "{thin}");
    assert!(digest.rising.is_empty(), "against what?");
}

#[test]
fn a_unit_has_only_what_is_said_there() {
    let units = ["10001", "10002"].map(|code| Unit {
        code: code.parse().unwrap(),
        kind: UnitKind::Ward,
        name: code.to_owned(),
        valid_from: date(2025, 7, 1),
        valid_to: None,
        former_districts: Vec::new(),
        former_province: String::new(),
        population: Some(20_000),
        area_km2: None,
        grid_square: None,
        grid_hex: None,
    });
    let mut mentions = voices("a", 3, 8..15);
    for mention in mentions.iter_mut().take(6) {
        let mut placement = Placement::bare(Scope::Unit);
        placement.units = vec![WeightedUnit {
            code: units[0].code,
            weight: 1.0,
        }];
        mention.annotation.placement = placement;
    }
    mentions.push(said("noise", Channel::Social, 9));
    let concerns = [concern("a", Topic::Road)];
    let period = Period::of(PeriodKind::Week, day_in_vietnam(noon(10)));
    let (method, sources) = (RankMethod::default(), SourceTable::default());
    let from = date(2026, 10, 1);
    let context = PeriodContext::new(
        &method, period, from, &mentions, &concerns, &units, &sources,
    );
    let of = |unit: &Unit| context.digest(&DigestScope::Unit(unit.code), &coverage());
    let first = of(&units[0]);
    assert_eq!(first.top[0].n_mentions, 6);
    let per_capita = first.top[0].receipt.as_ref().unwrap().per_10_000.unwrap();
    assert!((per_capita - 3.0).abs() < 1e-9);
    let second = of(&units[1]);
    assert!(second.top.is_empty() && second.thin_evidence.is_some());
}
