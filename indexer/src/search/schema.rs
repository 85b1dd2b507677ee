//! Fields of the index, and the version that names its folder.

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{AnnotatedMention, Channel, MentionId, Sentiment, Topic, day_in_vietnam};
use sha2::{Digest as _, Sha256};
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions,
};

use super::words;

/// Names of fields that are read as columns.
pub(super) mod column {
    pub const ID: &str = "id";
    pub const ORDER: &str = "order";
    pub const DAY: &str = "day";
    pub const UNIT: &str = "unit";
    pub const TOPIC: &str = "topic";
    pub const CHANNEL: &str = "channel";
    pub const SENTIMENT: &str = "sentiment";
    pub const SOURCE: &str = "source";
}

/// The fields; no text is stored.
#[derive(Clone)]
pub(super) struct Fields {
    pub schema: Schema,
    pub id: Field,
    pub title: Field,
    pub text: Field,
    pub order: Field,
    pub day: Field,
    pub unit: Field,
    pub topic: Field,
    pub channel: Field,
    pub sentiment: Field,
    pub source: Field,
    pub is_concern: Field,
}

impl Fields {
    pub fn new() -> Self {
        let mut schema = Schema::builder();
        let words = TextOptions::default().set_indexing_options(
            TextFieldIndexing::default()
                .set_tokenizer(words::NAME)
                .set_index_option(IndexRecordOption::WithFreqsAndPositions),
        );
        Self {
            id: schema.add_text_field(column::ID, STRING | FAST),
            title: schema.add_text_field("title", words.clone()),
            text: schema.add_text_field("text", words),
            order: schema.add_u64_field(column::ORDER, FAST),
            day: schema.add_u64_field(column::DAY, FAST | INDEXED),
            unit: schema.add_u64_field(column::UNIT, FAST | INDEXED),
            topic: schema.add_u64_field(column::TOPIC, FAST | INDEXED),
            channel: schema.add_u64_field(column::CHANNEL, FAST | INDEXED),
            sentiment: schema.add_u64_field(column::SENTIMENT, FAST | INDEXED),
            source: schema.add_text_field(column::SOURCE, STRING | FAST),
            is_concern: schema.add_bool_field("is_concern", INDEXED),
            schema: schema.build(),
        }
    }

    /// Eight hex digits over everything that decides what the index holds: a change of any makes
    /// another folder, and so a rebuild.
    pub fn version(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(tantivy::version_string().as_bytes());
        hash.update(words::NAME.as_bytes());
        hash.update(serde_json::to_vec(&self.schema).unwrap_or_default());
        let codes = (Topic::ALL.map(Topic::code).into_iter())
            .chain(Channel::ALL.map(Channel::code))
            .chain(Sentiment::ALL.map(Sentiment::code));
        for code in codes {
            hash.update(code.as_bytes());
        }
        let [a, b, c, d, ..]: [u8; 32] = hash.finalize().into();
        format!("{:08x}", u32::from_be_bytes([a, b, c, d]))
    }

    /// A mention as the index holds it.
    pub fn document(&self, found: &AnnotatedMention, moment: Timestamp) -> TantivyDocument {
        let mention = &*found.mention;
        let read = &found.annotation;
        let mut document = TantivyDocument::default();
        document.add_text(self.id, mention.id.as_str());
        if let Some(title) = &mention.title {
            document.add_text(self.title, title);
        }
        document.add_text(self.text, &mention.text);
        document.add_u64(self.order, order_key(moment, &mention.id));
        document.add_u64(self.day, day_number(day_in_vietnam(moment)));
        for unit in &read.placement.units {
            document.add_u64(self.unit, u64::from(unit.code.number()));
        }
        document.add_u64(self.topic, read.topic.index() as u64);
        document.add_u64(self.channel, channel_number(mention.channel));
        document.add_u64(self.sentiment, sentiment_number(read.sentiment));
        document.add_text(self.source, mention.source.as_str());
        document.add_bool(self.is_concern, read.is_concern);
        document
    }
}

/// Seconds since 1970 above 24 bits of the id's hash, so that equal times still have an order.
pub(super) fn order_key(moment: Timestamp, id: &MentionId) -> u64 {
    let seconds = u64::try_from(moment.as_second()).unwrap_or_default();
    let hash: [u8; 32] = Sha256::digest(id.as_str().as_bytes()).into();
    let tail = u64::from_be_bytes([0, 0, 0, 0, 0, hash[0], hash[1], hash[2]]);
    (seconds << 24) | tail
}

/// Days since 1970.
pub(super) fn day_number(day: Date) -> u64 {
    let since = day.since(EPOCH).map_or(0, |span| span.get_days());
    u64::try_from(since).unwrap_or_default()
}

/// The day of a [`day_number`].
pub(super) fn day_of(number: u64) -> Date {
    let days = i64::try_from(number).unwrap_or_default();
    EPOCH.saturating_add(jiff::Span::new().try_days(days).unwrap_or_default())
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

pub(super) fn channel_number(channel: Channel) -> u64 {
    channel as u64
}

pub(super) fn sentiment_number(sentiment: Sentiment) -> u64 {
    sentiment as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_survive_as_numbers() {
        for day in [date(1970, 1, 1), date(2026, 11, 21), date(2028, 2, 29)] {
            assert_eq!(day_of(day_number(day)), day);
        }
        assert_eq!(day_number(date(1969, 5, 1)), 0);
    }

    #[test]
    fn codes_are_positions_in_all() {
        for (at, channel) in Channel::ALL.into_iter().enumerate() {
            assert_eq!(channel_number(channel), at as u64);
        }
        for (at, sentiment) in Sentiment::ALL.into_iter().enumerate() {
            assert_eq!(sentiment_number(sentiment), at as u64);
        }
    }
}
