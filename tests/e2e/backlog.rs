//! A source that has more than one visit takes: no day is published while its share is half read.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::routing::get;
use axum::{Json, Router};
use jiff::{Timestamp, ToSpan};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::comes_in::{configure, now};
use crate::program::run;

/// Tickets an hour, over five days: 230 pages of twenty, where a visit reads 200.
const AN_HOUR: i64 = 38;
const HOURS: i64 = 121;
const PAGE: usize = 20;

struct Ticket {
    id: String,
    received_at: Timestamp,
}

#[derive(Deserialize)]
struct Asked {
    start_date: Option<String>,
    end_date: Option<String>,
    page: Option<usize>,
}

async fn requests(
    State(tickets): State<Arc<Vec<Ticket>>>,
    Query(asked): Query<Asked>,
) -> Json<Value> {
    let moment = |text: Option<String>, else_at| text.map_or(else_at, |text| text.parse().unwrap());
    let from = moment(asked.start_date, Timestamp::MIN);
    let to = moment(asked.end_date, Timestamp::MAX);
    let found = tickets
        .iter()
        .filter(|ticket| (from..to).contains(&ticket.received_at));
    let page = found.skip((asked.page.unwrap_or(1) - 1) * PAGE).take(PAGE);
    let page = page.map(|ticket| {
        let at = ticket.received_at.to_string();
        json!({"service_request_id": ticket.id, "status": "open", "service_name": "Hạ tầng",
               "service_code": "ha-tang", "description": "Đường ngập sâu, xe không qua được.",
               "requested_datetime": at, "updated_datetime": at,
               "address": "Phường Hiệp Bình"})
    });
    Json(page.collect())
}

fn tickets() -> Vec<Ticket> {
    let end = now();
    let ticket = |hour: i64, n: i64| Ticket {
        id: format!("P{hour}-{n}"),
        received_at: end - (HOURS - hour).hours() + (60 * n).seconds(),
    };
    let hours = (0..HOURS).flat_map(|hour| (0..AN_HOUR).map(move |n| (hour, n)));
    hours.map(|(hour, n)| ticket(hour, n)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn days_wait_until_a_backlog_is_read() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let hotline = Router::new()
        .route("/v2/services.json", get(|| async { Json(json!([])) }))
        .route("/v2/requests.json", get(requests))
        .with_state(Arc::new(tickets()));
    tokio::spawn(async move { axum::serve(listener, hotline).await });

    let folder = tempfile::tempdir().unwrap();
    configure(
        folder.path(),
        &format!(
            "[[source]]\nid = \"1022\"\nname = \"1022\"\nchannel = \"hotline\"\nkind = \"open311\"\n\
             url = \"http://{address}/v2\"\noutlet = \"1022\"\ntrust = 1.0\n"
        ),
    );
    let config = ["--config", "langnghe.toml"];
    let crawl = [&config[..], &["crawl", "--once"]].concat();
    tokio::task::block_in_place(|| run(folder.path(), &crawl, b"").expect(0));

    let digest = [&config[..], &["digest", "--json"]].concat();
    let newest = tokio::task::block_in_place(|| run(folder.path(), &digest, b"").expect(0));
    let newest: Value = serde_json::from_str(&newest.stdout).unwrap();
    assert_eq!(newest["revision"], 1, "published once, whole");
    assert_eq!(newest["n"], 24 * AN_HOUR, "{newest}");
}
