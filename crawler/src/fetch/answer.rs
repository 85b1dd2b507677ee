//! What is asked for, and what came back.

use std::fmt;
use std::time::Duration;

use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::FetchError;
use super::politeness::later;

/// One address to fetch.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// The address.
    pub url: Url,
    /// `ETag` of an earlier answer.
    pub etag: Option<String>,
    /// `Last-Modified` of an earlier answer.
    pub last_modified: Option<String>,
    /// `Accept`.
    pub accept: &'static str,
    /// Whether robots.txt is obeyed; off only for an interface that its owner agreed to be read.
    pub obeys_robots: bool,
    /// Longest wait for the host's turn; the policy's when `None`.
    pub patience: Option<Duration>,
    /// What lets us in; sent to the origin of the address only.
    pub credential: Option<Credential>,
    /// Whether a refusal (4xx but 429) is an answer too: interfaces explain it in its body.
    pub reads_refusals: bool,
}

/// A header that lets us in. It is never printed, and never sent where a redirect leads away.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    header: &'static str,
    value: String,
}

impl Credential {
    /// A header of its own, such as `x-goog-api-key`.
    pub fn header(header: &'static str, value: String) -> Self {
        Self { header, value }
    }

    /// `Authorization: Bearer`.
    pub fn bearer(token: &str) -> Self {
        Self {
            header: "authorization",
            value: format!("Bearer {token}"),
        }
    }

    /// As it is sent; `None` for what no header can carry.
    pub(super) fn sent(&self) -> Option<(&'static str, HeaderValue)> {
        let mut value = HeaderValue::from_str(&self.value).ok()?;
        value.set_sensitive(true);
        Some((self.header, value))
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credential({}, ***)", self.header)
    }
}

impl Request {
    /// A page.
    pub fn page(url: Url) -> Self {
        const ACCEPT: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1";
        Self {
            url,
            etag: None,
            last_modified: None,
            accept: ACCEPT,
            obeys_robots: true,
            patience: None,
            credential: None,
            reads_refusals: false,
        }
    }

    /// A feed or sitemap.
    pub fn feed(url: Url) -> Self {
        const ACCEPT: &str = "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.8,*/*;q=0.1";
        Self {
            accept: ACCEPT,
            ..Self::page(url)
        }
    }

    /// A documented interface that answers in JSON.
    pub fn json(url: Url) -> Self {
        Self {
            accept: "application/json",
            ..Self::page(url)
        }
    }

    /// Only when it changed since.
    #[must_use]
    pub fn unless_unchanged(mut self, etag: Option<String>, last_modified: Option<String>) -> Self {
        (self.etag, self.last_modified) = (etag, last_modified);
        self
    }

    /// With what lets us in, and reading why we are refused.
    #[must_use]
    pub fn with_credential(mut self, credential: Credential) -> Self {
        (self.credential, self.reads_refusals) = (Some(credential), true);
        self
    }

    /// Without asking robots.txt: the owner of the interface agreed to its being read.
    #[must_use]
    pub fn by_agreement(mut self) -> Self {
        self.obeys_robots = false;
        self
    }
}

/// Headers kept with a capture. Those that speak of the transfer (`Content-Encoding`,
/// `Content-Length`) are not: it was undone. `Content-Type` is kept apart.
const KEPT_HEADERS: [&str; 10] = [
    "date",
    "last-modified",
    "etag",
    "expires",
    "cache-control",
    "age",
    "server",
    "content-language",
    "retry-after",
    "x-robots-tag",
];

/// A whole answer: status 2xx, or 304 with an empty body; a refusal (4xx) only where it was asked
/// for.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// Address after redirects.
    pub url: Url,
    /// Where the address moved for good, when every redirect on the way said so.
    pub moved_to: Option<Url>,
    /// HTTP status.
    pub status: u16,
    /// The body, content encoding undone.
    pub body: Vec<u8>,
    /// When it was complete.
    pub completed_at: Timestamp,
    /// How long it took, waits for politeness left out.
    pub took: Duration,
    headers: HeaderMap,
}

impl Answer {
    pub(super) fn new(
        url: Url,
        status: u16,
        headers: HeaderMap,
        body: Vec<u8>,
        completed_at: Timestamp,
    ) -> Self {
        Self {
            url,
            moved_to: None,
            status,
            body,
            completed_at,
            took: Duration::ZERO,
            headers,
        }
    }

    /// Whether nothing changed since the earlier answer.
    pub fn is_unchanged(&self) -> bool {
        self.status == 304
    }

    /// A header, when it is plain text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether we were let in: not so for a refusal that was asked for.
    pub fn is_granted(&self) -> bool {
        self.status < 400
    }

    /// The headers that bear witness to what was sent; cookies and whatever else could name or
    /// follow somebody are not among them.
    pub fn kept_headers(&self) -> Vec<(String, String)> {
        let kept = KEPT_HEADERS
            .iter()
            .filter_map(|name| Some(((*name).to_owned(), self.header(name)?.to_owned())));
        kept.collect()
    }

