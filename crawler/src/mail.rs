//! Mail: letters are handed to the SMTP server of the configuration, one at a time.
//!
//! Handing over takes two steps, because a letter must not go out twice: until [`Mailer::knock`] is done
//! the server has nothing of it and it may be tried again; once [`Ready::give`] began, only the server
//! knows, and where its answer is lost nobody can say ([`Given::Unclear`]).

use std::time::Duration;

use jiff::Timestamp;
use lettre::address::Envelope;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use lettre::{Address, Message};
use models::domain::SecretRef;
use thiserror::Error;
use url::Url;

use crate::sources::secret::look_up;

/// The longest wait for one answer of the server.
const TIMEOUT: Duration = Duration::from_mins(1);

/// How the way to the server is kept secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for a server on this machine.
    Plain,
    /// From the second word on; a server that cannot is refused.
    StartTls,
    /// From the first byte on.
    Tls,
}

/// The server that takes our letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailServer {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// How the way is kept secret.
    pub security: Security,
    /// Name and password, where it wants them.
    pub login: Option<(String, SecretRef)>,
}

/// What is wrong with mail before anything is said to a server.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MailError {
    /// The address of the server.
    #[error(
        "`{0}` is no mail server: write smtp://host:25, smtp+starttls://host:587 or smtps://host:465"
    )]
    Server(String),
    /// An address of a person.
    #[error("`{0}` is no mail address")]
    Address(String),
    /// A letter that cannot be written.
    #[error("the letter cannot be written: {0}")]
    Letter(String),
}

impl MailServer {
    /// The server of an address such as `smtp+starttls://mail.example.vn:587`.
    pub fn parse(text: &str) -> Result<Self, MailError> {
        let wrong = || MailError::Server(text.to_owned());
        let url = Url::parse(text).map_err(|_| wrong())?;
        let (security, port) = match url.scheme() {
            "smtp" => (Security::Plain, 25),
            "smtp+starttls" => (Security::StartTls, 587),
            "smtps" => (Security::Tls, 465),
            _ => return Err(wrong()),
        };
        let host = url.host_str().filter(|host| !host.is_empty());
        let has_more = !matches!(url.path(), "" | "/") || url.query().is_some();
        if has_more || !url.username().is_empty() || url.password().is_some() {
            return Err(wrong());
        }
        Ok(Self {
            host: host.ok_or_else(wrong)?.to_owned(),
            port: url.port().unwrap_or(port),
            security,
            login: None,
        })
    }
}

/// Whether a name and an address can stand in the head of a letter.
pub fn check_address(name: &str, address: &str) -> Result<(), MailError> {
    mailbox(name, address).map(|_| ())
}

fn mailbox(name: &str, address: &str) -> Result<Mailbox, MailError> {
    let wrong = || MailError::Address(format!("{name} <{address}>"));
    // A line break would begin a header of its own.
    if name.chars().any(char::is_control) {
        return Err(wrong());
    }
    let address = address.parse::<Address>().map_err(|_| wrong())?;
    let name = (!name.is_empty()).then(|| name.to_owned());
    Ok(Mailbox::new(name, address))
}

/// A file that goes with a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enclosure {
    /// Name, ASCII.
    pub name: String,
    /// Such as `application/pdf`.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A letter before it is put in its envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Name and address of the sender.
    pub from: (String, String),
    /// Name and address of who gets it.
    pub to: (String, String),
    /// Identity of the letter: the same letter has the same. Letters, digits, `-`, `.` and `_`.
    pub id: String,
    /// When it was written.
    pub at: Timestamp,
    /// Subject.
    pub subject: String,
    /// As plain text.
    pub text: String,
    /// As HTML.
    pub html: String,
    /// What goes with it.
    pub enclosures: Vec<Enclosure>,
}

/// A letter in its envelope.
#[derive(Clone, Debug)]
pub struct Sealed {
    envelope: Envelope,
    bytes: Vec<u8>,
}

