//! The queue: which concerns of the board an officer asked for, in which order, a page at a time, and how
//! many each further filter would leave. Pure.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use models::domain::{AccountId, Channel, ConcernId, ConcernStatus, Topic, UnitCode};
use models::language::text::fold;
use serde::Deserialize;

use super::board::BoardRow;
use crate::Error;
use crate::http::{parse_param, parse_unit};
use indexer::Slip;

/// Concerns a page.
pub(crate) const PAGE: usize = 50;

/// From this negative share on people are mostly negative.
const NEGATIVE_FROM: f32 = 0.5;

/// What was asked for, as it stands in the address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    pub(crate) q: String,
    #[serde(rename = "don-vi")]
    pub(crate) unit: String,
    #[serde(rename = "linh-vuc")]
    pub(crate) topic: String,
    #[serde(rename = "kenh")]
    pub(crate) channel: String,
    #[serde(rename = "cam-xuc")]
    pub(crate) mood: String,
    #[serde(rename = "trang-thai")]
    pub(crate) status: String,
    #[serde(rename = "nhan")]
    pub(crate) label: String,
    #[serde(rename = "giao")]
    pub(crate) held: String,
    #[serde(rename = "tuoi")]
    pub(crate) age: String,
    #[serde(rename = "hien")]
    pub(crate) shown: String,
    #[serde(rename = "sap")]
    pub(crate) order: String,
    #[serde(rename = "tiep")]
    pub(crate) after: String,
}

/// Longer words are cut: nobody types them.
const WORDS_MAX: usize = 200;

impl Asked {
    /// Parameters by name, without the empty ones and without the page.
    pub(crate) fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("q", self.q.trim()),
            ("don-vi", &self.unit),
            ("linh-vuc", &self.topic),
            ("kenh", &self.channel),
            ("cam-xuc", &self.mood),
            ("trang-thai", &self.status),
            ("nhan", &self.label),
            ("giao", &self.held),
            ("tuoi", &self.age),
            ("hien", &self.shown),
            ("sap", &self.order),
        ];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// The query part with some parameters changed; an empty value leaves one out.
    pub(crate) fn query(&self, changed: &[(&str, &str)]) -> String {
        let pairs = self.pairs().into_iter();
        let kept = pairs.filter(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        let changed = changed
            .iter()
            .copied()
            .filter(|(_, value)| !value.is_empty());
        let query = kept
            .chain(changed)
            .map(|(name, value)| format!("{name}={}", encoded(value)));
        query.collect::<Vec<_>>().join("&")
    }

    /// Read, or the name of what cannot be.
    pub(crate) fn choice(&self) -> Result<Choice, Error> {
        const CODES: &str = "choose one of the list on the page";
        let label = self.label.trim();
        let words = self.q.trim().chars().take(WORDS_MAX).collect::<String>();
        Ok(Choice {
            words: fold(&words)
                .split_whitespace()
                .map(ToOwned::to_owned)
                .collect(),
            unit: parse_unit("don-vi", Some(&self.unit))?,
            topic: parse_param("linh-vuc", Some(&self.topic), CODES, Topic::from_code)?,
            channel: parse_param("kenh", Some(&self.channel), CODES, Channel::from_code)?,
            mood: parse_param("cam-xuc", Some(&self.mood), CODES, Mood::from_code)?,
            status: parse_param(
                "trang-thai",
                Some(&self.status),
                CODES,
                ConcernStatus::from_code,
            )?,
            label: (!label.is_empty()).then(|| label.to_owned()),
            held: parse_param("giao", Some(&self.held), CODES, Held::from_code)?,
            age: parse_param("tuoi", Some(&self.age), CODES, Age::from_code)?,
            shown: parse_param("hien", Some(&self.shown), CODES, Shown::from_code)?
                .unwrap_or_default(),
            order: parse_param("sap", Some(&self.order), CODES, QueueOrder::from_code)?
                .unwrap_or_default(),
            after: parse_param(
                "tiep",
                Some(&self.after),
                "give back the address of the next page, or leave it out",
                cursor,
            )?,
        })
    }
}

fn cursor(text: &str) -> Option<(i64, ConcernId)> {
    let (key, id) = text.split_once('.')?;
    Some((key.parse().ok()?, ConcernId::new(id)))
}

