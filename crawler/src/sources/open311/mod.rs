//! Open311 GeoReport v2, read as a client: services, and requests by window of time and page.
//!
//! The protocol filters by when a request was made, not by when it changed. So each visit reads what
//! was made since the last one, and sweeps over the weeks before it, a day at a time, for tickets
//! that were taken up, closed, reopened or rated since.

mod records;

use jiff::{SignedDuration, Timestamp};
use models::domain::{HealthStatus, Mention, Ticket, TicketStatus};
use rustc_hash::FxHashMap;
use url::Url;

use super::rhythm::Rhythm;
use super::{mention_id, ticket_words, tidied};
use crate::collect::{Outcome, Visit};
use crate::fetch::politeness::{PollCues, entries_per_day};
use crate::fetch::{FetchError, Request};
use records::{Format, Record};

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Requests may be entered late or with a clock that is behind.
const OVERLAP: SignedDuration = SignedDuration::from_hours(1);

/// The sweep comes back to each day within this time.
const SWEEP_PERIOD: SignedDuration = SignedDuration::from_hours(6);

/// What is asked for; a server may give less.
const PAGE_SIZE: usize = 100;

/// A page shorter than this is the last one, whatever page size the server keeps to.
const SHORT_PAGE: usize = 20;

pub(crate) async fn visit(visit: &mut Visit<'_>, base: &Url) -> Outcome {
    let mut client = Client {
        base: base.clone(),
        format: Format::Json,
        services: FxHashMap::default(),
        n_pages: 0,
    };
    if let Err(failure) = client.read_services(visit).await {
        return failure;
    }
    let mut progress = Progress::from_state(visit);
    let mut times = Vec::new();
    let ended = read_windows(visit, &mut client, &mut progress, &mut times).await;
    visit.state.cursor = Some(progress.to_cursor());
    visit.state.entries_per_day =
        entries_per_day(&times, visit.now).or(visit.state.entries_per_day);
    match ended {
        Err(outcome) if client.n_pages == 0 => outcome,
        Err(outcome) => partly(visit, outcome),
        Ok(has_more) => whole(visit, progress, &times, has_more),
    }
}

/// Some pages came before the server failed: they are kept, and the cursor says where to go on.
fn partly(visit: &mut Visit<'_>, outcome: Outcome) -> Outcome {
    visit.complain(&visit.source.id.to_string(), &outcome.detail);
    outcome
}

fn whole(visit: &Visit<'_>, progress: Progress, times: &[Timestamp], has_more: bool) -> Outcome {
    let rhythm = Rhythm {
        newest: progress.newest,
        ..Rhythm::of(times)
    };
    let (status, detail) = match progress.newest {
        Some(_) => rhythm.judge(&visit.state, visit.now),
        None => (HealthStatus::Empty, "no requests yet".to_owned()),
    };
    let detail = format!(
        "{} tickets read, {} new, {detail}",
        visit.n_mentions(),
        visit.n_new
    );
    let cues = PollCues {
        has_more,
        ..PollCues::default()
    };
    Outcome {
        newest_entry_at: progress.newest,
        cues,
        ..Outcome::well(status, detail)
    }
}

/// Reads what is new, then sweeps; `true` when the visit may take no more.
async fn read_windows(
    visit: &mut Visit<'_>,
    client: &mut Client,
    progress: &mut Progress,
    times: &mut Vec<Timestamp>,
) -> Result<bool, Outcome> {
    let now = visit.now;
    let was_backfilling = now.duration_since(progress.covered) > DAY * 2;
    while progress.covered < now {
        let from = minus(progress.covered, OVERLAP);
        let to = plus(progress.covered, DAY).min(now);
        if !client
            .read_window(visit, from, plus(to, OVERLAP), times)
            .await?
        {
            return Ok(true);
        }
        progress.covered = to;
        progress.newest = progress.newest.max(times.iter().max().copied());
    }
    if was_backfilling {
        return Ok(false);
    }
    for _ in 0..Progress::n_slices(visit) {
        let (from, to) = progress.slice(visit);
        if !client.read_window(visit, from, to, times).await? {
            return Ok(false);
        }
        progress.swept = to;
    }
    Ok(false)
}

