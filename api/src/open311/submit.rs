//! New requests: checked, then given to whoever records them before they are acknowledged.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use models::domain::{About, Action, Decision, MentionId, Topic};

use super::reply::answer;
use super::shape::{CreatedLine, ErrorBody};
use super::split;
use crate::Error;
use crate::access::{Principal, with_form_key};
use crate::state::Shared;

/// A longer description is cut off by no one: it is refused.
const DESCRIPTION_MAX: usize = 10_000;

/// A client's own number of a request.
const CLIENT_ID_MAX: usize = 200;

/// Takes new requests; given by whoever puts the program together.
pub trait Intake: Send + Sync {
    /// Records the report of the holder of a key, named by its number. What it gives a number must
    /// survive a crash right after. May block.
    fn accept(&self, key: u64, report: &NewReport) -> Result<MentionId, Refused>;
}

/// What is kept of a new request, before personal data is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    /// What it is about.
    pub topic: Topic,
    /// Name of the service in Vietnamese.
    pub service_name: String,
    /// The report.
    pub description: String,
    /// Where.
    pub address: Option<String>,
    /// The client's own number: the same again is the same request.
    pub client_id: Option<String>,
}

/// Why a request was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The client's number was used for another request.
    Conflict,
    /// It cannot be taken now.
    Unavailable,
}

/// Takes one request, as a form. `api_key` is needed, or `Authorization: Bearer`: a key of the API with
/// the scope `open311:write`. So are `service_code`, `description`, and
/// `address_string`, for coordinates are not kept. Send the client's own number of the request as
/// `client_request_id` (not in the standard), or as the header `Idempotency-Key`: the same again after a
/// lost answer is then no second request. Personal data is cut before anything is stored, and the fields
/// in which the standard asks who reports are dropped unread.
#[utoipa::path(
    post,
    path = "/open311/v2/requests.{format}",
    tag = "open311",
    params(
        ("format" = String, Path, description = "`json` or `xml`", pattern = "^(json|xml)$"),
        ("Idempotency-Key" = Option<String>, Header, description = "The client's own number of the request"),
    ),
    request_body(content = SubmitForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 201, description = "It is on disk", content(
            (Vec<CreatedLine> = "application/json"), (String = "text/xml"))),
        (status = 400, description = "A field is missing or cannot be read", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 403, description = "No such key, or nobody may send requests here", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 404, description = "No such format", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 405, description = "Only requests can be sent", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 409, description = "The number was used for another request", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 413, description = "Larger than 64 KiB", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 415, description = "Not a form", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 422, description = "The form cannot be read", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 429, description = "More than this key may send", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
        (status = 503, description = "Try again later", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
    )
)]
pub(super) async fn post(
    State(shared): State<Shared>,
    Path(file): Path<String>,
    caller: Principal,
    headers: HeaderMap,
    form: Result<Form<Vec<(String, String)>>, FormRejection>,
) -> Result<Response, Error> {
    let (stem, encoding) = split(&file)?;
    if stem != "requests" {
        return Err(Error::Refused(
            StatusCode::METHOD_NOT_ALLOWED,
            "only requests can be sent",
        ));
    }
    let Form(fields) = match form {
        Ok(form) => form,
        Err(rejection) => return Ok(rejection.into_response()),
    };
    let Some(intake) = shared.open.intake.clone() else {
        return Err(Error::Refused(
            StatusCode::FORBIDDEN,
            "this server takes no requests",
        ));
    };
    let field = |name: &str| {
        let found = fields.iter().find(|(known, _)| known == name);
        let text = found.map(|(_, text)| text.trim());
        text.filter(|text| !text.is_empty())
    };
    let key = key_number(&shared, caller, field("api_key")).await?;
    let header = headers.get("idempotency-key");
    let header = header.and_then(|value| value.to_str().ok());
    let report = read(&shared, &field, header)?;
    let recorded = record(intake, key, report).await?;
    let created = [CreatedLine {
        service_request_id: recorded.to_string(),
        service_notice: None,
        account_id: None,
    }];
    answer(
        encoding,
        StatusCode::CREATED,
        "service_requests",
        Some("request"),
        &created,
    )
}

