//! Concerns over days: order of arrival, joining, leaving, coming back.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot go on should stop where it is"
)]

use std::collections::BTreeMap;
use std::path::Path;

use jiff::SignedDuration;
use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, Channel, CleanMention, ConcernId, ConcernStatus, DigestScope, Mention,
    MentionId, Placement, Scope, SourceId, Ticket, TicketStatus, Topic, UnitCode, WeightedUnit,
};
use models::measure::SplitMix;
use models::ranking::SourceTable;
use models::ranking::group::{GroupParameters, Grouper, Grouping, Links};
use models::ranking::rank::{RankContext, RankMethod};

mod invented;
use invented::{DAY, code, coverage, mention, unit};

fn day(back: i64) -> Date {
    DAY.saturating_sub(SignedDuration::from_hours(24 * back))
}

fn drainage(id: &str, back: i64, text: &str) -> AnnotatedMention {
    mention(id, day(back), 60, text, Topic::Drainage, Some(27_475))
}

/// Changes what is in a mention.
fn with(mut voice: AnnotatedMention, change: impl FnOnce(&mut Mention)) -> AnnotatedMention {
    let mut inner = voice.mention.into_inner();
    change(&mut inner);
    voice.mention = CleanMention::assume_clean(inner);
    voice
}

fn group(
    grouper: &mut Grouper,
    day: Date,
    mut mentions: Vec<AnnotatedMention>,
) -> (Vec<AnnotatedMention>, Grouping) {
    let grouping = grouper.group_day(day, &mentions);
    for (mention, concern) in mentions.iter_mut().zip(&grouping.assignments) {
        mention.concern.clone_from(concern);
    }
    (mentions, grouping)
}

/// Three days on which two reports turn out to be of one flood; the mentions of all.
fn one_flood_told_twice(grouper: &mut Grouper) -> Vec<AnnotatedMention> {
    let first = drainage("a", 2, "Nước ngập lênh láng đầu hẻm, bà con bì bõm lội");
    let second = drainage("b", 1, "Trần Xuân Soạn triều tràn bờ, xe chết máy la liệt");
    let both =
        "Nước ngập lênh láng đầu hẻm Trần Xuân Soạn, triều tràn bờ, xe chết máy, bà con bì bõm lội";
    let third = (0..4)
        .map(|at| drainage(&format!("c{at}"), 0, both))
        .collect();
    let (mut all, _) = group(grouper, day(2), vec![first]);
    all.extend(group(grouper, day(1), vec![second]).0);
    assert_ne!(all[0].concern, all[1].concern, "nothing joins them yet");
    all.extend(group(grouper, DAY, third).0);
    all
}

#[test]
fn concerns_that_turn_out_one_are_joined_under_the_older() {
    let mut grouper = Grouper::new(GroupParameters::default(), Vec::new());
    let all = one_flood_told_twice(&mut grouper);
    let (older, younger) = (
        all[0].concern.clone().unwrap(),
        all[1].concern.clone().unwrap(),
    );
    let links = Links::new(grouper.concerns());
    assert_eq!(links.whole(&younger), &older);
    for mention in &all[2..] {
        assert_eq!(links.whole(mention.concern.as_ref().unwrap()), &older);
    }
    let of = |id: &ConcernId| grouper.concerns().iter().find(|c| c.id == *id).unwrap();
    assert_eq!(of(&younger).status, ConcernStatus::Closed);
    let counts = of(&older).daily.iter().map(|count| count.n_mentions);
    assert_eq!(counts.collect::<Vec<_>>(), [1, 1, 4]);

    let (method, sources, units) = (
        RankMethod::default(),
        SourceTable::default(),
        [unit(27_475)],
    );
    let context = RankContext::new(&method, DAY, &all, grouper.concerns(), &units, &sources);
    let top = context
        .digest(&DigestScope::Unit(code(27_475)), &coverage())
        .top;
    assert_eq!(top.len(), 1);
    assert_eq!(top[0].concern, older);
    assert_eq!(top[0].evidence.len(), 6);
}

#[test]
fn a_reply_to_a_joined_concern_reaches_the_older_also_after_a_restart() {
    let mut grouper = Grouper::new(GroupParameters::default(), Vec::new());
    let all = one_flood_told_twice(&mut grouper);
    let mut restarted = Grouper::new(GroupParameters::default(), grouper.concerns().to_vec());
    restarted.recall(&all);
    let reply = with(drainage("d", -1, "Chỗ tui cũng vậy"), |reply| {
        reply.parent = Some(MentionId::new("b"));
    });
    for grouper in [&mut grouper, &mut restarted] {
        let (replies, _) = group(grouper, day(-1), vec![reply.clone()]);
        assert_eq!(replies[0].concern, all[0].concern);
    }
    assert_eq!(grouper.concerns(), restarted.concerns());
}

