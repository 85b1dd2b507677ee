//! Handlers of the pages: they read parameters, fetch domain values and hand them to views.

mod agency;
mod alerts;
pub(crate) mod api_docs;
mod assets;
mod calendar;
mod comparison;
mod concern;
mod desk;
mod dumps;
mod failure;
mod feed;
mod forecast;
mod map;
mod office;
mod period;
mod prose;
mod request;
mod scores;
mod search;
mod sheet;
mod side_by_side;
mod sources;
mod today;
mod unit;
mod units;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Uri, header};
use axum::response::{IntoResponse, Response};
use models::domain::Action::{ReadApi, ReadPublic};
use serde::Deserialize;

pub(crate) use dumps::dump_path;
pub(crate) use failure::failure_page;
pub(crate) use sheet::sheet_path;
pub(crate) use sources::source_input;

use crate::Error;
use crate::access::{Principal, Routes};
use crate::http::Params;
use crate::i18n::Lang;
use crate::state::Shared;
use crate::views::{Officer, Viewer};

/// The pages' routes.
pub(crate) fn routes(state: Shared) -> Routes {
    Routes::new()
        .get("/", ReadPublic, today::show)
        .get("/ngay/{day}", ReadPublic, today::show_day)
        .get("/tuan", ReadPublic, period::latest_week)
        .get("/tuan/{day}", ReadPublic, period::week)
        .get("/thang", ReadPublic, period::latest_month)
        .get("/thang/{month}", ReadPublic, period::month)
        .get("/ky-bao-cao", ReadPublic, period::latest_reporting_month)
        .get("/ky-bao-cao/{month}", ReadPublic, period::reporting_month)
        .get("/so-sanh", ReadPublic, period::league)
        .get("/canh-nhau", ReadPublic, side_by_side::show)
        .get("/hai-long", ReadPublic, scores::shadow)
        .get("/hai-long/{ky}/{whose}", ReadPublic, scores::shadow_of)
        .get("/im-lang", ReadPublic, scores::silence)
        .get("/chi-so", ReadPublic, scores::indicators)
        .get("/chi-so/{id}", ReadPublic, scores::indicator)
        .get("/cham-lai", ReadPublic, period::grades)
        .get("/du-bao", ReadPublic, forecast::show)
        .get("/du-bao/{topic}", ReadPublic, forecast::show_topic)
        .get("/tin.atom", ReadPublic, feed::city)
        .get("/lich.ics", ReadPublic, calendar::city)
        .get("/ban-tin.pdf", ReadPublic, sheet::show)
        .get("/don-vi", ReadPublic, units::show)
        .get("/don-vi/{code}", ReadPublic, unit::show)
        .get("/don-vi/{code}/khac-biet", ReadPublic, comparison::show)
        .get("/don-vi/{code}/tin.atom", ReadPublic, feed::unit)
        .get("/don-vi/{code}/lich.ics", ReadPublic, calendar::unit)
        .get("/co-quan/{id}", ReadPublic, agency::show)
        .get("/co-quan/{id}/tin.atom", ReadPublic, feed::agency)
        .get("/van-de/{id}", ReadPublic, concern::show)
        .get("/van-de/{id}/tin.atom", ReadPublic, feed::concern)
        .get("/ban-do", ReadPublic, map::show)
        .get("/ban-do/nhung", ReadPublic, map::embed)
        .get("/ban-do.svg", ReadPublic, map::svg)
        .get("/ban-do.png", ReadPublic, map::png)
        .get("/du-lieu-mo", ReadPublic, dumps::show)
        .get("/du-lieu-mo/{day}/{revision}", ReadPublic, dumps::show_one)
        .get("/du-lieu-mo/{day}/{revision}/{file}", ReadApi, dumps::file)
        .get("/nguon", ReadPublic, sources::show)
        .get("/nguon/{id}", ReadPublic, sources::show_one)
        .get("/tim-kiem", ReadPublic, search::show)
        .get("/phuong-phap", ReadPublic, prose::method)
        .get("/ve", ReadPublic, prose::about)
        .get("/tinh/{name}", ReadPublic, assets::show)
        .get("/icon.svg", ReadPublic, assets::icon)
        .get("/favicon.ico", ReadPublic, assets::icon)
        .merge(office::routes())
        .merge(alerts::routes())
        .merge(desk::routes())
        .merge(request::routes())
        .with_state(state)
}

/// Routes that take larger bodies than the others.
pub(crate) fn uploads(state: Shared) -> Routes {
    request::uploads().with_state(state)
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
        let lang = Lang::from_param(lang.as_deref());
        let Ok(principal) = Principal::from_request_parts(parts, state).await;
        let path = without_lang(&parts.uri);
        Ok(Self {
            lang,
            officer: Officer::of(&principal, lang, &path),
            path,
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
