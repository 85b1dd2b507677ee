//! The embedded index: tantivy in one folder, with one long-lived writer.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use tantivy::collector::Count;
use tantivy::query::AllQuery;
use tantivy::{Index, IndexWriter, TantivyError, Term};

use super::find::find;
use super::folder::{self, Open, explain, is_damage};
use super::schema::Fields;
use super::{CaughtUp, Hits, Query, SearchIndex, highlight};
use crate::archive::{Archive, Change};
use crate::{Error, Result};

/// Writes followed before a commit, and the time after which one is made all the same.
const CHANGES_PER_COMMIT: usize = 5_000;
const COMMIT_AFTER: Duration = Duration::from_secs(5);

/// Changes read from the record at once.
const CHANGES_PER_READ: usize = 1_000;

/// Memory the writer fills before it writes a segment.
const WRITER_BYTES: usize = 64 << 20;

/// The search index in one folder.
pub struct EmbeddedSearch {
    folder: PathBuf,
    fields: Fields,
    open: RwLock<Arc<Open>>,
    writer: Mutex<Option<IndexWriter>>,
    is_damaged: AtomicBool,
}

/// Where an index stands: kept in the payload of its commits.
#[derive(Clone, Debug, Default, PartialEq)]
struct Mark {
    generation: String,
    seq: u64,
}

impl EmbeddedSearch {
    /// Opens the index under a folder. One of another version, or a damaged one, gives way to an
    /// empty one, which [`catch_up`](SearchIndex::catch_up) fills.
    pub fn open(root: &Path) -> Result<Self> {
        let fields = Fields::new();
        let folder = root.join(folder::name_of(&fields));
        let open = folder::open(&folder, &fields)?;
        folder::remove_other_versions(root, &folder);
        Ok(Self {
            folder,
            fields,
            open: RwLock::new(Arc::new(open)),
            writer: Mutex::new(None),
            is_damaged: AtomicBool::new(false),
        })
    }

    /// Where the index is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn current(&self) -> Arc<Open> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&open)
    }

    fn lock_writer(&self) -> MutexGuard<'_, Option<IndexWriter>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what tantivy met, and remembers damage, so that the index is made again.
    fn explain(&self, why: TantivyError) -> Error {
        if is_damage(&why) {
            self.is_damaged.store(true, Ordering::Relaxed);
        }
        explain(&self.folder, why)
    }

    /// An empty index in the place of a damaged one.
    fn start_over(&self, writer: &mut Option<IndexWriter>) -> Result<()> {
        tracing::info!(index.path = %self.folder.display(), "making the search index again");
        if let Some(former) = writer.take()
            && let Err(why) = former.wait_merging_threads()
        {
            tracing::debug!(error = %why, "merging ended with the damaged index");
        }
        let empty = folder::open_empty(&self.folder, &self.fields)?;
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(empty);
        self.is_damaged.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Follows the record from where the index stands, in a history that may be another one now.
    fn follow(
        &self,
        writer_slot: &mut Option<IndexWriter>,
        archive: &dyn Archive,
        from_scratch: bool,
    ) -> Result<CaughtUp> {
        let open = self.current();
        let mut mark = read_mark(&open.index).map_err(|why| self.explain(why))?;
        let generation = archive.generation()?;
        let is_new = from_scratch || mark.generation != generation;
        if !is_new && archive.latest_seq()? <= mark.seq {
            return Ok(CaughtUp {
                n_changes: 0,
                watermark: mark.seq,
            });
        }
        let writer = match writer_slot {
            Some(writer) => writer,
            empty => empty.insert(self.new_writer(&open.index)?),
        };
        if is_new {
            writer
                .delete_all_documents()
                .map_err(|why| self.explain(why))?;
            mark = Mark { generation, seq: 0 };
        }
        let n_changes = self.apply_all(writer, archive, &mut mark, is_new)?;
        open.reader.reload().map_err(|why| self.explain(why))?;
        Ok(CaughtUp {
            n_changes,
            watermark: mark.seq,
        })
    }

    fn new_writer(&self, index: &Index) -> Result<IndexWriter> {
        index
            .writer_with_num_threads(1, WRITER_BYTES)
            .map_err(|why| self.explain(why))
    }

    fn apply_all(
        &self,
        writer: &mut IndexWriter,
        archive: &dyn Archive,
        mark: &mut Mark,
        is_new: bool,
    ) -> Result<u64> {
        let mut n_changes = 0;
        let mut n_uncommitted = 0;
        let mut is_unsettled = is_new;
        let mut committed_at = Instant::now();
        loop {
            let changes = archive.mentions_after(mark.seq, CHANGES_PER_READ)?;
            let is_last = changes.is_empty();
            for change in &changes {
                self.apply(writer, change)
                    .map_err(|why| self.explain(why))?;
                mark.seq = change.seq;
            }
            n_changes += changes.len() as u64;
            n_uncommitted += changes.len();
            is_unsettled |= n_uncommitted > 0;
            let is_due =
                n_uncommitted >= CHANGES_PER_COMMIT || committed_at.elapsed() >= COMMIT_AFTER;
            if is_unsettled && (is_due || is_last) {
                commit(writer, mark).map_err(|why| self.explain(why))?;
                n_uncommitted = 0;
                is_unsettled = false;
                committed_at = Instant::now();
            }
            if is_last {
                return Ok(n_changes);
            }
        }
    }

    fn apply(&self, writer: &IndexWriter, change: &Change) -> tantivy::Result<()> {
        let id = change.mention.as_str();
        writer.delete_term(Term::from_field_text(self.fields.id, id));
        if let Some(now) = &change.now {
            writer.add_document(self.fields.document(now, change.moment))?;
        }
        Ok(())
    }
}

