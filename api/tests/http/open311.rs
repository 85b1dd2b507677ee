//! The Open311 server.

use std::sync::{Arc, Mutex};

use api::access::hash_token;
use api::open311::{Intake, NewReport, Refused};
use axum::body::Body;
use axum::http::Request;
use indexer::{Actor, By, NewKey};
use models::domain::{KeyScope, MentionId, Reach, Topic};
use serde_json::{Value, json};

use crate::client::{Answer, Site};
use crate::fixture;

#[tokio::test]
async fn discovery_and_services_speak_both_formats() {
    let site = Site::busy();
    let headers = [("host", "city.test:8022")];
    let entrance = site.get_with("/open311/v2/discovery.json", &headers).await;
    let entrance = entrance.expect(200).json();
    let endpoint = &entrance["endpoints"][0];
    assert_eq!(endpoint["url"], "http://city.test:8022/open311/v2");
    assert_eq!(
        endpoint["specification"],
        "http://wiki.open311.org/GeoReport_v2"
    );
    let services = site.get("/open311/v2/services.json").await.expect(200);
    assert_eq!(services.kind(), "application/json; charset=utf-8");
    let services = services.json();
    assert_eq!(services.as_array().unwrap().len(), 26);
    for key in [
        "service_code",
        "service_name",
        "description",
        "metadata",
        "type",
        "keywords",
        "group",
    ] {
        assert!(!services[0][key].is_null(), "{key}");
    }
    let xml = site.get("/open311/v2/services.xml").await.expect(200);
    assert_eq!(xml.kind(), "text/xml; charset=utf-8");
    assert_eq!(xml.text().matches("<service>").count(), 26);
    let one = site
        .get("/open311/v2/services/drainage.json")
        .await
        .expect(200);
    assert_eq!(
        one.json(),
        json!({"service_code": "drainage", "attributes": []})
    );
    let gone = site.get("/open311/v2/services/moon.json").await.expect(404);
    assert_eq!(gone.json()[0]["code"], 404);
}

const FIELDS: [&str; 17] = [
    "service_request_id",
    "status",
    "status_notes",
    "service_name",
    "service_code",
    "description",
    "agency_responsible",
    "service_notice",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "address",
    "address_id",
    "zipcode",
    "lat",
    "long",
    "media_url",
];

async fn requests(site: &Site, query: &str) -> Vec<Value> {
    let found = site
        .get(&format!("/open311/v2/requests.json?{query}"))
        .await;
    found.expect(200).json().as_array().unwrap().clone()
}

#[tokio::test]
async fn requests_have_every_field_of_the_standard_in_both_formats() {
    let site = Site::busy();
    let all = requests(&site, "end_date=2026-11-13T06:30:00%2B07:00").await;
    assert!(all.len() > 20, "{}", all.len());
    let id = all[0]["service_request_id"].as_str().unwrap();
    for field in FIELDS {
        assert!(all[0].as_object().unwrap().contains_key(field), "{field}");
    }
    let xml = site
        .get(&format!("/open311/v2/requests/{id}.xml"))
        .await
        .expect(200);
    let xml = xml.text();
    assert!(
        xml.starts_with("<?xml version=\"1.0\" encoding=\"utf-8\"?><service_requests><request>")
    );
    for field in FIELDS {
        let is_there = xml.contains(&format!("<{field}>")) || xml.contains(&format!("<{field}/>"));
        assert!(is_there, "{field}");
    }
    assert!(!xml.contains("extended_attributes"));
    let more = site
        .get(&format!("/open311/v2/requests/{id}.json?extensions=true"))
        .await;
    assert!(more.json()[0]["extended_attributes"]["units"].is_array());
    let token = site
        .get(&format!("/open311/v2/tokens/{id}.json"))
        .await
        .expect(200);
    assert_eq!(token.json()[0]["service_request_id"], id);
    for kind in ["requests", "tokens"] {
        site.get(&format!("/open311/v2/{kind}/nothing.json"))
            .await
            .expect(404);
    }
    // What was said in the press is no request.
    site.get("/open311/v2/requests/noise-1.json")
        .await
        .expect(404);
}

