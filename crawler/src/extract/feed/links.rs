//! Which of the links of an entry leads to its page.

use super::draft::first;
use super::xml::Scope;
use crate::extract::link::absolute_as_written;
use crate::extract::tree::Element;

/// The links of one entry, by how surely they lead to its page.
#[derive(Default)]
pub(super) struct Links {
    /// `link` with text, or an alternate in HTML.
    page: Option<String>,
    /// An alternate in another format.
    other_format: Option<String>,
    /// Attribute of the entry itself (CDF, RDF).
    attribute: Option<String>,
}

impl Links {
    pub fn take_attribute(&mut self, entry: &Element, scope: &Scope) {
        let href = entry.attribute("href");
        self.attribute = href.and_then(|link| absolute_as_written(link, &scope.base));
    }

    pub fn take(&mut self, part: &Element, scope: &Scope) {
        let Some(href) = part.attribute("href") else {
            let text = part.inner_markup();
            first(&mut self.page, || absolute_as_written(&text, &scope.base));
            return;
        };
        let relation = part.attribute("rel").unwrap_or("").to_ascii_lowercase();
        let relation = relation.rsplit('/').next().unwrap_or("");
        if !matches!(relation, "" | "alternate") {
            return;
        }
        let media_type = part.attribute("type").unwrap_or("").to_ascii_lowercase();
        let is_page = media_type.is_empty()
            || media_type.contains("html")
            || media_type.starts_with("text/plain");
        let slot = if is_page {
            &mut self.page
        } else {
            &mut self.other_format
        };
        first(slot, || absolute_as_written(href, &scope.base));
    }

    pub fn best(self) -> Option<String> {
        self.page.or(self.other_format).or(self.attribute)
    }
}