impl Sealed {
    /// The letter as it goes over the wire.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

/// Writes a letter in the form of the wire.
pub fn seal(letter: Letter) -> Result<Sealed, MailError> {
    let wrong = |error: &dyn std::fmt::Display| MailError::Letter(error.to_string());
    let from = mailbox(&letter.from.0, &letter.from.1)?;
    let to = mailbox(&letter.to.0, &letter.to.1)?;
    let domain = from.email.domain().to_owned();
    let body = MultiPart::alternative_plain_html(letter.text, letter.html);
    let mut parts = MultiPart::mixed().multipart(body);
    for enclosure in letter.enclosures {
        let kind = ContentType::parse(enclosure.kind).map_err(|error| wrong(&error))?;
        let part: SinglePart = Attachment::new(enclosure.name).body(enclosure.bytes, kind);
        parts = parts.singlepart(part);
    }
    let header = |name: &'static str, value: &str| {
        HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
    };
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject(one_line(&letter.subject))
        .message_id(Some(format!("<{}@{domain}>", letter.id)))
        .date(letter.at.into())
        // Vacation notices stay away (RFC 3834).
        .raw_header(header("Auto-Submitted", "auto-generated"))
        .multipart(parts)
        .map_err(|error| wrong(&error))?;
    Ok(Sealed {
        envelope: message.envelope().clone(),
        bytes: message.formatted(),
    })
}

fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control())
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Why a letter was not handed over: the server has nothing of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The server will never take it.
    Refused(u16, String),
    /// It may take it later, or could not be reached.
    Later(Option<u16>, String),
}

/// What came of handing a letter over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Given {
    /// The server took it.
    Taken(u16, String),
    /// It did not.
    Kept(Kept),
    /// Its answer was lost: it may have taken it.
    Unclear(String),
}

/// Hands letters to one server.
#[derive(Clone, Debug)]
pub struct Mailer {
    server: MailServer,
}

/// A server that waits for the bytes of a letter.
pub struct Ready {
    connection: AsyncSmtpConnection,
}

type SmtpError = lettre::transport::smtp::Error;

impl Mailer {
    /// A mailer for a server. It is named by the configuration alone, so it may stand in a private
    /// network.
    pub fn new(server: MailServer) -> Self {
        Self { server }
    }

