use jiff::{SignedDuration, Timestamp};
use models::domain::Scope;

use super::*;

const ME: AccountId = AccountId(7);

fn now() -> Timestamp {
    "2026-11-13T06:30:00+07:00".parse().unwrap()
}

/// The `n`th concern: older and louder with the number.
fn row(n: u32) -> BoardRow {
    let title = if n.is_multiple_of(2) {
        "Ngập nặng"
    } else {
        "Rác tồn đọng"
    };
    BoardRow {
        id: ConcernId::new(format!("c-{n:03}")),
        title: title.to_owned(),
        folded: fold(title),
        topic: if n.is_multiple_of(2) {
            Topic::Drainage
        } else {
            Topic::Waste
        },
        scope: Scope::Unit,
        units: vec![UnitCode::from_number(26_700 + n % 3).unwrap()],
        agencies: Vec::new(),
        status: STATUSES[n as usize % 4],
        first_seen: now() - SignedDuration::from_hours(24 * i64::from(n)),
        last_seen: now() - SignedDuration::from_hours(i64::from(n)),
        n_week: 3 * n,
        n_before: n * n / 40,
        negative_share: if n.is_multiple_of(5) { 0.8 } else { 0.2 },
        n_open_tickets: 0,
        days: vec![0; 28],
        channels: [u64::from(n.is_multiple_of(3)), 1, 0],
        hidden: (n == 4).then(|| "rao vặt".to_owned()),
        is_pinned: n == 6,
        version: 0,
        terms: std::sync::Arc::default(),
    }
}

fn rows() -> Vec<BoardRow> {
    (0..120).map(row).collect()
}

struct World {
    slips: HashMap<ConcernId, Slip>,
    followed: HashSet<ConcernId>,
    by_words: HashSet<ConcernId>,
    ranks: HashMap<ConcernId, u32>,
}

impl World {
    fn new() -> Self {
        let id = |n: u32| row(n).id;
        let slip = Slip {
            labels: vec!["Chờ sở".to_owned()],
            holder: Some(ME),
            n_notes: 1,
            concern: id(8),
        };
        Self {
            slips: [(id(8), slip)].into(),
            followed: [id(9)].into(),
            by_words: [id(11)].into(),
            ranks: [(id(30), 1), (id(2), 2)].into(),
        }
    }

    fn things<'t>(&'t self, may: &'t dyn Fn(&BoardRow) -> bool) -> Things<'t> {
        Things {
            now: now(),
            me: ME,
            may,
            slips: &self.slips,
            followed: &self.followed,
            by_words: &self.by_words,
            ranks: &self.ranks,
        }
    }

    fn ask(&self, rows: &[BoardRow], asked: &Asked) -> (Vec<String>, usize, Option<String>) {
        let found = find(rows, &asked.choice().unwrap(), &self.things(&|_| true));
        let ids = found.rows.iter().map(|row| row.id.to_string());
        (ids.collect(), found.total, found.next)
    }
}

#[test]
fn pages_cover_everything_once_in_every_order() {
    let (world, rows) = (World::new(), rows());
    for order in QueueOrder::ALL {
        let mut asked = Asked {
            order: order.code().to_owned(),
            ..Asked::default()
        };
        let mut seen = Vec::new();
        loop {
            let (ids, total, next) = world.ask(&rows, &asked);
            assert_eq!(total, 119, "one is hidden");
            seen.extend(ids);
            match next {
                Some(next) => asked.after = next,
                None => break,
            }
        }
        assert_eq!(seen.len(), 119, "{order:?}");
        assert_eq!(seen.iter().collect::<HashSet<_>>().len(), 119, "{order:?}");
        let first = seen[0].as_str();
        let expected = match order {
            QueueOrder::Rank => "c-030",
            QueueOrder::Voices | QueueOrder::Oldest => "c-119",
            QueueOrder::Rise => "c-054",
            QueueOrder::Latest => "c-000",
        };
        assert_eq!(first, expected, "{order:?}");
        if order == QueueOrder::Rank {
            assert_eq!(seen[1..3], ["c-002", "c-119"]);
        }
    }
}

