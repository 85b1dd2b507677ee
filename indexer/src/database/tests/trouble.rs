//! Disks that fill up, files that are locked, damaged, newer or another program's; backups.

use std::fs;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use models::domain::{DigestScope, Period};
use rusqlite::Connection;

use super::fresh;
use crate::archive::{Edition, EditionInputs, Grouping};
use crate::conformance::sample::{batch, concern, day, digest, id, noon, record};
use crate::{Archive, EmbeddedArchive, Error};

fn refusal(path: &Path) -> Error {
    match EmbeddedArchive::open(path) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

#[test]
fn opening_again_keeps_everything() {
    let (archive, path, _folder) = fresh();
    record(&archive, 0..10, 0);
    let generation = archive.generation().unwrap();
    drop(archive);
    let archive = EmbeddedArchive::open(&path).unwrap();
    assert_eq!(archive.counts().unwrap().n_mentions, 10);
    assert_eq!(archive.generation().unwrap(), generation);
    assert_eq!(
        archive.schema_version().unwrap(),
        crate::database::schema::CURRENT
    );
    assert_eq!(archive.path(), path);
}

#[test]
fn a_newer_schema_is_refused() {
    let (archive, path, _folder) = fresh();
    drop(archive);
    let db = Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    let said = refusal(&path).to_string();
    assert!(
        said.contains("record.db: written by a newer langnghe (schema 99"),
        "{said}"
    );
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    Connection::open(&path)
        .and_then(|db| db.execute_batch("CREATE TABLE note (text)"))
        .unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(refusal(&path), Error::Foreign { .. }));
    assert!(fs::read(&path).unwrap() == before, "the file was changed");
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.db");
    fs::write(&path, "không phải cơ sở dữ liệu ".repeat(100)).unwrap();
    assert!(matches!(refusal(&path), Error::Corrupt { .. }));
    assert!(matches!(refusal(folder.path()), Error::Io { .. }));
}

#[test]
fn a_full_disk_refuses_the_batch_and_keeps_the_rest() {
    let (archive, path, _folder) = fresh();
    record(&archive, 0..50, 0);
    let limit = |pages: i64| {
        let writer = archive.store.writer();
        writer
            .sqlite()
            .unwrap()
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .unwrap();
    };
    limit(60);
    let refusal = archive.record(&batch(50..5_000, 0)).unwrap_err();
    assert!(matches!(refusal, Error::Full { .. }), "{refusal}");
    assert!(refusal.to_string().starts_with(&path.display().to_string()));
    assert_eq!(archive.counts().unwrap().n_mentions, 50);
    // Once there is room again the same batch goes in.
    limit(1_000_000);
    assert_eq!(archive.record(&batch(50..5_000, 0)).unwrap().n_new, 4_950);
    assert_eq!(archive.check().unwrap(), Vec::<String>::new());
}

#[test]
fn a_locked_database_is_named_and_nothing_is_lost() {
    let (archive, path, _folder) = fresh();
    record(&archive, 0..5, 0);
    {
        let writer = archive.store.writer();
        writer
            .sqlite()
            .unwrap()
            .busy_timeout(std::time::Duration::from_millis(20))
            .unwrap();
    }
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refusal = archive.record(&batch(5..9, 0)).unwrap_err();
    assert!(matches!(refusal, Error::Locked { .. }), "{refusal}");
    // Readers go on.
    assert_eq!(archive.mentions_of_days(day(0), day(0)).unwrap().len(), 5);
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(record(&archive, 5..9, 0).n_new, 4);
}

#[test]
fn a_damaged_page_is_named_and_found_by_the_check() {
    let (archive, path, _folder) = fresh();
    record(&archive, 0..2_000, 0);
    drop(archive);
    let length = fs::metadata(&path).unwrap().len();
    let mut file = fs::File::options().write(true).open(&path).unwrap();
    // Pages in the middle hold rows; the schema stands on the first.
    for part in 3..12 {
        file.seek(SeekFrom::Start(length / 14 * part)).unwrap();
        file.write_all(&[0x5a; 8_192]).unwrap();
    }
    drop(file);
    let archive = EmbeddedArchive::open(&path).unwrap();
    let complaints = archive.check();
    assert!(
        matches!(&complaints, Ok(lines) if !lines.is_empty())
            || matches!(complaints, Err(Error::Corrupt { .. })),
        "{complaints:?}"
    );
    let refusal = archive.mentions_of_days(day(0), day(0)).unwrap_err();
    assert!(refusal.to_string().contains("record.db"), "{refusal}");
    assert!(
        matches!(refusal, Error::Corrupt { .. } | Error::Unreadable { .. }),
        "{refusal}"
    );
}

