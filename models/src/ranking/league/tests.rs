use jiff::civil::date;

use super::*;
use crate::domain::{
    Channel, ConcernStatus, MentionId, PeriodKind, Placement, Scope, Sketch, Topic, WeightedUnit,
    day_in_vietnam,
};
use crate::ranking::channels::tests::{noon, said, ticket};

fn unit(code: &str, kind: UnitKind) -> Unit {
    Unit {
        code: code.parse().unwrap(),
        kind,
        name: code.to_owned(),
        valid_from: date(2025, 7, 1),
        valid_to: None,
        former_districts: Vec::new(),
        former_province: String::new(),
        population: Some(50_000),
        area_km2: None,
        grid_square: None,
        grid_hex: None,
    }
}

/// A ticket in a unit, in a concern of its own, filed on Tuesday the 3rd.
fn filed(unit: &str, n: usize, closed: Option<i64>) -> AnnotatedMention {
    let name = format!("{unit}-{n}");
    placed(ticket(&name, 2, closed), unit, &name)
}

fn placed(mut mention: AnnotatedMention, unit: &str, concern: &str) -> AnnotatedMention {
    let mut placement = Placement::bare(Scope::Unit);
    placement.units = vec![WeightedUnit {
        code: unit.parse().unwrap(),
        weight: 1.0,
    }];
    mention.annotation.placement = placement;
    mention.concern = Some(ConcernId::new(concern));
    mention
}

fn concerns(mentions: &[AnnotatedMention]) -> Vec<Concern> {
    let ids = mentions
        .iter()
        .filter_map(|mention| mention.concern.clone());
    let ids = ids.collect::<BTreeSet<_>>().into_iter();
    ids.map(|id| Concern {
        id,
        topic: Topic::Road,
        scope: Scope::Unit,
        units: Vec::new(),
        agencies: Vec::new(),
        title: String::new(),
        title_from: MentionId::new(""),
        status: ConcernStatus::Open,
        first_seen: noon(1),
        last_seen: noon(1),
        daily: Vec::new(),
        n_open_tickets: 0,
        sketch: Sketch::default(),
        part_of: None,
    })
    .collect()
}

fn ward_league(mentions: &[AnnotatedMention]) -> League {
    let units = [
        unit("10001", UnitKind::Ward),
        unit("10002", UnitKind::Ward),
        unit("10003", UnitKind::Ward),
        unit("20001", UnitKind::SpecialZone),
    ];
    let period = Period::of(PeriodKind::Month, day_in_vietnam(noon(2)));
    let coverage = Coverage {
        share: 1.0,
        n_expected: 0,
        n_fresh: 0,
        gaps: Vec::new(),
    };
    let mut all = leagues(period, mentions, &concerns(mentions), &units, &coverage);
    assert_eq!(all.len(), 2, "kinds without a unit have no league");
    let zone = all.pop().unwrap();
    assert!(zone.rows.iter().all(|row| row.tier.is_none()));
    all.remove(0)
}

#[test]
fn units_are_told_apart_only_where_the_evidence_does() {
    let good = (0..40).map(|n| filed("10001", n, Some(4)));
    let bad = (0..40).map(|n| filed("10002", n, Some(15)));
    let thin = (0..2).map(|n| filed("10003", n, Some(4)));
    let league = ward_league(&good.chain(bad).chain(thin).collect::<Vec<_>>());
    let tiers = league.rows.iter().map(|row| (row.unit.number(), row.tier));
    assert_eq!(
        tiers.collect::<Vec<_>>(),
        [(10001, Some(1)), (10002, Some(2)), (10003, None)]
    );
    let thin = &league.rows[2];
    let share = thin.resolved.unwrap();
    assert!(share.interval.low < 0.5 && share.interval.high > 0.8);
    let rate = league.rows[0].per_10_000.unwrap();
    assert!(rate.interval.low < rate.value && rate.value < rate.interval.high);
    assert_eq!(league.rows[0].n_concerns, 40);
}

#[test]
fn tickets_that_come_back_were_not_resolved() {
    let mut mentions = (0..10)
        .map(|n| filed("10001", n, Some(4)))
        .collect::<Vec<_>>();
    let before = ward_league(&mentions).rows[0].resolved.unwrap().value;
    for n in 0..5 {
        for again in 0..2 {
            let name = format!("again-{n}-{again}");
            let voice = said(&name, Channel::Social, 9);
            mentions.push(placed(voice, "10001", &format!("10001-{n}")));
        }
    }
    let league = ward_league(&mentions);
    assert_eq!(league.rows[0].n_recurred, 5);
    assert!(league.rows[0].resolved.unwrap().value < before - 0.2);
}

/// The same with another topic.
fn about(mut mention: AnnotatedMention, topic: Topic) -> AnnotatedMention {
    mention.annotation.topic = topic;
    mention
}

