//! Forecasts of the coming days, and past ones with what came.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{About, ForecastScope, PublishedForecast, Topic};
use serde::Deserialize;
use utoipa::IntoParams;

use super::list::{Listed, Paged, answer};
use super::schemas::TopicCode;
use super::{parse_format, table};
use crate::Error;
use crate::access::Principal;
use crate::disclosure::{Sight, TopicCounts};
use crate::http::{Params, Problem, parse_day, parse_param};
use crate::lines::{CountLine, ForecastDayLine, ForecastLine, forecast_scope};
use crate::state::{AppState, Shared};

/// Days back at most.
const DAYS_MAX: i64 = 400;

/// The week before the first day of a forecast, whose days stand beside its own.
const DAYS_BEFORE: i64 = 7;

/// Which forecasts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// `city` (when left out), `kind:ward`, `kind:commune`, `kind:special_zone`, or the five digits of a
    /// unit.
    #[param(
        example = "city",
        pattern = "^(city|kind:(ward|commune|special_zone)|[0-9]{5})$"
    )]
    unit: Option<String>,
    /// Code of a topic; all when left out.
    #[param(example = "drainage", value_type = Option<TopicCode>, inline)]
    topic: Option<String>,
    /// First day on which they were made; needs `topic`. Only those of `to` when left out.
    #[param(format = Date, example = "2026-11-01")]
    from: Option<String>,
    /// Last day on which they were made; the newest when left out.
    #[param(format = Date, example = "2026-11-12")]
    to: Option<String>,
    /// `json` or `csv`.
    #[param(pattern = "^(json|csv)$")]
    format: Option<String>,
}

/// Forecasts by topic and day, oldest first, at most 400 days. The days of one are null until they are
/// over, unless those before it had beaten “same as last week”.
#[utoipa::path(
    get,
    path = "/api/v1/forecasts",
    tag = "digests",
    params(Wanted, Paged),
    responses(
        (status = 200, description = "A page of the list", content(
            (Vec<ForecastLine> = "application/json"),
            (String = "text/csv"),
        )),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Params(wanted): Params<Wanted>,
    Params(paged): Params<Paged>,
    caller: Principal,
    uri: Uri,
) -> Result<Response, Error> {
    let format = parse_format(wanted.format.as_deref())?;
    let turn = paged.read()?.growing(format);
    let scope = parse_forecast_scope(&shared, "unit", wanted.unit.as_deref())?;
    let topic = parse_topic("topic", wanted.topic.as_deref())?;
    let from = parse_day("from", wanted.from.as_deref())?;
    let to = turn.day(parse_day("to", wanted.to.as_deref())?)?;
    let sight = Sight::new(&shared, &caller);
    let lines = shared
        .read(move |app| {
            let Some(to) = newest_by(app, to)? else {
                return Ok(Listed::new(Vec::new(), None));
            };
            let oldest = to.saturating_sub(DAYS_MAX.days());
            let from = from.map_or(to, |from| from.max(oldest));
            let found = match topic {
                Some(topic) => app.archive.forecasts_of(scope, topic, from, to)?,
                None => forecasts_on(app, scope, to)?,
            };
            let outcomes = app.archive.outcomes(Some(scope), from, to)?;
            let outcomes = outcomes
                .iter()
                .map(|outcome| ((outcome.topic, outcome.made_on), outcome));
            let outcomes = outcomes.collect::<BTreeMap<_, _>>();
            let key = |published: &PublishedForecast| {
                let forecast = &published.forecast;
                format!("{} {}", forecast.made_on, forecast.topic.code())
            };
            let listed = turn.cut(found, Some(to), key);
            let counts = CountsSeen::read(app, &sight, scope, &listed.items)?;
            Ok(listed.map(|published| {
                let of = (published.forecast.topic, published.forecast.made_on);
                let line = ForecastLine::new(&published, outcomes.get(&of).copied(), app.today());
                line.seen(&published, counts.of(published.forecast.topic))
            }))
        })
        .await?;
    answer(format, &uri, &lines, |lines| {
        let days = lines.iter().flat_map(|line| {
            let days = line.days.iter().flatten();
            days.map(move |day| row(line, day))
        });
        table::respond("forecasts", &COLUMNS, days)
    })
}

pub(super) const COLUMNS: [&str; 17] = [
    "unit",
    "topic",
    "made_on",
    "as_of",
    "day",
    "mean",
    "median",
    "low_50",
    "high_50",
    "low_90",
    "high_90",
    "last_week",
    "came",
    "is_shown",
    "is_retrospective",
    "method_version",
    "revision",
];

