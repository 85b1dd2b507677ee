use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{EmbeddedSearch, Query, SearchIndex};
use crate::conformance::sample::record;
use crate::conformance::search::expect_equal;
use crate::{Archive, EmbeddedArchive, Error};

fn fresh() -> (EmbeddedArchive, EmbeddedSearch, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let archive = EmbeddedArchive::open(&folder.path().join("record.db")).unwrap();
    let index = EmbeddedSearch::open(folder.path()).unwrap();
    (archive, index, folder)
}

fn run(case: impl FnOnce(&dyn Archive, &dyn SearchIndex)) {
    let (archive, index, _folder) = fresh();
    case(&archive, &index);
}

crate::search_conformance!(run);

#[test]
fn opening_again_goes_on_where_it_stood() {
    let (archive, index, folder) = fresh();
    record(&archive, 0..20, 0);
    index.catch_up(&archive).unwrap();
    drop(index);
    record(&archive, 20..25, 0);
    let index = EmbeddedSearch::open(folder.path()).unwrap();
    assert_eq!(index.lag(&archive).unwrap(), 5);
    assert_eq!(index.catch_up(&archive).unwrap().n_changes, 5);
    expect_equal(&archive, &index);
}

#[test]
fn another_history_is_followed_from_its_beginning() {
    let (archive, index, folder) = fresh();
    record(&archive, 0..20, 0);
    let backup = folder.path().join("backup.db");
    archive.backup_to(&backup).unwrap();
    record(&archive, 20..40, 0);
    index.catch_up(&archive).unwrap();
    // Restored, then as far as the index stood, but with other mentions.
    let place = folder.path().join("restored.db");
    crate::database::restore(&backup, &place).unwrap();
    let restored = EmbeddedArchive::open(&place).unwrap();
    record(&restored, 60..80, 0);
    assert_eq!(restored.latest_seq().unwrap(), index.watermark().unwrap());
    assert_eq!(index.catch_up(&restored).unwrap().n_changes, 40);
    expect_equal(&restored, &index);
}

#[test]
fn an_emptied_record_empties_the_index() {
    let (archive, index, folder) = fresh();
    record(&archive, 0..20, 0);
    index.catch_up(&archive).unwrap();
    let other = EmbeddedArchive::open(&folder.path().join("other.db")).unwrap();
    index.catch_up(&other).unwrap();
    expect_equal(&other, &index);
}

fn damage(index: &Path, extension: &str) {
    let mut n_damaged = 0;
    for entry in fs::read_dir(index).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|found| found == extension) {
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 3;
            bytes[middle] ^= 0xff;
            fs::write(&path, bytes).unwrap();
            n_damaged += 1;
        }
    }
    assert!(n_damaged > 0);
}

#[test]
fn a_damaged_segment_is_noticed_and_made_again() {
    for extension in ["idx", "fast", "term"] {
        let (archive, index, folder) = fresh();
        record(&archive, 0..300, 0);
        index.catch_up(&archive).unwrap();
        let place = index.folder().to_owned();
        drop(index);
        damage(&place, extension);
        let index = EmbeddedSearch::open(folder.path()).unwrap();
        assert_eq!(index.n_mentions().unwrap(), 0);
        assert_eq!(index.catch_up(&archive).unwrap().n_changes, 300);
        expect_equal(&archive, &index);
    }
}

#[test]
fn lost_files_are_noticed_while_running() {
    let (archive, index, folder) = fresh();
    record(&archive, 0..50, 0);
    index.catch_up(&archive).unwrap();
    fs::write(index.folder().join("meta.json"), "{").unwrap();
    assert!(index.watermark().is_err());
    record(&archive, 50..60, 0);
    index.catch_up(&archive).unwrap();
    expect_equal(&archive, &index);
    drop(index);
    let index = EmbeddedSearch::open(folder.path()).unwrap();
    expect_equal(&archive, &index);
}

#[test]
fn indexes_of_other_versions_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("index-00000000");
    let bystander = folder.path().join("captures");
    fs::create_dir_all(&old).unwrap();
    fs::create_dir_all(&bystander).unwrap();
    let index = EmbeddedSearch::open(folder.path()).unwrap();
    assert!(!old.try_exists().unwrap());
    assert!(bystander.try_exists().unwrap());
    assert!(index.folder().try_exists().unwrap());
}

#[test]
fn a_second_writer_is_refused_by_name() {
    let (archive, index, folder) = fresh();
    record(&archive, 0..5, 0);
    index.catch_up(&archive).unwrap();
    let second = EmbeddedSearch::open(folder.path()).unwrap();
    record(&archive, 5..9, 0);
    let refusal = second.catch_up(&archive).unwrap_err();
    assert!(matches!(refusal, Error::Locked { .. }), "{refusal}");
    // Nor may it throw the index away under the first.
    assert!(matches!(
        second.rebuild(&archive),
        Err(Error::Locked { .. })
    ));
    // Reading goes on beside it.
    assert_eq!(second.search(&Query::default()).unwrap().total, 5);
}
