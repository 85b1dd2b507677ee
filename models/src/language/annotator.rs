//! The annotator: everything our models read in a mention, together, personal data cut on the way.

use jiff::civil::Date;
use rustc_hash::{FxHashMap, FxHashSet};

use super::classify::{Classifier, ClassifyInput, Impression, Reading, settle};
use super::fingerprint;
use super::pii::{self, PiiContext};
use super::place::{Gazetteer, PlaceInput};
use super::second::{Doubt, SecondOpinion, weigh};
use crate::domain::{
    AnnotatedMention, Annotation, CleanMention, Mention, MentionId, Placement, Scope,
};

/// Posts above a reply that are read with it.
const ANCESTORS_MAX: usize = 3;

/// What happens elsewhere is seldom a concern of this city's: in parts A and B of the gold ten of
/// the fifteen mentions placed outside are noise, against one in eight of all; the words have said
/// part of that already.
const ELSEWHERE_LOG_ODDS: f32 = -1.2;

/// Reads mentions with models and gazetteer that were given as values.
pub struct Annotator {
    classifier: Classifier,
    gazetteer: Gazetteer,
    private: PiiContext,
    undated: Date,
    version: String,
    second: Option<Second>,
}

/// Who is asked again, about what, and the version of an annotation they had a part in.
struct Second {
    reader: Box<dyn SecondOpinion>,
    doubt: Doubt,
    version: String,
}

impl Annotator {
    /// Mentions without a time are placed by the units of the day `undated`.
    pub fn new(classifier: Classifier, gazetteer: Gazetteer, undated: Date) -> Self {
        let version = format!(
            "{}+rules-{}",
            classifier.version(),
            env!("CARGO_PKG_VERSION")
        );
        Self {
            private: PiiContext::new(gazetteer.data()),
            classifier,
            gazetteer,
            undated,
            version,
            second: None,
        }
    }

    /// The same, asking somebody about mentions it is unsure of. Annotations of mentions that were
    /// read again name both versions; all others are as without.
    #[must_use]
    pub fn with_second_opinion(self, reader: Box<dyn SecondOpinion>, doubt: Doubt) -> Self {
        let version = format!("{}+{}", self.version, reader.version());
        let second = Second {
            reader,
            doubt,
            version,
        };
        Self {
            second: Some(second),
            ..self
        }
    }

