//! The classifier: reading a mention with trained weights.

use crate::domain::{Channel, Sentiment, SentimentProbabilities, Taxonomy, Topic};

use super::calibrate::{sigmoid, softmax};
use super::context::{Kin, neighbours, share_topics, tie_threads};
use super::features::{Feature, Fingerprint, extract, fingerprint, identity};
use super::format::{self, ModelError};
use super::lexicon::Lexicon;

/// Classes of all heads: concern, the topics, the sentiments.
pub(super) const N_CLASSES: usize = 1 + N_TOPICS + N_SENTIMENTS;
pub(super) const N_TOPICS: usize = Topic::ALL.len();
pub(super) const N_SENTIMENTS: usize = Sentiment::ALL.len();

/// Posts above a reply that are read; threads nest no deeper in what they say.
const MAX_ANCESTORS: usize = 3;

/// How far a mention trusts one that is fully like it, in units of its own log-odds.
const TRUST: f32 = 10.0;

/// Neighbours are not independent witnesses: what they add makes the sum this much too sure.
const SOBERING: f32 = 0.85;

/// What the classifier reads of a mention.
#[derive(Clone, Copy, Debug)]
pub struct ClassifyInput<'a> {
    /// Where it was heard.
    pub channel: Channel,
    /// Headline or subject.
    pub title: Option<&'a str>,
    /// Body.
    pub text: &'a str,
    /// Field declared on a hotline ticket.
    pub ticket_field: Option<&'a str>,
    /// The post it replies to.
    pub parent: Option<&'a ClassifyInput<'a>>,
}

/// What the classifier read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// Calibrated probability that it voices a concern of citizens, 0 to 1.
    pub concern_probability: f32,
    /// Whether it is taken for one.
    pub is_concern: bool,
    /// The likeliest topic, supposing that it is a concern.
    pub topic: Topic,
    /// Calibrated probability of that topic, 0 to 1.
    pub topic_probability: f32,
    /// The likeliest sentiment.
    pub sentiment: Sentiment,
    /// Calibrated probabilities of all three.
    pub sentiment_probabilities: SentimentProbabilities,
}

impl Reading {
    /// The same with the odds of a concern moved by what the words do not say.
    #[must_use]
    pub fn with_doubt(self, log_odds: f32) -> Self {
        let probability = self.concern_probability.clamp(1e-6, 1.0 - 1e-6);
        let moved = sigmoid((probability / (1.0 - probability)).ln() + log_odds);
        Self {
            concern_probability: moved,
            is_concern: moved >= 0.5,
            ..self
        }
    }
}

/// Trained weights and the phrases they were trained with.
#[derive(Clone, Debug)]
pub struct Classifier {
    pub(super) weights: WeightTable,
    pub(super) calibration: Calibration,
    pub(super) lexicon: Lexicon,
    pub(super) version: String,
}

impl Classifier {
    /// Reads a model file, as [`super::train`] writes it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        format::read(bytes)
    }

    /// Names method and weights; two models with one version read alike.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Reads one mention, with the posts above it.
    pub fn read(&self, input: &ClassifyInput<'_>) -> Reading {
        self.verdict(input).reading()
    }

    /// Reads mentions together: besides its thread, each hears those that speak of the same thing.
    pub fn read_all(&self, inputs: &[ClassifyInput<'_>]) -> Vec<Reading> {
        let impressions = inputs.iter().map(|input| self.impression(input));
        settle(&impressions.collect::<Vec<_>>())
    }

    /// What one mention says by itself, with the posts above it; [`settle`] reads many of them.
    pub fn impression(&self, input: &ClassifyInput<'_>) -> Impression {
        Impression {
            verdict: self.verdict(input),
            fingerprint: fingerprint(input),
            kin: Kin {
                own: identity(input),
                parent: input.parent.map(identity),
            },
            is_news: input.channel == Channel::Press,
        }
    }

    fn verdict(&self, input: &ClassifyInput<'_>) -> Verdict {
        let own = self.weights.margins(&extract(input, &self.lexicon));
        let parent = input
            .parent
            .map(|parent| self.thread_margins(parent, MAX_ANCESTORS));
        self.calibration
            .verdict(input.channel, &own, parent.as_ref())
    }

    /// Margins of a post, blended with those of the posts above it.
    fn thread_margins(&self, post: &ClassifyInput<'_>, n_ancestors: usize) -> Margins {
        let mut margins = self.weights.margins(&extract(post, &self.lexicon));
        if let Some(above) = post.parent.filter(|_| n_ancestors > 1) {
            let above = self.thread_margins(above, n_ancestors - 1);
            for (own, above) in margins.iter_mut().zip(above) {
                *own = 0.5 * (*own + above);
            }
        }
        margins
    }
}