#[test]
fn a_backup_is_made_beside_the_writer_and_can_be_restored() {
    let (archive, _path, folder) = fresh();
    record(&archive, 0..200, 0);
    let backup = folder.path().join("backup.db");
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            for n in 200..260 {
                record(&archive, [n], 0);
            }
        });
        archive.backup_to(&backup).unwrap();
        writer.join().unwrap();
    });
    assert!(matches!(
        archive.backup_to(&backup),
        Err(Error::Exists { .. })
    ));

    let place = folder.path().join("restored.db");
    crate::database::restore(&backup, &place).unwrap();
    assert!(matches!(
        crate::database::restore(&backup, &place),
        Err(Error::Exists { .. })
    ));
    let restored = EmbeddedArchive::open(&place).unwrap();
    let n_restored = restored.counts().unwrap().n_mentions;
    assert!((200..=260).contains(&n_restored));
    assert_eq!(restored.latest_seq().unwrap(), n_restored);
    assert_eq!(restored.check().unwrap(), Vec::<String>::new());
    assert_ne!(
        restored.generation().unwrap(),
        archive.generation().unwrap()
    );
    assert_eq!(record(&restored, 0..260, 0).n_unchanged as u64, n_restored);
}

#[test]
fn a_damaged_backup_is_not_restored() {
    let (archive, _path, folder) = fresh();
    record(&archive, 0..2_000, 0);
    let backup = folder.path().join("backup.db");
    archive.backup_to(&backup).unwrap();
    let mut bytes = fs::read(&backup).unwrap();
    let length = bytes.len();
    bytes[length / 3..length / 2].fill(0x5a);
    fs::write(&backup, bytes).unwrap();
    let place = folder.path().join("restored.db");
    let refusal = crate::database::restore(&backup, &place).unwrap_err();
    assert!(matches!(refusal, Error::Corrupt { .. }), "{refusal}");
    assert!(!place.try_exists().unwrap());
}

#[test]
fn published_digests_cannot_be_changed_by_hand() {
    let (archive, path, _folder) = fresh();
    let digests = [digest(DigestScope::City, 0, 1.0)];
    let edition = Edition {
        digests: &digests,
        signals: &[],
        at: noon(1),
        erratum: None,
        ..Edition::default()
    };
    archive.publish(&edition).unwrap();
    let other = Connection::open(&path).unwrap();
    for change in ["UPDATE digests SET body = '{}'", "DELETE FROM digests"] {
        let refusal = other.execute(change, []).unwrap_err().to_string();
        assert!(refusal.contains("published digest"), "{refusal}");
    }
}

#[test]
fn removed_words_are_gone_from_every_file() {
    let (archive, path, folder) = fresh();
    let words = "câu-nói-cần-xoá-khỏi-đĩa";
    archive
        .record(&crate::conformance::sample::saying(1, None, words))
        .unwrap();
    // Its words are the title of a concern and stand in a published digest.
    let mut state = concern("c-1", 0);
    (state.title, state.title_from) = (words.to_owned(), id(1));
    let mut given = digest(DigestScope::City, 0, 3.0);
    for entry in given.top.iter_mut().chain(&mut given.rising) {
        words.clone_into(&mut entry.title);
        words.clone_into(&mut entry.quotes[0].text);
    }
    let open = archive.begin_edition(Period::day(day(0)), noon(1)).unwrap();
    for title in [words, "khác"] {
        title.clone_into(&mut state.title);
        let grouping = Grouping {
            day: day(0),
            assignments: vec![(id(1), state.id.clone())],
            concerns: vec![state.clone()],
            correction: 0,
        };
        archive.save_grouping(&grouping).unwrap();
        let inputs = EditionInputs {
            coverage: given.coverage.clone(),
            sources: Vec::new(),
            method: String::new(),
            recorded_from: day(0),
        };
        let edition = Edition {
            digests: std::slice::from_ref(&given),
            at: noon(1),
            open: Some(open),
            inputs: Some(inputs),
            ..Edition::default()
        };
        archive.publish(&edition).unwrap();
    }
    let holds = |path: &PathBuf| {
        fs::read(path)
            .unwrap()
            .windows(words.len())
            .any(|w| w == words.as_bytes())
    };
    let files = || {
        fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
    };
    assert!(files().any(|file| holds(&file)), "they stood there");
    archive.remove(&[id(1)], "theo yêu cầu", noon(1)).unwrap();
    drop(archive);
    assert!(path.try_exists().unwrap());
    for entry in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(entry.unwrap().path()).unwrap();
        let found = bytes
            .windows(words.len())
            .any(|window| window == words.as_bytes());
        assert!(!found);
    }
}

#[test]
fn there_is_no_column_for_an_author() {
    let (archive, _path, _folder) = fresh();
    let writer = archive.store.writer();
    // Officers have accounts, in tables of their own; nothing about citizens leads there.
    let of_citizens = "SELECT sql FROM sqlite_schema WHERE tbl_name NOT IN (
        'accounts', 'account_subjects', 'sessions', 'api_keys', 'audit', 'strange_sign_ins')
        AND tbl_name NOT LIKE 'desk!_%' ESCAPE '!' AND tbl_name NOT LIKE 'request%'
        AND tbl_name NOT LIKE 'alert%' AND tbl_name <> 'press_events'";
    let mut statement = writer.prepare_cached(of_citizens).unwrap();
    let schema: Vec<Option<String>> = statement
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let schema = schema
        .into_iter()
        .flatten()
        .collect::<String>()
        .to_lowercase();
    assert!(schema.contains("create table mentions"));
    for word in ["author", "user", "profile", "handle", "account"] {
        assert!(!schema.contains(word), "{word}");
    }
}
