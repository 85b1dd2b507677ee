//! Finding what was recorded.

use std::collections::{BTreeMap, BTreeSet};

use models::domain::{AnnotatedMention, Channel, CleanMention, MentionId, Sentiment, Topic};

use super::sample::{Dice, annotation, batch, day, id, mention, noon, record, saying};
use crate::Error;
use crate::archive::Archive;
use crate::search::{Hits, Order, Query, SearchIndex};

fn words(words: &str) -> Query {
    Query {
        words: words.to_owned(),
        limit: 100,
        ..Query::default()
    }
}

fn ids(hits: &Hits) -> Vec<MentionId> {
    hits.hits.iter().map(|hit| hit.mention.clone()).collect()
}

fn found(index: &dyn SearchIndex, query: &Query) -> BTreeSet<MentionId> {
    let hits = index.search(query).unwrap();
    let found: BTreeSet<_> = ids(&hits).into_iter().collect();
    assert_eq!(found.len() as u64, hits.total);
    found
}

fn set(numbers: impl IntoIterator<Item = usize>) -> BTreeSet<MentionId> {
    numbers.into_iter().map(id).collect()
}

/// Says one text a mention and makes them findable.
fn say(archive: &dyn Archive, index: &dyn SearchIndex, texts: &[&str]) {
    for (n, text) in texts.iter().enumerate() {
        archive.record(&saying(n, None, text)).unwrap();
    }
    index.catch_up(archive).unwrap();
}

/// Three spellings of one name find the same, in either case and either normal form.
pub fn accents_may_be_left_out(archive: &dyn Archive, index: &dyn SearchIndex) {
    let texts = [
        "Ngập trên đường Hòa Bình",
        "kẹt xe ở Hoà Bình sáng nay",
        "duong hoa binh ngap qua",
        "Đường Lạc Long Quân thông thoáng",
    ];
    say(archive, index, &texts);
    for typed in [
        "hoa binh",
        "Hoà Bình",
        "Hòa Bình",
        "HÒA BÌNH",
        "\"hoa binh\"",
        "\"Hoà Bình\"",
        "Ho\u{61}\u{300} Bi\u{300}nh",
    ] {
        assert_eq!(found(index, &words(typed)), set(0..3), "{typed}");
    }
    assert_eq!(found(index, &words("duong")), set([0, 2, 3]));
    assert_eq!(found(index, &words("đường hòa bình")), set([0, 2]));
}

/// Other accents are other words; no accents at all might be the word, so they come after.
pub fn accented_matches_come_first(archive: &dyn Archive, index: &dyn SearchIndex) {
    say(
        archive,
        index,
        &["ban nhac", "bán hàng", "bàn ghế", "bán nhà"],
    );
    let mut query = words("bán");
    assert_eq!(found(index, &query), set([0, 1, 3]));
    query.order = Order::Relevance;
    let hits = index.search(&query).unwrap();
    assert_eq!(ids(&hits)[2], id(0));
    assert!(hits.hits[1].score > hits.hits[2].score);
    // Without accents everything matches.
    assert_eq!(found(index, &words("ban")), set(0..4));
}

/// Quotation marks keep words together, a dash excludes, titles count too.
pub fn phrases_and_exclusions(archive: &dyn Archive, index: &dyn SearchIndex) {
    let texts = ["xe kẹt trên cầu", "kẹt xe trên cầu", "ket xe duoi ham"];
    say(archive, index, &texts);
    archive
        .record(&saying(3, Some("Kẹt xe kéo dài"), "đêm qua"))
        .unwrap();
    index.catch_up(archive).unwrap();
    assert_eq!(found(index, &words("kẹt xe")), set(0..4));
    assert_eq!(found(index, &words("\"kẹt xe\"")), set(1..4));
    assert_eq!(found(index, &words("\"ket xe\"")), set(1..4));
    assert_eq!(found(index, &words("\"xe trên\" -cầu")), set([]));
    assert_eq!(found(index, &words("kẹt -cầu")), set([2, 3]));
    assert_eq!(found(index, &words("-cầu -hầm")), set([3]));
    assert_eq!(found(index, &words("kẹt không-có-từ-này")), set([]));
    // Words side by side come first even when they were not typed in quotation marks.
    let mut query = words("kẹt xe");
    query.order = Order::Relevance;
    let hits = index.search(&query).unwrap();
    assert_ne!(ids(&hits)[0], id(0));
}