    /// Says who writes to whom, up to the point where the server waits for the letter.
    pub async fn knock(&self, letter: &Sealed) -> Result<Ready, Kept> {
        let mut connection = self.connect().await?;
        match begin(&mut connection, letter).await {
            Ok(()) => Ok(Ready { connection }),
            Err(kept) => {
                connection.abort().await;
                Err(kept)
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Kept> {
        let MailServer { host, port, .. } = &self.server;
        let tls = || {
            TlsParameters::new_rustls(host.clone())
                .map_err(|error| Kept::Later(None, one_line(&error.to_string())))
        };
        let hello = ClientId::default();
        let at_once = match self.server.security {
            Security::Tls => Some(tls()?),
            Security::Plain | Security::StartTls => None,
        };
        let address = (host.trim_matches(['[', ']']), *port);
        let connecting =
            AsyncSmtpConnection::connect_tokio1(address, Some(TIMEOUT), &hello, at_once, None);
        let mut connection = within(connecting).await?;
        if self.server.security == Security::StartTls {
            within(connection.starttls(tls()?, &hello)).await?;
        }
        if let Some((name, place)) = &self.server.login {
            let password = look_up(place).map_err(|why| Kept::Later(None, why))?;
            let credentials = Credentials::new(name.clone(), password);
            // A wrong password is mended by people: the letter waits.
            let answer = within(connection.auth(DEFAULT_MECHANISMS, &credentials)).await;
            answer.map_err(|kept| match kept {
                Kept::Refused(code, words) => Kept::Later(Some(code), words),
                kept @ Kept::Later(..) => kept,
            })?;
        }
        Ok(connection)
    }
}

async fn begin(connection: &mut AsyncSmtpConnection, letter: &Sealed) -> Result<(), Kept> {
    let from = Mail::new(letter.envelope.from().cloned(), Vec::new());
    within(connection.command(from)).await?;
    for to in letter.envelope.to() {
        within(connection.command(Rcpt::new(to.clone(), Vec::new()))).await?;
    }
    within(connection.command(Data)).await?;
    Ok(())
}

impl Ready {
    /// Hands the letter over.
    pub async fn give(mut self, letter: &Sealed) -> Given {
        let given = tokio::time::timeout(TIMEOUT, self.connection.message(&letter.bytes)).await;
        let given = match given {
            Ok(Ok(answer)) => Given::Taken(code_of(&answer), words_of(&answer)),
            Ok(Err(error)) if error.is_permanent() || error.is_transient() => {
                Given::Kept(kept(&error))
            }
            Ok(Err(error)) => Given::Unclear(one_line(&error.to_string())),
            Err(_) => Given::Unclear(format!("no answer within {} s", TIMEOUT.as_secs())),
        };
        // The letter's fate is decided: how the server takes its leave changes nothing.
        let _ = tokio::time::timeout(TIMEOUT, self.connection.abort()).await;
        given
    }

    /// Leaves without handing anything over.
    pub async fn leave(mut self) {
        // Without the final dot the server drops what it has; nobody waits for its word.
        let _ = tokio::time::timeout(TIMEOUT, self.connection.abort()).await;
    }
}

async fn within<T>(step: impl Future<Output = Result<T, SmtpError>>) -> Result<T, Kept> {
    match tokio::time::timeout(TIMEOUT, step).await {
        Ok(answer) => answer.map_err(|error| kept(&error)),
        Err(_) => Err(Kept::Later(
            None,
            format!("no answer within {} s", TIMEOUT.as_secs()),
        )),
    }
}

fn kept(error: &SmtpError) -> Kept {
    let words = one_line(&with_cause(error));
    let code = error.status().map(u16::from);
    match code {
        Some(code) if error.is_permanent() => Kept::Refused(code, words),
        code => Kept::Later(code, words),
    }
}

fn with_cause(error: &SmtpError) -> String {
    let cause = std::error::Error::source(error);
    cause.map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

fn code_of(answer: &Response) -> u16 {
    answer.code().into()
}

fn words_of(answer: &Response) -> String {
    one_line(answer.first_line().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_read_with_their_ports() {
        let server = MailServer::parse("smtp+starttls://mail.example.vn").unwrap();
        assert_eq!((server.port, server.security), (587, Security::StartTls));
        let server = MailServer::parse("smtps://[::1]:4650/").unwrap();
        assert_eq!((server.host.as_str(), server.port), ("[::1]", 4650));
        assert_eq!(server.security, Security::Tls);
        for wrong in [
            "mail.example.vn:25",
            "http://mail.example.vn",
            "smtp://me:secret@mail.example.vn",
            "smtp://mail.example.vn/box",
            "smtp://",
        ] {
            assert!(MailServer::parse(wrong).is_err(), "{wrong}");
        }
    }

    fn letter() -> Letter {
        Letter {
            from: ("Lắng Nghe".to_owned(), "langnghe@example.vn".to_owned()),
            to: ("Văn phòng".to_owned(), "vp@example.vn".to_owned()),
            id: "msg_1".to_owned(),
            at: Timestamp::UNIX_EPOCH,
            subject: "Bản tin\r\nBcc: x@example.vn".to_owned(),
            text: "Ngập nước".to_owned(),
            html: "<p>Ngập nước</p>".to_owned(),
            enclosures: vec![Enclosure {
                name: "ban-tin.pdf".to_owned(),
                kind: "application/pdf",
                bytes: b"%PDF-1.7".to_vec(),
            }],
        }
    }

    #[test]
    fn a_letter_has_one_identity_and_no_header_of_others() {
        let sealed = seal(letter()).unwrap();
        let text = String::from_utf8(sealed.bytes().to_vec()).unwrap();
        assert!(text.contains("Message-ID: <msg_1@example.vn>"), "{text}");
        assert!(text.contains("Auto-Submitted: auto-generated"));
        assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
        assert!(text.contains("filename=\"ban-tin.pdf\""));
        assert!(text.is_ascii(), "any server can carry it");
        assert_eq!(sealed.envelope.to().len(), 1);
    }

    #[test]
    fn addresses_that_would_break_the_head_are_refused() {
        assert!(check_address("A", "a@example.vn").is_ok());
        assert!(check_address("A\nBcc: b@example.vn", "a@example.vn").is_err());
        assert!(check_address("A", "a@example.vn\nBcc: b@example.vn").is_err());
        assert!(check_address("A", "nobody").is_err());
    }
}
