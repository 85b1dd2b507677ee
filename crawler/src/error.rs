//! What can go wrong, grouped by who can act.

use std::time::Duration;

use jiff::Timestamp;
use models::domain::HealthStatus;
use thiserror::Error;

/// Why one address was not fetched.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FetchError {
    // Whoever edits the configuration.
    /// Not an address at all.
    #[error("`{0}` is not an address; write it with http:// or https://")]
    InvalidUrl(String),
    /// An address of another kind.
    #[error("`{0}` is neither http nor https")]
    Scheme(String),
    /// The address, a redirect or a DNS answer leads into a private network.
    #[error("`{host}` leads to the private address {address}; allow its network if that is meant")]
    PrivateAddress {
        /// Name as it was asked for.
        host: String,
        /// Where it leads.
        address: String,
    },
    /// The HTTP client could not be set up.
    #[error("http client cannot start: {0}")]
    Client(String),

    // Whoever runs the source.
    /// Forbidden by robots.txt.
    #[error("robots.txt forbids {0}")]
    RobotsDenied(String),
    /// No robots.txt could be had, which counts as forbidden until it can.
    #[error("robots.txt of {host} cannot be read, so nothing is fetched until {until}: {cause}")]
    RobotsUnavailable {
        /// Whose robots.txt.
        host: String,
        /// What came instead.
        cause: Box<FetchError>,
        /// When it is asked for again.
        until: Timestamp,
    },
    /// The host asked us to slow down.
    #[error("{host} asks to slow down until {until}")]
    OverQuota {
        /// Which host.
        host: String,
        /// Not before this moment.
        until: Timestamp,
    },
    /// A challenge meant to keep programs out; never bypassed.
    #[error("{host} keeps programs out ({challenge})")]
    Blocked {
        /// Which host.
        host: String,
        /// What was recognised.
        challenge: &'static str,
    },
    /// An answer that is an error.
    #[error("http status {status} from {host}")]
    Status {
        /// Which host.
        host: String,
        /// Its code.
        status: u16,
    },
    /// The name does not resolve.
    #[error("no address for the name {0}")]
    Dns(String),
    /// No connection, or no trust in its certificate.
    #[error("no connection to {host}: {reason}")]
    Connect {
        /// Which host.
        host: String,
        /// The innermost cause.
        reason: String,
    },
    /// The whole answer did not come in time.
    #[error("{host} did not finish its answer within {after:?}")]
    Timeout {
        /// Which host.
        host: String,
        /// The bound.
        after: Duration,
    },
    /// The body outgrew its bound once unpacked.
    #[error("answer of {host} is larger than {limit_bytes} bytes unpacked")]
    TooLarge {
        /// Which host.
        host: String,
        /// The bound.
        limit_bytes: usize,
    },
    /// One redirect too many.
    #[error("more than {limit} redirects from {from}")]
    TooManyRedirects {
        /// First address of the chain.
        from: String,
        /// The bound.
        limit: usize,
    },
    /// A redirect that leads back to where it came from.
    #[error("redirects of {0} go round in a circle")]
    RedirectLoop(String),
    /// A redirect without an address, or with one that cannot be read.
    #[error("{0} redirects to nowhere")]
    BadRedirect(String),
    /// Something that is not HTTP, broken compression, a flood of headers.
    #[error("{host} does not speak http properly: {reason}")]
    Protocol {
        /// Which host.
        host: String,
        /// The innermost cause.
        reason: String,
    },
    /// What an earlier run of the program met and still holds.
    #[error("{reason}")]
    Earlier {
        /// What it said of the source's health.
        status: HealthStatus,
        /// What it was.
        reason: String,
    },

    // Nobody: it is only not the time.
    /// Politeness asks for a longer wait than a visit can spend.
    #[error("{host} is not asked again before {until}")]
    NotYet {
        /// Which host.
        host: String,
        /// Not before this moment.
        until: Timestamp,
    },
    /// The host failed so often that it is left alone for a while.
    #[error("{host} failed {n_failures} times in a row and is left alone until {until}")]
    CircuitOpen {
        /// Which host.
        host: String,
        /// Failures in a row.
        n_failures: u32,
        /// Not before this moment.
        until: Timestamp,
    },
}

impl FetchError {
    /// What it says of the source's health.
    pub fn health(&self) -> HealthStatus {
        match self {
            Self::RobotsDenied(_) => HealthStatus::RobotsDenied,
            Self::RobotsUnavailable { cause, .. } => match **cause {
                Self::Status { .. } => HealthStatus::RobotsDenied,
                ref other => other.health(),
            },
            Self::Earlier { status, .. } => *status,
            Self::OverQuota { .. } => HealthStatus::OverQuota,
            Self::Blocked { .. } => HealthStatus::Blocked,
            _ => HealthStatus::Unreachable,
        }
    }

    /// The moment before which there is no use in trying again, when one is known.
    pub fn not_before(&self) -> Option<Timestamp> {
        match self {
            Self::RobotsUnavailable { until, .. }
            | Self::OverQuota { until, .. }
            | Self::NotYet { until, .. }
            | Self::CircuitOpen { until, .. } => Some(*until),
            _ => None,
        }
    }

    /// Whether the source did nothing wrong: the request was only put off.
    pub fn is_deferral(&self) -> bool {
        matches!(self, Self::NotYet { .. } | Self::CircuitOpen { .. })
    }

