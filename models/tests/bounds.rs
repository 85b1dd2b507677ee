//! One mention of ten megabytes of anything stays within bounds all the way through.

#[path = "../../src/config/units.rs"]
mod units;

use models::domain::{Channel, Mention, MentionId, SourceId};
use models::language::annotator::Annotator;
use models::language::classify::Classifier;
use models::language::place::Gazetteer;
use models::language::segment::Segmenter;
use models::language::text::{expand_teencode, faces, language_of, normalise, sentences};
use models::measure::SplitMix;

const SIZE: usize = 10_000_000;

/// Random letters from ranges of code points, until there are enough bytes.
fn noise(ranges: &[(u32, u32)], n_bytes: usize) -> String {
    let mut random = SplitMix(7);
    let mut text = String::with_capacity(n_bytes + 4);
    while text.len() < n_bytes {
        let (first, last) = ranges[random.below(ranges.len())];
        let code = first + random.below((last - first) as usize + 1) as u32;
        text.extend(char::from_u32(code));
    }
    text
}

fn mention(text: String) -> Mention {
    Mention {
        id: MentionId::new("m"),
        channel: Channel::Social,
        source: SourceId::new("s"),
        url: None,
        published_at: None,
        title: None,
        text,
        parent: None,
        engagement: None,
        ticket: None,
        capture: None,
    }
}

#[test]
fn ten_megabytes_of_random_letters_are_annotated() {
    let classifier = Classifier::from_bytes(include_bytes!("../data/classifier.bin")).unwrap();
    let gazetteer = Gazetteer::new(units::load_units(None).unwrap()).unwrap();
    let day = jiff::civil::date(2026, 11, 12);
    let annotator = Annotator::new(classifier, gazetteer, day);
    // All of Unicode; then what Vietnamese, numbers, handles and marks are made of.
    let any = noise(&[(0, 0x10_ffff)], SIZE / 2);
    let close = noise(&[(0x20, 0x7e), (0xc0, 0x1ef9), (0x300, 0x323)], SIZE / 2);
    let (clean, annotation) = annotator.annotate_all(&[mention(any + &close)]).remove(0);
    assert!(clean.text.len() < 3 * SIZE);
    assert!(annotation.placement.units.len() <= 168);
    assert!((0.0..=1.0).contains(&annotation.concern_probability));
    // What was cut once stays cut: nothing that is left reads as personal data that could be cut shorter.
    assert!(
        annotation
            .pii
            .windows(2)
            .all(|pair| pair[0].end <= pair[1].start)
    );
}

#[test]
fn ten_megabytes_of_one_letter_and_its_marks_are_read() {
    let marks = "a".to_owned() + &"\u{301}\u{323}".repeat(SIZE / 4);
    let line = "ngập quáaaa :(( ".repeat(SIZE / 20);
    for text in [marks, line] {
        let once = normalise(&text);
        assert_eq!(normalise(&once), once);
        assert!(expand_teencode(&once).len() <= 2 * text.len());
        assert!(sentences(&once).len() <= once.len());
        assert!(faces(&once).n_negative as usize <= once.len());
        let _ = language_of(&once);
    }
}

#[test]
fn ten_megabytes_are_segmented() {
    let segmenter = Segmenter::from_bytes(include_bytes!("../data/segmenter.bin")).unwrap();
    let text = noise(&[(0x20, 0x7e), (0xc0, 0x1ef9)], SIZE);
    let words = segmenter.segment(&text);
    let letters = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace() && !c.is_control())
            .count()
    };
    let n_letters = words.iter().map(|word| letters(word)).sum::<usize>();
    assert_eq!(n_letters, letters(&text));
}
