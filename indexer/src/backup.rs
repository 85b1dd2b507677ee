//! Backups: a folder that other tools can check too, made while everything runs.
//!
//! ```text
//! backup.json      what it is: format, schema, when, how much
//! SHA256SUMS       every file with its hash, as `sha256sum --check` reads it
//! record.sqlite    the record at one moment
//! captures/ab/….zst  the bodies that this record knows
//! config/…         configuration, secrets left out
//! ```
//!
//! The record comes first and then what it names: a body is on disk before the record speaks of it, so
//! none can be missing but those that expired or were taken down meanwhile. The search index is not in
//! it; it is derived.

mod manifest;
mod sums;

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use models::domain::ContentHash;

use self::manifest::{CONFIG, MANIFEST, Manifest};
use self::sums::{SUMS, Sums};
use crate::captures::place_of;
use crate::database::{self, beside, explain_io, refuse_existing, sync_folder};
use crate::{Error, Result};

/// Name of the record, here and in the data folder.
const RECORD: &str = "record.sqlite";

/// Name of the folder of captures, here and in the data folder.
const CAPTURES: &str = "captures";

/// A file of the configuration as it is to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFile {
    /// Name below `config/`, such as `units/units.csv`.
    pub name: String,
    /// Its text, secrets left out.
    pub text: String,
}

/// What a backup is made of.
#[derive(Clone, Copy, Debug)]
pub struct BackupOf<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// The configuration.
    pub config: &'a [ConfigFile],
    /// The present moment.
    pub now: Timestamp,
    /// Version of the program.
    pub program: &'a str,
}

/// What is in a backup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// When it was made.
    pub made_at: Timestamp,
    /// Version of the program that made it.
    pub program: String,
    /// Schema of its record.
    pub schema: u32,
    /// The latest write to a mention in it.
    pub seq: u64,
    /// Mentions in it.
    pub n_mentions: u64,
    /// Bodies of captures in it.
    pub n_captures: u64,
    /// Bodies that its record knows and that were gone when it was made.
    pub n_gone: u64,
    /// Files in it, `SHA256SUMS` left out.
    pub n_files: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Makes a backup in a folder that must not be there yet. It appears under its name only when it is
/// whole and on disk; readers and the writer go on meanwhile.
pub fn make(of: BackupOf<'_>, to: &Path) -> Result<Contents> {
    refuse_existing(to)?;
    let draft = beside(to, ".part");
    start_draft(&draft)?;
    let made = fill(of, &draft).and_then(|contents| {
        let settled = fs::rename(&draft, to).and_then(|()| sync_folder(to));
        settled.map_err(|why| explain_io(to, why))?;
        Ok(contents)
    });
    if made.is_err() {
        let _ = fs::remove_dir_all(&draft);
    }
    made
}

/// Checks every byte of a backup and every page of its record; changes nothing.
pub fn check(backup: &Path) -> Result<Contents> {
    let manifest = Manifest::read(backup)?;
    let sums = Sums::read(backup)?;
    if sums.n_files() != manifest.n_files {
        return Err(damaged(
            backup,
            &format!("{SUMS}: {} files of {}", sums.n_files(), manifest.n_files),
        ));
    }
    sums.check(backup)?;
    let examined = database::examine(&backup.join(RECORD))?;
    if (examined.schema, examined.seq) != (manifest.schema, manifest.seq) {
        return Err(damaged(backup, "its record is not the one it was made of"));
    }
    manifest.contents(backup)
}

/// Checks a backup, and makes a data folder of it, where no record may be yet. The record comes last:
/// what a crash leaves can be restored over again. The search index makes itself at the next start.
pub fn restore(backup: &Path, to: &Path) -> Result<Contents> {
    let record = to.join(RECORD);
    for taken in [
        record.clone(),
        beside(&record, "-wal"),
        beside(&record, "-shm"),
    ] {
        refuse_existing(&taken)?;
    }
    let contents = check(backup)?;
    fs::create_dir_all(to).map_err(|why| explain_io(to, why))?;
    for hash in database::examine(&backup.join(RECORD))?.bodies {
        let place = Path::new(CAPTURES).join(place_of(&hash));
        copy(&backup.join(&place), &to.join(&place))?;
    }
    database::restore(&backup.join(RECORD), &record)?;
    Ok(contents)
}

