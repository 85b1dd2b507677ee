//! Where pages of hits begin and end: the cursors that [`Hits::next`](super::Hits::next) gives out.

use super::Query;
use crate::{Error, Result};

/// Hits on one page, at most.
pub(super) const MAX_HITS: usize = 100;

/// Pages by relevance reach so many hits deep.
const MAX_RELEVANCE_DEPTH: usize = 1_000;

/// Begins the cursor of a page by time; the place of its last hit in the order of time follows.
const BY_TIME: char = 't';

/// Begins the cursor of a page by relevance; how many hits stand before it follows.
const BY_RELEVANCE: char = 'r';

/// The place in the order of time that a page comes after; `None` for the first page.
pub(super) fn after_time(wanted: &Query) -> Result<Option<u64>> {
    read(wanted, BY_TIME)
}

/// How many hits stand before a page by relevance.
pub(super) fn relevance_offset(wanted: &Query) -> Result<usize> {
    let offset = read(wanted, BY_RELEVANCE)?.unwrap_or_default();
    match usize::try_from(offset) {
        Ok(offset) if offset <= MAX_RELEVANCE_DEPTH => Ok(offset),
        _ => Err(Error::BadCursor(wanted.after.clone().unwrap_or_default())),
    }
}

fn read(wanted: &Query, kind: char) -> Result<Option<u64>> {
    let Some(cursor) = &wanted.after else {
        return Ok(None);
    };
    let place = cursor.strip_prefix(kind).and_then(|c| c.parse().ok());
    place
        .map(Some)
        .ok_or_else(|| Error::BadCursor(cursor.clone()))
}

/// The cursor of the page after a hit.
pub(super) fn next_by_time(order: u64) -> String {
    format!("{BY_TIME}{order}")
}

/// The cursor of the page after one by relevance; `None` where pages end.
pub(super) fn next_by_relevance(offset: usize, limit: usize, has_more: bool) -> Option<String> {
    let reached = offset + limit;
    (has_more && reached < MAX_RELEVANCE_DEPTH).then(|| format!("{BY_RELEVANCE}{reached}"))
}
