//! The data folder: record, captures and search index, opened together.

use std::path::Path;

use anyhow::{Context, Result};
use indexer::{CaptureStore, EmbeddedArchive, EmbeddedSearch};

/// What is kept on disk.
pub struct Store {
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
            archive: EmbeddedArchive::open(&folder.join("record.sqlite"))?,
            search: EmbeddedSearch::open(&folder.join("search"))?,
            captures: CaptureStore::open(&folder.join("captures"))?,
        })
    }
}
