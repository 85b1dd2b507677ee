use std::fs;

use jiff::SignedDuration;
use models::domain::{Capture, SourceId};
use tempfile::TempDir;

use super::{CaptureStore, Expired, Usage, hash_of};
use crate::archive::RecordBatch;
use crate::conformance::sample::noon;
use crate::{Archive, EmbeddedArchive, Error};

fn fresh() -> (CaptureStore, EmbeddedArchive, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = CaptureStore::open(&folder.path().join("captures")).unwrap();
    let archive = EmbeddedArchive::open(&folder.path().join("record.db")).unwrap();
    (store, archive, folder)
}

fn capture(body: &str, on: i64) -> Capture {
    Capture {
        source: SourceId::new("a"),
        url: "https://vi.du/rss".to_owned(),
        fetched_at: noon(on),
        http_status: 200,
        content_type: None,
        headers: Vec::new(),
        hash: hash_of(body.as_bytes()),
        body: body.as_bytes().to_vec(),
    }
}

/// Keeps a capture as the pipeline does: bytes first, then the record.
fn keep(store: &CaptureStore, archive: &dyn Archive, capture: &Capture) {
    let mut visit = RecordBatch::new(capture.fetched_at);
    visit.captures.push(store.put(capture).unwrap());
    archive.record(&visit).unwrap();
}

#[test]
fn a_body_comes_back_and_is_kept_once() {
    let (store, archive, folder) = fresh();
    let page = capture(&"<p>Ngập đường</p>".repeat(500), 0);
    keep(&store, &archive, &page);
    keep(
        &store,
        &archive,
        &capture(&"<p>Ngập đường</p>".repeat(500), 1),
    );
    keep(&store, &archive, &capture("", 1));
    assert_eq!(store.get(&page.hash).unwrap(), Some(page.body.clone()));
    assert_eq!(store.get(&hash_of(b"")).unwrap(), Some(Vec::new()));
    assert_eq!(store.get(&hash_of(b"khac")).unwrap(), None);
    let usage = store.usage().unwrap();
    assert_eq!(usage.n_bodies, 2);
    assert!(usage.disk_bytes < 500);
    let hex = page.hash.to_string();
    let place = folder.path().join("captures").join(&hex[..2]);
    assert!(place.join(format!("{}.zst", &hex[2..])).is_file());
}

#[test]
fn a_wrong_hash_is_refused() {
    let (store, _archive, _folder) = fresh();
    let mut page = capture("a", 0);
    page.body = b"b".to_vec();
    assert!(matches!(store.put(&page), Err(Error::Unstorable { .. })));
    assert_eq!(store.usage().unwrap(), Usage::default());
}

#[test]
fn a_damaged_body_is_not_given_out() {
    let (store, archive, _folder) = fresh();
    let page = capture("Ngập đường Hòa Bình", 0);
    keep(&store, &archive, &page);
    let path = store.path_of(&page.hash);
    let other = zstd::stream::encode_all(&b"khac"[..], 3).unwrap();
    for bytes in [other, b"khong phai zstd".to_vec()] {
        fs::write(&path, bytes).unwrap();
        let refusal = store.get(&page.hash).unwrap_err();
        assert!(matches!(refusal, Error::Damaged { .. }), "{refusal}");
    }
}

#[test]
fn bodies_expire_with_their_last_fetch() {
    let (store, archive, _folder) = fresh();
    let (old, again, young) = (capture("cu", 0), capture("lai", 0), capture("moi", 9));
    for page in [&old, &again, &young, &capture("lai", 8)] {
        keep(&store, &archive, page);
    }
    let expired = store.expire(&archive, noon(5)).unwrap();
    assert_eq!(expired.n_bodies, 1);
    assert_eq!(store.get(&old.hash).unwrap(), None);
    assert!(store.get(&again.hash).unwrap().is_some());
    assert!(store.get(&young.hash).unwrap().is_some());
    assert_eq!(store.expire(&archive, noon(5)).unwrap(), Expired::default());
}

#[test]
fn what_a_crash_left_behind_expires_too() {
    let (store, archive, _folder) = fresh();
    // Bytes on disk that no record knows, and a draft cut short.
    let lost = store.put(&capture("mat dien", 0)).unwrap();
    let draft = store.path_of(&lost.hash).with_extension("1-1.part");
    fs::write(&draft, "nua chung").unwrap();
    let file = fs::File::options().append(true).open(&draft).unwrap();
    file.set_modified(noon(0).into()).unwrap();
    let too_early = noon(0) - SignedDuration::from_secs(1);
    assert_eq!(
        store.expire(&archive, too_early).unwrap(),
        Expired::default()
    );
    assert_eq!(store.expire(&archive, noon(1)).unwrap().n_bodies, 1);
    assert!(!draft.try_exists().unwrap());
    assert_eq!(store.usage().unwrap(), Usage::default());
}

/// Each process over a shared record has a folder of its own.
#[test]
fn what_was_erased_elsewhere_goes_here_too() {
    let (here, archive, folder) = fresh();
    let there = CaptureStore::open(&folder.path().join("others")).unwrap();
    let (asked, other) = (capture("xin go", 0), capture("con lai", -1));
    for page in [&asked, &other] {
        keep(&here, &archive, page);
        there.put(page).unwrap();
    }
    there.delete(&archive, &[asked.hash]).unwrap();
    assert!(here.get(&asked.hash).unwrap().is_some());
    let just_fetched = noon(0) - SignedDuration::from_secs(1);
    assert_eq!(here.sweep(&archive, just_fetched).unwrap().n_bodies, 0);
    assert_eq!(here.sweep(&archive, noon(1)).unwrap().n_bodies, 1);
    assert_eq!(here.get(&asked.hash).unwrap(), None);
    assert!(here.get(&other.hash).unwrap().is_some());
}

#[test]
fn files_of_others_are_left_alone() {
    let (store, archive, folder) = fresh();
    let other = folder.path().join("captures/ab");
    fs::create_dir_all(&other).unwrap();
    fs::write(other.join("ghi-chu.txt"), "a").unwrap();
    fs::write(other.join("khong-phai-ma.zst"), "a").unwrap();
    store.expire(&archive, noon(4_000)).unwrap();
    assert!(other.join("ghi-chu.txt").is_file());
    assert!(other.join("khong-phai-ma.zst").is_file());
}
