//! Gateways: SMS and chat, reached by one HTTP request that a template describes.
//!
//! Values are escaped as the format of the body asks for, so that a citizen's word in a title cannot
//! leave its place. People get nothing twice: where it is not known whether a gateway took a message, it
//! is not sent again, unless the gateway knows messages that come twice.

mod template;

use std::collections::BTreeMap;

use jiff::Timestamp;
use models::domain::SecretRef;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Response};
use thiserror::Error;
use url::Url;
use url::form_urlencoded::byte_serialize;

pub use self::template::{Format, TemplateError};
use self::template::{Values, fill};
use crate::fetch::{explained, retry_after};
use crate::send::{Sender, one_line};
use crate::sources::secret::look_up;

/// So much of an answer is looked at.
const ANSWER_BYTES_MAX: usize = 8_000;
/// So much of it goes into a receipt.
const WORDS_MAX: usize = 300;

/// A way of telling people that is not mail.
#[derive(Clone, Debug, PartialEq)]
pub struct Channel {
    /// Stable identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What goes through it.
    pub kind: ChannelKind,
    /// The request.
    pub request: RequestTemplate,
    /// When the gateway took a message.
    pub taken: TakenWhen,
    /// Whether the gateway knows a message that comes twice by its `{{id}}`, so that one whose answer
    /// was lost may go again.
    pub knows_repeats: bool,
    /// Why nothing is sent now.
    pub disabled: Option<String>,
}

/// What goes through a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// Short messages to phones.
    Sms {
        /// Whether accents stay, at the price of more parts.
        accents: bool,
        /// Parts a message may have at most.
        parts_max: usize,
    },
    /// Messages to a person or room of a chat.
    Chat,
}

/// A request with places for values.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestTemplate {
    /// `POST` or `GET`.
    pub is_post: bool,
    /// Address; values in it are percent-encoded, secrets stand as they are.
    pub url: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// How values stand in the body.
    pub format: Format,
    /// The body.
    pub body: String,
    /// Where the secrets are kept that templates name.
    pub secrets: BTreeMap<String, SecretRef>,
}

/// When a gateway took a message, beside a status of 200 to 299: many answer 200 to what they refuse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TakenWhen {
    /// The status is all.
    Status,
    /// Its answer is JSON and holds one of these values at a place (RFC 6901).
    Json {
        /// Such as `/error`.
        pointer: String,
        /// Values as text.
        is: Vec<String>,
    },
    /// Its answer contains a text.
    Contains(String),
}

/// What is said to one person or room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said<'a> {
    /// By which a gateway may know it again.
    pub id: &'a str,
    /// Phone number, user or room.
    pub to: &'a str,
    /// Name of who is told.
    pub name: &'a str,
    /// First line.
    pub subject: &'a str,
    /// All of it, with the link.
    pub text: &'a str,
    /// The link alone.
    pub link: &'a str,
}

/// What came of sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Passed {
    /// The gateway took it.
    Taken(u16, String),
    /// It will never take it.
    Refused(u16, String),
    /// It did not take it now.
    Later(u16, String, Option<Timestamp>),
    /// It was never asked.
    NotSent(String),
    /// Nobody knows.
    Unclear(String),
}

/// What is wrong with a channel before anything is sent.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChannelError {
    /// A template.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// A secret.
    #[error("{0}")]
    Secret(String),
    /// The address.
    #[error("the address is none of http or https")]
    Url,
    /// A header.
    #[error("header `{0}` cannot be sent")]
    Header(String),
    /// The body is not of its format.
    #[error("the body is no {0}: {1}")]
    Body(&'static str, String),
}

/// A request ready to be sent, and what must not be shown of it.
#[derive(Debug)]
pub struct Filled {
    is_post: bool,
    url: Url,
    headers: HeaderMap,
    body: String,
    secrets: Vec<String>,
}

impl Filled {
    /// The request as text, secrets masked.
    pub fn shown(&self) -> String {
        let method = if self.is_post { "POST" } else { "GET" };
        let headers = self.headers.iter().map(|(name, value)| {
            let value = value.to_str().unwrap_or("***");
            format!("{name}: {value}\n")
        });
        let headers = headers.collect::<String>();
        self.masked(&format!("{method} {}\n{headers}\n{}", self.url, self.body))
    }

    fn masked(&self, text: &str) -> String {
        mask(text, &self.secrets)
    }
}

/// Secrets as they are and as they stand in an address.
fn unshown(secrets: &BTreeMap<String, String>) -> Vec<String> {
    let encoded = |secret: &String| byte_serialize(secret.as_bytes()).collect::<String>();
    let both = secrets
        .values()
        .flat_map(|secret| [secret.clone(), encoded(secret)]);
    both.collect()
}

/// A text without secrets.
fn mask(text: &str, secrets: &[String]) -> String {
    let mut masked = text.to_owned();
    for secret in secrets {
        masked = masked.replace(secret, "***");
    }
    masked
}