/// How far the reading has come; kept in the cursor of the source's state.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Progress {
    /// Everything made before this moment was read at least once.
    covered: Timestamp,
    /// The sweep goes on here.
    swept: Timestamp,
    /// When the newest request was made.
    newest: Option<Timestamp>,
}

impl Progress {
    fn from_state(visit: &Visit<'_>) -> Self {
        let cursor = visit.state.cursor.as_deref().unwrap_or_default();
        let mut moments = cursor.split(' ').map(|text| text.parse().ok());
        let mut moment = || moments.next().flatten();
        let start = visit.reach_back_to();
        let covered = moment().unwrap_or(start).max(start).min(visit.now);
        Self {
            covered,
            swept: moment().unwrap_or(start),
            newest: moment(),
        }
    }

    fn to_cursor(self) -> String {
        let newest = self.newest.map(|at| format!(" {at}")).unwrap_or_default();
        format!("{} {}{newest}", self.covered, self.swept)
    }

    /// So many days that the sweep comes round in time.
    fn n_slices(visit: &Visit<'_>) -> u32 {
        let days = visit.fetcher.policy().visit.reach_back_days.max(1);
        let since = visit
            .state
            .fetched_at
            .map_or(SWEEP_PERIOD, |at| visit.now.duration_since(at));
        let share = since.as_secs_f64() / SWEEP_PERIOD.as_secs_f64();
        (share * f64::from(days)).ceil().clamp(1.0, f64::from(days)) as u32
    }

    /// The next day of the sweep, which begins anew when it meets what was just read.
    fn slice(&self, visit: &Visit<'_>) -> (Timestamp, Timestamp) {
        let start = visit.reach_back_to();
        let ended = plus(self.swept, DAY) > visit.now;
        let from = if ended || self.swept < start {
            start
        } else {
            self.swept
        };
        (from, plus(from, DAY).min(visit.now))
    }
}

/// One server, as a visit speaks to it.
struct Client {
    base: Url,
    format: Format,
    services: FxHashMap<String, String>,
    n_pages: usize,
}

impl Client {
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

    /// Reads all pages of a window; `false` when the visit may take no more.
    async fn read_window(
        &mut self,
        visit: &mut Visit<'_>,
        from: Timestamp,
        to: Timestamp,
        times: &mut Vec<Timestamp>,
    ) -> Result<bool, Outcome> {
        let mut first_of_last_page = None;
        for page in 1_usize.. {
            if self.n_pages >= visit.fetcher.policy().visit.pages_max || visit.is_full() {
                return Ok(false);
            }
            let window = [
                ("start_date", from.to_string()),
                ("end_date", to.to_string()),
                ("page_size", PAGE_SIZE.to_string()),
                ("page", page.to_string()),
            ];
            let records = self
                .ask(visit, "requests", &window)
                .await
                .map_err(|(outcome, _)| outcome)?;
            self.n_pages += 1;
            let first = records
                .first()
                .and_then(|record| record.get("service_request_id").cloned());
            // A server that knows no pages gives the first one again.
            if records.is_empty() || (page > 1 && first == first_of_last_page) {
                return Ok(true);
            }
            first_of_last_page = first;
            let n_records = records.len();
            for record in records {
                self.take(visit, &record, times);
            }
            if n_records < SHORT_PAGE {
                return Ok(true);
            }
        }
        Ok(true)
    }

