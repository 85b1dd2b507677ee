//! The two cookies: of a session, and of a sign-in that is under way at an identity provider.

use axum::http::{HeaderMap, HeaderValue, header};
use jiff::SignedDuration;

/// A cookie of ours. `__Host-` makes browsers refuse one that another host of the domain sets, or that
/// came over plain HTTP.
#[derive(Clone, Copy)]
pub(crate) enum Cookie {
    Session,
    Departure,
}

impl Cookie {
    fn name(self, is_secure: bool) -> &'static str {
        match (self, is_secure) {
            (Self::Session, true) => "__Host-langnghe",
            (Self::Session, false) => "langnghe-dev",
            (Self::Departure, true) => "__Host-langnghe-oidc",
            (Self::Departure, false) => "langnghe-dev-oidc",
        }
    }

    /// The header that sets it for a time.
    pub(crate) fn set(self, value: &str, keep: SignedDuration, is_secure: bool) -> HeaderValue {
        let (name, seconds) = (self.name(is_secure), keep.as_secs());
        let secure = if is_secure { "; Secure" } else { "" };
        let text =
            format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
        // Tokens are letters and digits.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }

    /// The header that takes it away.
    pub(crate) fn drop(self, is_secure: bool) -> HeaderValue {
        self.set("", SignedDuration::ZERO, is_secure)
    }

    /// Its value.
    pub(crate) fn get(self, headers: &HeaderMap, is_secure: bool) -> Option<&str> {
        let name = self.name(is_secure);
        let all = headers.get_all(header::COOKIE).iter();
        let all = all.filter_map(|value| value.to_str().ok());
        all.flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }
}

/// The token of a session, if one is shown.
pub(super) fn session(headers: &HeaderMap, is_secure: bool) -> Option<&str> {
    Cookie::Session.get(headers, is_secure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_are_kept_from_scripts_and_other_hosts() {
        let set = Cookie::Session.set("abc", SignedDuration::from_hours(1), true);
        assert_eq!(
            set,
            "__Host-langnghe=abc; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure"
        );
        let mut headers = HeaderMap::new();
        let jar = "a=b; __Host-langnghe=abc; langnghe-dev=no";
        headers.insert(header::COOKIE, jar.parse().unwrap());
        assert_eq!(session(&headers, true), Some("abc"));
        assert_eq!(session(&headers, false), Some("no"));
        assert_eq!(Cookie::Departure.get(&headers, true), None);
        let dropped = Cookie::Session.drop(false);
        assert!(
            dropped
                .to_str()
                .unwrap()
                .contains("langnghe-dev=; Path=/; Max-Age=0;")
        );
    }
}
