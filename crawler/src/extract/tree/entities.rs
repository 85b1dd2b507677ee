//! Entities that a document declares for itself. A few old feeds name the letters they need; a hostile
//! one names texts that grow. So only short plain texts count, and only so many of them.

use std::borrow::Cow;
use std::cell::Cell;

use crate::extract::text::decode_entities;

/// Declarations beyond these are refused.
const MAX_ENTITIES: usize = 300;
/// A longer value is refused; names of letters and marks need a few bytes, names of outlets forty.
const MAX_VALUE_BYTES: usize = 64;
/// All that entities may add to one document.
const MAX_ADDED_BYTES: usize = 1 << 18;

/// The harmless entities of a document: name and value.
#[derive(Debug, Default)]
pub(super) struct Entities {
    values: Vec<(String, String)>,
    n_added_bytes: Cell<usize>,
}

impl Entities {
    /// Reads a document type, and says whether it declares anything that is refused: entities of
    /// entities, of files, of markup, parameter entities, long ones.
    pub fn declared_in(doctype: &str) -> (Self, bool) {
        let mut found = Self::default();
        let mut is_refused = false;
        for declaration in doctype.split("<!ENTITY").skip(1) {
            match plain_value(declaration) {
                Some(named) if found.values.len() < MAX_ENTITIES => found.values.push(named),
                _ => is_refused = true,
            }
        }
        (found, is_refused)
    }

    /// What an entity stands for.
    pub fn resolve(&self, name: &str) -> Option<String> {
        let (_, value) = self.values.iter().find(|(known, _)| known == name)?;
        let n_added_bytes = self.n_added_bytes.get() + value.len();
        self.n_added_bytes.set(n_added_bytes);
        (n_added_bytes <= MAX_ADDED_BYTES).then(|| value.clone())
    }

    /// The text with the declared entities replaced, once.
    pub fn expand<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.values.is_empty() || !text.contains('&') {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            let end = rest.find(';').unwrap_or(0);
            let value = rest.get(1..end).and_then(|name| self.resolve(name));
            let len = if value.is_some() { end + 1 } else { 1 };
            out.push_str(value.as_deref().unwrap_or("&"));
            rest = &rest[len..];
        }
        out.push_str(rest);
        Cow::Owned(out)
    }
}

/// Name and value behind `<!ENTITY`; `None` when it is more than a few plain characters.
fn plain_value(declaration: &str) -> Option<(String, String)> {
    let declaration = declaration.trim_start();
    let (name, rest) = declaration.split_once(char::is_whitespace)?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (value, _) = rest[1..].split_once(quote)?;
    if value.len() > MAX_VALUE_BYTES || value.contains('<') || name.starts_with('%') {
        return None;
    }
    let decoded = decode_entities(value);
    // Whatever still names an entity may name one that is declared here.
    let is_plain = !decoded.contains(['&', '<', '%']) || decoded.len() == 1;
    is_plain.then(|| (name.to_owned(), decoded.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_taken_and_bombs_refused() {
        let (entities, is_refused) = Entities::declared_in(
            "rss [<!ENTITY agrave \"&#224;\"> <!ENTITY bao 'Báo Ví Dụ'> <!ENTITY amp \"&#38;\">]",
        );
        assert!(!is_refused);
        assert_eq!(entities.resolve("agrave").as_deref(), Some("à"));
        assert_eq!(entities.expand("?t=&bao;&x=1"), "?t=Báo Ví Dụ&x=1");
        assert_eq!(entities.resolve("amp").as_deref(), Some("&"));
        for hostile in [
            "rss [<!ENTITY lol \"&ha;&ha;&ha;\">]",
            "rss [<!ENTITY file SYSTEM \"file:///etc/passwd\">]",
            "rss [<!ENTITY % p \"x\">]",
            "rss [<!ENTITY b \"<b>\">]",
            "rss [<!ENTITY cut \"",
        ] {
            let (entities, is_refused) = Entities::declared_in(hostile);
            assert!(is_refused && entities.values.is_empty(), "{hostile}");
        }
    }

    #[test]
    fn what_entities_add_is_bounded() {
        let (entities, _) = Entities::declared_in(&format!("r [<!ENTITY a '{}'>]", "x".repeat(64)));
        let text = "&a;".repeat(10_000);
        assert!(entities.expand(&text).len() < MAX_ADDED_BYTES + 3 * text.len());
    }
}