    /// `Content-Type`.
    pub fn content_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    /// For how long the answer may be kept: `Cache-Control: max-age`, else `Expires`.
    pub fn max_age(&self) -> Option<SignedDuration> {
        let directives = self.header("cache-control").unwrap_or_default().split(',');
        let mut pairs = directives.filter_map(|directive| directive.trim().split_once('='));
        let seconds = pairs.find(|(name, _)| name.eq_ignore_ascii_case("max-age"));
        let by_cache_control = seconds.and_then(|(_, value)| value.trim_matches('"').parse().ok());
        by_cache_control.map(SignedDuration::from_secs).or_else(|| {
            let expires = http_date(self.header("expires")?)?;
            Some(expires.duration_since(self.completed_at)).filter(SignedDuration::is_positive)
        })
    }

    /// The address of a `Link` header with that relation.
    pub fn link(&self, relation: &str) -> Option<Url> {
        let links = self
            .headers
            .get_all(header::LINK)
            .iter()
            .filter_map(|value| value.to_str().ok());
        // An address holds no `<`, so each one begins a link.
        let target = links.flat_map(|value| value.split('<')).find_map(|link| {
            let (target, parameters) = link.split_once('>')?;
            let relations = parameters
                .split([';', ','])
                .filter_map(|part| part.trim().strip_prefix("rel="));
            let mut names = relations.flat_map(|names| names.trim_matches('"').split_whitespace());
            names
                .any(|name| name.eq_ignore_ascii_case(relation))
                .then_some(target)
        });
        self.url.join(target?.trim()).ok()
    }

    /// When the host wants to be asked again, told by its rate limit headers although it answered.
    pub(super) fn rate_limit_reset(&self) -> Option<Timestamp> {
        const NAMES: [(&str, &str); 2] = [
            ("x-ratelimit-remaining", "x-ratelimit-reset"),
            ("ratelimit-remaining", "ratelimit-reset"),
        ];
        NAMES.iter().find_map(|(remaining, reset)| {
            let is_spent = self.header(remaining)?.trim().parse::<f64>().ok()? < 1.0;
            is_spent
                .then(|| reset_moment(self.header(reset)?, self.completed_at))
                .flatten()
        })
    }
}

/// ISO 8601, seconds since 1970, or seconds from now: each is in use.
fn reset_moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    const SOON_AFTER_1970: i64 = 1_000_000_000;
    let text = text.trim();
    match text.parse::<i64>() {
        Ok(seconds) if seconds > SOON_AFTER_1970 => Timestamp::from_second(seconds).ok(),
        Ok(seconds) => Some(later(
            now,
            Duration::from_secs(seconds.max(0).cast_unsigned()),
        )),
        Err(_) => text.parse().ok(),
    }
}

/// `Retry-After`: seconds or a date.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Timestamp> {
    let text = headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse::<u64>() {
        Ok(seconds) => Some(later(now, Duration::from_secs(seconds))),
        Err(_) => http_date(text),
    }
}

/// The target of a redirect.
pub(super) fn redirect_target(url: &Url, headers: &HeaderMap) -> Result<Url, FetchError> {
    let broken = || FetchError::BadRedirect(url.to_string());
    let location = headers.get(header::LOCATION).ok_or_else(broken)?;
    // Some servers send the bytes of an unescaped Vietnamese path.
    let location = String::from_utf8_lossy(location.as_bytes()).into_owned();
    let mut target = url.join(&location).map_err(|_| broken())?;
    target.set_fragment(None);
    Ok(target)
}

pub(super) fn text_of(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn http_date(text: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(pairs: &[(&'static str, &'static str)]) -> Answer {
        let headers = pairs.iter().map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        let url = Url::parse("https://a.vn/api/v1/x?y=1").unwrap();
        Answer::new(
            url,
            200,
            headers.collect(),
            Vec::new(),
            "2026-11-12T05:00:00Z".parse().unwrap(),
        )
    }

    #[test]
    fn reads_links() {
        let paged = answer(&[(
            "link",
            "<https://a.vn/api?max_id=7>; rel=\"next\", <https://a.vn/api?min_id=9>; rel=\"prev\"",
        )]);
        assert_eq!(
            paged.link("prev").unwrap().as_str(),
            "https://a.vn/api?min_id=9"
        );
        assert_eq!(
            paged.link("next").unwrap().as_str(),
            "https://a.vn/api?max_id=7"
        );
        assert_eq!(paged.link("last"), None);
        assert_eq!(
            answer(&[("link", "</p/2>; rel=next")])
                .link("next")
                .unwrap()
                .as_str(),
            "https://a.vn/p/2"
        );
    }

    #[test]
    fn reads_cache_times() {
        let seconds = |pairs| answer(pairs).max_age().map(|age| age.as_secs());
        assert_eq!(
            seconds(&[("cache-control", "public, max-age=600")]),
            Some(600)
        );
        assert_eq!(
            seconds(&[("expires", "Thu, 12 Nov 2026 05:10:00 GMT")]),
            Some(600)
        );
        assert_eq!(seconds(&[("expires", "0")]), None);
        assert_eq!(seconds(&[]), None);
    }

    #[test]
    fn reads_limits() {
        let reset = |value| {
            answer(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", value)])
                .rate_limit_reset()
        };
        let five_past = "2026-11-12T05:05:00Z".parse().ok();
        assert_eq!(reset("2026-11-12T05:05:00.000Z"), five_past);
        assert_eq!(reset("300"), five_past);
        assert_eq!(reset("1794459900"), five_past);
        assert_eq!(
            answer(&[
                ("x-ratelimit-remaining", "12"),
                ("x-ratelimit-reset", "300")
            ])
            .rate_limit_reset(),
            None
        );
    }
}
