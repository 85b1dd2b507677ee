//! Indicators: each a layer of its own, red first.

use askama::Template;
use jiff::civil::Date;
use models::domain::{
    ColourBound, Direction, Indicator, IndicatorSource, IndicatorValue, ScoreScope, red_first,
};

use super::shadow::scope_name;
use super::{Days, Layout};
use crate::i18n::{Lang, fill};
use crate::lines::colour_code;
use crate::state::AppState;

impl Lang {
    /// The name of an indicator.
    pub(crate) fn indicator_name(self, indicator: &Indicator) -> &str {
        match self {
            Self::Vi => &indicator.name_vi,
            Self::En => &indicator.name_en,
        }
    }
}

pub(crate) struct IndicatorRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) value: String,
    pub(crate) class: &'static str,
    pub(crate) colour: &'static str,
    pub(crate) of: String,
    pub(crate) n_units: String,
}

pub(crate) struct IndicatorSet {
    pub(crate) anchor: String,
    pub(crate) name: String,
    pub(crate) rows: Vec<IndicatorRow>,
}

/// `/chi-so`.
#[derive(Template)]
#[template(path = "indicators.html")]
pub(crate) struct IndicatorsPage {
    pub(crate) page: Layout,
    pub(crate) sets: Vec<IndicatorSet>,
}

impl IndicatorsPage {
    pub(crate) fn new(page: Layout, known: &[(Indicator, Vec<IndicatorValue>)]) -> Self {
        let (lang, t) = (page.lang, page.t);
        let mut sets: Vec<IndicatorSet> = Vec::new();
        for (indicator, values) in known {
            let city = values.iter().find(|value| value.whose == ScoreScope::City);
            let units = values.iter().filter(|value| {
                matches!(value.whose, ScoreScope::Unit(_)) && value.value.is_some()
            });
            let of_city = city.and_then(|city| city.value);
            let colour = indicator.colour(of_city);
            let row = IndicatorRow {
                name: lang.indicator_name(indicator).to_owned(),
                href: lang.href(&format!("/chi-so/{}", indicator.id)),
                value: shown(lang, indicator, of_city),
                class: colour_code(colour),
                colour: match of_city {
                    Some(_) => t.colour(colour),
                    None => t.cannot_judge,
                },
                of: values.first().map_or_else(
                    || t.indicator_no_values.to_owned(),
                    |value| lang.long_day(value.day),
                ),
                n_units: lang.count(units.count() as u64),
            };
            match sets.iter_mut().find(|set| set.anchor == indicator.set) {
                Some(set) => set.rows.push(row),
                None => sets.push(IndicatorSet {
                    anchor: indicator.set.clone(),
                    name: t.indicator_set(&indicator.set),
                    rows: vec![row],
                }),
            }
        }
        Self { page, sets }
    }
}

/// A value with its measure.
pub(super) fn shown(lang: Lang, indicator: &Indicator, value: Option<f64>) -> String {
    value.map_or_else(
        || "–".to_owned(),
        |value| {
            let text = lang.decimal(value, 2);
            let text = match text.rsplit_once([',', '.']) {
                Some((whole, "00")) => whole.to_owned(),
                _ => text,
            };
            format!("{text}\u{a0}{}", indicator.measure)
        },
    )
}

/// What the page of one indicator is made from.
pub(crate) struct IndicatorInput {
    /// Its definition.
    pub indicator: Indicator,
    /// The day shown.
    pub day: Date,
    /// Days with values, newest first.
    pub days: Vec<Date>,
    /// Values of that day.
    pub values: Vec<IndicatorValue>,
}

pub(crate) struct ValueRow {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
    pub(crate) value: String,
    pub(crate) interval: String,
    pub(crate) n: String,
    pub(crate) class: &'static str,
    pub(crate) colour: &'static str,
    pub(crate) level: &'static str,
}

