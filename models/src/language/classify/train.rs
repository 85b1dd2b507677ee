//! Training: features of labelled mentions in, a model file and its report out.
//!
//! Pure and repeatable: the same mentions, taxonomy and parameters give the same bytes.

use rustc_hash::FxHashMap;

use crate::domain::{Channel, Taxonomy, Topic};
use crate::language::text::fold;

use super::calibrate::{Example, fit};
use super::data::{TrainingMention, TrainingText};
use super::features::{Feature, extract};
use super::format;
use super::hash;
use super::lexicon::Lexicon;
use super::model::{
    Calibration, Margins, N_CLASSES, N_TOPICS, WeightTable, concern_evidence,
    reply_concern_evidence, reply_sentiment_evidence, reply_topic_evidence, sentiment_evidence,
    topic_evidence, topic_lexicon,
};
use super::score::{ClassifyScores, Judged};
use super::svm::{Effort, Rows, Vote, separate};

/// Choices of training; the defaults were chosen by cross-validation on the training mentions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrainParameters {
    /// Seed of the order of visits and the folds.
    pub seed: u64,
    /// Features seen in fewer mentions are dropped.
    pub min_mentions: u32,
    /// Features kept at most; the weakest go.
    pub max_features: usize,
    /// Power of the inverse document frequency, 0 to 1.
    pub rarity: f32,
    /// Cost of a wrong concern decision.
    pub cost_concern: f32,
    /// Cost of a wrong topic.
    pub cost_topic: f32,
    /// Cost of a wrong sentiment.
    pub cost_sentiment: f32,
    /// Extra cost by how rare a sentiment is, 0 (none) to 1 (all sentiments weigh alike).
    pub balance_sentiment: f32,
    /// Weight of the copy of each mention without accents.
    pub unaccented_weight: f32,
    /// Weight of replies in the topic model, whose words seldom name the topic.
    pub reply_topic_weight: f32,
    /// Say of press mentions of weight 1 in the sentiment model: some hands judged what happened,
    /// the gold set how it was told.
    pub news_weight: f32,
    /// Say of mentions chosen for being hard in how sure the model is of a concern and of a
    /// sentiment: among them noise is more common, and nearer, than in a day's stream, and so are
    /// praise and plain questions.
    pub hard_weight: f32,
    /// Folds of the cross-validation that fits the probabilities; at least 2. Hands take turns.
    pub n_folds: usize,
}

impl Default for TrainParameters {
    fn default() -> Self {
        Self {
            seed: 2026,
            min_mentions: 2,
            max_features: 80_000,
            rarity: 1.0,
            cost_concern: 0.5,
            cost_topic: 1.0,
            cost_sentiment: 0.1,
            balance_sentiment: 0.5,
            unaccented_weight: 1.0,
            reply_topic_weight: 0.2,
            news_weight: 0.3,
            hard_weight: 0.2,
            n_folds: 7,
        }
    }
}

/// What training gives back.
#[derive(Clone, Debug)]
pub struct Trained {
    /// The model file.
    pub bytes: Vec<u8>,
    /// What went in and how good it is.
    pub report: TrainReport,
}

/// What went into a model and how good it is on mentions it was not trained on.
#[derive(Clone, Debug)]
pub struct TrainReport {
    /// Training mentions.
    pub n_mentions: usize,
    /// Noise among them.
    pub n_noise: usize,
    /// Replies among them.
    pub n_replies: usize,
    /// Features kept.
    pub n_features: usize,
    /// Each mention judged by a model that had not seen its thread.
    pub held_out: Vec<Judged>,
    /// The same with accents stripped from mention and parent.
    pub held_out_unaccented: Vec<Judged>,
}

impl TrainReport {
    /// Cross-validated scores.
    pub fn scores(&self) -> ClassifyScores {
        ClassifyScores::of(&self.held_out)
    }
}

