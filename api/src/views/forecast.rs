//! The coming days of each topic, and how past forecasts did.

use askama::Template;
use jiff::civil::Date;
use models::domain::{
    ForecastDay, ForecastGrade, ForecastOutcome, ForecastScope, PublishedForecast, Topic, UnitKind,
};

use super::Layout;
use crate::disclosure::{Cell, TopicCounts};
use crate::i18n::{Lang, fill};
use crate::lines::forecast_unit;
use crate::state::AppState;
use crate::svg::{Fan, FanDay, fan};
use crate::v1::CountsSeen;

/// Whose forecast a link leads to.
pub(crate) struct ScopeTab {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) current: bool,
}

pub(crate) struct ForecastRow {
    pub(crate) day: String,
    pub(crate) median: String,
    pub(crate) likely: String,
    pub(crate) interval: String,
    pub(crate) last_week: String,
    pub(crate) came: String,
    pub(crate) factors: String,
}

/// The days of one forecast, drawn and as a table.
pub(crate) struct FanView {
    pub(crate) fan: Fan,
    /// What the table is called, unlike any other on the page.
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) caption: String,
    pub(crate) rows: Vec<ForecastRow>,
    /// Whether what came is known of any day.
    pub(crate) has_come: bool,
}

/// One topic that may be shown.
pub(crate) struct ForecastCard {
    pub(crate) anchor: &'static str,
    pub(crate) topic: String,
    pub(crate) href: String,
    pub(crate) sentence: String,
    pub(crate) factors: Option<String>,
    pub(crate) standing: String,
    pub(crate) view: FanView,
}

/// One topic that may not.
pub(crate) struct HiddenTopic {
    pub(crate) topic: String,
    pub(crate) href: String,
    pub(crate) reason: String,
}

/// What the page is made from.
pub(crate) struct ForecastsInput {
    /// Whose forecasts.
    pub scope: ForecastScope,
    /// The day they were made on; `None` before the first.
    pub made_on: Option<Date>,
    /// Those of the scope, by topic.
    pub forecasts: Vec<PublishedForecast>,
    /// Mentions of the 28 days up to then by topic, oldest first; `None` for days not counted.
    pub known: Vec<Option<[u32; Topic::ALL.len()]>>,
    /// All scopes with a forecast of that day.
    pub scopes: Vec<ForecastScope>,
    /// Which counts may be seen.
    pub seen: CountsSeen,
}

/// `/du-bao`.
#[derive(Template)]
#[template(path = "forecasts.html")]
pub(crate) struct ForecastsPage {
    pub(crate) page: Layout,
    pub(crate) name: String,
    pub(crate) made: Option<String>,
    pub(crate) tabs: Vec<ScopeTab>,
    pub(crate) cards: Vec<ForecastCard>,
    pub(crate) hidden: Vec<HiddenTopic>,
    pub(crate) json: String,
}

impl ForecastsPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &ForecastsInput) -> Self {
        let lang = page.lang;
        let (mut shown, hidden) = input
            .forecasts
            .iter()
            .partition::<Vec<_>, _>(|published| published.is_shown());
        // The topic with most to come first.
        let expected = |published: &&PublishedForecast| -> f64 {
            published.forecast.days.iter().map(|day| day.mean).sum()
        };
        shown.sort_by(|a, b| expected(b).total_cmp(&expected(a)));
        let cards = shown.into_iter().map(|published| {
            let topic = published.forecast.topic;
            let known = input.known.iter().map(|day| Some((*day)?[topic.index()]));
            let known = known.collect::<Vec<_>>();
            card(app, lang, published, &known, input.seen.of(topic))
        });
        let hidden = hidden.into_iter().map(|published| HiddenTopic {
            topic: app.topic_name(published.forecast.topic, lang).to_owned(),
            href: topic_href(lang, input.scope, published.forecast.topic),
            reason: why_hidden(lang, published.standing.as_ref()),
        });
        Self {
            name: scope_name(app, lang, input.scope),
            made: input.made_on.map(|day| {
                let version = input.forecasts.first();
                let version = version.map_or("", |made| made.forecast.method_version.as_str());
                fill(lang.texts().forecast_made, &[&lang.long_day(day), version])
            }),
            tabs: tabs(app, lang, input),
            cards: cards.collect(),
            hidden: hidden.collect(),
            json: format!("/api/v1/forecasts?unit={}", forecast_unit(input.scope)),
            page,
        }
    }
}

