//! What an edition was made from beside the record.

use models::domain::SourceId;
use serde::{Deserialize, Serialize};

use super::digest::CoverageShape;
use super::numbers::Weight;
use crate::archive::EditionInputs;

/// See [`EditionInputs`].
#[derive(Serialize, Deserialize)]
pub(crate) struct InputsShape {
    coverage: CoverageShape,
    /// Source, outlet, trust.
    sources: Vec<(String, String, Weight)>,
    method: String,
    recorded_from: String,
}

impl From<&EditionInputs> for InputsShape {
    fn from(inputs: &EditionInputs) -> Self {
        let sources = inputs.sources.iter();
        Self {
            coverage: CoverageShape::from(&inputs.coverage),
            sources: sources
                .map(|(id, outlet, trust)| (id.to_string(), outlet.clone(), Weight(*trust)))
                .collect(),
            method: inputs.method.clone(),
            recorded_from: inputs.recorded_from.to_string(),
        }
    }
}

impl TryFrom<InputsShape> for EditionInputs {
    type Error = super::Complaint;

    fn try_from(shape: InputsShape) -> Result<Self, Self::Error> {
        let sources = shape.sources.into_iter();
        Ok(Self {
            coverage: shape.coverage.into(),
            sources: sources
                .map(|(id, outlet, Weight(trust))| (SourceId::new(id), outlet, trust))
                .collect(),
            method: shape.method,
            recorded_from: shape
                .recorded_from
                .parse()
                .map_err(|why: jiff::Error| why.to_string())?,
        })
    }
}
