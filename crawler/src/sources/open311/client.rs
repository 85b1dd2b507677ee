//! One Open311 server, as a visit speaks to it.

use jiff::{SignedDuration, Timestamp};
use models::domain::HealthStatus;
use rustc_hash::{FxHashMap, FxHashSet};
use url::Url;

use super::records::{self, Format, Record};
use super::ticket;
use crate::collect::{Outcome, Visit};
use crate::fetch::{Answer, FetchError, Request};

/// Requests may be entered late or with a clock that is behind.
const SLACK: SignedDuration = SignedDuration::from_hours(1);

/// What is asked for; a server may give less.
const PAGE_SIZE: usize = 100;

/// A page shorter than this is the last one, whatever page size the server keeps to.
const SHORT_PAGE: usize = 20;

/// The standard: "a span of 90 days or first 1000 requests returned, whichever is smallest".
const WINDOW_MAX: SignedDuration = SignedDuration::from_hours(90 * 24);
const ANSWER_MAX: usize = 1000;

/// The first window asked for; it grows and shrinks with what comes.
const WINDOW_FIRST: SignedDuration = SignedDuration::from_hours(24);

/// A window that is still full at this length is taken as it is.
const WINDOW_MIN: SignedDuration = SignedDuration::from_secs(60);

/// A window with less in it lets the next one be longer.
const FEW: usize = 200;

/// A stretch of time to read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) from: Timestamp,
    pub(super) to: Timestamp,
    slack: SignedDuration,
}

impl Span {
    pub(super) fn exact(from: Timestamp, to: Timestamp) -> Self {
        let slack = SignedDuration::ZERO;
        Self { from, to, slack }
    }

    /// Reaching over both ends.
    pub(super) fn with_slack(from: Timestamp, to: Timestamp) -> Self {
        let slack = SLACK;
        Self { from, to, slack }
    }
}

/// What reading one window gave.
enum Reading {
    /// Everything in it, so many requests.
    Whole(usize),
    /// The server gave as much as it ever gives: there may be more.
    Capped,
    /// The visit may take no more.
    Full,
}

pub(super) struct Client {
    base: Url,
    jurisdiction: Option<String>,
    key: Option<String>,
    format: Format,
    services: FxHashMap<String, String>,
    window: SignedDuration,
    /// What came back full once is not asked for so long again in this visit.
    window_max: SignedDuration,
    pub(super) n_pages: usize,
}

impl Client {
    pub(super) fn new(base: &Url, jurisdiction: Option<String>, key: Option<String>) -> Self {
        Self {
            base: base.clone(),
            jurisdiction,
            key,
            format: Format::Json,
            services: FxHashMap::default(),
            window: WINDOW_FIRST,
            window_max: WINDOW_MAX,
            n_pages: 0,
        }
    }

    /// Finds the endpoint where the address is that of a discovery document, and learns the names
    /// of services.
    pub(super) async fn begin(&mut self, visit: &mut Visit<'_>) -> Result<(), Outcome> {
        if let Some(format) = discovery_format(&self.base) {
            self.base = self.discover(visit, format).await?;
        }
        self.read_services(visit).await
    }

    async fn discover(&self, visit: &mut Visit<'_>, format: Format) -> Result<Url, Outcome> {
        let request = Request {
            accept: format.accept(),
            ..Request::page(self.base.clone())
        };
        let answer = visit.fetcher.fetch(&request.by_agreement()).await;
        let answer = answer.map_err(|error| Outcome::failed(&error))?;
        let wrong = |reason: &str| {
            let detail = format!("the discovery document cannot be used: {reason}");
            Outcome::wrong(HealthStatus::NotAFeed, detail)
        };
        let endpoints = records::read(&answer.body, format, "endpoint");
        let endpoints = endpoints.map_err(|reason| wrong(&reason))?;
        let found =
            endpoint(&endpoints).ok_or_else(|| wrong("it names no GeoReport v2 endpoint"))?;
        let url = answer
            .url
            .join(found)
            .map_err(|_| wrong("its endpoint is no address"))?;
        // What was asked for safely, and perhaps with a key, is not continued in the open.
        if self.base.scheme() == "https" && url.scheme() != "https" {
            return Err(wrong("its endpoint is not https"));
        }
        Ok(url)
    }

    /// Asks for the names of services, in JSON or, where that is not spoken, in XML.
    async fn read_services(&mut self, visit: &mut Visit<'_>) -> Result<(), Outcome> {
        let mut first_failure = None;
        for format in [Format::Json, Format::Xml] {
            self.format = format;
            match self.ask(visit, "services", &[]).await {
                Ok(records) => {
                    let pairs = records.into_iter().filter_map(|mut record| {
                        Some((
                            record.remove("service_code")?,
                            record.remove("service_name")?,
                        ))
                    });
                    self.services = pairs.collect();
                    return Ok(());
                }
                Err((outcome, is_final)) => {
                    let outcome = first_failure.get_or_insert(outcome);
                    if is_final {
                        return Err(outcome.clone());
                    }
                }
            }
        }
        Err(first_failure
            .unwrap_or_else(|| Outcome::wrong(HealthStatus::Unreachable, "no answer".to_owned())))
    }

