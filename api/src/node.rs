//! What a process without pages tells: whether it lives, and whether it can do its part of the work.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use indexer::{Archive, SearchIndex};
use serde_json::{Map, Value, json};

/// Seconds after which whoever asks may ask again while the record does not answer.
const AGAIN_AFTER_SECS: &str = "5";

/// What a process without pages does, and over what.
#[derive(Clone)]
pub struct NodeState {
    /// The record.
    pub archive: Arc<dyn Archive>,
    /// Its search index, where it keeps one.
    pub search: Option<Arc<dyn SearchIndex>>,
    /// Parts of the work, as they are configured.
    pub roles: String,
    /// Those of them that one process does at a time, each with whether it is this one's turn.
    pub duties: Arc<dyn Fn() -> Vec<(&'static str, bool)> + Send + Sync>,
}

/// `/livez` and `/readyz` of a process without pages.
pub fn node_router(state: NodeState) -> Router {
    Router::new()
        .route("/livez", get(|| async { "ok\n" }))
        .route("/readyz", get(readyz))
        .with_state(state)
}

async fn readyz(State(node): State<NodeState>) -> Response {
    let asked = tokio::task::spawn_blocking(move || said_by(&node)).await;
    match asked {
        Ok(Ok(said)) => Json(said).into_response(),
        Ok(Err(failure)) => unready(&failure.to_string()),
        Err(_) => unready("the question ended in a panic, whose place is in the log"),
    }
}

fn said_by(node: &NodeState) -> indexer::Result<Value> {
    let mut said = json!({
        "status": "ready",
        "roles": node.roles,
        "seq": node.archive.latest_seq()?,
    });
    if let Some(search) = &node.search {
        said["index_lag"] = json!(search.lag(&*node.archive)?);
        said["n_indexed"] = json!(search.n_mentions()?);
    }
    let duties = (node.duties)().into_iter();
    let standing = |is_ours| json!(if is_ours { "leads" } else { "stands_by" });
    let duties = duties.map(|(role, is_ours)| (role.to_owned(), standing(is_ours)));
    said["duties"] = Value::Object(duties.collect::<Map<_, _>>());
    Ok(said)
}

/// Our insides go to the log, not into the answer.
fn unready(why: &str) -> Response {
    tracing::warn!(reason = why, "this process is not ready");
    let problem = json!({
        "title": StatusCode::SERVICE_UNAVAILABLE.canonical_reason(),
        "status": StatusCode::SERVICE_UNAVAILABLE.as_u16(),
        "code": "unavailable",
    });
    let headers = [
        (header::CONTENT_TYPE, "application/problem+json"),
        (header::RETRY_AFTER, AGAIN_AFTER_SECS),
    ];
    (
        StatusCode::SERVICE_UNAVAILABLE,
        headers,
        problem.to_string(),
    )
        .into_response()
}
