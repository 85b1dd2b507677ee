//! Pages for failures: decent, in the reader's language, without our insides.

use askama::Template;
use axum::http::StatusCode;

use super::Layout;

/// What a person sees when something fails.
#[derive(Template)]
#[template(path = "failure.html")]
pub(crate) struct FailurePage {
    pub(crate) page: Layout,
    pub(crate) status: u16,
    pub(crate) heading: &'static str,
    pub(crate) lede: &'static str,
    pub(crate) detail: Option<String>,
    pub(crate) number: Option<String>,
}

impl FailurePage {
    pub(crate) fn new(
        page: Layout,
        status: StatusCode,
        detail: Option<String>,
        number: Option<String>,
    ) -> Self {
        let (t, o) = (page.t, page.lang.office());
        let (heading, lede) = match status {
            StatusCode::NOT_FOUND => (t.not_found_title, t.not_found_lede),
            StatusCode::UNAUTHORIZED => (o.unauthorized_title, o.unauthorized_lede),
            StatusCode::FORBIDDEN => (o.forbidden_title, o.forbidden_lede),
            StatusCode::CONFLICT => (o.conflict_title, o.conflict_lede),
            StatusCode::TOO_MANY_REQUESTS => (o.too_many_title, o.too_many_lede),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                (t.busy_title, t.busy_lede)
            }
            status if status.is_client_error() => (t.bad_request_title, t.bad_request_lede),
            _ => (t.failed_title, t.failed_lede),
        };
        Self {
            page,
            status: status.as_u16(),
            heading,
            lede,
            detail,
            number,
        }
    }
}
