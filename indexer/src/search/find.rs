//! One page of hits with the counts over all of them.

use models::domain::MentionId;
use tantivy::collector::TopDocs;
use tantivy::query::Query as IndexQuery;
use tantivy::{DocAddress, Order as SortOrder, Searcher};

use super::facets::CountFacets;
use super::pages::{MAX_HITS, after_time, next_by_relevance, next_by_time, relevance_offset};
use super::schema::{Fields, column};
use super::{Hit, Hits, Order, Query, query};
use crate::Result;

/// A page of hits and where the next begins, or an error of ours.
type FoundPage = Result<(Vec<Hit>, Option<String>)>;

/// See [`SearchIndex::search`](super::SearchIndex::search); the outer error is tantivy's.
pub(super) fn find(
    searcher: &Searcher,
    fields: &Fields,
    wanted: &Query,
) -> tantivy::Result<Result<Hits>> {
    let built = query::build(fields, wanted);
    let counted = searcher.search(&built, &CountFacets)?;
    let limit = wanted.limit.min(MAX_HITS);
    let page = match (limit, wanted.order) {
        (0, _) => Ok((Vec::new(), None)),
        (_, Order::Newest) => newest(searcher, fields, built, wanted, limit)?,
        (_, Order::Relevance) => relevant(searcher, built.as_ref(), wanted, limit)?,
    };
    Ok(page.map(|(hits, next)| Hits {
        hits,
        total: counted.total,
        facets: counted.into_facets(),
        next,
    }))
}

fn newest(
    searcher: &Searcher,
    fields: &Fields,
    mut built: Box<dyn IndexQuery>,
    wanted: &Query,
    limit: usize,
) -> tantivy::Result<FoundPage> {
    match after_time(wanted) {
        Ok(Some(order)) => built = query::older_than(fields, built, order),
        Ok(None) => {}
        Err(refusal) => return Ok(Err(refusal)),
    }
    let best = TopDocs::with_limit(limit + 1).order_by_u64_field(column::ORDER, SortOrder::Desc);
    let mut best = searcher.search(&built, &best)?;
    let has_more = best.len() > limit;
    best.truncate(limit);
    let next = match best.last() {
        Some((Some(order), _)) if has_more => Some(next_by_time(*order)),
        _ => None,
    };
    let hits = best
        .into_iter()
        .map(|(_, place)| hit(searcher, place, 0.0))
        .collect::<tantivy::Result<_>>()?;
    Ok(Ok((hits, next)))
}

fn relevant(
    searcher: &Searcher,
    built: &dyn IndexQuery,
    wanted: &Query,
    limit: usize,
) -> tantivy::Result<FoundPage> {
    let offset = match relevance_offset(wanted) {
        Ok(offset) => offset,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let best = TopDocs::with_limit(limit + 1)
        .and_offset(offset)
        .order_by_score();
    let mut best = searcher.search(built, &best)?;
    let has_more = best.len() > limit;
    best.truncate(limit);
    let hits = best
        .into_iter()
        .map(|(score, place)| hit(searcher, place, score))
        .collect::<tantivy::Result<_>>()?;
    Ok(Ok((hits, next_by_relevance(offset, limit, has_more))))
}

fn hit(searcher: &Searcher, place: DocAddress, score: f32) -> tantivy::Result<Hit> {
    let segment = searcher.segment_reader(place.segment_ord);
    let mut id = String::new();
    if let Some(ids) = segment.fast_fields().str(column::ID)?
        && let Some(ord) = ids.ords().first(place.doc_id)
    {
        ids.ord_to_str(ord, &mut id)?;
    }
    Ok(Hit {
        mention: MentionId::new(id),
        score,
    })
}
