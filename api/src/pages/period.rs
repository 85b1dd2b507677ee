//! `/tuan`, `/thang`, `/ky-bao-cao`, `/so-sanh`, `/cham-lai`: digests of longer periods, leagues, grades.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{DigestScope, PeriodKind};
use serde::Deserialize;

use super::html;
use super::today::digest_input;
use super::unit::known_unit;
use crate::Error;
use crate::http::{Params, parse_day, parse_param};
use crate::state::{AppState, Shared};
use crate::views::{
    GradesPage, Layout, LeagueInput, LeaguePage, Nav, PeriodInput, PeriodPage, Viewer, kind_param,
};

/// Whose digest: the city's when neither is named.
#[derive(Deserialize)]
pub(super) struct Whose {
    #[serde(rename = "don-vi")]
    unit: Option<String>,
    #[serde(rename = "co-quan")]
    agency: Option<String>,
}

impl Whose {
    /// The scope with its name.
    pub(super) fn scope(&self, app: &AppState) -> Result<(DigestScope, String), Error> {
        let named = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        if let Some(code) = named(&self.unit) {
            let unit = known_unit(app, &code)?;
            return Ok((DigestScope::Unit(unit.code), unit.full_name()));
        }
        if let Some(id) = named(&self.agency) {
            let agency = app.known_agency(&id)?;
            return Ok((DigestScope::Agency(agency.id.clone()), agency.name.clone()));
        }
        Ok((DigestScope::City, app.city.clone()))
    }
}

pub(super) async fn latest_week(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(whose): Params<Whose>,
) -> Result<Response, Error> {
    show(&shared, viewer, &whose, PeriodKind::Week, None).await
}

pub(super) async fn latest_month(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(whose): Params<Whose>,
) -> Result<Response, Error> {
    show(&shared, viewer, &whose, PeriodKind::Month, None).await
}

pub(super) async fn latest_reporting_month(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(whose): Params<Whose>,
) -> Result<Response, Error> {
    show(&shared, viewer, &whose, PeriodKind::ReportingMonth, None).await
}

pub(super) async fn week(
    State(shared): State<Shared>,
    Path(day): Path<String>,
    viewer: Viewer,
    Params(whose): Params<Whose>,
) -> Result<Response, Error> {
    let day = parse_day("ngay", Some(&day))?;
    show(&shared, viewer, &whose, PeriodKind::Week, day).await
}

pub(super) async fn month(
    State(shared): State<Shared>,
    Path(month): Path<String>,
    viewer: Viewer,
    Params(whose): Params<Whose>,
) -> Result<Response, Error> {
    let day = parse_month(&month)?;
    show(&shared, viewer, &whose, PeriodKind::Month, day).await
}

pub(super) async fn reporting_month(
    State(shared): State<Shared>,
    Path(month): Path<String>,
    viewer: Viewer,
    Params(whose): Params<Whose>,
) -> Result<Response, Error> {
    let day = parse_month(&month)?;
    show(&shared, viewer, &whose, PeriodKind::ReportingMonth, day).await
}

/// The first day of a month, `2026-11`; it lies in the reporting month that ends in that month.
fn parse_month(text: &str) -> Result<Option<Date>, Error> {
    parse_param("thang", Some(text), "write a month as 2026-11", |text| {
        let is_month = text.len() == 7;
        is_month
            .then(|| format!("{text}-01").parse().ok())
            .flatten()
    })
}

async fn show(
    shared: &Shared,
    viewer: Viewer,
    whose: &Whose,
    kind: PeriodKind,
    day: Option<Date>,
) -> Result<Response, Error> {
    let (scope, name) = whose.scope(shared)?;
    shared
        .read(move |app| {
            let published = app.archive.periods(&scope, kind)?;
            let period = app.period_or_latest(kind, day)?;
            let digest = match app.archive.period_digest(&scope, period, None)? {
                Some(digest) => {
                    let city = match scope {
                        DigestScope::City => None,
                        _ => app
                            .archive
                            .period_digest(&DigestScope::City, period, None)?,
                    };
                    Some(digest_input(app, digest, city)?)
                }
                None => None,
            };
            let title = format!("{}, {name}", viewer.lang.period(period));
            let nav = match scope {
                DigestScope::City => Nav::Today,
                _ => Nav::Units,
            };
            let layout = Layout::new(&viewer, &app.city, nav, title);
            let input = PeriodInput {
                scope,
                name,
                period,
                published,
                digest,
            };
            html(&PeriodPage::new(app, layout, &input))
        })
        .await
}

/// Which leagues.
#[derive(Deserialize)]
pub(super) struct WhichLeague {
    ky: Option<String>,
    ngay: Option<String>,
}

pub(super) async fn league(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(WhichLeague { ky, ngay }): Params<WhichLeague>,
) -> Result<Response, Error> {
    let kind = parse_param(
        "ky",
        ky.as_deref(),
        "use tuan, thang or ky-bao-cao",
        |text| {
            PeriodKind::LONG
                .into_iter()
                .find(|kind| kind_param(*kind) == text)
        },
    )?;
    let day = parse_day("ngay", ngay.as_deref())?;
    shared
        .read(move |app| {
            let kind = kind.unwrap_or(PeriodKind::Month);
            let period = app.period_or_latest(kind, day)?;
            let input = LeagueInput {
                period,
                published: app.archive.periods(&DigestScope::City, kind)?,
                leagues: app.archive.leagues(period)?,
            };
            let title = viewer.lang.texts().league_title;
            let layout = Layout::new(&viewer, &app.city, Nav::Units, title);
            html(&LeaguePage::new(app, layout, &input))
        })
        .await
}

/// Days of grades on the page.
const GRADED_DAYS: i64 = 60;

pub(super) async fn grades(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(whose): Params<Whose>,
) -> Result<Response, Error> {
    let (scope, name) = whose.scope(&shared)?;
    shared
        .read(move |app| {
            let to = app.day_or_latest(None)?;
            let from = to.saturating_sub(GRADED_DAYS.days());
            let mut grades = app.archive.grades(&scope, from, to)?;
            grades.reverse();
            let title = viewer.lang.texts().grades_title;
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title);
            html(&GradesPage::new(layout, &scope, name, &grades))
        })
        .await
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use models::domain::Period;

    use super::*;

    #[test]
    fn months_are_read_strictly() {
        assert_eq!(parse_month("2026-11").unwrap(), Some(date(2026, 11, 1)));
        let reporting = Period::of(PeriodKind::ReportingMonth, date(2026, 11, 1));
        assert_eq!(reporting.last(), date(2026, 11, 25));
        for odd in ["2026-13", "2026-11-01", "202611", "x"] {
            assert!(parse_month(odd).is_err(), "{odd}");
        }
    }
}
