//! A second opinion: somebody slower who reads again what the classifier is unsure of.
//!
//! Who that is stands behind a trait, so that no runtime of neural models is needed here. Of two
//! calibrated readings the surer one counts: its probability is its chance to be right.

use super::classify::{ClassifyInput, Reading};
use crate::domain::{SentimentProbabilities, Topic};

/// Reads mentions again.
pub trait SecondOpinion: Send + Sync {
    /// Names the models it reads with.
    fn version(&self) -> &str;

    /// One answer a question, in their order; what it cannot or may not read now is `None`.
    fn judge(&self, questions: &[Question<'_>]) -> Vec<Option<Opinion>>;
}

/// What is asked of one mention.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The mention, with the post above it.
    pub input: ClassifyInput<'a>,
    /// Whether its topic is in doubt.
    pub topic: bool,
    /// Whether its sentiment is in doubt.
    pub sentiment: bool,
    /// The lower of the probabilities in doubt, 0 to 1: who may read few reads the least sure.
    pub confidence: f32,
}

/// What was read; `None` where nothing is known of that.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Opinion {
    /// The likeliest topic and its calibrated probability.
    pub topic: Option<(Topic, f32)>,
    /// Calibrated probabilities.
    pub sentiment: Option<SentimentProbabilities>,
}

/// Probabilities below which a reading is unsure, 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Doubt {
    /// Of the topic.
    pub topic_below: f32,
    /// Of the likeliest sentiment.
    pub sentiment_below: f32,
}

impl Doubt {
    /// What to ask of a mention; nothing of what is sure or noise.
    pub(super) fn question<'a>(
        self,
        input: ClassifyInput<'a>,
        reading: &Reading,
    ) -> Option<Question<'a>> {
        let sentiment_probability = highest(reading.sentiment_probabilities);
        let topic = reading.topic_probability < self.topic_below;
        let sentiment = sentiment_probability < self.sentiment_below;
        let of_topic = if topic {
            reading.topic_probability
        } else {
            1.0
        };
        let of_sentiment = if sentiment {
            sentiment_probability
        } else {
            1.0
        };
        (reading.is_concern && (topic || sentiment)).then_some(Question {
            input,
            topic,
            sentiment,
            confidence: of_topic.min(of_sentiment),
        })
    }
}

/// The reading after it heard an opinion on what was asked; of each, the surer counts.
pub(super) fn weigh(reading: Reading, question: &Question<'_>, opinion: &Opinion) -> Reading {
    let mut weighed = reading;
    if let Some((topic, probability)) = opinion.topic.filter(|_| question.topic)
        && probability > reading.topic_probability
    {
        (weighed.topic, weighed.topic_probability) = (topic, probability);
    }
    if let Some(probabilities) = opinion.sentiment.filter(|_| question.sentiment)
        && highest(probabilities) > highest(reading.sentiment_probabilities)
    {
        weighed.sentiment = probabilities.likeliest();
        weighed.sentiment_probabilities = probabilities;
    }
    weighed
}

fn highest(probabilities: SentimentProbabilities) -> f32 {
    probabilities.of(probabilities.likeliest())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Channel, Sentiment};

    fn reading() -> Reading {
        Reading {
            concern_probability: 0.9,
            is_concern: true,
            topic: Topic::Road,
            topic_probability: 0.5,
            sentiment: Sentiment::Negative,
            sentiment_probabilities: SentimentProbabilities {
                negative: 0.8,
                neutral: 0.1,
                positive: 0.1,
            },
        }
    }

    const INPUT: ClassifyInput<'static> = ClassifyInput {
        channel: Channel::Social,
        title: None,
        text: "ngập",
        ticket_field: None,
        parent: None,
    };

    const DOUBT: Doubt = Doubt {
        topic_below: 0.6,
        sentiment_below: 0.6,
    };

    #[test]
    fn only_what_is_unsure_is_asked_and_nothing_of_noise() {
        let question = DOUBT.question(INPUT, &reading()).unwrap();
        assert_eq!((question.topic, question.sentiment), (true, false));
        assert!((question.confidence - 0.5).abs() < 1e-6);
        let sure = Reading {
            topic_probability: 0.6,
            ..reading()
        };
        assert!(DOUBT.question(INPUT, &sure).is_none());
        let noise = Reading {
            is_concern: false,
            ..reading()
        };
        assert!(DOUBT.question(INPUT, &noise).is_none());
    }

    #[test]
    fn the_surer_reading_counts() {
        let question = DOUBT.question(INPUT, &reading()).unwrap();
        let hear = |topic: f32| {
            let opinion = Opinion {
                topic: Some((Topic::Drainage, topic)),
                ..Opinion::default()
            };
            weigh(reading(), &question, &opinion).topic
        };
        assert_eq!(hear(0.7), Topic::Drainage);
        assert_eq!(hear(0.4), Topic::Road);
    }

    #[test]
    fn what_was_not_asked_is_not_heard() {
        let question = DOUBT.question(INPUT, &reading()).unwrap();
        let opinion = Opinion {
            topic: None,
            sentiment: Some(SentimentProbabilities {
                negative: 0.0,
                neutral: 0.0,
                positive: 1.0,
            }),
        };
        assert_eq!(weigh(reading(), &question, &opinion), reading());
    }
}
