//! Open311 GeoReport v2 servers: JSON and XML, with pages and without, with tickets that change.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use crawler::fetch::{FetchPolicy, Fetcher, VisitLimits};
use jiff::{SignedDuration, Timestamp};
use models::domain::{HealthStatus, Mention, Open311, Rating, SourceKind, TicketStatus};
use serde_json::{Value, json};

use crate::support::{Pipeline, Site, fetcher, now, quick, source, text};

/// What a server can do.
#[derive(Clone, Copy, Default)]
struct Server {
    json: bool,
    page_size: Option<usize>,
    /// Without pages, it gives at most so many, the newest first.
    cap: Option<usize>,
    /// Whether it tells changes.
    knows_updates: bool,
}

type Tickets = Arc<Mutex<Vec<Value>>>;

fn ticket(id: usize, requested_at: Timestamp) -> Value {
    json!({
        "service_request_id": id.to_string(),
        "status": "open",
        "service_code": "ngap",
        "description": format!("Cống nghẹt ở hẻm số {id}, mưa là ngập"),
        "address": "Đường Huỳnh Tấn Phát, P. Tân Thuận",
        "requested_datetime": requested_at.to_string(),
        "expected_datetime": (requested_at + SignedDuration::from_hours(72)).to_string(),
        "lat": 10.74, "long": 106.72, "media_url": null,
    })
}

/// `n` tickets, one an hour, the newest half an hour old.
fn tickets(n: usize) -> Tickets {
    let newest = now() - SignedDuration::from_mins(30);
    let at = |id: usize| newest - SignedDuration::from_hours(i64::try_from(n - id).unwrap());
    Arc::new(Mutex::new((1..=n).map(|id| ticket(id, at(id))).collect()))
}

fn open311(server: Server, tickets: Tickets) -> Router {
    let handler = move |Path(file): Path<String>, Query(query): Query<HashMap<String, String>>| async move {
        let (what, extension) = file.split_once('.').unwrap();
        if (extension == "json") != server.json {
            return StatusCode::NOT_FOUND.into_response();
        }
        let list = if what == "services" {
            vec![json!({"service_code": "ngap", "service_name": "Thoát nước", "metadata": false})]
        } else {
            found(server, &tickets.lock().unwrap(), &query)
        };
        if server.json {
            axum::Json(list).into_response()
        } else {
            xml(what, &list)
        }
    };
    Router::new().route("/open311/v2/{file}", get(handler))
}

fn found(server: Server, tickets: &[Value], query: &HashMap<String, String>) -> Vec<Value> {
    let moment = |text: &str| text.parse::<Timestamp>().unwrap();
    let limit =
        |name: &str, default: Timestamp| query.get(name).map_or(default, |text| moment(text));
    // Without a span the last 90 days are meant.
    let from = limit("start_date", now() - SignedDuration::from_hours(90 * 24));
    let to = limit("end_date", Timestamp::MAX);
    let at = |ticket: &Value| moment(ticket["requested_datetime"].as_str().unwrap());
    let after = limit("updated_after", Timestamp::MIN);
    let is_changed = |ticket: &&Value| {
        let updated = ticket["updated_datetime"].as_str().map(moment);
        !server.knows_updates || updated.unwrap_or(at(ticket)) >= after
    };
    let mut found = tickets
        .iter()
        .filter(|ticket| (from..=to).contains(&at(ticket)))
        .filter(is_changed)
        .cloned()
        .collect::<Vec<_>>();
    found.reverse();
    found.truncate(server.cap.unwrap_or(usize::MAX));
    if let Some(size) = server.page_size {
        let page = query["page"].parse::<usize>().unwrap() - 1;
        found = found.into_iter().skip(page * size).take(size).collect();
    }
    found
}

fn xml(what: &str, list: &[Value]) -> Response {
    let element = what.trim_end_matches('s');
    let records = list.iter().map(|record| {
        let fields = record
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| match value {
                Value::Null => format!("<{name}/>"),
                Value::String(text) => format!("<{name}>{}</{name}>", text.replace('&', "&amp;")),
                other => format!("<{name}>{other}</{name}>"),
            });
        format!("<{element}>{}</{element}>", fields.collect::<String>())
    });
    text(
        "text/xml",
        format!(
            "<?xml version=\"1.0\" encoding=\"utf-8\"?><{what}>{}</{what}>",
            records.collect::<String>()
        ),
    )
}

fn by_id(mentions: &[Mention]) -> HashMap<String, Mention> {
    mentions
        .iter()
        .map(|mention| (mention.id.to_string(), mention.clone()))
        .collect()
}

