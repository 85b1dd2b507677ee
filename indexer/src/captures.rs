//! Bytes as fetched, addressed by their hash: evidence, kept for the retention time only.
//!
//! `captures/ab/cdef….zst` holds the body whose SHA-256 is `abcdef…`. The same body is kept once,
//! however often it was fetched; who fetched it when is in the record.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use jiff::Timestamp;
use models::domain::{Capture, ContentHash};
use sha2::{Digest as _, Sha256};

use crate::archive::{Archive, CaptureInfo};
use crate::database::{explain_io, sync_folder};
use crate::{Error, Result};

/// A capture opened again is at most so long: what the crawler caps, with room to spare.
const MAX_BODY_BYTES: u64 = 512 << 20;

/// Level of compression; level 3 takes HTML to about a fifth at hundreds of megabytes a second.
const ZSTD_LEVEL: i32 = 3;

/// What a file is called until it is whole.
const DRAFT_SUFFIX: &str = "part";

/// The store of captures, in one folder. One process writes it.
pub struct CaptureStore {
    root: PathBuf,
    n_drafts: AtomicU64,
    /// Keeps a body that is just being found again from being expired in the same moment.
    turn: Mutex<()>,
}

/// How much expired.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expired {
    /// Bodies deleted.
    pub n_bodies: u64,
    /// Their bytes on disk, compressed.
    pub disk_bytes: u64,
}

/// How much there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Bodies.
    pub n_bodies: u64,
    /// Their bytes on disk, compressed.
    pub disk_bytes: u64,
}

/// The hash under which a body is kept.
pub fn hash_of(body: &[u8]) -> ContentHash {
    ContentHash(Sha256::digest(body).into())
}

impl CaptureStore {
    /// Opens the store in a folder, making it where needed.
    pub fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(|why| explain_io(root, why))?;
        Ok(Self {
            root: root.to_owned(),
            n_drafts: AtomicU64::new(0),
            turn: Mutex::new(()),
        })
    }

    /// Keeps the body of a capture and gives what the record remembers of it. When it returns, the
    /// body is on disk. Refuses a capture whose hash is not that of its body.
    pub fn put(&self, capture: &Capture) -> Result<CaptureInfo> {
        let hash = hash_of(&capture.body);
        if hash != capture.hash {
            return Err(Error::Unstorable {
                what: "capture",
                detail: format!("its body hashes to {hash}, not to {}", capture.hash),
            });
        }
        let path = self.path_of(&hash);
        self.keep(&path, capture)
            .map_err(|why| explain_io(&path, why))?;
        Ok(CaptureInfo::from(capture))
    }

    /// The body of a hash; `None` when it is not, or no longer, kept. Refuses a damaged one.
    pub fn get(&self, hash: &ContentHash) -> Result<Option<Vec<u8>>> {
        let path = self.path_of(hash);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(why) if why.kind() == ErrorKind::NotFound => return Ok(None),
            Err(why) => return Err(explain_io(&path, why)),
        };
        let mut body = Vec::new();
        let read = zstd::stream::read::Decoder::new(file)
            .and_then(|decoder| decoder.take(MAX_BODY_BYTES).read_to_end(&mut body));
        match read {
            Ok(_) if hash_of(&body) == *hash => Ok(Some(body)),
            Ok(_) => Err(damaged(path, "the body does not have its hash".to_owned())),
            Err(why) => Err(damaged(path, why.to_string())),
        }
    }

    /// Forgets fetches before a moment and deletes the bodies no remaining fetch refers to, also
    /// those a crash left without a fetch.
    pub fn expire(&self, archive: &dyn Archive, before: Timestamp) -> Result<Expired> {
        archive.forget_captures(before)?;
        self.sweep(archive, before)
    }

    /// Deletes bodies last fetched before a moment that no fetch in the record refers to: left by a crash,
    /// or erased from the record by another process.
    pub fn sweep(&self, archive: &dyn Archive, before: Timestamp) -> Result<Expired> {
        let limit = SystemTime::from(before);
        let mut expired = Expired::default();
        for found in self.files()? {
            let _turn = self.turn();
            // Looked at again under the lock: a body found again meanwhile has become newer.
            let Ok(meta) = fs::metadata(&found.path) else {
                continue;
            };
            let is_old = meta.modified().is_ok_and(|modified| modified < limit);
            if !is_old || is_needed(archive, &found)? {
                continue;
            }
            fs::remove_file(&found.path).map_err(|why| explain_io(&found.path, why))?;
            if found.hash.is_some() {
                expired.n_bodies += 1;
                expired.disk_bytes += meta.len();
            }
        }
        Ok(expired)
    }

    /// Deletes bodies for good, whoever fetched them when; gives how many were there. A crash
    /// between the two leaves bodies without a fetch, which expire.
    pub fn delete(&self, archive: &dyn Archive, hashes: &[ContentHash]) -> Result<usize> {
        archive.forget_bodies(hashes)?;
        let mut n_deleted = 0;
        for hash in hashes {
            let path = self.path_of(hash);
            let _turn = self.turn();
            match fs::remove_file(&path) {
                Ok(()) => n_deleted += 1,
                Err(why) if why.kind() == ErrorKind::NotFound => {}
                Err(why) => return Err(explain_io(&path, why)),
            }
        }
        Ok(n_deleted)
    }

    /// How much is kept; looks at every file.
    pub fn usage(&self) -> Result<Usage> {
        let mut usage = Usage::default();
        for found in self.files()? {
            if found.hash.is_some() {
                usage.n_bodies += 1;
                usage.disk_bytes += fs::metadata(&found.path).map_or(0, |meta| meta.len());
            }
        }
        Ok(usage)
    }

    /// Writes a body unless it is there, and notes when it was last fetched.
    fn keep(&self, path: &Path, capture: &Capture) -> io::Result<()> {
        let fetched_at = SystemTime::from(capture.fetched_at);
        {
            let _turn = self.turn();
            if let Ok(kept) = File::options().append(true).open(path) {
                if kept.metadata()?.modified()? < fetched_at {
                    kept.set_modified(fetched_at)?;
                }
                return Ok(());
            }
        }
        if let Some(folder) = path.parent()
            && !folder.try_exists()?
        {
            fs::create_dir_all(folder)?;
            sync_folder(folder)?;
        }
        let draft = path.with_extension(format!(
            "{}-{}.{DRAFT_SUFFIX}",
            std::process::id(),
            self.n_drafts.fetch_add(1, Ordering::Relaxed)
        ));
        let written = write_draft(&draft, capture, fetched_at).and_then(|()| {
            fs::rename(&draft, path)?;
            sync_folder(path)
        });
        if written.is_err() {
            let _ = fs::remove_file(&draft);
        }
        written
    }

    fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn path_of(&self, hash: &ContentHash) -> PathBuf {
        self.root.join(place_of(hash))
    }

    fn files(&self) -> Result<Vec<Found>> {
        let mut files = Vec::new();
        for folder in list(&self.root)? {
            if !folder.is_dir() {
                continue;
            }
            files.extend(list(&folder)?.into_iter().filter_map(Found::of));
        }
        Ok(files)
    }
}

