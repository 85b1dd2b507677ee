//! Mention lines: what `annotate`, `group`, `rank` and `score` read, and what an export writes.

use models::domain::{
    AnnotatedMention, Channel, Engagement, LifeEvent, LifeStep, Mention, MentionId, Rating,
    SourceId, Ticket, TicketStatus,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{UnitWeight, format_time, parse_time, scope_code};
use crate::Error;

/// How widely a mention was taken up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EngagementLine {
    /// Likes, favourites.
    pub likes: u32,
    /// Comments, replies.
    pub comments: u32,
    /// Shares, reblogs.
    pub shares: u32,
}

/// What a hotline report says beyond its words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketLine {
    /// Field as declared.
    pub field: Option<String>,
    /// Address of the incident.
    pub address: Option<String>,
    /// `open`, `in_progress`, `closed` or `rejected`.
    pub status: String,
    /// When an answer is due.
    pub due_at: Option<String>,
    /// When it was closed.
    pub closed_at: Option<String>,
    /// `satisfied`, `neutral` or `dissatisfied`; null when silent.
    pub rating: Option<String>,
    /// When the hotline says this became so; an optional extra of the format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<String>,
}

/// One event of a ticket's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TicketEventView {
    /// When it happened; `due` may lie ahead.
    pub at: String,
    /// `received`, `taken_up`, `due`, `due_moved`, `closed`, `rejected`, `reopened` or `rated`.
    pub step: String,
    /// The verdict of `rated`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rating: Option<String>,
}

impl From<&LifeEvent> for TicketEventView {
    fn from(event: &LifeEvent) -> Self {
        Self {
            at: format_time(event.at),
            step: event.step.code().to_owned(),
            rating: match event.step {
                LifeStep::Rated(rating) => Some(rating.code().to_owned()),
                _ => None,
            },
        }
    }
}

/// One mention line; missing fields are null.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MentionLine {
    /// Unique in the input.
    pub id: String,
    /// `press`, `social` or `hotline`.
    pub channel: String,
    /// Source it came from.
    pub source: String,
    /// ISO 8601.
    pub published_at: Option<String>,
    /// Headline or subject.
    pub title: Option<String>,
    /// Body.
    pub text: String,
    /// The mention it replies to.
    pub parent_id: Option<String>,
    /// How widely it was taken up.
    pub engagement: Option<EngagementLine>,
    /// Ticket data of a hotline report.
    pub ticket: Option<TicketLine>,
    /// Address at which people can read it; an optional extra of the format.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl From<&Mention> for MentionLine {
    fn from(mention: &Mention) -> Self {
        Self {
            id: mention.id.to_string(),
            channel: mention.channel.code().to_owned(),
            source: mention.source.to_string(),
            published_at: mention.published_at.map(format_time),
            title: mention.title.clone(),
            text: mention.text.clone(),
            parent_id: mention.parent.as_ref().map(ToString::to_string),
            engagement: mention.engagement.map(EngagementLine::from),
            ticket: mention.ticket.as_ref().map(TicketLine::from),
            url: mention.url.clone(),
        }
    }
}

impl From<Engagement> for EngagementLine {
    fn from(engagement: Engagement) -> Self {
        Self {
            likes: engagement.likes,
            comments: engagement.comments,
            shares: engagement.shares,
        }
    }
}

impl From<&Ticket> for TicketLine {
    fn from(ticket: &Ticket) -> Self {
        Self {
            field: ticket.field.clone(),
            address: ticket.address.clone(),
            status: ticket.status.code().to_owned(),
            due_at: ticket.due_at.map(format_time),
            closed_at: ticket.closed_at.map(format_time),
            rating: ticket.rating.map(|rating| rating.code().to_owned()),
            updated_at: ticket.updated_at.map(format_time),
        }
    }
}