    /// Reads a span window by window, moving `reached` on; a window that comes back full is split,
    /// after one that comes back nearly empty the next is longer. `false` when the visit may take
    /// no more.
    pub(super) async fn read_span(
        &mut self,
        visit: &mut Visit<'_>,
        span: Span,
        times: &mut Vec<Timestamp>,
        reached: &mut Timestamp,
    ) -> Result<bool, Outcome> {
        let mut at = span.from;
        while at < span.to {
            let to = plus(at, self.window).min(span.to);
            let window = [
                (
                    "start_date",
                    moment(minus(
                        at,
                        if at == span.from {
                            span.slack
                        } else {
                            SignedDuration::ZERO
                        },
                    )),
                ),
                (
                    "end_date",
                    moment(plus(
                        to,
                        if to == span.to {
                            span.slack
                        } else {
                            SignedDuration::ZERO
                        },
                    )),
                ),
            ];
            match self.read_window(visit, &window, times).await? {
                Reading::Full => return Ok(false),
                Reading::Capped if self.window > WINDOW_MIN => {
                    self.window = (to.duration_since(at) / 2).max(WINDOW_MIN);
                    self.window_max = self.window;
                    continue;
                }
                Reading::Capped => visit.complain(
                    visit.source.id.as_str(),
                    &"a minute holds more requests than the server gives; some are missing",
                ),
                Reading::Whole(n) if n < FEW => {
                    self.window = (self.window * 2).min(self.window_max);
                }
                Reading::Whole(_) => {}
            }
            at = to;
            *reached = at;
        }
        Ok(true)
    }

    /// Reads what changed since a moment, from a server that knows `updated_after` (CitySDK). One
    /// that does not answers with requests that did not change then: it is not asked again. Gives
    /// the moment up to which changes are known.
    pub(super) async fn read_updates(
        &mut self,
        visit: &mut Visit<'_>,
        since: Option<Timestamp>,
        times: &mut Vec<Timestamp>,
    ) -> Result<Option<Timestamp>, Outcome> {
        let Some(since) = since else { return Ok(None) };
        let now = visit.now;
        let after = minus(since, SLACK);
        let question = [
            ("updated_after", moment(after)),
            ("updated_before", moment(plus(now, SLACK))),
        ];
        let changed_then = |record: &Record| {
            let at = record
                .get("updated_datetime")
                .and_then(|text| records::moment(text));
            at.is_some_and(|at| at >= after)
        };
        let mut found = FxHashSet::default();
        for page in 1_usize..=self.pages_left(visit) {
            let asked = paged(&question, page);
            let records = match self.ask(visit, "requests", &asked).await {
                Ok(records) => records,
                // A server may refuse what it does not know.
                Err((_, false)) => return Ok(None),
                Err((outcome, true)) => return Err(outcome),
            };
            self.n_pages += 1;
            for record in &records {
                self.take(visit, record, times);
            }
            if !records.iter().all(changed_then) {
                return Ok(None);
            }
            let n_before = found.len();
            found.extend(records.iter().filter_map(id).cloned());
            if records.len() < SHORT_PAGE || found.len() == n_before {
                return Ok(Some(now));
            }
        }
        // Out of pages: what is left is asked for again.
        Ok(Some(since))
    }

    fn pages_left(&self, visit: &Visit<'_>) -> usize {
        visit
            .fetcher
            .policy()
            .visit
            .pages_max
            .saturating_sub(self.n_pages)
    }

