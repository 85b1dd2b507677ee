//! Counts over all mentions that match, read from columns.

use models::domain::{Channel, Sentiment, SourceId, Topic, UnitCode};
use rustc_hash::FxHashMap;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentOrdinal, SegmentReader};

use super::Facets;
use super::schema::{column, day_of};

/// Counts everything that matches by every facet.
pub(super) struct CountFacets;

/// Counts of one or more segments; numbers as the index holds them.
#[derive(Default)]
pub(super) struct Counted {
    pub total: u64,
    units: FxHashMap<u64, u64>,
    topics: FxHashMap<u64, u64>,
    channels: FxHashMap<u64, u64>,
    sentiments: FxHashMap<u64, u64>,
    days: FxHashMap<u64, u64>,
    sources: FxHashMap<String, u64>,
}

/// Counting in one segment.
pub(super) struct SegmentCounts {
    units: (Column<u64>, FxHashMap<u64, u64>),
    topics: Few,
    channels: Few,
    sentiments: Few,
    days: (Column<u64>, FxHashMap<u64, u64>),
    sources: Option<(StrColumn, Vec<u64>)>,
    total: u64,
}

/// A column with one small number a mention.
struct Few {
    column: Column<u64>,
    counts: Vec<u64>,
}

impl Few {
    fn new(column: Column<u64>, n_values: usize) -> Self {
        Self {
            column,
            counts: vec![0; n_values],
        }
    }

    fn count(&mut self, doc: DocId) {
        let value = self.column.first(doc).unwrap_or(u64::MAX);
        if let Some(count) = usize::try_from(value)
            .ok()
            .and_then(|value| self.counts.get_mut(value))
        {
            *count += 1;
        }
    }

    fn into_map(self) -> FxHashMap<u64, u64> {
        let counts = self.counts.into_iter().enumerate();
        counts
            .filter(|(_, n)| *n > 0)
            .map(|(value, n)| (value as u64, n))
            .collect()
    }
}

impl Collector for CountFacets {
    type Fruit = Counted;
    type Child = SegmentCounts;

    fn for_segment(
        &self,
        _segment: SegmentOrdinal,
        reader: &SegmentReader,
    ) -> tantivy::Result<SegmentCounts> {
        let fast = reader.fast_fields();
        let few =
            |name, n_values| Ok::<_, tantivy::TantivyError>(Few::new(fast.u64(name)?, n_values));
        Ok(SegmentCounts {
            units: (fast.u64(column::UNIT)?, FxHashMap::default()),
            topics: few(column::TOPIC, Topic::ALL.len())?,
            channels: few(column::CHANNEL, Channel::ALL.len())?,
            sentiments: few(column::SENTIMENT, Sentiment::ALL.len())?,
            days: (fast.u64(column::DAY)?, FxHashMap::default()),
            sources: fast.str(column::SOURCE)?.map(|sources| {
                let counts = vec![0; sources.num_terms()];
                (sources, counts)
            }),
            total: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, parts: Vec<Counted>) -> tantivy::Result<Counted> {
        let mut all = Counted::default();
        for part in parts {
            all.total += part.total;
            add(&mut all.units, part.units);
            add(&mut all.topics, part.topics);
            add(&mut all.channels, part.channels);
            add(&mut all.sentiments, part.sentiments);
            add(&mut all.days, part.days);
            for (source, n) in part.sources {
                *all.sources.entry(source).or_default() += n;
            }
        }
        Ok(all)
    }
}

fn add(all: &mut FxHashMap<u64, u64>, part: FxHashMap<u64, u64>) {
    for (value, n) in part {
        *all.entry(value).or_default() += n;
    }
}

impl SegmentCollector for SegmentCounts {
    type Fruit = Counted;

    fn collect(&mut self, doc: DocId, _score: Score) {
        self.total += 1;
        for unit in self.units.0.values_for_doc(doc) {
            *self.units.1.entry(unit).or_default() += 1;
        }
        self.topics.count(doc);
        self.channels.count(doc);
        self.sentiments.count(doc);
        if let Some(day) = self.days.0.first(doc) {
            *self.days.1.entry(day).or_default() += 1;
        }
        if let Some((column, counts)) = &mut self.sources
            && let Some(source) = column.ords().first(doc)
            && let Some(count) = counts.get_mut(source as usize)
        {
            *count += 1;
        }
    }

    fn harvest(self) -> Counted {
        let mut sources = FxHashMap::default();
        if let Some((column, counts)) = self.sources {
            let counted = counts.into_iter().enumerate().filter(|(_, n)| *n > 0);
            for (ord, n) in counted {
                let mut name = String::new();
                if matches!(column.ord_to_str(ord as u64, &mut name), Ok(true)) {
                    sources.insert(name, n);
                }
            }
        }
        Counted {
            total: self.total,
            units: self.units.1,
            topics: self.topics.into_map(),
            channels: self.channels.into_map(),
            sentiments: self.sentiments.into_map(),
            days: self.days.1,
            sources,
        }
    }
}

impl Counted {
    /// The counts in domain terms, sorted.
    pub fn into_facets(self) -> Facets {
        let unit = |number| u32::try_from(number).ok().and_then(UnitCode::from_number);
        let mut days: Vec<_> = self
            .days
            .into_iter()
            .map(|(number, n)| (day_of(number), n))
            .collect();
        days.sort_unstable();
        Facets {
            units: most_first(named(self.units, unit)),
            topics: most_first(named(self.topics, |number| nth(&Topic::ALL, number))),
            channels: most_first(named(self.channels, |number| nth(&Channel::ALL, number))),
            sentiments: most_first(named(self.sentiments, |number| {
                nth(&Sentiment::ALL, number)
            })),
            sources: most_first(
                self.sources
                    .into_iter()
                    .map(|(source, n)| (SourceId::new(source), n))
                    .collect(),
            ),
            days,
        }
    }
}

fn named<T>(counts: FxHashMap<u64, u64>, name: impl Fn(u64) -> Option<T>) -> Vec<(T, u64)> {
    counts
        .into_iter()
        .filter_map(|(number, n)| Some((name(number)?, n)))
        .collect()
}

fn nth<T: Copy>(all: &[T], number: u64) -> Option<T> {
    all.get(usize::try_from(number).ok()?).copied()
}

/// Counts by falling number.
pub(super) fn most_first<T: Ord>(mut counts: Vec<(T, u64)>) -> Vec<(T, u64)> {
    counts.sort_unstable_by(|(one, n), (other, m)| m.cmp(n).then(one.cmp(other)));
    counts
}
