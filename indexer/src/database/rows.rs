//! Rows to domain values and back.

use crate::sql::ValueRef;
use crate::sql::{Result, Row};
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    AnnotatedMention, Annotation, Channel, CleanMention, ConcernId, ContentHash, Engagement,
    Mention, MentionId, PiiSpan, Rating, Sentiment, SentimentProbabilities, SourceId, Ticket,
    TicketStatus, Topic, day_start,
};

use super::fault::unreadable;
use crate::Error;
use crate::shapes::{Complaint, PiiShape, PlacesShape, from_json, of_code, scope_of};

/// Selects mentions as [`annotated`] reads them; a `WHERE` or `ORDER BY` follows.
pub(super) const SELECT_MENTIONS: &str = "
    SELECT m.id, m.channel, m.source, m.url, m.published_at, m.title, m.body, m.parent,
           m.likes, m.comments, m.shares, m.capture,
           t.status, t.field, t.address, t.due_at, t.closed_at, t.rating,
           a.is_concern, a.concern_probability, a.scope, a.places, a.topic, a.topic_probability,
           a.sentiment, a.negative, a.neutral, a.positive, a.pii, a.fingerprint, a.model_version,
           c.concern, m.seq, m.pk, m.moment, t.updated_at
    FROM mentions m
    JOIN annotations a ON a.mention = m.pk
    LEFT JOIN tickets t ON t.mention = m.pk
    LEFT JOIN mention_concerns c ON c.mention = m.pk ";

/// Columns of [`SELECT_MENTIONS`] beyond the mention itself.
pub(super) const SEQ: usize = 32;
pub(super) const PK: usize = 33;
pub(super) const MOMENT: usize = 34;
const UPDATED_AT: usize = 35;

/// A row of [`SELECT_MENTIONS`].
pub(super) fn annotated(row: &Row<'_>) -> Result<AnnotatedMention> {
    let mention = mention(row)?;
    let annotation = annotation(row, mention.id.clone())?;
    let concern: Option<String> = row.get(31)?;
    Ok(AnnotatedMention {
        mention: CleanMention::assume_clean(mention),
        annotation,
        concern: concern.map(ConcernId::new),
    })
}

fn mention(row: &Row<'_>) -> Result<Mention> {
    let likes: Option<u32> = row.get(8)?;
    let engagement = match likes {
        Some(likes) => Some(Engagement {
            likes,
            comments: row.get(9)?,
            shares: row.get(10)?,
        }),
        None => None,
    };
    let is_ticket = row.get_ref(12)? != ValueRef::Null;
    let capture: Option<[u8; 32]> = row.get(11)?;
    let parent: Option<String> = row.get(7)?;
    Ok(Mention {
        id: MentionId::new(row.get::<_, String>(0)?),
        channel: code(row, 1, "channel", Channel::from_code)?,
        source: SourceId::new(row.get::<_, String>(2)?),
        url: row.get(3)?,
        published_at: optional_moment(row, 4)?,
        title: row.get(5)?,
        text: row.get(6)?,
        parent: parent.map(MentionId::new),
        engagement,
        ticket: if is_ticket {
            Some(ticket(row, 12, UPDATED_AT)?)
        } else {
            None
        },
        capture: capture.map(ContentHash),
    })
}

/// Status, field, address, due, closed and rating from a column on, and the time of update.
pub(super) fn ticket(row: &Row<'_>, at: usize, updated_at: usize) -> Result<Ticket> {
    let rating: Option<String> = row.get(at + 5)?;
    let rating = rating
        .map(|text| of_code("rating", &text, Rating::from_code))
        .transpose()
        .map_err(|why| unreadable(at + 5, why))?;
    Ok(Ticket {
        status: code(row, at, "ticket status", TicketStatus::from_code)?,
        field: row.get(at + 1)?,
        address: row.get(at + 2)?,
        due_at: optional_moment(row, at + 3)?,
        closed_at: optional_moment(row, at + 4)?,
        rating,
        updated_at: optional_moment(row, updated_at)?,
    })
}

