//! Why a search server did not do what it was asked, with the way out.

use thiserror::Error;

/// Why a search server did not do what it was asked. Holds kinds of refusals, not their words where
/// those could quote what citizens said.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ServerFault {
    // The operator can act.
    /// What the configuration says cannot be used.
    #[error("{0}")]
    Settings(String),
    /// Nobody answers.
    #[error("cannot be reached ({0}); see that it runs and that `index.elastic` names it")]
    Unreachable(String),
    /// No answer in time.
    #[error("did not answer within {seconds} s; see how busy it is")]
    TimedOut {
        /// How long was waited.
        seconds: u64,
    },
    /// It wants other credentials.
    #[error(
        "does not know these credentials (401); put a valid API key or user:password where \
         `index.credentials` points"
    )]
    Unauthorised,
    /// The credentials are not enough.
    #[error(
        "these credentials may not do this (403, {kind}); grant `monitor` on the cluster and `manage`, \
         `read` and `write` on `{name}*`"
    )]
    Forbidden {
        /// The kind of refusal.
        kind: String,
        /// The name of the index.
        name: String,
    },
    /// It takes no writes, mostly because its disk is full.
    #[error(
        "takes no writes ({0}); free space on its disks, then lift `index.blocks.read_only_allow_delete`"
    )]
    Blocked(String),
    /// What was asked for is not there.
    #[error("has no such index or document ({0}); run `langnghe rebuild`")]
    Missing(String),
    /// A single document is larger than it takes.
    #[error("takes no request of {bytes} bytes (413); raise its `http.max_content_length`")]
    TooLarge {
        /// Size of the body.
        bytes: usize,
    },
    /// It has too much to do.
    #[error("is too busy ({status}; tried {n_tries} times); give it more room or try later")]
    Busy {
        /// What it answered.
        status: u16,
        /// How often it was asked.
        n_tries: u32,
    },
    /// Some documents were taken and some not.
    #[error("refused {n_refused} of {n_sent} documents ({first}); nothing after them was counted")]
    PartlyRefused {
        /// How many were refused.
        n_refused: usize,
        /// Of how many.
        n_sent: usize,
        /// The first of them, with the kinds of refusal.
        first: String,
    },
    /// It is something else or too old.
    #[error("is {0}; an index needs Elasticsearch 8 or OpenSearch 2, or newer")]
    Stranger(String),
    /// Its index was made by a newer release.
    #[error(
        "index `{name}` has layout {found}, this langnghe knows up to {known}; install that release"
    )]
    Newer {
        /// The index.
        name: String,
        /// Its layout.
        found: u32,
        /// The newest we know.
        known: u32,
    },

    // We can act.
    /// It refused what we thought it would take.
    #[error("refused ({status}, {kind}){reason}")]
    Refused {
        /// The status.
        status: u16,
        /// The kind of refusal.
        kind: String,
        /// Its words, where they cannot quote citizens; begins with a colon then.
        reason: String,
    },
    /// Its answer has a shape we do not know.
    #[error("answered in a shape we do not know ({0})")]
    Unexpected(String),
}
