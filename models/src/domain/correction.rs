//! Corrections: what officers say our models got wrong. Ground state: the next run reads them.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{Annotation, ConcernId, MentionId, Placement, Sentiment, Topic};

/// What is corrected.
#[derive(Clone, Debug, PartialEq)]
pub enum CorrectionChange {
    /// A mention's topic.
    Topic(MentionId, Topic),
    /// A mention's place.
    Placement(MentionId, Placement),
    /// A mention's sentiment.
    Sentiment(MentionId, Sentiment),
    /// Whether a mention is a concern at all.
    IsConcern(MentionId, bool),
    /// Two concerns are one; the second is kept.
    Merge(ConcernId, ConcernId),
    /// A mention belongs to a concern of its own.
    Split(MentionId),
    /// A better title.
    Rename(ConcernId, String),
    /// Not to be shown, with the reason.
    Hide(ConcernId, String),
    /// An earlier correction, by its number, counts no more; undoing that brings it back.
    Undo(u64),
}

impl CorrectionChange {
    /// The mention whose reading it changes.
    pub fn mention(&self) -> Option<&MentionId> {
        match self {
            Self::Topic(id, _)
            | Self::Placement(id, _)
            | Self::Sentiment(id, _)
            | Self::IsConcern(id, _) => Some(id),
            Self::Merge(..)
            | Self::Split(_)
            | Self::Rename(..)
            | Self::Hide(..)
            | Self::Undo(_) => None,
        }
    }
}

/// One correction; undone by another, never deleted.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Order in which corrections apply.
    pub seq: u64,
    /// When it was made.
    pub made_at: Timestamp,
    /// Login of the officer, an official in office.
    pub officer: String,
    /// Why, in the officer's words; never empty.
    pub reason: String,
    /// What is corrected.
    pub change: CorrectionChange,
}

/// The corrections that count: those that no other that counts undoes, in the order they apply.
///
/// ```
/// use models::domain::{Correction, CorrectionChange, MentionId, standing};
/// let made = |seq, change| Correction {
///     seq,
///     made_at: jiff::Timestamp::UNIX_EPOCH,
///     officer: "an".to_owned(),
///     reason: "đọc nhầm".to_owned(),
///     change,
/// };
/// let noise = CorrectionChange::IsConcern(MentionId::new("m"), false);
/// let all = [made(1, noise), made(2, CorrectionChange::Undo(1))];
/// assert!(standing(&all).is_empty());
/// let again = [&all[..], &[made(3, CorrectionChange::Undo(2))]].concat();
/// assert_eq!(standing(&again), [&all[0]]);
/// ```
pub fn standing(corrections: &[Correction]) -> Vec<&Correction> {
    let undone = undone(corrections);
    let counts = |made: &&Correction| {
        !undone.contains(&made.seq) && !matches!(made.change, CorrectionChange::Undo(_))
    };
    corrections.iter().filter(counts).collect()
}

/// Numbers of those that a later one undoes, itself not undone.
pub fn undone(corrections: &[Correction]) -> HashSet<u64> {
    let mut undone = HashSet::new();
    for correction in corrections.iter().rev() {
        match correction.change {
            CorrectionChange::Undo(seq)
                if seq < correction.seq && !undone.contains(&correction.seq) =>
            {
                undone.insert(seq);
            }
            _ => {}
        }
    }
    undone
}

/// What officers say of mentions, laid over what the models read.
#[derive(Clone, Debug, Default)]
pub struct Readings(HashMap<MentionId, Vec<CorrectionChange>>);

/// What stands behind the version of the models in an annotation that an officer corrected.
pub const CORRECTED: &str = "+corrected";

impl Readings {
    /// Those that count among all corrections.
    pub fn of(corrections: &[Correction]) -> Self {
        let mut readings: HashMap<_, Vec<_>> = HashMap::new();
        for correction in standing(corrections) {
            if let Some(id) = correction.change.mention() {
                let changes = readings.entry(id.clone()).or_default();
                changes.push(correction.change.clone());
            }
        }
        Self(readings)
    }

    /// The mentions whose reading is corrected.
    pub fn mentions(&self) -> impl Iterator<Item = &MentionId> {
        self.0.keys()
    }

