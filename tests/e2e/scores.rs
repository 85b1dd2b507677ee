//! Scores: indicators brought in from files and addresses, the satisfaction group published from tickets.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::comes_in::{configure, now, serve};
use crate::program::{get_json, run, wait_for};

fn import(folder: &Path, file: &str, more: &[&str]) -> crate::program::Run {
    let arguments = [&["import", "indicators", file], more].concat();
    run(folder, &arguments, b"")
}

#[test]
fn values_are_checked_tried_and_kept_with_their_revisions() {
    let folder = tempfile::tempdir().unwrap();
    let good = "indicator,unit,day,value,n\n\
                766.progress,city,2025-10-25,\"17,94\",14707\n\
                services.online,26740,2025-10-25,49.99,\n\
                alert.execution,26740,2025-10-23,,\n";
    fs::write(folder.path().join("tot.csv"), good).unwrap();
    let bad = good.replace("26740", "99999").replace("49.99", "149.99");
    fs::write(folder.path().join("hong.csv"), bad).unwrap();

    let refused = import(folder.path(), "hong.csv", &[]).expect(2);
    assert!(
        refused.stdout.contains("nothing written"),
        "{}",
        refused.stdout
    );
    for told in ["row 3, `unit`", "99999", "row 4, `unit`", "/api/v1/units"] {
        assert!(refused.stderr.contains(told), "{told}: {}", refused.stderr);
    }
    let tried = import(folder.path(), "tot.csv", &["--dry-run"]).expect(0);
    assert!(
        tried.stdout.contains("3 mới, 0 thay đổi"),
        "{}",
        tried.stdout
    );
    assert!(
        !folder.path().join("data").is_dir(),
        "a trial writes nothing"
    );

    let first = import(folder.path(), "tot.csv", &[]).expect(0);
    assert!(first.stdout.contains("3 giá trị mới"), "{}", first.stdout);
    let again = import(folder.path(), "tot.csv", &[]).expect(0);
    assert!(
        again
            .stdout
            .contains("0 giá trị mới, 0 thay đổi, 3 không đổi"),
        "{}",
        again.stdout
    );
    fs::write(folder.path().join("tot.csv"), good.replace("49.99", "51")).unwrap();
    let tried = import(folder.path(), "tot.csv", &["--dry-run"]).expect(0);
    assert!(
        tried.stdout.contains("0 mới, 1 thay đổi, 2 không đổi"),
        "{}",
        tried.stdout
    );
    import(folder.path(), "tot.csv", &[]).expect(0);

    configure(folder.path(), "");
    let (_server, site) = serve(folder.path());
    let value = |id: &str| get_json(&format!("{site}/api/v1/indicators/{id}"))[0].clone();
    let online = value("services.online");
    assert_eq!(
        [&online["value"], &online["revision"], &online["colour"]],
        [&json!(51.0), &json!(2), &json!("green")]
    );
    assert_eq!(online["erratum"], "nhập lại từ tot.csv");
    assert_eq!(value("766.progress")["as_of"], "2025-10-25T12:00:00+07:00");
    let alert = value("alert.execution");
    assert_eq!(
        (&alert["value"], &alert["colour"]),
        (&Value::Null, &json!("hatched"))
    );
}

/// Answers every request with the same values.
fn address_with(values: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/chi-so", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 2_048];
            let _ = stream.read(&mut request).unwrap();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                values.len()
            );
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(values.as_bytes()).unwrap();
        }
    });
    address
}

