//! Invented units and mentions for tests of grouping and ranking.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "shared by several tests, each using a part"
)]

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use models::domain::{
    AnnotatedMention, Annotation, Channel, CleanMention, Coverage, Mention, MentionId, Placement,
    Scope, Sentiment, SentimentProbabilities, SourceId, Topic, Unit, UnitCode, UnitKind,
    WeightedUnit, day_start,
};

/// A Thursday.
pub const DAY: Date = date(2026, 11, 12);

/// A unit's code.
pub fn code(number: u32) -> UnitCode {
    UnitCode::from_number(number).unwrap()
}

/// A ward.
pub fn unit(number: u32) -> Unit {
    Unit {
        code: code(number),
        kind: UnitKind::Ward,
        name: format!("Thử {number}"),
        valid_from: date(2025, 7, 1),
        valid_to: None,
        former_districts: Vec::new(),
        former_province: String::new(),
        population: Some(50_000),
        area_km2: None,
        grid_square: None,
        grid_hex: None,
    }
}

/// A mention of `topic` in a unit, said `minute` minutes into `day`.
pub fn mention(
    id: &str,
    day: Date,
    minute: i64,
    text: &str,
    topic: Topic,
    place: Option<u32>,
) -> AnnotatedMention {
    let moment: Timestamp = day_start(day) + SignedDuration::from_mins(minute);
    let units = place.map(|number| WeightedUnit {
        code: code(number),
        weight: 1.0,
    });
    let mut placement = Placement::bare(if place.is_some() {
        Scope::Unit
    } else {
        Scope::Unknown
    });
    placement.units.extend(units);
    let mention = Mention {
        id: MentionId::new(id),
        channel: Channel::Social,
        source: SourceId::new("facebook"),
        url: None,
        published_at: Some(moment),
        title: None,
        text: text.to_owned(),
        parent: None,
        engagement: None,
        ticket: None,
        capture: None,
    };
    AnnotatedMention {
        annotation: Annotation {
            mention: mention.id.clone(),
            is_concern: true,
            concern_probability: 0.9,
            placement,
            topic,
            topic_probability: 0.9,
            sentiment: Sentiment::Negative,
            sentiment_probabilities: SentimentProbabilities {
                negative: 0.8,
                neutral: 0.1,
                positive: 0.1,
            },
            pii: Vec::new(),
            fingerprint: 0,
            model_version: "test".to_owned(),
        },
        mention: CleanMention::assume_clean(mention),
        concern: None,
    }
}

/// Everything was heard.
pub fn coverage() -> Coverage {
    Coverage {
        share: 1.0,
        n_expected: 1,
        n_fresh: 1,
        gaps: Vec::new(),
    }
}
