//! What can be told of a concern beyond its present state: its life, and what its channels say
//! together.

use indexer::archive::Page;
use models::domain::{AnnotatedMention, Concern, ConcernEvent, LineNote, concern_life};
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
}

impl ToldConcern {
    /// Reads it, as of the present moment.
    pub(crate) fn read(app: &AppState, concern: &Concern) -> Result<Self, Error> {
        let mentions = newest(app, concern)?;
        let mentions = mentions.iter().collect::<Vec<_>>();
        let now = (app.clock)();
        Ok(Self {
            life: concern_life(&app.archive.concern_states(&concern.id)?),
            after_closing: after_closing(&mentions, now),
            notes: line_notes(&mentions, now),
        })
    }
}

fn newest(app: &AppState, concern: &Concern) -> Result<Vec<AnnotatedMention>, Error> {
    let mut page = Page::first(PAGE);
    let mut mentions = Vec::new();
    while mentions.len() < MAX_MENTIONS {
        let listing = app.archive.concern_mentions(&concern.id, &page)?;
        mentions.extend(listing.items);
        match listing.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    Ok(mentions)
}