/// Trains a classifier.
pub fn train(
    mentions: &[TrainingMention],
    taxonomy: &Taxonomy,
    parameters: &TrainParameters,
) -> Trained {
    let phrases = topic_lexicon(taxonomy);
    let mut lexicon = Lexicon::default();
    for (topic, phrase) in &phrases {
        lexicon.add(topic.index(), phrase);
    }
    let corpus = Corpus::new(mentions, &lexicon, parameters);
    let held_out = corpus.held_out_margins(parameters);
    let calibration = calibrate(mentions, &held_out, parameters);
    let whole = (0..mentions.len()).collect::<Vec<_>>();
    let weights = corpus.strongest(&corpus.fit(&whole, parameters), parameters.max_features);
    let judge = |twin: usize| -> Vec<Judged> {
        let judge_one = |(index, mention): (usize, &TrainingMention)| {
            let margins = &held_out[index][twin];
            let channel = mention.said.channel;
            let verdict = calibration.verdict(channel, &margins.own, margins.parent.as_ref());
            Judged::new(mention, verdict.reading())
        };
        mentions.iter().enumerate().map(judge_one).collect()
    };
    Trained {
        report: TrainReport {
            n_mentions: mentions.len(),
            n_noise: mentions.iter().filter(|m| m.topic.is_none()).count(),
            n_replies: mentions.iter().filter(|m| m.parent.is_some()).count(),
            n_features: weights.keys().len(),
            held_out: judge(AS_WRITTEN),
            held_out_unaccented: judge(STRIPPED),
        },
        bytes: format::write(&phrases, &calibration, &weights),
    }
}

/// The two ways each mention is seen.
const AS_WRITTEN: usize = 0;
const STRIPPED: usize = 1;
const N_TWINS: usize = 2;

/// Margins of a mention and of its parent.
#[derive(Clone, Copy)]
struct ThreadMargins {
    own: Margins,
    parent: Option<Margins>,
}

/// Labelled feature rows.
struct Corpus<'a> {
    mentions: &'a [TrainingMention],
    /// Row `mention * N_TWINS + twin`.
    rows: Rows,
    parents: Rows,
    columns: Vec<Column>,
}

struct Column {
    key: u32,
    rarity: f32,
    typical_value: f32,
}

impl<'a> Corpus<'a> {
    fn new(
        mentions: &'a [TrainingMention],
        lexicon: &Lexicon,
        parameters: &TrainParameters,
    ) -> Self {
        let mut own = Vec::with_capacity(mentions.len() * N_TWINS);
        let mut parents = Vec::with_capacity(mentions.len() * N_TWINS);
        for mention in mentions {
            let stripped = strip_mention(mention);
            for twin in [mention, &stripped] {
                let parent = twin.parent.as_ref().map(|parent| parent.as_input(None));
                own.push(extract(&twin.said.as_input(parent.as_ref()), lexicon));
                parents.push(parent.map(|parent| extract(&parent, lexicon)));
            }
        }
        let columns = columns(&own, parameters);
        let by_key = columns
            .iter()
            .enumerate()
            .map(|(index, column)| (column.key, index as u32))
            .collect::<FxHashMap<_, _>>();
        let weigh = |features: &[Feature]| {
            let known = features.iter().filter_map(|&(key, value)| {
                let column = *by_key.get(&key)?;
                Some((column, value * columns[column as usize].rarity))
            });
            known.collect::<Vec<_>>()
        };
        let mut rows = Rows::new();
        let mut parent_rows = Rows::new();
        for (own, parent) in own.iter().zip(&parents) {
            rows.push(weigh(own));
            parent_rows.push(parent.as_deref().map(weigh).unwrap_or_default());
        }
        Self {
            mentions,
            rows,
            parents: parent_rows,
            columns,
        }
    }

    /// Trains every class on the given mentions; weights of a class lie together.
    fn fit(&self, trained_on: &[usize], parameters: &TrainParameters) -> Vec<Vec<f32>> {
        let effort = Effort {
            max_rounds: 12,
            tolerance: 0.1,
            seed: parameters.seed,
        };
        let shares = sentiment_shares(self.mentions, trained_on);
        (0..N_CLASSES)
            .map(|class| {
                let mut votes = Vec::new();
                for &index in trained_on {
                    let vote = self.vote(index, class, parameters, &shares);
                    let Some((yes, cost)) = vote else { continue };
                    let twins = [(AS_WRITTEN, 1.0), (STRIPPED, parameters.unaccented_weight)];
                    for (twin, weight) in twins {
                        if weight > 0.0 {
                            votes.push(Vote {
                                row: index * N_TWINS + twin,
                                yes,
                                cost: cost * weight,
                            });
                        }
                    }
                }
                separate(&self.rows, self.columns.len(), &votes, effort)
            })
            .collect()
    }

    /// On which side of a class a mention stands and what it costs to get it wrong.
    fn vote(
        &self,
        index: usize,
        class: usize,
        parameters: &TrainParameters,
        shares: &[f32; 3],
    ) -> Option<(bool, f32)> {
        let mention = &self.mentions[index];
        if class == 0 {
            let cost = parameters.cost_concern * mention.weight;
            return Some((mention.topic.is_some(), cost));
        }
        let topic = mention.topic?;
        if class <= N_TOPICS {
            let weight = match mention.parent {
                Some(_) => parameters.reply_topic_weight,
                None => 1.0,
            };
            // Topics mean the same in every hand; a mention's own weight is for how hands judge.
            let cost = parameters.cost_topic * weight;
            return (cost > 0.0).then_some((topic.index() == class - 1, cost));
        }
        let sentiment = mention.sentiment?;
        let share = shares[sentiment as usize] * 3.0;
        let balance = share.powf(-parameters.balance_sentiment);
        let cost = parameters.cost_sentiment * balance * feeling_weight(mention, parameters);
        Some((sentiment as usize == class - 1 - N_TOPICS, cost))
    }

