//! Open data: small counts held back from everybody and shown to officers, and daily dumps.

use std::sync::Arc;

use api::access::hash_token;
use api::dump::{ColumnKind, PackedFile, package, tables};
use indexer::{Actor, By, DumpStore, NewAccount, NewSession};
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{Reach, Rights, Role};
use serde_json::Value;

use crate::client::Site;
use crate::fixture::{self, DAY};

/// A session of an officer, and the header that carries it.
fn signed_in(state: &api::AppState, role: Role, reach: &str) -> String {
    let by = By {
        who: Actor::Command,
        at: fixture::now(),
        request: None,
    };
    let login = format!("can.bo.{reach}");
    let new = NewAccount {
        login: login.clone(),
        display_name: "Cán bộ".to_owned(),
        rights: Rights {
            role,
            reach: Reach::from_text(reach).unwrap(),
        },
        password: None,
        subject: None,
    };
    let account = state.accounts.add_account(&new, &by).unwrap();
    let session = NewSession {
        account,
        token: hash_token(&login),
        expires_at: fixture::now() + jiff::SignedDuration::from_hours(1),
        totp_step: None,
        how: "password",
    };
    state.accounts.open_session(&session, &by).unwrap().unwrap();
    format!("__Host-langnghe={login}")
}

fn topic<'v>(line: &'v Value, code: &str) -> &'v Value {
    let topics = line["topics"].as_array().unwrap();
    topics.iter().find(|row| row["topic"] == code).unwrap()
}

#[tokio::test]
async fn small_counts_of_a_comparison_are_for_officers_of_that_unit() {
    let (state, folder) = fixture::busy_city();
    let [city, mine, other] = [
        (Role::Viewer, "city"),
        (Role::UnitResponder, "26740"),
        (Role::UnitResponder, "27655"),
    ]
    .map(|(role, reach)| signed_in(&state, role, reach));
    let site = Site::over(state, folder);
    let path = "/api/v1/comparisons?unit=26740";
    let public = site.get(path).await.expect(200).json();
    let line = &public[0];
    assert_eq!(topic(line, "noise")["n"], 20);
    for hidden in ["road", "trees"] {
        let row = topic(line, hidden);
        assert_eq!(row["n"], "<5", "{row}");
        assert!(row["per_10_000"].is_null(), "{row}");
        assert!(row["city"]["ratio"].is_null() && row["city"]["expected"].is_null());
        assert!(!row["city"]["verdict"].is_null());
    }
    // What is left of the total fits more than one pair of small counts.
    let left = line["n"].as_u64().unwrap() - 20;
    assert!((3..=7).contains(&left), "{left}");
    for (cookie, sees) in [(&city, true), (&mine, true), (&other, false)] {
        let answer = site.get_with(path, &[("cookie", cookie)]).await.expect(200);
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        let said = answer.json();
        assert_eq!(topic(&said[0], "road")["n"] == 2, sees, "{cookie}");
    }
    let table = site.get(&format!("{path}&format=csv")).await.expect(200);
    assert_eq!(table.text().matches(",<5,").count(), 2);
    let page = site.get("/don-vi/26740/khac-biet").await.expect(200);
    let hidden = "<td class=\"num\">&#60;5</td>";
    assert!(page.text().contains(hidden));
    let page = site
        .get_with("/don-vi/26740/khac-biet", &[("cookie", &city)])
        .await
        .expect(200);
    assert!(!page.text().contains(hidden));
}

#[tokio::test]
async fn officers_see_the_silence_map_and_forecasts_as_before() {
    let (state, folder) = fixture::busy_city();
    let city = signed_in(&state, Role::Viewer, "city");
    let site = Site::over(state, folder);
    for path in ["/im-lang", "/du-bao", "/du-bao/drainage"] {
        site.get(path).await.expect(200);
        site.get_with(path, &[("cookie", &city)]).await.expect(200);
    }
    let said = site
        .get("/api/v1/forecasts?topic=drainage&from=2026-11-01")
        .await;
    let said = said.expect(200).json();
    let past = &said[0];
    assert!(past["days"][0]["came"].is_number(), "{past}");
    assert!(past["outcome"]["error"].is_number());
}

fn dumped(state: &api::AppState, store: &DumpStore, day: Date) -> u32 {
    let tables = tables(state, day).unwrap();
    let mut files = Vec::new();
    let mut packed = Vec::new();
    for table in &tables {
        let bytes = table.csv().unwrap();
        packed.push(PackedFile {
            table: table.name,
            name: format!("{}.csv", table.name),
            bytes: bytes.len(),
            sha256: "0".repeat(64),
        });
        files.push((format!("{}.csv", table.name), bytes));
    }
    let dictionary = package(state, day, &tables, &packed).unwrap();
    files.push(("datapackage.json".to_owned(), dictionary));
    store.write(day, &files, &[]).unwrap().unwrap()
}

