mod audit;
mod crash;
mod levels;
#[cfg(feature = "postgres")]
mod postgres;
mod trouble;
mod upgrade;

use std::path::PathBuf;

use tempfile::TempDir;

use crate::{Accounts, Alerts, Archive, Atlas, DeskBook, EmbeddedArchive, Outbox, Queue, Requests};

/// A record in a folder that goes away with it.
fn fresh() -> (EmbeddedArchive, PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.db");
    (EmbeddedArchive::open(&path).unwrap(), path, folder)
}

fn run(case: impl FnOnce(&dyn Archive)) {
    let (archive, _path, _folder) = fresh();
    case(&archive);
}

crate::archive_conformance!(run);

fn run_queue(case: impl FnOnce(&dyn Archive, &dyn Queue)) {
    let (archive, _path, _folder) = fresh();
    case(&archive, &archive);
}

crate::queue_conformance!(run_queue);

fn run_outbox(case: impl FnOnce(&dyn Archive, &dyn Outbox)) {
    let (archive, _path, _folder) = fresh();
    case(&archive, &archive);
}

crate::outbox_conformance!(run_outbox);

fn run_atlas(case: impl FnOnce(&dyn Archive, &dyn Atlas)) {
    let (archive, _path, _folder) = fresh();
    case(&archive, &archive);
}

crate::atlas_conformance!(run_atlas);

fn run_accounts(case: impl FnOnce(&dyn Archive, &dyn Accounts)) {
    let (archive, _path, _folder) = fresh();
    case(&archive, &archive);
}

crate::accounts_conformance!(run_accounts);

fn run_alerts(case: impl FnOnce(&dyn Accounts, &dyn Alerts)) {
    let (archive, _path, _folder) = fresh();
    case(&archive, &archive);
}

crate::alerts_conformance!(run_alerts);

fn run_desk_book(case: impl FnOnce(&dyn Archive, &dyn Accounts, &dyn DeskBook)) {
    let (archive, _path, _folder) = fresh();
    case(&archive, &archive, &archive);
}

crate::desk_book_conformance!(run_desk_book);

fn run_requests(case: impl FnOnce(&dyn Archive, &dyn Requests)) {
    let (archive, _path, _folder) = fresh();
    case(&archive, &archive);
}

crate::requests_conformance!(run_requests);
