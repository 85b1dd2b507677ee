//! How good readings are, next to labels.

use crate::domain::{Channel, Sentiment, Topic};
use crate::measure::{ClassScores, Tally, calibration_error, class_scores};

use super::data::TrainingMention;
use super::model::Reading;

/// A reading beside what a person said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Where it was heard.
    pub channel: Channel,
    /// The topic given by hand; `None` for noise.
    pub topic: Option<Topic>,
    /// The sentiment given by hand.
    pub sentiment: Option<Sentiment>,
    /// What the classifier read.
    pub reading: Reading,
}

impl Judged {
    /// Sets a reading beside the labels of a mention.
    pub fn new(mention: &TrainingMention, reading: Reading) -> Self {
        Self {
            channel: mention.said.channel,
            topic: mention.topic,
            sentiment: mention.sentiment,
            reading,
        }
    }
}

/// Scores of all three decisions; topic and sentiment count over true concerns only.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassifyScores {
    /// Mentions counted.
    pub n: usize,
    /// Finding concerns.
    pub concern: Tally,
    /// Finding noise.
    pub noise: Tally,
    /// Topic.
    pub topic: ClassScores,
    /// Sentiment.
    pub sentiment: ClassScores,
    /// Expected calibration error of the concern probability, of the topic's and the sentiment's.
    pub calibration_errors: [f64; 3],
}

impl ClassifyScores {
    /// Scores judged readings.
    pub fn of(judged: &[Judged]) -> Self {
        let mut concern = Tally::default();
        let mut noise = Tally::default();
        let mut topics = Vec::new();
        let mut sentiments = Vec::new();
        let mut sure: [Vec<(f32, bool)>; 3] = Default::default();
        for item in judged {
            let reading = &item.reading;
            let truth = item.topic.is_some();
            concern.count(&present(truth), &present(reading.is_concern));
            noise.count(&present(!truth), &present(!reading.is_concern));
            sure[0].push((reading.concern_probability, truth));
            if let Some(topic) = item.topic {
                topics.push((topic, reading.topic));
                sure[1].push((reading.topic_probability, topic == reading.topic));
            }
            if let (Some(sentiment), true) = (item.sentiment, truth) {
                sentiments.push((sentiment, reading.sentiment));
                let probability =
                    reading.sentiment_probabilities.as_array()[reading.sentiment as usize];
                sure[2].push((probability, sentiment == reading.sentiment));
            }
        }
        Self {
            n: judged.len(),
            concern,
            noise,
            topic: class_scores(&topics),
            sentiment: class_scores(&sentiments),
            calibration_errors: sure.map(|decisions| calibration_error(&decisions)),
        }
    }
}

fn present(holds: bool) -> Vec<()> {
    if holds { vec![()] } else { Vec::new() }
}
