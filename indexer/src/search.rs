//! Search: an index derived from the record, without text of its own.

#[cfg(feature = "elastic")]
mod elastic;
mod excluded;
mod facets;
mod fault;
mod find;
mod folder;
mod highlight;
mod index;
mod pages;
mod query;
mod schema;
mod words;

use std::ops::Range;

use jiff::civil::Date;
use models::domain::{Channel, MentionId, Sentiment, SourceId, Topic, UnitCode};

#[cfg(feature = "elastic")]
pub use elastic::{ElasticSearch, ElasticSettings};
pub use fault::ServerFault;
pub use index::EmbeddedSearch;

use crate::{Archive, Result};

/// Finds mentions by words and filters. Derived: it follows the record by sequence number and can
/// be made again at any moment. Holds ids, not text; show a hit with [`Archive::mentions`] and
/// mark the words in it with [`highlight`](SearchIndex::highlight).
pub trait SearchIndex: Send + Sync {
    /// Mentions that match, with counts over all of them. Any text is a valid query.
    fn search(&self, query: &Query) -> Result<Hits>;

    /// The parts of a text that match the words of a query, as byte ranges on character
    /// boundaries, in order and without overlap.
    fn highlight(&self, words: &str, text: &str) -> Vec<Range<usize>>;

    /// Reads what was written to the record since the last time and commits. When it returns, all
    /// that was recorded before the call can be found. Costs a commit (about 50 ms) when there is
    /// something new: call it every few seconds, not after every batch.
    fn catch_up(&self, archive: &dyn Archive) -> Result<CaughtUp>;

    /// Number of the latest write to the record that can be found.
    fn watermark(&self) -> Result<u64>;

    /// How many sequence numbers the index is behind the record.
    fn lag(&self, archive: &dyn Archive) -> Result<u64> {
        Ok(archive.latest_seq()?.saturating_sub(self.watermark()?))
    }

    /// Throws the index away and makes it again from the record.
    fn rebuild(&self, archive: &dyn Archive) -> Result<CaughtUp>;

    /// Number of mentions that can be found.
    fn n_mentions(&self) -> Result<u64>;

    /// Where it is and what keeps it, for people who look after it.
    fn place(&self) -> Result<String>;
}

/// What to look for. An empty list of a filter lets everything pass.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    /// Words, all of which must stand in the title or the text; `"…"` keeps words together and in
    /// order, `-word` excludes. With or without accents, either tone placement: a word written with
    /// accents also finds mentions written without any, but those after. Empty: everything.
    pub words: String,
    /// First day, in Vietnam.
    pub from: Option<Date>,
    /// Last day, included.
    pub to: Option<Date>,
    /// Units, of which a mention has at least one.
    pub units: Vec<UnitCode>,
    /// Topics.
    pub topics: Vec<Topic>,
    /// Channels.
    pub channels: Vec<Channel>,
    /// Sentiments.
    pub sentiments: Vec<Sentiment>,
    /// Sources.
    pub sources: Vec<SourceId>,
    /// Only concerns of citizens (`true`), only noise (`false`), or both.
    pub is_concern: Option<bool>,
    /// Which come first.
    pub order: Order,
    /// At most so many hits; 0 for the counts alone, more than 100 counts as 100.
    pub limit: usize,
    /// Where the page before ended, as [`Hits::next`] gave it.
    pub after: Option<String>,
}

/// Which hits come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Order {
    /// By time of publication.
    #[default]
    Newest,
    /// By BM25, words with accents and words side by side first. Pages reach 1,000 hits deep.
    Relevance,
}

/// What was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Hits {
    /// One page of hits.
    pub hits: Vec<Hit>,
    /// Mentions that match, on all pages.
    pub total: u64,
    /// How those are distributed.
    pub facets: Facets,
    /// Where the next page begins; `None` on the last.
    pub next: Option<String>,
}

/// One mention that matches.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Which.
    pub mention: MentionId,
    /// How well it matches; 0 when the order is not by relevance.
    pub score: f32,
}

/// How the mentions that match are distributed; each list is sorted by falling count.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facets {
    /// By unit; a mention with several units counts in each.
    pub units: Vec<(UnitCode, u64)>,
    /// By topic.
    pub topics: Vec<(Topic, u64)>,
    /// By channel.
    pub channels: Vec<(Channel, u64)>,
    /// By sentiment.
    pub sentiments: Vec<(Sentiment, u64)>,
    /// By source.
    pub sources: Vec<(SourceId, u64)>,
    /// By day of publication, oldest first.
    pub days: Vec<(Date, u64)>,
}

/// What following the record did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CaughtUp {
    /// Writes that were followed.
    pub n_changes: u64,
    /// Where the index stands now.
    pub watermark: u64,
}

#[cfg(test)]
mod tests;
