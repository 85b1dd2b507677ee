//! Atom feeds.

use crate::client::Site;

#[tokio::test]
async fn feeds_list_the_published_days() {
    let site = Site::busy();
    let feed = site.get("/tin.atom").await.expect(200);
    assert_eq!(feed.kind(), "application/atom+xml; charset=utf-8");
    let xml = feed.text();
    assert_eq!(xml.matches("<entry>").count(), 2);
    assert!(xml.contains("<id>urn:langnghe:digest:city:2026-11-12:2</id>"));
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