fn encoded(value: &str) -> String {
    // A text filter over memory cannot fail; an empty value leaves the filter out.
    askama::filters::urlencode_strict(value).map_or_else(|_| String::new(), |text| text.to_string())
}

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Choice {
    /// Folded; all must stand in a title, or the evidence matches.
    pub(crate) words: Vec<String>,
    pub(crate) unit: Option<UnitCode>,
    pub(crate) topic: Option<Topic>,
    pub(crate) channel: Option<Channel>,
    pub(crate) mood: Option<Mood>,
    pub(crate) status: Option<ConcernStatus>,
    pub(crate) label: Option<String>,
    pub(crate) held: Option<Held>,
    pub(crate) age: Option<Age>,
    pub(crate) shown: Shown,
    pub(crate) order: QueueOrder,
    pub(crate) after: Option<(i64, ConcernId)>,
}

/// How people feel about it over 28 days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Mood {
    /// Half of the mentions or more are negative.
    Negative,
    /// Fewer.
    Milder,
}

impl Mood {
    pub(crate) const ALL: [Self; 2] = [Self::Negative, Self::Milder];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Negative => "tieu-cuc",
            Self::Milder => "con-lai",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    pub(crate) fn of(row: &BoardRow) -> Self {
        if row.negative_share >= NEGATIVE_FROM {
            Self::Negative
        } else {
            Self::Milder
        }
    }
}

/// Who holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    Me,
    Nobody,
    By(AccountId),
}

impl Held {
    fn from_code(code: &str) -> Option<Self> {
        match code {
            "toi" => Some(Self::Me),
            "chua" => Some(Self::Nobody),
            id => id.parse().ok().map(|id| Self::By(AccountId(id))),
        }
    }
}

/// How long ago it was first heard of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Age {
    Day,
    Week,
    Month,
    Older,
}

impl Age {
    pub(crate) const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Older];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Day => "ngay",
            Self::Week => "tuan",
            Self::Month => "thang",
            Self::Older => "lau",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    fn of(row: &BoardRow, now: Timestamp) -> Self {
        match now.duration_since(row.first_seen).as_hours() {
            ..=24 => Self::Day,
            25..=168 => Self::Week,
            169..=672 => Self::Month,
            _ => Self::Older,
        }
    }
}

/// Which of them at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// Those that lists may show.
    #[default]
    Listed,
    /// Those the desk hid.
    Hidden,
    /// Those pinned somewhere.
    Pinned,
    /// Those one follows.
    Followed,
}

impl Shown {
    pub(crate) const ALL: [Self; 4] = [Self::Listed, Self::Hidden, Self::Pinned, Self::Followed];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Listed => "",
            Self::Hidden => "an",
            Self::Pinned => "ghim",
            Self::Followed => "theo-doi",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum QueueOrder {
    /// As the digest ranks them, those without a rank behind by the voices of a week.
    #[default]
    Rank,
    /// Most voices of seven days first.
    Voices,
    /// Those that grew most against the seven days before.
    Rise,
    /// Those heard of first.
    Oldest,
    /// Those heard of last.
    Latest,
}

impl QueueOrder {
    pub(crate) const ALL: [Self; 5] = [
        Self::Rank,
        Self::Voices,
        Self::Rise,
        Self::Oldest,
        Self::Latest,
    ];

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Rank => "",
            Self::Voices => "y-kien",
            Self::Rise => "tang",
            Self::Oldest => "cu",
            Self::Latest => "moi",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.code() == code)
    }

    /// Small keys come first.
    fn key(self, row: &BoardRow, rank: Option<u32>) -> i64 {
        const UNRANKED: i64 = 1_000_000;
        match self {
            Self::Rank => rank.map_or_else(
                || (2 * UNRANKED - i64::from(row.n_week)).max(UNRANKED),
                i64::from,
            ),
            Self::Voices => -i64::from(row.n_week),
            Self::Rise => i64::from(row.n_before) - i64::from(row.n_week),
            Self::Oldest => row.first_seen.as_second(),
            Self::Latest => -row.last_seen.as_second(),
        }
    }
}

