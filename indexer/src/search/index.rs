//! The embedded index: tantivy in one folder, with one long-lived writer.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, Instant};

use models::domain::MentionId;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{AllQuery, Query as IndexQuery};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{
    DocAddress, Index, IndexReader, IndexWriter, Order as SortOrder, ReloadPolicy, Searcher,
    TantivyError, Term,
};

use super::facets::CountFacets;
use super::schema::{Fields, column};
use super::words::{NAME, Syllables};
use super::{CaughtUp, Hit, Hits, Order, Query, SearchIndex, highlight, query};
use crate::archive::{Archive, Change};
use crate::embedded::explain_io;
use crate::{Error, Result};

/// Writes followed before a commit, and the time after which one is made all the same.
const CHANGES_PER_COMMIT: usize = 5_000;
const COMMIT_AFTER: Duration = Duration::from_secs(5);

/// Changes read from the record at once.
const CHANGES_PER_READ: usize = 1_000;

/// Memory the writer fills before it writes a segment.
const WRITER_BYTES: usize = 64 << 20;

/// Up to this size every byte is checked at the start: about a second.
const CHECKED_BYTES: u64 = 2 << 30;

/// Hits on one page, at most.
const MAX_HITS: usize = 100;

/// Pages by relevance reach so many hits deep.
const MAX_RELEVANCE_DEPTH: usize = 1_000;

/// What folders of indexes begin with; the version follows.
const FOLDER_PREFIX: &str = "index-";

/// The search index in one folder.
pub struct EmbeddedIndex {
    folder: PathBuf,
    fields: Fields,
    open: RwLock<Arc<Open>>,
    writer: Mutex<Option<IndexWriter>>,
    is_damaged: AtomicBool,
}

/// An index as it is open now; replaced when it is made anew.
struct Open {
    index: Index,
    reader: IndexReader,
}

/// Where an index stands: kept in the payload of its commits.
#[derive(Clone, Debug, Default, PartialEq)]
struct Mark {
    generation: String,
    seq: u64,
}

