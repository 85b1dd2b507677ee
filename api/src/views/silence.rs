//! The silence map: a tile a unit, by how readily people report there.

use std::collections::BTreeMap;

use askama::Template;
use models::domain::{Period, ReportingVerdict, SilenceCell, SilenceMap, Topic, Unit, UnitCode};

use super::Layout;
use super::map::{Label, Tile, labels};
use super::period::PeriodLink;
use crate::disclosure::{Grain, SilenceSeen};
use crate::i18n::{Lang, fill};
use crate::state::AppState;
use crate::svg::{TILE, borders};

/// What the page is made from.
pub(crate) struct SilenceInput {
    /// Which month.
    pub period: Period,
    /// About what; every topic when none is named.
    pub topic: Option<Topic>,
    /// Months with a digest, newest first.
    pub published: Vec<Period>,
    /// The map.
    pub map: Option<SilenceMap>,
    /// Its counts as they may be seen.
    pub seen: BTreeMap<(UnitCode, Option<Topic>), SilenceSeen>,
}

pub(crate) struct VerdictRow {
    pub(crate) class: &'static str,
    pub(crate) name: &'static str,
    pub(crate) meaning: &'static str,
    pub(crate) n: usize,
}

pub(crate) struct SilenceRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) verdict: &'static str,
    pub(crate) ratio: String,
    pub(crate) interval: String,
    pub(crate) delay: String,
    pub(crate) n: String,
}

pub(crate) struct TopicChoice {
    pub(crate) code: &'static str,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

/// `/im-lang`.
#[derive(Template)]
#[template(path = "silence.html")]
pub(crate) struct SilencePage {
    pub(crate) page: Layout,
    pub(crate) span: String,
    pub(crate) day: String,
    pub(crate) before: Option<PeriodLink>,
    pub(crate) after: Option<PeriodLink>,
    pub(crate) topics: Vec<TopicChoice>,
    pub(crate) nothing: bool,
    pub(crate) width: i32,
    pub(crate) height: i32,
    pub(crate) tiles: Vec<Tile>,
    pub(crate) borders: String,
    pub(crate) labels: Vec<Label>,
    pub(crate) legend: [VerdictRow; 4],
    pub(crate) rows: Vec<SilenceRow>,
    pub(crate) method: String,
    pub(crate) csv: String,
}

impl SilencePage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &SilenceInput) -> Self {
        let (lang, t, period) = (page.lang, page.t, input.period);
        let day = period.last();
        let units = app.units_on(day);
        let placed = units
            .iter()
            .filter_map(|unit| Some((unit.grid_square?, *unit)))
            .collect::<BTreeMap<_, _>>();
        let cells = input.map.iter().flat_map(|map| &map.cells);
        let cells = cells.filter(|cell| cell.topic == input.topic);
        let cells = cells.map(|cell| (cell.unit, cell));
        let cells = cells.collect::<BTreeMap<_, _>>();
        let seen = |cell: &SilenceCell| {
            let known = input.seen.get(&(cell.unit, cell.topic));
            known.copied().unwrap_or_else(SilenceSeen::nothing)
        };
        let of = |unit: &Unit| cells.get(&unit.code).map(|cell| (*cell, seen(cell)));
        let last = |pick: fn(&(i16, i16)) -> i16| {
            i32::from(placed.keys().map(pick).max().unwrap_or(0)) + 1
        };
        let provinces = placed
            .iter()
            .map(|(cell, unit)| (*cell, unit.former_province.as_str()))
            .collect::<BTreeMap<_, _>>();
        let labels = labels(&placed);
        let query = input
            .topic
            .map_or_else(String::new, |topic| format!("&linh-vuc={}", topic.code()));
        let link = |period: &Period| PeriodLink {
            href: lang.href(&format!("/im-lang?ngay={}{query}", period.last())),
            name: lang.short_period(*period),
        };
        let older = input.published.iter().filter(|other| **other < period);
        let newer = input.published.iter().filter(|other| **other > period);
        let topics = Topic::ALL.map(|topic| TopicChoice {
            code: topic.code(),
            name: app.topic_name(topic, lang).to_owned(),
            chosen: input.topic == Some(topic),
        });
        let verdicts = units
            .iter()
            .map(|unit| verdict(of(unit).map(|(cell, _)| cell)));
        let verdicts = verdicts.collect::<Vec<_>>();
        let legend = [
            (ReportingVerdict::Quiet, t.silence_quiet_meaning),
            (ReportingVerdict::Usual, t.silence_usual_meaning),
            (ReportingVerdict::Ready, t.silence_ready_meaning),
            (ReportingVerdict::Unsure, t.silence_unsure_meaning),
        ];
        Self {
            span: lang.period(period),
            day: day.to_string(),
            before: older.max().map(link),
            after: newer.min().map(link),
            topics: topics.into_iter().collect(),
            nothing: input.map.is_none(),
            width: (last(|cell| cell.1) * TILE)
                .max(labels.iter().map(Label::end).max().unwrap_or(0))
                + 2,
            height: last(|cell| cell.0) * TILE + 2,
            tiles: placed
                .iter()
                .map(|(cell, unit)| tile(lang, *cell, unit, of(unit)))
                .collect(),
            borders: borders(&provinces),
            labels,
            legend: legend.map(|(kind, meaning)| VerdictRow {
                class: class(kind),
                name: t.verdict(kind),
                meaning,
                n: verdicts.iter().filter(|other| **other == kind).count(),
            }),
            rows: rows(lang, &units, &of),
            method: input
                .map
                .as_ref()
                .map_or_else(String::new, |map| map.method_version.clone()),
            csv: format!("/api/v1/silence?period=month&day={day}&format=csv"),
            page,
        }
    }
}

