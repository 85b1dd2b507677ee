//! A city brings its own boundaries: a file that lacks a unit or lies elsewhere is refused whole; a good
//! one is simplified and drawn.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::comes_in::configure;
use crate::program::{Server, command, get, run};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

/// A square for each unit of the city on a grid of 13 by 13, with a border of `n` points a side.
fn grid(n: u32, leave_out: Option<&str>, shift: f64) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/config/units/units.csv");
    let text = fs::read_to_string(folder).unwrap();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let codes = rows.records().map(|row| row.unwrap()[0].to_owned());
    let mut features = Vec::new();
    for (at, code) in codes.enumerate() {
        if leave_out == Some(code.as_str()) {
            continue;
        }
        let (x, y) = (
            106.4 + (at % 13) as f64 * 0.05,
            10.5 + (at / 13) as f64 * 0.05,
        );
        let mut ring = String::new();
        for side in 0..4 {
            for step in 0..n {
                let along = f64::from(step) / f64::from(n) * 0.05;
                let (dx, dy) = match side {
                    0 => (along, 0.0),
                    1 => (0.05, along),
                    2 => (0.05 - along, 0.05),
                    _ => (0.0, 0.05 - along),
                };
                let _ = write!(ring, "[{:.6},{:.6}],", x + dx + shift, y + dy);
            }
        }
        features.push(format!(
            "{{\"type\":\"Feature\",\"properties\":{{\"code\":\"{code}\"}},\"geometry\":\
             {{\"type\":\"Polygon\",\"coordinates\":[[{ring}[{:.6},{y:.6}]]]}}}}",
            x + shift
        ));
    }
    format!(
        "{{\"type\":\"FeatureCollection\",\"features\":[{}]}}",
        features.join(",")
    )
}

fn import(folder: &Path, file: &str, more: &[&str]) -> crate::program::Run {
    let words = [
        "import",
        "boundaries",
        file,
        "--attribution",
        "Sở Nông nghiệp và Môi trường",
    ];
    run(folder, &[&CONFIG[..], &words, more].concat(), b"")
}

#[test]
fn boundaries_are_checked_simplified_and_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder, "");
    fs::write(folder.join("thieu.geojson"), grid(2, Some("26740"), 0.0)).unwrap();
    fs::write(folder.join("lech.geojson"), grid(2, None, 40.0)).unwrap();
    fs::write(folder.join("tot.geojson"), grid(30, None, 0.0)).unwrap();

    let missing = import(folder, "thieu.geojson", &[]).expect(2);
    assert!(missing.stderr.contains("26740"), "{}", missing.stderr);
    let elsewhere = import(folder, "lech.geojson", &[]).expect(2);
    assert!(elsewhere.stderr.contains("WGS 84"), "{}", elsewhere.stderr);
    let tried = import(folder, "tot.geojson", &["--dry-run"]).expect(0);
    assert!(tried.stdout.contains("chưa ghi gì"), "{}", tried.stdout);
    import(folder, "khong-co.geojson", &[]).expect(1);

    let serve = || {
        let mut serve = command(folder);
        serve
            .args(CONFIG)
            .args(["serve", "--listen", "127.0.0.1:0"]);
        Server::announced(serve.stderr(Stdio::null()))
    };
    let (mut before, address) = serve();
    let page = |address: &str| get(&format!("{address}/ban-do?dang=ranh-gioi")).unwrap().1;
    let has_tab = |html: &str| html.contains(">Ranh giới</a>");
    assert!(!has_tab(&page(&address)), "nothing was written so far");
    assert_eq!(before.stop(), Some(0));

    let done = import(folder, "tot.geojson", &[]).expect(0);
    // Straight borders need no points between their corners.
    assert!(
        done.stdout.contains("168 đơn vị, 20160 điểm còn"),
        "{}",
        done.stdout
    );
    let (mut after, address) = serve();
    let drawn = page(&address);
    assert!(drawn.contains("Sở Nông nghiệp và Môi trường"), "{drawn}");
    assert!(has_tab(&drawn), "{drawn}");
    assert!(drawn.matches("<path class=\"tile ").count() >= 168);
    assert!(drawn.len() < 150_000, "{} bytes", drawn.len());
    let hexagons = get(&format!("{address}/ban-do?dang=luc-giac")).unwrap().1;
    assert_eq!(hexagons.matches("<path class=\"tile ").count(), 168);
    assert_eq!(get(&format!("{address}/ban-do?dang=tron")).unwrap().0, 400);
    assert_eq!(after.stop(), Some(0));
}
