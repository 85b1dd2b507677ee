//! From annotated mentions to concerns, digests and satisfaction signals.
//!
//! [`group`] joins mentions into concerns that live across days, [`rank`] orders them for a scope
//! and a day, [`period`] for longer ones, [`story`] knows reprints, [`score`] reads satisfaction from them, [`silence`] how readily people report, and [`simulate`] measures all of it in a city
//! whose truth is known. Weights are values: `config/ranking.toml` holds the same numbers as the
//! `Default`s here.

pub mod alert;
pub mod channels;
mod draws;
pub mod forecast;
pub mod grade;
pub mod group;
pub mod league;
pub mod marks;
pub mod period;
pub mod rank;
pub mod score;
mod shown;
pub mod silence;
pub mod simulate;
pub mod stats;
pub mod story;

use std::collections::BTreeMap;

use crate::domain::{Source, SourceId};

/// What ranking needs to know of the sources: who is one voice with whom, and how far to trust each.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceTable {
    sources: BTreeMap<SourceId, (String, f32)>,
}

impl SourceTable {
    /// Trust in a source that is not in the table, 0 to 1: no rumour label on its account alone.
    pub const DEFAULT_TRUST: f32 = 0.6;

    /// Takes (source, outlet, trust 0 to 1).
    pub fn new(sources: impl IntoIterator<Item = (SourceId, String, f32)>) -> Self {
        let entries = sources
            .into_iter()
            .map(|(id, outlet, trust)| (id, (outlet, trust.clamp(0.0, 1.0))));
        Self {
            sources: entries.collect(),
        }
    }

    /// From the configured sources.
    pub fn from_sources(sources: &[Source]) -> Self {
        Self::new(
            sources
                .iter()
                .map(|source| (source.id.clone(), source.outlet.clone(), source.trust)),
        )
    }

    /// The outlet a source belongs to; an unknown source is its own outlet.
    pub fn outlet<'a>(&'a self, id: &'a SourceId) -> &'a str {
        self.sources
            .get(id)
            .map_or(id.as_str(), |(outlet, _)| outlet.as_str())
    }

    /// Trust in a source, 0 to 1.
    pub fn trust(&self, id: &SourceId) -> f32 {
        self.sources
            .get(id)
            .map_or(Self::DEFAULT_TRUST, |(_, trust)| *trust)
    }
}
