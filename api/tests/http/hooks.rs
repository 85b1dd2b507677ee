//! The desk for deliveries: bounds, answers, and what reaches whoever takes them.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::{Hooks, Receipt, Refusal};
use axum::body::Body;
use axum::http::{HeaderMap, Request};
use models::domain::SourceId;

use crate::client::{Answer, Site};
use crate::fixture;

/// Answers by the name of the source, and remembers what came.
#[derive(Default)]
struct Taker {
    taken: Mutex<Vec<(SourceId, Vec<u8>)>>,
}

impl Hooks for Taker {
    fn receive(
        &self,
        source: &SourceId,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Receipt, Refusal> {
        assert!(headers.contains_key("webhook-id"));
        self.taken
            .lock()
            .unwrap()
            .push((source.clone(), body.to_vec()));
        match source.as_str() {
            "recorded" => Ok(Receipt::Recorded {
                n_new: 2,
                n_updated: 1,
                rejected: vec!["ticket 3: column `text` is empty".to_owned()],
            }),
            "repeated" => Ok(Receipt::Repeated),
            "nothing" => Ok(Receipt::Nothing),
            "unsigned" => Err(Refusal::Unsigned(
                "header `webhook-id` is missing".to_owned(),
            )),
            "unreadable" => Err(Refusal::Unreadable("the body is not UTF-8".to_owned())),
            "conflict" => Err(Refusal::Conflict),
            "busy" => Err(Refusal::TooMany(Duration::from_millis(2500))),
            "broken" => Err(Refusal::Unavailable),
            "panics" => panic!("a citizen's words"),
            _ => Err(Refusal::Unknown),
        }
    }
}

fn desk() -> (Site, Arc<Taker>) {
    let (mut state, folder) = fixture::empty_city();
    let taker = Arc::new(Taker::default());
    state.hooks = Some(Arc::clone(&taker) as Arc<dyn Hooks>);
    (Site::over(state, folder), taker)
}

async fn post(site: &Site, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(path)
        .header("content-type", kind)
        .header("webhook-id", "1");
    site.send(request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn every_outcome_has_its_answer() {
    let (site, _) = desk();
    for (source, status, code) in [
        ("recorded", 200, "recorded"),
        ("repeated", 200, "repeated"),
        ("nothing", 200, "nothing"),
        ("unsigned", 401, "unsigned"),
        ("unreadable", 422, "unreadable"),
        ("conflict", 409, "conflict"),
        ("busy", 429, "too_many"),
        ("broken", 503, "unavailable"),
        ("panics", 503, "unavailable"),
        ("nobody", 404, "not_found"),
    ] {
        let path = format!("/hooks/{source}");
        let answer = post(&site, &path, "application/json; charset=utf-8", "{}")
            .await
            .expect(status);
        let body = answer.json();
        if status == 200 {
            assert_eq!(body["status"], code);
        } else {
            assert_eq!(
                (answer.kind(), body["code"].as_str()),
                ("application/problem+json", Some(code))
            );
            assert_eq!(body["status"], status);
            assert!(!answer.text().contains("citizen"));
        }
        let wait = answer.header("retry-after");
        assert_eq!(
            wait,
            match status {
                429 => "3",
                503 => "1",
                _ => "",
            }
        );
    }
    let recorded = post(&site, "/hooks/recorded", "application/json", "{}")
        .await
        .json();
    assert_eq!(
        (&recorded["n_new"], &recorded["n_updated"]),
        (&2.into(), &1.into())
    );
    assert!(
        recorded["rejected"][0]
            .as_str()
            .unwrap()
            .contains("ticket 3")
    );
}

#[tokio::test]
async fn bytes_arrive_as_they_were_sent() {
    let (site, taker) = desk();
    let bytes = b"{ \"a\" :\t1,\r\n \"b\": \"\xff\" }".to_vec();
    post(&site, "/hooks/recorded", "application/json", bytes.clone())
        .await
        .expect(200);
    assert_eq!(
        *taker.taken.lock().unwrap(),
        [(SourceId::new("recorded"), bytes)]
    );
}

#[tokio::test]
async fn what_is_too_large_or_something_else_reaches_nobody() {
    let (site, taker) = desk();
    let large = vec![b'x'; api::hooks::DELIVERY_BYTES_MAX + 1];
    let answer = post(&site, "/hooks/recorded", "application/json", large.clone())
        .await
        .expect(413);
    assert_eq!(answer.json()["code"], "too_large");
    // Of unknown length it is cut off while it is read.
    let chunks = large
        .chunks(65_536)
        .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()));
    let chunks = futures_util::stream::iter(chunks.collect::<Vec<_>>());
    let answer = post(
        &site,
        "/hooks/recorded",
        "application/json",
        Body::from_stream(chunks),
    )
    .await;
    assert_eq!(answer.expect(413).json()["code"], "too_large");
    for kind in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/xml",
        "",
    ] {
        let answer = post(&site, "/hooks/recorded", kind, "{}").await.expect(415);
        assert_eq!(answer.json()["code"], "media_type");
    }
    assert!(taker.taken.lock().unwrap().is_empty());
    // A whole megabyte is fine here; elsewhere nothing is posted at all.
    let most = vec![b'x'; api::hooks::DELIVERY_BYTES_MAX];
    post(&site, "/hooks/recorded", "application/json", most.clone())
        .await
        .expect(200);
    let elsewhere = Request::post("/api/v1/search").header("content-length", most.len());
    let refused = site.send(elsewhere.body(Body::from(most)).unwrap()).await;
    refused.expect(405);
}

#[tokio::test]
async fn nobody_but_post_and_nobody_without_a_desk() {
    let (site, _) = desk();
    site.get("/hooks/recorded").await.expect(405);
    site.get("/hooks/").await.expect(404);
    post(&Site::empty(), "/hooks/recorded", "application/json", "{}")
        .await
        .expect(404);
}
