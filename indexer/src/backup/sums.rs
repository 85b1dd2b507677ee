//! `SHA256SUMS`: every file of a backup with its hash, as `sha256sum --check` reads it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path};

use models::domain::ContentHash;
use sha2::{Digest as _, Sha256};

use super::damaged;
use crate::Result;
use crate::database::explain_io;

/// Name of the file.
pub(super) const SUMS: &str = "SHA256SUMS";

/// Bytes read at once.
const READ_BYTES: usize = 64 << 10;

/// Hashes by name below the backup.
#[derive(Default)]
pub(super) struct Sums {
    hashes: BTreeMap<String, String>,
    bytes: u64,
}

impl Sums {
    /// Takes in a file.
    pub fn add(&mut self, backup: &Path, name: &str) -> Result<()> {
        let path = backup.join(name);
        let (hash, bytes) = hash_of(&path).map_err(|why| explain_io(&path, why))?;
        self.hashes.insert(name.to_owned(), hash);
        self.bytes += bytes;
        Ok(())
    }

    pub fn n_files(&self) -> u64 {
        self.hashes.len() as u64
    }

    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for (name, hash) in &self.hashes {
            let _ = writeln!(text, "{hash}  {name}");
        }
        text
    }

    /// Reads those of a backup. A name may not lead out of it.
    pub fn read(backup: &Path) -> Result<Self> {
        let path = backup.join(SUMS);
        let text = fs::read_to_string(&path).map_err(|why| match why.kind() {
            ErrorKind::NotFound | ErrorKind::InvalidData => damaged(backup, SUMS),
            _ => explain_io(&path, why),
        })?;
        let mut hashes = BTreeMap::new();
        for (at, line) in text.lines().enumerate() {
            let read = line.split_once("  ").filter(|(_, name)| {
                let mut parts = Path::new(name).components();
                parts.all(|part| matches!(part, Component::Normal(_)))
            });
            let Some((hash, name)) = read else {
                return Err(damaged(backup, &format!("{SUMS}, line {}", at + 1)));
            };
            hashes.insert(name.to_owned(), hash.to_owned());
        }
        Ok(Self { hashes, bytes: 0 })
    }

    /// Reads every file and compares; the first that differs is named.
    pub fn check(&self, backup: &Path) -> Result<()> {
        for (name, expected) in &self.hashes {
            let path = backup.join(name);
            match hash_of(&path) {
                Ok((hash, _)) if hash == *expected => {}
                Ok(_) => return Err(damaged(backup, &format!("{name}: other bytes"))),
                Err(why) if why.kind() == ErrorKind::NotFound => {
                    return Err(damaged(backup, &format!("{name}: missing")));
                }
                Err(why) => return Err(explain_io(&path, why)),
            }
        }
        Ok(())
    }
}

fn hash_of(path: &Path) -> io::Result<(String, u64)> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut stretch = vec![0; READ_BYTES];
    let mut bytes = 0;
    loop {
        let n_read = file.read(&mut stretch)?;
        if n_read == 0 {
            let hash = ContentHash(hasher.finalize().into());
            return Ok((hash.to_string(), bytes));
        }
        hasher.update(&stretch[..n_read]);
        bytes += n_read as u64;
    }
}
