//! What programs see.

use serde_json::{Value, json};

use crate::client::Site;

fn keys(value: &Value) -> Vec<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

#[tokio::test]
async fn digests_are_the_json_of_rank() {
    let site = Site::busy();
    let path = "/api/v1/digests?unit=city&day=2026-11-12";
    let digests = site.get(path).await.expect(200).json();
    let digest = &digests[0];
    assert_eq!(digests.as_array().unwrap().len(), 1);
    for key in [
        "unit",
        "day",
        "revision",
        "method_version",
        "coverage",
        "top",
        "rising",
    ] {
        assert!(keys(digest).contains(&key), "{key}");
    }
    assert_eq!(
        (&digest["unit"], &digest["day"]),
        (&json!("city"), &json!("2026-11-12"))
    );
    assert_eq!(digest["revision"], 2);
    let entry = &digest["top"][0];
    for key in [
        "rank",
        "tied",
        "concern",
        "title",
        "topic",
        "units",
        "score",
        "interval",
        "factors",
        "n_mentions",
        "n_sources",
        "evidence",
    ] {
        assert!(keys(entry).contains(&key), "{key}");
    }
    assert_eq!(entry["interval"].as_array().unwrap().len(), 2);
    assert_eq!(entry["units"][0], json!({"code": "27655", "weight": 1.0}));
    assert_eq!(entry["evidence"].as_array().unwrap().len(), 34);
}

#[tokio::test]
async fn the_score_is_the_product_of_its_factors() {
    let site = Site::busy();
    let digests = site
        .get("/api/v1/digests?unit=city")
        .await
        .expect(200)
        .json();
    for entry in digests[0]["top"].as_array().unwrap() {
        let factor = |name: &str| entry["factors"][name].as_f64().unwrap();
        let product = factor("shrunk_count")
            * (1.0 + factor("burst"))
            * (1.0 + factor("negativity"))
            * factor("breadth")
            * factor("unresolved_age");
        let score = entry["score"].as_f64().unwrap();
        assert!((product - score).abs() / score < 0.001, "{product} {score}");
    }
}

#[tokio::test]
async fn digests_of_a_day_come_city_first_and_old_revisions_stay() {
    let site = Site::busy();
    let all = site.get("/api/v1/digests").await.expect(200).json();
    assert_eq!(all.as_array().unwrap().len(), 6);
    assert_eq!(all[0]["unit"], "city");
    let first = site
        .get("/api/v1/digests?unit=city&revision=1")
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&first[0]["revision"], &first[0]["erratum"]),
        (&json!(1), &Value::Null)
    );
    let none = site
        .get("/api/v1/digests?unit=city&day=2020-01-01")
        .await
        .expect(200);
    assert_eq!(none.json(), json!([]));
}

#[tokio::test]
async fn signals_are_the_json_of_score() {
    let site = Site::busy();
    let signals = site
        .get("/api/v1/signals?day=2026-11-12")
        .await
        .expect(200)
        .json();
    assert_eq!(signals.as_array().unwrap().len(), 168);
    let signal = &signals[0];
    assert_eq!(
        keys(signal),
        [
            "as_of",
            "colour",
            "coverage",
            "day",
            "level",
            "listening",
            "method_version",
            "revision",
            "shadow_766",
            "unit",
            "windows"
        ]
    );
    assert_eq!(
        keys(&signal["listening"]),
        ["high", "judged", "low", "n", "value"]
    );
    assert_eq!(
        keys(&signal["shadow_766"]),
        [
            "n",
            "on_time",
            "petition_satisfaction",
            "points",
            "procedure_satisfaction",
            "silent"
        ]
    );
    let one = site
        .get("/api/v1/signals?unit=26740")
        .await
        .expect(200)
        .json();
    assert_eq!(one[0]["unit"], "26740");
    let table = site.get("/api/v1/signals?format=csv").await.expect(200);
    assert_eq!(table.text().lines().count(), 169);
}

