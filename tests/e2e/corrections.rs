//! What an officer corrects holds: in the record, after models read anew, and as training lines.

use models::domain::{Sentiment, Topic};
use models::language::classify::data::parse_tsv;
use serde_json::Value;

use crate::program::run;

const TICKET: &str = r#"{"id":"P1","channel":"hotline","source":"1022","published_at":"2026-11-12T08:00:00+07:00","title":"Đường ngập","text":"Đường trước chợ ngập sâu sau mưa, xe chết máy.","parent_id":null,"engagement":null,"ticket":{"field":"Hạ tầng","address":"Phường Hiệp Bình","status":"open","due_at":null,"closed_at":null,"rating":null}}"#;

const BY: [&str; 4] = ["--officer", "an.nguyen", "--reason", "đọc lại phiếu"];

#[test]
fn a_correction_holds_until_it_is_undone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    run(folder, &["import", "-"], TICKET.as_bytes()).expect(0);
    let read = |folder| {
        let day = ["export", "mentions", "--day", "2026-11-12"];
        let found = run(folder, &day, b"").expect(0).json_lines();
        assert_eq!(found.len(), 1);
        found[0].clone()
    };
    let before = read(folder);
    let id = before["id"].as_str().unwrap();
    assert_eq!(before["topic"], "drainage", "{before}");

    let corrected = [
        &[
            "correct",
            "mention",
            id,
            "--topic",
            "road",
            "--sentiment",
            "neutral",
        ][..],
        &["--unit", "26740"],
        &BY,
    ]
    .concat();
    run(folder, &corrected, b"").expect(0);
    let says = |read: &Value| {
        let unit = read["units"][0]["code"].clone();
        (read["topic"].clone(), read["sentiment"].clone(), unit)
    };
    let after = read(folder);
    assert_eq!(
        says(&after),
        ("road".into(), "neutral".into(), "26740".into())
    );

    // The models read everything anew; a newer state of the ticket comes in.
    run(folder, &["rebuild", "--annotations"], b"").expect(0);
    let closed = TICKET.replace("\"open\"", "\"closed\"");
    run(folder, &["import", "-"], closed.as_bytes()).expect(0);
    let later = read(folder);
    assert_eq!(later["ticket"]["status"], "closed");
    assert_eq!(says(&later), says(&after));

    let lines = run(folder, &["export", "corrections"], b"").expect(0);
    let (examples, complaints) = parse_tsv(&lines.stdout);
    assert!(complaints.is_empty(), "{complaints:?}");
    assert_eq!(
        (examples[0].topic, examples[0].sentiment),
        (Some(Topic::Road), Some(Sentiment::Neutral))
    );

    let all = run(folder, &["correct", "list", "--json"], b"").expect(0);
    let seqs = all
        .json_lines()
        .into_iter()
        .map(|made| made["seq"].to_string());
    for seq in seqs.collect::<Vec<_>>() {
        run(folder, &[&["correct", "undo", &seq][..], &BY].concat(), b"").expect(0);
    }
    assert_eq!(says(&read(folder)), says(&before));
    assert_eq!(
        run(folder, &["export", "corrections"], b"")
            .expect(0)
            .stdout,
        ""
    );
    let all = run(folder, &["correct", "list", "--json"], b"").expect(0);
    let counting = all
        .json_lines()
        .into_iter()
        .filter(|made| made["counts"] == true);
    assert!(
        all.json_lines().len() == 6 && counting.clone().count() == 3,
        "{}",
        all.stdout
    );
}

#[test]
fn what_cannot_be_corrected_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let wrong: [(&[&str], &str); 5] = [
        (&["correct", "mention", "none-such", "--noise"], "none-such"),
        (
            &["correct", "mention", "x", "--topic", "weather"],
            "weather",
        ),
        (&["correct", "mention", "x", "--unit", "99999"], "99999"),
        (&["correct", "mention", "x", "--scope", "unit"], "--unit"),
        (&["correct", "undo", "7"], "7"),
    ];
    for (arguments, named) in wrong {
        let failed = run(folder.path(), &[arguments, &BY[..]].concat(), b"").expect(1);
        assert!(
            failed.stderr.contains(named),
            "{arguments:?}: {}",
            failed.stderr
        );
    }
    let silent = [
        "correct",
        "mention",
        "x",
        "--noise",
        "--officer",
        "an",
        "--reason",
        " ",
    ];
    let failed = run(folder.path(), &silent, b"").expect(1);
    assert!(failed.stderr.contains("lý do"), "{}", failed.stderr);
}
