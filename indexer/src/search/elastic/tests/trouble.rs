//! Servers that are busy, down, full, old, strange or of another opinion.

use super::peer::{Peer, fresh, refusal};
use super::*;
use crate::EmbeddedArchive;

/// Answers 429 twice to a whole request and once to a single document.
#[test]
fn a_busy_server_is_asked_again() {
    let (archive, index, peer, _folder) = fresh(&[]);
    record(&archive, 0..20, 0);
    peer.fail(&json!([
        {"path": "_bulk", "status": 429, "retry_after": "0", "times": 2},
        {"item": "m-0000007", "status": 429, "type": "es_rejected_execution_exception"},
        {"path": "_refresh", "status": 503},
    ]));
    assert_eq!(index.catch_up(&archive).unwrap().n_changes, 20);
    expect_equal(&archive, &index);
    // For a page one pause is enough.
    peer.fail(&json!([{"path": "_search", "status": 429, "retry_after": "60", "times": 9}]));
    let told = index.search(&Query::default()).unwrap_err().to_string();
    assert!(told.contains("too busy (429; tried 1"), "{told}");
}

#[test]
fn a_refused_document_is_named_and_nothing_is_skipped() {
    let (archive, index, peer, _folder) = fresh(&[]);
    record(&archive, 0..20, 0);
    index.catch_up(&archive).unwrap();
    record(&archive, 20..30, 0);
    peer.fail(&json!([{"item": "m-0000023", "status": 400, "type": "document_parsing_exception"}]));
    let told = refusal(&index, &archive);
    assert!(told.contains("refused 1 of 10 documents"), "{told}");
    assert!(
        told.contains("m-0000023: document_parsing_exception"),
        "{told}"
    );
    assert_eq!(index.watermark().unwrap(), 20);
    assert_eq!(index.catch_up(&archive).unwrap().n_changes, 10);
    expect_equal(&archive, &index);
}

#[test]
fn a_stop_between_documents_and_mark_loses_nothing() {
    let (archive, index, peer, _folder) = fresh(&[]);
    record(&archive, 0..20, 0);
    index.catch_up(&archive).unwrap();
    record(&archive, 20..30, 0);
    peer.fail(&json!([{"path": "_refresh", "status": 500, "type": "node_closed_exception"}]));
    let told = refusal(&index, &archive);
    assert!(told.contains("500, node_closed_exception"), "{told}");
    assert_eq!(index.lag(&archive).unwrap(), 10);
    index.catch_up(&archive).unwrap();
    expect_equal(&archive, &index);
}

/// The server takes a megabyte at once; this is more.
#[test]
fn what_is_too_large_is_halved() {
    let (archive, index, peer, _folder) = fresh(&[]);
    record(&archive, 0..700, 0);
    assert_eq!(index.catch_up(&archive).unwrap().n_changes, 700);
    assert_eq!(index.n_mentions().unwrap(), 700);
    peer.fail(&json!([{"path": "_bulk", "status": 413, "times": 99}]));
    record(&archive, 700..702, 0);
    let told = refusal(&index, &archive);
    assert!(
        told.contains("413") && told.contains("max_content_length"),
        "{told}"
    );
}

#[test]
fn there_is_no_moment_without_an_index() {
    let (archive, index, peer, _folder) = fresh(&[]);
    record(&archive, 0..20, 0);
    index.catch_up(&archive).unwrap();
    // Everything is made again, and then the swap fails.
    peer.fail(&json!([{"path": "_aliases", "status": 500}]));
    index.rebuild(&archive).unwrap_err();
    assert_eq!(peer.indexes(), ["langnghe-l1-1", "langnghe-l1-2"]);
    expect_equal(&archive, &index);
    record(&archive, 20..25, 0);
    assert_eq!(index.catch_up(&archive).unwrap().n_changes, 5);
    expect_equal(&archive, &index);
    assert_eq!(index.rebuild(&archive).unwrap().n_changes, 25);
    expect_equal(&archive, &index);
    assert_eq!(peer.indexes(), ["langnghe-l1-3"]);
}

#[test]
fn what_was_begun_for_another_history_goes_on_where_it_stood() {
    let (archive, index, peer, folder) = fresh(&[]);
    record(&archive, 0..20, 0);
    index.catch_up(&archive).unwrap();
    let other = EmbeddedArchive::open(&folder.path().join("other.db")).unwrap();
    record(&other, 60..70, 0);
    peer.fail(&json!([{"path": "_aliases", "status": 500}]));
    index.catch_up(&other).unwrap_err();
    expect_equal(&archive, &index);
    record(&other, 70..72, 0);
    assert_eq!(index.catch_up(&other).unwrap().n_changes, 2);
    expect_equal(&other, &index);
    assert_eq!(peer.indexes(), ["langnghe-l1-2"]);
}

