//! Parameters of addresses, with errors that name the parameter and the fix.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use jiff::civil::Date;
use models::domain::{PeriodKind, UnitCode};
use serde::de::DeserializeOwned;

use crate::Error;

/// The query part, read into a struct; a failure becomes our own error.
pub(crate) struct Params<T>(pub T);

impl<T, S> FromRequestParts<S> for Params<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Error> {
        Query::<T>::from_request_parts(parts, state)
            .await
            .map(|Query(params)| Self(params))
            .map_err(|rejection| Error::BadQuery(rejection.body_text()))
    }
}

/// A value from its text; absent and empty are `None`.
pub(crate) fn parse_param<T>(
    name: &'static str,
    text: Option<&str>,
    expected: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>, Error> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    read(text).map(Some).ok_or_else(|| Error::BadParameter {
        name,
        found: shorten(text),
        expected,
    })
}

/// A day, `2026-11-12`.
pub(crate) fn parse_day(name: &'static str, text: Option<&str>) -> Result<Option<Date>, Error> {
    parse_param(name, text, "write a day as 2026-11-12", |text| {
        // jiff also takes a date with a time behind it; an address names the day alone.
        (text.len() == 10).then(|| text.parse().ok()).flatten()
    })
}

/// A kind of period.
pub(crate) fn parse_period(text: Option<&str>) -> Result<Option<PeriodKind>, Error> {
    const EXPECTED: &str = "use day, week, month or reporting_month";
    parse_param("period", text, EXPECTED, PeriodKind::from_code)
}

/// A unit's code.
pub(crate) fn parse_unit(
    name: &'static str,
    text: Option<&str>,
) -> Result<Option<UnitCode>, Error> {
    parse_param(name, text, "write the five digits of a unit", |text| {
        text.parse().ok()
    })
}

/// Values separated by commas, at most 50.
pub(crate) fn parse_list<T>(
    name: &'static str,
    text: Option<&str>,
    expected: &'static str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Error> {
    text.unwrap_or_default()
        .split(',')
        .filter(|one| !one.trim().is_empty())
        .take(50)
        .map(|one| {
            read(one.trim()).ok_or_else(|| Error::BadParameter {
                name,
                found: shorten(one),
                expected,
            })
        })
        .collect()
}

/// What is given back to a client is never longer than it needs to be.
fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}