#[tokio::test]
async fn a_concern_pages_through_its_evidence() {
    let site = Site::busy();
    let path = "/api/v1/concerns/c-rac-go-vap?limit=100";
    let first = site.get(path).await.expect(200).json();
    let second = first["next"].as_str().unwrap();
    let second = site
        .get(&format!("{path}&cursor={second}"))
        .await
        .expect(200)
        .json();
    assert_eq!(second["next"], Value::Null);
    let ids = |page: &Value| {
        let items = page["evidence"].as_array().unwrap().clone();
        items
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let mut all = [ids(&first), ids(&second)].concat();
    let n = all.len();
    all.sort_unstable();
    all.dedup();
    assert_eq!((all.len(), n), (n, 122));
    assert_eq!(first["status"], "returned");
    assert_eq!(first["daily"].as_array().unwrap().len(), 19);
    let mention = &first["evidence"][0];
    assert!(
        mention["published_at"]
            .as_str()
            .unwrap()
            .ends_with("+07:00")
    );
    assert!(keys(mention).contains(&"text") && !keys(mention).contains(&"author"));
}

#[tokio::test]
async fn units_sources_and_mentions_can_be_read() {
    let site = Site::busy();
    let units = site.get("/api/v1/units").await.expect(200).json();
    assert_eq!(units.as_array().unwrap().len(), 168);
    assert_eq!(
        site.get("/api/v1/units?day=2020-01-01").await.json(),
        json!([])
    );
    let sources = site.get("/api/v1/sources").await.expect(200).json();
    let with = |status: &str| {
        let all = sources.as_array().unwrap().iter();
        all.filter(|one| one["health"]["status"] == status).count()
    };
    assert_eq!((with("unreachable"), with("disabled")), (1, 1));
    let source = site.get("/api/v1/sources/1022").await.expect(200).json();
    assert_eq!(source["id"], "1022");
    assert_eq!(source["days"].as_array().unwrap().len(), 30);
    assert!(source["days"][28]["n_heard"].as_u64().unwrap() > 0);
    assert_eq!(source["visits"][0]["status"], "fresh");
    site.get("/api/v1/sources/khong-co").await.expect(404);
    let path = "/api/v1/mentions/ngap-le-van-luong-2026-11-12-0";
    let mention = site.get(path).await.expect(200).json();
    assert_eq!(mention["concern"], "c-ngap-le-van-luong");
}

#[tokio::test]
async fn search_counts_and_pages() {
    let site = Site::busy();
    let path = "/api/v1/search?q=tram%20bom&limit=5";
    let found = site.get(path).await.expect(200).json();
    let total = found["total"].as_u64().unwrap();
    assert!(total > 10, "{total}");
    assert_eq!(found["items"].as_array().unwrap().len(), 5);
    assert_eq!(found["facets"]["topics"][0]["value"], "drainage");
    let next = found["next"].as_str().unwrap();
    let second = site
        .get(&format!("{path}&cursor={next}"))
        .await
        .expect(200)
        .json();
    assert_ne!(second["items"][0]["id"], found["items"][0]["id"]);
    let narrow = site
        .get("/api/v1/search?channel=press&topic=noise,waste")
        .await
        .expect(200);
    assert!(
        narrow.json()["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|i| i["channel"] == "press")
    );
}

#[tokio::test]
async fn the_server_tells_how_it_is() {
    let site = Site::busy();
    assert_eq!(site.get("/livez").await.expect(200).text(), "ok\n");
    let ready = site.get("/readyz").await.expect(200).json();
    assert_eq!(
        (&ready["status"], &ready["index_lag"]),
        (&json!("ready"), &json!(0))
    );
}

#[tokio::test]
async fn the_description_matches_its_snapshot() {
    let site = Site::empty();
    let description = site.get("/api/openapi.json").await.expect(200).json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3.1"));
    let parameters = description["paths"]["/api/v1/digests"]["get"]["parameters"].clone();
    assert!(
        parameters
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["in"] == "query")
    );
    insta::assert_json_snapshot!("openapi", description);
}

#[tokio::test]
async fn scores_are_answered_by_scope_and_as_tables() {
    let site = Site::busy();
    let all = site.get("/api/v1/shadow").await.expect(200).json();
    let units = all
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["unit"].clone());
    assert_eq!(units.collect::<Vec<_>>(), ["city", "kind:ward", "26740"]);
    let city = &all[0];
    assert_eq!(city["official"]["points"], json!(17.94));
    assert_eq!(city["petitions"]["silent"], json!(10_000));
    assert_eq!(city["petitions"]["not_asked"], json!(766));
    assert_eq!(
        city["answered"]["petition_satisfaction"]["interval"],
        json!([90.76, 92.76])
    );
    assert_eq!(city["moves"][0]["points_each"], json!(-0.000_46));
    let one = "/api/v1/shadow?unit=26740&period=week&day=2026-10-25";
    assert_eq!(site.get(one).await.expect(200).json()[0]["period"], "week");
    let table = site.get("/api/v1/shadow?format=csv").await.expect(200);
    assert_eq!(table.text().lines().count(), 4);
    site.get("/api/v1/shadow?unit=everything").await.expect(400);
}

