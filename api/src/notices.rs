//! Telling people: what is said to single officers and rooms, put into the outbox once each. Who sends
//! it is the schedule's business; pages and the schedule both post here.
//!
//! ```text
//! Notice + Addressee ─post→ outbox (`notice:mail`, `notice:<channel>`) ─send→ letter, SMS, chat
//! ```

use askama::Template;
use indexer::{NewMessage, Outbox};
use jiff::Timestamp;
use models::domain::{Addressee, EventKind, Notice, Way};

use crate::Error;
use crate::i18n::Lang;
use crate::lines::NoticeOrder;
use crate::sheet::LetterBody;

/// By which ways this city can tell people things.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ways {
    /// Whether there is a mail server.
    pub mail: bool,
    /// Channel that takes short messages to phones.
    pub sms: Option<String>,
    /// Identifier and name of every channel that is in use.
    pub channels: Vec<(String, String)>,
}

impl Ways {
    /// The way to a mail address, where mail is sent at all.
    pub fn to_mail(&self, address: &str) -> Option<Way> {
        self.mail.then(|| Way::Mail {
            address: address.to_owned(),
        })
    }

    /// The way to a phone, where a gateway for short messages is configured.
    pub fn to_phone(&self, number: &str) -> Option<Way> {
        Some(Way::Channel {
            channel: self.sms.clone()?,
            to: number.to_owned(),
        })
    }
}

/// Messages of a notice for everyone who is to be told, with their names in the outbox.
pub fn messages_of(
    notice: &Notice,
    told: &[Addressee],
) -> Result<Vec<(String, NewMessage)>, serde_json::Error> {
    let messages = told.iter().map(|to| {
        let message = NewMessage {
            key: notice.key_for(&to.way),
            event: EventKind::Notice,
            payload: NoticeOrder::new(notice, to).to_text()?,
            not_before: notice.not_before,
        };
        Ok((to.way.outbox_id(), message))
    });
    messages.collect()
}

/// Puts a notice into the outbox for everyone who is to be told. Who was told of its key before is not
/// told again. Gives the number of messages that are new.
///
/// ## Errors
/// When the record cannot be written.
pub fn post_notice(
    outbox: &dyn Outbox,
    notice: &Notice,
    told: &[Addressee],
    now: Timestamp,
) -> Result<usize, Error> {
    let mut n_new = 0;
    let messages = messages_of(notice, told).map_err(|error| Error::Shape(error.to_string()))?;
    for (endpoint, message) in messages {
        n_new += outbox.post(&endpoint, &[message], None, now)?;
    }
    Ok(n_new)
}

#[derive(Template)]
#[template(path = "mail/notice.html")]
struct Html<'a> {
    order: &'a NoticeOrder,
    open: &'a str,
    footer: &'a str,
}

#[derive(Template)]
#[template(path = "mail/notice.txt")]
struct Text<'a> {
    order: &'a NoticeOrder,
    footer: &'a str,
}

impl LetterBody {
    /// A notice as a letter.
    ///
    /// ## Errors
    /// None in practice: the templates are part of the program.
    pub fn of_notice(order: &NoticeOrder) -> Result<Self, Error> {
        let words = Lang::from_param(Some(&order.lang)).notices();
        let html = Html {
            order,
            open: words.letter_open,
            footer: words.letter_footer,
        };
        let text = Text {
            order,
            footer: words.letter_footer,
        };
        Ok(Self {
            html: html.render()?,
            text: text.render()?,
            subject: order.subject.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_escapes_what_it_is_told() {
        let notice = Notice {
            key: "alert/1".to_owned(),
            subject: "Cảnh báo: ngập <b>".to_owned(),
            lines: vec!["Một & hai".to_owned(), "Ba".to_owned()],
            short: String::new(),
            link: Some("https://langnghe.example/canh-bao/1?a&b".to_owned()),
            english: false,
            not_before: None,
        };
        let ways = Ways {
            mail: true,
            ..Ways::default()
        };
        let told = Addressee {
            name: "Tổ báo chí".to_owned(),
            way: ways.to_mail("bc@example.vn").unwrap(),
        };
        assert_eq!(ways.to_phone("0901"), None, "nothing sends it");
        let [(endpoint, message)] = messages_of(&notice, &[told]).unwrap().try_into().unwrap();
        assert_eq!(endpoint, "notice:mail");
        assert_eq!(message.key, "alert/1/bc@example.vn");
        let order = NoticeOrder::parse(&message.payload).unwrap();
        let letter = LetterBody::of_notice(&order).unwrap();
        assert_eq!(letter.subject, "Cảnh báo: ngập <b>");
        assert!(letter.html.contains("Một &#38; hai"), "{}", letter.html);
        assert!(letter.html.contains("ngập &#60;b&#62;"), "{}", letter.html);
        assert!(letter.text.contains("Một & hai\n\nBa\n"), "{}", letter.text);
        assert!(letter.text.contains("canh-bao/1?a&b"), "{}", letter.text);
    }
}