    /// Lays the corrections of its mention over an annotation; the latest of a kind counts. What an
    /// officer says has probability 1.
    pub fn apply(&self, annotation: &mut Annotation) {
        let Some(changes) = self.0.get(&annotation.mention) else {
            return;
        };
        for change in changes {
            lay_over(annotation, change);
        }
        if !annotation.model_version.ends_with(CORRECTED) {
            annotation.model_version.push_str(CORRECTED);
        }
    }
}

fn lay_over(annotation: &mut Annotation, change: &CorrectionChange) {
    match change {
        // Who names the topic says that there is a concern.
        CorrectionChange::Topic(_, topic) => {
            annotation.topic = *topic;
            annotation.topic_probability = 1.0;
            (annotation.is_concern, annotation.concern_probability) = (true, 1.0);
        }
        CorrectionChange::Placement(_, placement) => {
            let agencies = std::mem::take(&mut annotation.placement.agencies);
            annotation.placement = placement.clone();
            if annotation.placement.agencies.is_empty() {
                annotation.placement.agencies = agencies;
            }
        }
        CorrectionChange::Sentiment(_, sentiment) => {
            let of = |one| if one == *sentiment { 1.0 } else { 0.0 };
            annotation.sentiment = *sentiment;
            annotation.sentiment_probabilities = super::SentimentProbabilities {
                negative: of(Sentiment::Negative),
                neutral: of(Sentiment::Neutral),
                positive: of(Sentiment::Positive),
            };
        }
        CorrectionChange::IsConcern(_, is_concern) => {
            annotation.is_concern = *is_concern;
            annotation.concern_probability = if *is_concern { 1.0 } else { 0.0 };
        }
        CorrectionChange::Merge(..)
        | CorrectionChange::Split(_)
        | CorrectionChange::Rename(..)
        | CorrectionChange::Hide(..)
        | CorrectionChange::Undo(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Scope, SentimentProbabilities};
    use super::*;

    fn made(seq: u64, change: CorrectionChange) -> Correction {
        Correction {
            seq,
            made_at: Timestamp::UNIX_EPOCH,
            officer: "an".to_owned(),
            reason: "đọc nhầm".to_owned(),
            change,
        }
    }

    fn read() -> Annotation {
        Annotation {
            mention: MentionId::new("m"),
            is_concern: false,
            concern_probability: 0.3,
            placement: Placement::bare(Scope::Unknown),
            topic: Topic::Road,
            topic_probability: 0.4,
            sentiment: Sentiment::Neutral,
            sentiment_probabilities: SentimentProbabilities {
                negative: 0.3,
                neutral: 0.6,
                positive: 0.1,
            },
            pii: Vec::new(),
            fingerprint: 7,
            model_version: "classify-3".to_owned(),
        }
    }

    #[test]
    fn the_latest_of_a_kind_counts() {
        let id = MentionId::new("m");
        let all = [
            made(1, CorrectionChange::Topic(id.clone(), Topic::Drainage)),
            made(2, CorrectionChange::Topic(id.clone(), Topic::Waste)),
            made(3, CorrectionChange::Sentiment(id, Sentiment::Positive)),
        ];
        let mut annotation = read();
        Readings::of(&all).apply(&mut annotation);
        assert_eq!(annotation.topic, Topic::Waste);
        assert!(annotation.is_concern, "what has a topic is a concern");
        assert!(annotation.sentiment_probabilities.positive > 0.999);
        assert_eq!(annotation.model_version, "classify-3+corrected");
        Readings::of(&all).apply(&mut annotation);
        assert_eq!(
            annotation.model_version, "classify-3+corrected",
            "said once"
        );
    }

    #[test]
    fn what_is_undone_leaves_the_reading_alone() {
        let noise = CorrectionChange::IsConcern(MentionId::new("m"), true);
        let all = [made(1, noise), made(2, CorrectionChange::Undo(1))];
        let mut annotation = read();
        Readings::of(&all).apply(&mut annotation);
        assert_eq!(annotation, read());
        assert_eq!(Readings::of(&all).mentions().count(), 0);
    }

    #[test]
    fn nothing_undoes_what_comes_later() {
        let noise = CorrectionChange::IsConcern(MentionId::new("m"), true);
        let all = [made(1, CorrectionChange::Undo(2)), made(2, noise)];
        assert_eq!(standing(&all).len(), 1);
    }
}
