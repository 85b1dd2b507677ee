//! Who comes in: sessions, limits, the identity provider.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::Path;

use api::AccessSettings;
use models::domain::{Reach, Rights, Role, SecretRef};
use serde::Deserialize;

use super::sources::place_of;
use super::{Config, ConfigError, Span};

/// `[access]`: accounts and sessions of officers.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Access {
    /// Whether officers sign in with passwords of ours.
    pub local_login: bool,
    /// A session that is not used for so long is over.
    pub session_idle: Span,
    /// A session is over after so long, however it is used.
    pub session_max: Span,
    /// Attempts a minute to sign in from one address.
    pub sign_in_per_minute: u32,
    /// Whether cookies go over plain HTTP: for development on the own machine.
    pub insecure_loopback: bool,
    /// Reverse proxies of ours, whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
}

/// `[api]`: who may read it, and how often.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Api {
    /// Whether it may be read without a key.
    pub anonymous: bool,
    /// Requests a minute from one address without a key.
    pub anonymous_per_minute: u32,
    /// Requests a minute with a key that says nothing else.
    pub key_per_minute: u32,
}

/// `[oidc]`: the identity provider of the city.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Oidc {
    /// Its address; empty where there is none.
    pub issuer: String,
    /// What it knows this program by.
    pub client_id: String,
    /// Where the secret is: `env:NAME` or a file.
    pub client_secret: String,
    /// The address of this server's `/dang-nhap/oidc/ve` as browsers see it.
    pub redirect: String,
    /// Its name on the button.
    pub name: String,
    /// Scopes asked for besides `openid`.
    pub scopes: Vec<String>,
    /// The claim of the ID token whose values name roles: a text or a list of texts.
    pub role_claim: String,
    /// What each value of the claim is worth: `"to-bao-chi" = "press_officer city"`.
    pub roles: BTreeMap<String, String>,
}

impl Default for Access {
    fn default() -> Self {
        let settings = AccessSettings::default();
        Self {
            local_login: settings.local_login,
            session_idle: Span(settings.session_idle),
            session_max: Span(settings.session_max),
            sign_in_per_minute: settings.sign_in_per_minute,
            insecure_loopback: false,
            trusted_proxies: Vec::new(),
        }
    }
}

impl Default for Api {
    fn default() -> Self {
        let settings = AccessSettings::default();
        Self {
            anonymous: settings.anonymous_api,
            anonymous_per_minute: settings.anonymous_per_minute,
            key_per_minute: settings.key_per_minute,
        }
    }
}

impl Default for Oidc {
    fn default() -> Self {
        Self {
            issuer: String::new(),
            client_id: String::new(),
            client_secret: String::new(),
            redirect: String::new(),
            name: "tài khoản của thành phố".to_owned(),
            scopes: vec!["profile".to_owned()],
            role_claim: "groups".to_owned(),
            roles: BTreeMap::new(),
        }
    }
}

impl Oidc {
    /// Whether there is a provider.
    pub fn is_used(&self) -> bool {
        !self.issuer.is_empty()
    }

    /// Where the secret is.
    pub fn secret(&self) -> SecretRef {
        place_of(&self.client_secret)
    }

    /// The rights of somebody with these values of the claim; of several that are mapped those that come
    /// last in the order of [`Role`], and the whole city before a part.
    pub fn rights_of<'a>(&self, values: impl Iterator<Item = &'a str>) -> Option<Rights> {
        let mapped = values.filter_map(|value| self.roles.get(value));
        let mapped = mapped.filter_map(|text| read_rights(text));
        mapped.max_by_key(|rights| (rights.role, rights.reach == Reach::City))
    }
}

/// `press_officer city`, `unit_responder 26734,27000`.
fn read_rights(text: &str) -> Option<Rights> {
    let (role, reach) = text.trim().split_once(char::is_whitespace)?;
    Some(Rights {
        role: Role::from_code(role)?,
        reach: Reach::from_text(reach)?,
    })
}

impl Config {
    /// What the pages and the API are told.
    pub fn access_settings(&self) -> AccessSettings {
        AccessSettings {
            local_login: self.access.local_login,
            secure_cookies: !self.access.insecure_loopback,
            session_idle: self.access.session_idle.0,
            session_max: self.access.session_max.0,
            anonymous_api: self.api.anonymous,
            anonymous_per_minute: self.api.anonymous_per_minute,
            key_per_minute: self.api.key_per_minute,
            sign_in_per_minute: self.access.sign_in_per_minute,
            trusted_proxies: self.access.trusted_proxies.clone(),
        }
    }

