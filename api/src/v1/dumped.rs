//! The tables of a day as its dump has them: the same rows as those of the API, as everybody sees them.

use std::collections::BTreeSet;

use jiff::civil::Date;
use jiff::{Span, ToSpan};
use models::domain::{About, DeskMarks, Digest, DigestScope, Period, PeriodKind, Topic};

use super::{
    CountsSeen, comparisons, concerns, digests, forecasts, grades, indicators, leagues, shadow,
    signals, silence, sources, table, units,
};
use crate::Error;
use crate::disclosure::{ComparisonSeen, Sight, SilenceSeen};
use crate::lines::{
    ComparisonLine, ConcernLine, DigestLine, ForecastLine, GradeLine, IndicatorLine,
    IndicatorValueLine, LeagueLine, ShadowScoreLine, SignalLine, SilenceLine, SourceView, UnitView,
};
use crate::state::AppState;

/// Days of which concerns are counted, as the API does.
const CONCERN_DAYS: i64 = 7;

/// One table.
pub(crate) struct Dumped {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<&'static str>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Dumped {
    fn new(name: &'static str, columns: &[&'static str], rows: Vec<Vec<String>>) -> Self {
        Self {
            name,
            columns: columns.to_vec(),
            rows,
        }
    }
}

/// All tables of a day. Of longer periods the last that was over by then.
pub(crate) fn dumped(app: &AppState, day: Date) -> Result<Vec<Dumped>, Error> {
    let sight = Sight::public(app);
    let mut digests = app.archive.digests_of_day(day)?;
    digests.sort_by_cached_key(|digest| {
        super::list::scope_key(&crate::lines::digest_unit(&digest.scope))
    });
    Ok(vec![
        units_of(app, day),
        topics(app),
        sources_of(app)?,
        digests_of(app, &digests),
        concerns_of(app, &sight, day, &digests)?,
        signals_of(app, day)?,
        shadow_of(app, day)?,
        indicators_of(app),
        values_of(app, day)?,
        leagues_of(app, day)?,
        comparisons_of(app, &sight, day)?,
        silence_of(app, &sight, day)?,
        forecasts_of(app, &sight, day)?,
        grades_of(app, day)?,
    ])
}

/// The last published period of a kind that was over by a day.
fn last_period(app: &AppState, kind: PeriodKind, day: Date) -> Result<Option<Period>, Error> {
    let known = app.archive.periods(&DigestScope::City, kind)?;
    Ok(known.into_iter().find(|period| period.last() <= day))
}

fn units_of(app: &AppState, day: Date) -> Dumped {
    let mut valid = app.units.iter().filter(|unit| unit.is_valid_on(day));
    let mut rows = Vec::new();
    rows.extend(valid.by_ref().map(|unit| units::row(&UnitView::from(unit))));
    rows.sort();
    Dumped::new("units", &units::COLUMNS, rows)
}

fn topics(app: &AppState) -> Dumped {
    let row = |topic: &Topic| {
        let info = app.taxonomy.info(*topic);
        vec![
            topic.code().to_owned(),
            table::words(&info.name_vi),
            table::words(&info.name_en),
        ]
    };
    let rows = Topic::ALL.iter().map(row).collect();
    Dumped::new("topics", &["code", "name", "name_en"], rows)
}

fn sources_of(app: &AppState) -> Result<Dumped, Error> {
    let health = app.archive.latest_health()?;
    let mut rows = Vec::new();
    for source in &*app.sources {
        let seen = health.iter().find(|seen| seen.source == source.id);
        rows.push(sources::row(&SourceView::new(source, seen)));
    }
    rows.sort();
    Ok(Dumped::new("sources", &sources::COLUMNS, rows))
}

fn digests_of(app: &AppState, digests: &[Digest]) -> Dumped {
    let lines = digests.iter().map(DigestLine::from).collect::<Vec<_>>();
    let rows = digests::rows(app, &lines).collect();
    Dumped::new("digests", &digests::COLUMNS, rows)
}

/// Those that stand in a digest of the day.
fn concerns_of(
    app: &AppState,
    sight: &Sight,
    day: Date,
    digests: &[Digest],
) -> Result<Dumped, Error> {
    let entries = digests
        .iter()
        .flat_map(|digest| digest.top.iter().chain(&digest.rising));
    let published = entries.map(|entry| &entry.concern).collect::<BTreeSet<_>>();
    let from = day.saturating_sub((CONCERN_DAYS - 1).days());
    let marks = DeskMarks::of(&app.archive.concern_corrections(u64::MAX)?);
    let revision = app.archive.latest_correction()?;
    let mut active = app.archive.concerns_active(from, day)?;
    active.sort_by(|a, b| a.id.cmp(&b.id));
    let shown = active.iter().filter(|concern| {
        published.contains(&concern.id)
            && concern.part_of.is_none()
            && marks.hidden(&concern.id).is_none()
    });
    let rule = sight.of(About::City);
    let rows = shown.map(|concern| {
        let title = marks.title(&concern.id).unwrap_or(&concern.title);
        let days = (from, Period::day(day));
        let line = ConcernLine::new(concern, title.to_owned(), revision, days, rule);
        concerns::row(&line)
    });
    Ok(Dumped::new("concerns", &concerns::COLUMNS, rows.collect()))
}

fn signals_of(app: &AppState, day: Date) -> Result<Dumped, Error> {
    let mut signals = app.archive.signals(day)?;
    signals.sort_by_key(|signal| signal.unit);
    let rows = signals
        .iter()
        .map(|signal| signals::row(app, &SignalLine::from(signal)));
    Ok(Dumped::new("signals", &signals::COLUMNS, rows.collect()))
}