fn annotation(row: &Row<'_>, mention: MentionId) -> Result<Annotation> {
    let scope = text_with(row, 20, scope_of)?;
    let places: PlacesShape = text_with(row, 21, from_json)?;
    let placement = places
        .into_placement(scope)
        .map_err(|why| unreadable(21, why))?;
    Ok(Annotation {
        mention,
        is_concern: row.get(18)?,
        concern_probability: row.get::<_, f64>(19)? as f32,
        placement,
        topic: code(row, 22, "topic", Topic::from_code)?,
        topic_probability: row.get::<_, f64>(23)? as f32,
        sentiment: code(row, 24, "sentiment", Sentiment::from_code)?,
        sentiment_probabilities: SentimentProbabilities {
            negative: row.get::<_, f64>(25)? as f32,
            neutral: row.get::<_, f64>(26)? as f32,
            positive: row.get::<_, f64>(27)? as f32,
        },
        pii: text_with(row, 28, pii)?,
        fingerprint: row.get::<_, i64>(29)?.cast_unsigned(),
        model_version: row.get(30)?,
    })
}

fn pii(json: &str) -> Result<Vec<PiiSpan>, Complaint> {
    // Most mentions have none, and this runs for every mention of 28 days.
    if json == "[]" {
        return Ok(Vec::new());
    }
    let shapes: Vec<PiiShape> = from_json(json)?;
    shapes.into_iter().map(PiiSpan::try_from).collect()
}

/// A column whose text is a code.
pub(super) fn code<T>(
    row: &Row<'_>,
    column: usize,
    what: &str,
    from_code: impl Fn(&str) -> Option<T>,
) -> Result<T> {
    text_with(row, column, |text| of_code(what, text, &from_code))
}

/// A column whose text is read by a function.
pub(super) fn text_with<T>(
    row: &Row<'_>,
    column: usize,
    read: impl Fn(&str) -> Result<T, Complaint>,
) -> Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    read(text).map_err(|why| unreadable(column, why))
}

/// A column that holds a moment.
pub(super) fn moment(row: &Row<'_>, column: usize) -> Result<Timestamp> {
    Timestamp::from_microsecond(row.get(column)?).map_err(|why| unreadable(column, why.to_string()))
}

/// A column that may hold a moment.
pub(super) fn optional_moment(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>> {
    let micros: Option<i64> = row.get(column)?;
    micros
        .map(Timestamp::from_microsecond)
        .transpose()
        .map_err(|why| unreadable(column, why.to_string()))
}

/// A column that holds a day.
pub(super) fn day(row: &Row<'_>, column: usize) -> Result<Date> {
    text_with(row, column, |text| {
        text.parse::<Date>().map_err(|why| why.to_string())
    })
}

/// A moment as stored.
pub(super) fn micros(moment: Option<Timestamp>) -> Option<i64> {
    moment.map(Timestamp::as_microsecond)
}

/// The moments of the days `from` to `to`, both included: from the first number, below the second.
pub(super) fn span(from: Date, to: Date) -> (i64, i64) {
    let after = to
        .tomorrow()
        .map_or(i64::MAX, |day| day_start(day).as_microsecond());
    (day_start(from).as_microsecond(), after)
}

/// A count or identifier as SQLite holds it.
pub(super) fn number(column: i64) -> u64 {
    u64::try_from(column).unwrap_or_default()
}

/// A limit as SQLite takes it.
pub(super) fn at_most(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// A mention with its moments cut to the microseconds the record keeps, so that what is given and
/// what is stored can be compared.
pub(super) fn as_stored(mention: &Mention) -> Mention {
    let mut stored = mention.clone();
    stored.published_at = stored.published_at.map(whole_micros);
    if let Some(ticket) = &mut stored.ticket {
        ticket.due_at = ticket.due_at.map(whole_micros);
        ticket.closed_at = ticket.closed_at.map(whole_micros);
        ticket.updated_at = ticket.updated_at.map(whole_micros);
    }
    stored
}

fn whole_micros(moment: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(moment.as_microsecond()).unwrap_or(moment)
}

/// Refuses an annotation with a probability that is not a number, or of another mention.
pub(super) fn check_annotation(mention: &MentionId, read: &Annotation) -> Result<(), Error> {
    if read.mention != *mention {
        return Err(Error::Mismatched {
            mention: mention.clone(),
            annotation: read.mention.clone(),
        });
    }
    let [negative, neutral, positive] = read.sentiment_probabilities.as_array();
    let probabilities = [
        read.concern_probability,
        read.topic_probability,
        negative,
        neutral,
        positive,
    ];
    if probabilities.iter().all(|p| p.is_finite()) {
        return Ok(());
    }
    Err(Error::Unstorable {
        what: "annotation",
        detail: format!("mention `{mention}` has a probability that is not a number"),
    })
}
