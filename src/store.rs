//! The data folder: record, captures and search index, opened together.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use indexer::{CaptureStore, EmbeddedArchive, EmbeddedSearch};

/// What is kept on disk.
pub struct Store {
    /// The folder itself.
    pub folder: PathBuf,
    /// The record.
    pub archive: EmbeddedArchive,
    /// The search index, derived from it.
    pub search: EmbeddedSearch,
    /// Bytes as fetched.
    pub captures: CaptureStore,
}

impl Store {
    /// Opens the folder, making what is missing.
    pub fn open(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| {
            format!(
                "không tạo được thư mục dữ liệu / cannot make the data folder {}",
                folder.display()
            )
        })?;
        Ok(Self {
            folder: folder.to_owned(),
            archive: EmbeddedArchive::open(&folder.join("record.sqlite"))?,
            search: EmbeddedSearch::open(&folder.join("search"))?,
            captures: CaptureStore::open(&folder.join("captures"))?,
        })
    }
}

/// Makes this process the only one that crawls for a data folder: two would each keep a host's pause
/// and together halve it. The system gives the lock back when the process ends, however it ends.
pub fn lock_crawl(folder: &Path) -> Result<File> {
    let path = folder.join("crawl.lock");
    let name = path.display();
    let file = File::create(&path)
        .with_context(|| format!("không tạo được / cannot make the file {name}"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => bail!(
            "đang có chương trình khác thu thập vào thư mục này, hãy dừng nó trước / another \
             langnghe crawls for this folder, stop it first ({name})"
        ),
        Err(TryLockError::Error(error)) => {
            Err(error).with_context(|| format!("không khóa được / cannot lock the file {name}"))
        }
    }
}
