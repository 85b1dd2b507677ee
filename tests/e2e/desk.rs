//! What the desk does through the built program: it holds, is told, survives a kill, and is gone when it
//! is undone.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use jiff::{ToSpan, Zoned};
use serde_json::{Value, json};

use crate::comes_in::{configure, now, serve};
use crate::program::{Server, command, get, get_json, run, within};

pub const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

const BY: [&str; 6] = [
    "--officer",
    "an.nguyen",
    "--role",
    "press_officer",
    "--reason",
    "cùng một tuyến cống",
];

/// A city without sources, in which edits are heeded at once.
pub fn city() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    configure(folder.path(), "");
    let file = folder.path().join("langnghe.toml");
    let settings = fs::read_to_string(&file).unwrap();
    fs::write(
        &file,
        format!("{settings}[schedule]\nedits_wait = \"0s\"\n"),
    )
    .unwrap();
    folder
}

/// Some days ago in Vietnam, at eight.
fn morning(back: i64) -> Zoned {
    let today = now().to_zoned(jiff::tz::TimeZone::fixed(jiff::tz::offset(7)));
    let day = today.date().saturating_sub(back.days());
    day.at(8, 0, 0, 0)
        .to_zoned(today.time_zone().clone())
        .unwrap()
}

fn day(back: i64) -> String {
    morning(back).date().to_string()
}

/// Three concerns that the models tell apart: ward, title, text.
const CONCERNS: [(&str, &str, &str); 3] = [
    (
        "Phú Định",
        "Ngập nước",
        "ngập nặng sau mưa, đề nghị khơi thông cống thoát nước",
    ),
    (
        "Bến Thành",
        "Rác không thu gom",
        "rác chất đống bốc mùi hôi, mấy ngày không ai thu gom",
    ),
    (
        "Tân Định",
        "Đèn đường hư",
        "đèn đường tắt cả tuần, tối om, xe cộ va quẹt",
    ),
];

/// Three tickets of each concern on a day.
fn tickets(back: i64) -> String {
    let ticket = |n: usize| {
        let at = morning(back).saturating_add((n as i64 * 40).minutes());
        let (ward, title, text) = CONCERNS[n % 3];
        json!({
            "id": format!("P{back}-{n}"), "channel": "hotline", "source": "1022",
            "published_at": at.strftime("%Y-%m-%dT%H:%M:%S+07:00").to_string(),
            "title": format!("{title} tại phường {ward}"),
            "text": format!("Đường số {n} phường {ward} {text}."),
            "ticket": {"field": "Hạ tầng", "address": format!("Phường {ward}"), "status": "open"},
        })
        .to_string()
    };
    (0..9).map(ticket).collect::<Vec<_>>().join("\n")
}

pub fn hear(folder: &Path, back: i64) {
    let import = [&CONFIG[..], &["import", "-"]].concat();
    run(folder, &import, tickets(back).as_bytes()).expect(0);
}

pub fn publish(folder: &Path) {
    let crawl = [&CONFIG[..], &["crawl", "--once"]].concat();
    run(folder, &crawl, b"").expect(0);
}

/// The digest of a day, latest revision.
pub fn digest(folder: &Path, back: i64) -> Value {
    let day = day(back);
    let of = [&CONFIG[..], &["--json", "digest", "--day", &day]].concat();
    run(folder, &of, b"").expect(0).json_lines().remove(0)
}

/// What a digest says, without its revision and erratum.
pub fn lists(mut digest: Value) -> Value {
    let fields = digest.as_object_mut().unwrap();
    fields.remove("revision");
    fields.remove("erratum");
    digest
}

fn edit(folder: &Path, what: &[&str]) -> Value {
    let arguments = [&CONFIG[..], &["--json", "concern"], what, &BY].concat();
    run(folder, &arguments, b"")
        .expect(0)
        .json_lines()
        .remove(0)
}

pub fn concerns(digest: &Value) -> Vec<String> {
    let top = digest["top"].as_array().unwrap().iter();
    top.map(|line| line["concern"].as_str().unwrap().to_owned())
        .collect()
}

fn is_faithful(folder: &Path) {
    let (from, to) = (day(5), day(1));
    let days = ["--json", "digest", "replay", "--from", &from, "--to", &to];
    let replayed = run(folder, &[&CONFIG[..], &days].concat(), b"").expect(0);
    for day in replayed.json_lines() {
        let n = day["n"].as_u64().unwrap();
        assert!(n > 200 && day["n_same"] == n, "{day}");
    }
}

