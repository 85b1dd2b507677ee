//! What can go wrong in this crate, grouped by who can act on it.

use std::time::Duration;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use models::domain::Decision;
use thiserror::Error;

use crate::access::{SecretError, refused};

/// An error of the edge.
#[derive(Debug, Error)]
pub enum Error {
    // The sender of a line.
    /// A line that is not JSON.
    #[error("not a JSON object: {0}")]
    NotJson(String),
    /// A field that must be there is not.
    #[error("`{0}` is missing; a mention line needs it")]
    MissingField(&'static str),
    /// A field holds something else than it should.
    #[error("`{field}` is {found}; {expected}")]
    BadField {
        /// Which field, with its path: `ticket.status`.
        field: &'static str,
        /// What stands there.
        found: String,
        /// What should.
        expected: String,
    },

    // The caller of an address.
    /// A parameter of the address cannot be read.
    #[error("parameter `{name}` is `{found}`; {expected}")]
    BadParameter {
        /// Which parameter.
        name: &'static str,
        /// What stands there.
        found: String,
        /// What should.
        expected: &'static str,
    },
    /// The query part of the address cannot be read at all.
    #[error("the query cannot be read: {0}")]
    BadQuery(String),
    /// Nothing is there under this name.
    #[error("{what} `{name}` is not known")]
    NotFound {
        /// What was asked for: `unit`, `concern`.
        what: &'static str,
        /// Its name.
        name: String,
    },

    /// A form that cannot be read.
    #[error("the form cannot be read: {0}")]
    BadForm(String),
    /// Something that cannot be done as things stand.
    #[error("{0}")]
    Conflict(&'static str),
    /// The caller may not.
    #[error("not allowed")]
    Denied(Decision),

    // We.
    /// No secret could be made.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The record or the index failed.
    #[error(transparent)]
    Memory(indexer::Error),
    /// A page could not be filled in.
    #[error("page cannot be rendered: {0}")]
    Render(#[from] askama::Error),
    /// A sheet could not be printed.
    #[error(transparent)]
    Print(#[from] crate::sheet::PrintError),
    /// A picture could not be painted.
    #[error(transparent)]
    Paint(#[from] crate::paint::PaintError),
    /// A table could not be written.
    #[error("table cannot be written: {0}")]
    Table(#[from] csv::Error),
    /// What is asked for is not allowed; with what to change.
    #[error("{1}")]
    Refused(StatusCode, &'static str),
    /// Not now; try again after so long.
    #[error("try again later")]
    Later(StatusCode, Duration),
    /// A value could not be written in the shape of others.
    #[error("an answer cannot be written: {0}")]
    Shape(String),
    /// An edit could not be recorded; the desk has logged why.
    #[error("the desk could not record it")]
    Desk,
    /// The server is being stopped.
    #[error("the server is shutting down")]
    ShuttingDown,
}

impl From<indexer::Error> for Error {
    fn from(error: indexer::Error) -> Self {
        match error {
            indexer::Error::BadCursor(cursor) => Self::BadParameter {
                name: "cursor",
                found: cursor,
                expected: "give back the `next` of the page before, or leave it out",
            },
            other => Self::Memory(other),
        }
    }
}

/// What a client is told of a failure; put on the response for the outermost layer to write out.
#[derive(Clone, Debug)]
pub(crate) struct Failure {
    /// Stable code for programs.
    pub code: &'static str,
    /// What to change, when the client can act; never our own insides.
    pub detail: Option<String>,
}

impl Error {
    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotJson(_) | Self::MissingField(_) | Self::BadField { .. } => {
                (StatusCode::BAD_REQUEST, "bad_line")
            }
            Self::BadParameter { .. } | Self::BadQuery(_) => {
                (StatusCode::BAD_REQUEST, "bad_parameter")
            }
            Self::BadForm(_) => (StatusCode::BAD_REQUEST, "bad_form"),
            Self::Conflict(_)
            | Self::Memory(indexer::Error::Taken { .. } | indexer::Error::NotNow { .. }) => {
                (StatusCode::CONFLICT, "conflict")
            }
            Self::Denied(_) => (StatusCode::FORBIDDEN, "forbidden"),
            Self::NotFound { .. } => (StatusCode::NOT_FOUND, "not_found"),
            Self::Memory(
                indexer::Error::Locked { .. }
                | indexer::Error::Unreachable { .. }
                | indexer::Error::SearchServer { .. },
            )
            | Self::ShuttingDown => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
            Self::Refused(status, _) => (*status, "refused"),
            Self::Later(status, _) => (*status, "later"),
            Self::Memory(_)
            | Self::Render(_)
            | Self::Print(_)
            | Self::Paint(_)
            | Self::Table(_)
            | Self::Secret(_)
            | Self::Desk
            | Self::Shape(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Self::Denied(why) = self {
            return refused(why);
        }
        let (status, code) = self.status_and_code();
        let ours = status.is_server_error() && !matches!(self, Self::Later(..));
        if ours {
            tracing::error!(error = %self, "request failed");
        }
        let detail = (!ours).then(|| self.to_string());
        let mut response = status.into_response();
        if let Self::Later(_, wait) = self {
            let seconds = wait.as_secs_f64().ceil().max(1.0) as u64;
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(Failure { code, detail });
        response
    }
}
