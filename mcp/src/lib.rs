//! A read-only MCP server (Model Context Protocol, streamable HTTP) over the API: each tool is one `GET`
//! of `/api/v1`, made within the process with the key of whoever calls. So an assistant is told what the
//! API would tell the same caller, and nothing else: the same rights, limits, redaction and small counts.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail loudly"))]

mod server;
mod tools;

use std::sync::Arc;

use api::assist::Assistant;
use axum::Router;
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};

use server::Reader;

/// Answers by rmcp.
#[derive(Clone, Debug, Default)]
pub struct McpAssistant;

impl Assistant for McpAssistant {
    /// Nothing is kept between two requests. Which host was asked for is not looked at: what is told is
    /// public, or needs a key that no page of another site has. Browsers of other sites are refused.
    fn over(&self, site: Router) -> Router {
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(false)
            .with_json_response(true)
            .disable_allowed_hosts()
            .enforce_origin_validation();
        let service = StreamableHttpService::new(
            move || Ok(Reader::new(site.clone())),
            Arc::new(NeverSessionManager::default()),
            config,
        );
        Router::new().fallback_service(service)
    }
}
