//! Rows of values, CSV or JSON, checked one by one: a bad one is named with its row and the fix.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    Indicator, IndicatorSource, IndicatorValue, Interval, Period, PeriodKind, ScoreScope, UnitCode,
};
use serde_json::Value;

/// Rows of one file.
const ROWS_MAX: usize = 200_000;

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A header line, then one row a line.
    Csv,
    /// An array of objects, alone or as `values` of an object, or one object a line.
    Json,
}

/// What rows are checked against.
pub struct Known<'a> {
    /// Indicators that may have values.
    pub indicators: &'a [Indicator],
    /// Whether a unit exists in a period.
    pub has_unit: &'a dyn Fn(UnitCode, Period) -> bool,
    /// The present moment.
    pub now: Timestamp,
}

/// What is wrong with a row, and how to mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowFault {
    /// Line of a CSV file, position in a JSON array, from 1; 0 for the whole file.
    pub row: usize,
    /// Which field.
    pub field: &'static str,
    /// For people in the city.
    pub vietnamese: String,
    /// For everybody else.
    pub english: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (row, field) = (self.row, self.field);
        let (vietnamese, english) = (&self.vietnamese, &self.english);
        write!(
            f,
            "dòng {row} / row {row}, `{field}`: {vietnamese} / {english}"
        )
    }
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Good rows.
    pub values: Vec<IndicatorValue>,
    /// Bad ones.
    pub faults: Vec<RowFault>,
    /// Columns that mean nothing here.
    pub ignored: Vec<String>,
}

const FIELDS: [&str; 9] = [
    "indicator",
    "unit",
    "period",
    "day",
    "value",
    "low",
    "high",
    "n",
    "as_of",
];
const NEEDED: [&str; 4] = ["indicator", "unit", "day", "value"];

/// One row as text; an empty field is absent.
type Row = [Option<String>; FIELDS.len()];

/// Reads and checks rows; `source` names the file or address.
pub fn read_rows(bytes: &[u8], format: Format, source: &str, known: &Known<'_>) -> Reading {
    let mut reading = Reading::default();
    let rows = match format {
        Format::Csv => csv_rows(bytes, &mut reading),
        Format::Json => json_rows(bytes, &mut reading),
    };
    let mut seen = BTreeSet::new();
    for (at, row) in rows {
        match check(&row, source, known) {
            Ok(value) => {
                let key = (
                    value.indicator.clone(),
                    value.whose,
                    value.period,
                    value.day,
                );
                if seen.insert(key) {
                    reading.values.push(value);
                } else {
                    reading.faults.push(RowFault {
                        row: at,
                        field: "unit",
                        vietnamese: "trùng chỉ số, đơn vị và kỳ với dòng trên; bỏ một dòng"
                            .to_owned(),
                        english: "the same indicator, unit and period as a row above; drop one"
                            .to_owned(),
                    });
                }
            }
            Err(fault) => reading.faults.push(RowFault { row: at, ..fault }),
        }
    }
    reading
}

fn fault(
    field: &'static str,
    vietnamese: impl Into<String>,
    english: impl Into<String>,
) -> RowFault {
    RowFault {
        row: 0,
        field,
        vietnamese: vietnamese.into(),
        english: english.into(),
    }
}

fn csv_rows(bytes: &[u8], reading: &mut Reading) -> Vec<(usize, Row)> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}');
    let head = text.lines().next().unwrap_or_default();
    let separator = if head.contains(';') && !head.contains(',') {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let Ok(header) = reader.headers().cloned() else {
        reading
            .faults
            .push(fault("", "tệp không phải CSV", "this is no CSV"));
        return Vec::new();
    };
    let at = |name: &str| {
        header
            .iter()
            .position(|column| column.eq_ignore_ascii_case(name))
    };
    let columns = FIELDS.map(at);
    for name in NEEDED {
        if at(name).is_none() {
            let all = FIELDS.join(",");
            reading.faults.push(fault(
                name,
                format!("thiếu cột; dòng đầu cần có {}: {all}", NEEDED.join(", ")),
                format!("the column is missing; the first line needs it: {all}"),
            ));
        }
    }
    let is_known = |name: &&str| FIELDS.iter().any(|field| field.eq_ignore_ascii_case(name));
    let ignored = header.iter().filter(|name| !is_known(name));
    reading.ignored = ignored.map(ToOwned::to_owned).collect();
    if !reading.faults.is_empty() {
        return Vec::new();
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let line = match &record {
            Ok(record) => record.position().map_or(0, csv::Position::line),
            Err(error) => error.position().map_or(0, csv::Position::line),
        };
        let line = usize::try_from(line).unwrap_or(usize::MAX);
        match record {
            Ok(record) => rows.push((
                line,
                columns.map(|at| {
                    let field = record.get(at?)?;
                    (!field.is_empty()).then(|| field.to_owned())
                }),
            )),
            Err(_) => reading.faults.push(RowFault {
                row: line,
                ..fault(
                    "",
                    "số cột khác dòng đầu",
                    "not as many columns as the first line",
                )
            }),
        }
        if rows.len() > ROWS_MAX {
            reading.faults.push(fault(
                "",
                format!("tệp dài hơn {ROWS_MAX} dòng; chia nhỏ ra"),
                format!("more than {ROWS_MAX} rows; split the file"),
            ));
            return Vec::new();
        }
    }
    rows
}