/// The city, the kinds, and the unit looked at; other units are found from their own pages.
fn tabs(app: &AppState, lang: Lang, input: &ForecastsInput) -> Vec<ScopeTab> {
    let is_wanted = |scope: &&ForecastScope| match scope {
        ForecastScope::City | ForecastScope::Kind(_) => true,
        ForecastScope::Unit(_) => **scope == input.scope,
    };
    let tab = |scope: &ForecastScope| ScopeTab {
        label: scope_name(app, lang, *scope),
        href: lang.href(&format!("/du-bao{}", scope_query(*scope))),
        current: *scope == input.scope,
    };
    input.scopes.iter().filter(is_wanted).map(tab).collect()
}

/// The name of whom a forecast is for.
pub(crate) fn scope_name(app: &AppState, lang: Lang, scope: ForecastScope) -> String {
    let t = lang.texts();
    match scope {
        ForecastScope::City => t.scope_city.to_owned(),
        ForecastScope::Kind(UnitKind::Ward) => t.forecast_wards.to_owned(),
        ForecastScope::Kind(UnitKind::Commune) => t.forecast_communes.to_owned(),
        ForecastScope::Kind(UnitKind::SpecialZone) => t.forecast_zones.to_owned(),
        ForecastScope::Unit(code) => app.unit_name(code),
    }
}

fn scope_query(scope: ForecastScope) -> String {
    match scope {
        ForecastScope::City => String::new(),
        scope => format!("?cho={}", forecast_unit(scope)),
    }
}

fn topic_href(lang: Lang, scope: ForecastScope, topic: Topic) -> String {
    lang.href(&format!("/du-bao/{}{}", topic.code(), scope_query(scope)))
}

fn card(
    app: &AppState,
    lang: Lang,
    published: &PublishedForecast,
    known: &[Option<u32>],
    seen: &TopicCounts,
) -> ForecastCard {
    let forecast = &published.forecast;
    let standing = published.standing.as_ref();
    ForecastCard {
        anchor: forecast.topic.code(),
        topic: app.topic_name(forecast.topic, lang).to_owned(),
        href: topic_href(lang, forecast.scope, forecast.topic),
        sentence: sentence(lang, &forecast.days),
        factors: strongest(lang, &forecast.days),
        standing: standing.map_or_else(String::new, |grade| standing_sentence(lang, grade)),
        view: FanView::new(
            lang,
            app.topic_name(forecast.topic, lang),
            published,
            None,
            (known, seen),
        ),
    }
}

/// The fullest and the emptiest day.
fn sentence(lang: Lang, days: &[ForecastDay]) -> String {
    let by_mean = |a: &&ForecastDay, b: &&ForecastDay| a.mean.total_cmp(&b.mean);
    let (Some(most), Some(least)) = (days.iter().max_by(by_mean), days.iter().min_by(by_mean))
    else {
        return String::new();
    };
    let said = |day: &ForecastDay| {
        [
            lang.short_day(day.day),
            lang.decimal(day.interval.low, 0),
            lang.decimal(day.interval.high, 0),
        ]
    };
    let (most, least) = (said(most), said(least));
    fill(
        lang.texts().forecast_sentence,
        &[
            &most[0], &most[1], &most[2], &least[0], &least[1], &least[2],
        ],
    )
}

/// The factor that moves any of the days most, weekdays left out.
fn strongest(lang: Lang, days: &[ForecastDay]) -> Option<String> {
    let factors = days.iter().flat_map(|day| {
        let dated = day.factors.iter();
        dated.map(move |(factor, by)| (*factor, *by, day.day))
    });
    let moving = factors.filter(|(factor, ..)| *factor != models::domain::SeasonFactor::Weekday);
    let (factor, by, day) = moving.max_by(|a, b| a.1.ln().abs().total_cmp(&b.1.ln().abs()))?;
    let t = lang.texts();
    Some(fill(
        t.forecast_factor,
        &[
            t.season_factor(factor),
            &lang.short_day(day),
            &lang.decimal(by, 2),
        ],
    ))
}

