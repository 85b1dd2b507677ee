//! What people type into the search field.
#![no_main]

use std::sync::LazyLock;

use indexer::conformance::sample;
use indexer::{EmbeddedArchive, EmbeddedSearch, Order, Query, SearchIndex};
use libfuzzer_sys::fuzz_target;

/// An index of twenty mentions, in memory where the machine has `/dev/shm`.
static INDEX: LazyLock<EmbeddedSearch> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder").keep();
    let archive = EmbeddedArchive::open(&folder.join("record.sqlite")).expect("a record");
    sample::record(&archive, 0..20, 0);
    let index = EmbeddedSearch::open(&folder).expect("an index");
    index.catch_up(&archive).expect("it follows");
    index
});

fuzz_target!(|input: (bool, &str, &str)| {
    let (by_time, words, text) = input;
    let order = if by_time { Order::Newest } else { Order::Relevance };
    let asked = Query { words: words.to_owned(), order, limit: 10, ..Query::default() };
    let found = INDEX.search(&asked).expect("any text is a valid query");
    assert!(found.total <= 20 && found.hits.len() <= 10);
    let mut end = 0;
    for range in INDEX.highlight(words, text) {
        assert!(range.start >= end && range.start < range.end, "{range:?} after {end}");
        assert!(text.get(range.clone()).is_some(), "{range:?} cuts a letter");
        end = range.end;
    }
    // A marker of a page that nobody gave is refused or gives nothing; it never breaks anything.
    if let Ok(further) = INDEX.search(&Query { after: Some(text.to_owned()), ..asked }) {
        assert!(further.hits.len() <= 10);
    }
});