/// An empty folder for a backup in the making; what an interrupted one left is thrown away.
fn start_draft(draft: &Path) -> Result<()> {
    let marker = draft.join(manifest::UNFINISHED);
    match marker.try_exists() {
        Ok(true) => fs::remove_dir_all(draft).map_err(|why| explain_io(draft, why))?,
        Ok(false) => refuse_existing(draft)?,
        Err(why) => return Err(explain_io(draft, why)),
    }
    let made = fs::create_dir_all(draft).and_then(|()| File::create(&marker));
    made.map(drop).map_err(|why| explain_io(draft, why))
}

fn fill(of: BackupOf<'_>, draft: &Path) -> Result<Contents> {
    let mut sums = Sums::default();
    let record = draft.join(RECORD);
    database::backup(&of.data.join(RECORD), &record)?;
    let examined = database::examine(&record)?;
    sums.add(draft, RECORD)?;
    let mut n_captures = 0;
    for hash in &examined.bodies {
        if keep_body(of.data, draft, hash)? {
            let place = Path::new(CAPTURES).join(place_of(hash));
            sums.add(draft, &place.to_string_lossy())?;
            n_captures += 1;
        }
    }
    for file in of.config {
        let name = format!("{CONFIG}/{}", file.name);
        write(&draft.join(&name), file.text.as_bytes())?;
        sums.add(draft, &name)?;
    }
    let manifest = Manifest {
        made_at: of.now.to_string(),
        program: of.program.to_owned(),
        schema: examined.schema,
        generation: examined.generation,
        seq: examined.seq,
        n_mentions: examined.n_mentions,
        n_captures,
        n_gone: examined.bodies.len() as u64 - n_captures,
        // With the manifest itself.
        n_files: sums.n_files() + 1,
        bytes: sums.bytes(),
        ..Manifest::default()
    };
    write(&draft.join(MANIFEST), manifest.to_text()?.as_bytes())?;
    sums.add(draft, MANIFEST)?;
    write(&draft.join(SUMS), sums.to_text().as_bytes())?;
    let marker = draft.join(manifest::UNFINISHED);
    let settled = fs::remove_file(&marker).and_then(|()| sync_folder(&marker));
    settled.map_err(|why| explain_io(draft, why))?;
    manifest.contents(draft)
}

/// Keeps a body; says whether it was still there. A body never changes once it has its name, so a second
/// name for it is enough where the disk is the same.
fn keep_body(data: &Path, draft: &Path, hash: &ContentHash) -> Result<bool> {
    let place = place_of(hash);
    let (from, to) = (
        data.join(CAPTURES).join(&place),
        draft.join(CAPTURES).join(&place),
    );
    make_folder_of(&to)?;
    if fs::hard_link(&from, &to).is_ok() {
        sync_folder(&to).map_err(|why| explain_io(&to, why))?;
        return Ok(true);
    }
    match from.try_exists() {
        Ok(false) => Ok(false),
        Ok(true) => copy(&from, &to).map(|()| true),
        Err(why) => Err(explain_io(&from, why)),
    }
}

/// Copies a file and when it was changed, by which captures expire. One that is there stays.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut source = match File::open(from) {
        Ok(source) => source,
        // It was gone when the backup was made, too.
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(()),
        Err(why) => return Err(explain_io(from, why)),
    };
    make_folder_of(to)?;
    let draft = beside(to, ".part");
    let mut work = || -> io::Result<()> {
        let mut target = File::create(&draft)?;
        io::copy(&mut source, &mut target)?;
        target.set_modified(source.metadata()?.modified()?)?;
        target.sync_all()?;
        fs::rename(&draft, to)?;
        sync_folder(to)
    };
    work().map_err(|why| explain_io(to, why))
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    make_folder_of(path)?;
    let written = fs::write(path, bytes)
        .and_then(|()| File::open(path)?.sync_all())
        .and_then(|()| sync_folder(path));
    written.map_err(|why| explain_io(path, why))
}

fn make_folder_of(path: &Path) -> Result<()> {
    let folder = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    let work = || -> io::Result<()> {
        if !folder.try_exists()? {
            fs::create_dir_all(&folder)?;
            sync_folder(&folder)?;
        }
        Ok(())
    };
    work().map_err(|why| explain_io(&folder, why))
}

fn damaged(backup: &Path, detail: &str) -> Error {
    Error::DamagedBackup {
        path: backup.to_owned(),
        detail: detail.to_owned(),
    }
}

#[cfg(test)]
mod tests;