#[tokio::test]
async fn requests_are_filtered_and_paged() {
    let site = Site::busy();
    let all = requests(&site, "").await;
    let id = |one: &Value| one["service_request_id"].as_str().unwrap().to_owned();
    let first = requests(&site, "page_size=7").await;
    let second = requests(&site, "page_size=7&page=2").await;
    let pages = first.iter().chain(&second).map(id).collect::<Vec<_>>();
    assert_eq!(pages, all.iter().take(14).map(id).collect::<Vec<_>>());
    let open = requests(&site, "status=open").await;
    let closed = requests(&site, "status=closed").await;
    assert!(open.iter().all(|one| one["status"] == "open"));
    assert!(closed.iter().all(|one| one["status"] == "closed"));
    let of = requests(&site, "service_code=drainage").await;
    assert!(!of.is_empty() && of.iter().all(|one| one["service_code"] == "drainage"));
    let span = "start_date=2026-11-11T00:00:00Z&end_date=2026-11-11T06:00:00Z";
    for one in requests(&site, span).await {
        let at: jiff::Timestamp = one["requested_datetime"].as_str().unwrap().parse().unwrap();
        assert!((6..=12).contains(&(at.to_string()[11..13].parse::<u32>().unwrap() + 6)));
    }
    let two = format!("service_request_id={},{}", id(&all[0]), id(&all[1]));
    assert_eq!(requests(&site, &two).await.len(), 2);
    assert_eq!(requests(&site, "page=1000").await, Vec::<Value>::new());
}

#[tokio::test]
async fn errors_are_lists_of_code_and_description() {
    let site = Site::busy();
    for wrong in [
        "start_date=yesterday",
        "start_date=2026-11-12&end_date=2026-11-01",
        "start_date=2026-01-01&end_date=2026-11-01",
        "status=odd",
        "page=0",
        "service_code=moon",
    ] {
        let json = site
            .get(&format!("/open311/v2/requests.json?{wrong}"))
            .await
            .expect(400);
        let body = json.json();
        assert_eq!(body[0]["code"], 400, "{wrong}");
        assert!(
            !body[0]["description"].as_str().unwrap().is_empty(),
            "{wrong}"
        );
        let xml = site
            .get(&format!("/open311/v2/requests.xml?{wrong}"))
            .await
            .expect(400);
        assert!(
            xml.text()
                .contains("<errors><error><code>400</code><description>"),
            "{wrong}"
        );
    }
    for nothing in ["requests.yaml", "requests", "nothing.xml", "a/b/c.xml"] {
        let answer = site
            .get(&format!("/open311/v2/{nothing}"))
            .await
            .expect(404);
        assert!(answer.text().contains("<code>404</code>"), "{nothing}");
    }
}

/// Remembers what it was given; one number was used before.
#[derive(Default)]
struct Desk {
    taken: Mutex<Vec<NewReport>>,
}

impl Intake for Desk {
    fn accept(&self, _key: u64, report: &NewReport) -> Result<MentionId, Refused> {
        if report.client_id.as_deref() == Some("used") {
            return Err(Refused::Conflict);
        }
        self.taken.lock().unwrap().push(report.clone());
        Ok(MentionId::new("t-1"))
    }
}

fn add_key(state: &api::AppState, key: &str, scope: KeyScope, reach: Reach, per_minute: u32) {
    let new = NewKey {
        secret: hash_token(key),
        name: "kiểm thử".to_owned(),
        scopes: [scope].into(),
        per_minute: Some(per_minute),
        reach,
        expires_at: None,
    };
    let by = By {
        who: Actor::Command,
        at: fixture::now(),
        request: None,
    };
    state.accounts.add_key(&new, &by).unwrap();
}

async fn send(site: &Site, file: &str, body: &str) -> Answer {
    let kind = "application/x-www-form-urlencoded";
    let request = Request::post(format!("/open311/v2/{file}")).header("content-type", kind);
    site.send(request.body(Body::from(body.to_owned())).unwrap())
        .await
}