    /// Reads all pages of a window.
    async fn read_window(
        &mut self,
        visit: &mut Visit<'_>,
        window: &[(&'static str, String)],
        times: &mut Vec<Timestamp>,
    ) -> Result<Reading, Outcome> {
        let mut n_read = 0;
        let mut first_of_last_page = None;
        for page in 1_usize.. {
            if self.pages_left(visit) == 0 || visit.is_full() {
                return Ok(Reading::Full);
            }
            let asked = self.ask(visit, "requests", &paged(window, page)).await;
            let records = asked.map_err(|(outcome, _)| outcome)?;
            self.n_pages += 1;
            let first = records.first().and_then(id).cloned();
            // A server that knows no pages gives the first one again.
            let is_again = page > 1 && first == first_of_last_page;
            if is_again && is_as_much_as_it_gives(n_read) {
                return Ok(Reading::Capped);
            }
            if is_again || records.is_empty() {
                break;
            }
            first_of_last_page = first;
            n_read += records.len();
            for record in &records {
                self.take(visit, record, times);
            }
            if records.len() < SHORT_PAGE {
                break;
            }
        }
        Ok(Reading::Whole(n_read))
    }

    /// One question; the error says whether there is no use in asking in another way.
    async fn ask(
        &self,
        visit: &mut Visit<'_>,
        what: &str,
        parameters: &[(&str, String)],
    ) -> Result<Vec<Record>, (Outcome, bool)> {
        let request = Request {
            accept: self.format.accept(),
            ..Request::page(self.address(what, parameters))
        }
        .by_agreement();
        let answer = visit.fetcher.fetch(&request).await;
        let answer = answer.map_err(|error| {
            let may_speak_otherwise = matches!(
                error,
                FetchError::Status {
                    status: 400 | 404 | 406 | 415 | 422,
                    ..
                }
            );
            (
                self.without_key(Outcome::failed(&error)),
                !may_speak_otherwise,
            )
        })?;
        let records = records::read(&answer.body, self.format, what.trim_end_matches('s'));
        // An answer with tickets is evidence; names of services and empty pages are not.
        if what == "requests" && records.as_ref().is_ok_and(|records| !records.is_empty()) {
            visit.capture(without_key(answer));
        }
        records.map_err(|reason| {
            let detail = format!("{what} of the Open311 server cannot be read: {reason}");
            (Outcome::wrong(HealthStatus::NotAFeed, detail), false)
        })
    }

    /// `https://host/open311/v2` and what is asked for; parameters of the base stay.
    fn address(&self, what: &str, parameters: &[(&str, String)]) -> Url {
        let mut url = self.base.clone();
        let path = format!(
            "{}/{what}.{}",
            url.path().trim_end_matches('/'),
            self.format.extension()
        );
        url.set_path(&path);
        {
            let mut query = url.query_pairs_mut();
            query.extend_pairs(parameters);
            if let Some(jurisdiction) = &self.jurisdiction {
                query.append_pair("jurisdiction_id", jurisdiction);
            }
            if what == "requests" {
                query.append_pair("extensions", "true");
            }
            if let Some(key) = &self.key {
                query.append_pair(KEY, key);
            }
        }
        if url.query() == Some("") {
            url.set_query(None);
        }
        url
    }

    /// Messages may quote an address.
    fn without_key(&self, mut outcome: Outcome) -> Outcome {
        if let Some(key) = &self.key {
            outcome.detail = outcome.detail.replace(key.as_str(), "***");
        }
        outcome
    }

    fn take(&self, visit: &mut Visit<'_>, record: &Record, times: &mut Vec<Timestamp>) {
        match ticket::mention(visit, &self.base, self.format, &self.services, record) {
            Ok(mention) => {
                let key = mention.url.clone().unwrap_or_default();
                if visit.mark_visited(key) {
                    visit.n_new += 1;
                }
                times.extend(mention.published_at);
                // The windows overlap, so a ticket may come twice.
                visit.put(mention);
            }
            Err(what) => visit.complain(visit.source.id.as_str(), &what),
        }
    }
}

const KEY: &str = "api_key";

/// An answer is kept without the key that was sent for it.
fn without_key(mut answer: Answer) -> Answer {
    let pairs = answer.url.query_pairs().into_owned();
    let kept = pairs.filter(|(name, _)| name != KEY).collect::<Vec<_>>();
    if kept.is_empty() {
        answer.url.set_query(None);
    } else {
        answer.url.query_pairs_mut().clear().extend_pairs(kept);
    }
    answer
}

fn discovery_format(url: &Url) -> Option<Format> {
    let name = url.path_segments()?.next_back()?.to_ascii_lowercase();
    match name.as_str() {
        "discovery.json" => Some(Format::Json),
        "discovery.xml" => Some(Format::Xml),
        _ => None,
    }
}

/// The address of the GeoReport v2 endpoint, the one in production first.
fn endpoint(endpoints: &[Record]) -> Option<&str> {
    let is_ours = |record: &&Record| {
        let named = record
            .get("specification")
            .map(|text| text.to_ascii_lowercase());
        named.is_some_and(|named| named.contains("georeport") && named.contains("v2"))
    };
    let is_live = |record: &&Record| record.get("type").is_some_and(|kind| kind == "production");
    let mut ours = endpoints.iter().filter(is_ours);
    let found = ours.clone().find(is_live).or_else(|| ours.next())?;
    found.get("url").map(|url| url.trim())
}

/// Whether a server without pages stopped here rather than at the end: at the standard's bound, or
/// at a round number of its own.
fn is_as_much_as_it_gives(n_read: usize) -> bool {
    n_read >= ANSWER_MAX || (n_read >= PAGE_SIZE && n_read.is_multiple_of(50))
}

fn paged(question: &[(&'static str, String)], page: usize) -> Vec<(&'static str, String)> {
    let mut asked = question.to_vec();
    asked.push(("page_size", PAGE_SIZE.to_string()));
    asked.push(("page", page.to_string()));
    asked
}

fn id(record: &Record) -> Option<&String> {
    record.get("service_request_id")
}

/// To the second, as the standard writes it.
fn moment(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second())
        .unwrap_or(at)
        .to_string()
}

pub(super) fn plus(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn minus(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_sub(by).unwrap_or(Timestamp::MIN)
}
