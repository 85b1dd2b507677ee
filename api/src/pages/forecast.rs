//! `/du-bao`, `/du-bao/{topic}`: the coming days, and how past forecasts did.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{ForecastScope, Topic};
use serde::Deserialize;

use super::html;
use crate::Error;
use crate::access::Principal;
use crate::disclosure::Sight;
use crate::http::Params;
use crate::state::{AppState, Shared};
use crate::v1::{CountsSeen, forecasts_on, parse_forecast_scope};
use crate::views::{
    ForecastTopicInput, ForecastTopicPage, ForecastsInput, ForecastsPage, Layout, Nav, Viewer,
    scope_name,
};

/// Days drawn before those to come.
const DAYS_BEFORE: i64 = 28;
/// Past forecasts are listed so far back.
const LISTED_DAYS: i64 = 182;
/// And so many of them.
const LISTED_MAX: usize = 60;

/// Whose forecast.
#[derive(Deserialize)]
pub(super) struct Whose {
    cho: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    caller: Principal,
    Params(Whose { cho }): Params<Whose>,
) -> Result<Response, Error> {
    let scope = parse_forecast_scope(&shared, "cho", cho.as_deref())?;
    let sight = Sight::new(&shared, &caller);
    shared
        .read(move |app| {
            let made_on = app.archive.forecast_days()?.first().copied();
            let (forecasts, scopes) = match made_on {
                Some(day) => (forecasts_on(app, scope, day)?, scopes(app, day)?),
                None => (Vec::new(), Vec::new()),
            };
            let known = match made_on {
                Some(day) => known_before(app, scope, day)?,
                None => Vec::new(),
            };
            let last = made_on.unwrap_or_else(|| app.today());
            let days = (last.saturating_sub(DAYS_BEFORE.days()), last);
            let topics = Topic::ALL.into_iter().collect();
            let seen = CountsSeen::between(app, &sight, scope, topics, days)?;
            let input = ForecastsInput {
                scope,
                made_on,
                forecasts,
                known,
                scopes,
                seen,
            };
            let title = viewer.lang.texts().forecast_title;
            let layout = Layout::new(&viewer, &app.city, Nav::Today, title);
            html(&ForecastsPage::new(app, layout, &input))
        })
        .await
}

fn scopes(app: &AppState, day: Date) -> Result<Vec<ForecastScope>, Error> {
    let made = app.archive.forecasts_on(day)?.into_iter();
    let mut scopes = made
        .map(|(made, _)| made.forecast.scope)
        .collect::<Vec<_>>();
    scopes.dedup();
    Ok(scopes)
}

/// Mentions by topic of the days up to one, oldest first.
fn known_before(
    app: &AppState,
    scope: ForecastScope,
    last: Date,
) -> Result<Vec<Option<[u32; Topic::ALL.len()]>>, Error> {
    let first = last.saturating_sub((DAYS_BEFORE - 1).days());
    let tallies = app.archive.tallies(first, last, u64::MAX)?;
    let counts = tallies.iter().map(|tally| (tally.day, tally.of(scope)));
    let counts = counts.collect::<BTreeMap<_, _>>();
    let days = first.series(1.days()).take_while(|day| *day <= last);
    Ok(days.map(|day| counts.get(&day).copied()).collect())
}

pub(super) async fn show_topic(
    State(shared): State<Shared>,
    Path(code): Path<String>,
    viewer: Viewer,
    caller: Principal,
    Params(Whose { cho }): Params<Whose>,
) -> Result<Response, Error> {
    let scope = parse_forecast_scope(&shared, "cho", cho.as_deref())?;
    let topic = Topic::from_code(&code).ok_or_else(|| Error::NotFound {
        what: "topic",
        name: code.chars().take(40).collect(),
    })?;
    let sight = Sight::new(&shared, &caller);
    shared
        .read(move |app| {
            let input = topic_input(app, &sight, scope, topic)?;
            let lang = viewer.lang;
            let name = app.topic_name(topic, lang);
            let whose = scope_name(app, lang, scope);
            let title = format!("{}: {name}, {whose}", lang.texts().forecast_title);
            let layout = Layout::new(&viewer, &app.city, Nav::Today, title);
            html(&ForecastTopicPage::new(app, layout, &input))
        })
        .await
}

fn topic_input(
    app: &AppState,
    sight: &Sight,
    scope: ForecastScope,
    topic: Topic,
) -> Result<ForecastTopicInput, Error> {
    let newest = app.archive.forecast_days()?.first().copied();
    let newest = newest.unwrap_or_else(|| app.today());
    let from = newest.saturating_sub(LISTED_DAYS.days());
    let mut made = app.archive.forecasts_of(scope, topic, from, newest)?;
    let outcomes = app.archive.outcomes(Some(scope), from, newest)?;
    let of_topic = outcomes
        .into_iter()
        .filter(|outcome| outcome.topic == topic);
    let mut outcomes = of_topic
        .map(|outcome| (outcome.made_on, outcome))
        .collect::<BTreeMap<_, _>>();
    made.reverse();
    let latest = made.first();
    let latest = latest.filter(|latest| latest.forecast.made_on == newest);
    let latest = latest.cloned();
    let graded = made.into_iter().filter_map(|published| {
        let outcome = outcomes.remove(&published.forecast.made_on)?;
        Some((published, outcome))
    });
    let past = graded.take(LISTED_MAX).collect::<Vec<_>>();
    let known = |day: Date| -> Result<Vec<Option<u32>>, Error> {
        let days = known_before(app, scope, day)?.into_iter();
        Ok(days.map(|day| Some(day?[topic.index()])).collect())
    };
    let graded_on = past
        .first()
        .map(|(published, _)| published.forecast.made_on);
    let days = (from.saturating_sub(DAYS_BEFORE.days()), newest);
    Ok(ForecastTopicInput {
        seen: CountsSeen::between(app, sight, scope, [topic].into(), days)?,
        scope,
        topic,
        known: [
            known(newest)?,
            graded_on.map_or_else(|| Ok(Vec::new()), known)?,
        ],
        latest,
        past,
    })
}