impl Channel {
    /// The request for one message.
    pub fn fill(&self, said: &Said<'_>) -> Result<Filled, ChannelError> {
        let looked_up = self.request.secrets.iter().map(|(name, place)| {
            look_up(place)
                .map(|secret| (name.clone(), secret))
                .map_err(ChannelError::Secret)
        });
        self.fill_with(said, &looked_up.collect::<Result<_, _>>()?)
    }

    /// Whether its templates can be filled at all, whatever its secrets are.
    pub fn check(&self) -> Result<(), ChannelError> {
        let secrets = self.request.secrets.keys();
        let is_whole_url = |name: &str| self.request.url.trim() == format!("{{{{secret.{name}}}}}");
        let secrets = secrets.map(|name| {
            let secret = if is_whole_url(name) {
                "https://example.invalid/secret"
            } else {
                "secret"
            };
            (name.clone(), secret.to_owned())
        });
        let said = Said {
            id: "msg_1",
            to: "0900000000",
            name: "Tổ \"báo chí\" & <bạn>",
            subject: "Ngập\\nước {{to}}",
            text: "Dòng một\nDòng \"hai\" <b>&",
            link: "https://langnghe.example/canh-bao/1?a=b&c=d",
        };
        self.fill_with(&said, &secrets.collect()).map(|_| ())
    }

    fn fill_with(
        &self,
        said: &Said<'_>,
        secrets: &BTreeMap<String, String>,
    ) -> Result<Filled, ChannelError> {
        let values = Values { said, secrets };
        let request = &self.request;
        let url = fill(&request.url, Format::Url, &values)?;
        let url = Url::parse(&url).map_err(|_| ChannelError::Url)?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(ChannelError::Url);
        }
        let body = fill(&request.body, request.format, &values)?;
        request.format.check(&body)?;
        let mut headers = HeaderMap::new();
        if request.is_post {
            let kind = HeaderValue::from_static(request.format.media_type());
            headers.insert(header::CONTENT_TYPE, kind);
        }
        for (name, template) in &request.headers {
            let wrong = || ChannelError::Header(name.clone());
            let value = fill(template, Format::Text, &values)?;
            headers.insert(
                HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?,
                HeaderValue::from_str(&value).map_err(|_| wrong())?,
            );
        }
        Ok(Filled {
            is_post: request.is_post,
            url,
            headers,
            body,
            secrets: unshown(secrets),
        })
    }
}

impl Sender {
    /// Sends one message through a channel, to no private network, through no redirect.
    pub async fn pass(&self, channel: &Channel, filled: Filled, now: Timestamp) -> Passed {
        if let Err(refused) = self.guard.check(&filled.url) {
            return Passed::NotSent(filled.masked(&refused.to_string()));
        }
        let method = if filled.is_post {
            Method::POST
        } else {
            Method::GET
        };
        let request = self.client.request(method, filled.url.clone());
        let mut request = request.headers(filled.headers.clone());
        if filled.is_post {
            request = request.body(filled.body.clone());
        }
        match request.send().await {
            Ok(response) => answered(channel, &filled, response, now).await,
            Err(error) => {
                let words = explained(&filled.url, self.timeout, &error).to_string();
                let words = filled.masked(&words);
                if error.is_connect() || error.is_builder() || channel.knows_repeats {
                    Passed::NotSent(words)
                } else {
                    Passed::Unclear(words)
                }
            }
        }
    }
}

async fn answered(
    channel: &Channel,
    filled: &Filled,
    mut response: Response,
    now: Timestamp,
) -> Passed {
    let status = response.status().as_u16();
    let retry_at = retry_after(response.headers(), now);
    let mut bytes = Vec::new();
    while bytes.len() < ANSWER_BYTES_MAX
        && let Ok(Some(chunk)) = response.chunk().await
    {
        bytes.extend_from_slice(&chunk);
    }
    bytes.truncate(ANSWER_BYTES_MAX);
    let words = filled.masked(&one_line(&bytes));
    let words = words.chars().take(WORDS_MAX).collect::<String>();
    match status {
        200..=299 if channel.taken.holds(&bytes) => Passed::Taken(status, words),
        // It answered, and says that it did not: whatever the reason, nothing went out.
        200..=299 | 408 | 425 | 429 | 503 => Passed::Later(status, words, retry_at),
        500.. if channel.knows_repeats => Passed::Later(status, words, retry_at),
        500.. => Passed::Unclear(format!("HTTP {status} {words}")),
        _ => Passed::Refused(status, words),
    }
}

