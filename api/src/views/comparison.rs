//! Where a unit differs from the city and from its kind.

use askama::Template;
use jiff::civil::Date;
use models::domain::{
    ConcernId, Digest, Estimate, Interval, TopicComparison, TopicRatio, Unit, UnitComparison,
    Verdict,
};

use super::Layout;
use crate::disclosure::{Cell, ComparisonSeen};
use crate::i18n::{Lang, fill};
use crate::lines::POPULATION_SOURCE;
use crate::state::AppState;

/// A ratio with its verdict.
pub(crate) struct RatioCell {
    pub(crate) verdict: &'static str,
    pub(crate) class: &'static str,
    /// None where they would give away a count that is not published.
    pub(crate) figures: Option<RatioFigures>,
}

/// A ratio with its interval.
pub(crate) struct RatioFigures {
    pub(crate) ratio: String,
    pub(crate) interval: String,
    /// The interval on a logarithmic scale from a quarter to fourfold, 0 to 1000; 500 is “as the others”.
    pub(crate) from: u32,
    pub(crate) width: u32,
    pub(crate) at: u32,
}

impl RatioFigures {
    fn new(lang: Lang, ratio: f64, interval: Interval) -> Self {
        let place =
            |ratio: f64| ((ratio.max(1e-9).log(4.0).clamp(-1.0, 1.0) + 1.0) * 500.0).round() as u32;
        let from = place(interval.low);
        Self {
            ratio: format!("×{}", lang.decimal(ratio, 2)),
            interval: format!(
                "{}–{}",
                lang.decimal(interval.low, 2),
                lang.decimal(interval.high, 2)
            ),
            from,
            width: place(interval.high).saturating_sub(from).max(8),
            at: place(ratio),
        }
    }
}

pub(crate) struct ComparisonRow {
    pub(crate) topic: String,
    pub(crate) n: String,
    pub(crate) expected: String,
    pub(crate) city: Option<RatioCell>,
    pub(crate) kind: Option<RatioCell>,
    pub(crate) rate: String,
    pub(crate) city_rate: String,
}

/// A concern of the unit that the city's list does not have.
pub(crate) struct OwnConcern {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) note: String,
}

/// What the page is made from.
pub(crate) struct ComparisonInput {
    /// The unit.
    pub unit: Unit,
    /// The last of the 28 days.
    pub day: Date,
    /// The comparison with the counts that may be seen; `None` where none was published.
    pub comparison: Option<(UnitComparison, ComparisonSeen)>,
    /// Its digest of that day, and the city's.
    pub digests: Option<(Digest, Digest)>,
}

/// `/don-vi/{code}/khac-biet`.
#[derive(Template)]
#[template(path = "comparison.html")]
pub(crate) struct ComparisonPage {
    pub(crate) page: Layout,
    pub(crate) name: String,
    pub(crate) back: String,
    pub(crate) kind: &'static str,
    pub(crate) summary: Option<String>,
    pub(crate) facts: Option<String>,
    pub(crate) population: String,
    pub(crate) rows: Vec<ComparisonRow>,
    pub(crate) concerns: Vec<OwnConcern>,
    pub(crate) json: String,
}

impl ComparisonPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &ComparisonInput) -> Self {
        let (t, lang, unit) = (page.t, page.lang, &input.unit);
        let seen = input.comparison.as_ref();
        let comparison = seen.map(|(compared, _)| compared);
        let rows = seen.iter().flat_map(|(compared, seen)| {
            let cells = seen.topics.iter();
            let rows = compared.topics.iter().zip(cells);
            rows.map(|(row, cell)| (row, *cell, seen.is_exact))
        });
        let population = comparison.and_then(|compared| compared.population);
        let digests = input.digests.as_ref();
        Self {
            name: unit.full_name(),
            back: lang.href(&format!("/don-vi/{}?ngay={}", unit.code, input.day)),
            kind: unit.kind.vietnamese(),
            summary: comparison.map(|compared| sentence(app, lang, compared)),
            facts: seen.map(|(compared, seen)| {
                let day = lang.long_day(compared.day);
                let n = counted(lang, compared.n, seen.n, seen.is_exact);
                fill(t.compare_facts, &[&day, &n, &compared.method_version])
            }),
            population: match population {
                Some(people) => fill(
                    t.compare_population,
                    &[&lang.count(people.into()), POPULATION_SOURCE],
                ),
                None => t.compare_no_population.to_owned(),
            },
            rows: rows.map(|of| row(app, lang, of)).collect(),
            concerns: digests.map_or_else(Vec::new, |(own, city)| own_concerns(lang, own, city)),
            json: format!("/api/v1/comparisons?unit={}&day={}", unit.code, input.day),
            page,
        }
    }
}