/// What is known beside the board.
pub(crate) struct Things<'t> {
    pub(crate) now: Timestamp,
    /// Who asks.
    pub(crate) me: AccountId,
    /// Whether a concern lies within their reach.
    pub(crate) may: &'t dyn Fn(&BoardRow) -> bool,
    pub(crate) slips: &'t HashMap<ConcernId, Slip>,
    pub(crate) followed: &'t HashSet<ConcernId>,
    /// Concerns whose evidence has the words.
    pub(crate) by_words: &'t HashSet<ConcernId>,
    /// Ranks of the digest the queue is about.
    pub(crate) ranks: &'t HashMap<ConcernId, u32>,
}

/// A page of the queue.
pub(crate) struct Found<'b> {
    pub(crate) rows: Vec<&'b BoardRow>,
    pub(crate) total: usize,
    pub(crate) next: Option<String>,
    pub(crate) facets: Facets,
}

/// How many each further filter would leave, all other filters applied.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Facets {
    pub(crate) units: Vec<(UnitCode, usize)>,
    pub(crate) topics: Vec<(Topic, usize)>,
    /// In the order of [`Channel::ALL`].
    pub(crate) channels: [usize; 3],
    pub(crate) moods: [usize; 2],
    pub(crate) statuses: [usize; 4],
    pub(crate) labels: Vec<(String, usize)>,
    pub(crate) held_by: BTreeMap<AccountId, usize>,
    pub(crate) n_mine: usize,
    pub(crate) n_free: usize,
    pub(crate) ages: [usize; 4],
    pub(crate) shown: [usize; 4],
}

/// The statuses in the order they are offered.
pub(crate) const STATUSES: [ConcernStatus; 4] = [
    ConcernStatus::Open,
    ConcernStatus::Returned,
    ConcernStatus::Answered,
    ConcernStatus::Closed,
];

/// One bit a filter.
mod bit {
    pub(super) const WORDS: u16 = 1;
    pub(super) const UNIT: u16 = 2;
    pub(super) const TOPIC: u16 = 4;
    pub(super) const CHANNEL: u16 = 8;
    pub(super) const MOOD: u16 = 16;
    pub(super) const STATUS: u16 = 32;
    pub(super) const LABEL: u16 = 64;
    pub(super) const HELD: u16 = 128;
    pub(super) const AGE: u16 = 256;
    pub(super) const SHOWN: u16 = 512;
}

impl Choice {
    /// The filters a concern does not pass.
    fn misses(&self, row: &BoardRow, things: &Things<'_>) -> u16 {
        let slip = things.slips.get(&row.id);
        let holder = slip.and_then(|slip| slip.holder);
        let has_words = || {
            let in_title = self.words.iter().all(|word| row.folded.contains(word));
            in_title || things.by_words.contains(&row.id)
        };
        let has_label =
            |label: &String| slip.is_some_and(|slip| slip.labels.iter().any(|one| one == label));
        let is_held = |held: Held| match held {
            Held::Me => holder == Some(things.me),
            Held::Nobody => holder.is_none(),
            Held::By(id) => holder == Some(id),
        };
        let passes = [
            (bit::WORDS, self.words.is_empty() || has_words()),
            (
                bit::UNIT,
                self.unit.is_none_or(|code| row.units.contains(&code)),
            ),
            (
                bit::TOPIC,
                self.topic.is_none_or(|topic| row.topic == topic),
            ),
            (
                bit::CHANNEL,
                self.channel.is_none_or(|one| row.has_channel(one)),
            ),
            (
                bit::MOOD,
                self.mood.is_none_or(|mood| Mood::of(row) == mood),
            ),
            (
                bit::STATUS,
                self.status.is_none_or(|status| row.status == status),
            ),
            (bit::LABEL, self.label.as_ref().is_none_or(has_label)),
            (bit::HELD, self.held.is_none_or(is_held)),
            (
                bit::AGE,
                self.age.is_none_or(|age| Age::of(row, things.now) == age),
            ),
            (bit::SHOWN, is_shown(self.shown, row, things)),
        ];
        let missed = passes.into_iter().filter(|(_, passes)| !passes);
        missed.fold(0, |missed, (bit, _)| missed | bit)
    }
}

