use std::path::Path;

use models::domain::UnitKind;

use super::*;
use crate::config::parse_indicators;

fn read(text: &str, format: Format) -> Reading {
    let shipped = include_str!("../../../config/indicators.toml");
    let indicators = parse_indicators(Path::new("x"), shipped).unwrap();
    let known = Known {
        indicators: &indicators,
        has_unit: &|code, _| code.number() == 26_740,
        now: "2026-11-20T00:00:00Z".parse().unwrap(),
    };
    read_rows(text.as_bytes(), format, "x.csv", &known)
}

#[test]
fn csv_and_json_say_the_same() {
    let csv = "\u{feff}indicator;unit;day;value;n;note\n\
               766.progress;city;2026-10-03;17,94;14.707;x\n\
               services.online;26740;2026-10-25;;;\n\
               alert.execution;kind:ward;2026-11-12;0;;\n";
    let json = r#"{"values": [
        {"indicator": "766.progress", "unit": "city", "day": "2026-10-03", "value": 17.94, "n": 14707},
        {"indicator": "services.online", "unit": "26740", "day": "2026-10-25", "value": null},
        {"indicator": "alert.execution", "unit": "kind:ward", "day": "2026-11-12", "value": "0"}]}"#;
    let csv = read(csv, Format::Csv);
    assert_eq!(csv.faults, []);
    assert_eq!(csv.ignored, ["note"]);
    assert_eq!(csv.values, read(json, Format::Json).values);
    let told = csv.values.iter().map(|value| {
        let day = value.day.to_string();
        (value.whose, value.period, day, value.value, value.n)
    });
    let unit = ScoreScope::Unit("26740".parse().unwrap());
    let month = PeriodKind::ReportingMonth;
    let week = PeriodKind::Week;
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (
                ScoreScope::City,
                month,
                "2026-10-25".to_owned(),
                Some(17.94),
                Some(14_707)
            ),
            (unit, month, "2026-10-25".to_owned(), None, None),
            (
                ScoreScope::Kind(UnitKind::Ward),
                week,
                "2026-11-15".to_owned(),
                Some(0.0),
                None
            ),
        ]
    );
    let lines = "{\"indicator\":\"766.progress\",\"unit\":\"city\",\"day\":\"2026-10-03\",\"value\":1}\n\
                 {\"indicator\":\"766.progress\",\"unit\":\"city\",\"day\":\"2026-09-03\",\"value\":2}\n";
    assert_eq!(read(lines, Format::Json).values.len(), 2);
}

#[test]
fn every_bad_row_is_named_with_its_line_and_the_fix() {
    let csv = "indicator,unit,day,value,low,high,n,as_of\n\
               766.progres,city,2026-10-03,1,,,,\n\
               tickets.on_time,city,2026-10-03,1,,,,\n\
               766.progress,99999,2026-10-03,1,,,,\n\
               766.progress,quận 1,2026-10-03,1,,,,\n\
               766.progress,city,3/10/2026,1,,,,\n\
               766.progress,city,2027-10-03,1,,,,\n\
               766.progress,city,2026-10-03,20.1,,,,\n\
               766.progress,city,2026-10-03,nhiều,,,,\n\
               766.progress,city,2026-10-03,5,6,7,,\n\
               766.progress,city,2026-10-03,5,,,-3,\n\
               766.progress,city,2026-10-03,5,,,,2030-01-01T00:00:00Z\n\
               766.progress,city,2026-10-03,5,,,,\n\
               766.progress,city,2026-10-04,5,,,,\n";
    let reading = read(csv, Format::Csv);
    let told = reading.faults.iter().map(|fault| (fault.row, fault.field));
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (2, "indicator"),
            (3, "indicator"),
            (4, "unit"),
            (5, "unit"),
            (6, "day"),
            (7, "day"),
            (8, "value"),
            (9, "value"),
            (10, "low"),
            (11, "n"),
            (12, "as_of"),
            (14, "unit"),
        ]
    );
    assert_eq!(reading.values.len(), 1);
    let first = reading.faults[0].to_string();
    assert!(
        first.contains("dòng 2 / row 2") && first.contains("766.progress"),
        "{first}"
    );
}

#[test]
fn a_file_of_something_else_is_refused() {
    let missing = read("unit,value\ncity,1\n", Format::Csv);
    assert_eq!(missing.values, []);
    assert!(
        missing
            .faults
            .iter()
            .any(|fault| fault.field == "indicator")
    );
    assert!(!read("<html></html>", Format::Json).faults.is_empty());
    assert!(!read("[1]", Format::Json).faults.is_empty());
}