#[test]
fn edits_hold_across_runs_and_a_kill() {
    within(Duration::from_mins(9), || {
        let folder = city();
        let folder = folder.path();
        (2..6).for_each(|back| hear(folder, back));
        publish(folder);
        let before = digest(folder, 2);
        let named = concerns(&before);
        let (from, into) = (&named[0], &named[1]);

        let made = edit(folder, &["merge", from, into]);
        assert_eq!(made["role"], "press_officer");
        hear(folder, 1);
        // Runs that would publish it are killed in the middle, some early and some late.
        for wait_ms in [50, 300, 900, 1800] {
            let mut crawl = command(folder);
            crawl
                .args(CONFIG)
                .args(["crawl", "--once"])
                .stderr(Stdio::null());
            let mut crawl = Server::start(&mut crawl);
            std::thread::sleep(Duration::from_millis(wait_ms));
            crawl.kill();
        }
        publish(folder);
        let merged = digest(folder, 2);
        assert_eq!(merged["revision"], 2, "{merged}");
        let erratum = merged["erratum"].as_str().unwrap();
        assert!(
            erratum.contains("Biên tập: gộp vấn đề (lý do: cùng một tuyến cống)"),
            "{erratum}"
        );
        assert!(!erratum.contains("an.nguyen"), "{erratum}");
        assert!(!concerns(&merged).contains(from));
        // What came in since goes to the one that is kept.
        let next = digest(folder, 1);
        assert!(!concerns(&next).contains(from), "{next}");
        let kept = next["top"].as_array().unwrap().iter();
        let kept = kept.clone().find(|line| line["concern"] == into.as_str());
        assert_eq!(kept.unwrap()["n_mentions"], 6, "of two wards");
        is_faithful(folder);
        shown(folder, from, into);

        // Who saw an older version is told so; who undoes twice too.
        let old = format!("{into}=0");
        let stale = [&CONFIG[..], &["concern", "hide", into, "--seen", &old], &BY].concat();
        let stale = run(folder, &stale, b"").expect(1);
        assert!(stale.stderr.contains("người khác sửa"), "{}", stale.stderr);
        let seq = made["seq"].to_string();
        edit(folder, &["undo", &seq]);
        let twice = [&CONFIG[..], &["concern", "undo", &seq], &BY].concat();
        let twice = run(folder, &twice, b"").expect(1);
        assert!(
            twice.stderr.contains("đã được hoàn tác"),
            "{}",
            twice.stderr
        );
        publish(folder);
        assert_eq!(lists(digest(folder, 2)), lists(before), "byte by byte");
        assert!(concerns(&digest(folder, 1)).contains(from));
        is_faithful(folder);
    });
}

/// What pages and JSON say of merged concerns.
fn shown(folder: &Path, from: &str, into: &str) {
    let (_server, site) = serve(folder);
    let output = std::process::Command::new("curl")
        .args(["-s", "-o", "/dev/null", "--max-time", "20", "-w"])
        .arg("%{http_code} %{redirect_url}")
        .arg(format!("{site}/van-de/{from}"))
        .output()
        .unwrap();
    let moved = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        moved.starts_with("307 ") && moved.ends_with(&format!("/van-de/{into}")),
        "{moved}"
    );
    let (status, page) = get(&format!("{site}/van-de/{into}")).unwrap();
    assert_eq!(status, 200);
    assert!(page.contains("cán bộ báo chí") && page.contains("cùng một tuyến cống"));
    assert!(!page.contains("an.nguyen"), "readers are told the role");
    let whole = get_json(&format!("{site}/api/v1/concerns/{into}"));
    let edits = whole["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 1, "{edits:?}");
    assert_eq!(
        (&edits[0]["what"], &edits[0]["from"]),
        (&json!("merge"), &json!(from))
    );
    assert_eq!(whole["version"], edits[0]["number"]);
    assert!(!whole.to_string().contains("an.nguyen"));
    let part = get_json(&format!("{site}/api/v1/concerns/{from}"));
    // Grouped again from its first day on, it never stood for itself: the whole answers.
    assert!(part["part_of"] == into || part["id"] == into, "{part}");
}

#[test]
fn what_the_desk_shows_is_marked_and_taken_back() {
    within(Duration::from_mins(9), || {
        let folder = city();
        let folder = folder.path();
        (1..4).for_each(|back| hear(folder, back));
        publish(folder);
        let before = digest(folder, 1);
        let named = concerns(&before);
        let mentions = before["top"][0]["evidence"].as_array().unwrap();
        let some = [&mentions[0], &mentions[1]].map(|id| id.as_str().unwrap());
        let some = some.join(",");

        edit(folder, &["rename", &named[0], "Ngập sau mưa lớn"]);
        edit(folder, &["hide", &named[1]]);
        edit(folder, &["pin", &named[2], "--unit", "city"]);
        let split = edit(folder, &["split", &named[0], "--mention", &some]);
        publish(folder);
        let edited = digest(folder, 1);
        let line = |id: &str| {
            let mut top = edited["top"].as_array().unwrap().iter();
            top.find(|line| line["concern"] == id).cloned()
        };
        let renamed = line(&named[0]).unwrap();
        assert_eq!(renamed["title"], "Ngập sau mưa lớn");
        assert_eq!(renamed["extracted_title"], before["top"][0]["title"]);
        assert_eq!(line(&named[1]), None);
        assert_eq!(edited["hidden"][0]["concern"], named[1].as_str());
        assert_eq!(edited["hidden"][0]["reason"], "cùng một tuyến cống");
        assert_eq!(line(&named[2]).unwrap()["pinned"], true);
        let part = split["what"].as_str().unwrap().rsplit(' ').next().unwrap();
        assert!(line(part).is_some(), "{edited}");
        assert_eq!(edited["n"], before["n"], "counted all the same");

        let lines = [&CONFIG[..], &["export", "grouping"]].concat();
        let lines = run(folder, &lines, b"").expect(0).json_lines();
        let of_part = lines.iter().filter(|line| line["gold"]["concern"] == part);
        assert_eq!(of_part.count(), 2);

        let bad = [
            &CONFIG[..],
            &["concern", "rename", &named[0], "Gọi 0903 123 456"],
            &BY,
        ];
        let bad = run(folder, &bad.concat(), b"").expect(1);
        assert!(bad.stderr.contains("dữ liệu cá nhân"), "{}", bad.stderr);

        let history = [&CONFIG[..], &["--json", "concern", "history", &named[0]]].concat();
        let history = run(folder, &history, b"").expect(0).json_lines();
        assert_eq!(history.len(), 3, "two edits and the version");
        edit(folder, &["unhide", &named[1]]);
        edit(folder, &["unpin", &named[2]]);
        for made in &history[..2] {
            edit(folder, &["undo", &made["seq"].to_string()]);
        }
        publish(folder);
        assert_eq!(lists(digest(folder, 1)), lists(before));
    });
}
