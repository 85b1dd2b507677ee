//! Schemas of codes that stand in parameters, made from the code that reads them.

use models::domain::Topic;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

/// One of the topic codes.
pub(super) struct TopicCode;

impl PartialSchema for TopicCode {
    fn schema() -> RefOr<Schema> {
        codes(Topic::ALL.iter().map(|topic| topic.code()))
    }
}

impl ToSchema for TopicCode {}

/// One of the topic codes, or `all`.
pub(super) struct TopicOrAll;

impl PartialSchema for TopicOrAll {
    fn schema() -> RefOr<Schema> {
        codes(std::iter::once("all").chain(Topic::ALL.iter().map(|topic| topic.code())))
    }
}

impl ToSchema for TopicOrAll {}

fn codes(codes: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    let all = ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some(codes));
    RefOr::T(Schema::Object(all.build()))
}
