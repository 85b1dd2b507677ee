//! The index on a search server of the operator's: what Elasticsearch 8 and OpenSearch 2 both speak.
//!
//! Words are cut and folded here, so that both backends find the same; the server keeps no text. One
//! alias is searched; the index behind it is followed in place and made again beside it.

mod answer;
mod ask;
mod bulk;
mod settings;
mod shape;
mod wire;

use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};

pub use settings::ElasticSettings;

use super::{CaughtUp, Hits, Order, Query, SearchIndex, ServerFault, highlight};
use crate::{Archive, Error, Result};
use bulk::Write;
use shape::{IndexName, LAYOUT, MARK_ID};
use wire::{Ask, Body, Patience, Wire};

/// Writes followed before they can be found, and the time after which they can all the same.
const CHANGES_PER_COMMIT: usize = 5_000;
const COMMIT_AFTER: Duration = Duration::from_secs(5);

/// Changes read from the record at once.
const CHANGES_PER_READ: usize = 1_000;

/// The search index on a server.
pub struct ElasticSearch {
    settings: ElasticSettings,
    wire: Wire,
    /// Whether the server was found to be one we know.
    is_known: AtomicBool,
    /// One follower of this process at a time.
    turn: Mutex<()>,
}

/// How far an index is in which history.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Mark {
    #[serde(rename = "mark_generation")]
    generation: String,
    #[serde(rename = "mark_seq")]
    seq: u64,
}

/// The indexes of ours on the server.
#[derive(Default)]
struct Standing {
    /// The one that is searched.
    current: Option<IndexName>,
    /// Being made, or left over from making.
    others: Vec<IndexName>,
}

impl ElasticSearch {
    /// An index on the server that the settings name. Nothing is asked of it before the first use, so
    /// that a server that is down takes nothing else with it.
    ///
    /// ## Errors
    /// Settings that cannot be used.
    pub fn new(settings: ElasticSettings) -> Result<Self> {
        // The address may hold a password that should not be there; it is not shown.
        let wire = Wire::new(&settings).map_err(|fault| Error::SearchServer {
            address: "settings:".to_owned(),
            fault,
        })?;
        Ok(Self {
            settings,
            wire,
            is_known: AtomicBool::new(false),
            turn: Mutex::new(()),
        })
    }

    fn explain(&self, fault: ServerFault) -> Error {
        Error::SearchServer {
            address: self.wire.address().to_owned(),
            fault,
        }
    }

    /// The name under which everything is found.
    fn alias(&self) -> &str {
        &self.settings.name
    }

    fn get(&self, path: String) -> Result<Value, ServerFault> {
        self.wire.call(&Ask {
            method: Method::GET,
            path,
            body: Body::None,
            patience: Patience::READING,
        })
    }

    fn check_server(&self) -> Result<(), ServerFault> {
        if !self.is_known.load(Ordering::Relaxed) {
            self.look_at_server()?;
            self.is_known.store(true, Ordering::Relaxed);
        }
        Ok(())
    }

    /// What answers there: `Elasticsearch 8.15.0`.
    fn look_at_server(&self) -> Result<String, ServerFault> {
        let (headers, answer) = self.wire.call_with_headers(&Ask {
            method: Method::GET,
            path: String::new(),
            body: Body::None,
            patience: Patience::READING,
        })?;
        let number = answer["version"]["number"].as_str().unwrap_or_default();
        let major: Option<u32> = number
            .split('.')
            .next()
            .and_then(|major| major.parse().ok());
        let is_opensearch = answer["version"]["distribution"] == "opensearch";
        let is_elastic = headers
            .get("x-elastic-product")
            .is_some_and(|product| product == "Elasticsearch");
        match major {
            Some(major) if is_opensearch && major >= 2 => Ok(format!("OpenSearch {number}")),
            Some(_) if is_opensearch => Err(ServerFault::Stranger(format!("OpenSearch {number}"))),
            Some(major) if is_elastic && major >= 8 => Ok(format!("Elasticsearch {number}")),
            Some(_) => Err(ServerFault::Stranger(format!(
                "Elasticsearch {number} or like it"
            ))),
            None => Err(ServerFault::Stranger("no search server".to_owned())),
        }
    }

