//! What an index on a search server looks like: names, mapping, documents.

use jiff::Timestamp;
use models::domain::{AnnotatedMention, day_in_vietnam};
use serde_json::{Value, json};

use super::settings::ElasticSettings;
use crate::search::schema::{day_number, order_key};
use crate::search::words::words;

/// Number of the layout of an index; raise it when the mapping, the words or a code changes. An index
/// of a lower layout is made again beside, one of a higher is left alone.
pub(super) const LAYOUT: u32 = 1;

/// Document that says how far an index is; no mention has such an id.
pub(super) const MARK_ID: &str = "langnghe.mark";

/// Every mention has it and the mark has not.
pub(super) const PRESENCE: &str = "day";

/// The index behind an alias: `langnghe-l1-7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IndexName {
    pub text: String,
    pub layout: u32,
    pub number: u64,
}

impl IndexName {
    pub fn new(alias: &str, number: u64) -> Self {
        Self {
            text: format!("{alias}-l{LAYOUT}-{number}"),
            layout: LAYOUT,
            number,
        }
    }

    /// Reads the name of an index; `None` when it is none of ours.
    pub fn read(alias: &str, name: &str) -> Option<Self> {
        let rest = name.strip_prefix(alias)?.strip_prefix("-l")?;
        let (layout, number) = rest.split_once('-')?;
        Some(Self {
            text: name.to_owned(),
            layout: layout.parse().ok()?,
            number: number.parse().ok()?,
        })
    }

    /// The alias under which it is written. Writing to an index that is gone would make another, of
    /// types that the server guesses; a missing alias is refused.
    pub fn to_write(&self) -> String {
        format!("{}-w", self.text)
    }
}

/// What a new index is made with.
pub(super) fn creation(settings: &ElasticSettings, aliases: &[&str]) -> Value {
    let aliases: serde_json::Map<_, _> = aliases
        .iter()
        .map(|alias| ((*alias).to_owned(), json!({})))
        .collect();
    json!({
        "settings": {"index": {
            "number_of_shards": settings.n_shards,
            "number_of_replicas": settings.n_replicas,
            // What was written can be found when we say so: with the watermark.
            "refresh_interval": "-1",
            "analysis": analysis(),
        }},
        "mappings": mappings(),
        "aliases": aliases,
    })
}

/// Words come cut, each as `hòa~hoa`; both spellings stand at one place, as in the embedded index.
fn analysis() -> Value {
    json!({
        "filter": {"both_spellings": {
            "type": "pattern_capture",
            "preserve_original": false,
            "patterns": ["^([^~]+)~", "(~.+)$"],
        }},
        "analyzer": {"cut_words": {
            "type": "custom",
            "tokenizer": "whitespace",
            "filter": ["both_spellings"],
        }},
    })
}

/// No text is kept, only what finding it takes.
fn mappings() -> Value {
    let words = json!({"type": "text", "analyzer": "cut_words", "search_analyzer": "whitespace"});
    json!({
        "dynamic": "strict",
        "_source": {"includes": ["mark_*"]},
        "properties": {
            "title": words,
            "text": words,
            "order": {"type": "long"},
            "day": {"type": "long"},
            "unit": {"type": "keyword"},
            "topic": {"type": "keyword"},
            "channel": {"type": "keyword"},
            "sentiment": {"type": "keyword"},
            "source": {"type": "keyword"},
            "is_concern": {"type": "boolean"},
            "mark_generation": {"type": "keyword", "index": false, "doc_values": false},
            "mark_seq": {"type": "long", "index": false, "doc_values": false},
        },
    })
}

/// A mention as the index holds it.
pub(super) fn document(found: &AnnotatedMention, moment: Timestamp) -> Value {
    let mention = &*found.mention;
    let read = &found.annotation;
    let units: Vec<String> = (read.placement.units.iter())
        .map(|unit| unit.code.to_string())
        .collect();
    json!({
        "title": mention.title.as_deref().map(cut),
        "text": cut(&mention.text),
        "order": order_key(moment, &mention.id),
        "day": day_number(day_in_vietnam(moment)),
        "unit": units,
        "topic": read.topic.code(),
        "channel": mention.channel.code(),
        "sentiment": read.sentiment.code(),
        "source": mention.source.as_str(),
        "is_concern": read.is_concern,
    })
}

/// The words of a text, in both spellings, with spaces between them.
fn cut(text: &str) -> String {
    let mut line = String::with_capacity(text.len() * 2);
    for (_, word) in words(text) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(&word.written);
        line.push_str(&word.folded_term());
    }
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_carry_both_spellings() {
        assert_eq!(cut("Hoà Bình, 3/2!"), "hòa~hoa bình~binh 3/2~3/2");
    }

    proptest! {
        /// A word with a space or the mark in it would become two at the server.
        #[test]
        fn no_word_breaks_the_line(text in any::<String>()) {
            for (_, word) in words(&text) {
                for spelling in [&word.written, &word.folded] {
                    prop_assert!(!spelling.chars().any(|c| c == '~' || c.is_whitespace() || c.is_control()));
                }
                prop_assert!(word.written.chars().count() + word.folded.chars().count() < 255);
            }
        }
    }

    #[test]
    fn names_say_layout_and_number() {
        let name = IndexName::new("langnghe", 7);
        assert_eq!(name.text, "langnghe-l1-7");
        assert_eq!(IndexName::read("langnghe", &name.text), Some(name));
        for strange in ["langnghe", "langnghe-logs", "langnghe-l1-", "other-l1-7"] {
            assert_eq!(IndexName::read("langnghe", strange), None, "{strange}");
        }
    }
}