fn json_rows(bytes: &[u8], reading: &mut Reading) -> Vec<(usize, Row)> {
    let items = match serde_json::from_slice::<Value>(bytes) {
        Ok(Value::Array(items)) => items,
        Ok(Value::Object(mut whole)) => match whole.remove("values") {
            Some(Value::Array(items)) => items,
            _ => vec![Value::Object(whole)],
        },
        _ => {
            let lines = serde_json::Deserializer::from_slice(bytes).into_iter::<Value>();
            match lines.collect::<Result<Vec<_>, _>>() {
                Ok(items) if !items.is_empty() => items,
                _ => {
                    reading.faults.push(fault(
                        "",
                        "tệp không phải JSON: cần một mảng, {\"values\": […]} hoặc mỗi dòng một đối tượng",
                        "this is no JSON: an array, {\"values\": […]} or one object a line is needed",
                    ));
                    return Vec::new();
                }
            }
        }
    };
    if items.len() > ROWS_MAX {
        reading.faults.push(fault(
            "",
            format!("hơn {ROWS_MAX} giá trị; chia nhỏ ra"),
            format!("more than {ROWS_MAX} values; split the file"),
        ));
        return Vec::new();
    }
    let mut rows = Vec::new();
    for (at, item) in items.into_iter().enumerate() {
        let Value::Object(item) = item else {
            reading.faults.push(RowFault {
                row: at + 1,
                ..fault("", "không phải một đối tượng JSON", "not a JSON object")
            });
            continue;
        };
        for name in item.keys() {
            let is_known = FIELDS.contains(&name.as_str()) || reading.ignored.contains(name);
            if !is_known && reading.ignored.len() < 20 {
                reading.ignored.push(name.clone());
            }
        }
        let field = |name: &str| match item.get(name)? {
            Value::String(text) if text.trim().is_empty() => None,
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Null => None,
            other => Some(other.to_string()),
        };
        rows.push((at + 1, FIELDS.map(field)));
    }
    rows
}

fn check(row: &Row, source: &str, known: &Known<'_>) -> Result<IndicatorValue, RowFault> {
    let [indicator, unit, period, day, value, low, high, n, as_of] = row;
    let indicator = indicator_of(indicator.as_deref(), known)?;
    let period = period_of(indicator, period.as_deref(), day.as_deref(), known)?;
    let whose = whose(unit.as_deref(), period, known)?;
    let value = number("value", value.as_deref())?;
    let (least, most) = indicator.range;
    if let Some(value) = value.filter(|value| !(least..=most).contains(value)) {
        return Err(fault(
            "value",
            format!("{value} nằm ngoài khoảng {least}–{most} của chỉ số"),
            format!("{value} lies outside the indicator's {least}–{most}"),
        ));
    }
    let interval = match (
        number("low", low.as_deref())?,
        number("high", high.as_deref())?,
    ) {
        (None, None) => None,
        (Some(low), Some(high)) if value.is_some_and(|v| low <= v && v <= high) => {
            Some(Interval { low, high })
        }
        _ => {
            return Err(fault(
                "low",
                "cần cả low và high, và low ≤ value ≤ high",
                "both low and high are needed, and low ≤ value ≤ high",
            ));
        }
    };
    let n = n.as_deref().map(|text| {
        let digits = text.replace(['.', ' '], "");
        digits.parse::<u64>().map_err(|_| {
            fault(
                "n",
                "n là một số nguyên không âm",
                "n is a whole number, 0 or more",
            )
        })
    });
    Ok(IndicatorValue {
        indicator: indicator.id.clone(),
        whose,
        period: period.kind(),
        day: period.last(),
        value,
        interval,
        n: n.transpose()?,
        source: source.chars().take(200).collect(),
        as_of: moment(as_of.as_deref(), period, known.now)?,
        version: indicator.version.clone(),
        revision: 1,
        erratum: None,
    })
}