#[tokio::test]
async fn the_silence_map_can_be_cut() {
    let site = Site::busy();
    let cells = |path: &'static str| {
        let site = &site;
        async move {
            let map = site.get(path).await.expect(200).json();
            map[0]["cells"].as_array().unwrap().len()
        }
    };
    assert_eq!(cells("/api/v1/silence").await, 5);
    assert_eq!(cells("/api/v1/silence?topic=all").await, 4);
    assert_eq!(cells("/api/v1/silence?unit=26740").await, 2);
    assert_eq!(cells("/api/v1/silence?unit=26740&topic=noise").await, 1);
    let none = site
        .get("/api/v1/silence?day=2020-01-01")
        .await
        .expect(200)
        .json();
    assert_eq!(none, json!([]));
    let table = site.get("/api/v1/silence?format=csv").await.expect(200);
    assert_eq!(table.text().lines().count(), 6);
}

#[tokio::test]
async fn indicators_are_defined_and_valued_apart() {
    let site = Site::busy();
    let defined = site.get("/api/v1/indicators").await.expect(200).json();
    assert_eq!(
        defined[0]["colours"],
        json!([{"colour": "green", "from": 50.0}])
    );
    assert_eq!(defined[1]["source"], "shadow_766.on_time");
    let path = "/api/v1/indicators/services.online?day=2026-10-03";
    let values = site.get(path).await.expect(200).json();
    let told = values.as_array().unwrap().iter().map(|value| {
        (
            value["unit"].clone(),
            value["value"].clone(),
            value["colour"].clone(),
        )
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            (json!("city"), json!(61.5), json!("green")),
            (json!("26740"), json!(49.99), json!("red")),
            (json!("26884"), json!(88.0), json!("green")),
            (json!("27655"), json!(null), json!("hatched")),
        ]
    );
    let none = "/api/v1/indicators/tickets.on_time";
    assert_eq!(site.get(none).await.expect(200).json(), json!([]));
    site.get("/api/v1/indicators/nothing").await.expect(404);
    let table = site
        .get("/api/v1/indicators/services.online?format=csv")
        .await;
    let table = table.expect(200);
    assert!(
        table.text().contains("'=cmd|"),
        "no formula for a spreadsheet"
    );
}

#[tokio::test]
async fn signals_tell_four_stretches_of_days_with_their_coverage() {
    let site = Site::busy();
    let path = "/api/v1/signals?unit=26740&day=2026-11-12";
    let signal = site.get(path).await.expect(200).json()[0].clone();
    let days = signal["windows"].as_array().unwrap().iter();
    let days = days.map(|window| window["days"].as_u64().unwrap());
    assert_eq!(days.collect::<Vec<_>>(), [1, 7, 28, 90]);
    assert_eq!(signal["coverage"], json!(0.8));
    assert_eq!(signal["windows"][3]["coverage"], json!(0.8));
}

#[tokio::test]
async fn the_page_about_the_api_tells_all_that_the_description_does() {
    let site = Site::busy();
    let description = site.get("/api/openapi.json").await.json();
    for path in ["/api", "/api?lang=en"] {
        let page = site.get(path).await.expect(200);
        let html = page.text();
        let mut n_operations = 0;
        for (address, item) in description["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                n_operations += 1;
                assert!(
                    html.contains(&format!("{} {address}<", method.to_uppercase())),
                    "{address}"
                );
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                for one in parameters {
                    let name = one["name"].as_str().unwrap();
                    assert!(
                        html.contains(&format!("<code>{name}</code>")),
                        "{address} {name}"
                    );
                }
            }
        }
        assert!(n_operations > 25, "{n_operations}");
        assert_eq!(html.matches("curl -s ").count(), n_operations);
        for name in description["components"]["schemas"]
            .as_object()
            .unwrap()
            .keys()
        {
            assert!(html.contains(&format!("id=\"shape-{name}\"")), "{name}");
        }
        // Every link to a shape has one to lead to.
        for link in html.split("href=\"#").skip(1) {
            let to = link.split('"').next().unwrap();
            assert!(html.contains(&format!("id=\"{to}\"")), "{to}");
        }
        assert!(!html.contains("src=\"http") && !html.contains("<script>"));
    }
}
