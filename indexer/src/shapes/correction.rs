//! What an officer corrected.

use models::domain::{ConcernId, CorrectionChange, MentionId, Sentiment, Split, Topic};
use serde::{Deserialize, Serialize};

use super::digest::{parse_scope, scope_text};
use super::{Complaint, PlacesShape, of_code, scope_code, scope_of};

/// See [`CorrectionChange`].
#[derive(Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub(crate) enum CorrectionShape {
    Topic {
        mention: String,
        topic: String,
    },
    Placement {
        mention: String,
        scope: String,
        places: PlacesShape,
    },
    Sentiment {
        mention: String,
        sentiment: String,
    },
    IsConcern {
        mention: String,
        is_concern: bool,
    },
    Merge {
        from: String,
        into: String,
    },
    Split {
        from: String,
        part: String,
        mentions: Vec<String>,
    },
    Rename {
        concern: String,
        title: String,
    },
    Pin {
        concern: String,
        scope: String,
    },
    Hide {
        concern: String,
    },
    Undo {
        seq: u64,
    },
}

impl From<&CorrectionChange> for CorrectionShape {
    fn from(change: &CorrectionChange) -> Self {
        match change {
            CorrectionChange::Topic(mention, topic) => Self::Topic {
                mention: mention.to_string(),
                topic: topic.code().to_owned(),
            },
            CorrectionChange::Placement(mention, placement) => Self::Placement {
                mention: mention.to_string(),
                scope: scope_code(placement.scope).to_owned(),
                places: PlacesShape::from(placement),
            },
            CorrectionChange::Sentiment(mention, sentiment) => Self::Sentiment {
                mention: mention.to_string(),
                sentiment: sentiment.code().to_owned(),
            },
            CorrectionChange::IsConcern(mention, is_concern) => Self::IsConcern {
                mention: mention.to_string(),
                is_concern: *is_concern,
            },
            CorrectionChange::Merge(from, into) => Self::Merge {
                from: from.to_string(),
                into: into.to_string(),
            },
            CorrectionChange::Split(split) => Self::Split {
                from: split.from.to_string(),
                part: split.part.to_string(),
                mentions: split.mentions.iter().map(ToString::to_string).collect(),
            },
            CorrectionChange::Rename(concern, title) => Self::Rename {
                concern: concern.to_string(),
                title: title.clone(),
            },
            CorrectionChange::Pin(concern, scope) => Self::Pin {
                concern: concern.to_string(),
                scope: scope_text(scope),
            },
            CorrectionChange::Hide(concern) => Self::Hide {
                concern: concern.to_string(),
            },
            CorrectionChange::Undo(seq) => Self::Undo { seq: *seq },
        }
    }
}

impl TryFrom<CorrectionShape> for CorrectionChange {
    type Error = Complaint;

    fn try_from(shape: CorrectionShape) -> Result<Self, Complaint> {
        Ok(match shape {
            CorrectionShape::Topic { mention, topic } => Self::Topic(
                MentionId::new(mention),
                of_code("topic", &topic, Topic::from_code)?,
            ),
            CorrectionShape::Placement {
                mention,
                scope,
                places,
            } => Self::Placement(
                MentionId::new(mention),
                places.into_placement(scope_of(&scope)?)?,
            ),
            CorrectionShape::Sentiment { mention, sentiment } => Self::Sentiment(
                MentionId::new(mention),
                of_code("sentiment", &sentiment, Sentiment::from_code)?,
            ),
            CorrectionShape::IsConcern {
                mention,
                is_concern,
            } => Self::IsConcern(MentionId::new(mention), is_concern),
            CorrectionShape::Merge { from, into } => {
                Self::Merge(ConcernId::new(from), ConcernId::new(into))
            }
            CorrectionShape::Split {
                from,
                part,
                mentions,
            } => Self::Split(Split {
                from: ConcernId::new(from),
                part: ConcernId::new(part),
                mentions: mentions.into_iter().map(MentionId::new).collect(),
            }),
            CorrectionShape::Rename { concern, title } => {
                Self::Rename(ConcernId::new(concern), title)
            }
            CorrectionShape::Pin { concern, scope } => {
                Self::Pin(ConcernId::new(concern), parse_scope(&scope)?)
            }
            CorrectionShape::Hide { concern } => Self::Hide(ConcernId::new(concern)),
            CorrectionShape::Undo { seq } => Self::Undo(seq),
        })
    }
}
