//! Search over mentions.

use axum::Json;
use axum::extract::State;
use axum::http::Uri;
use axum::response::{IntoResponse, Response};
use indexer::search::{Facets, Order, Query};
use models::domain::{Channel, MentionId, Sentiment, SourceId, Topic};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::list::linked;
use super::mentions::{COLUMNS, row};
use super::{Format, parse_format, parse_limit, table};
use crate::Error;
use crate::http::{Params, Problem, parse_day, parse_list, parse_param};
use crate::lines::MentionView;
use crate::state::Shared;

/// What to look for.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Words, with or without accents; `"…"` keeps words together, `-word` excludes.
    q: Option<String>,
    /// Codes of units, separated by commas.
    #[param(pattern = "^[0-9]{5}(,[0-9]{5}){0,49}$")]
    unit: Option<String>,
    /// Codes of topics, separated by commas.
    #[param(example = "drainage,road")]
    topic: Option<String>,
    /// `press`, `social`, `hotline`, separated by commas.
    #[param(pattern = "^(press|social|hotline)(,(press|social|hotline)){0,2}$")]
    channel: Option<String>,
    /// `negative`, `neutral`, `positive`, separated by commas.
    #[param(pattern = "^(negative|neutral|positive)(,(negative|neutral|positive)){0,2}$")]
    sentiment: Option<String>,
    /// Ids of sources, separated by commas.
    source: Option<String>,
    /// First day.
    #[param(format = Date)]
    from: Option<String>,
    /// Last day, included.
    #[param(format = Date)]
    to: Option<String>,
    /// `newest` or `relevance`; by default `relevance` when there are words.
    #[param(pattern = "^(newest|relevance)$")]
    order: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Mentions a page, 1 to 100; 50 when left out.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
    /// `json`, or `csv` of the mentions of the page.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// One mention found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct HitView {
    /// How well it matches; 0 when the order is not by relevance.
    pub score: f32,
    /// The mention, redacted.
    #[serde(flatten)]
    pub mention: MentionView,
}

/// How many of the matches have a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CountView {
    /// The value: a code, an id or a day.
    pub value: String,
    /// Mentions.
    pub n: u64,
}

/// How the matches are distributed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FacetsView {
    /// By unit.
    pub units: Vec<CountView>,
    /// By topic.
    pub topics: Vec<CountView>,
    /// By channel.
    pub channels: Vec<CountView>,
    /// By sentiment.
    pub sentiments: Vec<CountView>,
    /// By source.
    pub sources: Vec<CountView>,
    /// By day, oldest first.
    pub days: Vec<CountView>,
}

impl From<&Facets> for FacetsView {
    fn from(facets: &Facets) -> Self {
        Self {
            units: counts(&facets.units, ToString::to_string),
            topics: counts(&facets.topics, |topic| topic.code().to_owned()),
            channels: counts(&facets.channels, |channel| channel.code().to_owned()),
            sentiments: counts(&facets.sentiments, |sentiment| sentiment.code().to_owned()),
            sources: counts(&facets.sources, ToString::to_string),
            days: counts(&facets.days, ToString::to_string),
        }
    }
}

fn counts<T>(pairs: &[(T, u64)], name: impl Fn(&T) -> String) -> Vec<CountView> {
    let view = |(value, n): &(T, u64)| CountView {
        value: name(value),
        n: *n,
    };
    pairs.iter().map(view).collect()
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchView {
    /// One page of mentions.
    pub items: Vec<HitView>,
    /// Mentions that match, on all pages.
    pub total: u64,
    /// How those are distributed.
    pub facets: FacetsView,
    /// Where the next page begins; null on the last.
    pub next: Option<String>,
}

/// Mentions that match, redacted.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    tag = "evidence",
    params(Wanted),
    responses(
        (status = 200, description = "What was found", content(
            (SearchView = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn find(
    State(shared): State<Shared>,
    Params(wanted): Params<Wanted>,
    uri: Uri,
) -> Result<Response, Error> {
    let format = parse_format(wanted.format.as_deref())?;
    let query = wanted.query()?;
    let found = shared
        .read(move |app| {
            let found = app.search.search(&query)?;
            let ids = found
                .hits
                .iter()
                .map(|hit| hit.mention.clone())
                .collect::<Vec<_>>();
            let mentions = app.archive.mentions(&ids)?;
            let hit_of = |id: &MentionId| found.hits.iter().find(|hit| hit.mention == *id);
            let items = mentions.iter().map(|annotated| HitView {
                score: hit_of(&annotated.mention.id).map_or(0.0, |hit| hit.score),
                mention: MentionView::from(annotated),
            });
            Ok(SearchView {
                items: items.collect(),
                total: found.total,
                facets: FacetsView::from(&found.facets),
                next: found.next,
            })
        })
        .await?;
    let next = found.next.clone();
    let response = match format {
        Format::Csv => {
            let rows = found.items.iter().map(|hit| row(&hit.mention));
            table::respond("mentions", &COLUMNS, rows)?
        }
        Format::Json | Format::Geojson => Json(found).into_response(),
    };
    Ok(linked(response, &uri, next.as_deref()))
}

impl Wanted {
    fn query(self) -> Result<Query, Error> {
        let words = self.q.unwrap_or_default();
        let order = parse_param("order", self.order.as_deref(), ORDERS, |text| match text {
            "newest" => Some(Order::Newest),
            "relevance" => Some(Order::Relevance),
            _ => None,
        })?;
        let by_default = if words.trim().is_empty() {
            Order::Newest
        } else {
            Order::Relevance
        };
        Ok(Query {
            words,
            from: parse_day("from", self.from.as_deref())?,
            to: parse_day("to", self.to.as_deref())?,
            units: parse_list("unit", self.unit.as_deref(), UNITS, |code| {
                code.parse().ok()
            })?,
            topics: parse_list("topic", self.topic.as_deref(), TOPICS, Topic::from_code)?,
            channels: parse_list(
                "channel",
                self.channel.as_deref(),
                CHANNELS,
                Channel::from_code,
            )?,
            sentiments: parse_list(
                "sentiment",
                self.sentiment.as_deref(),
                SENTIMENTS,
                Sentiment::from_code,
            )?,
            sources: parse_list("source", self.source.as_deref(), "", |id| {
                Some(SourceId::new(id))
            })?,
            is_concern: None,
            order: order.unwrap_or(by_default),
            limit: parse_limit(self.limit.as_deref())?,
            after: self.cursor.filter(|cursor| !cursor.is_empty()),
        })
    }
}

const ORDERS: &str = "use newest or relevance";
const UNITS: &str = "write five-digit codes separated by commas";
const TOPICS: &str = "use topic codes such as road, separated by commas";
const CHANNELS: &str = "use press, social or hotline";
const SENTIMENTS: &str = "use negative, neutral or positive";