#[tokio::test]
async fn all_kinds_of_servers_give_the_same() {
    let servers = [
        Server {
            json: true,
            page_size: Some(20),
            ..Server::default()
        },
        Server {
            json: true,
            page_size: Some(100),
            ..Server::default()
        },
        Server {
            json: true,
            page_size: None,
            ..Server::default()
        },
        Server {
            json: false,
            page_size: Some(50),
            ..Server::default()
        },
    ];
    for server in servers {
        let site = Site::start(open311(server, tickets(300))).await;
        let source = source(
            SourceKind::Open311(Open311::default()),
            &site.url("/open311/v2"),
        );
        let collected = Pipeline::new(fetcher()).visit(&source).await;
        assert_eq!(
            collected.health.status,
            HealthStatus::Fresh,
            "{:?}",
            collected.health
        );
        assert_eq!(collected.mentions.len(), 300);
        assert_eq!(by_id(&collected.mentions).len(), 300, "ids are unique");
        let newest = collected
            .mentions
            .iter()
            .max_by_key(|mention| mention.published_at)
            .unwrap();
        let ticket = newest.ticket.clone().unwrap();
        assert_eq!(newest.text, "Cống nghẹt ở hẻm số 300, mưa là ngập");
        assert_eq!(
            (ticket.field.as_deref(), ticket.status),
            (Some("Thoát nước"), TicketStatus::Open)
        );
        assert_eq!(
            ticket.due_at,
            Some(newest.published_at.unwrap() + SignedDuration::from_hours(72))
        );
        assert_eq!(
            ticket.address.as_deref(),
            Some("Đường Huỳnh Tấn Phát, P. Tân Thuận")
        );
    }
}

#[tokio::test]
async fn a_ticket_that_changed_comes_again_under_its_id() {
    let tickets = tickets(200);
    let site = Site::start(open311(
        Server {
            json: true,
            page_size: Some(50),
            ..Server::default()
        },
        Arc::clone(&tickets),
    ))
    .await;
    let source = source(
        SourceKind::Open311(Open311::default()),
        &site.url("/open311/v2/"),
    );
    let mut pipeline = Pipeline::new(fetcher());
    let first = by_id(&pipeline.visit(&source).await.mentions);
    {
        let mut tickets = tickets.lock().unwrap();
        tickets[10]["status"] = json!("closed");
        tickets[10]["updated_datetime"] = json!(now().to_string());
        tickets[10]["extended_attributes"] = json!({"rating": "Không hài lòng"});
        tickets.push(ticket(9001, now() + SignedDuration::from_hours(1)));
    }
    let mut second = HashMap::new();
    for _ in 0..12 {
        pipeline.now += SignedDuration::from_mins(45);
        second.extend(by_id(&pipeline.visit(&source).await.mentions));
    }
    let changed = second
        .values()
        .find(|mention| mention.text.contains("hẻm số 11,"))
        .unwrap();
    assert!(first.contains_key(changed.id.as_str()));
    let state = changed.ticket.clone().unwrap();
    assert_eq!(
        (state.status, state.closed_at, state.rating),
        (
            TicketStatus::Closed,
            Some(now()),
            Some(Rating::Dissatisfied)
        )
    );
    assert_eq!(
        second
            .values()
            .filter(|mention| mention.text.contains("hẻm số 9001,"))
            .count(),
        1
    );
    assert_eq!(second.len(), 201, "the sweep came round to every ticket");
}

#[tokio::test]
async fn a_long_backlog_is_read_over_several_visits() {
    let site = Site::start(open311(
        Server {
            json: true,
            page_size: Some(20),
            ..Server::default()
        },
        tickets(600),
    ))
    .await;
    let source = source(
        SourceKind::Open311(Open311::default()),
        &site.url("/open311/v2"),
    );
    let visit = VisitLimits {
        pages_max: 15,
        ..VisitLimits::default()
    };
    let mut pipeline = Pipeline::new(Fetcher::new(FetchPolicy { visit, ..quick() }).unwrap());
    let mut seen = HashMap::new();
    let mut n_visits = 0;
    while seen.len() < 600 && n_visits < 20 {
        let collected = pipeline.visit(&source).await;
        seen.extend(by_id(&collected.mentions));
        n_visits += 1;
    }
    assert_eq!(seen.len(), 600, "after {n_visits} visits");
}

#[tokio::test]
async fn broken_servers() {
    let cases: Vec<(Router, HealthStatus)> = vec![
        (Router::new(), HealthStatus::Unreachable),
        (
            Router::new().fallback(|| async { "<html>Đăng nhập</html>" }),
            HealthStatus::NotAFeed,
        ),
        (
            Router::new().fallback(|| async { StatusCode::SERVICE_UNAVAILABLE }),
            HealthStatus::Unreachable,
        ),
        (
            open311(
                Server {
                    json: true,
                    page_size: None,
                    ..Server::default()
                },
                Tickets::default(),
            ),
            HealthStatus::Empty,
        ),
    ];
    for (n, (router, expect)) in cases.into_iter().enumerate() {
        let site = Site::start(router).await;
        let source = source(
            SourceKind::Open311(Open311::default()),
            &site.url("/open311/v2"),
        );
        let collected = Pipeline::new(fetcher()).visit(&source).await;
        assert_eq!(
            collected.health.status, expect,
            "case {n}: {:?}",
            collected.health
        );
    }
}