/// Leaving a phrase out leaves out what looking for it finds, also where its words stand apart, where nothing
/// holds it, and where it is far down.
pub fn what_is_excluded_is_what_would_be_found(archive: &dyn Archive, index: &dyn SearchIndex) {
    for first in [0, 40] {
        record(archive, first..first + 40, 0);
        index.catch_up(archive).unwrap();
    }
    let phrases = [
        "trước chợ",
        "chợ trước",
        "xe buýt bỏ trạm",
        "trạm buýt",
        "mất ngủ",
        "hẹn tiếp",
        "không có từ này",
    ];
    let mut n_left_out = 0;
    for asked in ["xe", "đường", "\"đi lại\"", "người", ""] {
        let all = found(index, &words(asked));
        for phrase in phrases {
            let held = found(index, &words(&format!("\"{phrase}\"")));
            for order in [Order::Newest, Order::Relevance] {
                let mut query = words(&format!("{asked} -\"{phrase}\""));
                query.order = order;
                let left = found(index, &query);
                assert_eq!(left, all.difference(&held).cloned().collect(), "{query:?}");
                n_left_out += all.len() - left.len();
            }
        }
    }
    assert!(n_left_out > 0);
    // Both at once.
    let both = found(index, &words("xe -\"mất ngủ\" -\"trước chợ\" -buýt"));
    let one_by_one: BTreeSet<_> = ["\"mất ngủ\"", "\"trước chợ\"", "buýt"]
        .iter()
        .flat_map(|left_out| found(index, &words(left_out)))
        .collect();
    let all = found(index, &words("xe"));
    assert_eq!(both, all.difference(&one_by_one).cloned().collect());
}

/// Every filter lets through what the record says, and facets count just that.
pub fn every_filter_and_its_facet(archive: &dyn Archive, index: &dyn SearchIndex) {
    for on in 0..4 {
        record(archive, (0..25).map(|n| n * 4 + on as usize), on);
    }
    index.catch_up(archive).unwrap();
    let all = archive.mentions_of_days(day(0), day(3)).unwrap();
    let check = |narrow: &dyn Fn(&mut Query), keeps: &dyn Fn(&AnnotatedMention) -> bool| {
        let mut query = words("");
        narrow(&mut query);
        let kept: Vec<_> = all.iter().filter(|found| keeps(found)).collect();
        assert!(!kept.is_empty() && kept.len() < all.len(), "{query:?}");
        let expected: BTreeSet<_> = kept.iter().map(|found| found.mention.id.clone()).collect();
        assert_eq!(found(index, &query), expected, "{query:?}");
        check_facets(&index.search(&query).unwrap(), &kept);
    };
    let one = &all[7];
    let unit = one.annotation.placement.units[0].code;
    check(&|q| q.from = Some(day(2)), &|m| {
        m.mention.day() >= Some(day(2))
    });
    check(&|q| q.to = Some(day(0)), &|m| {
        m.mention.day() <= Some(day(0))
    });
    check(&|q| q.units = vec![unit], &|m| {
        m.annotation.placement.weight_of(unit) > 0.0
    });
    check(
        &|q| q.topics = vec![Topic::Land, one.annotation.topic],
        &|m| [Topic::Land, one.annotation.topic].contains(&m.annotation.topic),
    );
    check(&|q| q.channels = vec![Channel::Press], &|m| {
        m.mention.channel == Channel::Press
    });
    check(&|q| q.sentiments = vec![Sentiment::Negative], &|m| {
        m.annotation.sentiment == Sentiment::Negative
    });
    check(&|q| q.sources = vec![one.mention.source.clone()], &|m| {
        m.mention.source == one.mention.source
    });
    check(&|q| q.is_concern = Some(false), &|m| {
        !m.annotation.is_concern
    });
    check(
        &|q| {
            q.channels = vec![Channel::Social, Channel::Hotline];
            q.is_concern = Some(true);
        },
        &|m| m.mention.channel != Channel::Press && m.annotation.is_concern,
    );
}

