//! The sample city: everything runs, pages open, nothing is left behind.

use std::time::Duration;

use crate::program::{Server, command, get, get_json, run, wait_for};

#[test]
fn the_sample_city_shows_a_full_day_and_stops_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = command(folder.path());
    demo.args(["demo", "--days", "12", "--listen", "127.0.0.1:0"]);
    let (mut demo, address) = Server::announced(&mut demo);
    assert_eq!(get(&format!("{address}/livez")).unwrap().0, 200);

    let digest = wait_for("a full digest", Duration::from_mins(3), || {
        let (status, body) = get(&format!("{address}/api/v1/digests?unit=city"))?;
        let digests: serde_json::Value = serde_json::from_str(&body).ok()?;
        (status == 200 && digests[0]["top"].as_array()?.len() == 10).then(|| digests[0].clone())
    });
    // One source is dead and one breaks off: both are named, and the day goes on.
    assert_eq!(digest["coverage"]["n_expected"], 9);
    let gaps = digest["coverage"]["gaps"].as_array().unwrap();
    let names = gaps
        .iter()
        .map(|gap| gap["source"].as_str().unwrap())
        .collect::<Vec<_>>();
    assert!(
        names.contains(&"bao-dut") && names.contains(&"bao-nghi"),
        "{names:?}"
    );

    let concern = digest["top"][0]["concern"].as_str().unwrap();
    let concern = get_json(&format!("{address}/api/v1/concerns/{concern}"));
    assert!(!concern["evidence"].as_array().unwrap().is_empty());
    for page in [
        "/",
        "/don-vi",
        "/don-vi/26740",
        "/ban-do",
        "/nguon",
        "/tim-kiem?q=ngap",
    ] {
        let (status, body) = get(&format!("{address}{page}")).unwrap();
        assert_eq!(status, 200, "{page}");
        assert!(body.contains("<html lang=\"vi\""), "{page}");
    }
    assert_eq!(demo.stop(), Some(0), "a graceful stop");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "something was left behind"
    );
}

#[test]
fn thirty_days_are_made_again_byte_by_byte() {
    let folder = tempfile::tempdir().unwrap();
    let made = run(
        folder.path(),
        &[
            "demo",
            "--once",
            "--days",
            "31",
            "--keep",
            "data",
            "--listen",
            "127.0.0.1:0",
        ],
        b"",
    )
    .expect(0);
    assert!(made.stdout.contains("trong 30 ngày"), "{}", made.stdout);
    let replayed = |period: &str| {
        let days = ["--from", "2000-01-01", "--to", "2000-01-01"];
        let newest = run(
            folder.path(),
            &["digest", "--json", "--period", period],
            b"",
        )
        .expect(0);
        let newest: jiff::civil::Date = newest.json_lines()[0]["day"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let back = if period == "day" { 29 } else { 13 };
        let first = newest
            .saturating_sub(jiff::Span::new().days(back))
            .to_string();
        let newest = newest.to_string();
        let mut days = days;
        (days[1], days[3]) = (&first, &newest);
        let arguments = [
            &["--json", "digest", "replay", "--period", period][..],
            &days,
        ]
        .concat();
        run(folder.path(), &arguments, b"").expect(0).json_lines()
    };
    let days = replayed("day");
    assert_eq!(days.len(), 30);
    for day in days.iter().chain(&replayed("week")) {
        let n = day["n"].as_u64().unwrap();
        assert!(n > 200 && day["n_same"] == n, "{day}");
        assert_eq!(day["sha256"].as_str().unwrap().len(), 64);
    }
    let forecast = |arguments: &[&str]| {
        let arguments = [&["--json", "forecast"][..], arguments].concat();
        run(folder.path(), &arguments, b"").expect(0).json_lines()
    };
    let made = forecast(&[]);
    assert!(made.len() > 5, "{made:?}");
    for line in &made {
        // What may not be shown has no days.
        assert_eq!(line["is_shown"], line["days"].is_array(), "{line}");
    }
    assert!(made.iter().any(|line| line["is_shown"] == true));
    assert!(!forecast(&["grades"]).is_empty());
    let again = forecast(&["replay", "--from", "2000-01-01", "--to", "2100-01-01"]);
    assert!(again.len() > 10, "one a week of the half year before");
    for day in &again {
        assert!(
            day["n"].as_u64() > Some(0) && day["n"] == day["n_same"],
            "{day}"
        );
    }
}
