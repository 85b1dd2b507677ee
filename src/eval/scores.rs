//! The scores that `GOLD.md` names, each with its count.

use models::domain::{Annotation, ConcernId, Mention, PiiField, Scope, Sentiment, Topic};
use models::measure::{
    BCubed, ClassScores, Tally, b_cubed, bootstrap, calibration_error, class_scores,
};

use super::gold::GoldMention;

/// Resamples behind each interval.
const RESAMPLES: usize = 1000;
const SEED: u64 = 766;

/// One labelled mention beside what our models read in it.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    /// The label.
    pub gold: &'a GoldMention,
    /// The reading.
    pub annotation: &'a Annotation,
    /// The concern it was grouped under.
    pub concern: Option<&'a ConcernId>,
}

/// A measure with its 95 % bootstrap interval and count.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// 0 to 1.
    pub value: f64,
    /// 95 % interval.
    pub interval: (f64, f64),
    /// Items counted.
    pub n: usize,
}

/// All scores of one set of mentions.
#[derive(Clone, Copy, Debug)]
pub struct Scores {
    /// F1 of the class "concern".
    pub concern_f1: Measured,
    /// F1 of the class "noise".
    pub noise_f1: Measured,
    /// Precision, recall and F1 of units, micro over mentions whose scope is unit.
    pub units: (f64, f64, Measured),
    /// Scope accuracy over all mentions.
    pub scope: Measured,
    /// Topic accuracy over concerns.
    pub topic_accuracy: Measured,
    /// Topic macro-F1 over concerns.
    pub topic_macro_f1: Measured,
    /// Sentiment accuracy over concerns.
    pub sentiment_accuracy: Measured,
    /// Sentiment macro-F1 over concerns.
    pub sentiment_macro_f1: Measured,
    /// Expected calibration error of concern, topic and sentiment.
    pub calibration: (f64, f64, f64),
    /// B³ over mentions with a concern.
    pub grouping: (f64, f64, Measured),
    /// Recall and precision of personal data, by exact substring.
    pub pii: (Measured, Measured),
}

