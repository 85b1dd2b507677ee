//! The sample city: everything runs, pages open, nothing is left behind.

use std::time::Duration;

use crate::program::{Server, command, get, get_json, wait_for};

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
