//! `indicators.toml`: what is measured, by which rules, from where.

use std::path::Path;

use jiff::civil::Date;
use models::domain::{
    ColourBound, Direction, Formula, Indicator, IndicatorRules, IndicatorSource, MapColour,
    PeriodKind,
};
use serde::Deserialize;

use super::ConfigError;

/// Longest id, and how many indicators there can be.
const ID_MAX: usize = 60;
const INDICATORS_MAX: usize = 200;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    indicator: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    set: String,
    name: String,
    name_en: String,
    measure: String,
    range: (f64, f64),
    better: Better,
    levels: Option<[f64; 4]>,
    colours: Colours,
    period: Kind,
    source: String,
    version: String,
    from: toml::value::Datetime,
    #[serde(default)]
    basis: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Better {
    Up,
    Down,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Day,
    Week,
    Month,
    ReportingMonth,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Colours {
    green: Option<f64>,
    yellow: Option<f64>,
    orange: Option<f64>,
    red: Option<f64>,
    otherwise: Colour,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Colour {
    Green,
    Yellow,
    Orange,
    Red,
    Hatched,
}

/// Reads the text of an indicator file.
pub fn parse_indicators(path: &Path, text: &str) -> Result<Vec<Indicator>, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    let mut indicators: Vec<Indicator> = Vec::new();
    for entry in file.indicator {
        let id = entry.id.clone();
        let wrong = |vietnamese: &str, english: &str| {
            ConfigError::value(path, text, &id, vietnamese, english)
        };
        if indicators.len() >= INDICATORS_MAX {
            return Err(wrong("quá 200 chỉ số", "more than 200 indicators"));
        }
        if indicators.iter().any(|known| known.id == id) {
            return Err(wrong("mã chỉ số bị lặp", "the id is used twice"));
        }
        indicators.push(read(entry).map_err(|(vietnamese, english)| wrong(vietnamese, english))?);
    }
    Ok(indicators)
}

/// What is wrong, in Vietnamese and in English.
type Complaint = (&'static str, &'static str);

fn read(entry: Entry) -> Result<Indicator, Complaint> {
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if entry.id.is_empty() || entry.id.len() > ID_MAX || !entry.id.chars().all(is_id) {
        return Err((
            "mã chỉ số chỉ gồm chữ, số, `.`, `_`, `-`, tối đa 60 ký tự",
            "an id has letters, digits, `.`, `_`, `-`, at most 60 of them",
        ));
    }
    let (low, high) = entry.range;
    if !(low.is_finite() && high.is_finite() && low < high) {
        return Err(("range phải tăng", "range must grow"));
    }
    let direction = match entry.better {
        Better::Up => Direction::Up,
        Better::Down => Direction::Down,
    };
    let colours = [
        (MapColour::Green, entry.colours.green),
        (MapColour::Yellow, entry.colours.yellow),
        (MapColour::Orange, entry.colours.orange),
        (MapColour::Red, entry.colours.red),
    ];
    let colours = colours.into_iter().filter_map(|(colour, from)| {
        let from = from?;
        Some(ColourBound { colour, from })
    });
    let colours = colours.collect::<Vec<_>>();
    let bounds = colours.iter().map(|bound| bound.from).collect::<Vec<_>>();
    let levels = entry.levels.map_or_else(Vec::new, |levels| levels.to_vec());
    for bounds in [&bounds, &levels] {
        let falls = |pair: &[f64]| match direction {
            Direction::Up => pair[0] > pair[1],
            Direction::Down => pair[0] < pair[1],
        };
        if !bounds.windows(2).all(falls) {
            return Err((
                "các mốc phải đi từ tốt đến kém theo chiều `better`",
                "bounds must go from better to worse, by `better`",
            ));
        }
        if !bounds.iter().all(|bound| (low..=high).contains(bound)) {
            return Err(("có mốc nằm ngoài range", "a bound lies outside range"));
        }
    }
    Ok(Indicator {
        set: entry.set,
        name_vi: entry.name,
        name_en: entry.name_en,
        measure: entry.measure,
        range: entry.range,
        direction,
        rules: IndicatorRules {
            levels: entry.levels,
            colours,
            otherwise: match entry.colours.otherwise {
                Colour::Green => MapColour::Green,
                Colour::Yellow => MapColour::Yellow,
                Colour::Orange => MapColour::Orange,
                Colour::Red => MapColour::Red,
                Colour::Hatched => MapColour::Hatched,
            },
        },
        period: match entry.period {
            Kind::Day => PeriodKind::Day,
            Kind::Week => PeriodKind::Week,
            Kind::Month => PeriodKind::Month,
            Kind::ReportingMonth => PeriodKind::ReportingMonth,
        },
        source: source(&entry.source)?,
        valid_from: day(&entry.from)?,
        version: entry.version,
        basis: entry.basis,
        id: entry.id,
    })
}

fn source(text: &str) -> Result<IndicatorSource, Complaint> {
    if text == "import" {
        Ok(IndicatorSource::Import)
    } else if let Some(formula) = Formula::from_code(text) {
        Ok(IndicatorSource::Formula(formula))
    } else if text.starts_with("https://") || text.starts_with("http://") {
        Ok(IndicatorSource::Address(text.to_owned()))
    } else {
        Err((
            "source là một công thức có sẵn, \"import\" hoặc một địa chỉ https",
            "source is a known formula, \"import\" or an https address",
        ))
    }
}

fn day(from: &toml::value::Datetime) -> Result<Date, Complaint> {
    let date = from.date.filter(|_| from.time.is_none());
    date.and_then(|date| {
        let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
        Date::new(i16::try_from(date.year).ok()?, month, day).ok()
    })
    .ok_or(("from là một ngày: 2025-07-01", "from is a day: 2025-07-01"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../config/indicators.toml");

    fn parse(text: &str) -> Result<Vec<Indicator>, ConfigError> {
        parse_indicators(Path::new("indicators.toml"), text)
    }

    #[test]
    fn the_shipped_file_holds_the_rules_of_the_map() {
        use MapColour::{Green, Hatched, Orange, Red, Yellow};
        let indicators = parse(SHIPPED).unwrap();
        let of = |id: &str| indicators.iter().find(|one| one.id == id).unwrap();
        let colours = |id: &str, values: &[f64]| {
            let colours = values.iter().map(|value| of(id).colour(Some(*value)));
            colours.collect::<Vec<_>>()
        };
        assert_eq!(
            colours("tickets.on_time", &[90.0, 89.99, 80.0, 70.0, 69.99]),
            [Green, Yellow, Yellow, Orange, Red]
        );
        assert_eq!(colours("services.online", &[50.0, 49.99]), [Green, Red]);
        assert_eq!(colours("services.payment", &[25.0, 24.99]), [Green, Red]);
        assert_eq!(
            colours("alert.execution", &[0.0, 1.0, 2.0]),
            [Red, Orange, Green]
        );
        assert_eq!(of("alert.execution").colour(None), Hatched);
        let groups = indicators.iter().filter(|one| one.set == "766");
        let full = groups.map(|one| one.range.1).sum::<f64>();
        assert!((full - 200.0).abs() < 1e-9, "five groups and their total");
        let total = of("766.total");
        let levels = [90.0, 80.0, 70.0, 50.0, 49.9].map(|value| total.level(value).unwrap());
        assert!(levels.is_sorted_by(|a, b| a > b), "five levels: {levels:?}");
    }

    #[test]
    fn what_cannot_be_is_named_with_its_indicator() {
        let refused = |from: &str, to: &str| {
            assert!(SHIPPED.contains(from), "{from}");
            let error = parse(&SHIPPED.replacen(from, to, 1)).unwrap_err();
            format!("{:?}", miette::Report::new(error))
        };
        let twice = refused("id = \"766.progress\"", "id = \"766.transparency\"");
        assert!(
            twice.contains("bị lặp") && twice.contains("used twice"),
            "{twice}"
        );
        assert!(refused("range = [0.0, 18.0]", "range = [18.0, 0.0]").contains("range"));
        let shuffled = refused("levels = [16.2, 14.4", "levels = [14.4, 16.2");
        assert!(shuffled.contains("better to worse"), "{shuffled}");
        let unknown = refused("= \"shadow_766.points\"", "= \"shadow_766.pionts\"");
        assert!(unknown.contains("known formula"), "{unknown}");
        assert!(refused("better = \"up\"", "beter = \"up\"").contains("beter"));
    }
}