impl EmbeddedIndex {
    /// Opens the index under a folder. One of another version, or a damaged one, gives way to an
    /// empty one, which [`catch_up`](SearchIndex::catch_up) fills.
    pub fn open(root: &Path) -> Result<Self> {
        let fields = Fields::new();
        let folder = root.join(format!("{FOLDER_PREFIX}{}", fields.version()));
        fs::create_dir_all(&folder).map_err(|why| explain_io(&folder, why))?;
        let open = match open_checked(&folder, &fields) {
            Ok(open) => open,
            Err(why) if is_damage(&why) => {
                tracing::warn!(index.path = %folder.display(), error = %why,
                    "search index is damaged, making it again");
                open_empty(&folder, &fields)?
            }
            Err(why) => return Err(explain(&folder, why)),
        };
        remove_other_versions(root, &folder);
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
        tracing::warn!(index.path = %self.folder.display(), "making the search index again");
        *writer = None;
        let empty = open_empty(&self.folder, &self.fields)?;
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

    fn find(&self, wanted: &Query) -> tantivy::Result<Found> {
        let searcher = self.current().reader.searcher();
        let built = query::build(&self.fields, wanted);
        let counted = searcher.search(&built, &CountFacets)?;
        let limit = wanted.limit.min(MAX_HITS);
        let page = match (limit, wanted.order) {
            (0, _) => Ok((Vec::new(), None)),
            (_, Order::Newest) => self.newest(&searcher, built, wanted, limit)?,
            (_, Order::Relevance) => relevant(&searcher, built.as_ref(), wanted, limit)?,
        };
        Ok(page.map(|(hits, next)| Hits {
            hits,
            total: counted.total,
            facets: counted.into_facets(),
            next,
        }))
    }

    fn newest(
        &self,
        searcher: &Searcher,
        mut built: Box<dyn IndexQuery>,
        wanted: &Query,
        limit: usize,
    ) -> tantivy::Result<FoundPage> {
        if let Some(cursor) = &wanted.after {
            let Some(order) = cursor.strip_prefix("t").and_then(|c| c.parse().ok()) else {
                return Ok(Err(Error::BadCursor(cursor.clone())));
            };
            built = query::older_than(&self.fields, built, order);
        }
        let best =
            TopDocs::with_limit(limit + 1).order_by_u64_field(column::ORDER, SortOrder::Desc);
        let mut best = searcher.search(&built, &best)?;
        let has_more = best.len() > limit;
        best.truncate(limit);
        let next = match best.last() {
            Some((Some(order), _)) if has_more => Some(format!("t{order}")),
            _ => None,
        };
        let hits = best
            .into_iter()
            .map(|(_, place)| hit(searcher, place, 0.0))
            .collect::<tantivy::Result<_>>()?;
        Ok(Ok((hits, next)))
    }
}

/// Hits, or an error of ours.
type Found = Result<Hits>;
type FoundPage = Result<(Vec<Hit>, Option<String>)>;

fn relevant(
    searcher: &Searcher,
    built: &dyn IndexQuery,
    wanted: &Query,
    limit: usize,
) -> tantivy::Result<FoundPage> {
    let offset = match &wanted.after {
        None => 0,
        Some(cursor) => match cursor.strip_prefix("r").and_then(|c| c.parse().ok()) {
            Some(offset) if offset <= MAX_RELEVANCE_DEPTH => offset,
            _ => return Ok(Err(Error::BadCursor(cursor.clone()))),
        },
    };
    let best = TopDocs::with_limit(limit + 1)
        .and_offset(offset)
        .order_by_score();
    let mut best = searcher.search(built, &best)?;
    let has_more = best.len() > limit && offset + limit < MAX_RELEVANCE_DEPTH;
    best.truncate(limit);
    let hits = best
        .into_iter()
        .map(|(score, place)| hit(searcher, place, score))
        .collect::<tantivy::Result<_>>()?;
    Ok(Ok((hits, has_more.then(|| format!("r{}", offset + limit)))))
}

fn hit(searcher: &Searcher, place: DocAddress, score: f32) -> tantivy::Result<Hit> {
    let segment = searcher.segment_reader(place.segment_ord);
    let mut id = String::new();
    if let Some(ids) = segment.fast_fields().str(column::ID)?
        && let Some(ord) = ids.ords().first(place.doc_id)
    {
        ids.ord_to_str(ord, &mut id)?;
    }
    Ok(Hit {
        mention: MentionId::new(id),
        score,
    })
}

impl SearchIndex for EmbeddedIndex {
    fn search(&self, query: &Query) -> Result<Hits> {
        self.find(query).map_err(|why| self.explain(why))?
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
        if followed.is_err() && self.is_damaged.load(Ordering::Relaxed) {
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
    let directory = tantivy::directory::MmapDirectory::open(folder)?;
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

/// Deletes what is in the folder and starts an empty index there.
fn open_empty(folder: &Path, fields: &Fields) -> Result<Open> {
    let emptied = fs::remove_dir_all(folder).and_then(|()| fs::create_dir_all(folder));
    emptied.map_err(|why| explain_io(folder, why))?;
    open_at(folder, fields).map_err(|why| explain(folder, why))
}

/// Indexes of other versions can no longer be read by anyone.
fn remove_other_versions(root: &Path, current: &Path) {
    let Ok(entries) = fs::read_dir(root) else {
        return;
    };
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        let is_index = path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(FOLDER_PREFIX));
        if is_index && path != current {
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
fn is_damage(why: &TantivyError) -> bool {
    match why {
        TantivyError::DataCorruption(_)
        | TantivyError::OpenReadError(_)
        | TantivyError::IncompatibleIndex(_)
        | TantivyError::SchemaError(_)
        | TantivyError::DeserializeError(_)
        | TantivyError::InternalError(_) => true,
        TantivyError::IoError(why) => matches!(
            why.kind(),
            std::io::ErrorKind::InvalidData
                | std::io::ErrorKind::UnexpectedEof
                | std::io::ErrorKind::NotFound
        ),
        _ => false,
    }
}

fn damage(file: &Path, detail: &str) -> TantivyError {
    TantivyError::DataCorruption(tantivy::error::DataCorruption::new(
        file.to_owned(),
        detail.to_owned(),
    ))
}

/// Says what happened to the index in a folder and what to do about it.
fn explain(folder: &Path, why: TantivyError) -> Error {
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

fn io_kind(error: &tantivy::directory::error::OpenWriteError) -> Option<std::io::ErrorKind> {
    match error {
        tantivy::directory::error::OpenWriteError::IoError { io_error, .. } => {
            Some(io_error.kind())
        }
        tantivy::directory::error::OpenWriteError::FileAlreadyExists(_) => None,
    }
}