fn check_facets(hits: &Hits, kept: &[&AnnotatedMention]) {
    let mut units = BTreeMap::new();
    let mut topics = BTreeMap::new();
    let mut days = BTreeMap::new();
    let mut sources = BTreeMap::new();
    for found in kept {
        for unit in &found.annotation.placement.units {
            *units.entry(unit.code).or_insert(0) += 1;
        }
        *topics.entry(found.annotation.topic).or_insert(0) += 1;
        *days.entry(found.mention.day().unwrap()).or_insert(0) += 1;
        *sources.entry(found.mention.source.clone()).or_insert(0) += 1;
    }
    let facets = &hits.facets;
    assert!(facets.topics.is_sorted_by(|one, next| one.1 >= next.1));
    assert_eq!(
        facets.units.iter().copied().collect::<BTreeMap<_, _>>(),
        units
    );
    assert_eq!(
        facets.topics.iter().copied().collect::<BTreeMap<_, _>>(),
        topics
    );
    assert_eq!(
        facets.sources.iter().cloned().collect::<BTreeMap<_, _>>(),
        sources
    );
    assert_eq!(facets.days, days.into_iter().collect::<Vec<_>>());
    let total = |counts: &[(Channel, u64)]| counts.iter().map(|(_, n)| n).sum::<u64>();
    assert_eq!(total(&facets.channels), hits.total);
    assert_eq!(
        facets.sentiments.iter().map(|(_, n)| n).sum::<u64>(),
        hits.total
    );
}

/// Pages by time hold every hit once, newest first, with the same counts on each.
pub fn pages_cover_everything_once(archive: &dyn Archive, index: &dyn SearchIndex) {
    record(archive, 0..60, 0);
    // Many at the same moment.
    let mut crowd = batch(60..90, 1);
    for (said, _) in &mut crowd.mentions {
        let mut same = said.clone().into_inner();
        same.published_at = Some(noon(1));
        *said = CleanMention::assume_clean(same);
    }
    archive.record(&crowd).unwrap();
    index.catch_up(archive).unwrap();
    let mut query = words("");
    query.limit = 7;
    let mut seen = Vec::new();
    loop {
        let hits = index.search(&query).unwrap();
        assert_eq!(hits.total, 90);
        seen.extend(ids(&hits));
        query.after = hits.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), 90);
    assert_eq!(seen.iter().cloned().collect::<BTreeSet<_>>(), set(0..90));
    let times: Vec<_> = archive.mentions(&seen).unwrap();
    assert!(times.is_sorted_by(|one, next| one.mention.published_at >= next.mention.published_at));
    query.limit = 0;
    let counts = index.search(&query).unwrap();
    assert_eq!(
        (counts.hits.len(), counts.total, counts.next),
        (0, 90, None)
    );
    query.limit = 5;
    query.after = Some("hôm qua".to_owned());
    let refusal = index.search(&query).unwrap_err();
    assert!(matches!(refusal, Error::BadCursor(_)), "{refusal}");
}

