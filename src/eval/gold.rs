//! Files in the gold format: mention lines with what a person read in them.

use std::path::Path;

use anyhow::{Context, Result};
use api::lines::{ParsedMention, scope_from_code};
use models::domain::{Mention, Scope, Sentiment, Topic, UnitCode};
use serde::Deserialize;

/// One labelled mention.
pub struct GoldMention {
    /// What was said.
    pub mention: Mention,
    /// What a person read in it.
    pub label: Label,
}

/// What a person read in a mention.
pub struct Label {
    /// Concern or noise.
    pub is_concern: bool,
    /// Units it is about.
    pub units: Vec<UnitCode>,
    /// Its reach.
    pub scope: Scope,
    /// What it is about.
    pub topic: Topic,
    /// How it feels.
    pub sentiment: Sentiment,
    /// The real-world issue it belongs to; `None` for noise.
    pub concern: Option<String>,
    /// Exact substrings that are personal data.
    pub pii: Vec<String>,
    /// How it is written: `accented`, `unaccented`, `teencode`, `mixed`.
    pub style: String,
}

#[derive(Deserialize)]
struct GoldLine {
    gold: LabelLine,
}

#[derive(Deserialize)]
struct LabelLine {
    is_concern: bool,
    #[serde(default)]
    units: Vec<String>,
    scope: String,
    topic: String,
    sentiment: String,
    concern: Option<String>,
    #[serde(default)]
    pii: Vec<String>,
    #[serde(default)]
    style: String,
}

/// Reads a whole file; a gold file with a bad line is no measure, so the first one ends it.
pub fn read(path: &Path) -> Result<Vec<GoldMention>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("không đọc được tệp vàng / cannot read {}", path.display()))?;
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            parse(line).with_context(|| format!("{}, line {}", path.display(), index + 1))
        })
        .collect()
}

fn parse(line: &str) -> Result<GoldMention> {
    let GoldLine { gold } = serde_json::from_str(line)?;
    let units = gold
        .units
        .iter()
        .map(|code| code.parse())
        .collect::<Result<_, _>>()?;
    Ok(GoldMention {
        mention: ParsedMention::read(line)?.line.to_mention()?,
        label: Label {
            is_concern: gold.is_concern,
            units,
            scope: scope_from_code(&gold.scope).context("unknown scope")?,
            topic: Topic::from_code(&gold.topic).context("unknown topic")?,
            sentiment: Sentiment::from_code(&gold.sentiment).context("unknown sentiment")?,
            concern: gold.concern,
            pii: gold.pii,
            style: gold.style,
        },
    })
}
