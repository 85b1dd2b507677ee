//! Handlers of the pages: they read parameters, fetch domain values and hand them to views.

mod agency;
mod assets;
mod calendar;
mod comparison;
mod concern;
mod failure;
mod feed;
mod forecast;
mod map;
mod period;
mod prose;
mod scores;
mod search;
mod sources;
mod today;
mod unit;
mod units;

use askama::Template;
use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

pub(crate) use failure::failure_page;
pub(crate) use sources::source_input;

use crate::Error;
use crate::http::Params;
use crate::i18n::Lang;
use crate::state::Shared;
use crate::views::Viewer;

/// The pages' routes.
pub(crate) fn routes(state: Shared) -> Router {
    Router::new()
        .route("/", get(today::show))
        .route("/ngay/{day}", get(today::show_day))
        .route("/tuan", get(period::latest_week))
        .route("/tuan/{day}", get(period::week))
        .route("/thang", get(period::latest_month))
        .route("/thang/{month}", get(period::month))
        .route("/ky-bao-cao", get(period::latest_reporting_month))
        .route("/ky-bao-cao/{month}", get(period::reporting_month))
        .route("/so-sanh", get(period::league))
        .route("/hai-long", get(scores::shadow))
        .route("/hai-long/{ky}/{whose}", get(scores::shadow_of))
        .route("/im-lang", get(scores::silence))
        .route("/chi-so", get(scores::indicators))
        .route("/chi-so/{id}", get(scores::indicator))
        .route("/cham-lai", get(period::grades))
        .route("/du-bao", get(forecast::show))
        .route("/du-bao/{topic}", get(forecast::show_topic))
        .route("/tin.atom", get(feed::city))
        .route("/lich.ics", get(calendar::city))
        .route("/don-vi", get(units::show))
        .route("/don-vi/{code}", get(unit::show))
        .route("/don-vi/{code}/khac-biet", get(comparison::show))
        .route("/don-vi/{code}/tin.atom", get(feed::unit))
        .route("/don-vi/{code}/lich.ics", get(calendar::unit))
        .route("/co-quan/{id}", get(agency::show))
        .route("/co-quan/{id}/tin.atom", get(feed::agency))
        .route("/van-de/{id}", get(concern::show))
        .route("/van-de/{id}/tin.atom", get(feed::concern))
        .route("/ban-do", get(map::show))
        .route("/nguon", get(sources::show))
        .route("/nguon/{id}", get(sources::show_one))
        .route("/tim-kiem", get(search::show))
        .route("/phuong-phap", get(prose::method))
        .route("/ve", get(prose::about))
        .route("/tinh/{name}", get(assets::show))
        .route("/icon.svg", get(assets::icon))
        .route("/favicon.ico", get(assets::icon))
        .with_state(state)
}

/// A filled template as an answer.
fn html(page: &impl Template) -> Result<Response, Error> {
    let body = page.render()?;
    Ok(([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response())
}

#[derive(Deserialize)]
struct LangParam {
    lang: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Viewer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        let Params(LangParam { lang }) = Params::from_request_parts(parts, state).await?;
        Ok(Self {
            lang: Lang::from_param(lang.as_deref()),
            path: without_lang(&parts.uri),
        })
    }
}

/// Path and query of a page without its language.
fn without_lang(uri: &Uri) -> String {
    let kept = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| !pair.is_empty() && *pair != "lang" && !pair.starts_with("lang="))
        .collect::<Vec<_>>()
        .join("&");
    match kept.as_str() {
        "" => uri.path().to_owned(),
        kept => format!("{}?{kept}", uri.path()),
    }
}

/// The day named in an address.
#[derive(Deserialize)]
struct DayParam {
    ngay: Option<String>,
}