/// Pages by relevance hold every hit once, best first.
pub fn relevance_has_pages_too(archive: &dyn Archive, index: &dyn SearchIndex) {
    record(archive, 0..90, 0);
    index.catch_up(archive).unwrap();
    let mut query = words("ngập");
    query.order = Order::Relevance;
    let all = index.search(&query).unwrap();
    assert!(all.hits.len() > 20);
    assert!(all.hits.is_sorted_by(|one, next| one.score >= next.score));
    query.limit = 6;
    let mut seen = Vec::new();
    loop {
        let hits = index.search(&query).unwrap();
        seen.extend(ids(&hits));
        query.after = hits.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(seen, ids(&all));
    query.after = Some("t5".to_owned());
    assert!(index.search(&query).is_err());
}

/// Nothing that can be typed is an error.
pub fn any_text_is_a_query(archive: &dyn Archive, index: &dyn SearchIndex) {
    record(archive, 0..9, 0);
    index.catch_up(archive).unwrap();
    let long = "ngập ".repeat(10_000);
    let quotes = "\"a\"".repeat(500);
    for typed in [
        "",
        " ",
        "\"",
        "\"\"",
        "-",
        "--",
        "-\"",
        "title:ngập",
        "a AND (b",
        "[a TO b]",
        "*",
        "~1",
        "\\",
        "😀",
        "\u{301}",
        "\u{0}",
        "a~b^c",
        "1.000,5",
        &long,
        &quotes,
    ] {
        for order in [Order::Newest, Order::Relevance] {
            let mut query = words(typed);
            query.order = order;
            let hits = index.search(&query).unwrap();
            assert!(hits.total <= 9, "{typed}");
            for range in index.highlight(typed, "Ngập, ngập nữa: a b 1.000,5 😀") {
                assert!(!range.is_empty());
            }
        }
    }
    assert_eq!(index.search(&words("")).unwrap().total, 9);
    assert_eq!(index.search(&words("-")).unwrap().total, 9);
}

/// What changes in the record changes in the index, and nothing is indexed twice.
pub fn updates_and_removals_are_followed(archive: &dyn Archive, index: &dyn SearchIndex) {
    say(archive, index, &["ngập sâu", "ngập nhẹ", "kẹt xe"]);
    assert_eq!(index.lag(archive).unwrap(), 0);
    archive.record(&saying(0, None, "nước đã rút")).unwrap();
    archive.remove(&[id(1)], "gỡ tại nguồn", noon(1)).unwrap();
    let mut read = annotation(2);
    read.topic = Topic::Telecom;
    archive.annotate_again(&mut std::iter::once(read)).unwrap();
    assert_eq!(index.lag(archive).unwrap(), 3);
    assert_eq!(found(index, &words("ngập")), set([0, 1]));
    let caught_up = index.catch_up(archive).unwrap();
    assert_eq!(
        (caught_up.n_changes, caught_up.watermark),
        (3, archive.latest_seq().unwrap())
    );
    assert_eq!(found(index, &words("ngập")), set([]));
    assert_eq!(found(index, &words("nước")), set([0]));
    let mut query = words("");
    query.topics = vec![Topic::Telecom];
    assert_eq!(found(index, &query), set([2]));
    assert_eq!(index.n_mentions().unwrap(), 2);
    assert_eq!(index.catch_up(archive).unwrap().n_changes, 0);
}

/// After any sequence of writes, with the index following now and then, both hold the same.
pub fn the_index_equals_the_record(archive: &dyn Archive, index: &dyn SearchIndex) {
    let mut dice = Dice::new(20_261_121);
    for _ in 0..200 {
        let n = dice.below(80);
        match dice.below(8) {
            0 => {
                archive.remove(&[id(n)], "thử", noon(1)).unwrap();
            }
            1 => {
                archive.record(&saying(n, None, "đã sửa lại")).unwrap();
            }
            2 => {
                let mut read = annotation(n);
                read.topic = Topic::ALL[dice.below(26)];
                archive.annotate_again(&mut std::iter::once(read)).unwrap();
            }
            3 => {
                index.catch_up(archive).unwrap();
            }
            _ => {
                record(archive, n..n + 3, 0);
            }
        }
    }
    index.catch_up(archive).unwrap();
    expect_equal(archive, index);
}

/// Fails unless the index holds just the mentions of the record, each under its topic.
pub fn expect_equal(archive: &dyn Archive, index: &dyn SearchIndex) {
    let mut recorded = BTreeSet::new();
    let mut by_topic = BTreeMap::new();
    if let Some((first, last)) = archive.mention_days().unwrap() {
        for found in archive.mentions_of_days(first, last).unwrap() {
            *by_topic.entry(found.annotation.topic).or_insert(0) += 1;
            recorded.insert(found.mention.id.clone());
        }
    }
    let mut indexed = BTreeSet::new();
    let mut query = words("");
    loop {
        let hits = index.search(&query).unwrap();
        let topics: BTreeMap<_, _> = hits.facets.topics.iter().copied().collect();
        assert_eq!(topics, by_topic);
        indexed.extend(ids(&hits));
        query.after = hits.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(indexed, recorded);
    assert_eq!(index.n_mentions().unwrap(), recorded.len() as u64);
    assert_eq!(index.watermark().unwrap(), archive.latest_seq().unwrap());
}

/// The index can be thrown away.
pub fn a_rebuild_finds_the_same(archive: &dyn Archive, index: &dyn SearchIndex) {
    record(archive, 0..50, 0);
    assert!(mention(0, 0).title.is_some());
    archive.remove(&[id(3)], "thử", noon(1)).unwrap();
    index.catch_up(archive).unwrap();
    let query = words("hoa binh");
    let before = index.search(&query).unwrap();
    assert!(before.total > 0);
    let rebuilt = index.rebuild(archive).unwrap();
    assert_eq!(rebuilt.watermark, archive.latest_seq().unwrap());
    assert_eq!(index.search(&query).unwrap(), before);
    expect_equal(archive, index);
}
