//! The tools, each one address of the API with the parameters it takes.

use std::fmt::Write;

use serde_json::{Map, Value, json};

/// One tool.
pub(crate) struct ToolSpec {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    /// `{id}` is taken from the arguments.
    path: &'static str,
    parameters: &'static [Parameter],
}

/// One parameter.
struct Parameter {
    name: &'static str,
    about: &'static str,
    /// What is asked for when nothing is said.
    usual: Option<&'static str>,
    is_needed: bool,
}

const fn may(name: &'static str, about: &'static str) -> Parameter {
    Parameter {
        name,
        about,
        usual: None,
        is_needed: false,
    }
}

const fn must(name: &'static str, about: &'static str) -> Parameter {
    Parameter {
        is_needed: true,
        ..may(name, about)
    }
}

const fn usually(name: &'static str, usual: &'static str, about: &'static str) -> Parameter {
    Parameter {
        usual: Some(usual),
        ..may(name, about)
    }
}

const DAY: Parameter = may(
    "day",
    "Day in Vietnam, YYYY-MM-DD; the last published one when left out",
);
const UNIT: Parameter = may(
    "unit",
    "Five-digit code of a ward or commune (tool `units`)",
);
const TOPIC: Parameter = may("topic", "Code of a topic, such as drainage, road, noise");
const CURSOR: Parameter = may("cursor", "`next` of the answer before");
const LIMIT: Parameter = usually(
    "limit",
    "20",
    "Items of one answer, 1 to 100; 20 when left out",
);

/// All tools.
pub(crate) const TOOLS: &[ToolSpec] = &[
    ToolSpec {
        name: "digest",
        about: "The ranked concerns of a day (at most ten and those rising), or of a week, month or \
            reporting month, with score, interval, evidence counts and reasons.",
        path: "/api/v1/digests",
        parameters: &[
            usually(
                "unit",
                "city",
                "city, a five-digit unit code, or agency: and an id",
            ),
            DAY,
            may("period", "day, week, month or reporting_month"),
        ],
    },
    ToolSpec {
        name: "concerns",
        about: "Concerns that were spoken of on some days, by unit, topic and status.",
        path: "/api/v1/concerns",
        parameters: &[
            UNIT,
            TOPIC,
            may("status", "open, answered, closed or returned"),
            may(
                "from",
                "First day, YYYY-MM-DD; a week before `to` when left out",
            ),
            may("to", "Last day, YYYY-MM-DD"),
            LIMIT,
            CURSOR,
        ],
    },
    ToolSpec {
        name: "concern",
        about: "One concern with its life and a page of its evidence, redacted, newest first.",
        path: "/api/v1/concerns/{id}",
        parameters: &[
            must("id", "Id of the concern, as digests and lists give it"),
            LIMIT,
            CURSOR,
        ],
    },
    ToolSpec {
        name: "search",
        about: "Redacted mentions by words, with or without Vietnamese accents.",
        path: "/api/v1/search",
        parameters: &[
            must("q", "Words"),
            UNIT,
            TOPIC,
            may("from", "First day, YYYY-MM-DD"),
            may("to", "Last day, YYYY-MM-DD"),
            LIMIT,
            CURSOR,
        ],
    },
    ToolSpec {
        name: "units",
        about: "Wards, communes and special zones with code, name, population.",
        path: "/api/v1/units",
        parameters: &[usually("limit", "100", "Items of one answer"), CURSOR],
    },
    ToolSpec {
        name: "signals",
        about: "Listening signal 0-100 with interval and n, and the shadow of Decision 766, by unit.",
        path: "/api/v1/signals",
        parameters: &[DAY, UNIT, LIMIT, CURSOR],
    },
    ToolSpec {
        name: "indicators",
        about: "Definitions of all indicators: measure, levels, colours, source, version.",
        path: "/api/v1/indicators",
        parameters: &[],
    },
    ToolSpec {
        name: "indicator_values",
        about: "Values of one indicator for city, kinds and units.",
        path: "/api/v1/indicators/{id}",
        parameters: &[
            must("id", "Id of the indicator (tool `indicators`)"),
            DAY,
            LIMIT,
            CURSOR,
        ],
    },
    ToolSpec {
        name: "sources",
        about: "What is listened to, and how each source is: fresh, silent, blocked …",
        path: "/api/v1/sources",
        parameters: &[LIMIT, CURSOR],
    },
];

