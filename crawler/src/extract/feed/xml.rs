//! RSS, RDF, Atom and CDF: one reading for all, since feeds in the wild mix them.

use base64::Engine;
use jiff::SignedDuration;
use url::Url;

use super::{Dates, FeedEntry, FeedKind, FeedReading, MAX_ENTRIES, filled};
use crate::extract::challenge::is_challenge;
use crate::extract::link::{absolute, absolute_url};
use crate::extract::text::{clean, html_to_line, html_to_text};
use crate::extract::tree::{self, Element, Vocabulary, note};
use crate::extract::{Complaint, encoding};

pub(super) fn read(text: &str, base: &Url) -> FeedReading {
    let mut reading = FeedReading::default();
    let document = tree::read(text, &mut reading.complaints);
    let Some((kind, root)) = find_root(&document, 0) else {
        reading.kind = kind_of_no_feed(text, &document);
        return reading;
    };
    reading.kind = kind;
    let scope = Scope { base: base.clone() }.inside(root);
    read_channel(root, &scope, &mut reading);
    let mut entries = Entries {
        found: Vec::new(),
        too_many: false,
        dates: Dates::default(),
    };
    // Two roots: what follows the first belongs to the feed, too.
    entries.collect(&document, &scope, 0);
    if entries.too_many {
        note(&mut reading.complaints, Complaint::TooComplex);
    }
    entries.dates.complain(&mut reading.complaints);
    reading.entries = entries.found;
    reading
}

/// Where relative links start from; `xml:base` moves it.
#[derive(Clone)]
struct Scope {
    base: Url,
}

impl Scope {
    fn inside(&self, element: &Element) -> Self {
        let moved = element.attribute("xml:base").or_else(|| {
            (element.name == "channel")
                .then(|| element.attribute("base"))
                .flatten()
        });
        let base = moved.and_then(|link| absolute_url(link, &self.base));
        Self {
            base: base.unwrap_or_else(|| self.base.clone()),
        }
    }
}

/// Feeds stand at most this deep under the document.
const MAX_ROOT_DEPTH: usize = 3;

fn find_root(element: &Element, depth: usize) -> Option<(FeedKind, &Element)> {
    for child in element.elements() {
        let kind = match (child.vocabulary, child.name.as_str()) {
            (_, "rdf") => FeedKind::Rdf,
            (Vocabulary::Plain, "feed" | "entry") => FeedKind::Atom,
            (Vocabulary::Plain, "channel") if is_cdf(child) => FeedKind::Cdf,
            (Vocabulary::Plain, "rss" | "channel" | "item") => FeedKind::Rss,
            _ => continue,
        };
        return Some((kind, child));
    }
    if depth == MAX_ROOT_DEPTH || element.name == "html" {
        return None;
    }
    element
        .elements()
        .find_map(|child| find_root(child, depth + 1))
}

/// CDF keeps addresses in attributes.
fn is_cdf(channel: &Element) -> bool {
    channel.attribute("href").is_some()
        || channel
            .elements()
            .any(|child| child.name == "item" && child.attribute("href").is_some())
}

fn kind_of_no_feed(text: &str, document: &Element) -> FeedKind {
    let root = document
        .elements()
        .next()
        .map_or("", |root| root.name.as_str());
    let looks_like_html = matches!(
        root,
        "html" | "head" | "body" | "script" | "meta" | "div" | "p" | "h1" | "title" | "center"
    );
    match root {
        "urlset" | "sitemapindex" => FeedKind::Sitemap,
        _ if is_challenge(text) => FeedKind::Challenge,
        _ if looks_like_html => FeedKind::Html,
        _ => FeedKind::Unknown,
    }
}

fn read_channel(root: &Element, scope: &Scope, reading: &mut FeedReading) {
    let channel = root
        .elements()
        .find(|child| child.name == "channel")
        .unwrap_or(root);
    for part in channel.elements() {
        match (part.vocabulary, part.name.as_str()) {
            (Vocabulary::Plain, "title") => {
                reading.title = reading.title.take().or_else(|| line_of(part));
            }
            (Vocabulary::Plain | Vocabulary::DublinCore, "language") => {
                reading.language = filled(clean(&part.inner_markup()));
            }
            (Vocabulary::Plain, "ttl") => {
                reading.ttl = minutes(&part.inner_markup()).or(reading.ttl);
            }
            (Vocabulary::Plain, "link") if part.attribute("rel") == Some("next") => {
                let link = part.attribute("href");
                reading.next_page = link.and_then(|link| absolute(link, &scope.base));
            }
            _ => {}
        }
    }
    reading.ttl = reading.ttl.or_else(|| update_period(channel));
    if reading.language.is_none() {
        reading.language = root.attribute("xml:lang").map(str::to_owned);
    }
}