    /// One question; the error says whether there is no use in asking in another format.
    async fn ask(
        &self,
        visit: &mut Visit<'_>,
        what: &str,
        parameters: &[(&str, String)],
    ) -> Result<Vec<Record>, (Outcome, bool)> {
        let url = self.address(what, parameters);
        let request = Request {
            accept: self.format.accept(),
            ..Request::page(url.clone())
        }
        .by_agreement();
        let answer = visit.fetcher.fetch(&request).await;
        let answer = answer.map_err(|error| {
            let may_speak_xml = matches!(
                error,
                FetchError::Status {
                    status: 400 | 404 | 406 | 415,
                    ..
                }
            );
            (Outcome::failed(&error), !may_speak_xml)
        })?;
        let records = records::read(&answer.body, self.format, what.trim_end_matches('s'));
        // An answer with tickets is evidence; names of services and empty pages are not.
        if what == "requests" && records.as_ref().is_ok_and(|records| !records.is_empty()) {
            visit.capture(answer);
        }
        records.map_err(|reason| {
            let detail = format!("{what} of the Open311 server cannot be read: {reason}");
            (Outcome::wrong(HealthStatus::NotAFeed, detail), false)
        })
    }

    /// `https://host/open311/v2` and what is asked for; parameters of the base (`jurisdiction_id`) stay.
    fn address(&self, what: &str, parameters: &[(&str, String)]) -> Url {
        let mut url = self.base.clone();
        let path = format!(
            "{}/{what}.{}",
            url.path().trim_end_matches('/'),
            self.format.extension()
        );
        url.set_path(&path);
        url.query_pairs_mut().extend_pairs(parameters);
        if url.query() == Some("") {
            url.set_query(None);
        }
        url
    }

    fn take(&self, visit: &mut Visit<'_>, record: &Record, times: &mut Vec<Timestamp>) {
        let Some(code) = record.get("service_request_id").cloned() else {
            return visit.complain(
                visit.source.id.as_str(),
                &"a request without service_request_id was left out",
            );
        };
        let Some(mention) = self.mention(visit, &code, record) else {
            let what =
                format!("request {code} was left out: it has neither description nor service");
            return visit.complain(visit.source.id.as_str(), &what);
        };
        let key = mention.url.clone().unwrap_or_default();
        if visit.mark_visited(key) {
            visit.n_new += 1;
        }
        times.extend(mention.published_at);
        // The windows overlap, so a ticket may come twice.
        visit.put(mention);
    }

    fn mention(&self, visit: &Visit<'_>, code: &str, record: &Record) -> Option<Mention> {
        let text_of = |name: &str| tidied(record.get(name).map(String::as_str));
        let moment = |name: &str| record.get(name).and_then(|text| records::moment(text));
        let service = text_of("service_code").and_then(|code| self.services.get(&code).cloned());
        let field = text_of("service_name").or_else(|| tidied(service.as_deref()));
        let status = record
            .get("status")
            .and_then(|text| ticket_words::status(text))
            .unwrap_or(TicketStatus::Open);
        let is_done = matches!(status, TicketStatus::Closed | TicketStatus::Rejected);
        let closed_at = moment("closed_datetime")
            .or_else(|| moment("updated_datetime"))
            .filter(|_| is_done);
        let rating = ["rating", "satisfaction"]
            .iter()
            .find_map(|name| record.get(*name));
        let rating = rating.and_then(|text| ticket_words::rating(text).ok().flatten());
        let title = text_of("title").or_else(|| text_of("summary"));
        let text = text_of("description")
            .or_else(|| title.clone())
            .or_else(|| field.clone())?;
        let mut url = self.base.clone();
        url.set_query(None);
        url.set_path(&format!(
            "{}/requests/{code}.{}",
            url.path().trim_end_matches('/'),
            self.format.extension()
        ));
        Some(Mention {
            id: mention_id(&["ticket", visit.source.id.as_str(), code]),
            channel: visit.source.channel,
            source: visit.source.id.clone(),
            url: Some(url.to_string()),
            published_at: visit.believable(moment("requested_datetime")),
            title,
            text,
            parent: None,
            engagement: None,
            ticket: Some(Ticket {
                field,
                address: text_of("address"),
                status,
                due_at: moment("expected_datetime"),
                closed_at,
                rating,
            }),
            capture: visit.last_capture(),
        })
    }
}

fn plus(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}

fn minus(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_sub(by).unwrap_or(Timestamp::MIN)
}