/// The reporting month, as it stood at the end of the day.
fn shadow_of(app: &AppState, day: Date) -> Result<Dumped, Error> {
    const DAYS: usize = 400;
    let kind = PeriodKind::ReportingMonth;
    let days = app.archive.shadow_days(kind, DAYS)?;
    let scores = match days.into_iter().find(|known| *known <= day) {
        Some(known) => app.archive.shadow_scores(kind, known)?,
        None => Vec::new(),
    };
    let mut lines = scores.iter().map(ShadowScoreLine::from).collect::<Vec<_>>();
    lines.sort_by_cached_key(|line| super::list::scope_key(&line.unit));
    let rows = lines.iter().map(shadow::row).collect();
    Ok(Dumped::new("shadow", &shadow::COLUMNS, rows))
}

fn indicators_of(app: &AppState) -> Dumped {
    let rows = app.indicators.iter().map(IndicatorLine::from);
    let mut rows = rows
        .map(|line| indicators::defined(&line))
        .collect::<Vec<_>>();
    rows.sort();
    Dumped::new("indicators", &indicators::DEFINED, rows)
}

/// Of each indicator the values last known by then.
fn values_of(app: &AppState, day: Date) -> Result<Dumped, Error> {
    const DAYS: usize = 400;
    let mut rows = Vec::new();
    for indicator in &*app.indicators {
        let days = app
            .archive
            .indicator_days(&indicator.id, indicator.period, DAYS)?;
        let Some(known) = days.into_iter().find(|known| *known <= day) else {
            continue;
        };
        let mut values = app
            .archive
            .indicator_values(&indicator.id, indicator.period, known)?;
        values.sort_by_key(|value| super::list::scope_key(&value.whose.code()));
        let lines = values
            .iter()
            .map(|value| IndicatorValueLine::new(indicator, value));
        rows.extend(lines.map(|line| indicators::row(&line)));
    }
    Ok(Dumped::new("indicator_values", &indicators::COLUMNS, rows))
}

fn leagues_of(app: &AppState, day: Date) -> Result<Dumped, Error> {
    let leagues = match last_period(app, PeriodKind::Month, day)? {
        Some(month) => app.archive.leagues(month)?,
        None => Vec::new(),
    };
    let mut rows = Vec::new();
    for league in &leagues {
        let line = LeagueLine::from(league);
        rows.extend(
            line.rows
                .iter()
                .map(|entry| leagues::row(app, &line, entry)),
        );
    }
    Ok(Dumped::new("leagues", &leagues::COLUMNS, rows))
}

fn comparisons_of(app: &AppState, sight: &Sight, day: Date) -> Result<Dumped, Error> {
    let mut codes = app
        .units_on(day)
        .iter()
        .map(|unit| unit.code)
        .collect::<Vec<_>>();
    codes.sort_unstable();
    let mut rows = Vec::new();
    for code in codes {
        let Some(compared) = app.archive.comparison(code, day)? else {
            continue;
        };
        let seen = ComparisonSeen::new(&compared, sight.of(About::Unit(code)));
        let line = ComparisonLine::new(&compared, &seen);
        rows.extend(
            line.topics
                .iter()
                .map(|topic| comparisons::row(app, &line, topic)),
        );
    }
    Ok(Dumped::new("comparisons", &comparisons::COLUMNS, rows))
}

fn silence_of(app: &AppState, sight: &Sight, day: Date) -> Result<Dumped, Error> {
    let map = match last_period(app, PeriodKind::Month, day)? {
        Some(month) => app.archive.silence_map(month)?,
        None => None,
    };
    let mut rows = Vec::new();
    if let Some(map) = map {
        let seen = SilenceSeen::of_map(&map.cells, |unit| sight.of(About::Unit(unit)));
        let line = SilenceLine::new(&map, |cell| {
            let known = seen.get(&(cell.unit, cell.topic));
            known.copied().unwrap_or_else(SilenceSeen::nothing)
        });
        rows.extend(line.cells.iter().map(|cell| silence::row(app, &line, cell)));
    }
    Ok(Dumped::new("silence", &silence::COLUMNS, rows))
}

/// Made on the day, as it could be shown on the next.
fn forecasts_of(app: &AppState, sight: &Sight, day: Date) -> Result<Dumped, Error> {
    let made = app.archive.forecasts_on(day)?;
    let made = made.into_iter().map(|(published, _)| published);
    let mut made = made.collect::<Vec<_>>();
    made.sort_by_key(|published| (published.forecast.scope, published.forecast.topic));
    let mut rows = Vec::new();
    for of_scope in made.chunk_by(|a, b| a.forecast.scope == b.forecast.scope) {
        let scope = of_scope[0].forecast.scope;
        let counts = CountsSeen::read(app, sight, scope, of_scope)?;
        for published in of_scope {
            let next = day.saturating_add(Span::new().days(1));
            let line = ForecastLine::new(published, None, next);
            let line = line.seen(published, counts.of(published.forecast.topic));
            let days = line.days.iter().flatten();
            rows.extend(days.map(|day| forecasts::row(&line, day)));
        }
    }
    Ok(Dumped::new("forecasts", &forecasts::COLUMNS, rows))
}

/// What became known on the day of digests before it.
fn grades_of(app: &AppState, day: Date) -> Result<Dumped, Error> {
    const DAYS: i64 = 28;
    let from = day.saturating_sub(DAYS.days());
    let grades = app.archive.grades(&DigestScope::City, from, day)?;
    let rows = grades
        .iter()
        .map(|grade| grades::row(&GradeLine::from(grade)));
    Ok(Dumped::new("grades", &grades::COLUMNS, rows.collect()))
}
