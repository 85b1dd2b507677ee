//! `/ban-do` and what stands in other sites' frames.

use askama::Template;
use indexer::SavedBoundaries;
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::Unit;

use super::cells::{self, Cell, LegendRow, Painted};
use super::drawing::{Drawing, MARKS, draw};
use super::layer::layer_groups;
use super::panel::{SLIDER_DAYS, UnitPanel, UnitPast};
use super::{Hidden, Layer, LayerData, LayerGroup, MapAddress, MapShape, MapSort};
use crate::i18n::{Lang, fill};
use crate::state::AppState;
use crate::views::Layout;
use crate::views::days::DayLink;

/// What was typed to find a unit.
pub(crate) struct Searched {
    pub(crate) words: String,
    /// Units of that name; one alone is shown at once.
    pub(crate) found: Vec<Unit>,
}

/// What the map is made from.
pub(crate) struct MapInput {
    pub(crate) address: MapAddress,
    pub(crate) layer: Layer,
    pub(crate) data: LayerData,
    /// The last day of which the values speak, where it is another than the day shown.
    pub(crate) values_on: Option<Date>,
    /// Days with a digest, newest first.
    pub(crate) published: Vec<Date>,
    /// The last day the slider reaches.
    pub(crate) last: Date,
    pub(crate) boundaries: Option<SavedBoundaries>,
    pub(crate) past: UnitPast,
    pub(crate) searched: Option<Searched>,
}

/// Paints a layer on the units of the day.
pub(crate) fn paint(app: &AppState, lang: Lang, input: &MapInput) -> Painted {
    let units = app.units_on(input.address.day);
    let k = u64::from(app.open.disclosure.k());
    match (&input.layer, &input.data) {
        (Layer::Listening(days), LayerData::Signals(signals)) => {
            cells::listening((lang, k), &app.score, *days, &units, signals)
        }
        (Layer::Indicator(indicator), LayerData::Values(values)) => {
            cells::indicator((lang, k), indicator, &units, values)
        }
        (Layer::Silence, LayerData::Silence(map)) => cells::silence(lang, k, &units, map.as_ref()),
        (Layer::Voices, LayerData::Signals(signals)) => cells::voices(lang, k, &units, signals),
        (Layer::Feeling, LayerData::Digests(digests)) => cells::feeling(lang, k, &units, digests),
        // Data of another layer paints nothing.
        _ => Painted::default(),
    }
}

/// A way to another drawing of the same map.
pub(crate) struct ShapeTab {
    pub(crate) href: String,
    pub(crate) name: &'static str,
    pub(crate) is_current: bool,
}

/// The time slider.
pub(crate) struct Slider {
    /// Steps from the oldest day, 0 to `max`.
    pub(crate) at: i64,
    pub(crate) max: i64,
    /// The newest day, by which the step is counted.
    pub(crate) last: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) hidden: Vec<Hidden>,
}

pub(crate) struct SortHead {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
    pub(crate) order: Option<&'static str>,
    pub(crate) is_number: bool,
}

pub(crate) struct MapRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) cell: Cell,
}

pub(crate) struct UnitChoice {
    pub(crate) name: String,
    pub(crate) href: String,
}

/// The drawing with its legend: what page and frame share.
pub(crate) struct MapFigure {
    pub(crate) title: String,
    pub(crate) drawing: Drawing,
    pub(crate) legend: Vec<LegendRow>,
    pub(crate) marks: [(&'static str, &'static str); 5],
}

/// `/ban-do`.
#[derive(Template)]
#[template(path = "map.html")]
pub(crate) struct MapPage {
    pub(crate) page: Layout,
    pub(crate) layer_name: String,
    pub(crate) explanation: String,
    pub(crate) more: String,
    pub(crate) day_label: String,
    pub(crate) values_on: String,
    pub(crate) said: String,
    pub(crate) day: String,
    pub(crate) max_day: String,
    pub(crate) before: Option<DayLink>,
    pub(crate) after: Option<DayLink>,
    pub(crate) day_hidden: Vec<Hidden>,
    pub(crate) slider: Slider,
    pub(crate) groups: Vec<LayerGroup>,
    pub(crate) layer_hidden: Vec<Hidden>,
    pub(crate) nothing: bool,
    pub(crate) shapes: Vec<ShapeTab>,
    pub(crate) figure: MapFigure,
    pub(crate) unit_hidden: Vec<Hidden>,
    pub(crate) typed: String,
    pub(crate) choices: Vec<UnitChoice>,
    pub(crate) unknown: Option<String>,
    pub(crate) panel: Option<UnitPanel>,
    pub(crate) heads: Vec<SortHead>,
    pub(crate) rows: Vec<MapRow>,
    pub(crate) table_open: bool,
    pub(crate) csv: Option<String>,
    pub(crate) svg: String,
    pub(crate) png: Option<String>,
    pub(crate) embed: String,
}