#[test]
fn every_cell_of_a_dump_is_what_the_dictionary_says() {
    let (state, _folder) = fixture::busy_city();
    let tables = tables(&state, DAY).unwrap();
    assert_eq!(tables.len(), 14);
    for table in &tables {
        assert!(!table.rows.is_empty(), "{}", table.name);
        for row in &table.rows {
            assert_eq!(row.len(), table.columns.len(), "{}", table.name);
            for (column, cell) in table.columns.iter().zip(row) {
                let fits = match column.kind {
                    _ if cell.is_empty() => true,
                    ColumnKind::Text => true,
                    ColumnKind::Integer => cell.parse::<i64>().is_ok(),
                    ColumnKind::Count => {
                        cell == "<5"
                            || cell == "-"
                            || cell.parse::<u32>().is_ok_and(|n| n == 0 || n >= 5)
                    }
                    ColumnKind::Number => cell.parse::<f64>().is_ok(),
                    ColumnKind::Flag => cell.parse::<bool>().is_ok(),
                    ColumnKind::Day => cell.parse::<Date>().is_ok(),
                    ColumnKind::Moment => cell.parse::<Timestamp>().is_ok(),
                };
                assert!(fits, "{}.{}: {cell}", table.name, column.name);
            }
        }
    }
}

#[tokio::test]
async fn dumps_are_listed_and_their_files_never_change() {
    let (mut state, folder) = fixture::busy_city();
    let store = Arc::new(DumpStore::new(&folder.path().join("dumps")));
    state.open.dumps = Some(Arc::clone(&store));
    let revision = dumped(&state, &store, DAY);
    assert_eq!(revision, 1);
    let site = Site::over(state, folder);
    let page = site.get("/du-lieu-mo").await.expect(200);
    assert!(page.text().contains("/du-lieu-mo/2026-11-12/1/digests.csv"));
    assert!(page.text().contains("chưa công bố giấy phép"));
    site.get("/du-lieu-mo?lang=en").await.expect(200);
    site.get("/du-lieu-mo/2026-11-12/1").await.expect(200);
    let listed = site.get("/api/v1/dumps").await.expect(200).json();
    assert_eq!(listed[0]["day"], "2026-11-12");
    let files = listed[0]["files"].as_array().unwrap();
    assert_eq!(files.len(), 15);
    for file in files {
        let answer = site.get(file["path"].as_str().unwrap()).await.expect(200);
        assert_eq!(answer.body.len() as u64, file["bytes"].as_u64().unwrap());
        assert!(answer.header("cache-control").contains("immutable"));
    }
    let package = site.get("/du-lieu-mo/2026-11-12/1/datapackage.json").await;
    let package = package.expect(200).json();
    let resource = &package["resources"][3];
    assert_eq!(resource["path"], "digests.csv");
    assert_eq!(resource["schema"]["missingValues"][2], "<5");
    let field = &resource["schema"]["fields"][0];
    assert!(!field["title"].as_str().unwrap().is_empty() && !field["title_en"].is_null());
    for gone in [
        "/du-lieu-mo/2026-11-12/2",
        "/du-lieu-mo/2026-11-11/1",
        "/du-lieu-mo/gan-day/1",
        "/du-lieu-mo/2026-11-12/1/..%2F..%2Frecord.sqlite",
        "/du-lieu-mo/2026-11-12/1/nothing.csv",
    ] {
        site.get(gone).await.expect(404);
    }
}

#[tokio::test]
async fn a_closed_api_closes_the_files_and_not_the_page() {
    let (mut state, folder) = fixture::busy_city();
    let store = Arc::new(DumpStore::new(&folder.path().join("dumps")));
    state.open.dumps = Some(Arc::clone(&store));
    state.access.anonymous_api = false;
    state.open.licence = Some(api::Licence {
        name: "CC BY 4.0".to_owned(),
        url: None,
    });
    dumped(&state, &store, DAY);
    let site = Site::over(state, folder);
    let page = site.get("/du-lieu-mo").await.expect(200);
    assert!(page.text().contains("CC BY 4.0"));
    let file = site.get("/du-lieu-mo/2026-11-12/1/digests.csv").await;
    assert_eq!(file.status.as_u16(), 303, "to the page to sign in");
}

#[tokio::test]
async fn without_a_painter_the_drawing_is_named() {
    let site = Site::busy();
    let refused = site.get("/ban-do.png").await.expect(404);
    assert!(refused.text().contains("/ban-do.svg") || refused.text().contains("404"));
    let map = site.get("/ban-do").await.expect(200);
    assert!(!map.text().contains("/ban-do.png"));
}