#[test]
fn values_at_a_configured_address_are_read() {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), "");
    let shipped = include_str!("../../config/indicators.toml");
    let values =
        r#"[{"indicator": "766.progress", "unit": "city", "day": "2025-10-25", "value": 18.5}]"#;
    let address = address_with(values);
    let at = shipped.find("id = \"766.progress\"").unwrap();
    let (before, after) = shipped.split_at(at);
    let after = after.replacen("source = \"import\"", &format!("source = \"{address}\""), 1);
    fs::write(
        folder.path().join("indicators.toml"),
        format!("{before}{after}"),
    )
    .unwrap();
    let (_server, site) = serve(folder.path());
    let value = wait_for("the value of the address", Duration::from_mins(1), || {
        let values = get_json(&format!("{site}/api/v1/indicators/766.progress"));
        values.get(0).cloned()
    });
    assert_eq!(value["value"], json!(18.5));
    assert_eq!(value["source"], json!(address));
}

/// A ticket filed so many days ago, due after a day, closed after so many hours.
fn ticket(name: &str, days_ago: i64, closed_after: Option<i64>, rating: &str) -> String {
    let filed = now() - SignedDuration::from_hours(24 * days_ago);
    let after = |hours: i64| filed + SignedDuration::from_hours(hours);
    let closed = closed_after.map(after);
    let shown = |moment: Timestamp| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let status = if closed.is_some() { "closed" } else { "open" };
    format!(
        "{name},Phường Bến Thành bị ngập sâu sau mưa {name},{},{status},{},{},{rating}\n",
        shown(filed),
        shown(after(24)),
        closed.map(shown).unwrap_or_default(),
    )
}

#[test]
fn the_satisfaction_group_is_published_from_tickets() {
    let folder = tempfile::tempdir().unwrap();
    let mut tickets = "code,text,received_at,status,due_at,closed_at,rating\n".to_owned();
    // Counts nowhere; its week is over whatever day it is.
    tickets += &ticket("P0", 9, None, "").replace("open", "rejected");
    tickets += &ticket("P1", 5, Some(4), "satisfied");
    tickets += &ticket("P2", 5, Some(6), "dissatisfied");
    tickets += &ticket("P3", 5, Some(36), "");
    tickets += &ticket("P4", 5, Some(8), "not_asked");
    tickets += &ticket("P5", 1, None, "");
    fs::write(folder.path().join("phieu.csv"), tickets).unwrap();
    run(folder.path(), &["import", "phieu.csv"], b"").expect(0);
    configure(folder.path(), "");
    let (_server, site) = serve(folder.path());
    let asked = now() - SignedDuration::from_hours(24 * 3);
    let day = asked.strftime("%Y-%m-%d").to_string();
    // The first of a month and the 25th are never both between the filing and that day.
    let scores = wait_for("the scores of the day", Duration::from_mins(2), || {
        let of = |period: &str| {
            let path = format!("{site}/api/v1/shadow?unit=city&period={period}&day={day}");
            get_json(&path).get(0).cloned()
        };
        let found = ["month", "reporting_month"].map(of);
        let found = found.into_iter().flatten().collect::<Vec<_>>();
        (!found.is_empty()).then_some(found)
    });
    let score = scores
        .iter()
        .max_by_key(|score| score["n"].as_u64())
        .unwrap();
    assert_eq!(score["n"], json!(4), "{score}");
    let petitions = &score["petitions"];
    let told = ["satisfied", "dissatisfied", "silent", "not_asked"].map(|key| &petitions[key]);
    assert_eq!(told, [&json!(1); 4]);
    assert_eq!(score["official"]["on_time"], json!(75.0));
    assert_eq!(score["official"]["petition_satisfaction"], json!(75.0));
    assert_eq!(
        score["answered"]["petition_satisfaction"]["value"],
        json!(50.0)
    );
    let won_back = score["moves"].as_array().unwrap().iter();
    let won_back = won_back
        .clone()
        .find(|one| one["step"] == "win_back")
        .unwrap();
    assert_eq!(won_back["points_each"], json!(1.5));
    let map = format!("{site}/api/v1/silence?period=week");
    let map = wait_for("the silence map", Duration::from_mins(2), || {
        get_json(&map).get(0).cloned()
    });
    assert_eq!(map["method_version"], "silence-2");
}
