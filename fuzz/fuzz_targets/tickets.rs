//! Files of tickets: CSV, JSON lines, workbooks.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use models::domain::SourceId;
use reads::sources::tickets::{ColumnMapping, read};

static SOURCE: LazyLock<SourceId> = LazyLock::new(|| SourceId::new("1022"));

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, bytes) = input;
    let file = ["a.csv", "a.jsonl", "a.xlsx"][usize::from(kind) % 3];
    let mapping = ColumnMapping::default();
    let Ok(found) = read(file, bytes, &mapping, &SOURCE) else { return };
    for mention in &found.mentions {
        assert!(mention.ticket.is_some() && mention.id.as_str().len() == 24, "{mention:?}");
        assert!(!mention.text.is_empty() || mention.title.is_some(), "a ticket without words: {mention:?}");
        assert!(mention.url.is_none() && mention.parent.is_none());
    }
    for row in &found.rejected {
        assert!(row.line > 0 && !row.reason().to_string().is_empty());
    }
    assert_eq!(read(file, bytes, &mapping, &SOURCE).ok(), Some(found), "the same bytes, the same tickets");
});