/// `ttl` in minutes; more than a week is a mistake.
fn minutes(text: &str) -> Option<SignedDuration> {
    let minutes: i64 = text.trim().parse().ok()?;
    (1..=7 * 24 * 60)
        .contains(&minutes)
        .then(|| SignedDuration::from_mins(minutes))
}

/// `sy:updatePeriod` divided by `sy:updateFrequency`.
fn update_period(channel: &Element) -> Option<SignedDuration> {
    let value = |name: &str| {
        let part = channel
            .elements()
            .find(|part| part.vocabulary == Vocabulary::Syndication && part.name == name)?;
        Some(part.inner_markup().trim().to_ascii_lowercase())
    };
    let hours = match value("updateperiod")?.as_str() {
        "hourly" => 1,
        "daily" => 24,
        "weekly" => 24 * 7,
        _ => return None,
    };
    let frequency: i64 = value("updatefrequency")
        .and_then(|f| f.parse().ok())
        .unwrap_or(1);
    Some(
        SignedDuration::from_mins(hours * 60 / frequency.clamp(1, 1000))
            .max(SignedDuration::from_mins(1)),
    )
}

struct Entries {
    found: Vec<FeedEntry>,
    too_many: bool,
    dates: Dates,
}

impl Entries {
    fn collect(&mut self, parent: &Element, scope: &Scope, depth: usize) {
        for child in parent.elements() {
            let plain = child.vocabulary == Vocabulary::Plain;
            if plain && matches!(child.name.as_str(), "item" | "entry") {
                if self.found.len() == MAX_ENTRIES {
                    self.too_many = true;
                    return;
                }
                let entry = Draft::read(child, &scope.inside(child), &mut self.dates);
                self.found.push(entry);
            } else if depth < MAX_ROOT_DEPTH + 3 {
                self.collect(child, &scope.inside(child), depth + 1);
            }
        }
    }
}

/// Everything an entry says under its different names, before it is decided what counts.
#[derive(Default)]
struct Draft {
    title: Option<String>,
    other_title: Option<String>,
    link: Option<String>,
    guid: Option<String>,
    guid_is_link: bool,
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
    fn read(entry: &Element, scope: &Scope, dates: &mut Dates) -> FeedEntry {
        let mut draft = Self::default();
        // CDF, and RDF entries that give their address only here.
        let href = entry.attribute("href");
        draft.link = href.and_then(|link| absolute(link, &scope.base));
        draft.updated = entry.attribute("lastmod").and_then(|text| dates.read(text));
        for part in entry.elements() {
            draft.take(part, &scope.inside(part), dates);
        }
        draft.take_media_groups(entry);
        if draft.guid.is_none() {
            draft.guid = entry.attribute("about").map(str::to_owned);
            draft.guid_is_link = draft.guid.is_some();
        }
        draft.finish(&scope.base)
    }