/// A file of the store: a body, or a draft a crash left behind.
struct Found {
    path: PathBuf,
    hash: Option<ContentHash>,
}

impl Found {
    fn of(path: PathBuf) -> Option<Self> {
        let extension = path.extension()?.to_str()?;
        if extension == DRAFT_SUFFIX {
            return Some(Self { path, hash: None });
        }
        let folder = path.parent()?.file_name()?.to_str()?;
        let hex = format!("{folder}{}", path.file_stem()?.to_str()?);
        let hash = (extension == "zst").then(|| parse_hash(&hex)).flatten()?;
        Some(Self {
            path,
            hash: Some(hash),
        })
    }
}

/// Where a body is kept, below the folder of captures.
pub(crate) fn place_of(hash: &ContentHash) -> PathBuf {
    let hex = hash.to_string();
    let (folder, name) = hex.split_at(2);
    Path::new(folder).join(format!("{name}.zst"))
}

fn is_needed(archive: &dyn Archive, found: &Found) -> Result<bool> {
    match &found.hash {
        Some(hash) => Ok(!archive.captures_of(hash)?.is_empty()),
        None => Ok(false),
    }
}

fn parse_hash(hex: &str) -> Option<ContentHash> {
    let mut hash = [0; 32];
    if hex.len() != 64 || !hex.is_ascii() {
        return None;
    }
    for (at, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).ok()?;
    }
    Some(ContentHash(hash))
}

fn write_draft(draft: &Path, capture: &Capture, fetched_at: SystemTime) -> io::Result<()> {
    let packed = zstd::stream::encode_all(capture.body.as_slice(), ZSTD_LEVEL)?;
    let mut file = File::create(draft)?;
    file.write_all(&packed)?;
    file.set_modified(fetched_at)?;
    file.sync_all()
}

fn list(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|why| explain_io(folder, why))?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    paths
        .collect::<io::Result<_>>()
        .map_err(|why| explain_io(folder, why))
}

fn damaged(path: PathBuf, detail: String) -> Error {
    Error::Damaged { path, detail }
}

#[cfg(test)]
mod tests;
