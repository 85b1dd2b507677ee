//! The mapping file of `import`: which column is which, how dates are written, what words mean.

use std::collections::BTreeMap;
use std::path::Path;

use crawler::sources::tickets::{ColumnMapping, TicketField};
use jiff::tz::Offset;
use models::domain::{Rating, TicketStatus};
use serde::Deserialize;

use super::ConfigError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    zone: Option<String>,
    #[serde(default)]
    dates: Vec<String>,
    header_row: Option<u64>,
    sheet: Option<String>,
    separator: Option<char>,
    encoding: Option<String>,
    #[serde(default)]
    columns: Columns,
    #[serde(default)]
    status: BTreeMap<String, StatusName>,
    #[serde(default)]
    rating: BTreeMap<String, RatingName>,
    #[serde(default)]
    field: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Columns {
    code: Option<Headers>,
    title: Option<Headers>,
    text: Option<Headers>,
    field: Option<Headers>,
    address: Option<Headers>,
    received_at: Option<Headers>,
    due_at: Option<Headers>,
    closed_at: Option<Headers>,
    updated_at: Option<Headers>,
    status: Option<Headers>,
    rating: Option<Headers>,
}

/// One header, or several.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a header, or a list of headers")]
enum Headers {
    One(String),
    Several(Vec<String>),
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StatusName {
    Open,
    InProgress,
    Closed,
    Rejected,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RatingName {
    Satisfied,
    Neutral,
    Dissatisfied,
    NotAsked,
    None,
}

/// Reads a mapping file; what is wrong is shown with its line and a caret.
pub fn read_mapping(path: &Path) -> Result<ColumnMapping, ConfigError> {
    let text = std::fs::read_to_string(path).map_err(|e| ConfigError::unreadable(path, &e))?;
    parse_mapping(path, &text)
}

/// The same of a text.
pub fn parse_mapping(path: &Path, text: &str) -> Result<ColumnMapping, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    let wrong = |value: &str, vietnamese: &str, english: &str| {
        ConfigError::value(path, text, value, vietnamese, english)
    };
    let offset = match &file.zone {
        None => ColumnMapping::default().offset,
        Some(zone) => offset(zone).ok_or_else(|| {
            wrong(
                zone,
                "ghi Asia/Ho_Chi_Minh, UTC hoặc +07:00",
                "write Asia/Ho_Chi_Minh, UTC or +07:00",
            )
        })?,
    };
    if let Some(pattern) = file.dates.iter().find(|p| !ColumnMapping::knows_date(p)) {
        return Err(wrong(
            pattern,
            "mẫu ngày như %d/%m/%Y %H:%M",
            "a pattern such as %d/%m/%Y %H:%M",
        ));
    }
    if let Some(label) = file
        .encoding
        .as_ref()
        .filter(|l| !ColumnMapping::knows_encoding(l))
    {
        return Err(wrong(
            label,
            "bảng mã không được biết, ví dụ windows-1258",
            "an encoding nobody knows; windows-1258 is one",
        ));
    }
    if let Some(separator) = file.separator.filter(|c| !c.is_ascii()) {
        return Err(wrong(
            &separator.to_string(),
            "một ký tự ASCII",
            "one ASCII character",
        ));
    }
    let status = |name: StatusName| match name {
        StatusName::Open => TicketStatus::Open,
        StatusName::InProgress => TicketStatus::InProgress,
        StatusName::Closed => TicketStatus::Closed,
        StatusName::Rejected => TicketStatus::Rejected,
    };
    let rating = |name: RatingName| match name {
        RatingName::Satisfied => Some(Rating::Satisfied),
        RatingName::Neutral => Some(Rating::Neutral),
        RatingName::Dissatisfied => Some(Rating::Dissatisfied),
        RatingName::NotAsked => Some(Rating::NotAsked),
        RatingName::None => None,
    };
    Ok(ColumnMapping {
        columns: file.columns.into_pairs(),
        dates: file.dates,
        offset,
        statuses: file
            .status
            .into_iter()
            .map(|(word, name)| (word, status(name)))
            .collect(),
        ratings: file
            .rating
            .into_iter()
            .map(|(word, name)| (word, rating(name)))
            .collect(),
        fields: file.field.into_iter().collect(),
        header_row: file.header_row,
        sheet: file.sheet,
        separator: file.separator.map(|c| c as u8),
        encoding: file.encoding,
    })
}

impl Columns {
    fn into_pairs(self) -> Vec<(TicketField, Vec<String>)> {
        let pairs = [
            (TicketField::Code, self.code),
            (TicketField::Title, self.title),
            (TicketField::Text, self.text),
            (TicketField::Field, self.field),
            (TicketField::Address, self.address),
            (TicketField::ReceivedAt, self.received_at),
            (TicketField::DueAt, self.due_at),
            (TicketField::ClosedAt, self.closed_at),
            (TicketField::UpdatedAt, self.updated_at),
            (TicketField::Status, self.status),
            (TicketField::Rating, self.rating),
        ];
        let given = pairs.into_iter().filter_map(|(field, headers)| {
            let headers = match headers? {
                Headers::One(header) => vec![header],
                Headers::Several(headers) => headers,
            };
            (!headers.is_empty()).then_some((field, headers))
        });
        given.collect()
    }
}

/// The zones of Vietnam and its neighbours without summer time, or a fixed offset.
fn offset(zone: &str) -> Option<Offset> {
    match zone {
        "Asia/Ho_Chi_Minh" | "Asia/Saigon" | "Asia/Bangkok" => Offset::from_hours(7).ok(),
        "UTC" | "Z" => Some(Offset::UTC),
        _ => {
            let (hours, minutes) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
            let is_two_digits =
                |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
            if !is_two_digits(hours) || !is_two_digits(minutes) {
                return None;
            }
            let seconds = hours.parse::<i32>().ok()? * 3600 + minutes.parse::<i32>().ok()? * 60;
            let sign = if zone.starts_with('-') { -1 } else { 1 };
            Offset::from_seconds(sign * seconds).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FULL: &str = r#"
        zone = "+08:00"
        dates = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
        header_row = 3
        sheet = "Phản ánh"
        separator = ";"
        encoding = "windows-1258"
        [columns]
        code = "Số phiếu"
        text = ["Nội dung", "Kiến nghị"]
        [status]
        "Xong" = "closed"
        [rating]
        "Ưng" = "satisfied"
        "Bỏ qua" = "none"
        [field]
        "HTĐT" = "Hạ tầng đô thị"
    "#;

    fn parse(text: &str) -> Result<ColumnMapping, ConfigError> {
        parse_mapping(Path::new("anh-xa.toml"), text)
    }

    fn complaint(text: &str) -> String {
        format!("{:?}", miette::Report::new(parse(text).unwrap_err()))
    }

    #[test]
    fn everything_can_be_said() {
        let mapping = parse(FULL).unwrap();
        assert_eq!(mapping.offset, Offset::constant(8));
        assert_eq!(mapping.columns.len(), 2);
        assert_eq!(
            mapping.statuses,
            [("Xong".to_owned(), TicketStatus::Closed)]
        );
        assert_eq!(mapping.ratings.len(), 2);
        assert_eq!(mapping.separator, Some(b';'));
        assert_eq!(parse("").unwrap(), ColumnMapping::default());
    }

    #[test]
    fn mistakes_are_shown_where_they_stand() {
        let unknown = complaint("zone = \"UTC\"\n[columns]\nnoidung = \"Nội dung\"\n");
        assert!(
            unknown.contains("noidung") && unknown.contains("anh-xa.toml:3"),
            "{unknown}"
        );
        assert!(unknown.contains("received_at"), "{unknown}");
        let status = complaint("[status]\n\"Xong\" = \"done\"\n");
        assert!(
            status.contains("in_progress") && status.contains(":2"),
            "{status}"
        );
        for (text, shown) in [
            ("zone = \"Hà Nội\"", "+07:00"),
            ("dates = [\"ngày %q\"]", "%d/%m/%Y"),
            ("dates = [\"%H:%M\"]", "%d/%m/%Y"),
            ("encoding = \"tcvn3\"", "windows-1258"),
            ("separator = \"→\"", "ASCII"),
            ("zone = \"+7\"", "+07:00"),
        ] {
            let complaint = complaint(text);
            assert!(
                complaint.contains(shown) && complaint.contains(":1"),
                "{complaint}"
            );
        }
    }
}
