//! The server under rmcp's own client, over loopback.

#![allow(clippy::unwrap_used, missing_docs, reason = "tests may fail loudly")]
#![allow(dead_code, reason = "the city is shared with the tests of the API")]

#[path = "../../api/tests/fixture/mod.rs"]
mod fixture;

use std::net::SocketAddr;
use std::sync::Arc;

use mcp::McpAssistant;
use rmcp::ServiceExt;
use rmcp::model::CallToolRequestParams;
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use serde_json::{Value, json};

async fn serve(mut state: api::AppState) -> String {
    state.open.assistant = Some(Arc::new(McpAssistant));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = api::router(state);
    tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        axum::serve(listener, service).await.unwrap();
    });
    format!("http://{address}/mcp")
}

fn call(name: &'static str, arguments: &Value) -> CallToolRequestParams {
    CallToolRequestParams::new(name).with_arguments(arguments.as_object().unwrap().clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_reads_what_the_api_says() {
    let (state, _folder) = fixture::busy_city();
    let address = serve(state).await;
    let client = ().serve(StreamableHttpClientTransport::from_uri(address)).await.unwrap();
    let tools = client.list_all_tools().await.unwrap();
    let names = tools
        .iter()
        .map(|tool| tool.name.as_ref())
        .collect::<Vec<_>>();
    assert_eq!(names.len(), 9, "{names:?}");
    let digest = client.call_tool(call("digest", &json!({}))).await.unwrap();
    let said = digest.structured_content.unwrap();
    let line = &said["items"][0];
    for kept in ["as_of", "method_version", "revision"] {
        assert!(!line[kept].is_null(), "{kept}");
    }
    let entry = &line["top"][0];
    assert!(entry["interval"].is_array() && entry["n_mentions"].is_number());
    let id = entry["concern"].as_str().unwrap();
    let concern = client
        .call_tool(call("concern", &json!({"id": id, "limit": "2"})))
        .await
        .unwrap();
    let concern = concern.structured_content.unwrap();
    assert_eq!(concern["evidence"].as_array().unwrap().len(), 2);
    let units = client.call_tool(call("units", &json!({}))).await.unwrap();
    let units = units.structured_content.unwrap();
    assert!(!units["items"].as_array().unwrap().is_empty());
    let wrong = client
        .call_tool(call("digest", &json!({"unit": "99999"})))
        .await
        .unwrap();
    assert_eq!(wrong.is_error, Some(true));
    assert_eq!(wrong.structured_content.unwrap()["code"], "not_found");
    client.cancel().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_api_is_closed_for_assistants_too() {
    let (mut state, _folder) = fixture::busy_city();
    state.access.anonymous_api = false;
    let new = indexer::NewKey {
        secret: api::access::hash_token("langnghe_assistant"),
        name: "trợ lý".to_owned(),
        scopes: [models::domain::KeyScope::Read].into(),
        per_minute: None,
        reach: models::domain::Reach::City,
        expires_at: None,
    };
    let by = indexer::By {
        who: indexer::Actor::Command,
        at: fixture::now(),
        request: None,
    };
    state.accounts.add_key(&new, &by).unwrap();
    let address = serve(state).await;
    let nobody = StreamableHttpClientTransport::from_uri(address.clone());
    assert!(().serve(nobody).await.is_err());
    let config =
        StreamableHttpClientTransportConfig::with_uri(address).auth_header("langnghe_assistant");
    let client = ().serve(StreamableHttpClientTransport::from_config(config)).await.unwrap();
    let digest = client.call_tool(call("digest", &json!({}))).await.unwrap();
    assert_ne!(digest.is_error, Some(true));
    client.cancel().await.unwrap();
}
