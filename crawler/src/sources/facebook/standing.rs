//! Whether posts and comments still stand, fifty to a request.
//!
//! The interface says the same of an object that is gone and of one we may not read (100.33), so it
//! is believed only while the page's posts and comments can be read with this token.

use models::domain::FacebookPage;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::de::IgnoredAny;
use url::Url;

use super::api::{Api, pause_asked};
use super::memory::Memory;
use crate::recheck::{Batches, Heard, Look};

/// The most the interface takes at once.
const IDS_MAX: usize = 50;

/// Requests of one look.
const REQUESTS_MAX: usize = 60;

#[expect(
    clippy::zero_sized_map_values,
    reason = "what stands is named by the keys of an object"
)]
pub(crate) async fn recheck(work: &mut Look<'_>, page: &FacebookPage) {
    let mut memory = Memory::from_cursor(work.rechecked.state.cursor.as_deref());
    if memory.paused_until(work.now).is_some() {
        return;
    }
    let Ok(api) = Api::new(work.base, &page.token) else {
        return;
    };
    let (fetcher, now) = (work.fetcher, work.now);
    let newest = [("fields", "id,comments.limit(1){id}"), ("limit", "1")];
    let may_read = api
        .get::<IgnoredAny>(fetcher, &[&page.page, "posts"], &newest, now)
        .await;
    if may_read.is_err() {
        return;
    }
    let mut items = Vec::new();
    for (at, asked) in work.mentions.iter().enumerate() {
        match object_in(&asked.address) {
            Some(id) => items.push((at, id)),
            None => work.stands(at),
        }
    }
    let mut pause = None;
    let mut batches = Batches::new(&items, IDS_MAX, REQUESTS_MAX);
    while pause.is_none()
        && let Some(ids) = batches.next()
    {
        let joined = ids.join(",");
        let parameters = [("ids", joined.as_str()), ("fields", "id")];
        let asked = api.get::<FxHashMap<String, IgnoredAny>>(fetcher, &[""], &parameters, now);
        batches.hear(match asked.await {
            Ok((answer, found)) => {
                pause = pause_asked(&answer, now);
                Heard::Standing(found.into_keys().collect::<FxHashSet<_>>())
            }
            Err(refusal) if refusal.is_missing() => Heard::SomeMissing,
            Err(refusal) => {
                pause = refusal.paused_until();
                Heard::Trouble
            }
        });
    }
    work.enter(&batches.verdicts());
    if let Some(until) = pause {
        memory.resume_at = Some(until.as_second());
        work.rechecked.state.cursor = memory.to_cursor();
    }
}

/// The id of the comment or post of a shown address.
fn object_in(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    url.fragment().map(str::to_owned)
}