/// What one mention says by itself, before it hears the others.
#[derive(Clone, Debug)]
pub struct Impression {
    verdict: Verdict,
    fingerprint: Fingerprint,
    kin: Kin,
    is_news: bool,
}

/// Reads mentions from their impressions, in their order: those that speak of the same thing lend
/// each other their topic, but for two news articles. With nobody alike, a mention is read as [`Classifier::read`] does.
///
/// Cost grows with the number of mentions that share rare word pairs, which is bounded.
pub fn settle(impressions: &[Impression]) -> Vec<Reading> {
    let fingerprints = impressions.iter().map(|i| i.fingerprint.as_slice());
    let is_news = impressions.iter().map(|i| i.is_news).collect::<Vec<_>>();
    let mut neighbours = neighbours(&fingerprints.collect::<Vec<_>>(), &is_news);
    let kin = impressions.iter().map(|i| i.kin);
    tie_threads(&mut neighbours, &kin.collect::<Vec<_>>());
    let scores = impressions.iter().map(|i| i.verdict.topics);
    let voices = impressions.iter().map(|i| sigmoid(i.verdict.concern));
    let shared = share_topics(
        &scores.collect::<Vec<_>>(),
        &voices.collect::<Vec<_>>(),
        &neighbours,
        TRUST,
    );
    let mut readings = Vec::with_capacity(impressions.len());
    for ((impression, topics), found) in impressions.iter().zip(shared).zip(&neighbours) {
        let mut verdict = impression.verdict;
        if !found.is_empty() {
            verdict.topics = topics.map(|score| score * SOBERING);
        }
        readings.push(verdict.reading());
    }
    readings
}

/// Margins of all classes, in the order of the heads.
pub(super) type Margins = [f32; N_CLASSES];

pub(super) fn topic_margins(margins: &Margins) -> &[f32] {
    &margins[1..=N_TOPICS]
}

pub(super) fn sentiment_margins(margins: &Margins) -> &[f32] {
    &margins[1 + N_TOPICS..]
}

/// Weights of every known feature, found by key.
#[derive(Clone, Debug, Default)]
pub(super) struct WeightTable {
    /// Open addressing; 0 is an empty slot, other numbers are rows plus 1.
    slots: Vec<u32>,
    keys: Vec<u32>,
    rows: Vec<Margins>,
}

impl WeightTable {
    /// A table of keys and their rows; keys must differ.
    pub fn new(keys: Vec<u32>, rows: Vec<Margins>) -> Self {
        let n_slots = (keys.len() * 2).next_power_of_two().max(2);
        let mut table = Self {
            slots: vec![0; n_slots],
            keys,
            rows,
        };
        for row in 0..table.keys.len() {
            let mut slot = table.slot(table.keys[row]);
            while table.slots[slot] != 0 {
                slot = (slot + 1) % n_slots;
            }
            table.slots[slot] = row as u32 + 1;
        }
        table
    }

    pub fn keys(&self) -> &[u32] {
        &self.keys
    }

    pub fn rows(&self) -> &[Margins] {
        &self.rows
    }

    fn slot(&self, key: u32) -> usize {
        key as usize & (self.slots.len() - 1)
    }

    fn find(&self, key: u32) -> Option<&Margins> {
        let mut slot = self.slot(key);
        loop {
            let row = (self.slots[slot] as usize).checked_sub(1)?;
            if self.keys[row] == key {
                return Some(&self.rows[row]);
            }
            slot = (slot + 1) % self.slots.len();
        }
    }

