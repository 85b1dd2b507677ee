//! Mention lines: what is read can be written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reads::lines::{MentionLine, ParsedMention};

fuzz_target!(|text: &str| {
    let Ok(parsed) = ParsedMention::read(text) else { return };
    // "Every code and time in it valid" is what reading a line promises.
    let mention = parsed.line.to_mention().expect("a line that was read is a mention");
    let line = MentionLine::from(&mention);
    let written = serde_json::to_string(&line).expect("a line is JSON");
    let again = ParsedMention::read(&written).expect("what we write we read");
    assert!(again.notes.is_empty(), "{:?}", again.notes);
    assert_eq!(again.line, line);
});
