//! What the city decides of who comes in.

use std::net::IpAddr;

use jiff::SignedDuration;

/// What configuration says of accounts, sessions and limits.
#[derive(Clone, Debug, PartialEq)]
pub struct AccessSettings {
    /// Whether officers sign in with passwords of ours.
    pub local_login: bool,
    /// Whether cookies go over encrypted connections alone. Only development on the own machine may do
    /// without.
    pub secure_cookies: bool,
    /// A session that is not used for so long is over.
    pub session_idle: SignedDuration,
    /// A session is over after so long, however it is used.
    pub session_max: SignedDuration,
    /// Whether the API may be read without a key.
    pub anonymous_api: bool,
    /// Requests a minute to the API from one address without a key.
    pub anonymous_per_minute: u32,
    /// Requests a minute to the API with a key or in a session, unless the key says otherwise.
    pub key_per_minute: u32,
    /// Attempts a minute to sign in from one address.
    pub sign_in_per_minute: u32,
    /// Proxies of ours, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

impl Default for AccessSettings {
    fn default() -> Self {
        Self {
            local_login: true,
            secure_cookies: true,
            session_idle: SignedDuration::from_hours(1),
            session_max: SignedDuration::from_hours(12),
            anonymous_api: true,
            anonymous_per_minute: 120,
            key_per_minute: 600,
            sign_in_per_minute: 10,
            trusted_proxies: Vec::new(),
        }
    }
}
