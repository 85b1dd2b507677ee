//! `/hai-long`, `/im-lang`, `/chi-so`: the satisfaction group of Decision 766, the silence map, indicators.

use axum::extract::{Path, State};
use axum::response::Response;
use models::domain::{About, MentionId, Period, PeriodKind, ScoreScope, Topic, UnitKind};
use serde::Deserialize;

use super::unit::known_unit;
use super::{DayParam, html};
use crate::Error;
use crate::access::Principal;
use crate::disclosure::{Sight, SilenceSeen};
use crate::http::{Params, parse_day, parse_param};
use crate::state::{AppState, Shared};
use crate::views::{
    IndicatorInput, IndicatorPage, IndicatorsPage, Layout, Nav, ShadowInput, ShadowPage,
    SilenceInput, SilencePage, Viewer, kind_param,
};

/// Days that the day picker knows.
const DAYS_MAX: usize = 400;

pub(super) async fn shadow(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(DayParam { ngay }): Params<DayParam>,
) -> Result<Response, Error> {
    show_shadow(&shared, viewer, PeriodKind::ReportingMonth, "city", ngay).await
}

pub(super) async fn shadow_of(
    State(shared): State<Shared>,
    Path((ky, whose)): Path<(String, String)>,
    viewer: Viewer,
    Params(DayParam { ngay }): Params<DayParam>,
) -> Result<Response, Error> {
    const EXPECTED: &str = "use tuan, thang or ky-bao-cao";
    let kind = parse_param("ky", Some(&ky), EXPECTED, |text| {
        let mut kinds = PeriodKind::LONG.into_iter();
        kinds.find(|kind| kind_param(*kind) == text)
    })?;
    let kind = kind.unwrap_or(PeriodKind::ReportingMonth);
    show_shadow(&shared, viewer, kind, &whose, ngay).await
}

async fn show_shadow(
    shared: &Shared,
    viewer: Viewer,
    kind: PeriodKind,
    whose: &str,
    ngay: Option<String>,
) -> Result<Response, Error> {
    let asked = parse_day("ngay", ngay.as_deref())?;
    let whose = scope_of(shared, whose)?;
    shared
        .read(move |app| {
            let days = app.archive.shadow_days(kind, DAYS_MAX)?;
            let latest = days.first().copied();
            let day = asked.or(latest).unwrap_or_else(|| app.today());
            let score = app.archive.shadow_score(whose, kind, day)?;
            let others = match whose {
                ScoreScope::Unit(_) => Vec::new(),
                _ => app.archive.shadow_scores(kind, day)?,
            };
            let moved = score.iter().flat_map(|score| &score.moves);
            let moved = moved.flat_map(|one| &one.tickets);
            let moved = moved.map(|ticket| ticket.mention.clone());
            let ids = moved.collect::<Vec<MentionId>>();
            let input = ShadowInput {
                whose,
                period: Period::of(kind, day),
                day,
                days,
                score,
                others,
                tickets: app.archive.mentions(&ids)?,
            };
            let title = viewer.lang.texts().shadow_page_title;
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title);
            html(&ShadowPage::new(app, layout, &input))
        })
        .await
}

fn scope_of(app: &AppState, text: &str) -> Result<ScoreScope, Error> {
    if text == "city" {
        return Ok(ScoreScope::City);
    }
    match UnitKind::from_code(text) {
        Some(kind) => Ok(ScoreScope::Kind(kind)),
        None => Ok(ScoreScope::Unit(known_unit(app, text)?.code)),
    }
}

/// Which silence map.
#[derive(Deserialize)]
pub(super) struct WhichSilence {
    ngay: Option<String>,
    #[serde(rename = "linh-vuc")]
    topic: Option<String>,
}

pub(super) async fn silence(
    State(shared): State<Shared>,
    viewer: Viewer,
    caller: Principal,
    Params(WhichSilence { ngay, topic }): Params<WhichSilence>,
) -> Result<Response, Error> {
    let asked = parse_day("ngay", ngay.as_deref())?;
    let topic = parse_param(
        "linh-vuc",
        topic.as_deref(),
        "use a topic code",
        Topic::from_code,
    )?;
    let sight = Sight::new(&shared, &caller);
    shared
        .read(move |app| {
            let period = app.period_or_latest(PeriodKind::Month, asked)?;
            let map = app.archive.silence_map(period)?;
            let cells = map.as_ref().map_or(&[][..], |map| &map.cells);
            let input = SilenceInput {
                seen: SilenceSeen::of_map(cells, |unit| sight.of(About::Unit(unit))),
                period,
                topic,
                published: app
                    .archive
                    .periods(&models::domain::DigestScope::City, PeriodKind::Month)?,
                map,
            };
            let title = viewer.lang.texts().silence_title;
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title);
            html(&SilencePage::new(app, layout, &input))
        })
        .await
}

pub(super) async fn indicators(
    State(shared): State<Shared>,
    viewer: Viewer,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let mut known = Vec::new();
            for indicator in &*app.indicators {
                let values = app.indicator_values(indicator, None)?;
                known.push((indicator.clone(), values));
            }
            let title = viewer.lang.texts().indicators_title;
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title);
            html(&IndicatorsPage::new(layout, &known))
        })
        .await
}

pub(super) async fn indicator(
    State(shared): State<Shared>,
    Path(id): Path<String>,
    viewer: Viewer,
    Params(DayParam { ngay }): Params<DayParam>,
) -> Result<Response, Error> {
    let asked = parse_day("ngay", ngay.as_deref())?;
    shared
        .read(move |app| {
            let indicator = app.known_indicator(&id)?.clone();
            let days = app
                .archive
                .indicator_days(&indicator.id, indicator.period, DAYS_MAX)?;
            let values = app.indicator_values(&indicator, asked)?;
            let day = values.first().map(|value| value.day).or(asked);
            let title = viewer.lang.indicator_name(&indicator).to_owned();
            let input = IndicatorInput {
                day: day.unwrap_or_else(|| app.today()),
                indicator,
                days,
                values,
            };
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title);
            html(&IndicatorPage::new(app, layout, &input))
        })
        .await
}
