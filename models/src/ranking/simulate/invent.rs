//! Units, concerns and mentions that simulations are made of: as plain as they can be.

use jiff::Timestamp;
use jiff::civil::date;

use crate::domain::{
    AnnotatedMention, Annotation, Channel, CleanMention, Concern, ConcernId, ConcernStatus,
    Mention, MentionId, Placement, Scope, Sentiment, SentimentProbabilities, Sketch, SourceId,
    Ticket, Topic, Unit, UnitCode, UnitKind, WeightedUnit,
};

/// So many wards, communes and special zones.
pub(in crate::ranking) fn units(of_kind: [usize; 3]) -> Vec<Unit> {
    let kinds = UnitKind::ALL.into_iter().zip(of_kind);
    let kinds = kinds.flat_map(|(kind, n)| std::iter::repeat_n(kind, n));
    let numbered = kinds.zip(20_000..);
    let coded = numbered.filter_map(|(kind, n)| Some((UnitCode::from_number(n)?, kind)));
    coded.map(|(code, kind)| unit(code, kind)).collect()
}

fn unit(code: UnitCode, kind: UnitKind) -> Unit {
    Unit {
        code,
        kind,
        name: format!("Mô phỏng {code}"),
        valid_from: date(2025, 7, 1),
        valid_to: None,
        former_districts: Vec::new(),
        former_province: String::new(),
        population: Some(80_000),
        area_km2: None,
        grid_square: None,
        grid_hex: None,
    }
}

/// An open concern about roads in a unit.
pub(in crate::ranking) fn concern(id: ConcernId, unit: UnitCode) -> Concern {
    Concern {
        id,
        topic: Topic::Road,
        scope: Scope::Unit,
        units: vec![WeightedUnit {
            code: unit,
            weight: 1.0,
        }],
        agencies: Vec::new(),
        title: "mô phỏng".to_owned(),
        title_from: MentionId::new("s0"),
        status: ConcernStatus::Open,
        first_seen: Timestamp::UNIX_EPOCH,
        last_seen: Timestamp::UNIX_EPOCH,
        daily: Vec::new(),
        n_open_tickets: 0,
        sketch: Sketch::default(),
        part_of: None,
    }
}

/// A report of a concern in a unit.
pub(in crate::ranking) fn mention(
    name: String,
    unit: UnitCode,
    concern: &ConcernId,
    at: Timestamp,
) -> AnnotatedMention {
    let id = MentionId::new(name);
    AnnotatedMention {
        mention: CleanMention::assume_clean(Mention {
            id: id.clone(),
            channel: Channel::Hotline,
            source: SourceId::new("1022"),
            url: None,
            published_at: Some(at),
            title: None,
            text: String::new(),
            parent: None,
            engagement: None,
            ticket: None,
            capture: None,
        }),
        annotation: Annotation {
            mention: id,
            is_concern: true,
            concern_probability: 1.0,
            placement: Placement {
                scope: Scope::Unit,
                units: vec![WeightedUnit {
                    code: unit,
                    weight: 1.0,
                }],
                agencies: Vec::new(),
            },
            topic: Topic::Road,
            topic_probability: 1.0,
            sentiment: Sentiment::Negative,
            sentiment_probabilities: SentimentProbabilities {
                negative: 0.7,
                neutral: 0.2,
                positive: 0.1,
            },
            pii: Vec::new(),
            fingerprint: 0,
            model_version: "simulation".to_owned(),
        },
        concern: Some(concern.clone()),
    }
}

/// Gives a mention its ticket.
pub(in crate::ranking) fn file_ticket(mention: &mut AnnotatedMention, ticket: Ticket) {
    let mut inner = mention.mention.clone().into_inner();
    inner.ticket = Some(ticket);
    mention.mention = CleanMention::assume_clean(inner);
}
