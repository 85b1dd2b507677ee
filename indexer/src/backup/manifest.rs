//! `backup.json`: what a backup is.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Contents, damaged};
use crate::database::explain_io;
use crate::{Error, Result};

/// Name of the file.
pub(super) const MANIFEST: &str = "backup.json";

/// Folder of the configuration.
pub(super) const CONFIG: &str = "config";

/// Marks a backup in the making.
pub(super) const UNFINISHED: &str = "unfinished-langnghe-backup";

/// What the file says it is.
const FORMAT: &str = "langnghe-backup";

/// The shape this release writes.
const VERSION: u32 = 1;

/// The shape of the file.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Manifest {
    pub format: String,
    pub version: u32,
    pub made_at: String,
    pub program: String,
    pub schema: u32,
    pub generation: String,
    pub seq: u64,
    pub n_mentions: u64,
    pub n_captures: u64,
    pub n_gone: u64,
    pub n_files: u64,
    pub bytes: u64,
}

/// What stays the same in every version.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

impl Default for Manifest {
    fn default() -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            made_at: String::new(),
            program: String::new(),
            schema: 0,
            generation: String::new(),
            seq: 0,
            n_mentions: 0,
            n_captures: 0,
            n_gone: 0,
            n_files: 0,
            bytes: 0,
        }
    }
}

impl Manifest {
    /// Reads the one of a backup.
    pub fn read(backup: &Path) -> Result<Self> {
        let path = backup.join(MANIFEST);
        let not_ours = || Error::NotABackup {
            path: backup.to_owned(),
        };
        let text = fs::read_to_string(&path).map_err(|why| match why.kind() {
            ErrorKind::NotFound | ErrorKind::NotADirectory => not_ours(),
            ErrorKind::InvalidData => damaged(backup, MANIFEST),
            _ => explain_io(&path, why),
        })?;
        let broken = |why: serde_json::Error| damaged(backup, &format!("{MANIFEST}: {why}"));
        let head: Head = serde_json::from_str(&text).map_err(broken)?;
        if head.format != FORMAT {
            return Err(not_ours());
        }
        if head.version > VERSION {
            return Err(Error::NewerBackup {
                path: backup.to_owned(),
                found: head.version,
                known: VERSION,
            });
        }
        serde_json::from_str(&text).map_err(broken)
    }

    pub fn to_text(&self) -> Result<String> {
        let text = serde_json::to_string_pretty(self).map_err(|why| Error::Unstorable {
            what: "backup",
            detail: why.to_string(),
        })?;
        Ok(text + "\n")
    }

    pub fn contents(&self, backup: &Path) -> Result<Contents> {
        let made_at = self.made_at.parse();
        Ok(Contents {
            made_at: made_at.map_err(|why| damaged(backup, &format!("{MANIFEST}: {why}")))?,
            program: self.program.clone(),
            schema: self.schema,
            seq: self.seq,
            n_mentions: self.n_mentions,
            n_captures: self.n_captures,
            n_gone: self.n_gone,
            n_files: self.n_files,
            bytes: self.bytes,
        })
    }
}