#[tokio::test]
async fn a_new_request_is_handed_on_without_who_sent_it() {
    let (mut state, folder) = fixture::busy_city();
    let desk = Arc::new(Desk::default());
    state.open.intake = Some(Arc::clone(&desk) as Arc<dyn Intake>);
    let ward = Reach::Units(["26740".parse().unwrap()].into());
    add_key(&state, "right", KeyScope::Open311Write, Reach::City, 60);
    add_key(&state, "slow", KeyScope::Open311Write, Reach::City, 1);
    add_key(&state, "reader", KeyScope::Read, Reach::City, 60);
    add_key(&state, "ward", KeyScope::Open311Write, ward, 60);
    let site = Site::over(state, folder);
    let body = "service_code=drainage&description=C%E1%BB%91ng%20ngh%E1%BA%B9t&\
                address_string=%C4%91%C6%B0%E1%BB%9Dng%20L%C3%AA%20V%C4%83n%20L%C6%B0%C6%A1ng&\
                email=a%40b.vn&phone=0901234567&first_name=Lan&client_request_id=app-7";
    let answer = send(&site, "requests.json", &format!("api_key=right&{body}")).await;
    let answer = answer.expect(201);
    assert_eq!(answer.json()[0]["service_request_id"], "t-1");
    let taken = desk.taken.lock().unwrap().clone();
    assert_eq!(
        taken,
        [NewReport {
            topic: Topic::Drainage,
            service_name: taken[0].service_name.clone(),
            description: "Cống nghẹt".to_owned(),
            address: Some("đường Lê Văn Lương".to_owned()),
            client_id: Some("app-7".to_owned()),
        }]
    );
    let xml = send(&site, "requests.xml", &format!("api_key=right&{body}"))
        .await
        .expect(201);
    assert!(
        xml.text()
            .contains("<service_request_id>t-1</service_request_id>")
    );
    for (key, said) in [
        ("wrong", "not known"),
        ("reader", "open311:write"),
        ("ward", "part of the city"),
    ] {
        let refused = send(&site, "requests.json", &format!("api_key={key}&{body}")).await;
        let refused = refused.expect(403).json();
        assert!(
            refused[0]["description"].as_str().unwrap().contains(said),
            "{refused}"
        );
    }
    let used = body.replace("app-7", "used");
    let refused = send(&site, "requests.json", &format!("api_key=right&{used}")).await;
    assert_eq!(refused.expect(409).json()[0]["code"], 409);
    let slow = format!("api_key=slow&{body}");
    send(&site, "requests.json", &slow).await.expect(201);
    let refused = send(&site, "requests.json", &slow).await.expect(429);
    assert!(refused.header("retry-after").parse::<u32>().unwrap() > 50);
    // The same key where programs of today put it.
    let request = Request::post("/open311/v2/requests.json")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", "Bearer right");
    let answer = site.send(request.body(Body::from(body.to_owned())).unwrap());
    answer.await.expect(201);
    for (wrong, status) in [
        ("api_key=right", 400),
        (
            "api_key=right&service_code=moon&description=a&address_string=b",
            400,
        ),
        ("api_key=right&service_code=road&address_string=b", 400),
        (
            "api_key=right&service_code=road&description=a&lat=10.7&long=106.6",
            400,
        ),
        ("service_code=road&description=a&address_string=b", 403),
    ] {
        send(&site, "requests.json", wrong).await.expect(status);
    }
    let right = format!("api_key=right&{body}");
    let refused = send(&site, "services.json", &right).await.expect(405);
    assert_eq!(refused.header("allow"), "GET, HEAD");
}

#[tokio::test]
async fn without_a_desk_nothing_is_taken() {
    let site = Site::busy();
    let body = "api_key=x&service_code=road&description=a&address_string=b";
    let refused = send(&site, "requests.json", body).await.expect(403);
    assert_eq!(
        refused.json()[0]["description"],
        "this server takes no requests"
    );
}