#[test]
fn a_concern_that_was_closed_comes_back_with_its_history() {
    let pothole = "Ổ gà to trước chợ Xóm Củi, xe máy té liên tục";
    let ticket = |id: &str, back: i64, status: TicketStatus| {
        let report = mention(id, day(back), 60, pothole, Topic::Road, Some(27_475));
        with(report, |report| {
            report.channel = Channel::Hotline;
            report.ticket = Some(Ticket {
                field: None,
                address: None,
                status,
                due_at: None,
                closed_at: None,
                rating: None,
                updated_at: None,
            });
        })
    };
    let mut grouper = Grouper::new(GroupParameters::default(), Vec::new());
    let (first, _) = group(
        &mut grouper,
        day(20),
        vec![ticket("t", 20, TicketStatus::Closed)],
    );
    for back in (12..20).rev() {
        grouper.group_day(day(back), &[]);
    }
    assert_eq!(grouper.concerns()[0].status, ConcernStatus::Closed);
    let again = mention("u", day(3), 60, pothole, Topic::Road, Some(27_475));
    let (again, _) = group(&mut grouper, day(3), vec![again]);
    assert_eq!(again[0].concern, first[0].concern);
    let concern = &grouper.concerns()[0];
    assert_eq!(concern.status, ConcernStatus::Returned);
    let days = concern
        .daily
        .iter()
        .map(|count| count.day)
        .collect::<Vec<_>>();
    assert_eq!(days, [day(20), day(3)]);
}

#[test]
fn a_story_its_comments_and_the_tickets_about_it_are_one() {
    let article = with(
        drainage(
            "story",
            0,
            "Sáng nay triều cường làm ngập đường Trần Xuân Soạn, phường Tân Hưng. Nhiều xe chết máy, \
             người dân Trần Xuân Soạn phải dắt bộ qua chỗ ngập.",
        ),
        |article| {
            article.channel = Channel::Press;
            article.source = SourceId::new("bao");
            article.title = Some("Trần Xuân Soạn ngập sâu vì triều cường, xe chết máy".to_owned());
        },
    );
    let mut comment = with(drainage("comment", 0, "năm nào cũng vậy"), |comment| {
        comment.parent = Some(MentionId::new("story"));
    });
    comment.annotation.placement = Placement::bare(Scope::Unknown);
    comment.annotation.topic = Topic::Other;
    let ticket = with(
        drainage(
            "ticket",
            0,
            "Đường Trần Xuân Soạn ngập do triều cường, đề nghị bơm nước",
        ),
        |ticket| ticket.channel = Channel::Hotline,
    );
    let mut grouper = Grouper::new(GroupParameters::default(), Vec::new());
    let (mentions, grouping) = group(&mut grouper, DAY, vec![ticket, comment, article]);
    assert_eq!(grouping.changed.len(), 1, "{:?}", grouping.changed);
    assert!(
        mentions
            .iter()
            .all(|m| m.concern == mentions[0].concern && m.concern.is_some())
    );
}

/// The gold mentions with their labels as annotations, by day.
fn gold_days(part: &str) -> BTreeMap<Date, Vec<AnnotatedMention>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/gold");
    let text = std::fs::read_to_string(folder.join(format!("part_{part}.jsonl"))).unwrap();
    let mut days: BTreeMap<Date, Vec<AnnotatedMention>> = BTreeMap::new();
    for line in text.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let label = &line["gold"];
        let topic = Topic::from_code(label["topic"].as_str().unwrap()).unwrap();
        let id = line["id"].as_str().unwrap();
        let text = line["text"].as_str().unwrap();
        let mut voice = with(mention(id, DAY, 0, text, topic, None), |inner| {
            inner.channel = Channel::from_code(line["channel"].as_str().unwrap()).unwrap();
            inner.published_at = line["published_at"].as_str().map(|t| t.parse().unwrap());
            inner.title = line["title"].as_str().map(str::to_owned);
            inner.parent = line["parent_id"].as_str().map(MentionId::new);
        });
        voice.annotation.is_concern = label["is_concern"].as_bool().unwrap();
        let units = label["units"].as_array().unwrap().iter();
        let units = units.map(|unit| unit.as_str().unwrap().parse::<UnitCode>().unwrap());
        voice.annotation.placement.units = units
            .map(|code| WeightedUnit { code, weight: 1.0 })
            .collect();
        if !voice.annotation.placement.units.is_empty() {
            voice.annotation.placement.scope = Scope::Unit;
        }
        days.entry(voice.mention.day().unwrap())
            .or_default()
            .push(voice);
    }
    days
}

#[test]
fn days_of_the_gold_set_group_alike_in_any_order_of_arrival() {
    for part in ["a", "b"] {
        let days = gold_days(part);
        let run = |seed: u64| {
            let mut random = SplitMix(seed);
            let mut grouper = Grouper::new(GroupParameters::default(), Vec::new());
            let mut homes = BTreeMap::new();
            for (day, mentions) in &days {
                let mut mentions = mentions.clone();
                random.shuffle(&mut mentions);
                for mention in group(&mut grouper, *day, mentions).0 {
                    homes.insert(mention.mention.id.clone(), mention.concern);
                }
            }
            (homes, grouper.concerns().to_vec())
        };
        let straight = run(1);
        assert!(straight.1.len() > 50);
        for seed in 2..6 {
            assert!(run(seed) == straight, "part {part}, seed {seed}");
        }
    }
}
