//! From what people type to what a search server is asked; the same as `query` asks of tantivy.

use serde_json::{Value, json};

use super::shape::PRESENCE;
use crate::Result;
use crate::search::pages::{MAX_HITS, after_time, relevance_offset};
use crate::search::query::{
    ACCENTED_BOOST, Clause, NEAR_BOOST, TITLE_BOOST, clauses, loose_run, spellings,
};
use crate::search::schema::day_number;
use crate::search::words::Word;
use crate::search::{Order, Query};

/// Values of a facet, at most; counts would be wrong with more, so more are refused.
const MAX_VALUES: usize = 20_000;

/// Fields that are counted, with the names of the counts.
pub(super) const FACETS: [&str; 6] = ["unit", "topic", "channel", "sentiment", "source", "day"];

/// The body of a search: one hit more than asked for, to see whether another page follows.
pub(super) fn search(wanted: &Query) -> Result<Value> {
    let limit = wanted.limit.min(MAX_HITS);
    let mut body = json!({
        "query": query(wanted),
        "size": if limit == 0 { 0 } else { limit + 1 },
        "track_total_hits": true,
        "_source": false,
        "aggs": FACETS
            .into_iter()
            .map(|field| (field.to_owned(), json!({"terms": {"field": field, "size": MAX_VALUES}})))
            .collect::<serde_json::Map<_, _>>(),
    });
    match wanted.order {
        _ if limit == 0 => {}
        Order::Newest => {
            body["sort"] = json!([{"order": "desc"}]);
            if let Some(order) = after_time(wanted)? {
                body["search_after"] = json!([order]);
            }
        }
        Order::Relevance => {
            // Equal scores need an order that all copies of the index share.
            body["sort"] = json!([{"_score": "desc"}, {"order": "desc"}]);
            body["from"] = json!(relevance_offset(wanted)?);
        }
    }
    Ok(body)
}

/// Everything there is, but for the mark.
pub(super) fn everything() -> Value {
    json!({"query": {"bool": {"filter": [{"exists": {"field": PRESENCE}}]}}})
}

fn query(wanted: &Query) -> Value {
    let clauses = clauses(&wanted.words);
    let part = |excluded: bool| -> Vec<Value> {
        clauses
            .iter()
            .filter(|clause| clause.excluded == excluded)
            .map(|clause| clause_query(&clause.words, 1.0))
            .collect()
    };
    json!({"bool": {
        "must": part(false),
        "must_not": part(true),
        "should": near(wanted, &clauses),
        "filter": filters(wanted),
    }})
}

fn near(wanted: &Query, clauses: &[Clause]) -> Vec<Value> {
    let loose = (wanted.order == Order::Relevance).then(|| loose_run(clauses));
    (loose.flatten())
        .map(|words| clause_query(&words, NEAR_BOOST))
        .into_iter()
        .collect()
}

/// A clause in the title or the text.
fn clause_query(words: &[Word], boost: f32) -> Value {
    let mut ways = field_query("title", words, TITLE_BOOST);
    ways.extend(field_query("text", words, 1.0));
    json!({"bool": {"should": ways, "minimum_should_match": 1, "boost": boost}})
}

fn field_query(field: &str, words: &[Word], boost: f32) -> Vec<Value> {
    let term =
        |spelling: &str, boost: f32| json!({"term": {field: {"value": spelling, "boost": boost}}});
    match words {
        [word] if word.is_accented() => vec![
            term(&word.written, boost * ACCENTED_BOOST),
            term(&word.folded, boost),
        ],
        [word] => vec![term(&word.folded_term(), boost)],
        words => spellings(words)
            .into_iter()
            .map(|(terms, better)| {
                let phrase = json!({"query": terms.join(" "), "boost": boost * better});
                json!({"match_phrase": {field: phrase}})
            })
            .collect(),
    }
}

/// Filters say yes or no and do not touch the score.
fn filters(wanted: &Query) -> Vec<Value> {
    let mut filters = vec![json!({"exists": {"field": PRESENCE}})];
    let mut one_of = |field: &str, values: Vec<String>| {
        if !values.is_empty() {
            filters.push(json!({"terms": {field: values}}));
        }
    };
    let codes = |codes: &mut dyn Iterator<Item = &'static str>| codes.map(str::to_owned).collect();
    one_of(
        "unit",
        wanted.units.iter().map(ToString::to_string).collect(),
    );
    one_of("topic", codes(&mut wanted.topics.iter().map(|t| t.code())));
    one_of(
        "channel",
        codes(&mut wanted.channels.iter().map(|c| c.code())),
    );
    one_of(
        "sentiment",
        codes(&mut wanted.sentiments.iter().map(|s| s.code())),
    );
    let sources = wanted
        .sources
        .iter()
        .map(|source| source.as_str().to_owned());
    one_of("source", sources.collect());
    if wanted.from.is_some() || wanted.to.is_some() {
        let mut bounds = serde_json::Map::new();
        for (bound, day) in [("gte", wanted.from), ("lte", wanted.to)] {
            if let Some(day) = day {
                bounds.insert(bound.to_owned(), json!(day_number(day)));
            }
        }
        filters.push(json!({"range": {"day": bounds}}));
    }
    if let Some(is_concern) = wanted.is_concern {
        filters.push(json!({"term": {"is_concern": {"value": is_concern}}}));
    }
    filters
}