    /// Margins of each mention from a model that had not seen its thread.
    fn held_out_margins(&self, parameters: &TrainParameters) -> Vec<[ThreadMargins; N_TWINS]> {
        let nothing = ThreadMargins {
            own: [0.0; N_CLASSES],
            parent: None,
        };
        let mut margins = vec![[nothing; N_TWINS]; self.mentions.len()];
        let folds = self
            .mentions
            .iter()
            .map(|mention| fold_of(mention, parameters))
            .collect::<Vec<_>>();
        for fold in 0..parameters.n_folds {
            let (held_out, trained_on): (Vec<_>, Vec<_>) =
                (0..self.mentions.len()).partition(|&index| folds[index] == fold);
            if held_out.is_empty() {
                continue;
            }
            let weights = self.fit(&trained_on, parameters);
            for index in held_out {
                margins[index] = std::array::from_fn(|twin| self.margins(index, twin, &weights));
            }
        }
        margins
    }

    fn margins(&self, index: usize, twin: usize, weights: &[Vec<f32>]) -> ThreadMargins {
        let row = index * N_TWINS + twin;
        ThreadMargins {
            own: margins_of(self.rows.row(row), weights),
            parent: self.mentions[index]
                .parent
                .as_ref()
                .map(|_| margins_of(self.parents.row(row), weights)),
        }
    }

    /// The rows of the features that matter most, rarity multiplied in.
    fn strongest(&self, weights: &[Vec<f32>], max_features: usize) -> WeightTable {
        let mut rows = self
            .columns
            .iter()
            .enumerate()
            .map(|(index, column)| {
                let row: Margins =
                    std::array::from_fn(|class| weights[class][index] * column.rarity);
                let length = row.iter().map(|weight| weight * weight).sum::<f32>().sqrt();
                (length * column.typical_value, column.key, row)
            })
            .collect::<Vec<_>>();
        rows.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        rows.truncate(max_features);
        rows.sort_by_key(|row| row.1);
        let keys = rows.iter().map(|row| row.1).collect();
        WeightTable::new(keys, rows.into_iter().map(|row| row.2).collect())
    }
}

fn margins_of(row: &[(u32, f32)], weights: &[Vec<f32>]) -> Margins {
    std::array::from_fn(|class| {
        let weights = &weights[class];
        row.iter()
            .map(|&(column, value)| value * weights[column as usize])
            .sum()
    })
}

/// Features worth a column, the common ones first: they are read most and stay in the cache.
fn columns(mentions: &[Vec<Feature>], parameters: &TrainParameters) -> Vec<Column> {
    let mut seen: FxHashMap<u32, (u32, u32, f32)> = FxHashMap::default();
    for (row, features) in mentions.iter().enumerate() {
        let mention = (row / N_TWINS) as u32 + 1;
        for &(key, value) in features {
            let entry = seen.entry(key).or_insert((0, 0, 0.0));
            if entry.1 != mention {
                *entry = (entry.0 + 1, mention, entry.2 + value);
            }
        }
    }
    let n_mentions = (mentions.len() / N_TWINS) as f32;
    let mut columns = seen
        .into_iter()
        .filter(|(_, (count, _, _))| *count >= parameters.min_mentions)
        .map(|(key, (count, _, sum))| Column {
            key,
            rarity: (1.0 + (n_mentions / count as f32).ln()).powf(parameters.rarity),
            typical_value: sum / count as f32 * (count as f32).sqrt(),
        })
        .collect::<Vec<_>>();
    columns.sort_by(|a, b| a.rarity.total_cmp(&b.rarity).then(a.key.cmp(&b.key)));
    columns
}

/// A thread falls into one fold as a whole, and so does all of a hand: what measures us later was
/// written by others, too.
fn fold_of(mention: &TrainingMention, parameters: &TrainParameters) -> usize {
    if let Some(hand) = mention.hand {
        return hand as usize % parameters.n_folds.max(2);
    }
    let root = mention.parent.as_ref().unwrap_or(&mention.said);
    let hash = hash::join(parameters.seed, hash::of_text(&root.text));
    (hash >> 8) as usize % parameters.n_folds.max(2)
}