    /// The places it knows.
    pub fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }

    /// Names models and rules; annotations carry it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// A text without what is personal in it; the same text when nothing is.
    pub fn redact(&self, text: &str) -> String {
        pii::redact(text, &self.private)
    }

    /// Annotates mentions in the order given, each together with its thread where that is among
    /// them.
    pub fn annotate_all(&self, mentions: &[Mention]) -> Vec<(CleanMention, Annotation)> {
        self.annotate_in_context(mentions, &[])
    }

    /// The same, with posts that were annotated before and may stand above some of the mentions.
    pub fn annotate_in_context(
        &self,
        mentions: &[Mention],
        known: &[AnnotatedMention],
    ) -> Vec<(CleanMention, Annotation)> {
        let known_ids = known
            .iter()
            .map(|k| (&k.mention.id, k))
            .collect::<FxHashMap<_, _>>();
        let mut first_at: FxHashMap<&MentionId, usize> = FxHashMap::default();
        for (at, mention) in mentions.iter().enumerate() {
            first_at.entry(&mention.id).or_insert(at);
        }
        let above = |mention| posts_above(mention, mentions, &first_at, &known_ids);
        let impressions = mentions
            .iter()
            .map(|mention| impression_in_thread(&self.classifier, mention, &above(mention), None));
        // Mentions that speak alike share what they say of their topic, so all are read together.
        let mut readings = settle(&impressions.collect::<Vec<_>>());
        let read_again = self.read_again(mentions, above, &mut readings);
        let mut done: Vec<Option<(CleanMention, Annotation)>> = vec![None; mentions.len()];
        for at in 0..mentions.len() {
            for &next in lineage(at, mentions, &first_at).iter().rev() {
                if done[next].is_some() {
                    continue;
                }
                let mention = &mentions[next];
                let placement = mention.parent.as_ref().and_then(|parent| {
                    let before = known_ids.get(parent).map(|k| &k.annotation);
                    let here = || first_at.get(parent).and_then(|&at| done[at].as_ref());
                    before.or_else(|| here().map(|(_, annotation)| annotation))
                });
                let placement = placement.map(|annotation| &annotation.placement);
                done[next] = Some(self.read(mention, &readings[next], placement));
            }
        }
        if let Some(second) = &self.second {
            for at in read_again {
                if let Some((_, annotation)) = &mut done[at] {
                    annotation.model_version.clone_from(&second.version);
                }
            }
        }
        done.into_iter().flatten().collect()
    }

    /// Asks for a second opinion on unsure readings; says which mentions were read again.
    fn read_again<'a>(
        &self,
        mentions: &'a [Mention],
        above: impl Fn(&'a Mention) -> Vec<&'a Mention>,
        readings: &mut [Reading],
    ) -> Vec<usize> {
        let Some(second) = &self.second else {
            return Vec::new();
        };
        let parents = mentions
            .iter()
            .map(|mention| above(mention).first().copied());
        let parents = parents.map(|parent| parent.map(|parent| classify_input(parent, None)));
        let parents = parents.collect::<Vec<_>>();
        let (mut asked, mut questions) = (Vec::new(), Vec::new());
        for (at, reading) in readings.iter().enumerate() {
            let input = classify_input(&mentions[at], parents[at].as_ref());
            if let Some(question) = second.doubt.question(input, reading) {
                asked.push(at);
                questions.push(question);
            }
        }
        let opinions = second.reader.judge(&questions);
        let mut read_again = Vec::new();
        for ((at, question), opinion) in asked.into_iter().zip(&questions).zip(opinions) {
            if let Some(opinion) = opinion {
                readings[at] = weigh(readings[at], question, &opinion);
                read_again.push(at);
            }
        }
        read_again
    }

    /// `parent` is where the post it replies to was placed.
    fn read(
        &self,
        mention: &Mention,
        reading: &Reading,
        parent: Option<&Placement>,
    ) -> (CleanMention, Annotation) {
        let mut placement = self.gazetteer.place(&PlaceInput {
            title: mention.title.as_deref(),
            text: &mention.text,
            ticket_address: mention.ticket.as_ref().and_then(|t| t.address.as_deref()),
            parent,
            channel: mention.channel,
            day: mention.day().unwrap_or(self.undated),
        });
        let reading = match placement.scope {
            Scope::Outside => reading.with_doubt(ELSEWHERE_LOG_ODDS),
            _ => *reading,
        };
        if reading.is_concern {
            placement.agencies = self.gazetteer.answering_for(reading.topic, &placement);
        } else if placement.scope != Scope::Outside {
            // Noise is about no place, whatever it names.
            placement = Placement::bare(Scope::Unknown);
        }
        let spans = pii::find(mention, &self.private);
        let clean = pii::cut(mention, &spans, &self.private);
        let annotation = Annotation {
            mention: mention.id.clone(),
            is_concern: reading.is_concern,
            concern_probability: reading.concern_probability,
            placement,
            topic: reading.topic,
            topic_probability: reading.topic_probability,
            sentiment: reading.sentiment,
            sentiment_probabilities: reading.sentiment_probabilities,
            pii: spans,
            fingerprint: fingerprint::simhash(&clean.full_text()),
            model_version: self.version.clone(),
        };
        (clean, annotation)
    }
}

/// A mention and the posts above it that are among the mentions, by position, nearest first; a
/// thread that bites its own tail ends there.
fn lineage(at: usize, mentions: &[Mention], first_at: &FxHashMap<&MentionId, usize>) -> Vec<usize> {
    let mut seen = FxHashSet::default();
    let mut line = Vec::new();
    let mut next = Some(at);
    while let Some(at) = next.filter(|at| seen.insert(*at)) {
        line.push(at);
        next = mentions[at]
            .parent
            .as_ref()
            .and_then(|parent| first_at.get(parent))
            .copied();
    }
    line
}

fn posts_above<'a>(
    mention: &'a Mention,
    mentions: &'a [Mention],
    first_at: &FxHashMap<&MentionId, usize>,
    known: &FxHashMap<&MentionId, &'a AnnotatedMention>,
) -> Vec<&'a Mention> {
    let mut above: Vec<&Mention> = Vec::new();
    let mut parent = mention.parent.as_ref();
    while let Some(id) = parent.filter(|_| above.len() < ANCESTORS_MAX) {
        let here = first_at.get(id).map(|&at| &mentions[at]);
        let Some(post) = here.or_else(|| known.get(id).map(|k| &*k.mention)) else {
            break;
        };
        above.push(post);
        parent = post.parent.as_ref();
    }
    above
}

/// What the classifier makes of a mention below the posts above it, nearest first.
fn impression_in_thread(
    classifier: &Classifier,
    mention: &Mention,
    above: &[&Mention],
    parent: Option<&ClassifyInput<'_>>,
) -> Impression {
    match above.split_last() {
        Some((topmost, nearer)) => {
            let topmost = classify_input(topmost, parent);
            impression_in_thread(classifier, mention, nearer, Some(&topmost))
        }
        None => classifier.impression(&classify_input(mention, parent)),
    }
}

fn classify_input<'a>(
    mention: &'a Mention,
    parent: Option<&'a ClassifyInput<'a>>,
) -> ClassifyInput<'a> {
    ClassifyInput {
        channel: mention.channel,
        title: mention.title.as_deref(),
        text: &mention.text,
        ticket_field: mention
            .ticket
            .as_ref()
            .and_then(|ticket| ticket.field.as_deref()),
        parent,
    }
}
