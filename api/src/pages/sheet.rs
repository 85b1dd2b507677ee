//! `/ban-tin.pdf`: a digest on paper; and sheets for those who send digests.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use models::domain::{DigestScope, Period, PeriodKind};
use serde::Deserialize;

use super::period::Whose;
use super::today::digest_input;
use crate::Error;
use crate::http::{Params, parse_day, parse_param};
use crate::i18n::Lang;
use crate::sheet::Sheet;
use crate::state::{AppState, Shared};
use crate::views::Viewer;

/// Which period: the one of `ky` that holds `ngay`, the last one published without it.
#[derive(Deserialize)]
pub(super) struct Which {
    ky: Option<String>,
    ngay: Option<String>,
}

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(whose): Params<Whose>,
    Params(which): Params<Which>,
) -> Result<Response, Error> {
    let kind = parse_param(
        "ky",
        which.ky.as_deref(),
        "use day, week, month or reporting_month",
        PeriodKind::from_code,
    )?;
    let kind = kind.unwrap_or(PeriodKind::Day);
    let day = parse_day("ngay", which.ngay.as_deref())?;
    let (scope, name) = whose.scope(&shared)?;
    shared
        .read(move |app| {
            let printer = app.printer.as_ref().ok_or_else(|| Error::NotFound {
                what: "page",
                name: "ban-tin.pdf (built without the feature `pdf`)".to_owned(),
            })?;
            let period = match kind {
                PeriodKind::Day => {
                    let last = || Ok::<_, Error>(app.archive.digest_days(&scope)?.first().copied());
                    let day = day.map_or_else(last, |day| Ok(Some(day)))?;
                    Period::of(kind, day.unwrap_or_else(|| app.today()))
                }
                _ => app.period_or_latest(kind, day)?,
            };
            let sheet = app.sheet_in(viewer.lang, &scope, period, None)?;
            let sheet = sheet.ok_or_else(|| Error::NotFound {
                what: "digest",
                name: format!("{} {name}", period.last()),
            })?;
            let pdf = printer.print(&sheet)?;
            let file = format!(
                "inline; filename=\"ban-tin-{}-{}.pdf\"",
                kind.code().replace('_', "-"),
                period.last()
            );
            let head = [
                (header::CONTENT_TYPE, "application/pdf".to_owned()),
                (header::CONTENT_DISPOSITION, file),
            ];
            Ok((head, pdf).into_response())
        })
        .await
}

/// Where the PDF of a digest is.
pub(crate) fn sheet_path(scope: &DigestScope, period: Period) -> String {
    let whose = match scope {
        DigestScope::City => String::new(),
        DigestScope::Unit(code) => format!("&don-vi={code}"),
        DigestScope::Agency(id) => format!("&co-quan={id}"),
    };
    let (kind, last) = (period.kind().code(), period.last());
    format!("/ban-tin.pdf?ky={kind}&ngay={last}{whose}")
}

impl AppState {
    /// The digest of a period as a sheet in Vietnamese or, for `en`, in English; `None` when there is
    /// none.
    pub fn sheet(
        &self,
        lang: &str,
        scope: &DigestScope,
        period: Period,
        revision: Option<u32>,
    ) -> Result<Option<Sheet>, Error> {
        self.sheet_in(Lang::from_param(Some(lang)), scope, period, revision)
    }

    fn sheet_in(
        &self,
        lang: Lang,
        scope: &DigestScope,
        period: Period,
        revision: Option<u32>,
    ) -> Result<Option<Sheet>, Error> {
        let Some(digest) = self.archive.period_digest(scope, period, revision)? else {
            return Ok(None);
        };
        let city = match scope {
            DigestScope::City => None,
            _ => self
                .archive
                .period_digest(&DigestScope::City, period, None)?,
        };
        let input = digest_input(self, digest, city)?;
        Ok(Some(Sheet::new(
            self,
            lang,
            &input,
            &self.scope_name(scope),
        )))
    }

    pub(crate) fn scope_name(&self, scope: &DigestScope) -> String {
        match scope {
            DigestScope::City => self.city.clone(),
            DigestScope::Unit(code) => self
                .unit(*code)
                .map_or_else(|| code.to_string(), models::domain::Unit::full_name),
            DigestScope::Agency(id) => self
                .known_agency(id.as_str())
                .map_or_else(|_| id.to_string(), |agency| agency.name.clone()),
        }
    }
}