/// How those before did.
pub(crate) fn standing_sentence(lang: Lang, grade: &ForecastGrade) -> String {
    let percent = |share: f64| lang.decimal(share * 100.0, 0);
    fill(
        lang.texts().forecast_standing,
        &[
            &lang.count(grade.n_forecasts as u64),
            &lang.count(grade.n_weeks as u64),
            &lang.decimal(grade.mae, 1),
            &lang.decimal(grade.mae_last_week, 1),
            &percent(grade.skill),
            &percent(grade.skill_interval.low),
            &percent(grade.skill_interval.high),
            &lang.share(grade.likely_coverage),
            &lang.share(grade.coverage),
        ],
    )
}

fn why_hidden(lang: Lang, standing: Option<&ForecastGrade>) -> String {
    let t = lang.texts();
    let Some(grade) = standing else {
        return t.forecast_ungraded.to_owned();
    };
    if grade.skill_interval.low > 0.0 {
        return fill(t.forecast_few_weeks, &[&lang.count(grade.n_weeks as u64)]);
    }
    let percent = |share: f64| lang.decimal(share * 100.0, 0);
    fill(
        t.forecast_no_better,
        &[
            &percent(grade.skill),
            &percent(grade.skill_interval.low),
            &percent(grade.skill_interval.high),
            &lang.count(grade.n_weeks as u64),
        ],
    )
}

impl FanView {
    /// `known` are the days before, oldest first; `outcome` what came, once the days are over. Counts that
    /// may not be seen are not drawn.
    pub(crate) fn new(
        lang: Lang,
        of: &str,
        published: &PublishedForecast,
        outcome: Option<&ForecastOutcome>,
        (known, seen): (&[Option<u32>], &TopicCounts),
    ) -> Self {
        let t = lang.texts();
        let days = &published.forecast.days;
        let came = |at: usize| outcome.and_then(|outcome| outcome.came.get(at).copied().flatten());
        let drawn = days.iter().enumerate().map(|(at, day)| FanDay {
            interval: day.interval,
            likely: day.likely,
            median: day.median,
            came: came(at).and_then(|n| seen.shown(day.day, n).exact()),
        });
        let made_on = published.forecast.made_on;
        let back = i64::try_from(known.len()).unwrap_or(0).max(1) - 1;
        let first = made_on.saturating_sub(jiff::Span::new().days(back));
        let open = known.iter().zip(first.series(jiff::Span::new().days(1)));
        let open = open.map(|(n, day)| n.and_then(|n| seen.shown(day, n).exact()));
        let fan = fan(&open.collect::<Vec<_>>(), &drawn.collect::<Vec<_>>());
        let ends = [lang.short_day(first), lang.short_day(published.last_day())];
        let max = lang.count(fan.max.into());
        let rows = days.iter().enumerate();
        Self {
            name: format!("{of}: {}", t.as_table),
            label: fill(t.forecast_label, &[&ends[0], &ends[1], &max]),
            caption: fill(t.forecast_caption, &[&max]),
            has_come: (0..days.len()).any(|at| came(at).is_some()),
            rows: rows
                .map(|(at, day)| row(lang, day, came(at), seen))
                .collect(),
            first: ends[0].clone(),
            last: ends[1].clone(),
            fan,
        }
    }
}

fn row(lang: Lang, day: &ForecastDay, came: Option<u32>, seen: &TopicCounts) -> ForecastRow {
    let t = lang.texts();
    let counted = |of: Date, n: Option<u32>| match n.map(|n| seen.shown(of, n)) {
        Some(Cell::Exact(n)) => lang.count(n.into()),
        Some(hidden) => hidden.to_string(),
        None => "–".to_owned(),
    };
    let before = day.day.saturating_sub(jiff::Span::new().days(7));
    let whole = |count: f64| lang.decimal(count, 0);
    let range = |interval: models::domain::Interval| {
        format!("{}–{}", whole(interval.low), whole(interval.high))
    };
    let factors = day
        .factors
        .iter()
        .map(|(factor, by)| format!("{} ×{}", t.season_factor(*factor), lang.decimal(*by, 2)));
    ForecastRow {
        day: lang.long_day(day.day),
        median: whole(day.median),
        likely: range(day.likely),
        interval: range(day.interval),
        last_week: counted(before, day.last_week.map(|n| n as u32)),
        came: counted(day.day, came),
        factors: factors.collect::<Vec<_>>().join("; "),
    }
}

/// One past forecast in the table.
pub(crate) struct PastRow {
    pub(crate) made_on: String,
    pub(crate) likely: String,
    pub(crate) within: String,
    pub(crate) error: String,
    pub(crate) last_week: String,
    pub(crate) note: &'static str,
}

