//! Bad input and broken memory give clear answers in one shape.

use axum::body::Body;
use axum::http::Request;
use serde_json::json;

use crate::client::Site;

async fn problem(site: &Site, path: &str, status: u16) -> serde_json::Value {
    let answer = site.get(path).await.expect(status);
    assert_eq!(answer.kind(), "application/problem+json", "{path}");
    let problem = answer.json();
    assert_eq!(problem["status"], status, "{path}");
    assert_eq!(
        problem["request_id"],
        answer.header("x-request-id"),
        "{path}"
    );
    problem
}

#[tokio::test]
async fn api_errors_are_problems_with_stable_codes() {
    let site = Site::busy();
    let cases = [
        (
            "/api/v1/digests?day=hom-qua",
            400,
            "bad_parameter",
            "write a day as 2026-11-12",
        ),
        (
            "/api/v1/digests?unit=quan7",
            400,
            "bad_parameter",
            "use city, the five digits",
        ),
        (
            "/api/v1/digests?unit=99999",
            404,
            "not_found",
            "unit `99999` is not known",
        ),
        (
            "/api/v1/digests?format=xml",
            400,
            "bad_parameter",
            "use json or csv",
        ),
        (
            "/api/v1/digests?unit=city&revision=0",
            400,
            "bad_parameter",
            "number of a revision",
        ),
        (
            "/api/v1/signals?unit=1",
            400,
            "bad_parameter",
            "five digits of a unit",
        ),
        (
            "/api/v1/concerns/nothing",
            404,
            "not_found",
            "concern `nothing` is not known",
        ),
        (
            "/api/v1/concerns/c-rac-go-vap?cursor=!!",
            400,
            "bad_parameter",
            "`next` of the page",
        ),
        (
            "/api/v1/concerns/c-rac-go-vap?limit=5000",
            400,
            "bad_parameter",
            "from 1 to 100",
        ),
        (
            "/api/v1/mentions/nothing",
            404,
            "not_found",
            "mention `nothing` is not known",
        ),
        (
            "/api/v1/search?topic=weather",
            400,
            "bad_parameter",
            "use topic codes",
        ),
        ("/api/v1/search?q=a&q=b", 400, "bad_parameter", "duplicate"),
    ];
    for (path, status, code, detail) in cases {
        let problem = problem(&site, path, status).await;
        assert_eq!(problem["code"], code, "{path}");
        let said = problem["detail"].as_str().unwrap();
        assert!(said.contains(detail), "{path}: {said}");
    }
    assert_eq!(
        problem(&site, "/api/v1/nothing", 404).await["code"],
        "not_found"
    );
}

#[tokio::test]
async fn wrong_methods_and_bodies_are_refused() {
    let site = Site::busy();
    let post = Request::post("/api/v1/units").body(Body::empty()).unwrap();
    let refused = site.send(post).await.expect(405);
    assert_eq!(refused.json()["code"], "method_not_allowed");
    let post = Request::post("/").body(Body::empty()).unwrap();
    let page = site.send(post).await.expect(405);
    assert!(page.text().contains("<h1>"));
    let huge = Request::get("/api/v1/units")
        .header("content-length", "99999999")
        .body(Body::from(vec![b'x'; 10]))
        .unwrap();
    assert_eq!(
        site.send(huge).await.expect(413).json()["code"],
        "too_large"
    );
}

#[tokio::test]
async fn people_get_a_page_that_says_what_to_do() {
    let site = Site::busy();
    let missing = site.get("/khong-co").await.expect(404);
    assert!(missing.text().contains("Không tìm thấy trang này"));
    assert!(missing.text().contains("Về trang hôm nay"));
    let english = site.get("/khong-co?lang=en").await.expect(404);
    assert!(english.text().contains("This page is not here"));
    for path in [
        "/?ngay=2026-99-99",
        "/ngay/abc",
        "/tim-kiem?from=x",
        "/don-vi?ma=abc",
    ] {
        let bad = site.get(path).await.expect(400);
        assert!(bad.text().contains("Địa chỉ chưa đúng"), "{path}");
    }
    for path in ["/don-vi/99999", "/van-de/khong-co", "/tinh/app.css"] {
        assert!(
            site.get(path).await.expect(404).text().contains("<h1>"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_broken_record_gives_a_decent_page_without_our_insides() {
    let (state, folder) = crate::fixture::busy_city();
    let record = folder.path().join("record.sqlite");
    for suffix in ["", "-wal", "-shm"] {
        let path = folder.path().join(format!("record.sqlite{suffix}"));
        if path.try_exists().unwrap() {
            std::fs::write(&path, b"this is not a database, not at all, not even a bit").unwrap();
        }
    }
    let site = Site::over(state, folder);
    let page = site.get("/").await;
    assert!(page.status.is_server_error());
    assert!(page.text().contains("Hệ thống"));
    assert!(!page.text().contains(record.to_str().unwrap()));
    let ready = site.get("/readyz").await;
    assert!(ready.status.is_server_error());
    let said = ready.json();
    assert_eq!(said["detail"], json!(null));
    assert_eq!(site.get("/livez").await.expect(200).text(), "ok\n");
}