    fn look(&self) -> Result<Standing, ServerFault> {
        let alias = self.alias();
        let answer = self.get(format!("{alias}-l*/_alias"));
        let found = match answer {
            Ok(Value::Object(found)) => found,
            Ok(_) => return Err(ServerFault::Unexpected("aliases are no object".to_owned())),
            Err(ServerFault::Missing(_)) => return Ok(Standing::default()),
            Err(fault) => return Err(fault),
        };
        let mut standing = Standing::default();
        for (name, told) in found {
            let Some(name) = IndexName::read(alias, &name) else {
                continue;
            };
            if told["aliases"].get(alias).is_none() {
                standing.others.push(name);
            } else if let Some(other) = standing.current.replace(name) {
                let why = format!("two indexes are behind `{alias}`, one is {}", other.text);
                return Err(ServerFault::Unexpected(why));
            }
        }
        Ok(standing)
    }

    fn read_mark(&self, index: &str) -> Result<Option<Mark>, ServerFault> {
        match self.get(format!("{index}/_doc/{MARK_ID}")) {
            Ok(mut found) => {
                let mark = serde_json::from_value(found["_source"].take());
                mark.map(Some)
                    .map_err(|why| ServerFault::Unexpected(format!("the mark: {why}")))
            }
            Err(ServerFault::Missing(_)) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Says how far an index is; one that was said to be farther stays so.
    fn write_mark(&self, index: &IndexName, mark: &Mark) -> Result<(), ServerFault> {
        let body = json!({"mark_generation": mark.generation, "mark_seq": mark.seq});
        let (alias, version) = (index.to_write(), mark.seq + 1);
        let written = self.wire.call(&Ask {
            method: Method::PUT,
            path: format!(
                "{alias}/_doc/{MARK_ID}?require_alias=true&version={version}&version_type=external_gte"
            ),
            body: Body::Plain(&body),
            patience: Patience::WRITING,
        });
        match written {
            Err(ServerFault::Refused { status: 409, .. }) => Ok(()),
            written => written.map(drop),
        }
    }

    /// Makes an index with a mark at the beginning; another number when this one is taken.
    fn create(
        &self,
        number: u64,
        generation: &str,
        is_current: bool,
    ) -> Result<IndexName, ServerFault> {
        let index = IndexName::new(self.alias(), number);
        let to_write = index.to_write();
        let mut aliases = vec![to_write.as_str()];
        if is_current {
            aliases.push(self.alias());
        }
        self.wire.call(&Ask {
            method: Method::PUT,
            path: index.text.clone(),
            body: Body::Plain(&shape::creation(&self.settings, &aliases)),
            patience: Patience::ONCE,
        })?;
        let mark = Mark {
            generation: generation.to_owned(),
            seq: 0,
        };
        self.write_mark(&index, &mark)?;
        tracing::info!(index.name = index.text, "made a search index");
        Ok(index)
    }

    fn delete(&self, index: &IndexName) -> Result<(), ServerFault> {
        let deleted = self.wire.call(&Ask {
            method: Method::DELETE,
            path: index.text.clone(),
            body: Body::None,
            patience: Patience::ONCE,
        });
        match deleted {
            Err(ServerFault::Missing(_)) => Ok(()),
            deleted => deleted.map(drop),
        }
    }

    /// Puts an index in the place of the one that is searched: at one moment, for everybody.
    fn swap(&self, former: Option<&IndexName>, new: &IndexName) -> Result<(), ServerFault> {
        let mut actions = vec![json!({"add": {"index": new.text, "alias": self.alias()}})];
        if let Some(former) = former {
            actions.push(json!({"remove_index": {"index": former.text}}));
        }
        self.wire.call(&Ask {
            method: Method::POST,
            path: "_aliases".to_owned(),
            body: Body::Plain(&json!({"actions": actions})),
            patience: Patience::ONCE,
        })?;
        tracing::info!(index.name = new.text, "the new search index is in place");
        Ok(())
    }

    /// Follows the record from where an index stands.
    fn follow(&self, index: &IndexName, mut mark: Mark, archive: &dyn Archive) -> Result<CaughtUp> {
        let mut n_changes = 0;
        let mut n_unsettled = 0;
        let mut settled_at = Instant::now();
        loop {
            let changes = archive.mentions_after(mark.seq, CHANGES_PER_READ)?;
            let is_last = changes.is_empty();
            if let Some(last) = changes.last() {
                let writes: Vec<Write> = changes.iter().map(Write::new).collect();
                let sent = bulk::send(&self.wire, &index.to_write(), &writes);
                sent.map_err(|fault| self.explain(fault))?;
                mark.seq = last.seq;
            }
            n_changes += changes.len() as u64;
            n_unsettled += changes.len();
            let is_due = n_unsettled >= CHANGES_PER_COMMIT || settled_at.elapsed() >= COMMIT_AFTER;
            if n_unsettled > 0 && (is_due || is_last) {
                let settled = self.settle(index, &mark);
                settled.map_err(|fault| self.explain(fault))?;
                n_unsettled = 0;
                settled_at = Instant::now();
            }
            if is_last {
                return Ok(CaughtUp {
                    n_changes,
                    watermark: mark.seq,
                });
            }
        }
    }

    /// What was written can be found; then the mark says so.
    fn settle(&self, index: &IndexName, mark: &Mark) -> Result<(), ServerFault> {
        self.wire.call(&Ask {
            method: Method::POST,
            path: format!("{}/_refresh", index.text),
            body: Body::None,
            patience: Patience::WRITING,
        })?;
        self.write_mark(index, mark)
    }

    /// Makes an index beside the one that is searched, follows the record to its end and swaps. One
    /// that was begun before goes on where it stood, unless it is to be made from the beginning.
    fn make_beside(
        &self,
        standing: &Standing,
        archive: &dyn Archive,
        from_scratch: bool,
    ) -> Result<CaughtUp> {
        let generation = archive.generation()?;
        let begun = self.begun(standing, &generation, from_scratch);
        let (index, mark) = begun.map_err(|fault| self.explain(fault))?;
        let caught_up = self.follow(&index, mark, archive)?;
        let swapped = self.swap(standing.current.as_ref(), &index);
        swapped.map_err(|fault| self.explain(fault))?;
        Ok(caught_up)
    }

    fn begun(
        &self,
        standing: &Standing,
        generation: &str,
        from_scratch: bool,
    ) -> Result<(IndexName, Mark), ServerFault> {
        for other in &standing.others {
            let mark = self.read_mark(&other.text)?;
            match mark {
                Some(mark)
                    if !from_scratch && other.layout == LAYOUT && mark.generation == generation =>
                {
                    return Ok((other.clone(), mark));
                }
                // A newer release is making it.
                _ if other.layout > LAYOUT => {}
                _ => self.delete(other)?,
            }
        }
        let last = standing.current.iter().chain(&standing.others);
        let number = 1 + last.map(|index| index.number).max().unwrap_or_default();
        let index = self.create(number, generation, false)?;
        let mark = Mark {
            generation: generation.to_owned(),
            seq: 0,
        };
        Ok((index, mark))
    }

    /// The index that is searched and its mark, made when there is none; `None` for the index when it
    /// is of an older layout or another history, and so must be made again.
    fn usable(
        &self,
        standing: &Standing,
        generation: &str,
    ) -> Result<Option<(IndexName, Mark)>, ServerFault> {
        let Some(current) = &standing.current else {
            if !standing.others.is_empty() {
                return Ok(None);
            }
            let index = self.create(1, generation, true)?;
            let mark = self.read_mark(&index.text)?;
            return Ok(mark.map(|mark| (index, mark)));
        };
        refuse_newer(current)?;
        let mark = self.read_mark(&current.text)?;
        let is_usable = |mark: &Mark| current.layout == LAYOUT && mark.generation == generation;
        Ok(mark.filter(is_usable).map(|mark| (current.clone(), mark)))
    }
}

fn refuse_newer(index: &IndexName) -> Result<(), ServerFault> {
    if index.layout <= LAYOUT {
        return Ok(());
    }
    Err(ServerFault::Newer {
        name: index.text.clone(),
        found: index.layout,
        known: LAYOUT,
    })
}

impl SearchIndex for ElasticSearch {
    fn search(&self, query: &Query) -> Result<Hits> {
        let body = ask::search(query)?;
        let kind = match query.order {
            Order::Newest => "query_then_fetch",
            // Words are as rare in the whole index as they are, not in one shard.
            Order::Relevance => "dfs_query_then_fetch",
        };
        let answer = self.wire.call(&Ask {
            method: Method::POST,
            path: format!(
                "{}/_search?search_type={kind}&allow_partial_search_results=false",
                self.alias()
            ),
            body: Body::Words(&body),
            patience: Patience::READING,
        });
        let hits = match answer {
            Ok(answer) => answer::hits(answer, query),
            // Nothing was followed yet.
            Err(ServerFault::Missing(_)) => Ok(Hits::default()),
            Err(fault) => Err(fault),
        };
        hits.map_err(|fault| self.explain(fault))
    }

    fn highlight(&self, words: &str, text: &str) -> Vec<Range<usize>> {
        highlight::highlight(words, text)
    }

    fn catch_up(&self, archive: &dyn Archive) -> Result<CaughtUp> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.check_server().map_err(|fault| self.explain(fault))?;
        let standing = self.look().map_err(|fault| self.explain(fault))?;
        let usable = self.usable(&standing, &archive.generation()?);
        match usable.map_err(|fault| self.explain(fault))? {
            Some((index, mark)) => self.follow(&index, mark, archive),
            None => self.make_beside(&standing, archive, false),
        }
    }

    fn watermark(&self) -> Result<u64> {
        let mark = self.read_mark(self.alias());
        let mark = mark.map_err(|fault| self.explain(fault))?;
        Ok(mark.map_or(0, |mark| mark.seq))
    }

    fn rebuild(&self, archive: &dyn Archive) -> Result<CaughtUp> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        self.check_server().map_err(|fault| self.explain(fault))?;
        let standing = self.look().map_err(|fault| self.explain(fault))?;
        if let Some(current) = &standing.current {
            refuse_newer(current).map_err(|fault| self.explain(fault))?;
        }
        self.make_beside(&standing, archive, true)
    }

    fn n_mentions(&self) -> Result<u64> {
        let counted = self.wire.call(&Ask {
            method: Method::POST,
            path: format!("{}/_count", self.alias()),
            body: Body::Words(&ask::everything()),
            patience: Patience::READING,
        });
        let counted = match counted {
            Ok(counted) => counted["count"]
                .as_u64()
                .ok_or_else(|| ServerFault::Unexpected("a count without a number".to_owned())),
            Err(ServerFault::Missing(_)) => Ok(0),
            Err(fault) => Err(fault),
        };
        counted.map_err(|fault| self.explain(fault))
    }

    /// `langnghe, Elasticsearch 8.15.0, https://search.city.example:9200`
    fn place(&self) -> Result<String> {
        let server = self.look_at_server();
        let server = server.map_err(|fault| self.explain(fault))?;
        Ok(format!(
            "{}, {server}, {}",
            self.alias(),
            self.wire.address()
        ))
    }
}

#[cfg(test)]
mod tests;