    /// Whether asking again later may end differently.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Status { status, .. } => *status >= 500 || matches!(status, 408 | 425 | 429),
            Self::RobotsUnavailable { .. }
            | Self::OverQuota { .. }
            | Self::Dns(_)
            | Self::Connect { .. }
            | Self::Timeout { .. }
            | Self::Protocol { .. }
            | Self::NotYet { .. }
            | Self::CircuitOpen { .. } => true,
            _ => false,
        }
    }

    /// Whether the host itself, not only this address, is in trouble; feeds the circuit breaker.
    pub fn is_host_failure(&self) -> bool {
        match self {
            Self::Status { status, .. } => *status >= 500,
            Self::Dns(_) | Self::Connect { .. } | Self::Timeout { .. } | Self::Protocol { .. } => {
                true
            }
            _ => false,
        }
    }
}

/// Why a stream ended, or never began.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum StreamError {
    // Whoever edits the configuration.
    /// The source is of a kind that does not stream.
    #[error("the source is not a stream")]
    NotAStream,
    /// Its token cannot be had.
    #[error("no token: {0}")]
    Secret(String),

    // Whoever runs the source.
    /// It could not be opened.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The server answered, but not as the protocol wants it.
    #[error("{host} does not stream as it should: {reason}")]
    Protocol {
        /// Which host.
        host: String,
        /// What is wrong.
        reason: String,
    },
    /// Nothing came, not even a sign of life.
    #[error("nothing came from {host} for {after:?}")]
    Silent {
        /// Which host.
        host: String,
        /// How long.
        after: Duration,
    },
    /// One message is beyond its bound.
    #[error("a message of {host} is larger than {limit_bytes} bytes")]
    TooLarge {
        /// Which host.
        host: String,
        /// The bound.
        limit_bytes: usize,
    },
    /// Message after message that cannot be read.
    #[error("{host} sends what cannot be read: {reason}")]
    Garbage {
        /// Which host.
        host: String,
        /// What is wrong with the last one.
        reason: String,
    },
    /// The other side ended it.
    #[error("{host} closed the stream")]
    Closed {
        /// Which host.
        host: String,
    },

    // We.
    /// Nobody takes what is heard any more.
    #[error("what was heard could not be recorded")]
    Unheard,
}

impl StreamError {
    /// What it says of the source's health.
    pub fn health(&self) -> HealthStatus {
        match self {
            Self::Fetch(error) => error.health(),
            Self::Garbage { .. } | Self::TooLarge { .. } => HealthStatus::NotAFeed,
            _ => HealthStatus::Unreachable,
        }
    }

    /// The moment before which there is no use in trying again, when one is known.
    pub fn not_before(&self) -> Option<Timestamp> {
        match self {
            Self::Fetch(error) => error.not_before(),
            _ => None,
        }
    }
}

/// Why a delivery that was pushed to us is refused.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PushError {
    // Whoever edits the configuration.
    /// The source is of a kind that pushes nothing.
    #[error("the source takes no deliveries")]
    NotPushed,
    /// A secret cannot be had or used.
    #[error("no secret to check signatures with: {0}")]
    Secret(String),

    // The sender.
    /// A header is missing or cannot be read.
    #[error("header `{header}` {what}")]
    Header {
        /// Which header.
        header: &'static str,
        /// What is wrong with it.
        what: &'static str,
    },
    /// Signed by nobody we know.
    #[error("the signature does not fit; sign the bytes as they are sent, with the agreed secret")]
    Signature,
    /// Signed too long ago, or in the future.
    #[error("signed at {signed_at}, more than {tolerance_secs} seconds from now; set the clock")]
    Age {
        /// When it says it was signed.
        signed_at: Timestamp,
        /// How far it may be from now.
        tolerance_secs: i64,
    },
    /// Signed, but it cannot be read; never quotes it.
    #[error("{0}")]
    Unreadable(String),
}

/// Why a file of tickets could not be imported at all; single bad rows are reported in the result.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ImportError {
    /// The name ends with nothing we read.
    #[error("`{0}` is not a csv, xlsx or jsonl file")]
    UnknownFormat(String),
    /// The file is damaged, or not what its name says.
    #[error("`{file}` cannot be read as {format}: {reason}")]
    Unreadable {
        /// Which file.
        file: String,
        /// What it was taken for.
        format: &'static str,
        /// The cause.
        reason: String,
    },
    /// The file is beyond its bound, packed or unpacked.
    #[error("`{file}` is larger than {limit_bytes} bytes unpacked; split it by month")]
    TooLarge {
        /// Which file.
        file: String,
        /// The bound.
        limit_bytes: u64,
    },
    /// A column that the mapping names is not in the file.
    #[error("`{file}` has no column `{column}`; its columns are {found}")]
    MissingColumn {
        /// Which file.
        file: String,
        /// What was looked for.
        column: String,
        /// What stands there, each in backquotes.
        found: String,
    },
    /// No mapping was given and the headers say nothing to us.
    #[error(
        "`{file}` has no column that we know as {field}; name it in the mapping: its columns are {found}"
    )]
    UnknownColumns {
        /// Which file.
        file: String,
        /// What was looked for.
        field: &'static str,
        /// What stands there, each in backquotes.
        found: String,
    },
    /// More rows than are read at once.
    #[error("`{file}` has more than {limit} rows; split it by month")]
    TooManyRows {
        /// Which file.
        file: String,
        /// The bound.
        limit: usize,
    },
    /// The sheet that the mapping names is not in the workbook.
    #[error("`{file}` has no sheet `{sheet}`; its sheets are {found}")]
    MissingSheet {
        /// Which file.
        file: String,
        /// What was looked for.
        sheet: String,
        /// What there is, each in backquotes.
        found: String,
    },
    /// There is no header or no row.
    #[error("`{0}` holds no rows")]
    Empty(String),
}