fn indicator_of<'a>(id: Option<&str>, known: &Known<'a>) -> Result<&'a Indicator, RowFault> {
    let Some(id) = id else {
        return Err(fault("indicator", "còn trống", "it is empty"));
    };
    let Some(indicator) = known.indicators.iter().find(|indicator| indicator.id == id) else {
        let ids = known
            .indicators
            .iter()
            .map(|indicator| indicator.id.as_str());
        let ids = ids.collect::<Vec<_>>().join(", ");
        let id = id.chars().take(60).collect::<String>();
        return Err(fault(
            "indicator",
            format!("không có chỉ số `{id}` trong indicators.toml; các mã: {ids}"),
            format!("indicators.toml has no `{id}`; it has: {ids}"),
        ));
    };
    if let IndicatorSource::Formula(formula) = indicator.source {
        let code = formula.code();
        return Err(fault(
            "indicator",
            format!("chỉ số này được tính bằng {code}, không nhập từ ngoài"),
            format!("this one is computed by {code}, not brought in"),
        ));
    }
    Ok(indicator)
}

fn period_of(
    indicator: &Indicator,
    kind: Option<&str>,
    day: Option<&str>,
    known: &Known<'_>,
) -> Result<Period, RowFault> {
    let wanted = indicator.period.code();
    if kind.is_some_and(|kind| PeriodKind::from_code(kind) != Some(indicator.period)) {
        return Err(fault(
            "period",
            format!("chỉ số này theo kỳ {wanted}"),
            format!("this indicator goes by {wanted}"),
        ));
    }
    let day = day
        .filter(|day| day.len() == 10)
        .and_then(|day| day.parse::<Date>().ok());
    let Some(day) = day else {
        return Err(fault(
            "day",
            "ghi một ngày của kỳ: 2026-10-25",
            "write a day of the period: 2026-10-25",
        ));
    };
    if day < indicator.valid_from {
        let from = indicator.valid_from;
        return Err(fault(
            "day",
            format!("định nghĩa chỉ số có hiệu lực từ {from}"),
            format!("the definition holds from {from} on"),
        ));
    }
    let period = Period::of(indicator.period, day);
    if period.start() > known.now {
        return Err(fault("day", "kỳ chưa bắt đầu", "the period has not begun"));
    }
    Ok(period)
}

fn whose(unit: Option<&str>, period: Period, known: &Known<'_>) -> Result<ScoreScope, RowFault> {
    let scope = unit.and_then(ScoreScope::from_code);
    let Some(scope) = scope else {
        return Err(fault(
            "unit",
            "ghi `city`, `kind:ward`, `kind:commune`, `kind:special_zone` hoặc mã 5 số",
            "write `city`, `kind:ward`, `kind:commune`, `kind:special_zone` or five digits",
        ));
    };
    if let ScoreScope::Unit(code) = scope
        && !(known.has_unit)(code, period)
    {
        return Err(fault(
            "unit",
            format!("không có đơn vị mã {code} trong kỳ này; xem /api/v1/units"),
            format!("there is no unit {code} in this period; see /api/v1/units"),
        ));
    }
    Ok(scope)
}

/// A number, with a decimal point or comma; `None` where it is absent.
fn number(field: &'static str, text: Option<&str>) -> Result<Option<f64>, RowFault> {
    let Some(text) = text else { return Ok(None) };
    let plain = text.replace(',', ".");
    let number = plain
        .parse::<f64>()
        .ok()
        .filter(|number| number.is_finite());
    let shown = text.chars().take(20).collect::<String>();
    number.map(Some).ok_or_else(|| {
        fault(
            field,
            format!("`{shown}` không phải một số; ghi 17.94, hoặc để trống nếu chưa thể đánh giá"),
            format!("`{shown}` is no number; write 17.94, or nothing where it cannot be judged"),
        )
    })
}

/// The moment of which the value speaks: as given, else the end of the period, or now while it runs.
fn moment(text: Option<&str>, period: Period, now: Timestamp) -> Result<Timestamp, RowFault> {
    let Some(text) = text else {
        return Ok(period.end().min(now));
    };
    let moment = text
        .parse::<Timestamp>()
        .ok()
        .filter(|moment| *moment <= now);
    moment.ok_or_else(|| {
        fault(
            "as_of",
            "ghi thời điểm đã qua: 2026-10-25T12:00:00+07:00",
            "write a moment that is past: 2026-10-25T12:00:00+07:00",
        )
    })
}

#[cfg(test)]
mod tests;