    /// Refuses what would leave the doors open, or closed for good.
    pub(super) fn check_access(&self, path: &Path, text: &str) -> Result<(), ConfigError> {
        let refuse = |key, vietnamese: &str, english: &str| {
            Err(ConfigError::value(path, text, key, vietnamese, english))
        };
        let rates = [
            ("sign_in_per_minute", self.access.sign_in_per_minute),
            ("anonymous_per_minute", self.api.anonymous_per_minute),
            ("key_per_minute", self.api.key_per_minute),
        ];
        if let Some((key, _)) = rates.into_iter().find(|(_, rate)| *rate == 0) {
            return refuse(key, "phải ít nhất là 1", "must be at least 1");
        }
        if self.access.session_idle > self.access.session_max {
            let vietnamese = "session_idle dài hơn session_max";
            return refuse(
                "session_idle",
                vietnamese,
                "session_idle is longer than session_max",
            );
        }
        if self.access.insecure_loopback && !self.server.listen.ip().is_loopback() {
            return refuse("insecure_loopback", INSECURE_VI, INSECURE_EN);
        }
        if !self.oidc.is_used() {
            return Ok(());
        }
        if cfg!(not(feature = "oidc")) {
            let vietnamese = "chương trình này được dựng không có tính năng `oidc`";
            return refuse(
                "issuer",
                vietnamese,
                "this program was built without the feature `oidc`",
            );
        }
        if self.oidc.client_id.is_empty() {
            let vietnamese = "thiếu client_id mà nhà cung cấp định danh đã cấp";
            return refuse(
                "issuer",
                vietnamese,
                "client_id is missing: the name the provider gave this program",
            );
        }
        if self.oidc.client_secret.is_empty() {
            let vietnamese =
                "thiếu client_secret: ghi \"env:TÊN_BIẾN\" hoặc đường dẫn tệp chứa khóa";
            return refuse(
                "issuer",
                vietnamese,
                "client_secret is missing: write \"env:NAME\" or the path of a file that holds it",
            );
        }
        if !self.oidc.redirect.ends_with("/dang-nhap/oidc/ve") {
            let vietnamese =
                "redirect phải là địa chỉ công khai của máy chủ này với đuôi /dang-nhap/oidc/ve";
            return refuse(
                "redirect",
                vietnamese,
                "redirect must be the public address of this server with /dang-nhap/oidc/ve behind it",
            );
        }
        if self
            .oidc
            .roles
            .values()
            .any(|text| read_rights(text).is_none())
        {
            let vietnamese = "mỗi giá trị phải là vai trò và phạm vi, ví dụ \"press_officer city\" hoặc \"unit_responder 26734\"";
            return refuse(
                "roles",
                vietnamese,
                "each value must be a role and a reach, such as \"press_officer city\" or \"unit_responder 26734\"",
            );
        }
        Ok(())
    }
}

/// Why cookies over plain HTTP are refused elsewhere.
pub const INSECURE_VI: &str = "chỉ dùng được khi listen là địa chỉ loopback: mật khẩu và phiên không được đi qua mạng không mã hóa";
/// The same in English.
pub const INSECURE_EN: &str =
    "works on a loopback address only: passwords and sessions must not cross a network unencrypted";

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(text: &str) -> String {
        let read = Config::parse(Path::new("test.toml"), text, std::iter::empty());
        format!("{:?}", miette::Report::new(read.unwrap_err()))
    }

    #[test]
    fn doors_left_open_or_closed_for_good_are_refused() {
        for (text, named) in [
            ("[access]\nsign_in_per_minute = 0\n", "ít nhất là 1"),
            ("[api]\nkey_per_minute = 0\n", "ít nhất là 1"),
            ("[access]\nsession_idle = \"13h\"\n", "session_max"),
            (
                "[server]\nlisten = \"0.0.0.0:80\"\n[access]\ninsecure_loopback = true\n",
                "loopback",
            ),
            ("[access]\ntrusted_proxies = [\"nginx\"]\n", "nginx"),
        ] {
            let shown = complaint(text);
            assert!(shown.contains(named), "{text}: {shown}");
        }
    }

    /// Without the feature every `[oidc]` is refused by that alone.
    #[cfg(feature = "oidc")]
    #[test]
    fn half_a_provider_is_refused() {
        for (text, named) in [
            ("[oidc]\nissuer = \"https://id\"\n", "client_id"),
            (
                "[oidc]\nissuer = \"https://id\"\nclient_id = \"x\"\n",
                "client_secret",
            ),
            (
                "[oidc]\nissuer = \"https://id\"\nclient_id = \"x\"\nclient_secret = \"env:S\"\n\
                 redirect = \"https://nghe/\"\n",
                "/dang-nhap/oidc/ve",
            ),
            (
                "[oidc]\nissuer = \"https://id\"\nclient_id = \"x\"\nclient_secret = \"env:S\"\n\
                 redirect = \"https://nghe/dang-nhap/oidc/ve\"\nroles = { a = \"boss\" }\n",
                "press_officer city",
            ),
        ] {
            let shown = complaint(text);
            assert!(shown.contains(named), "{text}: {shown}");
        }
    }

    #[test]
    fn claims_become_rights() {
        let oidc = Oidc {
            roles: [
                ("bao-chi", "press_officer city"),
                ("q1", "unit_responder 26734,26737"),
                ("qt", "admin city"),
            ]
            .map(|(value, rights)| (value.to_owned(), rights.to_owned()))
            .into(),
            ..Oidc::default()
        };
        let of = |values: &[&str]| {
            let found = oidc.rights_of(values.iter().copied());
            found.map(|rights| format!("{} {}", rights.role.code(), rights.reach))
        };
        assert_eq!(
            of(&["x", "q1"]).as_deref(),
            Some("unit_responder 26734,26737")
        );
        assert_eq!(of(&["bao-chi", "qt"]).as_deref(), Some("admin city"));
        assert_eq!(of(&["x"]), None);
        assert_eq!(of(&[]), None);
    }
}