/// Scores a set of mentions.
pub fn score(judged: &[Judged<'_>]) -> Scores {
    let concerns = judged
        .iter()
        .filter(|j| j.gold.label.is_concern)
        .copied()
        .collect::<Vec<_>>();
    let placed = judged
        .iter()
        .filter(|j| j.gold.label.scope == Scope::Unit)
        .copied()
        .collect::<Vec<_>>();
    let grouped = judged
        .iter()
        .filter(|j| j.gold.label.concern.is_some())
        .copied()
        .collect::<Vec<_>>();
    let units = units_tally(&placed);
    let groups = grouping(&grouped);
    Scores {
        concern_f1: measured(judged, judged.len(), |set| class_f1(set, true)),
        noise_f1: measured(judged, judged.len(), |set| class_f1(set, false)),
        units: (
            units.precision(),
            units.recall(),
            measured(&placed, placed.len(), |set| units_tally(set).f1()),
        ),
        scope: measured(judged, judged.len(), |set| share(set, scope_is_right)),
        topic_accuracy: measured(&concerns, concerns.len(), |set| topics(set).accuracy),
        topic_macro_f1: measured(&concerns, concerns.len(), |set| topics(set).macro_f1),
        sentiment_accuracy: measured(&concerns, concerns.len(), |set| sentiments(set).accuracy),
        sentiment_macro_f1: measured(&concerns, concerns.len(), |set| sentiments(set).macro_f1),
        calibration: calibration(judged, &concerns),
        grouping: (
            groups.precision,
            groups.recall,
            measured(&grouped, grouped.len(), |set| grouping(set).f1),
        ),
        pii: (
            measured(
                judged,
                pii_tally(judged).hit + pii_tally(judged).miss,
                |set| pii_tally(set).recall(),
            ),
            measured(
                judged,
                pii_tally(judged).hit + pii_tally(judged).false_alarm,
                |set| pii_tally(set).precision(),
            ),
        ),
    }
}

fn measured<'a>(
    items: &[Judged<'a>],
    n: usize,
    measure: impl Fn(&[Judged<'a>]) -> f64,
) -> Measured {
    let interval = bootstrap(items, RESAMPLES, SEED, &measure);
    Measured {
        value: measure(items),
        interval,
        n,
    }
}

fn class_f1(judged: &[Judged<'_>], class: bool) -> f64 {
    let mut tally = Tally::default();
    for j in judged {
        let truth = j.gold.label.is_concern == class;
        let found = j.annotation.is_concern == class;
        tally.hit += usize::from(truth && found);
        tally.false_alarm += usize::from(!truth && found);
        tally.miss += usize::from(truth && !found);
    }
    tally.f1()
}

/// A set of candidates counts as the candidates of weight at least one half.
fn units_tally(judged: &[Judged<'_>]) -> Tally {
    let mut tally = Tally::default();
    for j in judged {
        let likely = j
            .annotation
            .placement
            .units
            .iter()
            .filter(|unit| unit.weight >= 0.5);
        let found = likely.map(|unit| unit.code).collect::<Vec<_>>();
        tally.count(&j.gold.label.units, &found);
    }
    tally
}

fn scope_is_right(j: &Judged<'_>) -> bool {
    j.gold.label.scope == j.annotation.placement.scope
}

fn topics(judged: &[Judged<'_>]) -> ClassScores {
    let pairs = judged
        .iter()
        .map(|j| (j.gold.label.topic, j.annotation.topic));
    class_scores::<Topic>(&pairs.collect::<Vec<_>>())
}

fn sentiments(judged: &[Judged<'_>]) -> ClassScores {
    let pairs = judged
        .iter()
        .map(|j| (j.gold.label.sentiment, j.annotation.sentiment));
    class_scores::<Sentiment>(&pairs.collect::<Vec<_>>())
}

fn calibration(judged: &[Judged<'_>], concerns: &[Judged<'_>]) -> (f64, f64, f64) {
    let concern = judged.iter().map(|j| {
        let p = j.annotation.concern_probability;
        let sure = if j.annotation.is_concern { p } else { 1.0 - p };
        (sure, j.annotation.is_concern == j.gold.label.is_concern)
    });
    let topic = concerns.iter().map(|j| {
        (
            j.annotation.topic_probability,
            j.annotation.topic == j.gold.label.topic,
        )
    });
    let sentiment = concerns.iter().map(|j| {
        let sure = j
            .annotation
            .sentiment_probabilities
            .as_array()
            .into_iter()
            .fold(0.0, f32::max);
        (sure, j.annotation.sentiment == j.gold.label.sentiment)
    });
    (
        calibration_error(&concern.collect::<Vec<_>>()),
        calibration_error(&topic.collect::<Vec<_>>()),
        calibration_error(&sentiment.collect::<Vec<_>>()),
    )
}

/// A mention judged noise stands alone.
fn grouping(judged: &[Judged<'_>]) -> BCubed {
    let pairs = judged
        .iter()
        .map(|j| {
            let alone = j.gold.mention.id.as_str();
            let predicted = j
                .concern
                .map_or(("alone", alone), |c| ("concern", c.as_str()));
            (j.gold.label.concern.as_deref().unwrap_or(alone), predicted)
        })
        .collect::<Vec<_>>();
    b_cubed(&pairs)
}

fn pii_tally(judged: &[Judged<'_>]) -> Tally {
    let mut tally = Tally::default();
    for j in judged {
        let found = j
            .annotation
            .pii
            .iter()
            .map(|span| substring(&j.gold.mention, span.field, span.start, span.end))
            .collect::<Vec<_>>();
        tally.count(&j.gold.label.pii, &found);
    }
    tally
}

fn substring(mention: &Mention, field: PiiField, start: usize, end: usize) -> String {
    let text = match field {
        PiiField::Title => mention.title.as_deref().unwrap_or_default(),
        PiiField::Text => &mention.text,
    };
    text.chars()
        .skip(start)
        .take(end.saturating_sub(start))
        .collect()
}

fn share<T>(items: &[T], is_right: impl Fn(&T) -> bool) -> f64 {
    let right = items.iter().filter(|item| is_right(item)).count();
    right as f64 / items.len().max(1) as f64
}
