//! Revalidation, compression, request numbers, caching.

use crate::client::Site;

#[tokio::test]
async fn what_a_client_has_is_not_sent_again() {
    let site = Site::busy();
    for path in [
        "/",
        "/ban-do",
        "/api/v1/signals",
        "/api/openapi.json",
        "/tin.atom",
    ] {
        let first = site.get(path).await.expect(200);
        let tag = first.header("etag").to_owned();
        assert!(tag.starts_with("W/\""), "{path}");
        assert_eq!(first.header("cache-control"), "no-cache", "{path}");
        let again = site
            .get_with(path, &[("if-none-match", &tag)])
            .await
            .expect(304);
        assert!(again.body.is_empty(), "{path}");
        assert_eq!(again.header("etag"), tag, "{path}");
        site.get_with(path, &[("if-none-match", "W/\"other\"")])
            .await
            .expect(200);
    }
}

#[tokio::test]
async fn pages_are_compressed_and_small() {
    let site = Site::busy();
    let encodings = [("accept-encoding", "br")];
    let bytes = async |path: &str| {
        let answer = site.get_with(path, &encodings).await.expect(200);
        assert_eq!(answer.header("content-encoding"), "br", "{path}");
        answer.body.len()
    };
    let html = site.get("/").await;
    let asset = |kind: &str| {
        let html = html.text();
        let at = html.find(kind).unwrap();
        let from = html[..at].rfind('"').unwrap() + 1;
        html[from..at + kind.len()].to_owned()
    };
    let shared = bytes(&asset(".css")).await + bytes(&asset(".js")).await;
    let first_view = bytes("/").await + shared;
    assert!(first_view <= 60_000, "{first_view}");
    let map = bytes("/ban-do").await + shared;
    assert!(map <= 25_000, "{map}");
}

#[tokio::test]
async fn own_script_stays_within_three_kilobytes() {
    let script = include_str!("../../src/web/app.js");
    assert!(script.len() <= 3_000, "{}", script.len());
}

#[tokio::test]
async fn assets_are_kept_for_good_and_requests_are_numbered() {
    let site = Site::busy();
    let page = site
        .get_with("/", &[("x-request-id", "given-7")])
        .await
        .expect(200);
    assert_eq!(page.header("x-request-id"), "given-7");
    assert!(!site.get("/").await.header("x-request-id").is_empty());
    let html = page.text();
    let from = html.find("/tinh/").unwrap();
    let path = &html[from..from + html[from..].find('"').unwrap()];
    let asset = site.get(path).await.expect(200);
    assert!(asset.header("cache-control").contains("immutable"));
    site.get("/icon.svg").await.expect(200);
}