    fn take(&mut self, part: &Element, scope: &Scope, dates: &mut Dates) {
        use Vocabulary::{CommentApi, Content, DublinCore, Media, Plain, Podcast, Xhtml};
        match (part.vocabulary, part.name.as_str()) {
            (Plain, "title") => first(&mut self.title, || line_of(part)),
            (DublinCore | Media | Podcast, "title") => {
                first(&mut self.other_title, || line_of(part));
            }
            (Plain, "link") => self.take_link(part, scope),
            (Plain, "a") => {
                let href = part.attribute("href");
                first(&mut self.link, || {
                    href.and_then(|link| absolute(link, &scope.base))
                });
            }
            (Plain, "guid" | "id") => {
                let guid = clean(&part.inner_markup());
                self.guid_is_link = part.attribute("ispermalink") != Some("false");
                self.guid = filled(guid);
            }
            (DublinCore, "identifier") => first(&mut self.guid, || line_of(part)),
            (Plain, "description" | "summary") => {
                first(&mut self.summary, || text_of(part));
                first(&mut self.summary_markup, || markup_of(part));
            }
            (DublinCore | Media | Podcast, "description" | "summary" | "abstract")
            | (Plain, "abstract" | "tagline") => first(&mut self.other_summary, || text_of(part)),
            (Content, "encoded")
            | (Plain, "content" | "fullitem" | "prodlink")
            | (Xhtml, "body" | "div") => {
                first(&mut self.content, || text_of(part));
                first(&mut self.content_markup, || markup_of(part));
            }
            (Plain, "pubdate" | "published" | "issued") | (DublinCore, "issued") => {
                first(&mut self.published, || date_of(part, dates));
            }
            (DublinCore | Plain, "created" | "date") => {
                first(&mut self.other_date, || date_of(part, dates));
            }
            (Plain, "updated" | "modified") | (DublinCore, "modified") => {
                first(&mut self.updated, || date_of(part, dates));
            }
            (Plain, "category") | (DublinCore, "subject") => self.categories.extend(category(part)),
            (CommentApi, "commentrss") => {
                self.comments_feed = absolute(&part.inner_markup(), &scope.base);
            }
            _ => {}
        }
    }

    fn take_link(&mut self, part: &Element, scope: &Scope) {
        let Some(href) = part.attribute("href") else {
            let text = part.inner_markup();
            first(&mut self.link, || absolute(&text, &scope.base));
            return;
        };
        if matches!(part.attribute("rel"), None | Some("" | "alternate")) {
            first(&mut self.link, || absolute(href, &scope.base));
        }
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
                "title" => first(&mut self.other_title, || line_of(part)),
                "description" => first(&mut self.other_summary, || text_of(part)),
                _ => {}
            }
        }
    }

    fn finish(self, base: &Url) -> FeedEntry {
        let guid_link = self.guid.as_deref().filter(|guid| {
            self.guid_is_link && (guid.starts_with("http://") || guid.starts_with("https://"))
        });
        let summary = self
            .summary
            .or(self.other_summary)
            .or_else(|| self.content.clone());
        FeedEntry {
            url: self
                .link
                .or_else(|| guid_link.and_then(|link| absolute(link, base))),
            title: self.title.or(self.other_title),
            summary,
            content: self.content,
            markup: self.content_markup.or(self.summary_markup),
            published_at: self.published.or(self.other_date).or(self.updated),
            updated_at: self.updated,
            categories: self.categories,
            comments_feed: self.comments_feed,
            guid: self.guid,
        }
    }
}

/// The first that says something counts.
fn first<T>(slot: &mut Option<T>, value: impl FnOnce() -> Option<T>) {
    if slot.is_none() {
        *slot = value();
    }
}

fn date_of(part: &Element, dates: &mut Dates) -> Option<jiff::Timestamp> {
    dates.read(&clean(&part.inner_markup()))
}

fn category(part: &Element) -> Option<String> {
    let label = part.attribute("label").or_else(|| part.attribute("term"));
    label
        .map(html_to_line)
        .and_then(filled)
        .or_else(|| line_of(part))
}

fn line_of(part: &Element) -> Option<String> {
    filled(html_to_line(&markup_of(part)?))
}

fn text_of(part: &Element) -> Option<String> {
    filled(html_to_text(&markup_of(part)?))
}

/// The markup of a text construct, base64 undone; `None` where it is no text.
fn markup_of(part: &Element) -> Option<String> {
    let markup = part.inner_markup();
    let media_type = part.attribute("type").unwrap_or("").to_ascii_lowercase();
    let is_text = media_type.is_empty()
        || !media_type.contains('/')
        || media_type.starts_with("text/")
        || media_type.contains("xml")
        || media_type.contains("html");
    let is_base64 = part.attribute("mode") == Some("base64");
    if is_text && !is_base64 {
        return Some(markup);
    }
    let packed: String = markup.split_whitespace().collect();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(packed)
        .ok()?;
    let looks_like_text = std::str::from_utf8(&bytes).is_ok() || is_text;
    looks_like_text.then(|| encoding::to_utf8(&bytes, None).0)
}
