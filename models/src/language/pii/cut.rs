//! Cuts personal data and leaves a word for what stood there.

use super::{PiiContext, Stretch, find_in};
use crate::domain::{CleanMention, Mention, PiiField, PiiKind, PiiSpan};

/// The word that stands for what was cut.
fn placeholder(kind: PiiKind) -> &'static str {
    match kind {
        PiiKind::Name => "[tên]",
        PiiKind::Phone => "[số điện thoại]",
        PiiKind::Email => "[email]",
        PiiKind::IdNumber => "[số giấy tờ]",
        PiiKind::Plate => "[biển số]",
        PiiKind::Address => "[địa chỉ]",
        PiiKind::Handle => "[tài khoản mạng]",
        PiiKind::BankAccount => "[số tài khoản]",
        PiiKind::Other => "[đã cắt]",
    }
}

/// Cuts the spans out of title and text, and what is personal out of address and link.
pub fn cut(mention: &Mention, spans: &[PiiSpan], context: &PiiContext) -> CleanMention {
    let of_field = |field: PiiField| {
        let spans = spans.iter().filter(move |span| span.field == field);
        spans.map(|span| Stretch {
            kind: span.kind,
            start: span.start,
            end: span.end,
        })
    };
    let mut clean = mention.clone();
    clean.title = mention
        .title
        .as_deref()
        .map(|title| redact_rest(replace(title, of_field(PiiField::Title)), context));
    clean.text = redact_rest(replace(&mention.text, of_field(PiiField::Text)), context);
    if let Some(ticket) = &mut clean.ticket {
        let address = ticket.address.as_deref();
        ticket.address = address.map(|address| cut_address(address, context));
        let field = ticket.field.as_deref();
        ticket.field = field.map(|field| redact(field, context));
    }
    clean.url = mention.url.clone().filter(|url| !leads_to_person(url));
    CleanMention::assume_clean(clean)
}

/// Cuts whatever is personal out of any text.
pub fn redact(text: &str, context: &PiiContext) -> String {
    redact_rest(text.to_owned(), context)
}

/// Cutting can bring words together that are personal data in turn; it goes on until nothing is
/// left, so that cutting twice equals cutting once.
fn redact_rest(mut text: String, context: &PiiContext) -> String {
    const MOST_ROUNDS: usize = 16;
    for _ in 0..MOST_ROUNDS {
        let stretches = find_in(&text, context);
        if stretches.is_empty() {
            break;
        }
        text = replace(&text, stretches.into_iter());
    }
    text
}

fn replace(text: &str, stretches: impl Iterator<Item = Stretch>) -> String {
    let mut stretches = stretches.peekable();
    if stretches.peek().is_none() {
        return text.to_owned();
    }
    let mut clean = String::with_capacity(text.len());
    let mut open: Option<Stretch> = None;
    for (at, letter) in text.chars().enumerate() {
        if open.is_none()
            && let Some(stretch) = stretches.next_if(|stretch| stretch.start <= at)
        {
            clean.push_str(placeholder(stretch.kind));
            open = Some(stretch);
        }
        match open {
            Some(stretch) if at < stretch.end => {}
            _ => {
                clean.push(letter);
                open = None;
            }
        }
        if open.is_some_and(|stretch| at + 1 >= stretch.end) {
            open = None;
        }
    }
    clean
}

/// A ticket's address starts with the house: `12/9 Nhiêu Tâm, P. An Đông` keeps the street.
fn cut_address(address: &str, context: &PiiContext) -> String {
    let redacted = redact(address, context);
    if redacted != address {
        return redacted;
    }
    let trimmed = address.trim_start();
    let lead = trimmed
        .split(|c: char| c.is_whitespace() || c == ',')
        .next()
        .unwrap_or_default();
    let number = lead.chars().next().is_some_and(|c| c.is_ascii_digit());
    if number && !lead.is_empty() {
        trimmed[lead.len()..]
            .trim_start_matches([',', ' '])
            .to_owned()
    } else {
        redacted
    }
}

fn leads_to_person(url: &str) -> bool {
    let stretches = find_in(url, &PiiContext::default());
    let handled = stretches.iter().any(|s| s.kind == PiiKind::Handle);
    // A post on a profile is public and cited; the bare profile is the person.
    let host = url.split("://").nth(1).unwrap_or(url).trim_end_matches('/');
    handled && host.matches('/').count() <= 1
}
