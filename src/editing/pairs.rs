//! What merges and splits teach grouping: mentions with the concern that people say they are of, in the
//! gold format that the trainer of grouping reads.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use api::lines::{MentionLine, scope_code};
use indexer::Archive;
use indexer::archive::Page;
use models::domain::{AnnotatedMention, ConcernId, CorrectionChange, MentionId, standing};
use serde_json::{Value, json};

use super::Edits;

/// Mentions of one concern that are written out, the newest first: more teach little.
const MENTIONS_MAX: usize = 200;

/// Mentions of concerns that were merged or split and still are, oldest first, each once. Personal data
/// is cut; `gold.concern` is the concern people say it is of.
pub fn grouping_lines(archive: &dyn Archive) -> Result<Vec<Value>> {
    let edits = Edits::of(archive.concern_corrections(u64::MAX)?);
    let mut named = BTreeSet::new();
    let mut split = BTreeSet::new();
    for made in standing(&edits.all) {
        match &made.change {
            CorrectionChange::Merge(from, into) => named.extend([from, into]),
            CorrectionChange::Split(of) => {
                named.extend([&of.from, &of.part]);
                split.extend(of.mentions.iter().take(MENTIONS_MAX));
            }
            _ => {}
        }
    }
    let mut found: BTreeMap<MentionId, (ConcernId, AnnotatedMention)> = BTreeMap::new();
    let mut note = |concern: &ConcernId, mention: AnnotatedMention| {
        let id = mention.mention.id.clone();
        let part = edits.constraints.part_of(&id).unwrap_or(concern);
        let whole = edits.constraints.whole(part).clone();
        found.insert(id, (whole, mention));
    };
    for concern in named {
        let page = Page::first(MENTIONS_MAX);
        let listing = archive.concern_mentions(concern, &page)?;
        for mention in listing.items {
            note(concern, mention);
        }
    }
    // The split may be younger than the last run.
    for mention in archive.mentions(&split.into_iter().cloned().collect::<Vec<_>>())? {
        if let Some(part) = edits.constraints.part_of(&mention.mention.id) {
            note(part, mention);
        }
    }
    let mut found = found.into_values().collect::<Vec<_>>();
    found.sort_by(|(_, a), (_, b)| {
        let key = |found: &AnnotatedMention| (found.mention.published_at, found.mention.id.clone());
        key(a).cmp(&key(b))
    });
    found
        .iter()
        .map(|(concern, mention)| line(concern, mention))
        .collect()
}

fn line(concern: &ConcernId, found: &AnnotatedMention) -> Result<Value> {
    let read = &found.annotation;
    let units = read.placement.units.iter();
    let mut line = serde_json::to_value(MentionLine::from(&*found.mention))?;
    line["gold"] = json!({
        "is_concern": read.is_concern,
        "units": units.map(|unit| unit.code.to_string()).collect::<Vec<_>>(),
        "scope": scope_code(read.placement.scope),
        "agencies": [],
        "topic": read.topic.code(),
        "sentiment": read.sentiment.code(),
        "concern": concern.as_str(),
        "pii": [],
    });
    Ok(line)
}
