//! Messages that were given up, and letters that came back. Who was to get them is masked: the page says
//! what kind of place it is and which one, not where somebody can be reached.

use askama::Template;
use indexer::{Attempt, OutboxMessage};
use models::domain::{Bounce, MAYBE_ARRIVED, NOTICE, NOTICE_BY_MAIL};

use super::Layout;
use crate::i18n::{Lang, OfficeTexts, fill};
use crate::lines::NoticeOrder;
use crate::notices::Ways;

/// A message that was given up.
pub(crate) struct LetterRow {
    pub(crate) id: u64,
    pub(crate) what: String,
    pub(crate) way: String,
    pub(crate) to: String,
    pub(crate) why: String,
    pub(crate) at: String,
    pub(crate) tries: String,
    pub(crate) is_safe: bool,
}

impl LetterRow {
    pub(crate) fn new(
        lang: Lang,
        ways: &Ways,
        message: &OutboxMessage,
        last: Option<&Attempt>,
    ) -> Self {
        let o = lang.office();
        let order = NoticeOrder::parse(&message.payload);
        let order = order.ok().filter(|_| message.endpoint.starts_with(NOTICE));
        let (what, address) = match &order {
            Some(order) => (order.subject.clone(), order.to.as_str()),
            None => (message.key.clone(), ""),
        };
        let why = last.map_or_else(String::new, |attempt| attempt.detail.clone());
        let to = masked(address);
        Self {
            id: message.id,
            what,
            way: way(o, ways, &message.endpoint),
            why: without(&why, address, &to),
            to,
            at: lang.moment(last.map_or(message.due_at, |attempt| attempt.at)),
            tries: fill(o.letters_tries, &[&message.n_attempts.to_string()]),
            is_safe: Self::is_safe(last),
        }
    }

    /// Whether it surely did not arrive.
    pub(crate) fn is_safe(last: Option<&Attempt>) -> bool {
        last.is_some_and(|attempt| !attempt.detail.starts_with(MAYBE_ARRIVED))
    }
}

/// What kind of place a message was for.
fn way(o: &OfficeTexts, ways: &Ways, endpoint: &str) -> String {
    if endpoint == NOTICE_BY_MAIL {
        return o.letters_by_mail.to_owned();
    }
    if let Some(recipient) = endpoint.strip_prefix("mail:") {
        return fill(o.letters_digest, &[recipient]);
    }
    match endpoint.strip_prefix(NOTICE) {
        Some(channel) => {
            let named = ways.channels.iter().find(|(id, _)| id == channel);
            named.map_or_else(|| channel.to_owned(), |(_, name)| name.clone())
        }
        None => fill(o.letters_endpoint, &[endpoint]),
    }
}

/// A letter that came back.
pub(crate) struct BounceRow {
    pub(crate) to: String,
    pub(crate) at: String,
    pub(crate) why: String,
    pub(crate) is_final: bool,
}

impl BounceRow {
    pub(crate) fn new(lang: Lang, bounce: &Bounce) -> Self {
        let to = masked(&bounce.address);
        Self {
            at: lang.moment(bounce.at),
            why: without(&bounce.detail, &bounce.address, &to),
            is_final: bounce.is_final,
            to,
        }
    }
}

/// What a server said, without the address it may have repeated.
fn without(said: &str, address: &str, masked: &str) -> String {
    if address.is_empty() {
        return said.to_owned();
    }
    said.replace(address, masked)
}

/// The ends of an address or number, which tell it to who knows it: `ph…@example.vn`, `09…56`.
fn masked(address: &str) -> String {
    const SHOWN: usize = 2;
    if address.is_empty() {
        return String::new();
    }
    let begin = |text: &str| text.chars().take(SHOWN).collect::<String>();
    if let Some((name, domain)) = address.rsplit_once('@') {
        return format!("{}…@{domain}", begin(name));
    }
    let mut end = address.chars().rev().take(SHOWN).collect::<Vec<_>>();
    end.reverse();
    let end = end.into_iter().collect::<String>();
    format!("{}…{end}", begin(address))
}

/// `/quan-tri/thu`.
#[derive(Template)]
#[template(path = "letters.html")]
pub(crate) struct LettersPage {
    pub(crate) page: Layout,
    pub(crate) o: &'static OfficeTexts,
    pub(crate) rows: Vec<LetterRow>,
    pub(crate) bounces: Vec<BounceRow>,
    pub(crate) done: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_known_to_who_knows_them() {
        for (address, expected) in [
            ("phuong.saigon@example.vn", "ph…@example.vn"),
            ("0909123456", "09…56"),
            ("", ""),
            ("Đỗ", "Đỗ…Đỗ"),
        ] {
            assert_eq!(masked(address), expected);
        }
        let said = "550 <a.b@c.vn> unknown";
        assert_eq!(
            without(said, "a.b@c.vn", "a.…@c.vn"),
            "550 <a.…@c.vn> unknown"
        );
    }
}
