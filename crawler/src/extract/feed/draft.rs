//! Everything an entry says under its different names, before it is decided what counts.

use super::construct::{category, date_of, line_of, markup_of, text_of};
use super::links::Links;
use super::xml::Scope;
use super::{Dates, FeedEntry, filled};
use crate::extract::link::absolute;
use crate::extract::text::clean;
use crate::extract::tree::{Element, Vocabulary};

/// One entry while it is read.
#[derive(Default)]
pub(super) struct Draft {
    /// Atom says what its texts are; others leave it to be guessed.
    is_atom: bool,
    title: Option<String>,
    other_title: Option<String>,
    links: Links,
    guid: Option<String>,
    other_guid: Option<String>,
    guid_link: Option<String>,
    summary: Option<String>,
    other_summary: Option<String>,
    content: Option<String>,
    summary_markup: Option<String>,
    content_markup: Option<String>,
    published: Option<jiff::Timestamp>,
    other_date: Option<jiff::Timestamp>,
    updated: Option<jiff::Timestamp>,
    categories: Vec<String>,
    comments_feed: Option<String>,
}

impl Draft {
    pub fn read(entry: &Element, scope: &Scope, dates: &mut Dates) -> FeedEntry {
        let mut draft = Self {
            is_atom: entry.name == "entry",
            ..Self::default()
        };
        // CDF, and RDF entries that give their address only here.
        draft.links.take_attribute(entry, scope);
        draft.updated = entry.attribute("lastmod").and_then(|text| dates.read(text));
        for part in entry.elements() {
            let scope = scope.inside(part);
            draft.take_text(part);
            draft.take_date(part, dates);
            draft.take_address(part, &scope);
        }
        draft.take_media_groups(entry);
        if draft.guid.is_none()
            && let Some(about) = entry.attribute("about")
        {
            draft.guid_link = absolute(about, &scope.base);
            draft.guid = filled(clean(about));
        }
        draft.finish()
    }

    fn take_text(&mut self, part: &Element) {
        use Vocabulary::{Content, DublinCore, Media, Plain, Podcast, Xhtml};
        let is_atom = self.is_atom;
        match (part.vocabulary, part.name.as_str()) {
            (Plain, "title") => first(&mut self.title, || line_of(part, is_atom)),
            (DublinCore | Media | Podcast, "title") => {
                first(&mut self.other_title, || line_of(part, false));
            }
            (Plain, "description" | "summary") => {
                first(&mut self.summary, || text_of(part, is_atom));
                first(&mut self.summary_markup, || markup_of(part));
            }
            (DublinCore | Media | Podcast, "description" | "summary" | "abstract")
            | (Plain, "abstract" | "tagline") => {
                first(&mut self.other_summary, || text_of(part, false));
            }
            (Content, "encoded") | (Plain, "fullitem" | "prodlink") | (Xhtml, "body" | "div") => {
                first(&mut self.content, || text_of(part, false));
                first(&mut self.content_markup, || markup_of(part));
            }
            (Plain, "content") => {
                first(&mut self.content, || text_of(part, is_atom));
                first(&mut self.content_markup, || markup_of(part));
            }
            (Plain, "category") | (DublinCore, "subject") => self.categories.extend(category(part)),
            _ => {}
        }
    }

    fn take_date(&mut self, part: &Element, dates: &mut Dates) {
        use Vocabulary::{DublinCore, Plain, Prism};
        let slot = match (part.vocabulary, part.name.as_str()) {
            (Plain, "pubdate" | "published" | "issued") | (DublinCore, "issued") => {
                &mut self.published
            }
            (DublinCore | Plain, "created" | "date") | (Prism, "publicationdate") => {
                &mut self.other_date
            }
            (Plain, "updated" | "modified") | (DublinCore, "modified") => &mut self.updated,
            _ => return,
        };
        first(slot, || date_of(part, dates));
    }

    fn take_address(&mut self, part: &Element, scope: &Scope) {
        use Vocabulary::{CommentApi, DublinCore, Plain};
        match (part.vocabulary, part.name.as_str()) {
            (Plain, "link" | "a") => self.links.take(part, scope),
            (Plain, "guid" | "id") if self.guid.is_none() => self.take_guid(part, scope),
            (DublinCore, "identifier") => {
                first(&mut self.other_guid, || line_of(part, false));
            }
            (CommentApi, "commentrss") => {
                self.comments_feed = absolute(&part.inner_markup(), &scope.base);
            }
            _ => {}
        }
    }

    /// An identifier stays as it stands, unless the feed says what relative ones are relative to.
    fn take_guid(&mut self, part: &Element, scope: &Scope) {
        let guid = clean(&part.inner_markup());
        let is_link = part
            .attribute("ispermalink")
            .is_none_or(|value| !value.eq_ignore_ascii_case("false"));
        let is_absolute = guid.starts_with("http://") || guid.starts_with("https://");
        let is_relative = guid.starts_with('/') && (scope.is_moved || part.name == "guid");
        if is_link && (is_absolute || is_relative) {
            self.guid_link = absolute(&guid, &scope.base);
        }
        let resolved = (guid.starts_with('/') && scope.is_moved)
            .then(|| absolute(&guid, &scope.base))
            .flatten();
        self.guid = resolved.or_else(|| filled(guid));
    }

    fn take_media_groups(&mut self, entry: &Element) {
        let group = |part: &&Element| part.vocabulary == Vocabulary::Media;
        for part in entry
            .elements()
            .filter(group)
            .flat_map(Element::elements)
            .filter(group)
        {
            match part.name.as_str() {
                "title" => first(&mut self.other_title, || line_of(part, false)),
                "description" => first(&mut self.other_summary, || text_of(part, false)),
                _ => {}
            }
        }
    }

    fn finish(self) -> FeedEntry {
        let summary = self
            .summary
            .or(self.other_summary)
            .or_else(|| self.content.clone());
        FeedEntry {
            url: self.links.best().or(self.guid_link),
            title: self.title.or(self.other_title),
            summary,
            content: self.content,
            markup: self.content_markup.or(self.summary_markup),
            published_at: self.published.or(self.other_date).or(self.updated),
            updated_at: self.updated,
            categories: self.categories,
            comments_feed: self.comments_feed,
            guid: self.guid.or(self.other_guid),
        }
    }
}

/// The first that says something counts.
pub(super) fn first<T>(slot: &mut Option<T>, value: impl FnOnce() -> Option<T>) {
    if slot.is_none() {
        *slot = value();
    }
}
