//! Answers in both encodings, made from one value.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use serde::Serialize;
use serde_json::Value;

use super::shape::ErrorBody;
use crate::Error;
use crate::error::Failure;

/// How an answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    Json,
    Xml,
}

impl Encoding {
    pub(super) fn from_ending(ending: &str) -> Option<Self> {
        match ending {
            "json" => Some(Self::Json),
            "xml" => Some(Self::Xml),
            _ => None,
        }
    }

    fn media_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Json => "application/json; charset=utf-8",
            Self::Xml => "text/xml; charset=utf-8",
        })
    }
}

/// A value under the names the standard gives its elements in XML.
pub(super) fn answer<T: Serialize + ?Sized>(
    encoding: Encoding,
    status: StatusCode,
    root: &str,
    item: Option<&str>,
    value: &T,
) -> Result<Response, Error> {
    let value = serde_json::to_value(value).map_err(|error| Error::Shape(error.to_string()))?;
    let body = match encoding {
        Encoding::Json => value.to_string(),
        Encoding::Xml => {
            xml(root, item, &value).map_err(|error| Error::Shape(error.to_string()))?
        }
    };
    Ok((
        status,
        [(header::CONTENT_TYPE, encoding.media_type())],
        body,
    )
        .into_response())
}

/// A failure in the standard's shape; in XML where the address does not say JSON.
pub(crate) fn dress(
    status: StatusCode,
    failure: &Failure,
    mut headers: HeaderMap,
    path: &str,
) -> Response {
    let ending = path.rsplit_once('.').map(|(_, ending)| ending);
    let encoding = ending
        .and_then(Encoding::from_ending)
        .unwrap_or(Encoding::Xml);
    let reason = status.canonical_reason().unwrap_or("Error");
    let body = [ErrorBody {
        code: status.as_u16(),
        description: failure.detail.clone().unwrap_or_else(|| reason.to_owned()),
    }];
    headers.insert(header::CONTENT_TYPE, encoding.media_type());
    let is_taking = path.starts_with("/open311/v2/requests.");
    if status == StatusCode::METHOD_NOT_ALLOWED && !is_taking {
        // One route serves all files of the top; only requests can be sent.
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
    }
    let text = match encoding {
        Encoding::Json => serde_json::to_string(&body).unwrap_or_default(),
        Encoding::Xml => serde_json::to_value(&body)
            .ok()
            .and_then(|value| xml("errors", Some("error"), &value).ok())
            .unwrap_or_default(),
    };
    (status, headers, text).into_response()
}

fn xml(root: &str, item: Option<&str>, value: &Value) -> std::io::Result<String> {
    let mut writer = Writer::new(Vec::new());
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    element(&mut writer, root, item, value)?;
    Ok(String::from_utf8_lossy(&writer.into_inner()).into_owned())
}

/// A list's items stand under their own name: that given, or the list's without its last letter.
fn element(
    writer: &mut Writer<Vec<u8>>,
    name: &str,
    item: Option<&str>,
    value: &Value,
) -> std::io::Result<()> {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.chars().filter(|c| is_xml(*c)).collect(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items) => {
            writer.write_event(Event::Start(BytesStart::new(name)))?;
            let of = item.unwrap_or_else(|| name.strip_suffix('s').unwrap_or(name));
            for value in items {
                element(writer, of, None, value)?;
            }
            return writer.write_event(Event::End(BytesEnd::new(name)));
        }
        Value::Object(fields) => {
            writer.write_event(Event::Start(BytesStart::new(name)))?;
            for (name, value) in fields {
                element(writer, name, None, value)?;
            }
            return writer.write_event(Event::End(BytesEnd::new(name)));
        }
    };
    if text.is_empty() {
        return writer.write_event(Event::Empty(BytesStart::new(name)));
    }
    writer.write_event(Event::Start(BytesStart::new(name)))?;
    writer.write_event(Event::Text(BytesText::new(&text)))?;
    writer.write_event(Event::End(BytesEnd::new(name)))
}

/// Whether XML 1.0 may hold a character (section 2.2).
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_objects_become_elements() {
        let value = json!([{"service_request_id": "7", "lat": null, "description": "ngập <1 m> & hôi\u{0}"}]);
        assert_eq!(
            xml("service_requests", Some("request"), &value).unwrap(),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><service_requests><request>\
             <description>ngập &lt;1 m&gt; &amp; hôi</description><lat/>\
             <service_request_id>7</service_request_id></request></service_requests>"
        );
        let nested = json!({"endpoints": [{"formats": ["text/xml"]}]});
        assert_eq!(
            xml("discovery", None, &nested).unwrap(),
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><discovery><endpoints><endpoint><formats>\
             <format>text/xml</format></formats></endpoint></endpoints></discovery>"
        );
    }
}