pub(crate) struct DefinitionRow {
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

/// `/chi-so/{id}`.
#[derive(Template)]
#[template(path = "indicator.html")]
pub(crate) struct IndicatorPage {
    pub(crate) page: Layout,
    pub(crate) name: String,
    pub(crate) set: String,
    pub(crate) days: Days,
    pub(crate) rows: Vec<ValueRow>,
    pub(crate) definition: Vec<DefinitionRow>,
    pub(crate) csv: String,
    /// Where an officer asks a unit about it.
    pub(crate) ask: Option<String>,
}

impl IndicatorPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &IndicatorInput) -> Self {
        let (lang, t, indicator) = (page.lang, page.t, &input.indicator);
        let mut values = input.values.iter().collect::<Vec<_>>();
        let place = |value: &IndicatorValue| {
            let is_unit = matches!(value.whose, ScoreScope::Unit(_));
            let colour = indicator.colour(value.value);
            (is_unit, if is_unit { red_first(colour) } else { 0 })
        };
        values.sort_by(|a, b| {
            let by_value = match (a.value, b.value) {
                (Some(a), Some(b)) => match indicator.direction {
                    Direction::Up => a.total_cmp(&b),
                    Direction::Down => b.total_cmp(&a),
                },
                (a, b) => b.is_some().cmp(&a.is_some()),
            };
            let is_unit = matches!(a.whose, ScoreScope::Unit(_));
            let by_value = if is_unit {
                by_value
            } else {
                a.whose.cmp(&b.whose)
            };
            place(a).cmp(&place(b)).then(by_value)
        });
        let row = |value: &&IndicatorValue| {
            let colour = indicator.colour(value.value);
            let level = value.value.and_then(|value| indicator.level(value));
            ValueRow {
                name: scope_name(app, t, value.whose),
                href: match value.whose {
                    ScoreScope::Unit(unit) => Some(lang.unit_href(unit)),
                    _ => None,
                },
                value: shown(lang, indicator, value.value),
                interval: value.interval.map_or_else(
                    || "–".to_owned(),
                    |interval| {
                        let ends = [interval.low, interval.high];
                        let ends = ends.map(|end| lang.decimal(end, 1));
                        format!("{}–{}", ends[0], ends[1])
                    },
                ),
                n: value.n.map_or_else(|| "–".to_owned(), |n| lang.count(n)),
                class: colour_code(colour),
                colour: match value.value {
                    Some(_) => t.colour(colour),
                    None => t.cannot_judge,
                },
                level: level.map_or("–", |level| t.level(level)),
            }
        };
        Self {
            name: lang.indicator_name(indicator).to_owned(),
            set: t.indicator_set(&indicator.set),
            days: Days::new(
                lang,
                &format!("/chi-so/{}", indicator.id),
                input.day,
                &input.days,
            ),
            rows: values.iter().map(row).collect(),
            definition: definition(lang, indicator, values.first().copied()),
            ask: (page.officer.as_ref())
                .filter(|officer| officer.may_ask)
                .map(|_| lang.href(&format!("/yeu-cau/moi?chi-so={}", indicator.id))),
            csv: format!(
                "/api/v1/indicators/{}?day={}&format=csv",
                indicator.id, input.day
            ),
            page,
        }
    }
}

fn definition(
    lang: Lang,
    indicator: &Indicator,
    value: Option<&IndicatorValue>,
) -> Vec<DefinitionRow> {
    let t = lang.texts();
    let number = |value: f64| shown(lang, indicator, Some(value));
    let bounds = |bound: &ColourBound| {
        fill(
            t.indicator_from,
            &[t.colour(bound.colour), &number(bound.from)],
        )
    };
    let mut colours = indicator
        .rules
        .colours
        .iter()
        .map(bounds)
        .collect::<Vec<_>>();
    colours.push(fill(
        t.indicator_otherwise,
        &[t.colour(indicator.rules.otherwise)],
    ));
    let source = match &indicator.source {
        IndicatorSource::Formula(formula) => fill(t.indicator_formula, &[formula.code()]),
        IndicatorSource::Import => t.indicator_import.to_owned(),
        IndicatorSource::Address(_) => t.indicator_address.to_owned(),
    };
    let mut rows = vec![
        (t.indicator_basis, indicator.basis.clone()),
        (
            t.indicator_better,
            match indicator.direction {
                Direction::Up => t.indicator_up.to_owned(),
                Direction::Down => t.indicator_down.to_owned(),
            },
        ),
        (t.colour, colours.join("; ")),
        (t.indicator_source, source),
        (
            t.indicator_version,
            format!("{} ({})", indicator.version, indicator.valid_from),
        ),
    ];
    if let Some(levels) = indicator.rules.levels {
        let levels = levels.map(number).join(" / ");
        rows.insert(2, (t.indicator_levels, levels));
    }
    if let Some(value) = value {
        rows.push((t.indicator_as_of, lang.moment(value.as_of)));
        rows.push((t.indicator_from_where, value.source.clone()));
    }
    rows.into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| DefinitionRow { name, value })
        .collect()
}
