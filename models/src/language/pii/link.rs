//! E-mail addresses, handles and links to profiles.

use super::Stretch;
use super::field::Field;
use crate::domain::PiiKind;

/// Sites whose addresses lead to persons.
const PROFILE_SITES: [&str; 9] = [
    "fb.com/",
    "facebook.com/",
    "fb.me/",
    "zalo.me/",
    "tiktok.com/@",
    "instagram.com/",
    "t.me/",
    "youtube.com/@",
    "threads.net/@",
];

/// Letters of an address or handle.
fn is_inner(letter: char) -> bool {
    letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '+' | '%')
}

pub(super) fn find(field: &Field) -> Vec<Stretch> {
    let chars = &field.chars;
    let mut found: Vec<Stretch> = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let stretch = match chars[at] {
            '@' => email_or_handle(chars, at),
            '/' => profile_link(chars, at),
            _ => None,
        };
        match stretch {
            Some(stretch) if found.last().is_none_or(|last| last.end <= stretch.start) => {
                at = stretch.end;
                found.push(stretch);
            }
            _ => at += 1,
        }
    }
    found
}

/// An address is at most this long (RFC 5321 gives a local part 64 and a domain 255 octets).
const LONGEST: usize = 320;

fn email_or_handle(chars: &[char], at: usize) -> Option<Stretch> {
    let before = chars[at.saturating_sub(LONGEST)..at]
        .iter()
        .rev()
        .take_while(|&&letter| is_inner(letter))
        .count();
    let after = trimmed_run(chars, at + 1);
    if after == at + 1 {
        return None;
    }
    let dotted = chars[at + 1..after].contains(&'.');
    let (kind, start) = match before {
        0 => (PiiKind::Handle, at),
        _ if dotted => (PiiKind::Email, at - before),
        _ => return None,
    };
    let lettered = chars[at + 1..after].iter().any(|c| c.is_alphabetic());
    lettered.then_some(Stretch {
        kind,
        start,
        end: after,
    })
}

/// The end of a run of inner letters, without the dots that close a sentence.
fn trimmed_run(chars: &[char], from: usize) -> usize {
    let limit = chars.len().min(from + LONGEST);
    let run = chars[from..limit]
        .iter()
        .take_while(|&&letter| is_inner(letter))
        .count();
    let mut end = from + run;
    while end > from && matches!(chars[end - 1], '.' | '-' | '+' | '%') {
        end -= 1;
    }
    end
}

fn profile_link(chars: &[char], slash: usize) -> Option<Stretch> {
    let start = slash
        - chars[slash.saturating_sub(40)..slash]
            .iter()
            .rev()
            .take_while(|&&letter| is_inner(letter))
            .count();
    let host = chars[start..chars.len().min(slash + 2)]
        .iter()
        .flat_map(|letter| letter.to_lowercase())
        .collect::<String>();
    let host = host.trim_start_matches("www.").trim_start_matches("m.");
    PROFILE_SITES.iter().find(|site| host.starts_with(*site))?;
    let run = chars[slash..chars.len().min(slash + LONGEST)]
        .iter()
        .take_while(|&&letter| is_inner(letter) || matches!(letter, '/' | '@' | '?' | '=' | '&'))
        .count();
    let mut end = slash + run;
    while end > slash && matches!(chars[end - 1], '.' | '?' | '-' | '/') {
        end -= 1;
    }
    let schemed = scheme_start(chars, start);
    (end > slash + 1).then_some(Stretch {
        kind: PiiKind::Handle,
        start: schemed,
        end,
    })
}

/// Takes `https://` in as well.
fn scheme_start(chars: &[char], start: usize) -> usize {
    for scheme in ["https://", "http://"] {
        let length = scheme.len();
        if start >= length
            && chars[start - length..start]
                .iter()
                .copied()
                .eq(scheme.chars())
        {
            return start - length;
        }
    }
    start
}
