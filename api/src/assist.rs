//! A door for assistants that speak a protocol of their own.

use axum::Router;

/// Answers what assistants ask at `/mcp`.
pub trait Assistant: Send + Sync {
    /// Answers that read through the site: the pages and the API with everything in front of them.
    fn over(&self, site: Router) -> Router;
}
