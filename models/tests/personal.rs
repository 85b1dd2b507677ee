//! A hard table of personal data: what must be cut, and what looks like it and must stay.

#[path = "../../src/config/units.rs"]
mod units;

use models::domain::{Channel, Mention, MentionId, SourceId};
use models::language::pii::{self, PiiContext};
use models::language::place::Gazetteer;

const TABLE: &str = include_str!("data/personal.tsv");

fn said(text: &str) -> Mention {
    Mention {
        id: MentionId::new("m"),
        channel: Channel::Social,
        source: SourceId::new("s"),
        url: None,
        published_at: None,
        title: None,
        text: text.to_owned(),
        parent: None,
        engagement: None,
        ticket: None,
        capture: None,
    }
}

/// The text without its marks, and the words between them.
fn unmarked(line: &str) -> (String, Vec<String>) {
    let marked = line
        .split('⟦')
        .skip(1)
        .filter_map(|part| part.split_once('⟧'))
        .map(|(words, _)| words.to_owned());
    (line.replace(['⟦', '⟧'], ""), marked.collect())
}

#[test]
fn what_is_personal_is_found_and_nothing_else() {
    let gazetteer = Gazetteer::new(units::load_units(None).unwrap()).unwrap();
    let context = PiiContext::new(gazetteer.data());
    let cases = TABLE.lines().filter(|line| !line.starts_with('#'));
    let cases = cases.map(unmarked).collect::<Vec<_>>();
    assert!(cases.len() >= 150);
    let mut wrong = Vec::new();
    for (text, expected) in &cases {
        let mention = said(text);
        let found = pii::find(&mention, &context);
        let found = found.iter().map(|span| pii::text_of(&mention, span));
        let found = found.collect::<Vec<_>>();
        if found != *expected {
            wrong.push(format!(
                "{text}\n    expected {expected:?}\n    found    {found:?}"
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} wrong:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
