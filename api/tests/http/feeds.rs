//! Atom feeds.

use crate::client::Site;
use crate::fixture;

#[tokio::test]
async fn feeds_list_the_published_days() {
    let site = Site::busy();
    let feed = site.get("/tin.atom").await.expect(200);
    assert_eq!(feed.kind(), "application/atom+xml; charset=utf-8");
    let xml = feed.text();
    assert_eq!(xml.matches("<entry>").count(), 2);
    assert!(xml.contains("<id>urn:langnghe:digest:city:2026-11-12</id>"));
    assert!(xml.contains("Đính chính: Gộp hai vấn đề"));
    assert!(xml.contains("1. Đường Lê Văn Lương ngập"));
    let unit = site.get("/don-vi/27655/tin.atom").await.expect(200);
    assert!(unit.text().contains("<title>Lắng Nghe: Xã Nhà Bè</title>"));
    assert!(
        unit.text()
            .contains("href=\"/don-vi/27655?ngay=2026-11-12\"")
    );
    site.get("/don-vi/00000/tin.atom").await.expect(404);
}

#[tokio::test]
async fn an_empty_feed_is_still_a_feed() {
    let site = Site::empty();
    let feed = site.get("/tin.atom").await.expect(200);
    assert!(
        feed.text()
            .contains("<updated>1970-01-01T07:00:00+07:00</updated>")
    );
}

#[tokio::test]
async fn behind_a_public_address_feeds_are_absolute_and_say_their_licence() {
    let (mut state, folder) = fixture::busy_city();
    state.public_url = Some("https://lang-nghe.example:8443".to_owned());
    state.open.licence = Some(api::Licence {
        name: "CC BY 4.0".to_owned(),
        url: Some("https://licence.example/by".to_owned()),
    });
    let site = Site::over(state, folder);
    for path in [
        "/tin.atom",
        "/don-vi/27655/tin.atom",
        "/van-de/c-rac-go-vap/tin.atom",
    ] {
        let feed = site.get(path).await.expect(200);
        let xml = feed.text();
        let ids = xml.matches("<id>").count();
        assert!(ids > 1, "{path}");
        let tagged = xml.matches("<id>tag:lang-nghe.example,2026:").count();
        assert_eq!(tagged, ids, "{path}");
        let links = xml.matches("href=\"").count();
        let absolute = xml
            .matches("href=\"https://lang-nghe.example:8443/")
            .count();
        assert_eq!(absolute + 1, links, "all but the licence: {path}");
        assert!(xml.contains("<rights>CC BY 4.0</rights>"), "{path}");
        let licence = "<link rel=\"license\" href=\"https://licence.example/by\"/>";
        assert!(xml.contains(licence), "{path}");
    }
}

#[tokio::test]
async fn a_concern_has_a_feed_of_its_life_and_mentions() {
    let site = Site::busy();
    let feed = site.get("/van-de/c-rac-go-vap/tin.atom").await.expect(200);
    assert_eq!(feed.kind(), "application/atom+xml; charset=utf-8");
    let xml = feed.text();
    assert!(xml.contains("<id>urn:langnghe:concern:c-rac-go-vap</id>"));
    assert!(xml.contains("urn:langnghe:concern:c-rac-go-vap:first_seen:"));
    assert_eq!(xml.matches("urn:langnghe:mention:").count(), 50);
    let ids = xml
        .split("<entry>\n<id>")
        .skip(1)
        .map(|rest| rest.split('<').next().unwrap());
    let ids = ids.collect::<Vec<_>>();
    let unique = ids.iter().collect::<std::collections::BTreeSet<_>>();
    assert_eq!(unique.len(), ids.len());
    site.get("/van-de/nothing/tin.atom").await.expect(404);
}

#[tokio::test]
async fn calendars_count_what_is_due_and_quote_nobody() {
    let site = Site::busy();
    let city = site.get("/lich.ics").await.expect(200);
    assert_eq!(city.kind(), "text/calendar; charset=utf-8");
    let text = city.text();
    // The 25th at noon in Vietnam, and the first day of Tết 2027.
    assert!(text.contains("DTSTART:20261125T050000Z\r\n"));
    assert!(text.contains("UID:holiday-2027-02-06@langnghe\r\n"));
    let unit = site.get("/don-vi/27655/lich.ics?lang=en").await.expect(200);
    let due = unit.text();
    assert!(
        due.contains("reports due") || due.contains("reports overdue"),
        "{due}"
    );
    assert!(!due.contains("Lê Văn Lương"));
    assert_eq!(
        unit.body,
        site.get("/don-vi/27655/lich.ics?lang=en").await.body
    );
    site.get("/don-vi/00000/lich.ics").await.expect(404);
}