impl MapPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &MapInput) -> Self {
        let (lang, t, address) = (page.lang, page.t, &input.address);
        let units = app.units_on(address.day);
        let painted = paint(app, lang, input);
        let layer_name = input.layer.name(lang);
        let day_label = lang.long_day(address.day);
        let chosen = units.iter().find(|unit| Some(unit.code) == address.unit);
        let panel = chosen.and_then(|unit| {
            let cell = painted.cells.get(&unit.code)?;
            Some(UnitPanel::new(
                lang,
                address,
                &input.layer,
                unit,
                cell,
                (&input.past, app.open.disclosure.k()),
            ))
        });
        let at = |day: Date| MapAddress {
            day,
            ..address.clone()
        };
        let step = |day: &Date| DayLink {
            href: at(*day).href(lang),
            name: lang.short_day(*day),
        };
        let (choices, unknown, typed) = match &input.searched {
            Some(searched) => {
                let choices = searched.found.iter().map(|unit| UnitChoice {
                    name: unit.full_name(),
                    href: of_unit(address, unit).href(lang),
                });
                let none = searched.found.is_empty();
                let unknown = none.then(|| fill(t.map_no_unit, &[&searched.words]));
                (choices.collect(), unknown, searched.words.clone())
            }
            None => (Vec::new(), None, String::new()),
        };
        let said = said(lang, &layer_name, &day_label, &painted, panel.as_ref());
        Self {
            explanation: input.layer.explanation(lang),
            more: page.href(&input.layer.page()),
            values_on: input.values_on.map_or_else(String::new, |day| {
                fill(t.map_values_on, &[&lang.long_day(day)])
            }),
            said,
            day: address.day.to_string(),
            max_day: input.last.to_string(),
            before: older(input).map(|day| step(&day)),
            after: newer(input).map(|day| step(&day)),
            day_hidden: address.carried("ngay"),
            slider: slider(lang, input),
            groups: layer_groups(app, lang, &input.layer),
            layer_hidden: address.carried("lop"),
            nothing: !painted.has_values,
            shapes: shape_tabs(&page, address, input.boundaries.is_some()),
            unit_hidden: address.carried("don-vi"),
            typed,
            choices,
            unknown,
            panel,
            heads: heads(lang, address),
            rows: rows(lang, address, &units, &painted),
            table_open: address.table,
            csv: csv(&input.layer, input),
            svg: address.under(lang, "/ban-do.svg"),
            png: app
                .open
                .painter
                .as_ref()
                .map(|_| address.under(lang, "/ban-do.png")),
            embed: address.under(lang, "/ban-do/nhung"),
            figure: figure(lang, input, &units, painted, &layer_name),
            layer_name,
            day_label,
            page,
        }
    }
}

fn of_unit(address: &MapAddress, unit: &Unit) -> MapAddress {
    MapAddress {
        unit: Some(unit.code),
        ..address.clone()
    }
}

fn older(input: &MapInput) -> Option<Date> {
    let day = input.address.day;
    input.published.iter().copied().find(|other| *other < day)
}

fn newer(input: &MapInput) -> Option<Date> {
    let day = input.address.day;
    let newer = input.published.iter().copied();
    newer.take_while(|other| *other > day).last()
}

fn figure(
    lang: Lang,
    input: &MapInput,
    units: &[&Unit],
    painted: Painted,
    layer_name: &str,
) -> MapFigure {
    let boundaries = input.boundaries.as_ref();
    MapFigure {
        title: format!("{layer_name}, {}", lang.long_day(input.address.day)),
        drawing: draw(lang, &input.address, units, &painted, boundaries),
        legend: painted.legend,
        marks: MARKS,
    }
}

/// What changed, for those who do not see the map.
fn said(
    lang: Lang,
    layer: &str,
    day: &str,
    painted: &Painted,
    panel: Option<&UnitPanel>,
) -> String {
    let rows = painted.legend.iter().filter(|row| row.n > 0);
    let counts = rows.map(|row| format!("{} {}", lang.count(row.n as u64), row.name));
    let counts = counts.collect::<Vec<_>>().join(", ");
    let unit = panel.map_or_else(String::new, |panel| format!(" {}.", panel.sentence));
    format!("{layer}, {day}: {counts}.{unit}")
}

fn slider(lang: Lang, input: &MapInput) -> Slider {
    let max = SLIDER_DAYS - 1;
    let ago = input.address.day.until(input.last);
    let ago = ago.map_or(0, |span| i64::from(span.get_days()));
    let oldest = input.last.saturating_sub(max.days());
    let mut hidden = input.address.carried("ngay");
    hidden.push(Hidden {
        name: "cuoi",
        value: input.last.to_string(),
    });
    Slider {
        at: (max - ago).clamp(0, max),
        max,
        last: input.last.to_string(),
        from: lang.short_day(oldest),
        to: lang.short_day(input.last),
        hidden,
    }
}

