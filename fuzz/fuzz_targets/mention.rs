//! Mention lines of the stage commands: any JSON.
#![no_main]

use api::lines::MentionLine;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    let Ok(line) = serde_json::from_str::<MentionLine>(line) else {
        return;
    };
    let Ok(mention) = line.to_mention() else {
        return;
    };
    let written = serde_json::to_string(&MentionLine::from(&mention)).expect("a line");
    let again: MentionLine = serde_json::from_str(&written).expect("what we wrote");
    assert_eq!(again.to_mention().expect("what we wrote"), mention);
});
