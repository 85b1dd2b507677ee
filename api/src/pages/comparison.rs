//! `/don-vi/{code}/khac-biet`: where a unit differs from the city.

use axum::extract::{Path, State};
use axum::response::Response;
use models::domain::{About, DigestScope};

use super::unit::known_unit;
use super::{DayParam, html};
use crate::Error;
use crate::access::Principal;
use crate::disclosure::{ComparisonSeen, Sight};
use crate::http::{Params, parse_day};
use crate::state::Shared;
use crate::views::{ComparisonInput, ComparisonPage, Layout, Nav, Viewer};

pub(super) async fn show(
    State(shared): State<Shared>,
    Path(code): Path<String>,
    viewer: Viewer,
    caller: Principal,
    Params(DayParam { ngay }): Params<DayParam>,
) -> Result<Response, Error> {
    let asked = parse_day("ngay", ngay.as_deref())?;
    let unit = known_unit(&shared, &code)?;
    let rule = Sight::new(&shared, &caller).of(About::Unit(unit.code));
    shared
        .read(move |app| {
            let scope = DigestScope::Unit(unit.code);
            let day = app.day_or_latest(asked)?;
            let own = app.archive.digest(&scope, day, None)?;
            let city = app.archive.digest(&DigestScope::City, day, None)?;
            let comparison = app.archive.comparison(unit.code, day)?;
            let seen = comparison.as_ref();
            let seen = seen.map(|compared| ComparisonSeen::new(compared, rule));
            let input = ComparisonInput {
                comparison: comparison.zip(seen),
                digests: own.zip(city),
                day,
                unit,
            };
            let title = format!(
                "{}: {}",
                viewer.lang.texts().compare_title,
                input.unit.full_name()
            );
            let layout = Layout::new(&viewer, &app.city, Nav::Units, title);
            html(&ComparisonPage::new(app, layout, &input))
        })
        .await
}