fn strip_mention(mention: &TrainingMention) -> TrainingMention {
    TrainingMention {
        said: strip_text(&mention.said),
        parent: mention.parent.as_ref().map(strip_text),
        ..mention.clone()
    }
}

fn strip_text(said: &TrainingText) -> TrainingText {
    TrainingText {
        channel: said.channel,
        title: said.title.as_deref().map(fold),
        text: fold(&said.text),
        ticket_field: said.ticket_field.clone(),
    }
}

/// How much say a mention has in what is felt.
fn feeling_weight(mention: &TrainingMention, parameters: &TrainParameters) -> f32 {
    let is_news = mention.said.channel == Channel::Press && mention.weight <= 1.0;
    let share = if is_news { parameters.news_weight } else { 1.0 };
    mention.weight * share
}

fn sentiment_shares(mentions: &[TrainingMention], trained_on: &[usize]) -> [f32; 3] {
    let mut counts = [1.0_f32; 3];
    for &index in trained_on {
        let mention = &mentions[index];
        if let (Some(_), Some(sentiment)) = (mention.topic, mention.sentiment) {
            counts[sentiment as usize] += 1.0;
        }
    }
    let sum = counts.iter().sum::<f32>();
    counts.map(|count| count / sum)
}

/// Fits the factors on held-out margins, each decision apart.
fn calibrate(
    mentions: &[TrainingMention],
    held_out: &[[ThreadMargins; N_TWINS]],
    parameters: &TrainParameters,
) -> Calibration {
    let start = Calibration::default();
    let mut concern = Vec::new();
    let mut reply_concern = Vec::new();
    let mut topic = Vec::new();
    let mut reply_topic = Vec::new();
    let mut sentiment = Vec::new();
    let mut reply_sentiment = Vec::new();
    for (mention, twins) in mentions.iter().zip(held_out) {
        let margins = &twins[AS_WRITTEN];
        let is_noise = usize::from(mention.topic.is_none());
        let hardness = if mention.is_hard {
            parameters.hard_weight
        } else {
            1.0
        };
        match &margins.parent {
            None => concern.push(yes_or_no(
                &concern_evidence(&margins.own, mention.said.channel),
                is_noise,
                mention.weight * hardness,
            )),
            Some(parent) => reply_concern.push(yes_or_no(
                &reply_concern_evidence(&margins.own, parent),
                is_noise,
                mention.weight * hardness,
            )),
        }
        let Some(right) = mention.topic.map(Topic::index) else {
            continue;
        };
        match &margins.parent {
            None => topic.push(example(topic_evidence(&margins.own), right, mention.weight)),
            Some(parent) => {
                let evidence = reply_topic_evidence(&margins.own, parent);
                reply_topic.push(example(evidence, right, mention.weight));
            }
        }
        if let Some(right) = mention.sentiment.map(|sentiment| sentiment as usize) {
            let weight = feeling_weight(mention, parameters) * hardness;
            match &margins.parent {
                None => {
                    let evidence = sentiment_evidence(&margins.own, mention.said.channel);
                    sentiment.push(example(evidence, right, weight));
                }
                Some(parent) => {
                    let evidence = reply_sentiment_evidence(&margins.own, parent);
                    reply_sentiment.push(example(evidence, right, weight));
                }
            }
        }
    }
    Calibration {
        concern: fitted(&concern, start.concern),
        reply_concern: fitted(&reply_concern, start.reply_concern),
        topic: fitted(&topic, start.topic),
        reply_topic: fitted(&reply_topic, start.reply_topic),
        sentiment: fitted(&sentiment, start.sentiment),
        reply_sentiment: fitted(&reply_sentiment, start.reply_sentiment),
    }
}

fn yes_or_no(evidence: &[f32], right: usize, weight: f32) -> Example {
    Example {
        evidence: vec![evidence.to_vec(), vec![0.0; evidence.len()]],
        right,
        weight,
    }
}

fn example<const F: usize, const N: usize>(
    evidence: [[f32; F]; N],
    right: usize,
    weight: f32,
) -> Example {
    Example {
        evidence: evidence.iter().map(|factors| factors.to_vec()).collect(),
        right,
        weight,
    }
}

fn fitted<const F: usize>(examples: &[Example], start: [f32; F]) -> [f32; F] {
    /// Pull towards the starting factors; it matters only where examples are few.
    const RIDGE: f64 = 1e-3;
    let mut factors = start;
    if !examples.is_empty() {
        factors.copy_from_slice(&fit(examples, &start, RIDGE));
    }
    factors
}
