//! `[mail]`: the server that takes digests by mail.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use crawler::mail::{MailServer, check_address};
use jiff::SignedDuration;
use serde::Deserialize;

use super::Span;
use super::sources::place_of;

/// Which server takes our mail; without one none is sent.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Mail {
    /// Address of the server: `smtp+starttls://mail.example.vn:587`.
    pub server: Option<String>,
    /// Address of the sender.
    pub from: Option<String>,
    /// Name of the sender.
    pub from_name: String,
    /// Name at the server.
    pub user: Option<String>,
    /// Where the password is kept: `env:NAME` or a file.
    pub password: Option<String>,
    /// How long after its hour a message waits for digests that are not yet published.
    pub wait: Span,
    /// Maildir of the sender, relative to the configuration file; reports of letters that came back are
    /// taken in from it.
    pub returned: Option<PathBuf>,
}

/// The same, read.
#[derive(Clone, Debug, PartialEq)]
pub struct MailSettings {
    /// The server.
    pub server: MailServer,
    /// Name and address of the sender.
    pub from: (String, String),
    /// How long after its hour a message waits for digests that are not yet published.
    pub wait: SignedDuration,
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            server: None,
            from: None,
            from_name: "Lắng Nghe".to_owned(),
            user: None,
            password: None,
            wait: Span::from_secs(1800),
            returned: None,
        }
    }
}

impl Mail {
    /// The settings, or nothing when no server is named.
    pub fn settings(&self) -> Result<Option<MailSettings>> {
        let Some(server) = &self.server else {
            return Ok(None);
        };
        let mut server = MailServer::parse(server).context("langnghe.toml, [mail] server")?;
        let from = self.from.clone().context(
            "langnghe.toml: [mail] thiếu `from`, địa chỉ người gửi / needs `from`, the sender's address",
        )?;
        check_address(&self.from_name, &from).context("langnghe.toml, [mail] from")?;
        server.login = match (&self.user, &self.password) {
            (None, None) => None,
            (Some(user), Some(password)) => Some((user.clone(), place_of(password))),
            _ => bail!(
                "langnghe.toml: [mail] ghi cả `user` và `password`, hoặc bỏ cả hai / give both \
                 `user` and `password`, or neither"
            ),
        };
        Ok(Some(MailSettings {
            server,
            from: (self.from_name.clone(), from),
            wait: self.wait.0,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named() {
        assert_eq!(Mail::default().settings().unwrap(), None);
        let mut mail = Mail {
            server: Some("mail.example.vn".to_owned()),
            ..Mail::default()
        };
        let said = |mail: &Mail| format!("{:#}", mail.settings().unwrap_err());
        assert!(said(&mail).contains("smtp://"), "{}", said(&mail));
        mail.server = Some("smtp://127.0.0.1:2525".to_owned());
        assert!(said(&mail).contains("`from`"), "{}", said(&mail));
        mail.from = Some("nobody".to_owned());
        assert!(said(&mail).contains("nobody"), "{}", said(&mail));
        mail.from = Some("langnghe@example.vn".to_owned());
        assert!(mail.settings().unwrap().is_some());
        mail.user = Some("langnghe".to_owned());
        assert!(said(&mail).contains("`password`"), "{}", said(&mail));
    }
}
