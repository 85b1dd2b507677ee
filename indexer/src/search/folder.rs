//! The folder of an index: opening it, noticing damage, starting over, saying what is wrong.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use tantivy::directory::error::{LockError, OpenWriteError};
use tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::error::DataCorruption;
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, IndexReader, ReloadPolicy, TantivyError};

use super::schema::Fields;
use super::words::{NAME, Syllables};
use crate::database::explain_io;
use crate::{Error, Result};

/// Up to this size every byte is checked at the start: about a second.
const CHECKED_BYTES: u64 = 2 << 30;

/// What folders of indexes begin with; the version follows.
const FOLDER_PREFIX: &str = "index-";

/// An index as it is open now; replaced when it is made anew.
pub(super) struct Open {
    pub index: Index,
    pub reader: IndexReader,
}

/// The name of the folder that holds an index of these fields.
pub(super) fn name_of(fields: &Fields) -> String {
    format!("{FOLDER_PREFIX}{}", fields.version())
}

/// Opens the index in a folder. When no other process writes it, it is checked, and a damaged one
/// gives way to an empty one.
pub(super) fn open(folder: &Path, fields: &Fields) -> Result<Open> {
    fs::create_dir_all(folder).map_err(|why| explain_io(folder, why))?;
    let opened = match lock(folder) {
        Ok(_ours) => open_checked(folder, fields),
        Err(TantivyError::LockFailure(LockError::LockBusy, _)) => {
            return open_at(folder, fields).map_err(|why| explain(folder, why));
        }
        Err(why) => Err(why),
    };
    match opened {
        Err(why) if is_damage(&why) => {
            tracing::warn!(index.path = %folder.display(), error = %why,
                "search index is damaged, making it again");
            open_empty(folder, fields)
        }
        opened => opened.map_err(|why| explain(folder, why)),
    }
}

fn open_checked(folder: &Path, fields: &Fields) -> tantivy::Result<Open> {
    let open = open_at(folder, fields)?;
    let bytes: u64 = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .map(|meta| meta.len())
        .sum();
    if bytes <= CHECKED_BYTES {
        let damaged = open.index.validate_checksum()?;
        if let Some(file) = damaged.into_iter().next() {
            return Err(damage(&file, "its checksum does not fit"));
        }
    }
    Ok(open)
}

fn open_at(folder: &Path, fields: &Fields) -> tantivy::Result<Open> {
    let directory = MmapDirectory::open(folder)?;
    let index = Index::open_or_create(directory, fields.schema.clone())?;
    index
        .tokenizers()
        .register(NAME, TextAnalyzer::builder(Syllables).build());
    let reader = index
        .reader_builder()
        .reload_policy(ReloadPolicy::Manual)
        .try_into()?;
    Ok(Open { index, reader })
}

/// Deletes what is in the folder and starts an empty index there, unless another process writes it.
pub(super) fn open_empty(folder: &Path, fields: &Fields) -> Result<Open> {
    let _ours = lock(folder).map_err(|why| explain(folder, why))?;
    let emptied = fs::remove_dir_all(folder).and_then(|()| fs::create_dir_all(folder));
    emptied.map_err(|why| explain_io(folder, why))?;
    open_at(folder, fields).map_err(|why| explain(folder, why))
}

/// The right to write the index, until it is dropped.
fn lock(folder: &Path) -> tantivy::Result<DirectoryLock> {
    MmapDirectory::open(folder)?
        .acquire_lock(&INDEX_WRITER_LOCK)
        .map_err(|why| TantivyError::LockFailure(why, None))
}

/// Removes indexes of other versions, which this release cannot read, unless one is in use.
pub(super) fn remove_other_versions(root: &Path, current: &Path) {
    let Ok(entries) = fs::read_dir(root) else {
        return;
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let is_index = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(FOLDER_PREFIX));
        if is_index && path != current && lock(&path).is_ok() {
            match fs::remove_dir_all(&path) {
                Ok(()) => tracing::info!(index.path = %path.display(), "removed an older index"),
                Err(error) => {
                    tracing::warn!(index.path = %path.display(), %error, "cannot remove an older index");
                }
            }
        }
    }
}

/// Whether making the index again would help.
pub(super) fn is_damage(why: &TantivyError) -> bool {
    match why {
        TantivyError::DataCorruption(_)
        | TantivyError::OpenReadError(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::SchemaError(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::InternalError(_) => true,
        TantivyError::IoError(why) => matches!(
            why.kind(),
            ErrorKind::InvalidData | ErrorKind::UnexpectedEof | ErrorKind::NotFound
        ),
        _ => false,
    }
}

fn damage(file: &Path, detail: &str) -> TantivyError {
    TantivyError::DataCorruption(DataCorruption::new(file.to_owned(), detail.to_owned()))
}

/// Says what happened to the index in a folder and what to do about it.
pub(super) fn explain(folder: &Path, why: TantivyError) -> Error {
    let path = folder.to_owned();
    match why {
        TantivyError::LockFailure(..) => Error::Locked { path },
        TantivyError::IoError(source) => {
            explain_io(folder, std::io::Error::new(source.kind(), source))
        }
        TantivyError::OpenWriteError(ref open) => match io_kind(open) {
            Some(kind) => explain_io(folder, std::io::Error::new(kind, why.to_string())),
            None => Error::Index { path, source: why },
        },
        source => Error::Index { path, source },
    }
}

fn io_kind(error: &OpenWriteError) -> Option<ErrorKind> {
    match error {
        OpenWriteError::IoError { io_error, .. } => Some(io_error.kind()),
        OpenWriteError::FileAlreadyExists(_) => None,
    }
}