impl MentionLine {
    /// The domain's mention; the error names the field that holds something it cannot.
    pub fn to_mention(&self) -> Result<Mention, Error> {
        Ok(Mention {
            id: MentionId::new(&self.id),
            channel: coded("channel", &self.channel, Channel::from_code, CHANNELS)?,
            source: SourceId::new(&self.source),
            url: self.url.clone(),
            published_at: time("published_at", self.published_at.as_deref())?,
            title: self.title.clone(),
            text: self.text.clone(),
            parent: self.parent_id.as_ref().map(MentionId::new),
            engagement: self.engagement.map(|engagement| Engagement {
                likes: engagement.likes,
                comments: engagement.comments,
                shares: engagement.shares,
            }),
            ticket: self
                .ticket
                .as_ref()
                .map(TicketLine::to_ticket)
                .transpose()?,
            capture: None,
        })
    }
}

impl TicketLine {
    /// The domain's ticket; the error names the field that holds something it cannot.
    pub fn to_ticket(&self) -> Result<Ticket, Error> {
        let rating = self
            .rating
            .as_deref()
            .map(|code| coded("ticket.rating", code, Rating::from_code, RATINGS));
        Ok(Ticket {
            field: self.field.clone(),
            address: self.address.clone(),
            status: coded(
                "ticket.status",
                &self.status,
                TicketStatus::from_code,
                STATUSES,
            )?,
            due_at: time("ticket.due_at", self.due_at.as_deref())?,
            closed_at: time("ticket.closed_at", self.closed_at.as_deref())?,
            rating: rating.transpose()?,
            updated_at: time("ticket.updated_at", self.updated_at.as_deref())?,
        })
    }
}

const CHANNELS: &str = "use press, social or hotline";
const STATUSES: &str = "use open, in_progress, closed or rejected";
const RATINGS: &str = "use satisfied, neutral, dissatisfied, not_asked or null";

fn coded<T>(
    field: &'static str,
    code: &str,
    read: impl Fn(&str) -> Option<T>,
    expected: &str,
) -> Result<T, Error> {
    read(code).ok_or_else(|| Error::BadField {
        field,
        found: format!("`{code}`"),
        expected: expected.to_owned(),
    })
}

fn time(field: &'static str, text: Option<&str>) -> Result<Option<jiff::Timestamp>, Error> {
    let Some(text) = text else { return Ok(None) };
    parse_time(text).map(Some).ok_or_else(|| Error::BadField {
        field,
        found: format!("`{text}`"),
        expected: "write an ISO 8601 time such as 2026-11-09T06:25:00+07:00".to_owned(),
    })
}

/// A redacted mention with what was read in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MentionView {
    /// The mention's own fields, personal data cut.
    #[serde(flatten)]
    pub mention: MentionLine,
    /// Whether it voices a concern.
    pub is_concern: bool,
    /// Id of its concern; null for noise.
    pub concern: Option<String>,
    /// Code of its topic.
    pub topic: String,
    /// `negative`, `neutral` or `positive`.
    pub sentiment: String,
    /// `unit`, `city`, `outside` or `unknown`.
    pub scope: String,
    /// Units with their weights.
    pub units: Vec<UnitWeight>,
    /// Version of the models that read it.
    pub model_version: String,
    /// What became of a hotline report, in the order of time; only where one mention is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ticket_life: Vec<TicketEventView>,
}

impl MentionView {
    /// Adds the life of its ticket.
    #[must_use]
    pub fn with_life(mut self, life: &[LifeEvent]) -> Self {
        self.ticket_life = life.iter().map(TicketEventView::from).collect();
        self
    }
}

impl From<&AnnotatedMention> for MentionView {
    fn from(annotated: &AnnotatedMention) -> Self {
        let annotation = &annotated.annotation;
        Self {
            mention: MentionLine::from(&*annotated.mention),
            is_concern: annotation.is_concern,
            concern: annotated.concern.as_ref().map(ToString::to_string),
            topic: annotation.topic.code().to_owned(),
            sentiment: annotation.sentiment.code().to_owned(),
            scope: scope_code(annotation.placement.scope).to_owned(),
            units: UnitWeight::list(&annotation.placement.units),
            model_version: annotation.model_version.clone(),
            ticket_life: Vec::new(),
        }
    }
}
