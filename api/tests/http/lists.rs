//! Lists: pages, tables, maps.

use serde_json::{Value, json};

use crate::client::{Answer, Site};

/// The address of the next page.
fn next(answer: &Answer) -> Option<String> {
    let link = answer.headers.get("link")?.to_str().unwrap();
    let (address, rest) = link.strip_prefix('<').unwrap().split_once('>').unwrap();
    assert_eq!(rest, "; rel=\"next\"");
    Some(address.to_owned())
}

/// All items, page by page, and how many pages they took.
async fn walk(site: &Site, first: &str) -> (Vec<Value>, usize) {
    let (mut all, mut n_pages, mut at) = (Vec::new(), 0, Some(first.to_owned()));
    while let Some(path) = at {
        let answer = site.get(&path).await.expect(200);
        at = next(&answer);
        all.extend(answer.json().as_array().unwrap().clone());
        n_pages += 1;
        assert!(n_pages < 100);
    }
    (all, n_pages)
}

#[tokio::test]
async fn every_list_comes_whole_or_in_pages_and_both_say_the_same() {
    let site = Site::busy();
    for (path, limit) in [
        ("/api/v1/digests?day=2026-11-12", 2),
        ("/api/v1/signals?day=2026-11-12", 50),
        ("/api/v1/leagues?", 1),
        ("/api/v1/comparisons?day=2026-11-12", 1),
        ("/api/v1/grades?unit=city", 1),
        ("/api/v1/forecasts?unit=city", 1),
        ("/api/v1/shadow?period=reporting_month", 1),
        ("/api/v1/indicators?", 1),
        ("/api/v1/indicators/services.online?day=2026-10-03", 3),
        ("/api/v1/units?day=2026-11-12", 100),
        ("/api/v1/sources?", 2),
        ("/api/v1/concerns?to=2026-11-12", 3),
    ] {
        let whole = site.get(path).await.expect(200);
        assert_eq!(next(&whole), None, "{path}");
        let whole = whole.json();
        let (paged, n_pages) = walk(&site, &format!("{path}&limit={limit}")).await;
        assert_eq!(Value::Array(paged), whole, "{path}");
        let n = whole.as_array().unwrap().len();
        assert!(n > 0, "{path}");
        assert_eq!(n_pages, n.div_ceil(limit), "{path}");
    }
}

#[tokio::test]
async fn pages_of_the_silence_map_are_pages_of_its_cells() {
    let site = Site::busy();
    let (pages, n_pages) = walk(&site, "/api/v1/silence?limit=2").await;
    assert_eq!(n_pages, 3);
    let cells = |page: &Value| page["cells"].as_array().unwrap().len();
    assert_eq!(pages.iter().map(cells).collect::<Vec<_>>(), [2, 2, 1]);
}

#[tokio::test]
async fn limits_and_cursors_are_checked() {
    let site = Site::busy();
    for wrong in ["limit=0", "limit=101", "limit=x", "cursor=x", "cursor=%00"] {
        let answer = site
            .get(&format!("/api/v1/units?{wrong}"))
            .await
            .expect(400);
        assert_eq!(answer.json()["code"], "bad_parameter", "{wrong}");
    }
    let first = site.get("/api/v1/signals?limit=1").await.expect(200);
    let other_day = format!("{}&day=2026-11-11", next(&first).unwrap());
    site.get(&other_day).await.expect(400);
}

#[tokio::test]
async fn every_published_value_says_of_when_it_is_and_how_it_was_made() {
    let site = Site::busy();
    for path in [
        "/api/v1/digests?unit=city&day=2026-11-12",
        "/api/v1/signals?unit=26740&day=2026-11-12",
        "/api/v1/leagues",
        "/api/v1/comparisons",
        "/api/v1/grades",
        "/api/v1/forecasts",
        "/api/v1/shadow",
        "/api/v1/silence",
        "/api/v1/indicators/services.online?day=2026-10-03",
    ] {
        let lines = site.get(path).await.expect(200).json();
        let line = &lines[0];
        for key in ["as_of", "method_version", "revision"] {
            assert!(!line[key].is_null(), "{path} {key}");
        }
    }
    let digest = site.get("/api/v1/digests?unit=city&day=2026-11-12").await;
    assert_eq!(digest.json()[0]["as_of"], "2026-11-13T00:00:00+07:00");
}

