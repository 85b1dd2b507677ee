//! What the desk keeps in and out of a published list.

use models::domain::{ConcernId, HiddenLine, PinnedLine, Topic};
use serde::{Deserialize, Serialize};

use super::digest::WordsShape;
use super::{Complaint, UnitShape, of_code, unit_shapes, units_of};

/// See [`PinnedLine`].
#[derive(Serialize, Deserialize)]
pub(super) struct PinnedShape {
    concern: String,
    title: WordsShape,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    desk_title: Option<String>,
    topic: String,
    units: Vec<UnitShape>,
    rank: Option<u32>,
    n_mentions: u32,
}

/// See [`HiddenLine`].
#[derive(Serialize, Deserialize)]
pub(super) struct HiddenShape {
    concern: String,
    rank: Option<u32>,
    n_mentions: u32,
    reason: String,
}

impl PinnedShape {
    /// Words of citizens in it.
    pub(super) fn words(&mut self) -> &mut WordsShape {
        &mut self.title
    }
}

impl From<&PinnedLine> for PinnedShape {
    fn from(line: &PinnedLine) -> Self {
        Self {
            concern: line.concern.to_string(),
            title: WordsShape::Said(line.title.clone()),
            desk_title: line.desk_title.clone(),
            topic: line.topic.code().to_owned(),
            units: unit_shapes(&line.units),
            rank: line.rank,
            n_mentions: line.n_mentions,
        }
    }
}

impl TryFrom<PinnedShape> for PinnedLine {
    type Error = Complaint;

    fn try_from(shape: PinnedShape) -> Result<Self, Complaint> {
        Ok(Self {
            concern: ConcernId::new(shape.concern),
            title: shape.title.into_text(),
            desk_title: shape.desk_title,
            topic: of_code("topic", &shape.topic, Topic::from_code)?,
            units: units_of(shape.units)?,
            rank: shape.rank,
            n_mentions: shape.n_mentions,
        })
    }
}

impl From<&HiddenLine> for HiddenShape {
    fn from(line: &HiddenLine) -> Self {
        Self {
            concern: line.concern.to_string(),
            rank: line.rank,
            n_mentions: line.n_mentions,
            reason: line.reason.clone(),
        }
    }
}

impl From<HiddenShape> for HiddenLine {
    fn from(shape: HiddenShape) -> Self {
        Self {
            concern: ConcernId::new(shape.concern),
            rank: shape.rank,
            n_mentions: shape.n_mentions,
            reason: shape.reason,
        }
    }
}
