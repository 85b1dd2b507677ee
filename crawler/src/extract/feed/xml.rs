//! RSS, RDF, Atom and CDF: one reading for all, since feeds in the wild mix them.

use jiff::SignedDuration;
use url::Url;

use super::construct::line_of;
use super::draft::Draft;
use super::{Dates, FeedEntry, FeedKind, FeedReading, MAX_ENTRIES, filled};
use crate::extract::Complaint;
use crate::extract::challenge::is_challenge;
use crate::extract::link::{absolute, absolute_url};
use crate::extract::text::clean;
use crate::extract::tree::{self, Element, Vocabulary, note};

pub(super) fn read(text: &str, base: &Url) -> FeedReading {
    let mut reading = FeedReading::default();
    let document = tree::read(text, &mut reading.complaints);
    let Some((kind, root)) = find_root(&document, 0) else {
        reading.kind = kind_of_no_feed(text, &document);
        return reading;
    };
    reading.kind = kind;
    let outside = Scope {
        base: base.clone(),
        is_moved: false,
    };
    let scope = outside.inside(root);
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
pub(super) struct Scope {
    pub base: Url,
    /// Whether the feed itself says where its links start from.
    pub is_moved: bool,
}

impl Scope {
    pub fn inside(&self, element: &Element) -> Self {
        let moved = element.attribute("xml:base").or_else(|| {
            (element.name == "channel")
                .then(|| element.attribute("base"))
                .flatten()
        });
        let base = moved.and_then(|link| absolute_url(link, &self.base));
        Self {
            is_moved: self.is_moved || base.is_some(),
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
                let is_atom = reading.kind == FeedKind::Atom;
                reading.title = reading.title.take().or_else(|| line_of(part, is_atom));
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