/// The JSON Schema of a tool's arguments.
pub(crate) fn schema(tool: &ToolSpec) -> Map<String, Value> {
    let properties = tool.parameters.iter().map(|parameter| {
        let said = json!({"type": "string", "description": parameter.about});
        (parameter.name.to_owned(), said)
    });
    let needed = tool
        .parameters
        .iter()
        .filter(|parameter| parameter.is_needed);
    let needed = needed.map(|parameter| json!(parameter.name));
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("object"));
    schema.insert("properties".to_owned(), Value::Object(properties.collect()));
    schema.insert("required".to_owned(), Value::Array(needed.collect()));
    schema.insert("additionalProperties".to_owned(), json!(false));
    schema
}

/// The address that a call reads. What a value says is the API's to judge.
pub(crate) fn path(tool: &ToolSpec, given: &Map<String, Value>) -> Result<String, String> {
    let known = |name: &str| {
        tool.parameters
            .iter()
            .any(|parameter| parameter.name == name)
    };
    if let Some(odd) = given.keys().find(|name| !known(name)) {
        return Err(format!("`{odd}` is no argument of {}", tool.name));
    }
    let mut path = tool.path.to_owned();
    let mut query = String::new();
    for parameter in tool.parameters {
        let value = match given.get(parameter.name) {
            None | Some(Value::Null) => parameter.usual.map(str::to_owned),
            Some(Value::String(text)) => Some(text.clone()).filter(|text| !text.is_empty()),
            Some(Value::Number(number)) => Some(number.to_string()),
            Some(_) => return Err(format!("`{}` must be a text", parameter.name)),
        };
        let Some(value) = value else {
            if parameter.is_needed {
                return Err(format!("`{}` is needed", parameter.name));
            }
            continue;
        };
        let value = encoded(&value);
        if parameter.name == "id" {
            path = path.replace("{id}", &value);
        } else {
            let mark = if query.is_empty() { '?' } else { '&' };
            // Writing to a string cannot fail.
            let _ = write!(query, "{mark}{}={value}", parameter.name);
        }
    }
    Ok(path + &query)
}

/// Everything but letters, digits and a few signs as percent signs, so that no value is more than one.
fn encoded(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' => {
                safe.push(char::from(byte));
            }
            // Dots stand in ids of indicators; a path of dots alone would lead elsewhere.
            b'.' if text.bytes().any(|other| other != b'.') => safe.push('.'),
            other => {
                // Writing to a string cannot fail.
                let _ = write!(safe, "%{other:02X}");
            }
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, given: &Value) -> Result<String, String> {
        let tool = TOOLS.iter().find(|tool| tool.name == name).unwrap();
        path(tool, given.as_object().unwrap())
    }

    #[test]
    fn a_call_is_one_address_of_the_api() {
        assert_eq!(
            read("digest", &json!({"day": "2026-11-12"})).unwrap(),
            "/api/v1/digests?unit=city&day=2026-11-12"
        );
        assert_eq!(
            read("search", &json!({"q": "ngập nước", "limit": 5})).unwrap(),
            "/api/v1/search?q=ng%E1%BA%ADp%20n%C6%B0%E1%BB%9Bc&limit=5"
        );
        assert_eq!(
            read("indicator_values", &json!({"id": "766.progress"})).unwrap(),
            "/api/v1/indicators/766.progress?limit=20"
        );
    }

    #[test]
    fn no_argument_leads_anywhere_else() {
        for id in ["../../livez", "a/b", "a?x=1", "..", "a&b", "a#b", "%2e%2e"] {
            let path = read("concern", &json!({"id": id})).unwrap();
            let id = path.strip_prefix("/api/v1/concerns/").unwrap();
            let id = id.strip_suffix("?limit=20").unwrap();
            assert!(!id.contains(['/', '?', '&', '#']) && id != "..", "{path}");
        }
        assert!(read("concern", &json!({})).unwrap_err().contains("id"));
        assert!(read("digest", &json!({"path": "/x"})).is_err());
        assert!(read("digest", &json!({"unit": ["city"]})).is_err());
    }
}
