//! Where a search server is and how it is spoken to.

use std::net::IpAddr;
use std::time::Duration;

use reqwest::header::HeaderValue;
use reqwest::{Certificate, Url};

use crate::search::ServerFault;

/// Longer names leave no room for what is put behind them.
const MAX_NAME_BYTES: usize = 100;

/// Where a search server is and how it is spoken to.
#[derive(Clone)]
pub struct ElasticSettings {
    /// Its address: `https://search.city.example:9200`, with a path where a proxy wants one.
    pub url: String,
    /// Name of the alias under which the index is found; the indexes behind it begin with it.
    pub name: String,
    /// `user:password`, or an API key in its encoded form.
    pub credentials: Option<String>,
    /// Certificates of authorities trusted besides those of the system, as PEM.
    pub authorities_pem: Option<Vec<u8>>,
    /// Shards of an index; counts when one is made.
    pub n_shards: u16,
    /// Copies of each shard; counts when one is made.
    pub n_replicas: u16,
    /// Longest time for one answer.
    pub timeout: Duration,
}

/// What every request shows.
pub(super) enum Proof {
    None,
    Password { user: String, password: String },
    Key(HeaderValue),
}

impl ElasticSettings {
    /// The address without a slash at its end.
    pub(super) fn address(&self) -> Result<String, ServerFault> {
        self.check_name()?;
        let wrong = |why: &str| ServerFault::Settings(format!("`index.elastic` {why}"));
        let url = Url::parse(&self.url)
            .map_err(|why| wrong(&format!("is no address ({why}); write https://host:9200")))?;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
            return Err(wrong("must begin with https:// or http://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            let way =
                "must not hold a password; put user:password where `index.credentials` points";
            return Err(wrong(way));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("must end with the host, the port or a path"));
        }
        if self.credentials.is_some() && url.scheme() == "http" && !is_loopback(&url) {
            let way = "would send the credentials in the clear; use https://";
            return Err(wrong(way));
        }
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }

    /// Names that every server takes.
    fn check_name(&self) -> Result<(), ServerFault> {
        let is_fine = self.name.starts_with(|c: char| c.is_ascii_lowercase())
            && self.name.len() <= MAX_NAME_BYTES
            && (self.name.bytes()).all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
        if is_fine {
            return Ok(());
        }
        Err(ServerFault::Settings(format!(
            "`index.name` is `{}`; use small letters, digits, - and _, beginning with a letter, at most \
             {MAX_NAME_BYTES}",
            self.name
        )))
    }

    pub(super) fn proof(&self) -> Result<Proof, ServerFault> {
        let Some(credentials) = self.credentials.as_deref().map(str::trim) else {
            return Ok(Proof::None);
        };
        if let Some((user, password)) = credentials.split_once(':') {
            return Ok(Proof::Password {
                user: user.to_owned(),
                password: password.to_owned(),
            });
        }
        let key = HeaderValue::from_str(&format!("ApiKey {credentials}"));
        let mut key = key.map_err(|_| {
            let why = "`index.credentials` hold a character that no header takes";
            ServerFault::Settings(why.to_owned())
        })?;
        key.set_sensitive(true);
        Ok(Proof::Key(key))
    }

    pub(super) fn authorities(&self) -> Result<Vec<Certificate>, ServerFault> {
        let Some(pem) = &self.authorities_pem else {
            return Ok(Vec::new());
        };
        let wrong = |why: String| {
            ServerFault::Settings(format!(
                "`index.ca` holds no certificate we can read ({why}); give PEM, -----BEGIN CERTIFICATE-----"
            ))
        };
        let found = Certificate::from_pem_bundle(pem).map_err(|why| wrong(why.to_string()))?;
        if found.is_empty() {
            return Err(wrong("none found".to_owned()));
        }
        Ok(found)
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let address: Result<IpAddr, _> = host.parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}
