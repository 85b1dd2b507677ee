//! Letters that came back: reports of mail servers (RFC 3464), as the sender's mailbox gets them.

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};
use thiserror::Error;

/// Reports are small; what is larger is none.
const REPORT_BYTES_MAX: usize = 2_000_000;
/// Recipients of one report.
const RECIPIENTS_MAX: usize = 100;
/// Letters of a reason that are kept.
const REASON_MAX: usize = 300;

/// What a report says of one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// The address that was not reached, in lower case.
    pub address: String,
    /// Whether the server has given up.
    pub is_failed: bool,
    /// Whether no further letter will arrive either: a status of 5.
    pub is_final: bool,
    /// Status (RFC 3463) and what the servers said, one line.
    pub detail: String,
    /// Identity of the letter that came back, without the brackets, where the report has it.
    pub message_id: Option<String>,
}

/// Why something is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum BounceError {
    /// Too much of it.
    #[error("it is larger than a report of a mail server")]
    TooLarge,
    /// No letter at all.
    #[error("it is no mail")]
    NoMail,
    /// A letter of another kind.
    #[error("it holds no message/delivery-status (RFC 3464): no report of a mail server")]
    NoReport,
}

/// Reads a report.
///
/// ## Errors
/// [`BounceError`] for everything else; a report on nobody is an empty list.
pub fn read_bounce(bytes: &[u8]) -> Result<Vec<Returned>, BounceError> {
    if bytes.len() > REPORT_BYTES_MAX {
        return Err(BounceError::TooLarge);
    }
    let letter = MessageParser::default()
        .parse(bytes)
        .ok_or(BounceError::NoMail)?;
    let is_status = |part: &&MessagePart<'_>| is_kind(part, "message", "delivery-status");
    let status = letter
        .parts
        .iter()
        .find(is_status)
        .ok_or(BounceError::NoReport)?;
    let message_id = letter.parts.iter().find_map(original_id);
    let text = String::from_utf8_lossy(status.contents()).replace("\r\n", "\n");
    // The first group is about the report itself.
    let groups = text.split("\n\n").skip(1).take(RECIPIENTS_MAX);
    Ok(groups
        .filter_map(|group| returned(group, message_id.as_deref()))
        .collect())
}

fn is_kind(part: &MessagePart<'_>, kind: &str, below: &str) -> bool {
    part.content_type().is_some_and(|found| {
        let subtype = found.subtype().unwrap_or_default();
        found.ctype().eq_ignore_ascii_case(kind) && subtype.eq_ignore_ascii_case(below)
    })
}

/// The identity of the letter that the report gives back, whole or as its head.
fn original_id(part: &MessagePart<'_>) -> Option<String> {
    let of = |letter: &Message<'_>| letter.message_id().map(ToOwned::to_owned);
    match &part.body {
        PartType::Message(letter) => of(letter),
        _ if is_kind(part, "text", "rfc822-headers") => {
            of(&MessageParser::default().parse_headers(part.contents())?)
        }
        _ => None,
    }
}

fn returned(group: &str, message_id: Option<&str>) -> Option<Returned> {
    let fields = unfolded(group);
    let field = |name: &str| {
        let found = fields
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    };
    let address = field("Final-Recipient").or_else(|| field("Original-Recipient"))?;
    // `rfc822; somebody@example.vn`
    let address = address
        .split_once(';')
        .map_or(address, |(_, address)| address);
    let address = address.trim().trim_matches(['<', '>']).to_lowercase();
    if !address.contains('@') || address.len() > 320 {
        return None;
    }
    let status = field("Status").unwrap_or_default();
    let said = field("Diagnostic-Code").unwrap_or_default();
    let detail = format!("{status} {said}");
    let detail = detail.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(Returned {
        address,
        is_failed: field("Action").is_some_and(|action| action.eq_ignore_ascii_case("failed")),
        is_final: status.starts_with('5'),
        detail: detail
            .chars()
            .filter(|c| !c.is_control())
            .take(REASON_MAX)
            .collect(),
        message_id: message_id.map(ToOwned::to_owned),
    })
}

/// Fields of a group; a line that begins with a space goes on with the one before.
fn unfolded(group: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in group.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_owned(), value.trim().to_owned()));
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(original: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mail.example.vn\r\nTo: langnghe@example.vn\r\n\
             Subject: Delivery failed\r\nMIME-Version: 1.0\r\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
             --b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n\
             --b\r\nContent-Type: message/delivery-status\r\n\r\n\
             Reporting-MTA: dns; mail.example.vn\r\n\r\n\
             Final-Recipient: rfc822; Chu-Tich@Example.vn\r\nAction: failed\r\nStatus: 5.1.1\r\n\
             Diagnostic-Code: smtp; 550 5.1.1\r\n no such person\r\n\r\n\
             Final-Recipient: rfc822; phuong@example.vn\r\nAction: delayed\r\nStatus: 4.2.2\r\n\r\n\
             --b\r\n{original}\r\n--b--\r\n"
        )
    }

    #[test]
    fn a_report_names_who_was_not_reached_and_which_letter() {
        let whole = "Content-Type: message/rfc822\r\n\r\nMessage-ID: <msg_1@example.vn>\r\n\
                     Subject: A\r\n\r\nText";
        let head = "Content-Type: text/rfc822-headers\r\n\r\nSubject: A\r\n\
                    Message-ID: <msg_1@example.vn>\r\n";
        for original in [whole, head] {
            let found = read_bounce(report(original).as_bytes()).unwrap();
            assert_eq!(found.len(), 2, "{found:?}");
            assert_eq!(found[0].address, "chu-tich@example.vn");
            assert!(found[0].is_failed && found[0].is_final);
            assert_eq!(found[0].detail, "5.1.1 smtp; 550 5.1.1 no such person");
            assert_eq!(found[0].message_id.as_deref(), Some("msg_1@example.vn"));
            assert!(!found[1].is_failed && !found[1].is_final, "{found:?}");
        }
    }

    #[test]
    fn anything_else_is_no_report() {
        let letter = b"From: a@x.vn\r\nSubject: hello\r\n\r\nText";
        assert_eq!(read_bounce(letter), Err(BounceError::NoReport));
        assert!(read_bounce(b"").is_err());
        assert_eq!(
            read_bounce(&vec![b'a'; REPORT_BYTES_MAX + 1]),
            Err(BounceError::TooLarge)
        );
    }
}