/// Ways to the other shapes; boundaries only where the city brought its own.
fn shape_tabs(page: &Layout, address: &MapAddress, has_boundaries: bool) -> Vec<ShapeTab> {
    let current = match address.shape {
        MapShape::Boundaries if !has_boundaries => MapShape::Squares,
        shape => shape,
    };
    let shown = MapShape::ALL.into_iter();
    let shown = shown.filter(|shape| has_boundaries || *shape != MapShape::Boundaries);
    let tabs = shown.map(|shape| ShapeTab {
        href: MapAddress {
            shape,
            ..address.clone()
        }
        .href(page.lang),
        name: shape.name(page.t),
        is_current: shape == current,
    });
    tabs.collect()
}

fn heads(lang: Lang, address: &MapAddress) -> Vec<SortHead> {
    let t = lang.texts();
    let head = |name: &str, sort: Option<MapSort>, is_number, order| SortHead {
        name: name.to_owned(),
        href: sort.filter(|sort| *sort != address.sort).map(|sort| {
            let sorted = MapAddress {
                sort,
                table: true,
                ..address.clone()
            };
            format!("{}#bang", sorted.href(lang))
        }),
        order: (sort == Some(address.sort)).then_some(order),
        is_number,
    };
    vec![
        head(t.unit, Some(MapSort::Name), false, "ascending"),
        head(t.value, Some(MapSort::Value), true, "descending"),
        head(t.interval_short, None, true, ""),
        head("n", Some(MapSort::Size), true, "descending"),
        head(t.map_attention, Some(MapSort::Worst), false, "ascending"),
    ]
}

fn rows(lang: Lang, address: &MapAddress, units: &[&Unit], painted: &Painted) -> Vec<MapRow> {
    let mut pairs = units
        .iter()
        .filter_map(|unit| Some((*unit, painted.cells.get(&unit.code)?)))
        .collect::<Vec<_>>();
    // The sort is stable: what is alike stays in the order of the alphabet.
    match address.sort {
        MapSort::Name => {}
        MapSort::Worst => pairs.sort_by(|(_, a), (_, b)| {
            let by_colour = a.order.0.cmp(&b.order.0);
            by_colour.then(a.order.1.total_cmp(&b.order.1))
        }),
        MapSort::Value => pairs.sort_by(|(_, a), (_, b)| {
            let value = |cell: &Cell| cell.sort_value.unwrap_or(f64::NEG_INFINITY);
            value(b).total_cmp(&value(a))
        }),
        MapSort::Size => pairs.sort_by_key(|(_, cell)| std::cmp::Reverse(cell.sort_n)),
    }
    let row = |(unit, cell): (&Unit, &Cell)| MapRow {
        name: unit.full_name(),
        href: lang.href(&format!("/don-vi/{}?ngay={}", unit.code, address.day)),
        cell: cell.clone(),
    };
    pairs.into_iter().map(row).collect()
}

fn csv(layer: &Layer, input: &MapInput) -> Option<String> {
    let day = input.values_on.unwrap_or(input.address.day);
    match layer {
        Layer::Listening(_) | Layer::Voices => {
            Some(format!("/api/v1/signals?day={day}&format=csv"))
        }
        Layer::Indicator(indicator) => Some(format!(
            "/api/v1/indicators/{}?day={day}&format=csv",
            indicator.id
        )),
        Layer::Silence => Some(format!("/api/v1/silence?period=month&day={day}&format=csv")),
        Layer::Feeling => None,
    }
}

/// `/ban-do/nhung`: the map alone, for a frame in another site.
#[derive(Template)]
#[template(path = "map_embed.html")]
pub(crate) struct MapEmbed {
    pub(crate) page: Layout,
    pub(crate) day_label: String,
    pub(crate) before: Option<DayLink>,
    pub(crate) after: Option<DayLink>,
    pub(crate) values_on: String,
    pub(crate) whole: String,
    pub(crate) method: String,
    pub(crate) figure: MapFigure,
    pub(crate) layer_name: String,
}

impl MapEmbed {
    pub(crate) fn new(app: &AppState, page: Layout, input: &MapInput) -> Self {
        let (lang, t) = (page.lang, page.t);
        let units = app.units_on(input.address.day);
        let painted = paint(app, lang, input);
        let layer_name = input.layer.name(lang);
        let method = painted.method.clone();
        let figure = figure(lang, input, &units, painted, &layer_name);
        let step = |day: Date| DayLink {
            href: MapAddress {
                day,
                ..input.address.clone()
            }
            .under(lang, "/ban-do/nhung"),
            name: lang.short_day(day),
        };
        Self {
            day_label: lang.long_day(input.address.day),
            before: older(input).map(step),
            after: newer(input).map(step),
            values_on: input.values_on.map_or_else(String::new, |day| {
                fill(t.map_values_on, &[&lang.long_day(day)])
            }),
            whole: input.address.href(lang),
            method,
            figure,
            layer_name,
            page,
        }
    }
}
