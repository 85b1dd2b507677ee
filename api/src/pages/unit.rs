//! `/don-vi/{code}`: one unit.

use axum::extract::{Path, State};
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{DigestScope, Respondent, SatisfactionSignal, Unit, UnitCode};

use super::alerts::running_in;
use super::request::asked_of;
use super::today::digest_input;
use super::{DayParam, html};
use crate::Error;
use crate::access::Principal;
use crate::http::{Params, parse_day};
use crate::state::{AppState, Shared};
use crate::views::{Layout, Nav, UnitInput, UnitPage, Viewer};

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(code): Path<String>,
    viewer: Viewer,
    principal: Principal,
    Params(DayParam { ngay }): Params<DayParam>,
) -> Result<Response, Error> {
    let asked = parse_day("ngay", ngay.as_deref())?;
    let unit = known_unit(&shared, &code)?;
    shared
        .read(move |app| {
            let input = unit_input(app, unit, asked)?;
            let name = input.unit.full_name();
            let feed = format!("/don-vi/{}/tin.atom", input.unit.code);
            let alerts = running_in(app, &principal, &viewer, input.unit.code)?;
            let layout = Layout::new(&viewer, &app.city, Nav::Units, name)
                .with_feed(feed)
                .with_alerts(alerts);
            let asked = asked_of(
                app,
                viewer.lang,
                &principal,
                &Respondent::Unit(input.unit.code),
            )?;
            html(&UnitPage {
                asked,
                ..UnitPage::new(app, layout, &input)
            })
        })
        .await
}

/// A unit by the code in an address.
pub(super) fn known_unit(app: &AppState, code: &str) -> Result<Unit, Error> {
    let unit = code
        .parse::<UnitCode>()
        .ok()
        .and_then(|code| app.unit(code));
    unit.cloned().ok_or_else(|| Error::NotFound {
        what: "unit",
        name: code.chars().take(20).collect(),
    })
}

fn unit_input(app: &AppState, unit: Unit, asked: Option<Date>) -> Result<UnitInput, Error> {
    let scope = DigestScope::Unit(unit.code);
    let published = app.archive.digest_days(&scope)?;
    let day = match asked.or(published.first().copied()) {
        Some(day) => day,
        None => app.day_or_latest(None)?,
    };
    let digest = match app.archive.digest(&scope, day, None)? {
        Some(digest) => {
            let city = app.archive.digest(&DigestScope::City, day, None)?;
            Some(digest_input(app, digest, city)?)
        }
        None => None,
    };
    Ok(UnitInput {
        signals: last_signals(app, unit.code, day)?,
        comparison: app.archive.comparison(unit.code, day)?,
        unit,
        day,
        published,
        digest,
    })
}

fn last_signals(
    app: &AppState,
    unit: UnitCode,
    day: Date,
) -> Result<Vec<SatisfactionSignal>, Error> {
    let from = day.checked_sub(27.days()).unwrap_or(day);
    Ok(app.archive.signal_history(unit, from, day)?)
}
