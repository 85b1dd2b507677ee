use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use models::domain::{Capture, SourceId};

use super::{BackupOf, ConfigFile, check, make, restore};
use crate::archive::{Archive, CaptureInfo, RecordBatch};
use crate::captures::hash_of;
use crate::conformance::sample::{noon, record};
use crate::{CaptureStore, EmbeddedArchive, Error};

/// A data folder with mentions and a capture.
fn data(folder: &Path) -> (PathBuf, Capture) {
    let data = folder.join("data");
    let archive = EmbeddedArchive::open(&data.join("record.sqlite")).unwrap();
    let captures = CaptureStore::open(&data.join("captures")).unwrap();
    record(&archive, 0..300, 0);
    let body = b"<p>nguy\xc3\xaan v\xc4\x83n</p>".to_vec();
    let capture = Capture {
        source: SourceId::new("bao"),
        url: "https://vi.du/1".to_owned(),
        fetched_at: noon(0),
        http_status: 200,
        content_type: None,
        headers: Vec::new(),
        hash: hash_of(&body),
        body,
    };
    captures.put(&capture).unwrap();
    let batch = RecordBatch {
        captures: vec![CaptureInfo::from(&capture)],
        ..RecordBatch::new(noon(0))
    };
    archive.record(&batch).unwrap();
    (data, capture)
}

fn made(data: &Path, to: &Path) -> super::Contents {
    let config = [ConfigFile {
        name: "units/units.csv".to_owned(),
        text: "code\n26740\n".to_owned(),
    }];
    let of = BackupOf {
        data,
        config: &config,
        now: Timestamp::UNIX_EPOCH,
        program: "0.1.0",
    };
    make(of, to).unwrap()
}

#[test]
fn what_was_saved_comes_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let (data, capture) = data(folder.path());
    let backup = folder.path().join("sao lưu #1");
    let saved = made(&data, &backup);
    assert_eq!(
        (saved.n_mentions, saved.n_captures, saved.n_gone),
        (300, 1, 0)
    );
    assert_eq!(check(&backup).unwrap(), saved);
    // Looking at it leaves nothing beside it: the same files again.
    let names = |folder: &Path| {
        let mut names = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect::<Vec<_>>();
        names.sort();
        names
    };
    let expected = [
        "SHA256SUMS",
        "backup.json",
        "captures",
        "config",
        "record.sqlite",
    ];
    assert_eq!(names(&backup), expected);

    let place = folder.path().join("restored");
    assert_eq!(restore(&backup, &place).unwrap(), saved);
    let archive = EmbeddedArchive::open(&place.join("record.sqlite")).unwrap();
    assert_eq!(archive.counts().unwrap().n_mentions, 300);
    let captures = CaptureStore::open(&place.join("captures")).unwrap();
    assert_eq!(
        captures.get(&capture.hash).unwrap(),
        Some(capture.body.clone())
    );
    // It expires when the one it is a copy of would have.
    captures.expire(&archive, noon(1)).unwrap();
    assert_eq!(captures.get(&capture.hash).unwrap(), None);
    assert!(matches!(
        restore(&backup, &place),
        Err(Error::Exists { .. })
    ));
    assert!(matches!(
        make(
            BackupOf {
                data: &data,
                config: &[],
                now: noon(0),
                program: "0"
            },
            &backup
        ),
        Err(Error::Exists { .. })
    ));
}

#[test]
fn every_damaged_or_missing_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (data, capture) = data(folder.path());
    let backup = folder.path().join("b");
    made(&data, &backup);
    let body = crate::captures::place_of(&capture.hash);
    let files = [
        "record.sqlite".to_owned(),
        format!("captures/{}", body.display()),
        "config/units/units.csv".to_owned(),
        "backup.json".to_owned(),
    ];
    for name in files {
        let path = backup.join(&name);
        let whole = fs::read(&path).unwrap();
        let mut broken = whole.clone();
        let last = broken.len() - 3;
        broken[last] ^= 1;
        // The body has two names, and the other belongs to the data folder.
        fs::remove_file(&path).unwrap();
        let place = folder.path().join("place");
        assert!(check(&backup).is_err() && restore(&backup, &place).is_err());
        fs::write(&path, broken).unwrap();
        let said = check(&backup).unwrap_err().to_string();
        assert!(said.contains(&name) && said.contains("damaged"), "{said}");
        assert!(restore(&backup, &place).is_err());
        assert!(!place.join("record.sqlite").try_exists().unwrap());
        fs::write(&path, whole).unwrap();
        check(&backup).unwrap();
    }
    // A list cut short is missed too.
    let sums = fs::read_to_string(backup.join("SHA256SUMS")).unwrap();
    let (first, rest) = sums.split_once('\n').unwrap();
    fs::write(backup.join("SHA256SUMS"), rest).unwrap();
    assert!(matches!(check(&backup), Err(Error::DamagedBackup { .. })));
    fs::write(
        backup.join("SHA256SUMS"),
        format!("{rest}{}\n", first.replace("  ", "  ../")),
    )
    .unwrap();
    assert!(matches!(check(&backup), Err(Error::DamagedBackup { .. })));
}

#[test]
fn what_is_no_backup_or_a_newer_one_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (data, _) = data(folder.path());
    assert!(matches!(check(&data), Err(Error::NotABackup { .. })));
    let backup = folder.path().join("b");
    made(&data, &backup);
    let manifest = backup.join("backup.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let write = |from: &str, to: &str| fs::write(&manifest, text.replace(from, to)).unwrap();
    write("\"version\": 1", "\"version\": 2");
    assert!(matches!(
        check(&backup),
        Err(Error::NewerBackup { found: 2, .. })
    ));
    write("langnghe-backup", "another");
    assert!(matches!(check(&backup), Err(Error::NotABackup { .. })));
}

#[test]
fn what_an_interrupted_backup_left_is_thrown_away_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (data, _) = data(folder.path());
    let (backup, draft) = (folder.path().join("b"), folder.path().join("b.part"));
    fs::create_dir(&draft).unwrap();
    fs::write(draft.join("unfinished-langnghe-backup"), "").unwrap();
    fs::write(draft.join("record.sqlite"), "half").unwrap();
    made(&data, &backup);
    assert!(!draft.try_exists().unwrap());
    fs::remove_dir_all(&backup).unwrap();
    // A folder of somebody else stays.
    fs::create_dir(&draft).unwrap();
    fs::write(draft.join("luận văn"), "của tôi").unwrap();
    let of = BackupOf {
        data: &data,
        config: &[],
        now: noon(0),
        program: "0",
    };
    assert!(matches!(make(of, &backup), Err(Error::Exists { .. })));
    assert!(draft.join("luận văn").try_exists().unwrap());
}