#[tokio::test]
async fn every_list_is_a_table_too() {
    let site = Site::busy();
    for path in [
        "/api/v1/digests?",
        "/api/v1/signals?",
        "/api/v1/leagues?",
        "/api/v1/comparisons?",
        "/api/v1/grades?",
        "/api/v1/forecasts?",
        "/api/v1/shadow?",
        "/api/v1/silence?",
        "/api/v1/indicators?",
        "/api/v1/indicators/services.online?day=2026-10-03&",
        "/api/v1/units?",
        "/api/v1/sources?",
        "/api/v1/concerns?",
        "/api/v1/concerns/c-rac-go-vap?",
        "/api/v1/search?q=rac&",
    ] {
        let table = site.get(&format!("{path}format=csv")).await.expect(200);
        assert_eq!(table.kind(), "text/csv; charset=utf-8", "{path}");
        assert!(table.body.starts_with(b"\xef\xbb\xbf"), "{path}");
        let mut reader = csv::Reader::from_reader(&table.body[3..]);
        let n_columns = reader.headers().unwrap().len();
        let rows = reader.records().collect::<Result<Vec<_>, _>>().unwrap();
        assert!(!rows.is_empty(), "{path}");
        for row in &rows {
            assert_eq!(row.len(), n_columns, "{path}");
            for cell in row {
                let begins = cell.starts_with(['=', '+', '@', '\t', '\r']);
                let minus = cell.starts_with('-') && cell.parse::<f64>().is_err();
                assert!(!begins && !minus, "{path}: {cell}");
            }
        }
    }
}

#[tokio::test]
async fn units_have_a_place_where_boundaries_were_imported() {
    let site = Site::busy();
    for path in [
        "/api/v1/units?format=geojson",
        "/api/v1/signals?day=2026-11-12&format=geojson",
    ] {
        let answer = site.get(path).await.expect(200);
        assert_eq!(answer.kind(), "application/geo+json");
        let map = answer.json();
        assert_eq!(map["type"], "FeatureCollection");
        let features = map["features"].as_array().unwrap();
        assert_eq!(features.len(), 168);
        assert_eq!(
            features[0]["geometry"],
            Value::Null,
            "no boundary is shipped"
        );
        assert!(features[0]["properties"]["grid_square"].is_array());
    }
    let path = "/api/v1/signals?unit=26740&day=2026-11-12&format=geojson";
    let said = site.get(path).await.json()["features"][0]["properties"].clone();
    assert_eq!(
        (&said["unit"], &said["revision"]),
        (&json!("26740"), &json!(1))
    );
    assert!(said["listening"]["low"].is_number() && said["listening"]["n"].is_number());
    let path = "/api/v1/indicators/services.online?day=2026-10-03&format=geojson";
    let values = site.get(path).await.expect(200).json();
    assert_eq!(values["features"].as_array().unwrap().len(), 3);
    site.get("/api/v1/leagues?format=geojson").await.expect(400);
}

#[tokio::test]
async fn concerns_are_listed_with_what_they_counted() {
    let site = Site::busy();
    let all = site.get("/api/v1/concerns").await.expect(200).json();
    let all = all.as_array().unwrap();
    assert!(all.len() > 3);
    let of = |query: &'static str| {
        let site = &site;
        async move {
            let found = site.get(&format!("/api/v1/concerns?{query}")).await;
            found.expect(200).json().as_array().unwrap().clone()
        }
    };
    let in_unit = of("unit=27655").await;
    assert!(!in_unit.is_empty() && in_unit.len() < all.len());
    assert!(
        of("topic=drainage")
            .await
            .iter()
            .all(|one| one["topic"] == "drainage")
    );
    let returned = of("status=returned").await;
    assert!(returned.iter().any(|one| one["id"] == "c-rac-go-vap"));
    let day = of("from=2026-11-12&to=2026-11-12").await;
    let mut n_hidden = 0;
    for one in &day {
        let counts = ["n_mentions", "n_tickets", "n_open_tickets"].map(|name| one[name].clone());
        for count in &counts {
            let shown = count.as_u64();
            n_hidden += usize::from(shown.is_none());
            assert!(
                shown.map_or(["<5", "-"].contains(&count.as_str().unwrap_or("")), |n| {
                    n == 0 || n >= 5
                }),
                "{one}"
            );
        }
        if let (Some(all), Some(tickets)) = (counts[0].as_u64(), counts[1].as_u64()) {
            let others = all - tickets;
            assert!(others == 0 || others >= 5, "told by the difference: {one}");
        }
    }
    assert!(n_hidden > 0);
    site.get("/api/v1/concerns?unit=00000").await.expect(404);
    site.get("/api/v1/concerns?topic=moon").await.expect(400);
}
