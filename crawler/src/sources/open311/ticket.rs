//! A record of an Open311 answer as a mention.

use models::domain::{Mention, Ticket, TicketStatus};
use rustc_hash::FxHashMap;
use url::Url;

use super::records::{self, Format, Record};
use crate::collect::Visit;
use crate::sources::{mention_id, ticket_words, tidied};

/// The mention, or why there is none; never the citizen's words.
pub(super) fn mention(
    visit: &Visit<'_>,
    base: &Url,
    format: Format,
    services: &FxHashMap<String, String>,
    record: &Record,
) -> Result<Mention, String> {
    let Some(code) = record.get("service_request_id") else {
        return Err("a request without service_request_id was left out".to_owned());
    };
    let text_of = |name: &str| tidied(record.get(name).map(String::as_str));
    let service = text_of("service_code").and_then(|code| services.get(&code).cloned());
    let field = text_of("service_name").or_else(|| tidied(service.as_deref()));
    let title = text_of("title").or_else(|| text_of("summary"));
    let text = text_of("description")
        .or_else(|| title.clone())
        .or_else(|| field.clone())
        .ok_or_else(|| {
            format!("request {code} was left out: it has neither description nor service")
        })?;
    let requested = record.get("requested_datetime");
    let mut url = base.clone();
    url.set_query(None);
    url.set_path(&format!(
        "{}/requests/{code}.{}",
        url.path().trim_end_matches('/'),
        format.extension()
    ));
    Ok(Mention {
        id: mention_id(&["ticket", visit.source.id.as_str(), code]),
        channel: visit.source.channel,
        source: visit.source.id.clone(),
        url: Some(url.to_string()),
        published_at: visit.believable(requested.and_then(|text| records::moment(text))),
        title,
        text,
        parent: None,
        engagement: None,
        ticket: Some(ticket(visit, record, field)),
        capture: visit.last_capture(),
    })
}

fn ticket(visit: &Visit<'_>, record: &Record, field: Option<String>) -> Ticket {
    let moment = |name: &str| record.get(name).and_then(|text| records::moment(text));
    let status = record
        .get("status")
        .and_then(|text| ticket_words::status(text))
        .unwrap_or(TicketStatus::Open);
    let is_done = matches!(status, TicketStatus::Closed | TicketStatus::Rejected);
    let updated_at = visit.believable(moment("updated_datetime"));
    let closed_at = moment("closed_datetime").or(updated_at).filter(|_| is_done);
    let rating = ["rating", "satisfaction"]
        .iter()
        .find_map(|name| record.get(*name));
    Ticket {
        field,
        address: tidied(record.get("address").map(String::as_str)),
        status,
        due_at: moment("expected_datetime"),
        closed_at,
        rating: rating.and_then(|text| ticket_words::rating(text).ok().flatten()),
        updated_at,
    }
}