#[test]
fn a_unit_is_not_blamed_for_its_topics() {
    // Land takes long everywhere; the first unit has little else, and does as well as the second.
    let mixed = |unit: &'static str, n_land: usize, late_of_land: usize| {
        let land = (0..n_land).map(move |n| {
            let closed = if n < late_of_land { 15 } else { 4 };
            about(filed(unit, n, Some(closed)), Topic::Land)
        });
        let road = (n_land..40).map(move |n| filed(unit, n, Some(4)));
        land.chain(road)
    };
    let mentions = mixed("10001", 36, 18).chain(mixed("10002", 4, 2));
    let league = ward_league(&mentions.collect::<Vec<_>>());
    let row = |code: u32| {
        let row = league.rows.iter().find(|row| row.unit.number() == code);
        row.unwrap().clone()
    };
    let (land, road) = (row(10_001), row(10_002));
    let raw = road.resolved.unwrap().value - land.resolved.unwrap().value;
    let adjusted = road.adjusted.unwrap().value - land.adjusted.unwrap().value;
    assert!(raw > 0.2 && adjusted.abs() < 0.1, "{raw} {adjusted}");
    assert!(land.expected.unwrap() < road.expected.unwrap());
    assert_eq!((land.tier, road.tier), (Some(1), Some(1)));
}

/// Closed so many minutes before its due time at noon a week later.
fn closed_before_due(unit: &str, n: usize, minutes: i64) -> AnnotatedMention {
    let mut mention = filed(unit, n, Some(4));
    let mut inner = mention.mention.clone().into_inner();
    let ticket = inner.ticket.as_mut().unwrap();
    ticket.closed_at = ticket
        .due_at
        .map(|due| due - jiff::SignedDuration::from_mins(minutes));
    mention.mention = crate::domain::CleanMention::assume_clean(inner);
    mention
}

#[test]
fn a_unit_that_always_closes_at_the_last_minute_is_asked_why() {
    let arranged = (0..40).map(|n| closed_before_due("10001", n, if n < 30 { 20 } else { 3_000 }));
    let late_too = (40..60).map(|n| filed("10001", n, Some(15)));
    let honest = (0..60).map(|n| {
        // One in ten is closed in the last hour, as happens to anybody.
        closed_before_due("10002", n, if n % 10 == 0 { 20 } else { 3_000 })
    });
    let third =
        (0..60).map(|n| closed_before_due("10003", n, if n % 12 == 0 { 20 } else { 3_000 }));
    let mentions = arranged.chain(late_too).chain(honest).chain(third);
    let league = ward_league(&mentions.collect::<Vec<_>>());
    let asked = league
        .rows
        .iter()
        .map(|row| (row.unit.number(), row.guarded.n_left_out))
        .collect::<BTreeMap<_, _>>();
    assert_eq!(
        asked,
        BTreeMap::from([(10_001, 30), (10_002, 0), (10_003, 0)])
    );
    let row = league.rows.iter().find(|row| row.unit.number() == 10_001);
    let row = row.unwrap();
    let sign = row.guarded.signs[0];
    assert_eq!((sign.sign, sign.n), (GamingSign::LastMinute, 30));
    assert!(sign.expected < 10.0);
    assert!(row.guarded.adjusted.unwrap().value < row.adjusted.unwrap().value - 0.1);
}

#[test]
fn closing_before_the_report_and_coached_praise_are_signs() {
    let noon_of_the_25th = Period::of(PeriodKind::ReportingMonth, date(2026, 11, 20)).end();
    let hurried = (0..20).map(|n| {
        let mut mention = filed("10001", n, Some(4));
        let mut inner = mention.mention.clone().into_inner();
        let ticket = inner.ticket.as_mut().unwrap();
        ticket.closed_at = Some(noon_of_the_25th - jiff::SignedDuration::from_hours(2));
        ticket.due_at = Some(noon_of_the_25th + jiff::SignedDuration::from_hours(50));
        mention.mention = crate::domain::CleanMention::assume_clean(inner);
        mention
    });
    let praise = (0..12).map(|n| {
        let mut mention = filed("10002", n, Some(4));
        mention.annotation.sentiment = crate::domain::Sentiment::Positive;
        mention.annotation.fingerprint = 0xfeed_beef_1234_5678 ^ (1 << (n % 2));
        mention
    });
    let plain = |unit: &'static str, from: usize| (from..60).map(move |n| filed(unit, n, Some(4)));
    let mentions = hurried
        .chain(praise)
        .chain(plain("10001", 20))
        .chain(plain("10002", 12))
        .chain(plain("10003", 0));
    let league = ward_league(&mentions.collect::<Vec<_>>());
    let signs = league.rows.iter().map(|row| {
        let signs = row.guarded.signs.iter().map(|sign| (sign.sign, sign.n));
        (row.unit.number(), signs.collect::<Vec<_>>())
    });
    assert_eq!(
        signs.collect::<BTreeMap<_, _>>(),
        BTreeMap::from([
            (10_001, vec![(GamingSign::BeforeReport, 20)]),
            (10_002, vec![(GamingSign::CoachedPraise, 12)]),
            (10_003, Vec::new()),
        ])
    );
}
