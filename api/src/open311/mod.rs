//! The Open311 GeoReport v2 server (wiki.open311.org/GeoReport_v2): hotline reports as they stand in the
//! record, redacted, and a door for new ones. JSON and XML alike.
//!
//! Services are the topics of the configuration. Who reports stays unknown: `email`, `phone`,
//! `first_name`, `last_name`, `device_id`, `account_id` and `media_url` of a new request are dropped
//! unread. Coordinates are neither kept nor served.

#![expect(unused_qualifications, reason = "made by utoipa's `params`, not by us")]

mod read;
mod reply;
mod shape;
mod submit;

pub use submit::{Intake, NewReport, Refused};

pub(crate) use reply::dress;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::Response;

use models::domain::Action;

use crate::Error;
use crate::access::Routes;
use crate::http::{Params, Problem};
use crate::state::Shared;
use reply::{Encoding, answer};
use shape::{Endpoint, Entrance, ErrorBody, ServiceDefinition, ServiceLine, TokenLine};

/// The routes; what is named at the end of an address, and in which encoding, is read here.
pub(crate) fn routes(shared: Shared) -> Routes {
    Routes::new()
        .get("/open311/v2/{file}", Action::ReadApi, top)
        .post_with_own_proof("/open311/v2/{file}", Action::Deliver, submit::post)
        .get("/open311/v2/{collection}/{file}", Action::ReadApi, below)
        .with_state(shared)
}

/// The last part of an address: `requests.json` is `requests` in JSON.
fn split(file: &str) -> Result<(&str, Encoding), Error> {
    let unknown = || Error::NotFound {
        what: "address",
        name: file.chars().take(80).collect(),
    };
    let (stem, ending) = file.rsplit_once('.').ok_or_else(unknown)?;
    let encoding = Encoding::from_ending(ending).ok_or_else(unknown)?;
    Ok((stem, encoding))
}

async fn top(
    State(shared): State<Shared>,
    Path(file): Path<String>,
    headers: HeaderMap,
    uri: Uri,
    Params(filter): Params<read::Filter>,
) -> Result<Response, Error> {
    let (stem, encoding) = split(&file)?;
    match stem {
        "discovery" => discovery(&shared, &headers, encoding),
        "services" => services(&shared, encoding),
        "requests" => read::list(shared, encoding, filter).await,
        _ => Err(Error::NotFound {
            what: "address",
            name: uri.path().chars().take(80).collect(),
        }),
    }
}

async fn below(
    State(shared): State<Shared>,
    Path((collection, file)): Path<(String, String)>,
    Params(extra): Params<read::Extra>,
) -> Result<Response, Error> {
    let (id, encoding) = split(&file)?;
    match collection.as_str() {
        "services" => service(&shared, id, encoding),
        "requests" => read::one(shared, id.to_owned(), encoding, extra).await,
        "tokens" => token(shared, id.to_owned(), encoding).await,
        _ => Err(Error::NotFound {
            what: "address",
            name: collection.chars().take(80).collect(),
        }),
    }
}

/// Where this server speaks Open311, in which formats.
#[utoipa::path(
    get,
    path = "/open311/v2/discovery.{format}",
    tag = "open311",
    params(("format" = String, Path, description = "`json` or `xml`", pattern = "^(json|xml)$")),
    responses(
        (status = 200, description = "Service discovery", content(
            (Entrance = "application/json"), (String = "text/xml"))),
        (status = 404, description = "No such format", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
    )
)]
fn discovery(shared: &Shared, headers: &HeaderMap, encoding: Encoding) -> Result<Response, Error> {
    let changeset = crate::lines::format_time((shared.clock)());
    let endpoint = Endpoint {
        specification: "http://wiki.open311.org/GeoReport_v2".to_owned(),
        url: format!("{}/open311/v2", origin(headers)),
        changeset: changeset.clone(),
        kind: "production".to_owned(),
        formats: vec!["text/xml".to_owned(), "application/json".to_owned()],
    };
    let entrance = Entrance {
        changeset,
        contact: shared.city.clone(),
        key_service:
            "ask the operator for an api_key with the scope open311:write; reading needs none"
                .to_owned(),
        endpoints: vec![endpoint],
    };
    answer(encoding, StatusCode::OK, "discovery", None, &entrance)
}

