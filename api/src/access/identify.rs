//! Who is asking, found out once for a request.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use models::domain::Openness;

use super::Principal;

/// Says who is asking, for the gate and the handlers.
pub(crate) async fn identify(mut request: Request, next: Next) -> Response {
    let openness = Openness {
        anonymous_api: true,
    };
    request.extensions_mut().insert(Principal::anyone(openness));
    next.run(request).await
}
