//! Places in a request and what stands in them: `{{to}}`, `{{text}}`, `{{secret.NAME}}`; with `|html`
//! after the name, `&`, `<` and `>` are written as entities first.

use std::collections::BTreeMap;

use quick_xml::events::Event;
use thiserror::Error;
use url::form_urlencoded::byte_serialize;

use super::{ChannelError, Said};

/// How values stand in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Inside strings of JSON.
    Json,
    /// As fields of a form.
    Form,
    /// As text or attributes of XML.
    Xml,
    /// As they are.
    Text,
    /// In an address, percent-encoded, secrets as they are.
    Url,
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TemplateError {
    /// A place that nobody fills.
    #[error(
        "nobody knows `{{{{{0}}}}}`; there are to, name, subject, text, link, id, and secret.NAME for each of `secrets`"
    )]
    Unknown(String),
    /// A place without an end.
    #[error("`{{{{` without `}}}}` in `{0}`")]
    Open(String),
}

/// What stands in the places.
pub(super) struct Values<'a> {
    pub(super) said: &'a Said<'a>,
    pub(super) secrets: &'a BTreeMap<String, String>,
}

impl Values<'_> {
    /// The value of a place, and whether it is a secret.
    fn of(&self, name: &str) -> Option<(&str, bool)> {
        let said = self.said;
        if let Some(secret) = name.strip_prefix("secret.") {
            return self.secrets.get(secret).map(|value| (value.as_str(), true));
        }
        let value = match name {
            "to" => said.to,
            "name" => said.name,
            "subject" => said.subject,
            "text" => said.text,
            "link" => said.link,
            "id" => said.id,
            _ => return None,
        };
        Some((value, false))
    }
}

/// A template with its places filled. What stands in a value is never read as a place.
pub(super) fn fill(
    template: &str,
    format: Format,
    values: &Values<'_>,
) -> Result<String, TemplateError> {
    let mut filled = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, from)) = rest.split_once("{{") {
        filled.push_str(before);
        let (name, after) = from
            .split_once("}}")
            .ok_or_else(|| TemplateError::Open(from.chars().take(40).collect()))?;
        let (name, is_markup) = match name.trim().strip_suffix("|html") {
            Some(name) => (name.trim(), true),
            None => (name.trim(), false),
        };
        let (value, is_secret) = values
            .of(name)
            .ok_or_else(|| TemplateError::Unknown(name.chars().take(40).collect()))?;
        if is_secret && format == Format::Url {
            filled.push_str(value);
        } else if is_markup {
            // Chats such as Slack read `<!channel>` in a text as a call to everybody.
            let value = value.replace('&', "&amp;").replace('<', "&lt;");
            filled.push_str(&format.escaped(&value.replace('>', "&gt;")));
        } else {
            filled.push_str(&format.escaped(value));
        }
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

impl Format {
    /// The media type of a body.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form | Self::Url => "application/x-www-form-urlencoded",
            Self::Xml => "text/xml; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    fn escaped(self, value: &str) -> String {
        match self {
            Self::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                // Without the quotes, which stand in the template.
                quoted
                    .get(1..quoted.len() - 1)
                    .unwrap_or_default()
                    .to_owned()
            }
            Self::Form | Self::Url => byte_serialize(value.as_bytes()).collect(),
            Self::Xml => {
                // XML 1.0 has no way of writing most control characters.
                let allowed = |c: &char| !c.is_control() || matches!(c, '\n' | '\t' | '\r');
                let text = value.chars().filter(allowed).collect::<String>();
                quick_xml::escape::escape(text).into_owned()
            }
            Self::Text => value.to_owned(),
        }
    }

    /// Whether a body is what it says it is.
    pub(super) fn check(self, body: &str) -> Result<(), ChannelError> {
        match self {
            Self::Json if body.is_empty() => Ok(()),
            Self::Json => serde_json::from_str::<serde_json::Value>(body)
                .map(|_| ())
                .map_err(|error| ChannelError::Body("JSON", error.to_string())),
            Self::Xml => check_xml(body),
            Self::Form | Self::Text | Self::Url => Ok(()),
        }
    }
}

fn check_xml(body: &str) -> Result<(), ChannelError> {
    let mut reader = quick_xml::Reader::from_str(body);
    reader.config_mut().check_end_names = true;
    let mut depth = 0_u32;
    loop {
        let wrong = |reason: String| ChannelError::Body("XML", reason);
        match reader.read_event() {
            Err(error) => return Err(wrong(error.to_string())),
            Ok(Event::Start(_)) => depth += 1,
            Ok(Event::End(_)) => depth = depth.saturating_sub(1),
            Ok(Event::Eof) if depth > 0 => {
                return Err(wrong("an element is not closed".to_owned()));
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
        }
    }
}