pub(super) fn row(line: &ForecastLine, day: &ForecastDayLine) -> Vec<String> {
    vec![
        line.unit.clone(),
        line.topic.clone(),
        line.made_on.clone(),
        line.as_of.clone(),
        day.day.clone(),
        day.mean.to_string(),
        day.median.to_string(),
        day.interval_50[0].to_string(),
        day.interval_50[1].to_string(),
        day.interval_90[0].to_string(),
        day.interval_90[1].to_string(),
        shown(day.last_week.as_ref()),
        shown(day.came.as_ref()),
        line.is_shown.to_string(),
        line.is_retrospective.to_string(),
        table::words(&line.method_version),
        line.revision.to_string(),
    ]
}

fn shown(count: Option<&CountLine>) -> String {
    count.map_or_else(String::new, CountLine::to_string)
}

/// Which counts of a scope may be seen, topic by topic.
pub(crate) struct CountsSeen {
    topics: BTreeMap<Topic, TopicCounts>,
    none: TopicCounts,
}

impl CountsSeen {
    /// For the days of these forecasts and the weeks before them.
    pub(crate) fn read(
        app: &AppState,
        sight: &Sight,
        scope: ForecastScope,
        made: &[PublishedForecast],
    ) -> Result<Self, Error> {
        let days = made.iter().map(|published| published.forecast.made_on);
        let first = days.clone().min().unwrap_or_else(|| app.today());
        let last = made.iter().map(PublishedForecast::last_day).max();
        let topics = made.iter().map(|published| published.forecast.topic);
        Self::between(
            app,
            sight,
            scope,
            topics.collect(),
            (
                first.saturating_sub(DAYS_BEFORE.days()),
                last.unwrap_or(first),
            ),
        )
    }

    /// For these topics on these days.
    pub(crate) fn between(
        app: &AppState,
        sight: &Sight,
        scope: ForecastScope,
        topics: BTreeSet<Topic>,
        (first, last): (Date, Date),
    ) -> Result<Self, Error> {
        let rule = match scope {
            ForecastScope::Unit(code) => sight.of(About::Unit(code)),
            ForecastScope::City | ForecastScope::Kind(_) => sight.of(About::City),
        };
        let tallies = app.archive.tallies(first, last, u64::MAX)?;
        let of = |topic| TopicCounts::new(rule, scope, topic, &tallies, &app.units);
        Ok(Self {
            topics: topics.into_iter().map(|topic| (topic, of(topic))).collect(),
            none: TopicCounts::new(rule, scope, Topic::ALL[0], &[], &[]),
        })
    }

    /// Those of a topic.
    pub(crate) fn of(&self, topic: Topic) -> &TopicCounts {
        self.topics.get(&topic).unwrap_or(&self.none)
    }
}

/// The day asked for, or the newest with forecasts.
fn newest_by(app: &AppState, asked: Option<Date>) -> Result<Option<Date>, Error> {
    match asked {
        Some(day) => Ok(Some(day)),
        None => Ok(app.archive.forecast_days()?.first().copied()),
    }
}

/// Forecasts of one scope made on a day, by topic.
pub(crate) fn forecasts_on(
    app: &AppState,
    scope: ForecastScope,
    day: Date,
) -> Result<Vec<PublishedForecast>, Error> {
    let made = app.archive.forecasts_on(day)?.into_iter();
    let made = made.map(|(published, _)| published);
    let of_scope = made.filter(|published| published.forecast.scope == scope);
    Ok(of_scope.collect())
}

/// Whose forecast; the city's when nobody is named.
pub(crate) fn parse_forecast_scope(
    app: &AppState,
    name: &'static str,
    text: Option<&str>,
) -> Result<ForecastScope, Error> {
    const EXPECTED: &str = "use city, kind:ward, kind:commune, kind:special_zone or five digits";
    let scope = parse_param(name, text, EXPECTED, forecast_scope)?;
    match scope {
        Some(ForecastScope::Unit(code)) if app.unit(code).is_none() => Err(Error::NotFound {
            what: "unit",
            name: code.to_string(),
        }),
        scope => Ok(scope.unwrap_or(ForecastScope::City)),
    }
}

/// A topic by its code.
fn parse_topic(name: &'static str, text: Option<&str>) -> Result<Option<Topic>, Error> {
    parse_param(name, text, "use the code of a topic", Topic::from_code)
}