    /// Sums the weights of a mention's features.
    pub fn margins(&self, features: &[Feature]) -> Margins {
        let mut margins = [0.0; N_CLASSES];
        for &(key, value) in features {
            if let Some(row) = self.find(key) {
                for (margin, weight) in margins.iter_mut().zip(row) {
                    *margin += value * weight;
                }
            }
        }
        margins
    }
}

/// Factors that turn margins into probabilities.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Calibration {
    /// Of the margin, the best topic's margin, the margin against neutral, and each channel.
    pub concern: [f32; N_CONCERN],
    /// Of the reply's margin, its best topic's, its parent's, and 1.
    pub reply_concern: [f32; 4],
    /// Of the margin and its positive part.
    pub topic: [f32; 2],
    /// Of the reply's margin and its positive part, the parent's likewise, and being the parent's
    /// best topic.
    pub reply_topic: [f32; 5],
    /// Of the margin, and one offset a sentiment in each channel.
    pub sentiment: [f32; N_SENTIMENT],
    /// Of the reply's margin and its parent's, and one offset a sentiment.
    pub reply_sentiment: [f32; N_REPLY_SENTIMENT],
}

const N_CHANNELS: usize = Channel::ALL.len();
pub(super) const N_CONCERN: usize = 3 + N_CHANNELS;
pub(super) const N_SENTIMENT: usize = 1 + N_CHANNELS * N_SENTIMENTS;
pub(super) const N_REPLY_SENTIMENT: usize = 2 + N_SENTIMENTS;

impl Default for Calibration {
    fn default() -> Self {
        Self {
            concern: std::array::from_fn(|factor| if factor == 0 { 2.0 } else { 0.0 }),
            reply_concern: [1.0, 0.0, 1.0, 0.0],
            topic: [3.0, 0.0],
            reply_topic: [1.0, 1.0, 2.0, 0.0, 1.0],
            sentiment: std::array::from_fn(|factor| if factor == 0 { 2.0 } else { 0.0 }),
            reply_sentiment: std::array::from_fn(|factor| if factor == 0 { 2.0 } else { 0.0 }),
        }
    }
}

impl Calibration {
    /// All factors in a fixed order.
    pub fn factors(&self) -> impl Iterator<Item = f32> {
        let concern = self.concern.into_iter().chain(self.reply_concern);
        let topic = self.topic.into_iter().chain(self.reply_topic);
        let sentiment = self.sentiment.into_iter().chain(self.reply_sentiment);
        concern.chain(topic).chain(sentiment)
    }

    /// The inverse of [`Self::factors`]; `None` when there are too few or too many.
    pub fn from_factors(factors: &[f32]) -> Option<Self> {
        let (&concern, rest) = factors.split_first_chunk()?;
        let (&reply_concern, rest) = rest.split_first_chunk()?;
        let (&topic, rest) = rest.split_first_chunk()?;
        let (&reply_topic, rest) = rest.split_first_chunk()?;
        let (&sentiment, rest) = rest.split_first_chunk()?;
        let (&reply_sentiment, rest) = rest.split_first_chunk()?;
        rest.is_empty().then_some(Self {
            concern,
            reply_concern,
            topic,
            reply_topic,
            sentiment,
            reply_sentiment,
        })
    }

    /// Judges margins.
    pub fn verdict(&self, channel: Channel, own: &Margins, parent: Option<&Margins>) -> Verdict {
        Verdict {
            concern: match parent {
                None => product(&concern_evidence(own, channel), &self.concern),
                Some(parent) => product(&reply_concern_evidence(own, parent), &self.reply_concern),
            },
            topics: match parent {
                None => topic_evidence(own).map(|evidence| product(&evidence, &self.topic)),
                Some(parent) => {
                    reply_topic_evidence(own, parent).map(|e| product(&e, &self.reply_topic))
                }
            },
            sentiments: match parent {
                None => sentiment_evidence(own, channel).map(|e| product(&e, &self.sentiment)),
                Some(parent) => reply_sentiment_evidence(own, parent)
                    .map(|e| product(&e, &self.reply_sentiment)),
            },
        }
    }
}

/// Calibrated scores: log-odds of concern, unnormalised log-probabilities of the rest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    pub concern: f32,
    pub topics: [f32; N_TOPICS],
    pub sentiments: [f32; N_SENTIMENTS],
}

