//! Corrections: what officers say our models got wrong. Ground state: the next run reads them.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;

use super::{Annotation, ConcernId, DeskRole, DigestScope, MentionId, Placement, Sentiment, Topic};

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
    /// Two concerns are one (gộp); the second is kept.
    Merge(ConcernId, ConcernId),
    /// Mentions of a concern are one of their own (tách).
    Split(Split),
    /// A title in the words of the desk (đổi tên).
    Rename(ConcernId, String),
    /// Kept in sight of the readers of a scope, whatever its rank (ghim).
    Pin(ConcernId, DigestScope),
    /// Kept out of lists, for the reason of the correction (ẩn); it is counted all the same.
    Hide(ConcernId),
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
            | Self::Pin(..)
            | Self::Hide(_)
            | Self::Undo(_) => None,
        }
    }

    /// The concerns it is about, the part of a split among them; none for mentions and undoing.
    pub fn concerns(&self) -> Vec<&ConcernId> {
        match self {
            Self::Merge(from, into) => vec![from, into],
            Self::Split(split) => vec![&split.from, &split.part],
            Self::Rename(id, _) | Self::Pin(id, _) | Self::Hide(id) => vec![id],
            Self::Topic(..)
            | Self::Placement(..)
            | Self::Sentiment(..)
            | Self::IsConcern(..)
            | Self::Undo(_) => Vec::new(),
        }
    }

    /// The code used in files and addresses.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Topic(..) => "topic",
            Self::Placement(..) => "placement",
            Self::Sentiment(..) => "sentiment",
            Self::IsConcern(..) => "is_concern",
            Self::Merge(..) => "merge",
            Self::Split(_) => "split",
            Self::Rename(..) => "rename",
            Self::Pin(..) => "pin",
            Self::Hide(_) => "hide",
            Self::Undo(_) => "undo",
        }
    }
}

/// Mentions that leave a concern for one of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The concern they leave.
    pub from: ConcernId,
    /// The concern they are from now on.
    pub part: ConcernId,
    /// Which, in the order of their identifiers.
    pub mentions: Vec<MentionId>,
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
    /// In which role; readers are told this and not the login.
    pub role: DeskRole,
    /// Why, in the officer's words; never empty.
    pub reason: String,
    /// What is corrected.
    pub change: CorrectionChange,
    /// First mentions of the concerns it names, by which these keep their identity when the day of
    /// their birth is grouped again.
    pub anchors: Vec<(ConcernId, MentionId)>,
}

/// The corrections that count: those that no other that counts undoes, in the order they apply.
///
/// ```
/// use models::domain::{Correction, CorrectionChange, MentionId, standing};
/// let made = |seq, change| Correction {
///     seq,
///     made_at: jiff::Timestamp::UNIX_EPOCH,
///     officer: "an".to_owned(),
///     role: models::domain::DeskRole::Desk,
///     reason: "đọc nhầm".to_owned(),
///     change,
///     anchors: Vec::new(),
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

/// What a correction is about in the end: what is undone at the end of a chain of undoings, the change
/// itself otherwise. `None` for a chain that leads nowhere.
pub fn root<'c>(corrections: &'c [Correction], made: &'c Correction) -> Option<&'c Correction> {
    let mut at = made;
    while let CorrectionChange::Undo(seq) = at.change {
        let mut earlier = corrections.iter();
        // An undoing names an earlier one, so this ends.
        at = earlier.find(|earlier| earlier.seq == seq && earlier.seq < at.seq)?;
    }
    Some(at)
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
        | CorrectionChange::Pin(..)
        | CorrectionChange::Hide(_)
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
            role: DeskRole::Desk,
            reason: "đọc nhầm".to_owned(),
            change,
            anchors: Vec::new(),
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
