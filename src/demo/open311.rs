//! A hotline that speaks Open311 GeoReport v2 in JSON.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use jiff::Timestamp;
use models::domain::vietnam_zone;
use serde::Deserialize;
use serde_json::{Value, json};

use super::content::{Content, Report};

const PAGE_SIZE_MAX: usize = 100;

/// Serves the tickets.
pub fn router(content: Arc<Content>) -> Router {
    Router::new()
        .route("/open311/v2/services.json", get(services))
        .route("/open311/v2/requests.json", get(requests))
        .with_state(content)
}

#[derive(Deserialize)]
struct Window {
    start_date: Option<String>,
    end_date: Option<String>,
    status: Option<String>,
    page: Option<usize>,
    page_size: Option<usize>,
}

async fn services(State(content): State<Arc<Content>>) -> Json<Value> {
    let fields = content
        .tickets
        .iter()
        .map(|ticket| &ticket.field)
        .collect::<BTreeSet<_>>();
    let service = |field: &&String| {
        json!({"service_code": field, "service_name": field, "description": field,
               "metadata": false, "type": "realtime", "group": "1022"})
    };
    Json(fields.iter().map(service).collect())
}

async fn requests(State(content): State<Arc<Content>>, Query(window): Query<Window>) -> Response {
    let Some((start, end)) = bounds(&window) else {
        let error = json!([{"code": 400, "description": "start_date and end_date: ISO 8601"}]);
        return (StatusCode::BAD_REQUEST, Json(error)).into_response();
    };
    let size = window
        .page_size
        .unwrap_or(PAGE_SIZE_MAX)
        .clamp(1, PAGE_SIZE_MAX);
    let skipped = window.page.unwrap_or(1).saturating_sub(1) * size;
    let found = content.tickets.iter().filter(|ticket| {
        let is_closed = ticket.closed_at.is_some();
        let has_status = match window.status.as_deref() {
            Some("open") => !is_closed,
            Some("closed") => is_closed,
            _ => true,
        };
        (start..end).contains(&ticket.received_at) && has_status
    });
    let page = found
        .skip(skipped)
        .take(size)
        .map(request)
        .collect::<Vec<_>>();
    Json(page).into_response()
}

fn bounds(window: &Window) -> Option<(Timestamp, Timestamp)> {
    let parse = |text: &Option<String>, default: Timestamp| match text {
        Some(text) => text.parse().ok(),
        None => Some(default),
    };
    Some((
        parse(&window.start_date, Timestamp::MIN)?,
        parse(&window.end_date, Timestamp::MAX)?,
    ))
}

fn request(ticket: &Report) -> Value {
    json!({
        "service_request_id": ticket.id,
        "status": if ticket.closed_at.is_some() { "closed" } else { "open" },
        "status_notes": null,
        "service_name": ticket.field,
        "service_code": ticket.field,
        "title": ticket.title,
        "description": ticket.text,
        "agency_responsible": null,
        "service_notice": null,
        "requested_datetime": local(ticket.received_at),
        "updated_datetime": local(ticket.updated_at()),
        "expected_datetime": local(ticket.due_at),
        "closed_datetime": ticket.closed_at.map(local),
        "address": ticket.address,
        "address_id": null,
        "zipcode": null,
        "lat": null,
        "long": null,
        "media_url": null,
        "extended_attributes": {"rating": ticket.rating},
    })
}

fn local(moment: Timestamp) -> String {
    moment
        .to_zoned(vietnam_zone())
        .strftime("%Y-%m-%dT%H:%M:%S%:z")
        .to_string()
}