impl Verdict {
    /// As probabilities and decisions.
    pub fn reading(self) -> Reading {
        let concern_probability = sigmoid(self.concern);
        let (topic, topic_probability) = best(self.topics);
        let (sentiment, _) = best(self.sentiments);
        let mut probabilities = self.sentiments;
        softmax(&mut probabilities);
        let [negative, neutral, positive] = probabilities;
        Reading {
            concern_probability,
            is_concern: concern_probability >= 0.5,
            topic: Topic::ALL[topic],
            topic_probability,
            sentiment: Sentiment::ALL[sentiment],
            sentiment_probabilities: SentimentProbabilities {
                negative,
                neutral,
                positive,
            },
        }
    }
}

pub(super) fn concern_evidence(own: &Margins, channel: Channel) -> [f32; N_CONCERN] {
    let [negative, neutral, _] = *own.last_chunk().unwrap_or(&[0.0; N_SENTIMENTS]);
    let mut evidence = [0.0; N_CONCERN];
    evidence[..3].copy_from_slice(&[own[0], best_topic_margin(own), negative - neutral]);
    evidence[3 + channel as usize] = 1.0;
    evidence
}

fn best_topic_margin(own: &Margins) -> f32 {
    let topics = topic_margins(own).iter().copied();
    topics.fold(f32::NEG_INFINITY, f32::max)
}

pub(super) fn reply_concern_evidence(own: &Margins, parent: &Margins) -> [f32; 4] {
    let above = parent[0].clamp(-1.0, 1.0);
    [own[0], best_topic_margin(own), above, 1.0]
}

pub(super) fn topic_evidence(own: &Margins) -> [[f32; 2]; N_TOPICS] {
    std::array::from_fn(|topic| {
        let margin = topic_margins(own)[topic];
        [margin, margin.max(0.0)]
    })
}

pub(super) fn reply_topic_evidence(own: &Margins, parent: &Margins) -> [[f32; 5]; N_TOPICS] {
    let parent = topic_margins(parent);
    let highest = parent.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    std::array::from_fn(|topic| {
        let margin = topic_margins(own)[topic];
        let above = parent[topic];
        let is_best = f32::from(u8::from(above >= highest));
        [margin, margin.max(0.0), above, above.max(0.0), is_best]
    })
}

pub(super) fn sentiment_evidence(
    own: &Margins,
    channel: Channel,
) -> [[f32; N_SENTIMENT]; N_SENTIMENTS] {
    std::array::from_fn(|sentiment| {
        let mut evidence = [0.0; N_SENTIMENT];
        evidence[0] = sentiment_margins(own)[sentiment];
        evidence[1 + channel as usize * N_SENTIMENTS + sentiment] = 1.0;
        evidence
    })
}

pub(super) fn reply_sentiment_evidence(
    own: &Margins,
    parent: &Margins,
) -> [[f32; N_REPLY_SENTIMENT]; N_SENTIMENTS] {
    std::array::from_fn(|sentiment| {
        let mut evidence = [0.0; N_REPLY_SENTIMENT];
        evidence[0] = sentiment_margins(own)[sentiment];
        evidence[1] = sentiment_margins(parent)[sentiment];
        evidence[2 + sentiment] = 1.0;
        evidence
    })
}

fn product(evidence: &[f32], factors: &[f32]) -> f32 {
    evidence.iter().zip(factors).map(|(e, f)| e * f).sum()
}

/// The likeliest class and its probability.
fn best<const N: usize>(mut scores: [f32; N]) -> (usize, f32) {
    softmax(&mut scores);
    let mut best = 0;
    for class in 1..N {
        if scores[class] > scores[best] {
            best = class;
        }
    }
    (best, scores[best])
}

/// The lexicon of a taxonomy, one class a topic.
pub(super) fn topic_lexicon(taxonomy: &Taxonomy) -> Vec<(Topic, String)> {
    taxonomy
        .iter()
        .flat_map(|info| {
            let phrases = info.lexicon.iter().cloned();
            phrases.map(|phrase| (info.topic, phrase))
        })
        .collect()
}