impl SearchIndex for EmbeddedSearch {
    fn search(&self, query: &Query) -> Result<Hits> {
        let searcher = self.current().reader.searcher();
        find(&searcher, &self.fields, query).map_err(|why| self.explain(why))?
    }

    fn highlight(&self, words: &str, text: &str) -> Vec<std::ops::Range<usize>> {
        highlight::highlight(words, text)
    }

    fn catch_up(&self, archive: &dyn Archive) -> Result<CaughtUp> {
        let mut writer = self.lock_writer();
        if self.is_damaged.load(Ordering::Relaxed) {
            self.start_over(&mut writer)?;
        }
        let mut followed = self.follow(&mut writer, archive, false);
        if followed.is_err() {
            // What was not committed is read again from the record, by a fresh writer.
            *writer = None;
        }
        if let Err(error) = &followed
            && self.is_damaged.load(Ordering::Relaxed)
        {
            tracing::warn!(index.path = %self.folder.display(), %error, "search index is damaged");
            self.start_over(&mut writer)?;
            followed = self.follow(&mut writer, archive, false);
        }
        followed
    }

    fn watermark(&self) -> Result<u64> {
        let mark = read_mark(&self.current().index).map_err(|why| self.explain(why))?;
        Ok(mark.seq)
    }

    fn rebuild(&self, archive: &dyn Archive) -> Result<CaughtUp> {
        let mut writer = self.lock_writer();
        self.start_over(&mut writer)?;
        let followed = self.follow(&mut writer, archive, true);
        if followed.is_err() {
            *writer = None;
        }
        followed
    }

    fn n_mentions(&self) -> Result<u64> {
        let searcher = self.current().reader.searcher();
        let n_mentions = searcher
            .search(&AllQuery, &Count)
            .map_err(|why| self.explain(why))?;
        Ok(n_mentions as u64)
    }

    fn place(&self) -> Result<String> {
        Ok(self.folder.display().to_string())
    }
}

fn commit(writer: &mut IndexWriter, mark: &Mark) -> tantivy::Result<()> {
    let mut commit = writer.prepare_commit()?;
    commit.set_payload(&format!("{} {}", mark.generation, mark.seq));
    commit.commit()?;
    Ok(())
}

/// Where an index stands; at the beginning when its payload is not one of ours.
fn read_mark(index: &Index) -> tantivy::Result<Mark> {
    let payload = index.load_metas()?.payload.unwrap_or_default();
    let mark = payload.split_once(' ').and_then(|(generation, seq)| {
        Some(Mark {
            generation: generation.to_owned(),
            seq: seq.parse().ok()?,
        })
    });
    Ok(mark.unwrap_or_default())
}
