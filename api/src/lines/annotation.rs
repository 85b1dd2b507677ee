//! Lines of `langnghe annotate`.

use models::domain::{Annotation, CleanMention, PiiField, PiiSpan, SentimentProbabilities};
use serde::{Deserialize, Serialize};

use super::{UnitWeight, round, scope_code};

/// Calibrated probabilities of the three sentiments.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SentimentLine {
    /// Complaint, anger, worry.
    pub negative: f64,
    /// Report or question without feeling.
    pub neutral: f64,
    /// Praise, thanks.
    pub positive: f64,
}

impl From<SentimentProbabilities> for SentimentLine {
    fn from(probabilities: SentimentProbabilities) -> Self {
        Self {
            negative: round(f64::from(probabilities.negative), 6),
            neutral: round(f64::from(probabilities.neutral), 6),
            positive: round(f64::from(probabilities.positive), 6),
        }
    }
}

/// A stretch of personal data; offsets count Unicode scalar values of the field as given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PiiLine {
    /// `title` or `text`.
    pub field: String,
    /// What it is: `name`, `phone`, …
    pub kind: String,
    /// First scalar value.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

impl From<&PiiSpan> for PiiLine {
    fn from(span: &PiiSpan) -> Self {
        let field = match span.field {
            PiiField::Title => "title",
            PiiField::Text => "text",
        };
        Self {
            field: field.to_owned(),
            kind: span.kind.code().to_owned(),
            start: span.start,
            end: span.end,
        }
    }
}

/// One line of `langnghe annotate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnnotationLine {
    /// Which mention.
    pub id: String,
    /// Whether it voices a concern.
    pub is_concern: bool,
    /// Calibrated probability of that.
    pub concern_probability: f64,
    /// `unit`, `city`, `outside` or `unknown`.
    pub scope: String,
    /// Units with their weights, heaviest first.
    pub units: Vec<UnitWeight>,
    /// Ids of the agencies named or answering by duty.
    pub agencies: Vec<String>,
    /// Code of the topic.
    pub topic: String,
    /// Calibrated probability of the topic.
    pub topic_probability: f64,
    /// `negative`, `neutral` or `positive`.
    pub sentiment: String,
    /// Calibrated probabilities of all three.
    pub sentiment_probabilities: SentimentLine,
    /// Personal data that was cut, by its place in the fields as given.
    pub pii: Vec<PiiLine>,
    /// The title, redacted.
    pub title: Option<String>,
    /// The text, redacted.
    pub text: String,
    /// Version of the models that read it.
    pub model_version: String,
}

impl AnnotationLine {
    /// The line of one mention, its words redacted.
    pub fn new(annotation: &Annotation, mention: &CleanMention) -> Self {
        let placement = &annotation.placement;
        Self {
            id: annotation.mention.to_string(),
            is_concern: annotation.is_concern,
            concern_probability: round(f64::from(annotation.concern_probability), 6),
            scope: scope_code(placement.scope).to_owned(),
            units: UnitWeight::list(&placement.units),
            agencies: placement.agencies.iter().map(ToString::to_string).collect(),
            topic: annotation.topic.code().to_owned(),
            topic_probability: round(f64::from(annotation.topic_probability), 6),
            sentiment: annotation.sentiment.code().to_owned(),
            sentiment_probabilities: annotation.sentiment_probabilities.into(),
            pii: annotation.pii.iter().map(PiiLine::from).collect(),
            title: mention.title.clone(),
            text: mention.text.clone(),
            model_version: annotation.model_version.clone(),
        }
    }
}
