//! What the description of the API says of its doors, from the rules its routes were registered with.

use models::domain::Action;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, ContentBuilder, OpenApi, Ref, RefOr, ResponseBuilder};

use super::RouteRule;

/// The name of the way in.
const KEY: &str = "api_key";

/// Adds the key, and the refusals of the gate, to every operation that asks for more than being there.
pub(super) fn describe(description: &mut OpenApi, rules: &[RouteRule]) {
    let components = description
        .components
        .get_or_insert_with(Components::default);
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme(KEY, bearer);
    for rule in rules.iter().filter(|rule| rule.action.is_of_api()) {
        let item = description.paths.paths.get_mut(&rule.path);
        if let Some(operation) = item.and_then(|item| operation(item, rule)) {
            describe_one(operation, rule.action);
        }
    }
}

fn operation<'a>(item: &'a mut PathItem, rule: &RouteRule) -> Option<&'a mut Operation> {
    match rule.method.as_str() {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        _ => None,
    }
}

fn describe_one(operation: &mut Operation, action: Action) {
    let with_key = SecurityRequirement::new(KEY, [] as [&str; 0]);
    let without = (action == Action::ReadApi).then(SecurityRequirement::default);
    operation.security = Some(without.into_iter().chain([with_key]).collect());
    for (status, why) in [
        ("401", "A key is needed and none came, or it opens nothing"),
        ("403", "The key was not made for this"),
        ("429", "Too often; `Retry-After` says how long to wait"),
    ] {
        let problem = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("Problem")))
            .build();
        let response = ResponseBuilder::new()
            .description(why)
            .content("application/problem+json", problem)
            .build();
        let responses = &mut operation.responses.responses;
        responses
            .entry(status.to_owned())
            .or_insert(RefOr::T(response));
    }
}
