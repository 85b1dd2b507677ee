//! The majority-class baseline: what a program scores that has learned nothing but what is common.

use models::domain::{
    AnnotatedMention, Annotation, CleanMention, ConcernId, Placement, Scope, Sentiment,
    SentimentProbabilities, Topic,
};

use super::gold::GoldMention;
use crate::edition::GroupedDays;

/// Reads every mention as a negative concern of the commonest topic and place, all of a topic and
/// day in one group.
pub fn majority(gold: &[GoldMention]) -> GroupedDays {
    let concerns = || gold.iter().filter(|g| g.label.is_concern);
    let topic = commonest(concerns().map(|g| g.label.topic)).unwrap_or(Topic::Other);
    let sentiment = commonest(concerns().map(|g| g.label.sentiment)).unwrap_or(Sentiment::Negative);
    let scope = commonest(gold.iter().map(|g| g.label.scope)).unwrap_or(Scope::Unit);
    let mentions = gold.iter().map(|g| {
        let day = g
            .mention
            .day()
            .map(|day| day.to_string())
            .unwrap_or_default();
        AnnotatedMention {
            mention: CleanMention::assume_clean(g.mention.clone()),
            annotation: Annotation {
                mention: g.mention.id.clone(),
                is_concern: true,
                concern_probability: 1.0,
                placement: Placement::bare(scope),
                topic,
                topic_probability: 1.0,
                sentiment,
                sentiment_probabilities: certain(sentiment),
                pii: Vec::new(),
                fingerprint: 0,
                model_version: "majority".to_owned(),
            },
            concern: Some(ConcernId::new(day)),
        }
    });
    GroupedDays {
        mentions: mentions.collect(),
        concerns: Vec::new(),
    }
}

fn commonest<T: Ord + Copy>(labels: impl Iterator<Item = T>) -> Option<T> {
    let mut counts = std::collections::BTreeMap::new();
    labels.for_each(|label| *counts.entry(label).or_insert(0_usize) += 1);
    counts
        .into_iter()
        .max_by_key(|&(_, n)| n)
        .map(|(label, _)| label)
}

fn certain(sentiment: Sentiment) -> SentimentProbabilities {
    let probability = |of: Sentiment| if of == sentiment { 1.0 } else { 0.0 };
    SentimentProbabilities {
        negative: probability(Sentiment::Negative),
        neutral: probability(Sentiment::Neutral),
        positive: probability(Sentiment::Positive),
    }
}
