//! What a search server answers, in terms of the domain.

use std::collections::HashMap;

use models::domain::{Channel, MentionId, Sentiment, SourceId, Topic};
use serde::Deserialize;
use serde_json::Value;

use crate::search::facets::most_first;
use crate::search::pages::{MAX_HITS, next_by_relevance, next_by_time, relevance_offset};
use crate::search::schema::day_of;
use crate::search::{Facets, Hit, Hits, Order, Query, ServerFault};

#[derive(Deserialize)]
struct Answer {
    timed_out: bool,
    hits: Page,
    aggregations: HashMap<String, Counts>,
}

#[derive(Deserialize)]
struct Page {
    total: Total,
    hits: Vec<Found>,
}

#[derive(Deserialize)]
struct Total {
    value: u64,
}

#[derive(Deserialize)]
struct Found {
    #[serde(rename = "_id")]
    id: String,
    #[serde(rename = "_score")]
    score: Option<f32>,
    /// The values it is sorted by; the last is its place in the order of time.
    sort: Vec<Value>,
}

#[derive(Deserialize)]
struct Counts {
    sum_other_doc_count: u64,
    buckets: Vec<Bucket>,
}

#[derive(Deserialize)]
struct Bucket {
    key: Value,
    doc_count: u64,
}

/// The hits in an answer, less the one that shows that another page follows.
pub(super) fn hits(answer: Value, wanted: &Query) -> Result<Hits, ServerFault> {
    let answer: Answer = serde_json::from_value(answer).map_err(|why| strange(&why.to_string()))?;
    if answer.timed_out {
        return Err(strange("only part of the index was searched"));
    }
    let limit = wanted.limit.min(MAX_HITS);
    let mut page = answer.hits.hits;
    let has_more = page.len() > limit;
    page.truncate(limit);
    let next = match wanted.order {
        _ if limit == 0 => None,
        Order::Newest => {
            let place = page.last().and_then(|last| last.sort.last());
            let place = place.filter(|_| has_more);
            let place =
                place.map(|place| place.as_u64().ok_or_else(|| strange("a hit has no place")));
            place.transpose()?.map(next_by_time)
        }
        Order::Relevance => {
            let offset = relevance_offset(wanted).unwrap_or_default();
            next_by_relevance(offset, limit, has_more)
        }
    };
    let by_relevance = wanted.order == Order::Relevance;
    let hits = page.into_iter().map(|found| Hit {
        mention: MentionId::new(found.id),
        score: found.score.filter(|_| by_relevance).unwrap_or_default(),
    });
    Ok(Hits {
        hits: hits.collect(),
        total: answer.hits.total.value,
        facets: facets(answer.aggregations)?,
        next,
    })
}

fn facets(mut counts: HashMap<String, Counts>) -> Result<Facets, ServerFault> {
    let mut take = |field: &str| -> Result<Vec<Bucket>, ServerFault> {
        let found = counts.remove(field);
        let found = found.ok_or_else(|| strange(&format!("`{field}` was not counted")))?;
        if found.sum_other_doc_count > 0 {
            return Err(strange(&format!(
                "`{field}` has more values than are counted"
            )));
        }
        Ok(found.buckets)
    };
    let mut days = named("day", take("day")?, |key| key.as_u64().map(day_of))?;
    days.sort_unstable();
    Ok(Facets {
        units: most_first(named("unit", take("unit")?, |key| {
            key.as_str()?.parse().ok()
        })?),
        topics: most_first(named("topic", take("topic")?, |key| {
            Topic::from_code(key.as_str()?)
        })?),
        channels: most_first(named("channel", take("channel")?, |key| {
            Channel::from_code(key.as_str()?)
        })?),
        sentiments: most_first(named("sentiment", take("sentiment")?, |key| {
            Sentiment::from_code(key.as_str()?)
        })?),
        sources: most_first(named("source", take("source")?, |key| {
            key.as_str().map(SourceId::new)
        })?),
        days,
    })
}

fn named<T>(
    field: &str,
    buckets: Vec<Bucket>,
    name: impl Fn(&Value) -> Option<T>,
) -> Result<Vec<(T, u64)>, ServerFault> {
    let named = buckets.into_iter().map(|bucket| {
        let value = name(&bucket.key);
        let value =
            value.ok_or_else(|| strange(&format!("`{field}` has a value of no release")))?;
        Ok((value, bucket.doc_count))
    });
    named.collect()
}

fn strange(why: &str) -> ServerFault {
    ServerFault::Unexpected(why.to_owned())
}
