//! Indicators and their values as JSON.

use models::domain::{Indicator, IndicatorSource, IndicatorValue};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{colour_code, format_time, level_code, round};

/// From which value on a colour holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ColourBoundLine {
    /// `green`, `yellow`, `orange` or `red`.
    pub colour: String,
    /// The value, itself included.
    pub from: f64,
}

/// One indicator as it is defined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IndicatorLine {
    /// Stays the same for life.
    #[schema(example = "766.progress")]
    pub id: String,
    /// The set it is shown with.
    pub set: String,
    /// Name in Vietnamese.
    pub name: String,
    /// Name in English.
    pub name_en: String,
    /// Unit of measure.
    pub measure: String,
    /// Least and largest value there can be.
    pub range: [f64; 2],
    /// `up` when more is better, else `down`.
    pub better: String,
    /// Bounds of excellent, good, fair and average; null where levels mean nothing.
    pub levels: Option<[f64; 4]>,
    /// Bounds of colours, the best first.
    pub colours: Vec<ColourBoundLine>,
    /// The colour of what reaches no bound; without a value it is `hatched`.
    pub otherwise: String,
    /// `day`, `week`, `month` or `reporting_month`.
    pub period: String,
    /// A formula's name, `import`, or `address`.
    pub source: String,
    /// Version of the definition.
    pub version: String,
    /// First day on which it holds.
    pub valid_from: String,
    /// Document that lays it down.
    pub basis: String,
}

impl From<&Indicator> for IndicatorLine {
    fn from(indicator: &Indicator) -> Self {
        let colours = indicator.rules.colours.iter().map(|bound| ColourBoundLine {
            colour: colour_code(bound.colour).to_owned(),
            from: bound.from,
        });
        Self {
            id: indicator.id.clone(),
            set: indicator.set.clone(),
            name: indicator.name_vi.clone(),
            name_en: indicator.name_en.clone(),
            measure: indicator.measure.clone(),
            range: [indicator.range.0, indicator.range.1],
            better: indicator.direction.code().to_owned(),
            levels: indicator.rules.levels,
            colours: colours.collect(),
            otherwise: colour_code(indicator.rules.otherwise).to_owned(),
            period: indicator.period.code().to_owned(),
            source: match &indicator.source {
                IndicatorSource::Formula(formula) => formula.code().to_owned(),
                IndicatorSource::Import => "import".to_owned(),
                IndicatorSource::Address(_) => "address".to_owned(),
            },
            version: indicator.version.clone(),
            valid_from: indicator.valid_from.to_string(),
            basis: indicator.basis.clone(),
        }
    }
}

/// One value of an indicator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IndicatorValueLine {
    /// Which indicator.
    pub indicator: String,
    /// `city`, `kind:ward`, `kind:commune`, `kind:special_zone` or five digits.
    pub unit: String,
    /// Kind of period.
    pub period: String,
    /// Last day of the period; of one that runs, the day at whose end it stood so.
    pub day: String,
    /// The value; null where it cannot be judged.
    pub value: Option<f64>,
    /// 90 % interval, where there is one.
    pub interval: Option<[f64; 2]>,
    /// Cases behind it, where they are known.
    pub n: Option<u64>,
    /// Level by the present definition; null where it has none, or no value.
    pub level: Option<String>,
    /// Colour by the present definition; `hatched` where it cannot be judged.
    pub colour: String,
    /// A formula, a file or an address.
    pub source: String,
    /// The moment of which the value speaks.
    pub as_of: String,
    /// Version of the definition it was made by.
    pub method_version: String,
    /// 1 for the first published, one more with each correction.
    pub revision: u32,
    /// Why this revision replaces the one before, in Vietnamese.
    pub erratum: Option<String>,
}

impl IndicatorValueLine {
    /// A value judged by its indicator.
    pub fn new(indicator: &Indicator, value: &IndicatorValue) -> Self {
        let level = value.value.and_then(|value| indicator.level(value));
        Self {
            indicator: value.indicator.clone(),
            unit: value.whose.code(),
            period: value.period.code().to_owned(),
            day: value.day.to_string(),
            value: value.value.map(|value| round(value, 4)),
            interval: value
                .interval
                .map(|interval| [round(interval.low, 4), round(interval.high, 4)]),
            n: value.n,
            level: level.map(|level| level_code(level).to_owned()),
            colour: colour_code(indicator.colour(value.value)).to_owned(),
            source: value.source.clone(),
            as_of: format_time(value.as_of),
            method_version: value.version.clone(),
            revision: value.revision,
            erratum: value.erratum.clone(),
        }
    }
}
