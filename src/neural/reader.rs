//! The second opinion of an encoder: heads on its vectors, or its own classifier.

use std::fs;
use std::io::ErrorKind;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, bail};
use models::domain::{Sentiment, SentimentProbabilities, Topic};
use models::language::second::{Doubt, Opinion, Question, SecondOpinion};
use neural::{Head, Manifest, Matrix, NeuralError, Task, Worker, softmax};
use sha2::{Digest, Sha256};

use super::HeadKind;
use super::budget::Budget;
use super::encoder::{Opened, Wording, with_parent};
use crate::city::City;
use crate::clock;

/// The city, its annotator asking the encoder that the configuration names; without one, the same.
pub fn ask_encoder(city: City) -> Result<City> {
    let models = &city.config.models;
    let Some(path) = &models.encoder else {
        return Ok(city);
    };
    let budget = Budget::new(models.again_per_batch, models.again_per_day, clock::today());
    let reader = NeuralReader::open(path, budget)
        .with_context(|| format!("models.encoder = {}", path.display()))?;
    let doubt = Doubt {
        topic_below: models.unsure_below,
        sentiment_below: models.unsure_below,
    };
    tracing::info!(
        models.version = reader.version(),
        "a neural model reads what is unsure"
    );
    Ok(city.with_annotator(|annotator| annotator.with_second_opinion(Box::new(reader), doubt)))
}

/// Who says what a row or a text is.
enum Judge {
    /// A head that was fitted on the vectors.
    Head(Head),
    /// The checkpoint's own classifier: our code of each of its outputs.
    Own {
        labels: Vec<String>,
        temperature: f32,
    },
}

/// Reads unsure mentions again.
pub struct NeuralReader {
    worker: Mutex<Worker>,
    wording: Wording,
    topic: Option<Judge>,
    sentiment: Option<Judge>,
    budget: Budget,
    version: String,
}

/// Numbers of a batch of questions: vectors of all texts, and scores of the checkpoint's classifier.
struct Read {
    vectors: Option<Matrix>,
    scores: Option<Matrix>,
    /// Where the vector of each question's parent stands.
    parents: Vec<Option<usize>>,
}

impl NeuralReader {
    /// Opens the encoder of a folder with the heads beside it.
    pub fn open(path: &std::path::Path, budget: Budget) -> Result<Self> {
        let opened = Opened::new(path, 1)?;
        let mut version = Sha256::new();
        version.update(opened.directory.fingerprint());
        let mut judge = |kind: HeadKind, task: Task| -> Result<Option<Judge>> {
            let head = read_head(&opened, kind, &mut version)?;
            let own = || own_classifier(&opened, kind, task);
            head.map_or_else(own, |head| Ok(Some(head)))
        };
        let topic = judge(HeadKind::Topic, Task::Topic)?;
        let sentiment = judge(HeadKind::Sentiment, Task::Sentiment)?;
        if topic.is_none() && sentiment.is_none() {
            return Err(NeuralError::NoClassifier.into());
        }
        let version = version.finalize();
        let version = version.iter().take(4).map(|byte| format!("{byte:02x}"));
        let mut workers = opened.workers;
        Ok(Self {
            worker: Mutex::new(workers.swap_remove(0)),
            wording: opened.wording,
            topic,
            sentiment,
            budget,
            version: format!("neural-{}", version.collect::<String>()),
        })
    }

    fn can_answer(&self, question: &Question<'_>) -> bool {
        (question.topic && self.topic.is_some()) || (question.sentiment && self.sentiment.is_some())
    }

    fn read(&self, questions: &[&Question<'_>]) -> Result<Read, NeuralError> {
        let own = questions
            .iter()
            .map(|question| self.wording.words(&question.input));
        let mut texts = own.collect::<Vec<_>>();
        let mut parents = Vec::with_capacity(questions.len());
        let hears_parents = matches!(self.topic, Some(Judge::Head(_)));
        for question in questions {
            let parent = question
                .input
                .parent
                .filter(|_| hears_parents && question.topic);
            parents.push(parent.map(|_| texts.len()));
            texts.extend(parent.map(|parent| self.wording.words(parent)));
        }
        let texts = texts.iter().map(String::as_str).collect::<Vec<_>>();
        let uses = |is: fn(&Judge) -> bool| {
            let mut judges = [&self.topic, &self.sentiment].into_iter().flatten();
            judges.any(is)
        };
        let mut worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner);
        let vectors = uses(|judge| matches!(judge, Judge::Head(_))).then(|| worker.embed(&texts));
        let own = &texts[..questions.len()];
        let scores = uses(|judge| matches!(judge, Judge::Own { .. })).then(|| worker.logits(own));
        Ok(Read {
            vectors: vectors.transpose()?,
            scores: scores.transpose()?,
            parents,
        })
    }

    fn opinion(&self, at: usize, question: &Question<'_>, read: &Read) -> Opinion {
        let topic = self.topic.as_ref().filter(|_| question.topic);
        let sentiment = self.sentiment.as_ref().filter(|_| question.sentiment);
        let topic = topic.and_then(|judge| likeliest_topic(&judge.read(at, read, true)));
        Opinion {
            topic,
            sentiment: sentiment.map(|judge| sentiments(&judge.read(at, read, false))),
        }
    }
}