fn verdict(cell: Option<&SilenceCell>) -> ReportingVerdict {
    cell.map_or(ReportingVerdict::Unsure, |cell| cell.verdict)
}

fn class(verdict: ReportingVerdict) -> &'static str {
    match verdict {
        ReportingVerdict::Quiet => "quiet",
        ReportingVerdict::Usual => "usual",
        ReportingVerdict::Ready => "ready",
        ReportingVerdict::Unsure => "hatched",
    }
}

fn tile(
    lang: Lang,
    (row, col): (i16, i16),
    unit: &Unit,
    of: Option<(&SilenceCell, SilenceSeen)>,
) -> Tile {
    let t = lang.texts();
    let kind = verdict(of.map(|(cell, _)| cell));
    let sure = of.filter(|_| kind != ReportingVerdict::Unsure);
    let sure = sure.and_then(|(cell, seen)| Some((cell, places(seen)?)));
    Tile {
        path: None,
        chosen: false,
        x: i32::from(col) * TILE,
        y: i32::from(row) * TILE,
        class: class(kind),
        label: sure.map_or_else(String::new, |(cell, _)| lang.decimal(cell.ratio, 1)),
        title: sure.map_or_else(
            || fill(t.silence_tile_unsure, &[&unit.full_name()]),
            |(cell, places)| {
                let ends = [cell.ratio_interval.low, cell.ratio_interval.high];
                let ends = ends.map(|end| lang.decimal(end, places));
                let ratio = lang.decimal(cell.ratio, places);
                let name = unit.full_name();
                fill(
                    t.silence_tile,
                    &[&name, t.verdict(kind), &ratio, &ends[0], &ends[1]],
                )
            },
        ),
        href: lang.unit_href(unit.code),
    }
}

/// To how many places ratios may be told, if at all.
fn places(seen: SilenceSeen) -> Option<usize> {
    match seen.grain() {
        Grain::Fine => Some(2),
        Grain::Coarse => Some(1),
        Grain::Hidden => None,
    }
}

/// Units where people surely report less first, then by how much; those of which nothing can be said
/// last.
fn rows<'c>(
    lang: Lang,
    units: &[&Unit],
    of: &impl Fn(&Unit) -> Option<(&'c SilenceCell, SilenceSeen)>,
) -> Vec<SilenceRow> {
    let t = lang.texts();
    let mut pairs = units
        .iter()
        .filter_map(|unit| Some((*unit, of(unit)?)))
        .collect::<Vec<_>>();
    pairs.sort_by(|(_, (a, _)), (_, (b, _))| {
        let place = |cell: &SilenceCell| match cell.verdict {
            ReportingVerdict::Quiet => 0,
            ReportingVerdict::Usual | ReportingVerdict::Ready => 1,
            ReportingVerdict::Unsure => 2,
        };
        place(a).cmp(&place(b)).then(a.ratio.total_cmp(&b.ratio))
    });
    let span = |low: f64, high: f64, places| {
        let ends = [low, high].map(|end| lang.decimal(end, places));
        format!("{}–{}", ends[0], ends[1])
    };
    let row = |(unit, (cell, seen)): (&Unit, (&SilenceCell, SilenceSeen))| {
        let places = places(seen);
        let none = || "–".to_owned();
        let (ratio, delay) = (cell.ratio_interval, cell.delay_interval);
        SilenceRow {
            name: unit.full_name(),
            href: lang.unit_href(unit.code),
            verdict: t.verdict(cell.verdict),
            ratio: places.map_or_else(none, |places| lang.decimal(cell.ratio, places)),
            interval: places.map_or_else(none, |places| span(ratio.low, ratio.high, places)),
            delay: places.map_or_else(none, |places| span(delay.low, delay.high, places - 1)),
            n: match seen.n_incidents.exact() {
                Some(n) => lang.count(n.into()),
                None => seen.n_incidents.to_string(),
            },
        }
    };
    pairs.into_iter().map(row).collect()
}