/// The sure differences by name, the surest first, or that there is none.
pub(crate) fn sentence(app: &AppState, lang: Lang, compared: &UnitComparison) -> String {
    /// Topics named at most.
    const NAMED: usize = 3;
    let t = lang.texts();
    let names = |verdict: Verdict| {
        let sure = compared.topics.iter().filter(|row| {
            let city = row.city.as_ref();
            city.is_some_and(|city| city.verdict() == verdict)
        });
        let names = sure.take(NAMED);
        let names = names.map(|row| app.topic_name(row.topic, lang));
        names.collect::<Vec<_>>().join(", ")
    };
    let (more, less) = (names(Verdict::More), names(Verdict::Less));
    match (more.is_empty(), less.is_empty()) {
        (true, true) => t.compare_none.to_owned(),
        (false, true) => fill(t.compare_more, &[&more]),
        (true, false) => fill(t.compare_less, &[&less]),
        (false, false) => format!(
            "{} {}",
            fill(t.compare_more, &[&more]),
            fill(t.compare_less, &[&less])
        ),
    }
}

/// A weight as it is for officers, the whole number that may be published for everybody else.
fn counted(lang: Lang, weight: f64, cell: Cell, is_exact: bool) -> String {
    match cell.exact() {
        Some(_) if is_exact => lang.decimal(weight, 1),
        Some(n) => lang.count(n.into()),
        None => cell.to_string(),
    }
}

fn row(
    app: &AppState,
    lang: Lang,
    (row, seen, is_exact): (&TopicComparison, Cell, bool),
) -> ComparisonRow {
    let told = seen.exact().is_some();
    let rate = |estimate: Estimate| {
        let [value, low, high] = [
            estimate.value,
            estimate.interval.low,
            estimate.interval.high,
        ]
        .map(|value| lang.decimal(value, 2));
        format!("{value} ({low}–{high})")
    };
    let none = || "–".to_owned();
    ComparisonRow {
        topic: app.topic_name(row.topic, lang).to_owned(),
        n: counted(lang, row.n, seen, is_exact),
        expected: row
            .city
            .filter(|_| told)
            .map_or_else(none, |city| lang.decimal(city.expected, 1)),
        city: row.city.map(|ratio| cell(lang, ratio, told)),
        kind: row.kind.map(|ratio| cell(lang, ratio, told)),
        rate: row.per_10_000.filter(|_| told).map_or_else(none, rate),
        city_rate: row
            .city_per_10_000
            .map_or_else(none, |rate| lang.decimal(rate, 2)),
    }
}

fn cell(lang: Lang, of: TopicRatio, is_told: bool) -> RatioCell {
    let t = lang.texts();
    let interval = of.ratio.interval;
    let (verdict, class) = match of.verdict() {
        Verdict::More => (t.compare_verdict_more, "above"),
        Verdict::Less => (t.compare_verdict_less, "below"),
        Verdict::Unclear => (t.compare_verdict_unclear, "unclear"),
    };
    let figures = is_told.then(|| RatioFigures::new(lang, of.ratio.value, interval));
    RatioCell {
        verdict,
        class,
        figures,
    }
}

fn own_concerns(lang: Lang, own: &Digest, city: &Digest) -> Vec<OwnConcern> {
    let in_city = |id: &ConcernId| city.top.iter().any(|entry| entry.concern == *id);
    let alone = own.top.iter().filter(|entry| !in_city(&entry.concern));
    let concern = alone.map(|entry| {
        let n = lang.count(entry.n_mentions.into());
        let rank = entry.rank.to_string();
        let per = entry
            .receipt
            .as_ref()
            .and_then(|receipt| receipt.per_10_000);
        let per = per.map(|per| {
            let per = lang.decimal(per, 2);
            fill(lang.texts().compare_concern_rate, &[&per])
        });
        let note = fill(lang.texts().compare_concern, &[&rank, &n]);
        OwnConcern {
            title: entry.shown_title().to_owned(),
            href: lang.concern_href(&entry.concern),
            note: per.map_or(note.clone(), |per| format!("{note}; {per}")),
        }
    });
    concern.collect()
}