impl SecondOpinion for NeuralReader {
    fn version(&self) -> &str {
        &self.version
    }

    fn judge(&self, questions: &[Question<'_>]) -> Vec<Option<Opinion>> {
        let mut opinions = vec![None; questions.len()];
        let answerable = (0..questions.len()).filter(|&at| self.can_answer(&questions[at]));
        let mut order = answerable.collect::<Vec<_>>();
        // The least sure first: what is over the budget keeps the linear reading.
        order.sort_by(|&a, &b| {
            let confidence = |at: usize| questions[at].confidence;
            confidence(a).total_cmp(&confidence(b)).then(a.cmp(&b))
        });
        order.truncate(self.budget.take(order.len(), clock::today()));
        if order.is_empty() {
            return opinions;
        }
        let asked = order.iter().map(|&at| &questions[at]).collect::<Vec<_>>();
        match self.read(&asked) {
            Ok(read) => {
                for (row, (&at, question)) in order.iter().zip(&asked).enumerate() {
                    opinions[at] = Some(self.opinion(row, question, &read));
                }
            }
            Err(error) => tracing::error!(
                error = %error,
                mentions.n = asked.len(),
                "the neural model failed; the linear readings stand"
            ),
        }
        opinions
    }
}

impl Judge {
    /// Codes with their probabilities.
    fn read(&self, at: usize, read: &Read, with_post_above: bool) -> Vec<(String, f32)> {
        let (labels, probabilities) = match (self, &read.vectors, &read.scores) {
            (Self::Head(head), Some(vectors), _) => {
                let own = vectors.row(at);
                let parent = read.parents[at].map(|at| vectors.row(at));
                let probabilities = if with_post_above {
                    head.probabilities(&with_parent(own, parent))
                } else {
                    head.probabilities(own)
                };
                (&head.labels, probabilities)
            }
            (
                Self::Own {
                    labels,
                    temperature,
                },
                _,
                Some(scores),
            ) => (labels, softmax(scores.row(at), *temperature)),
            _ => return Vec::new(),
        };
        labels.iter().cloned().zip(probabilities).collect()
    }
}

/// Several outputs of a checkpoint may stand for one of our codes: they add up.
fn likeliest_topic(read: &[(String, f32)]) -> Option<(Topic, f32)> {
    let mut sums = [0.0; Topic::ALL.len()];
    for (code, probability) in read {
        sums[Topic::from_code(code)?.index()] += probability;
    }
    let best = (0..sums.len()).reduce(|best, at| if sums[at] > sums[best] { at } else { best })?;
    Some((Topic::ALL[best], sums[best]))
}

fn sentiments(read: &[(String, f32)]) -> SentimentProbabilities {
    let of = |sentiment: Sentiment| {
        let same = read.iter().filter(|(code, _)| code == sentiment.code());
        same.map(|(_, probability)| probability).sum()
    };
    SentimentProbabilities {
        negative: of(Sentiment::Negative),
        neutral: of(Sentiment::Neutral),
        positive: of(Sentiment::Positive),
    }
}

/// The head beside an encoder, if one was fitted; it becomes part of the version.
fn read_head(opened: &Opened, kind: HeadKind, version: &mut Sha256) -> Result<Option<Judge>> {
    let path = opened
        .directory
        .path()
        .join(format!("{}.head", kind.name()));
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| path.display().to_string()),
    };
    let head = Head::from_bytes(&path, &bytes)?;
    let hidden_size = opened.directory.config().hidden_size;
    let cols = match kind {
        HeadKind::Topic => hidden_size * 2,
        HeadKind::Sentiment => hidden_size,
    };
    let fits = head.encoder == opened.directory.fingerprint()
        && head.cols == cols
        && head.labels == kind.labels();
    if !fits {
        let (path, name) = (path.display(), kind.name());
        bail!(
            "{path}: của mô hình khác, chạy lại `langnghe train {name} --encoder` / was fitted for another model: run that command again"
        );
    }
    version.update(&bytes);
    Ok(Some(Judge::Head(head)))
}

/// The checkpoint's own classifier, if it answers this.
fn own_classifier(opened: &Opened, kind: HeadKind, task: Task) -> Result<Option<Judge>> {
    let manifest: &Manifest = opened.directory.manifest();
    if manifest.task != task {
        return Ok(None);
    }
    let known = kind.labels();
    let code = |label: &String| -> Result<String> {
        let code = manifest.labels.get(label).cloned().unwrap_or_default();
        if !known.contains(&code) {
            let path = opened.directory.path().join("model.toml");
            bail!(
                "{}: [labels] {label} = \"{code}\": không phải mã {} / no such code; known: {}",
                path.display(),
                kind.name(),
                known.join(", ")
            );
        }
        Ok(code)
    };
    let labels = opened.directory.config().labels.iter().map(code);
    Ok(Some(Judge::Own {
        labels: labels.collect::<Result<_>>()?,
        temperature: manifest.temperature,
    }))
}
