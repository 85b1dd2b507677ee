//! What can be told of a concern beyond its present state: its life, and what its channels say
//! together.

use indexer::archive::Page;
use models::domain::{AnnotatedMention, Concern, ConcernEvent, ConcernId, LineNote, concern_life};
use models::ranking::channels::{AfterClosing, after_closing, line_notes};

use crate::Error;
use crate::state::AppState;

/// Mentions looked at, the newest first.
const MAX_MENTIONS: usize = 1_000;

/// Mentions read at once.
const PAGE: usize = 500;

/// What can be told of a concern.
#[derive(Clone, Debug)]
pub struct ToldConcern {
    /// Its life in dated events.
    pub life: Vec<ConcernEvent>,
    /// How it goes on after its last ticket was closed.
    pub after_closing: Option<AfterClosing>,
    /// What its channels say together.
    pub notes: Vec<LineNote>,
    /// Concerns that turned out to be part of it; what they say counts here.
    pub parts: Vec<Concern>,
    /// The concern it turned out to be part of, at the end of the links.
    pub whole: Option<Concern>,
}

impl ToldConcern {
    /// Reads it, as of the present moment.
    pub(crate) fn read(app: &AppState, concern: &Concern) -> Result<Self, Error> {
        let parts = app.archive.parts_of(&concern.id)?;
        let mentions = newest(app, &with_parts(concern, &parts))?;
        let mentions = mentions.iter().collect::<Vec<_>>();
        let now = (app.clock)();
        Ok(Self {
            life: concern_life(&app.archive.concern_states(&concern.id)?),
            after_closing: after_closing(&mentions, now),
            notes: line_notes(&mentions, now),
            whole: whole_of(app, concern)?,
            parts,
        })
    }
}

/// A concern and its parts, the concern first.
pub(crate) fn with_parts(concern: &Concern, parts: &[Concern]) -> Vec<ConcernId> {
    let parts = parts.iter().map(|part| part.id.clone());
    std::iter::once(concern.id.clone()).chain(parts).collect()
}

/// Follows the links forward; a link leads to an older concern, and the bound is for broken data.
fn whole_of(app: &AppState, concern: &Concern) -> Result<Option<Concern>, Error> {
    const MAX_LINKS: usize = 100;
    let mut whole = None;
    let mut next = concern.part_of.clone();
    for _ in 0..MAX_LINKS {
        let Some(id) = next else { break };
        let Some(found) = app.archive.concern(&id)? else {
            break;
        };
        next = found.part_of.clone();
        whole = Some(found);
    }
    Ok(whole)
}

fn newest(app: &AppState, ids: &[ConcernId]) -> Result<Vec<AnnotatedMention>, Error> {
    let mut page = Page::first(PAGE);
    let mut mentions = Vec::new();
    while mentions.len() < MAX_MENTIONS {
        let listing = app.archive.mentions_of_concerns(ids, &page)?;
        mentions.extend(listing.items);
        match listing.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    Ok(mentions)
}