/// How the client reached us, as far as it can be told; nothing where the header is odd.
fn origin(headers: &HeaderMap) -> String {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let is_host = |host: &&str| {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-' | '[' | ']');
        !host.is_empty() && host.len() < 256 && host.chars().all(plain)
    };
    let scheme = text("x-forwarded-proto").filter(|scheme| *scheme == "https");
    match text(header::HOST.as_str()).filter(is_host) {
        Some(host) => format!("{}://{host}", scheme.unwrap_or("http")),
        None => String::new(),
    }
}

/// What can be reported: one service a topic.
#[utoipa::path(
    get,
    path = "/open311/v2/services.{format}",
    tag = "open311",
    params(("format" = String, Path, description = "`json` or `xml`", pattern = "^(json|xml)$")),
    responses(
        (status = 200, description = "Services", content(
            (Vec<ServiceLine> = "application/json"), (String = "text/xml"))),
        (status = 404, description = "No such format", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
    )
)]
fn services(shared: &Shared, encoding: Encoding) -> Result<Response, Error> {
    let all = ServiceLine::all(shared);
    answer(encoding, StatusCode::OK, "services", Some("service"), &all)
}

/// The definition of one service; none of ours asks for more than the standard's own fields.
#[utoipa::path(
    get,
    path = "/open311/v2/services/{code}.{format}",
    tag = "open311",
    params(
        ("code" = String, Path, description = "Code of the service", example = "drainage"),
        ("format" = String, Path, description = "`json` or `xml`", pattern = "^(json|xml)$"),
    ),
    responses(
        (status = 200, description = "Its definition", content(
            (ServiceDefinition = "application/json"), (String = "text/xml"))),
        (status = 404, description = "No such service", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
    )
)]
fn service(shared: &Shared, code: &str, encoding: Encoding) -> Result<Response, Error> {
    let known = ServiceLine::all(shared);
    let known = known.iter().find(|service| service.service_code == code);
    let service = known.ok_or_else(|| Error::NotFound {
        what: "service_code",
        name: code.chars().take(80).collect(),
    })?;
    let definition = ServiceDefinition {
        service_code: service.service_code.clone(),
        attributes: Vec::new(),
    };
    answer(
        encoding,
        StatusCode::OK,
        "service_definition",
        None,
        &definition,
    )
}

/// The request of a token. Requests are recorded before they are answered, so a token is the number of
/// its request.
#[utoipa::path(
    get,
    path = "/open311/v2/tokens/{token}.{format}",
    tag = "open311",
    params(
        ("token" = String, Path, description = "A token"),
        ("format" = String, Path, description = "`json` or `xml`", pattern = "^(json|xml)$"),
    ),
    responses(
        (status = 200, description = "Its request", content(
            (Vec<TokenLine> = "application/json"), (String = "text/xml"))),
        (status = 404, description = "No such token", content(
            (Vec<ErrorBody> = "application/json"), (String = "text/xml"))),
    )
)]
async fn token(shared: Shared, token: String, encoding: Encoding) -> Result<Response, Error> {
    let found = shared.read(move |app| read::known(app, &token)).await?;
    let line = TokenLine {
        service_request_id: found.mention.id.to_string(),
        token: found.mention.id.to_string(),
    };
    let lines = [line];
    answer(
        encoding,
        StatusCode::OK,
        "service_requests",
        Some("request"),
        &lines,
    )
}

/// What the description says of these routes.
#[derive(utoipa::OpenApi)]
#[openapi(
    paths(discovery, services, service, read::list, read::one, submit::post, token),
    tags((name = "open311", description = "GeoReport v2 (Open311): hotline reports for programs that \
        speak it, in JSON and XML; new ones with an `api_key`")),
    components(schemas(Problem))
)]
pub(crate) struct Description;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_say_the_encoding() {
        assert_eq!(
            split("requests.json").unwrap(),
            ("requests", Encoding::Json)
        );
        assert_eq!(split("a.b.xml").unwrap(), ("a.b", Encoding::Xml));
        for odd in ["requests", "requests.yaml", "requests."] {
            assert!(split(odd).is_err(), "{odd}");
        }
    }

    #[test]
    fn an_odd_host_is_not_repeated() {
        let of = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            origin(&headers)
        };
        assert_eq!(of("127.0.0.1:8022"), "http://127.0.0.1:8022");
        assert_eq!(of("a/<b>"), "");
    }
}