/// The number of the sender's key, once it may send and has not sent too much.
async fn key_number(shared: &Shared, caller: Principal, shown: Option<&str>) -> Result<u64, Error> {
    let refused = |why| Error::Refused(StatusCode::FORBIDDEN, why);
    let sender = match shown {
        Some(key) => with_form_key(shared, caller, key).await?,
        None if caller.key().is_some() => caller,
        None => return Err(refused("api_key is needed")),
    };
    sender
        .count_call()
        .map_err(|wait| Error::Later(StatusCode::TOO_MANY_REQUESTS, wait))?;
    // Where a report is about is read out of it later, so the key must hold for the whole city.
    match (sender.decide(Action::FileReport, About::City), sender.key()) {
        (Decision::Granted, Some(key)) => Ok(key.id),
        (Decision::NotInScope, _) => Err(refused(
            "this api_key was not made for requests; ask for one with the scope open311:write",
        )),
        (Decision::OutOfReach, _) => Err(refused(
            "this api_key is for a part of the city; requests need one for all of it",
        )),
        _ => Err(refused("api_key is not known")),
    }
}

fn read<'f>(
    shared: &Shared,
    field: &impl Fn(&str) -> Option<&'f str>,
    header: Option<&str>,
) -> Result<NewReport, Error> {
    let code = field("service_code").ok_or_else(|| missing("service_code"))?;
    let topic = Topic::from_code(code).ok_or_else(|| Error::BadParameter {
        name: "service_code",
        found: code.chars().take(80).collect(),
        expected: "use a code of /open311/v2/services",
    })?;
    let description = field("description").ok_or_else(|| missing("description"))?;
    let address = field("address_string").ok_or_else(|| missing("address_string"))?;
    let client_id = field("client_request_id").or(header);
    for (name, text, max) in [
        ("description", Some(description), DESCRIPTION_MAX),
        ("address_string", Some(address), 500),
        ("client_request_id", client_id, CLIENT_ID_MAX),
    ] {
        if text.is_some_and(|text| text.chars().count() > max) {
            return Err(Error::BadParameter {
                name,
                found: format!("longer than {max} characters"),
                expected: "send less",
            });
        }
    }
    Ok(NewReport {
        topic,
        service_name: shared.taxonomy.info(topic).name_vi.clone(),
        description: description.to_owned(),
        address: Some(address.to_owned()),
        client_id: client_id.map(str::to_owned),
    })
}

fn missing(name: &'static str) -> Error {
    Error::BadParameter {
        name,
        found: String::new(),
        expected: "it is needed",
    }
}

async fn record(intake: Arc<dyn Intake>, key: u64, report: NewReport) -> Result<MentionId, Error> {
    let recording = tokio::task::spawn_blocking(move || intake.accept(key, &report)).await;
    // A panic, whose place the hook has logged: the sender keeps the request.
    let outcome = recording.unwrap_or(Err(Refused::Unavailable));
    outcome.map_err(|refused| match refused {
        Refused::Conflict => Error::Refused(
            StatusCode::CONFLICT,
            "client_request_id was used for another request; give each its own",
        ),
        Refused::Unavailable => {
            Error::Later(StatusCode::SERVICE_UNAVAILABLE, Duration::from_secs(1))
        }
    })
}

/// A new request, as a form; fields that say who reports are dropped unread.
#[derive(utoipa::ToSchema)]
#[expect(
    dead_code,
    reason = "read field by field, so that nothing else is looked at"
)]
pub(super) struct SubmitForm {
    /// Key of the client; may stand in `Authorization: Bearer` instead.
    api_key: Option<String>,
    /// Code of the service.
    #[schema(example = "drainage")]
    service_code: String,
    /// The report.
    #[schema(max_length = 10000, example = "Cống nghẹt, nước tràn vào nhà")]
    description: String,
    /// Where.
    #[schema(max_length = 500, example = "đường Lê Văn Lương, xã Nhà Bè")]
    address_string: String,
    /// The client's own number of the request.
    #[schema(max_length = 200)]
    client_request_id: Option<String>,
    /// Not kept.
    lat: Option<f64>,
    /// Not kept.
    long: Option<f64>,
}
