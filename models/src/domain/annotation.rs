//! Annotations: what our models read in a mention. Stand-off: re-annotating never touches the mention.

use super::{MentionId, Placement, Topic};

/// How a mention feels about what it speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Sentiment {
    /// Complaint, anger, worry.
    Negative,
    /// Report or question without feeling.
    Neutral,
    /// Praise, thanks.
    Positive,
}

impl Sentiment {
    /// All sentiments, in the order of [`SentimentProbabilities::as_array`].
    pub const ALL: [Sentiment; 3] = [Self::Negative, Self::Neutral, Self::Positive];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Negative => "negative",
            Self::Neutral => "neutral",
            Self::Positive => "positive",
        }
    }

    /// How many of some are negative, neutral and positive.
    pub fn count(all: impl Iterator<Item = Self>) -> [u32; 3] {
        let mut counts = [0; 3];
        for one in all {
            counts[one as usize] += 1;
        }
        counts
    }

    /// The sentiment of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|sentiment| sentiment.code() == code)
    }
}

/// Calibrated probabilities; they sum to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SentimentProbabilities {
    /// Of [`Sentiment::Negative`].
    pub negative: f32,
    /// Of [`Sentiment::Neutral`].
    pub neutral: f32,
    /// Of [`Sentiment::Positive`].
    pub positive: f32,
}

impl SentimentProbabilities {
    /// In the order of [`Sentiment::ALL`].
    pub fn as_array(self) -> [f32; 3] {
        [self.negative, self.neutral, self.positive]
    }

    /// The likeliest sentiment; of equals the first.
    pub fn likeliest(self) -> Sentiment {
        let mut likeliest = Sentiment::Negative;
        for sentiment in Sentiment::ALL {
            if self.of(sentiment) > self.of(likeliest) {
                likeliest = sentiment;
            }
        }
        likeliest
    }

    /// The probability of a sentiment.
    pub fn of(self, sentiment: Sentiment) -> f32 {
        self.as_array()[sentiment as usize]
    }
}

/// What kind of personal data a span is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PiiKind {
    /// Name of a private person.
    Name,
    /// Telephone number, in any spelling.
    Phone,
    /// E-mail address.
    Email,
    /// CCCD, CMND, passport, tax or insurance number of a person.
    IdNumber,
    /// Vehicle plate.
    Plate,
    /// House address down to the number.
    Address,
    /// Account name on a network, or a link to a profile.
    Handle,
    /// Bank account or card number.
    BankAccount,
    /// Date of birth and the like.
    Other,
}

impl PiiKind {
    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Phone => "phone",
            Self::Email => "email",
            Self::IdNumber => "id_number",
            Self::Plate => "plate",
            Self::Address => "address",
            Self::Handle => "handle",
            Self::BankAccount => "bank_account",
            Self::Other => "other",
        }
    }
}

/// Which field of a mention a span lies in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PiiField {
    /// The title.
    Title,
    /// The text.
    Text,
}

/// A stretch of personal data in a field as it was given; offsets count Unicode scalar values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PiiSpan {
    /// Field it lies in.
    pub field: PiiField,
    /// What it is.
    pub kind: PiiKind,
    /// First scalar value.
    pub start: usize,
    /// One past the last scalar value.
    pub end: usize,
}

/// What our models read in one mention.
#[derive(Clone, Debug, PartialEq)]
pub struct Annotation {
    /// Which mention.
    pub mention: MentionId,
    /// Whether it voices a concern of citizens, or is noise.
    pub is_concern: bool,
    /// Calibrated probability of that, 0 to 1.
    pub concern_probability: f32,
    /// Where it belongs.
    pub placement: Placement,
    /// What it is about.
    pub topic: Topic,
    /// Calibrated probability of the topic, 0 to 1.
    pub topic_probability: f32,
    /// How it feels.
    pub sentiment: Sentiment,
    /// Calibrated probabilities of all three.
    pub sentiment_probabilities: SentimentProbabilities,
    /// Personal data that was cut.
    pub pii: Vec<PiiSpan>,
    /// 64-bit SimHash over word 3-grams, for near-duplicates.
    pub fingerprint: u64,
    /// Version of the models that read it.
    pub model_version: String,
}
