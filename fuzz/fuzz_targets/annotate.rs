//! The whole annotator: any words, in any channel, as a reply or not.
#![no_main]

#[path = "../../src/config/units.rs"]
mod units;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use models::domain::{Channel, Mention, MentionId, PiiField, Scope, SourceId};
use models::language::annotator::Annotator;
use models::language::classify::Classifier;
use models::language::place::Gazetteer;
use models::language::segment::Segmenter;
use models::language::text::{expand_teencode, normalise};

static ANNOTATOR: LazyLock<Annotator> = LazyLock::new(|| {
    let bytes = include_bytes!("../../models/data/classifier.bin");
    let classifier = Classifier::from_bytes(bytes).expect("the shipped model");
    let places = units::load_units(None).expect("the shipped places");
    let gazetteer = Gazetteer::new(places).expect("the shipped places");
    Annotator::new(classifier, gazetteer, jiff::civil::date(2026, 11, 12))
});

static SEGMENTER: LazyLock<Segmenter> = LazyLock::new(|| {
    let bytes = include_bytes!("../../models/data/segmenter.bin");
    Segmenter::from_bytes(bytes).expect("the shipped model")
});

fuzz_target!(|input: (u8, Option<String>, String, Option<String>)| {
    let (kind, title, text, parent) = input;
    let channel = [Channel::Press, Channel::Social, Channel::Hotline][usize::from(kind) % 3];
    let mention = |id: &str, text: String, title: Option<String>, parent: Option<&str>| Mention {
        id: MentionId::new(id),
        channel,
        source: SourceId::new("s"),
        url: None,
        published_at: None,
        title,
        text,
        parent: parent.map(MentionId::new),
        engagement: None,
        ticket: None,
        capture: None,
    };
    let post = parent.map(|words| mention("post", words, None, None));
    let said = mention("m", text.clone(), title.clone(), post.as_ref().map(|_| "post"));
    let all = post.into_iter().chain([said]).collect::<Vec<_>>();
    for (clean, read) in ANNOTATOR.annotate_all(&all) {
        assert!((0.0..=1.0).contains(&read.concern_probability));
        assert!((0.0..=1.0).contains(&read.topic_probability));
        let sum = read.sentiment_probabilities.as_array().iter().sum::<f32>();
        assert!((sum - 1.0).abs() < 1e-3, "{sum}");
        assert!(read.placement.units.iter().all(|unit| unit.weight > 0.0 && unit.weight <= 1.0));
        assert_eq!(read.placement.scope == Scope::Unit, !read.placement.units.is_empty());
        if clean.id.as_str() == "m" {
            for span in &read.pii {
                let field = match span.field {
                    PiiField::Title => title.as_deref().unwrap_or_default(),
                    PiiField::Text => &text,
                };
                assert!(span.start < span.end && span.end <= field.chars().count());
            }
        }
    }
    let normal = normalise(&text);
    assert_eq!(normalise(&normal), normal, "normalising twice");
    let words = SEGMENTER.segment(&normal);
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    assert_eq!(letters(&words.concat()), letters(&normal), "words are the text");
    expand_teencode(&text);
});