fn is_shown(shown: Shown, row: &BoardRow, things: &Things<'_>) -> bool {
    match shown {
        Shown::Listed => row.hidden.is_none(),
        Shown::Hidden => row.hidden.is_some(),
        Shown::Pinned => row.is_pinned,
        Shown::Followed => things.followed.contains(&row.id),
    }
}

/// A page of what was asked for.
pub(crate) fn find<'b>(rows: &'b [BoardRow], choice: &Choice, things: &Things<'_>) -> Found<'b> {
    let mut counted = Counted::default();
    let mut matching = Vec::new();
    for row in rows.iter().filter(|row| (things.may)(row)) {
        let missed = choice.misses(row, things);
        counted.add(row, missed, things);
        if missed == 0 {
            let rank = things.ranks.get(&row.id).copied();
            matching.push((choice.order.key(row, rank), row));
        }
    }
    matching.sort_unstable_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.id.cmp(&other.id)));
    let total = matching.len();
    let is_after = |key: i64, row: &BoardRow| match &choice.after {
        Some((after, id)) => (key, &row.id) > (*after, id),
        None => true,
    };
    let mut page = matching
        .into_iter()
        .filter(|(key, row)| is_after(*key, row))
        .take(PAGE + 1)
        .collect::<Vec<_>>();
    let has_more = page.len() > PAGE;
    page.truncate(PAGE);
    let last = page.last().filter(|_| has_more);
    Found {
        next: last.map(|(key, row)| format!("{key}.{}", row.id)),
        rows: page.into_iter().map(|(_, row)| row).collect(),
        total,
        facets: counted.facets(),
    }
}

/// Facets while they are counted.
#[derive(Default)]
struct Counted {
    facets: Facets,
    units: HashMap<UnitCode, usize>,
    topics: HashMap<Topic, usize>,
    labels: BTreeMap<String, usize>,
}

impl Counted {
    fn add(&mut self, row: &BoardRow, missed: u16, things: &Things<'_>) {
        // What would be left with another value of one filter, the rest as it is.
        let would = |bit: u16| missed & !bit == 0;
        let facets = &mut self.facets;
        if would(bit::UNIT) {
            for code in &row.units {
                *self.units.entry(*code).or_default() += 1;
            }
        }
        if would(bit::TOPIC) {
            *self.topics.entry(row.topic).or_default() += 1;
        }
        if would(bit::CHANNEL) {
            for (at, channel) in Channel::ALL.into_iter().enumerate() {
                facets.channels[at] += usize::from(row.has_channel(channel));
            }
        }
        if would(bit::MOOD) {
            facets.moods[Mood::of(row) as usize] += 1;
        }
        if would(bit::STATUS) {
            let at = STATUSES.iter().position(|status| *status == row.status);
            facets.statuses[at.unwrap_or_default()] += 1;
        }
        if would(bit::AGE) {
            facets.ages[Age::of(row, things.now) as usize] += 1;
        }
        if would(bit::SHOWN) {
            for (at, shown) in Shown::ALL.into_iter().enumerate() {
                facets.shown[at] += usize::from(is_shown(shown, row, things));
            }
        }
        let slip = things.slips.get(&row.id);
        if would(bit::LABEL) {
            for label in slip.into_iter().flat_map(|slip| &slip.labels) {
                *self.labels.entry(label.clone()).or_default() += 1;
            }
        }
        if would(bit::HELD) {
            match slip.and_then(|slip| slip.holder) {
                Some(holder) => {
                    facets.n_mine += usize::from(holder == things.me);
                    *facets.held_by.entry(holder).or_default() += 1;
                }
                None => facets.n_free += 1,
            }
        }
    }

    fn facets(self) -> Facets {
        let mut units = self.units.into_iter().collect::<Vec<_>>();
        units.sort_unstable_by_key(|(code, n)| (usize::MAX - n, *code));
        let mut topics = self.topics.into_iter().collect::<Vec<_>>();
        topics.sort_unstable_by_key(|(topic, n)| (usize::MAX - n, topic.code()));
        let mut labels = self.labels.into_iter().collect::<Vec<_>>();
        labels.sort_by_key(|(_, n)| usize::MAX - n);
        Facets {
            units,
            topics,
            labels,
            ..self.facets
        }
    }
}

#[cfg(test)]
mod tests;
