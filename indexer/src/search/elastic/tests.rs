//! The adapter against a contract server, which refuses what the documentation does not allow. No live
//! cluster was asked.

mod peer;
mod trouble;

use std::collections::BTreeSet;

use models::domain::{Channel, MentionId, Topic};

use super::*;
use crate::conformance::sample::{day, record, unit};
use crate::conformance::search::expect_equal;
use crate::search::EmbeddedSearch;
use peer::{Peer, fresh};

fn run(case: impl FnOnce(&dyn Archive, &dyn SearchIndex)) {
    let (archive, index, _peer, _folder) = fresh(&[]);
    case(&archive, &index);
}

crate::search_conformance!(run);

#[test]
fn opensearch_is_spoken_to_alike() {
    use crate::conformance::search::{a_rebuild_finds_the_same, every_filter_and_its_facet};
    let options = ["--flavour", "opensearch", "--number", "2.19.0"];
    let (archive, index, _peer, _folder) = fresh(&options);
    every_filter_and_its_facet(&archive, &index);
    let place = index.place().unwrap();
    assert!(
        place.starts_with("langnghe, OpenSearch 2.19.0, http://"),
        "{place}"
    );
    let (archive, index, _peer, _folder) = fresh(&options);
    a_rebuild_finds_the_same(&archive, &index);
}

fn ids(hits: &Hits) -> Vec<MentionId> {
    hits.hits.iter().map(|hit| hit.mention.clone()).collect()
}

/// Whatever is asked, both backends find the same, count the same and give the same pages.
#[test]
fn both_backends_find_the_same() {
    let (archive, server, _peer, folder) = fresh(&[]);
    let local = EmbeddedSearch::open(folder.path()).unwrap();
    for on in 0..3 {
        record(&archive, (0..40).map(|n| n * 3 + on as usize), on);
    }
    server.catch_up(&archive).unwrap();
    local.catch_up(&archive).unwrap();
    let typed = [
        "",
        "ngập",
        "ngap",
        "đường ngập",
        "\"bánh xe\"",
        "\"banh xe\" -rác",
        "hoa binh",
        "Hòa Bình kẹt",
        "-xe",
        "\"vỉa hè bị lấn chiếm\"",
        "đèn-đường",
        "tháng nay mưa",
    ];
    let narrow: [&dyn Fn(&mut Query); 5] = [
        &|_| {},
        &|q| (q.from, q.to) = (Some(day(1)), Some(day(1))),
        &|q| q.units = (0..60).map(unit).collect(),
        &|q| (q.topics, q.is_concern) = (Topic::ALL[..9].to_vec(), Some(true)),
        &|q| q.channels = vec![Channel::Press, Channel::Hotline],
    ];
    let (mut n_found, mut n_whole) = (0, 0);
    for words in typed {
        for narrow in narrow {
            let mut query = Query {
                words: words.to_owned(),
                limit: 100,
                ..Query::default()
            };
            narrow(&mut query);
            let (theirs, ours) = (
                server.search(&query).unwrap(),
                local.search(&query).unwrap(),
            );
            assert_eq!(theirs, ours, "{query:?}");
            n_found += theirs.hits.len();
            query.order = Order::Relevance;
            let (theirs, ours) = (
                server.search(&query).unwrap(),
                local.search(&query).unwrap(),
            );
            assert_eq!(theirs.total, ours.total, "{query:?}");
            // Which of equal weight fill a page that is cut may differ.
            if ours.next.is_none() {
                let all = |hits: &Hits| ids(hits).into_iter().collect::<BTreeSet<_>>();
                assert_eq!(all(&theirs), all(&ours), "{query:?}");
                n_whole += 1;
            }
        }
    }
    assert!(n_found > 500 && n_whole > 20, "{n_found}, {n_whole}");
}

#[test]
fn the_server_keeps_no_words() {
    let (archive, index, peer, _folder) = fresh(&[]);
    record(&archive, 0..5, 0);
    index.catch_up(&archive).unwrap();
    let kept = peer.get("langnghe/_doc/m-0000002");
    assert_eq!(
        (&kept["found"], &kept["_source"]),
        (&json!(true), &json!({}))
    );
}

#[test]
fn another_process_goes_on_where_it_stood() {
    let (archive, index, peer, _folder) = fresh(&[]);
    record(&archive, 0..20, 0);
    index.catch_up(&archive).unwrap();
    record(&archive, 20..25, 0);
    let other = peer.index();
    assert_eq!(other.lag(&archive).unwrap(), 5);
    assert_eq!(other.catch_up(&archive).unwrap().n_changes, 5);
    // What the other did needs not be done again.
    assert_eq!(index.catch_up(&archive).unwrap().n_changes, 0);
    expect_equal(&archive, &index);
}

#[test]
fn several_may_follow_at_once() {
    let (archive, first, peer, _folder) = fresh(&[]);
    first.catch_up(&archive).unwrap();
    let second = peer.index();
    std::thread::scope(|scope| {
        for index in [&first, &second] {
            scope.spawn(|| {
                for _ in 0..8 {
                    index.catch_up(&archive).unwrap();
                }
            });
        }
        for round in 0..8 {
            record(&archive, round * 5..round * 5 + 15, 0);
        }
    });
    first.catch_up(&archive).unwrap();
    expect_equal(&archive, &first);
    assert_eq!(second.catch_up(&archive).unwrap().n_changes, 0);
}

#[test]
fn another_history_is_followed_in_an_index_of_its_own() {
    let (archive, index, peer, folder) = fresh(&[]);
    record(&archive, 0..20, 0);
    index.catch_up(&archive).unwrap();
    let other = crate::EmbeddedArchive::open(&folder.path().join("other.db")).unwrap();
    record(&other, 60..70, 0);
    index.catch_up(&other).unwrap();
    expect_equal(&other, &index);
    assert_eq!(peer.indexes(), ["langnghe-l1-2"]);
}

#[test]
fn before_the_first_following_nothing_is_found() {
    let peer = Peer::start(&[]);
    let index = peer.index();
    assert_eq!(index.search(&Query::default()).unwrap(), Hits::default());
    assert_eq!(
        (index.watermark().unwrap(), index.n_mentions().unwrap()),
        (0, 0)
    );
}