#[test]
fn an_index_of_a_newer_release_is_left_alone() {
    let (archive, index, peer, _folder) = fresh(&[]);
    record(&archive, 0..3, 0);
    let newer = IndexName {
        text: "langnghe-l9-4".to_owned(),
        layout: 9,
        number: 4,
    };
    let body = shape::creation(&peer.settings(), &["langnghe"]);
    let made = index.wire.call(&Ask {
        method: Method::PUT,
        path: newer.text.clone(),
        body: Body::Plain(&body),
        patience: Patience::ONCE,
    });
    made.unwrap();
    for refused in [index.catch_up(&archive), index.rebuild(&archive)] {
        let told = refused.unwrap_err().to_string();
        assert!(
            told.contains("layout 9, this langnghe knows up to 1"),
            "{told}"
        );
    }
    assert_eq!(peer.indexes(), ["langnghe-l9-4"]);
}

#[test]
fn credentials_are_shown_and_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let archive = EmbeddedArchive::open(&folder.path().join("record.db")).unwrap();
    // langnghe:mật khẩu
    let password = "Basic bGFuZ25naGU6beG6rXQga2jhuql1";
    for (auth, credentials) in [
        (password, "langnghe:mật khẩu"),
        ("ApiKey dGVzdA==", "dGVzdA==\n"),
    ] {
        let peer = Peer::start(&["--auth", auth]);
        let told = refusal(&peer.index(), &archive);
        assert!(
            told.contains("401") && told.contains("`index.credentials`"),
            "{told}"
        );
        let mut settings = peer.settings();
        settings.credentials = Some(credentials.to_owned());
        let index = ElasticSearch::new(settings).unwrap();
        index.catch_up(&archive).unwrap();
        peer.fail(&json!([{"path": "/", "status": 403, "type": "security_exception"}]));
        let told = refusal(&index, &archive);
        assert!(
            told.contains("grant `monitor`") && told.contains("`langnghe*`"),
            "{told}"
        );
    }
}

#[test]
fn a_full_disk_is_called_so() {
    let (archive, index, peer, _folder) = fresh(&[]);
    record(&archive, 0..3, 0);
    index.catch_up(&archive).unwrap();
    record(&archive, 3..6, 0);
    let full = "cluster_block_exception";
    for fault in [
        json!([{"path": "_bulk", "status": 429, "type": full}]),
        json!([{"item": "m-0000004", "status": 429, "type": full}]),
    ] {
        peer.fail(&fault);
        let told = refusal(&index, &archive);
        assert!(told.contains("free space on its disks"), "{told}");
    }
}

#[test]
fn old_and_strange_servers_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let archive = EmbeddedArchive::open(&folder.path().join("record.db")).unwrap();
    for (options, name) in [
        (
            ["--flavour", "elasticsearch", "--number", "7.17.24"],
            "Elasticsearch 7.17.24",
        ),
        (
            ["--flavour", "opensearch", "--number", "1.3.19"],
            "OpenSearch 1.3.19",
        ),
    ] {
        let told = refusal(&Peer::start(&options).index(), &archive);
        assert!(
            told.contains(name) && told.contains("needs Elasticsearch 8"),
            "{told}"
        );
    }
}

#[test]
fn silence_is_told_from_absence() {
    let (archive, _, peer, _folder) = fresh(&[]);
    let mut settings = peer.settings();
    settings.timeout = Duration::from_secs(1);
    let index = ElasticSearch::new(settings.clone()).unwrap();
    peer.fail(&json!([{"path": "_search", "status": 500, "sleep_ms": 1_500, "times": 2}]));
    let told = index.search(&Query::default()).unwrap_err().to_string();
    assert!(told.contains("did not answer within 1 s"), "{told}");
    drop(peer);
    let told = refusal(&ElasticSearch::new(settings).unwrap(), &archive);
    assert!(
        told.contains("cannot be reached") && told.contains("`index.elastic`"),
        "{told}"
    );
}

/// Makes settings wrong.
type Spoil<'a> = &'a dyn Fn(&mut ElasticSettings);

#[test]
fn wrong_settings_are_refused_by_their_key() {
    let right = ElasticSettings {
        url: "https://search.city.example:9200/es/".to_owned(),
        name: "langnghe".to_owned(),
        credentials: Some("user:password".to_owned()),
        authorities_pem: None,
        n_shards: 1,
        n_replicas: 1,
        timeout: Duration::from_secs(1),
    };
    let index = ElasticSearch::new(right.clone()).unwrap();
    assert_eq!(index.wire.address(), "https://search.city.example:9200/es");
    let wrong: [(Spoil<'_>, &str); 7] = [
        (
            &|s| s.url = "search.city.example".to_owned(),
            "`index.elastic` is no address",
        ),
        (
            &|s| s.url = "ftp://search.city.example".to_owned(),
            "https://",
        ),
        (
            &|s| s.url = "https://a:b@search.city.example".to_owned(),
            "`index.credentials`",
        ),
        (
            &|s| s.url = "http://search.city.example".to_owned(),
            "in the clear",
        ),
        (
            &|s| s.url = "https://search.city.example/?a=b".to_owned(),
            "must end with",
        ),
        (&|s| s.name = "Lắng Nghe".to_owned(), "`index.name`"),
        (
            &|s| s.authorities_pem = Some(b"none".to_vec()),
            "`index.ca`",
        ),
    ];
    for (change, expected) in wrong {
        let mut settings = right.clone();
        change(&mut settings);
        let told = ElasticSearch::new(settings).err().unwrap().to_string();
        assert!(told.contains(expected), "{told}");
        assert!(!told.contains("a:b@"), "{told}");
    }
}
