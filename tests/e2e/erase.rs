//! Erasure on request: words that somebody wants gone are gone from every file, and the answer proves it.

use serde_json::json;

use crate::comes_in::{mentions, serve};
use crate::hooks::{Sent, city};
use crate::program::{get_json, run, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

fn ticket(number: usize, words: &str) -> serde_json::Value {
    json!({
        "id": format!("PA-{number}"), "received_at": "2026-11-20T09:00:00+07:00",
        "text": format!("Cống trước quán bún {words} bị nghẹt, nước tràn ra đường"),
        "ticket": {"status": "open", "field": "Thoát nước", "address": "Phường Phú Định"},
    })
}

#[test]
fn what_somebody_wants_gone_is_gone_from_every_file() {
    let folder = city();
    let folder = folder.path();
    let (server, site) = serve(folder);
    for (n, words) in [(0, "Hoa Mộc Lan"), (1, "khác"), (2, "hoa mộc lan")] {
        // The number stands in the evidence alone: it was cut from the mention.
        let words = format!("{words} số 0909123789");
        assert_eq!(
            Sent::new(&format!("m{n}"), &ticket(n, &words))
                .post(&site)
                .0,
            200
        );
    }
    wait_for("the index", std::time::Duration::from_mins(1), || {
        (get_json(&format!("{site}/readyz"))["index_lag"] == 0).then_some(())
    });
    drop(server);
    let erase = |more: &[&str]| {
        let asked = [
            "erase",
            "--request",
            "YC-12/2026",
            "--asked-at",
            "2026-11-20T09:00:00+07:00",
        ];
        run(folder, &[&CONFIG[..], &asked, more].concat(), b"")
    };
    let listed = erase(&["--phrase", "HOA MỘC LAN", "--dry-run"]).expect(0);
    let listed = &listed.json_lines()[0];
    assert_eq!(listed["mentions"].as_array().unwrap().len(), 2, "{listed}");
    assert_eq!(mentions(folder).len(), 3, "a dry run erases nothing");
    let many = erase(&["--phrase", "hoa mộc lan", "--at-most", "1"]).expect(1);
    assert!(many.stderr.contains("--dry-run"), "{}", many.stderr);
    erase(&["--phrase", "hoa"]).expect(1);
    erase(&[]).expect(2);

    let proof = erase(&["--phrase", "Hoa Mộc Lan"]).expect(0);
    let proof = &proof.json_lines()[0];
    assert_eq!(proof["mentions"].as_array().unwrap().len(), 2, "{proof}");
    assert!(proof["n_captures"].as_u64() >= Some(2), "{proof}");
    assert!(
        proof["n_files"].as_u64() > Some(3) && proof["holding"] == json!([]),
        "{proof}"
    );
    // Asked on a Friday: two working days later is Tuesday.
    assert_eq!(proof["due_at"], "2026-11-25T00:00:00+07:00", "{proof}");
    assert_eq!(mentions(folder).len(), 1);
    crate::comes_in::assert_nowhere(folder, &["Hoa Mộc Lan", "hoa mộc lan"]);
    // Other evidence stays, and can be erased by the number in it.
    let by_number = erase(&["--phrase", "0909123789"]).expect(0);
    let by_number = &by_number.json_lines()[0];
    assert_eq!(by_number["n_captures"], 1, "{by_number}");
    assert_eq!(
        by_number["mentions"],
        json!([]),
        "the mention never held it"
    );
    crate::comes_in::assert_nowhere(folder, &["0909123789"]);

    // It does not come back, and the log says who asked and how much, not what.
    let (_server, site) = serve(folder);
    let again = Sent::new("m0-again", &ticket(0, "Hoa Mộc Lan")).post(&site);
    assert_eq!(again.0, 200);
    assert_eq!(mentions(folder).len(), 1);
    let log = run(
        folder,
        &[&CONFIG[..], &["--json", "audit", "list"]].concat(),
        b"",
    )
    .expect(0);
    assert!(
        log.stdout.contains("request/YC-12/2026") && !log.stdout.contains("Mộc"),
        "{}",
        log.stdout
    );
    run(folder, &[&CONFIG[..], &["audit", "verify"]].concat(), b"").expect(0);
}
