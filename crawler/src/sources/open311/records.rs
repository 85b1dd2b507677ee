//! Open311 answers in JSON and XML, as flat records.

use jiff::Timestamp;
use jiff::civil::DateTime;
use models::domain::vietnam_zone;
use quick_xml::Reader;
use quick_xml::events::Event;
use rustc_hash::FxHashMap;
use serde_json::Value;

/// Field names and their texts; names of nested fields stand alone.
pub(super) type Record = FxHashMap<String, String>;

/// More records of one page are not read.
const RECORDS_MAX: usize = 10_000;

/// Root elements of the answers that are read; `errors` and web pages have others.
const ROOTS: [&str; 5] = [
    "discovery",
    "services",
    "service_requests",
    "requests",
    "service_request",
];

/// Deeper nesting is ignored.
const DEPTH_MAX: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Xml,
}

impl Format {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
        }
    }

    pub(super) fn accept(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml,text/xml;q=0.9",
        }
    }
}

/// Reads the records of an answer; in XML they are the elements of that name.
pub(super) fn read(body: &[u8], format: Format, element: &str) -> Result<Vec<Record>, String> {
    match format {
        Format::Json => read_json(body),
        Format::Xml => read_xml(body, element),
    }
}

/// ISO 8601; without a zone, Vietnam's is meant.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let with_zone = text.parse::<Timestamp>().ok();
    with_zone.or_else(|| {
        text.parse::<DateTime>()
            .ok()?
            .to_zoned(vietnam_zone())
            .ok()
            .map(|zoned| zoned.timestamp())
    })
}

fn read_json(body: &[u8]) -> Result<Vec<Record>, String> {
    let value = serde_json::from_slice::<Value>(body).map_err(|error| error.to_string())?;
    // Some servers wrap the list: {"service_requests": [...]}.
    let list = match value {
        Value::Array(list) => list,
        Value::Object(fields) => match fields.into_iter().find_map(|(_, value)| match value {
            Value::Array(list) => Some(list),
            _ => None,
        }) {
            Some(list) => list,
            None => return Err("no list in the JSON".to_owned()),
        },
        _ => return Err("no list in the JSON".to_owned()),
    };
    let records = list.iter().take(RECORDS_MAX).map(|value| {
        let mut record = Record::default();
        flatten(value, "", &mut record, 0);
        record
    });
    Ok(records.collect())
}

fn flatten(value: &Value, name: &str, record: &mut Record, depth: usize) {
    match value {
        Value::Object(fields) if depth < DEPTH_MAX => {
            for (name, value) in fields {
                flatten(value, name, record, depth + 1);
            }
        }
        Value::String(text) => insert(record, name, text.clone()),
        Value::Number(_) | Value::Bool(_) => insert(record, name, value.to_string()),
        _ => {}
    }
}

/// An outer field wins over a nested one of the same name.
fn insert(record: &mut Record, name: &str, text: String) {
    if !name.is_empty() && !text.trim().is_empty() {
        record.entry(name.to_owned()).or_insert(text);
    }
}

fn read_xml(body: &[u8], element: &str) -> Result<Vec<Record>, String> {
    let text = String::from_utf8_lossy(body);
    let mut reader = Reader::from_str(&text);
    let mut records = Vec::new();
    let mut current: Option<Record> = None;
    let mut path = Vec::<String>::new();
    let mut content = String::new();
    loop {
        match reader.read_event().map_err(|error| error.to_string())? {
            Event::Start(start) => {
                let name = start.local_name().as_ref().to_owned();
                if path.is_empty() && !ROOTS.contains(&name.as_str()) {
                    return Err(format!("its root element is {name}"));
                }
                if name == element && current.is_none() {
                    current = Some(Record::default());
                }
                path.push(name);
                content.clear();
            }
            Event::Text(piece) => content.push_str(&piece),
            Event::CData(piece) => content.push_str(&piece),
            Event::GeneralRef(entity) => content.push_str(&resolved(&entity)),
            Event::End(_) => {
                let name = path.pop().unwrap_or_default();
                if name == element && !path.iter().any(|outer| outer == element) {
                    records.extend(current.take());
                } else if let Some(record) = &mut current {
                    insert(record, &name, std::mem::take(&mut content));
                }
                content.clear();
            }
            Event::Eof => break,
            _ => {}
        }
        if records.len() >= RECORDS_MAX {
            break;
        }
    }
    if !text.contains('<') {
        return Err("not XML".to_owned());
    }
    Ok(records)
}

/// The five entities of XML and numbered ones; others are dropped, so nothing can expand.
fn resolved(entity: &quick_xml::events::BytesRef<'_>) -> String {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        return character.to_string();
    }
    quick_xml::escape::resolve_predefined_entity(entity)
        .unwrap_or_default()
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_json_and_xml_alike() {
        let json = br#"[{"service_request_id": 17, "description": "C\u1ed1ng ngh\u1eb9t & h\u00f4i", "lat": null,
            "extended_attributes": {"rating": "satisfied", "description": "kh\u00e1c"}}]"#;
        let xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?><service_requests><request>
            <service_request_id>17</service_request_id><description>Cống nghẹt &amp; h&#244;i</description>
            <lat/><extended_attributes><rating>satisfied</rating></extended_attributes></request></service_requests>";
        let from_json = read(json, Format::Json, "request").unwrap();
        let from_xml = read(xml.as_bytes(), Format::Xml, "request").unwrap();
        assert_eq!(from_json, from_xml);
        assert_eq!(from_xml[0]["description"], "Cống nghẹt & hôi");
    }

    #[test]
    fn reads_wrapped_lists_and_refuses_other_things() {
        let wrapped = br#"{"service_requests": [{"service_request_id": "a"}]}"#;
        assert_eq!(read(wrapped, Format::Json, "request").unwrap().len(), 1);
        assert!(read(b"{\"code\": 404}", Format::Json, "request").is_err());
        assert!(read(b"<html>", Format::Json, "request").is_err());
        assert!(read(b"oops", Format::Xml, "request").is_err());
        assert!(read(b"<html></html>", Format::Xml, "request").is_err());
        assert_eq!(
            read(b"<service_requests/>", Format::Xml, "request").unwrap(),
            vec![]
        );
    }

    #[test]
    fn never_expands_entities() {
        let bomb = b"<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><requests><request><id>&b;1</id></request></requests>";
        assert_eq!(read(bomb, Format::Xml, "request").unwrap()[0]["id"], "1");
    }

    #[test]
    fn reads_moments() {
        assert_eq!(
            moment("2026-11-12T06:37:38-08:00"),
            "2026-11-12T14:37:38Z".parse().ok()
        );
        assert_eq!(
            moment("2026-11-12T06:37:38"),
            "2026-11-11T23:37:38Z".parse().ok()
        );
        assert_eq!(moment("hôm qua"), None);
    }
}
