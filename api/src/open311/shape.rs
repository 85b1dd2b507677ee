//! What the standard's answers hold, field by field.

use models::domain::{AnnotatedMention, Taxonomy, TicketStatus, Topic};
use serde::Serialize;
use utoipa::ToSchema;

use crate::lines::{UnitWeight, format_time};
use crate::state::AppState;

/// One thing that can be reported.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ServiceLine {
    /// Code of the topic.
    #[schema(example = "drainage")]
    pub(super) service_code: String,
    /// Its name in Vietnamese.
    pub(super) service_name: String,
    /// Its name in English.
    description: String,
    /// Whether a definition asks for more fields: never.
    metadata: bool,
    /// `realtime`: a request has its number at once.
    #[serde(rename = "type")]
    kind: String,
    /// The code again.
    keywords: String,
    /// Group of services.
    group: String,
}

impl ServiceLine {
    pub(super) fn all(app: &AppState) -> Vec<Self> {
        Topic::ALL
            .iter()
            .map(|topic| Self::of(&app.taxonomy, *topic))
            .collect()
    }

    fn of(taxonomy: &Taxonomy, topic: Topic) -> Self {
        let info = taxonomy.info(topic);
        Self {
            service_code: topic.code().to_owned(),
            service_name: info.name_vi.clone(),
            description: info.name_en.clone(),
            metadata: false,
            kind: "realtime".to_owned(),
            keywords: topic.code().to_owned(),
            group: "1022".to_owned(),
        }
    }
}

/// What a service asks for beyond the standard's fields.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct ServiceDefinition {
    /// Code of the service.
    pub(super) service_code: String,
    /// Always empty.
    pub(super) attributes: Vec<String>,
}

/// Where a server speaks Open311.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Endpoint {
    /// Address of the specification.
    pub(super) specification: String,
    /// Where requests are made.
    pub(super) url: String,
    /// When this last changed.
    pub(super) changeset: String,
    /// `production`.
    #[serde(rename = "type")]
    pub(super) kind: String,
    /// Media types.
    pub(super) formats: Vec<String>,
}

/// Service discovery.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Entrance {
    /// When this last changed.
    pub(super) changeset: String,
    /// Whom to ask.
    pub(super) contact: String,
    /// How to get a key.
    pub(super) key_service: String,
    /// Where to speak.
    pub(super) endpoints: Vec<Endpoint>,
}

/// One hotline report, redacted.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct RequestLine {
    /// Its number.
    service_request_id: String,
    /// `open` or `closed`.
    status: String,
    /// `in_progress` or `rejected`, where the hotline says so.
    status_notes: Option<String>,
    /// Name of the service.
    service_name: String,
    /// Code of the service: the topic our models read.
    service_code: String,
    /// The report, personal data cut.
    description: String,
    /// Not known.
    agency_responsible: Option<String>,
    /// Not used.
    service_notice: Option<String>,
    /// When it was made.
    requested_datetime: Option<String>,
    /// When it last changed.
    updated_datetime: Option<String>,
    /// When an answer is due.
    expected_datetime: Option<String>,
    /// Where, house number cut.
    address: Option<String>,
    /// Not used.
    address_id: Option<String>,
    /// Not used.
    zipcode: Option<String>,
    /// Not kept.
    lat: Option<f64>,
    /// Not kept.
    long: Option<f64>,
    /// Not kept.
    media_url: Option<String>,
    /// What the standard has no field for; only with `extensions=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    extended_attributes: Option<Extended>,
}

/// What the standard has no field for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct Extended {
    /// Headline of the report.
    title: Option<String>,
    /// When it was closed.
    closed_datetime: Option<String>,
    /// `satisfied`, `neutral`, `dissatisfied` or `not_asked`.
    rating: Option<String>,
    /// Units it is about.
    units: Vec<UnitWeight>,
    /// Its concern.
    concern: Option<String>,
}

/// Whether a report is done, as the standard has it.
pub(super) fn is_closed(status: TicketStatus) -> bool {
    matches!(status, TicketStatus::Closed | TicketStatus::Rejected)
}

impl RequestLine {
    /// A report; `None` for a mention that is none.
    pub(super) fn of(app: &AppState, said: &AnnotatedMention, extended: bool) -> Option<Self> {
        let mention = &said.mention;
        let ticket = mention.ticket.as_ref()?;
        let topic = said.annotation.topic;
        let notes = match ticket.status {
            TicketStatus::InProgress | TicketStatus::Rejected => Some(ticket.status.code()),
            TicketStatus::Open | TicketStatus::Closed => None,
        };
        let updated = ticket
            .updated_at
            .or(ticket.closed_at)
            .or(mention.published_at);
        Some(Self {
            service_request_id: mention.id.to_string(),
            status: if is_closed(ticket.status) {
                "closed"
            } else {
                "open"
            }
            .to_owned(),
            status_notes: notes.map(str::to_owned),
            service_name: app.taxonomy.info(topic).name_vi.clone(),
            service_code: topic.code().to_owned(),
            description: mention.text.clone(),
            agency_responsible: None,
            service_notice: None,
            requested_datetime: mention.published_at.map(format_time),
            updated_datetime: updated.map(format_time),
            expected_datetime: ticket.due_at.map(format_time),
            address: ticket.address.clone(),
            address_id: None,
            zipcode: None,
            lat: None,
            long: None,
            media_url: None,
            extended_attributes: extended.then(|| Extended {
                title: mention.title.clone(),
                closed_datetime: ticket.closed_at.map(format_time),
                rating: ticket.rating.map(|rating| rating.code().to_owned()),
                units: UnitWeight::list(&said.annotation.placement.units),
                concern: said.concern.as_ref().map(ToString::to_string),
            }),
        })
    }
}

/// A request that was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct CreatedLine {
    /// Its number.
    pub(super) service_request_id: String,
    /// What to know about it.
    pub(super) service_notice: Option<String>,
    /// Not used: nobody is remembered.
    pub(super) account_id: Option<String>,
}

/// A token and its request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(super) struct TokenLine {
    /// The number of the request.
    pub(super) service_request_id: String,
    /// The token.
    pub(super) token: String,
}

/// One thing that went wrong.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// HTTP status.
    pub(super) code: u16,
    /// What to change.
    pub(super) description: String,
}