impl TakenWhen {
    fn holds(&self, answer: &[u8]) -> bool {
        match self {
            Self::Status => true,
            Self::Contains(text) => String::from_utf8_lossy(answer).contains(text),
            Self::Json { pointer, is } => {
                let found = serde_json::from_slice::<serde_json::Value>(answer).ok();
                let found = found.and_then(|value| value.pointer(pointer).cloned());
                let shown = found.map(|value| match value {
                    serde_json::Value::String(text) => text,
                    other => other.to_string(),
                });
                shown.is_some_and(|shown| is.contains(&shown))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(url: &str, format: Format, body: &str) -> Channel {
        Channel {
            id: "sms".to_owned(),
            name: "SMS".to_owned(),
            kind: ChannelKind::Chat,
            request: RequestTemplate {
                is_post: true,
                url: url.to_owned(),
                headers: vec![(
                    "Authorization".to_owned(),
                    "Bearer {{secret.token}}".to_owned(),
                )],
                format,
                body: body.to_owned(),
                secrets: [("token".to_owned(), SecretRef::Env("X".to_owned()))].into(),
            },
            taken: TakenWhen::Status,
            knows_repeats: false,
            disabled: None,
        }
    }

    fn filled(channel: &Channel, text: &str) -> Result<Filled, ChannelError> {
        let said = Said {
            to: "0901",
            text,
            ..Said::default()
        };
        let secrets = [("token".to_owned(), "s3cret".to_owned())].into();
        channel.fill_with(&said, &secrets)
    }

    #[test]
    fn values_cannot_leave_their_place() {
        let nasty = "\"},\"to\":\"all\",\"x\":{\"\n</t>&a=b {{secret.token}}";
        let json = channel(
            "https://x.vn/",
            Format::Json,
            r#"{"to":"{{to}}","t":"{{text}}"}"#,
        );
        let body = filled(&json, nasty).unwrap().body;
        let read = serde_json::from_str::<serde_json::Value>(&body).unwrap();
        assert_eq!(read, serde_json::json!({"to": "0901", "t": nasty}));
        let form = channel("https://x.vn/", Format::Form, "to={{to}}&t={{text}}");
        let body = filled(&form, nasty).unwrap().body;
        let read = url::form_urlencoded::parse(body.as_bytes()).into_owned();
        let expected = [("to", "0901"), ("t", nasty)].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!(read.collect::<Vec<_>>(), expected);
        let xml = channel("https://x.vn/", Format::Xml, "<m><t>{{text}}</t></m>");
        let body = filled(&xml, "</t><to>all</to> & \u{1}").unwrap().body;
        assert_eq!(
            body,
            "<m><t>&lt;/t&gt;&lt;to&gt;all&lt;/to&gt; &amp; </t></m>"
        );
    }

    #[test]
    fn markup_of_chats_is_undone() {
        let slack = channel("https://x.vn/", Format::Json, r#"{"text":"{{text|html}}"}"#);
        let body = filled(&slack, "<!channel> \"a\" & b").unwrap().body;
        let read = serde_json::from_str::<serde_json::Value>(&body).unwrap();
        assert_eq!(read["text"], "&lt;!channel&gt; \"a\" &amp; b");
    }

    #[test]
    fn what_is_shown_holds_no_secret() {
        let made = channel(
            "https://x.vn/bot{{secret.token}}/send?to={{to}}",
            Format::Json,
            "{}",
        );
        let filled = filled(&made, "a").unwrap();
        assert_eq!(filled.url.as_str(), "https://x.vn/bots3cret/send?to=0901");
        let shown = filled.shown();
        assert!(
            shown.contains("Bearer ***") && shown.contains("bot***/send"),
            "{shown}"
        );
        assert!(!shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn mistakes_of_templates_are_named() {
        for (url, format, body, said) in [
            ("ftp://x.vn/", Format::Json, "{}", "address"),
            ("https://x.vn/", Format::Json, "{\"to\": {{to}}", "no JSON"),
            ("https://x.vn/", Format::Json, r#""{{too}}""#, "too"),
            ("https://x.vn/", Format::Json, r#""{{to""#, "}}"),
            (
                "https://x.vn/",
                Format::Json,
                r#""{{secret.other}}""#,
                "secret.other",
            ),
            ("https://x.vn/", Format::Xml, "<a>{{to}}</b>", "no XML"),
        ] {
            let problem = channel(url, format, body).check().unwrap_err().to_string();
            assert!(problem.contains(said), "{said}: {problem}");
        }
        channel("https://x.vn/", Format::Text, "{{to}} {{subject}} {{link}}")
            .check()
            .unwrap();
    }

    #[test]
    fn answers_say_more_than_their_status() {
        let json = TakenWhen::Json {
            pointer: "/data/code".to_owned(),
            is: vec!["100".to_owned(), "ok".to_owned()],
        };
        for (answer, is_taken) in [
            (r#"{"data":{"code":100}}"#, true),
            (r#"{"data":{"code":"100"}}"#, true),
            (r#"{"data":{"code":"ok"}}"#, true),
            (r#"{"data":{"code":99}}"#, false),
            (r#"{"code":100}"#, false),
            ("busy", false),
        ] {
            assert_eq!(json.holds(answer.as_bytes()), is_taken, "{answer}");
        }
        assert!(TakenWhen::Contains("ok".to_owned()).holds(b"all ok"));
        assert!(!TakenWhen::Contains("ok".to_owned()).holds(b"no"));
        assert!(TakenWhen::Status.holds(b""));
    }
}