#[test]
fn every_filter_leaves_what_its_facet_counted() {
    let (world, rows) = (World::new(), rows());
    let things_may = |_: &BoardRow| true;
    let all = find(&rows, &Choice::default(), &world.things(&things_may));
    let n = |asked: Asked| world.ask(&rows, &asked).1;
    let with = |change: &dyn Fn(&mut Asked)| {
        let mut asked = Asked::default();
        change(&mut asked);
        n(asked)
    };
    for (code, counted) in &all.facets.units {
        assert_eq!(with(&|asked| asked.unit = code.to_string()), *counted);
    }
    for (topic, counted) in &all.facets.topics {
        assert_eq!(
            with(&|asked| asked.topic = topic.code().to_owned()),
            *counted
        );
    }
    for (channel, counted) in Channel::ALL.into_iter().zip(all.facets.channels) {
        assert_eq!(
            with(&|asked| asked.channel = channel.code().to_owned()),
            counted
        );
    }
    for (mood, counted) in Mood::ALL.into_iter().zip(all.facets.moods) {
        assert_eq!(with(&|asked| asked.mood = mood.code().to_owned()), counted);
    }
    for (status, counted) in STATUSES.into_iter().zip(all.facets.statuses) {
        assert_eq!(
            with(&|asked| asked.status = status.code().to_owned()),
            counted
        );
    }
    for (age, counted) in Age::ALL.into_iter().zip(all.facets.ages) {
        assert_eq!(with(&|asked| asked.age = age.code().to_owned()), counted);
    }
    for (shown, counted) in Shown::ALL.into_iter().zip(all.facets.shown) {
        assert_eq!(
            with(&|asked| asked.shown = shown.code().to_owned()),
            counted
        );
    }
    assert_eq!(all.facets.shown, [119, 1, 1, 1]);
    assert_eq!(all.facets.labels, [("Chờ sở".to_owned(), 1)]);
    assert_eq!(with(&|asked| asked.label = "Chờ sở".to_owned()), 1);
    assert_eq!((all.facets.n_mine, all.facets.n_free), (1, 118));
    assert_eq!(with(&|asked| asked.held = "toi".to_owned()), 1);
    assert_eq!(with(&|asked| asked.held = "7".to_owned()), 1);
    assert_eq!(with(&|asked| asked.held = "chua".to_owned()), 118);
    // A chosen filter does not empty its own facet.
    let chosen = Choice {
        topic: Some(Topic::Waste),
        ..Choice::default()
    };
    let found = find(&rows, &chosen, &world.things(&things_may));
    assert_eq!(found.facets.topics, all.facets.topics);
    assert!(found.facets.units != all.facets.units);
}

#[test]
fn words_stand_in_titles_or_in_the_evidence_with_accents_or_not() {
    let (world, rows) = (World::new(), rows());
    let n = |q: &str| {
        let asked = Asked {
            q: q.to_owned(),
            ..Asked::default()
        };
        world.ask(&rows, &asked).1
    };
    // 60 titles without the hidden one, and one whose evidence matches.
    assert_eq!(n("ngập"), 60);
    assert_eq!(n("nga\u{302}\u{323}p"), 60, "decomposed");
    assert_eq!(n("NANG ngap"), 60);
    assert_eq!(n(""), 119);
}

#[test]
fn beyond_reach_nothing_is_counted() {
    let (world, rows) = (World::new(), rows());
    let mine = |row: &BoardRow| row.units[0].to_string() == "26700";
    let found = find(&rows, &Choice::default(), &world.things(&mine));
    assert_eq!(found.total, 40);
    assert_eq!(found.facets.units.len(), 1);
    assert_eq!(
        found.facets.topics.iter().map(|(_, n)| n).sum::<usize>(),
        40
    );
}

#[test]
fn addresses_keep_what_was_asked() {
    let asked = Asked {
        q: "cống & rác".to_owned(),
        topic: "waste".to_owned(),
        after: "3.c".to_owned(),
        ..Asked::default()
    };
    assert_eq!(
        asked.query(&[("linh-vuc", ""), ("sap", "tang")]),
        "q=c%E1%BB%91ng%20%26%20r%C3%A1c&sap=tang"
    );
    let wrong = Asked {
        topic: "nothing".to_owned(),
        ..Asked::default()
    };
    let said = wrong.choice().unwrap_err().to_string();
    assert!(said.contains("linh-vuc"), "{said}");
    let cursor = Asked {
        after: "x".to_owned(),
        ..Asked::default()
    };
    cursor.choice().unwrap_err();
}
