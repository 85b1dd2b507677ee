//! Digests on paper: tagged for those who hear instead of see, every letter as it was written, only our
//! fonts, small.

use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::ToSpan;
use models::domain::day_in_vietnam;
use serde_json::Value;

use crate::comes_in::{configure, now};
use crate::program::run;

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

/// Letters with two marks, large ones, and one of another script.
const WORDS: &str = "Ngõ nhỏ ngập nước ỷ ự ẵ ặ ộ ợ ữ ỹ Ằ Ẫ Ệ Ỗ Ợ Ự đ Đ, xe chết máy 😡.";

#[test]
fn a_digest_is_printed_for_all_readers() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    configure(folder, "");
    let day = day_in_vietnam(now()).saturating_sub(2.days());
    let tickets = (0..6).map(|n| {
        format!(
            "{{\"id\":\"P{n}\",\"channel\":\"hotline\",\"source\":\"1022\",\
             \"published_at\":\"{day}T0{n}:10:00+07:00\",\"title\":\"Ngập ở Hiệp Bình\",\
             \"text\":\"{WORDS} Lần thứ {n}.\",\"parent_id\":null,\"engagement\":null,\
             \"ticket\":{{\"field\":\"Hạ tầng\",\"address\":\"Phường Hiệp Bình\",\"status\":\"open\",\
             \"due_at\":null,\"closed_at\":null,\"rating\":null}}}}\n"
        )
    });
    let import = [&CONFIG[..], &["import", "-"]].concat();
    run(folder, &import, tickets.collect::<String>().as_bytes()).expect(0);
    run(folder, &[&CONFIG[..], &["crawl", "--once"]].concat(), b"").expect(0);

    for (lang, tag) in [("vi", "vi-VN"), ("en", "en-GB")] {
        let file = folder.join(format!("{lang}.pdf"));
        let day = day.to_string();
        let print = [
            "digest",
            "print",
            "--day",
            &day,
            "--lang",
            lang,
            "--out",
            file.to_str().unwrap(),
        ];
        run(folder, &[&CONFIG[..], &print].concat(), b"").expect(0);
        let bytes = fs::metadata(&file).unwrap().len();
        assert!(bytes <= 150_000, "{bytes} bytes");
        assert_tagged(&file, tag);
        let text = output("pdftotext", &["-layout", file.to_str().unwrap(), "-"]);
        let without_emoji = WORDS.replace(" 😡", "");
        let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let (start, _) = without_emoji.split_once(", xe").unwrap();
        assert!(joined.contains(start), "{joined}");
        let fonts = output("pdffonts", &[file.to_str().unwrap()]);
        let shown = fonts.lines().skip(2).collect::<Vec<_>>();
        assert!(!shown.is_empty(), "{fonts}");
        // Name, type, encoding, embedded, a part only, with its letters.
        let is_ours = |line: &&str| line.contains("+NotoSans-") && line.contains("yes yes yes");
        assert!(shown.iter().all(is_ours), "{fonts}");
    }

    let nobody = ["digest", "print", "--unit", "99999", "--out", "x.pdf"];
    let refused = run(folder, &[&CONFIG[..], &nobody].concat(), b"").expect(1);
    assert!(refused.stderr.contains("99999"), "{}", refused.stderr);
    let missing = ["digest", "print", "--day", "2020-01-01", "--out", "x.pdf"];
    run(folder, &[&CONFIG[..], &missing].concat(), b"").expect(1);
}

/// As a reader of tags sees it.
fn assert_tagged(file: &Path, lang: &str) {
    let root = env!("CARGO_MANIFEST_DIR");
    let python = format!("{root}/.tools/bin/python");
    let script = format!("{root}/tests/peers/paper.py");
    let found = output(&python, &[&script, file.to_str().unwrap()]);
    let found: Value = serde_json::from_str(&found).unwrap();
    assert_eq!(found["problems"], serde_json::json!([]), "{found}");
    assert_eq!(found["lang"], lang, "{found}");
    assert_eq!(found["bare_figures"], 0, "{found}");
    for tag in ["/H1", "/H2", "/H3", "/Table", "/TH", "/TD", "/Figure"] {
        assert!(found["tags"][tag].as_u64().is_some(), "{tag}: {found}");
    }
    assert!(
        found["title"]
            .as_str()
            .unwrap()
            .contains("Thành phố Hồ Chí Minh")
    );
}

fn output(program: &str, arguments: &[&str]) -> String {
    let done = Command::new(program).args(arguments).output();
    let done = done.unwrap_or_else(|error| panic!("{program}: {error}; run tests/tools.sh"));
    assert!(
        done.status.success(),
        "{program}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap()
}
