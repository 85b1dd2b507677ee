//! `/tim-kiem`: search over mentions.

use axum::extract::State;
use axum::response::Response;
use indexer::search::Query;
use models::domain::{Channel, Sentiment, SourceId, Topic};
use serde::Deserialize;

use super::html;
use crate::Error;
use crate::http::{Params, parse_day, parse_param, parse_unit};
use crate::state::{AppState, Shared};
use crate::views::{Filters, Layout, Nav, SearchInput, SearchPage, Viewer};

/// The form's fields.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    q: String,
    #[serde(rename = "don-vi")]
    unit: String,
    topic: String,
    channel: String,
    sentiment: String,
    source: String,
    from: String,
    to: String,
    order: String,
    tiep: String,
}

/// Hits a page.
const PAGE: usize = 20;

/// Longer queries are cut: nobody types them.
const MAX_QUERY_CHARS: usize = 400;

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(wanted): Params<Wanted>,
) -> Result<Response, Error> {
    let query = wanted.query()?;
    let filters = wanted.filters();
    shared
        .read(move |app| {
            let found = find(app, &query)?;
            let title = viewer.lang.texts().nav_search;
            let layout = Layout::new(&viewer, &app.city, Nav::Search, title);
            html(&SearchPage::new(app, layout, &filters, Some(found)))
        })
        .await
}

pub(super) fn find(app: &AppState, query: &Query) -> Result<SearchInput, Error> {
    let hits = app.search.search(query)?;
    let ids = hits
        .hits
        .iter()
        .map(|hit| hit.mention.clone())
        .collect::<Vec<_>>();
    Ok(SearchInput {
        mentions: app.archive.mentions(&ids)?,
        total: hits.total,
        facets: hits.facets,
        next: hits.next,
    })
}

impl Wanted {
    pub(super) fn query(&self) -> Result<Query, Error> {
        let topic = parse_param("topic", Some(&self.topic), CODES, Topic::from_code)?;
        let channel = parse_param("channel", Some(&self.channel), CODES, Channel::from_code)?;
        let sentiment = parse_param(
            "sentiment",
            Some(&self.sentiment),
            CODES,
            Sentiment::from_code,
        )?;
        let source = Some(self.source.as_str()).filter(|source| !source.is_empty());
        Ok(Query {
            words: self.words(),
            from: parse_day("from", Some(&self.from))?,
            to: parse_day("to", Some(&self.to))?,
            units: parse_unit("don-vi", Some(&self.unit))?
                .into_iter()
                .collect(),
            topics: topic.into_iter().collect(),
            channels: channel.into_iter().collect(),
            sentiments: sentiment.into_iter().collect(),
            sources: source.map(SourceId::new).into_iter().collect(),
            is_concern: None,
            order: self.filters().order(),
            limit: PAGE,
            after: Some(self.tiep.clone()).filter(|cursor| !cursor.is_empty()),
        })
    }

    fn words(&self) -> String {
        self.q.trim().chars().take(MAX_QUERY_CHARS).collect()
    }

    pub(super) fn filters(&self) -> Filters {
        Filters {
            base: "/tim-kiem",
            words: self.words(),
            unit: self.unit.clone(),
            topic: self.topic.clone(),
            channel: self.channel.clone(),
            sentiment: self.sentiment.clone(),
            source: self.source.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            order: self.order.clone(),
        }
    }
}

const CODES: &str = "choose one of the list on the search page";
