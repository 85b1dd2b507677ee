//! When more come than can be answered: who is turned away, and what they are told.

use api::{Crowd, Places};
use axum::body::Body;
use axum::http::Request;

use crate::client::{Answer, Site};
use crate::fixture;

fn site(places: Places) -> Site {
    let (mut state, folder) = fixture::empty_city();
    state.crowd = Crowd::new(&places);
    Site::over(state, folder)
}

fn assert_later(answer: &Answer, path: &str) {
    let wait = answer.header("retry-after").parse::<u64>();
    assert!(wait.is_ok_and(|wait| (2..=6).contains(&wait)), "{path}");
    assert_eq!(answer.header("cache-control"), "no-store", "{path}");
}

#[tokio::test]
async fn people_and_programs_are_told_when_to_come_again() {
    let site = site(Places {
        pages: 0,
        ..Places::default()
    });
    for (path, words) in [
        ("/", "Hệ thống đang bận"),
        ("/don-vi?lang=en", "The system is busy"),
    ] {
        let answer = site.get_with(path, &[("accept-encoding", "br")]).await;
        let answer = answer.expect(503);
        assert_later(&answer, path);
        assert_eq!(answer.header("content-encoding"), "", "not worth the work");
        assert!(answer.text().contains(words), "{path}");
        assert!(answer.header("content-security-policy").contains("'none'"));
    }
    let answer = site.get("/api/v1/units").await.expect(503);
    assert_later(&answer, "/api/v1/units");
    assert_eq!(answer.kind(), "application/problem+json");
    let problem = answer.json();
    assert_eq!(
        (&problem["code"], &problem["status"]),
        (&"busy".into(), &503.into())
    );
    assert_eq!(problem["request_id"], answer.header("x-request-id"));
    // Supervisors, style sheets, officers and senders have places of their own.
    for path in ["/livez", "/readyz", "/icon.svg", "/dang-nhap"] {
        site.get(path).await.expect(200);
    }
    let delivery = Request::post("/open311/v2/requests.json");
    let answer = site.send(delivery.body(Body::empty()).unwrap()).await;
    assert_ne!(answer.status, 503);
}

#[tokio::test]
async fn what_costs_much_has_places_of_its_own() {
    let site = site(Places {
        costly: 0,
        ..Places::default()
    });
    for path in [
        "/ban-tin.pdf",
        "/ban-do.png",
        "/tim-kiem?q=ngap",
        "/api/v1/search?q=ngap",
        "/canh-nhau",
        "/du-lieu-mo/2026-11-12/1/digests.csv",
    ] {
        assert_later(&site.get(path).await.expect(503), path);
    }
    for path in ["/", "/ban-do", "/ban-do.svg", "/api/v1/units"] {
        site.get(path).await.expect(200);
    }
}

#[tokio::test]
async fn officers_and_senders_are_bounded_too() {
    let site = site(Places {
        officers: 0,
        deliveries: 0,
        ..Places::default()
    });
    for path in ["/dang-nhap", "/ban-lam-viec", "/quan-tri/tai-khoan"] {
        assert_later(&site.get(path).await.expect(503), path);
    }
    let delivery = Request::post("/open311/v2/requests.json");
    let answer = site.send(delivery.body(Body::empty()).unwrap()).await;
    assert_later(&answer.expect(503), "open311");
    site.get("/open311/v2/services.json").await.expect(200);
}
