//! Words of others stay words.

use indexer::archive::Edition;

use crate::client::Site;
use crate::fixture;
use crate::pages::PAGES;

fn hostile_site() -> Site {
    let (state, folder) = fixture::busy_city();
    let edition = Edition {
        digests: &[fixture::hostile_digest()],
        signals: &[],
        at: fixture::now(),
        erratum: Some("<script>alert(3)</script>"),
        ..Edition::default()
    };
    state.archive.publish(&edition).unwrap();
    Site::over(state, folder)
}

#[tokio::test]
async fn hostile_titles_are_escaped_everywhere() {
    let site = hostile_site();
    let paths = [
        "/",
        "/van-de/c-%3Chostile%3E",
        "/tim-kiem?q=alert",
        "/tin.atom",
    ];
    for path in paths {
        let answer = site.get(path).await.expect(200);
        let html = answer.text();
        assert!(
            html.contains("alert") && html.contains("onerror="),
            "{path} does not show the text at all"
        );
        assert!(!html.contains("<script>alert"), "{path}");
        assert!(!html.contains("<img src=x"), "{path}");
        assert!(!html.contains("href=\"javascript:"), "{path}");
    }
}

#[tokio::test]
async fn what_was_searched_for_is_escaped() {
    let site = Site::busy();
    let path = "/tim-kiem?q=%22%3E%3Cscript%3Ealert(9)%3C/script%3E&source=%22%3E%3Cb%3E";
    let html = site.get(path).await.expect(200).text().to_owned();
    assert!(!html.contains("<script>alert") && !html.contains("\"><b>"));
    let path = "/don-vi/%3Cscript%3E";
    let html = site.get(path).await.expect(404).text().to_owned();
    assert!(!html.contains("<script>"));
}

#[tokio::test]
async fn tables_disarm_formulas() {
    let site = hostile_site();
    let table = site
        .get("/api/v1/digests?unit=city&format=csv")
        .await
        .expect(200);
    assert_eq!(table.kind(), "text/csv; charset=utf-8");
    assert!(table.text().starts_with('\u{feff}'));
    assert!(table.text().contains("'=cmd|"));
    assert!(!table.text().contains(",=cmd"));
}

#[tokio::test]
async fn every_page_forbids_inline_style_and_script() {
    let site = Site::busy();
    for path in PAGES
        .iter()
        .chain(&["/khong-co", "/api/v1/units", "/livez"])
    {
        let answer = site.get(path).await;
        let policy = answer.header("content-security-policy").to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{path}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        let html = answer.text();
        assert!(
            !html.contains(" style=\"") && !html.contains("<style"),
            "{path}"
        );
        assert!(
            !html.contains(" onclick=") && !html.contains("<script>"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn templates_never_switch_escaping_off() {
    let mut folders = vec![std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates")];
    let mut n_templates = 0;
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            n_templates += 1;
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(
                !text.contains("|safe") && !text.contains("| safe"),
                "{}",
                path.display()
            );
        }
    }
    assert!(n_templates > 40, "{n_templates}");
}
