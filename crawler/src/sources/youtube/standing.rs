//! Whether videos and comments still stand, fifty to a unit.

use models::domain::YouTube;
use serde::Serialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::api::{Api, Refusal};
use super::budget::LIST_UNITS;
use super::memory::Memory;
use super::shapes::{Item, StandingComment, StandingVideo};
use super::videos::IDS_MAX;
use crate::recheck::{Batches, Heard, Look};

/// Requests of one look.
const REQUESTS_MAX: usize = 60;

pub(crate) async fn recheck(work: &mut Look<'_>, settings: &YouTube) {
    let Ok(api) = Api::new(work.base, &settings.key) else {
        return;
    };
    let (mut videos, mut comments) = (Vec::new(), Vec::new());
    for (at, asked) in work.mentions.iter().enumerate() {
        match ids_in(&asked.address) {
            (_, Some(comment)) => comments.push((at, comment)),
            (Some(video), None) => videos.push((at, video)),
            (None, None) => work.stands(at),
        }
    }
    let mut memory = Memory::from_cursor(work.rechecked.state.cursor.as_deref());
    look_at::<StandingVideo>(work, &api, settings, &mut memory, &videos, |it| it.id).await;
    look_at::<StandingComment>(work, &api, settings, &mut memory, &comments, |it| it.id).await;
    work.rechecked.state.cursor = memory.to_cursor();
}

async fn look_at<T: Item + Serialize + DeserializeOwned>(
    work: &mut Look<'_>,
    api: &Api,
    settings: &YouTube,
    memory: &mut Memory,
    items: &[(usize, String)],
    id_of: fn(T) -> String,
) {
    let (now, limit, fetcher) = (work.now, settings.units_per_day, work.fetcher);
    let mut batches = Batches::new(items, IDS_MAX, REQUESTS_MAX);
    while let Some(ids) = batches.next() {
        if !memory.budget.take(LIST_UNITS, limit, now) {
            batches.hear(Heard::Trouble);
            continue;
        }
        let joined = ids.join(",");
        let asked = api.list::<T>(fetcher, &[("id", &joined)], None).await;
        if asked.as_ref().is_err_and(Refusal::is_over_quota) {
            memory.budget.exhaust(limit, now);
        }
        batches.hear(match asked {
            Ok(got) => {
                let items = got.page.map_or_else(Vec::new, |page| page.items);
                Heard::Standing(items.into_iter().map(id_of).collect())
            }
            Err(refusal) => heard(&refusal),
        });
    }
    work.enter(&batches.verdicts());
}

fn heard(refusal: &Refusal) -> Heard {
    match refusal.reason() {
        Some("commentNotFound" | "videoNotFound") => Heard::SomeMissing,
        _ => Heard::Trouble,
    }
}

/// The video and the comment of a shown address.
fn ids_in(address: &str) -> (Option<String>, Option<String>) {
    let Ok(url) = Url::parse(address) else {
        return (None, None);
    };
    let of = |name: &str| {
        let mut pairs = url.query_pairs();
        pairs.find_map(|(key, value)| (key == name).then(|| value.into_owned()))
    };
    (of("v"), of("lc"))
}