#[tokio::test]
async fn a_server_that_breaks_in_the_middle_loses_nothing() {
    let tickets = tickets(400);
    let inner = open311(
        Server {
            json: true,
            page_size: Some(20),
            ..Server::default()
        },
        tickets,
    );
    let n_asked = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counter = Arc::clone(&n_asked);
    let router = inner.layer(axum::middleware::from_fn(
        move |request, next: axum::middleware::Next| {
            let n = counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            async move {
                if n == 30 {
                    StatusCode::INTERNAL_SERVER_ERROR.into_response()
                } else {
                    next.run(request).await
                }
            }
        },
    ));
    let site = Site::start(router).await;
    let source = source(
        SourceKind::Open311(Open311::default()),
        &site.url("/open311/v2"),
    );
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    assert_eq!(first.health.status, HealthStatus::Unreachable);
    assert!(!first.mentions.is_empty());
    let mut seen = by_id(&first.mentions);
    seen.extend(by_id(&pipeline.visit(&source).await.mentions));
    assert_eq!(seen.len(), 400);
}

#[tokio::test]
async fn a_server_that_stops_at_its_bound_is_asked_by_shorter_windows() {
    for cap in [1000, 100] {
        let server = Server {
            json: true,
            cap: Some(cap),
            ..Server::default()
        };
        // Four an hour: a day holds 96, a week 672, five weeks 3,360.
        let newest = now() - SignedDuration::from_mins(30);
        let at = |id: usize| newest - SignedDuration::from_mins(15 * i64::try_from(id).unwrap());
        let tickets = (0..3000).rev().map(|id| ticket(id, at(id))).collect();
        let site = Site::start(open311(server, Arc::new(Mutex::new(tickets)))).await;
        let source = source(
            SourceKind::Open311(Open311::default()),
            &site.url("/open311/v2"),
        );
        let mut pipeline = Pipeline::new(fetcher());
        let mut seen = HashMap::new();
        for _ in 0..12 {
            seen.extend(by_id(&pipeline.visit(&source).await.mentions));
            if seen.len() == 3000 {
                break;
            }
        }
        assert_eq!(
            seen.len(),
            3000,
            "cap {cap}, {} questions",
            site.log().len()
        );
    }
}

#[tokio::test]
async fn a_server_that_tells_changes_need_not_be_swept() {
    let tickets = tickets(300);
    for ticket in tickets.lock().unwrap().iter_mut() {
        ticket["updated_datetime"] = ticket["requested_datetime"].clone();
    }
    let server = Server {
        json: true,
        page_size: Some(100),
        knows_updates: true,
        ..Server::default()
    };
    let site = Site::start(open311(server, Arc::clone(&tickets))).await;
    let source = source(
        SourceKind::Open311(Open311::default()),
        &site.url("/open311/v2"),
    );
    let mut pipeline = Pipeline::new(fetcher());
    let first = pipeline.visit(&source).await;
    assert_eq!(first.mentions.len(), 300);
    {
        let mut tickets = tickets.lock().unwrap();
        tickets[5]["status"] = json!("closed");
        tickets[5]["updated_datetime"] = json!((now() + SignedDuration::from_mins(10)).to_string());
    }
    pipeline.now += SignedDuration::from_mins(20);
    let second = pipeline.visit(&source).await;
    let changed = second
        .mentions
        .iter()
        .filter_map(|mention| mention.ticket.as_ref())
        .filter(|ticket| ticket.status == TicketStatus::Closed);
    let changed = changed.collect::<Vec<_>>();
    assert_eq!(changed.len(), 1, "seen at the next visit");
    assert_eq!(
        changed[0].updated_at,
        Some(now() + SignedDuration::from_mins(10))
    );
}

#[tokio::test]
async fn discovery_leads_to_the_endpoint_in_production() {
    let xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?><discovery><changeset>2026-11-01</changeset><endpoints>\
        <endpoint><specification>http://wiki.open311.org/GeoReport_v2</specification><url>/thu/v2</url><type>test</type></endpoint>\
        <endpoint><specification>http://wiki.open311.org/GeoReport_v2</specification><url>/open311/v2</url><type>production</type>\
        <formats><format>text/xml</format><format>application/json</format></formats></endpoint></endpoints></discovery>";
    let server = Server {
        json: false,
        page_size: Some(50),
        ..Server::default()
    };
    let router = open311(server, tickets(30))
        .route(
            "/discovery.xml",
            get(move || async move { text("text/xml", xml) }),
        )
        .route(
            "/cu/discovery.json",
            get(|| async { r#"{"endpoints": [{"specification": "GeoReport_v1", "url": "/v1"}]}"# }),
        );
    let site = Site::start(router).await;
    let at = |path: &str| source(SourceKind::Open311(Open311::default()), &site.url(path));
    let found = Pipeline::new(fetcher()).visit(&at("/discovery.xml")).await;
    assert_eq!(found.mentions.len(), 30, "{:?}", found.health);
    let url = found.mentions[0].url.clone().unwrap();
    assert!(url.contains("/open311/v2/requests/"), "{url}");
    let old = Pipeline::new(fetcher())
        .visit(&at("/cu/discovery.json"))
        .await;
    assert_eq!(old.health.status, HealthStatus::NotAFeed);
    assert!(
        old.health.detail.contains("no GeoReport v2"),
        "{:?}",
        old.health
    );
}
