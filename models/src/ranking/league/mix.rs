//! Case mix: some topics are settled faster than others, and a unit does not choose its topics.

use std::collections::BTreeMap;

use super::Case;
use crate::domain::Topic;

/// Tickets of the whole kind that a topic's own share is worth less than: a topic of few tickets is
/// taken to be like the others.
const TOPIC_PRIOR: f64 = 10.0;

/// How the tickets of a kind fare, topic by topic.
pub(super) struct TopicMix {
    /// Share that held over all tickets, 0 to 1.
    pub overall: f64,
    of_topic: BTreeMap<Topic, f64>,
}

impl TopicMix {
    pub(super) fn of(units: &[&[Case]]) -> Self {
        let mut counts: BTreeMap<Topic, (f64, f64)> = BTreeMap::new();
        for case in units.iter().copied().flatten() {
            let (held, all) = counts.entry(case.topic).or_default();
            *held += f64::from(u8::from(case.held));
            *all += 1.0;
        }
        let held = counts.values().map(|(held, _)| held).sum::<f64>();
        let all = counts.values().map(|(_, all)| all).sum::<f64>();
        let overall = (held + 0.5) / (all + 1.0);
        let of_topic = counts.into_iter().map(|(topic, (held, all))| {
            let share = (held + TOPIC_PRIOR * overall) / (all + TOPIC_PRIOR);
            (topic, share)
        });
        Self {
            overall,
            of_topic: of_topic.collect(),
        }
    }

    /// The share that the kind would reach on these tickets; its overall one where there is none.
    pub(super) fn expected(&self, cases: &[Case]) -> f64 {
        if cases.is_empty() {
            return self.overall;
        }
        let of = |case: &Case| self.of_topic.get(&case.topic).copied();
        let sum = cases.iter().map(|case| of(case).unwrap_or(self.overall));
        sum.sum::<f64>() / cases.len() as f64
    }
}