/// What the page of a topic is made from.
pub(crate) struct ForecastTopicInput {
    /// Whose forecasts.
    pub scope: ForecastScope,
    /// Of which topic.
    pub topic: Topic,
    /// The newest forecast; `None` when there is none of this topic on the newest day.
    pub latest: Option<PublishedForecast>,
    /// Past forecasts with what came, the newest first.
    pub past: Vec<(PublishedForecast, ForecastOutcome)>,
    /// Mentions of the 28 days up to the newest forecast, and up to the newest one graded.
    pub known: [Vec<Option<u32>>; 2],
    /// Which counts may be seen.
    pub seen: CountsSeen,
}

/// `/du-bao/{topic}`.
#[derive(Template)]
#[template(path = "forecast_topic.html")]
pub(crate) struct ForecastTopicPage {
    pub(crate) page: Layout,
    pub(crate) name: String,
    pub(crate) topic: String,
    pub(crate) card: Option<ForecastCard>,
    pub(crate) hidden: Option<String>,
    pub(crate) last_graded: Option<(String, FanView)>,
    pub(crate) rows: Vec<PastRow>,
    pub(crate) all: String,
    pub(crate) json: String,
}

impl ForecastTopicPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &ForecastTopicInput) -> Self {
        let (t, lang) = (page.t, page.lang);
        let latest = input.latest.as_ref();
        let seen = input.seen.of(input.topic);
        let shown = latest.filter(|latest| latest.is_shown());
        let hidden = match (latest, shown) {
            (Some(latest), None) => Some(why_hidden(lang, latest.standing.as_ref())),
            (None, _) => Some(t.forecast_too_little.to_owned()),
            (Some(_), Some(_)) => None,
        };
        let last_graded = input.past.first().map(|(published, outcome)| {
            let made_on = lang.long_day(published.forecast.made_on);
            let title = fill(t.forecast_last_graded, &[&made_on]);
            let known = &input.known[1];
            let known = (known.as_slice(), seen);
            let view = FanView::new(lang, &title, published, Some(outcome), known);
            (title, view)
        });
        let (unit, code) = (forecast_unit(input.scope), input.topic.code());
        let from = input.past.last();
        let from = from.map_or_else(String::new, |(oldest, _)| {
            format!("&from={}", oldest.forecast.made_on)
        });
        Self {
            name: scope_name(app, lang, input.scope),
            topic: app.topic_name(input.topic, lang).to_owned(),
            card: shown.map(|shown| card(app, lang, shown, &input.known[0], seen)),
            hidden,
            last_graded,
            rows: input
                .past
                .iter()
                .map(|(published, outcome)| past_row(lang, published, outcome, seen))
                .collect(),
            all: lang.href(&format!("/du-bao{}", scope_query(input.scope))),
            json: format!("/api/v1/forecasts?unit={unit}&topic={code}{from}"),
            page,
        }
    }
}

fn past_row(
    lang: Lang,
    published: &PublishedForecast,
    outcome: &ForecastOutcome,
    seen: &TopicCounts,
) -> PastRow {
    let t = lang.texts();
    let of = |n: u32| format!("{n}/{}", outcome.n_days);
    // With the counts of the other days, errors would give the one that is hidden.
    let days = published.forecast.days.iter().enumerate();
    let is_whole = days.clone().all(|(at, day)| {
        let is_seen = |of, n: Option<u32>| n.is_none_or(|n| seen.shown(of, n).exact().is_some());
        let before = day.day.saturating_sub(jiff::Span::new().days(7));
        is_seen(day.day, outcome.came.get(at).copied().flatten())
            && is_seen(before, day.last_week.map(|n| n as u32))
    });
    let mean = |sum: f64| match outcome.n_days {
        _ if !is_whole => "–".to_owned(),
        0 => "–".to_owned(),
        n => lang.decimal(sum / f64::from(n), 1),
    };
    PastRow {
        made_on: lang.long_day(published.forecast.made_on),
        likely: of(outcome.n_likely),
        within: of(outcome.n_within),
        error: mean(outcome.error),
        last_week: mean(outcome.error_last_week),
        note: match (published.is_shown(), published.is_retrospective()) {
            (_, true) => t.forecast_was_retrospective,
            (true, false) => t.forecast_was_shown,
            (false, false) => t.forecast_was_hidden,
        },
    }
}
