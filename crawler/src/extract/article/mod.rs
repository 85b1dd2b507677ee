//! Article pages: what was published, when, by which outlet, without the furniture around it.

mod blocks;
mod body;
mod byline;
mod furniture;
mod kind;
mod lead;
mod metadata;
mod names;
mod next_page;
mod outlet;
mod page;
mod prune;
mod read;
mod selectors;
mod slim;
mod text_run;

use dom_query::{Document, NodeRef};
use jiff::Timestamp;
use url::Url;

use super::Complaint;
use super::challenge::is_challenge;
use super::date::parse_in_page;
use super::encoding::to_utf8_within;
use super::text::clean;
use blocks::blocks;
use body::find_root;
pub use kind::PageKind;
use kind::{Signs, decide};
use lead::find_lead;
use metadata::Metadata;
use next_page::find_in_pager;
pub use outlet::{Layout, OutletError, OutletRules, Outlets};
use page::{Page, Role};
use prune::{drop_furniture, drop_inner_articles, drop_other_articles, drop_teasers};
use read::{Body, read};
use selectors::{Part, Sight};
pub(crate) use slim::slim;

/// What an article page says. Authors are left out on purpose.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Canonical address where the page names a believable one, else the address it was read from.
    pub url: String,
    /// Headline, NFC.
    pub title: Option<String>,
    /// The lead (sapo); also the first paragraph of `text`.
    pub lead: Option<String>,
    /// Lead and body, NFC, one paragraph a line.
    pub text: String,
    /// When it was published; Vietnam time where the page names no zone.
    pub published_at: Option<Timestamp>,
    /// When it was last changed.
    pub modified_at: Option<Timestamp>,
    /// Outlet: the name configured for the host, else the name the page gives its site.
    pub outlet: Option<String>,
    /// Language code, as declared or found: `vi`, `en`.
    pub language: Option<String>,
    /// Section or category, as the page names it.
    pub section: Option<String>,
    /// Only the beginning is given to those who do not pay.
    pub paywalled: bool,
    /// What kind of page it is.
    pub kind: PageKind,
    /// Address of the next page, where the article goes on.
    pub next_page: Option<String>,
    /// What was wrong.
    pub complaints: Vec<Complaint>,
}

/// Pages are read this far; the largest of the benchmark has 2 MB.
const MAX_PAGE_BYTES: usize = 4 << 20;
/// Prose shorter than this is no article yet, and the general extractor is asked, too.
const MIN_PROSE_CHARS: usize = 140;

/// Reads an article page. Never fails and never panics: a page without an article has an empty text
/// and a complaint.
pub fn extract(html: &[u8], content_type: Option<&str>, url: &Url, outlets: &Outlets) -> Article {
    let (html, complaints) = to_utf8_within(html, content_type, MAX_PAGE_BYTES);
    let slim = slim(&html);
    let mut complaints = complaints;
    if slim.is_too_deep {
        complaints.push(Complaint::TooComplex);
    }
    let document = Document::from(slim.html.as_ref());
    drop(slim);
    let page = Page::of(&document);
    let metadata = Metadata::of(&document, &page.facts, url);
    let selectors = outlets.selectors(url, &document, &page);
    let reading = Reading {
        document: &document,
        page: &page,
        metadata: &metadata,
        sight: selectors.map(|selectors| selectors.look_over(&document, &page)),
        url,
    };
    let mut article = reading.article();
    article.outlet = outlets
        .name_of(url)
        .map(str::to_owned)
        .or_else(|| metadata.site_name.clone());
    if article.text.is_empty() {
        let is_challenge = is_challenge(&html);
        complaints.push(if is_challenge {
            Complaint::NotExpected {
                expected: "page",
                found: "a page that asks for JavaScript or cookies",
            }
        } else {
            Complaint::NoText
        });
    }
    article.complaints = complaints;
    article
}

/// One page being read.
struct Reading<'a> {
    document: &'a Document,
    page: &'a Page,
    metadata: &'a Metadata,
    /// The page as its outlet's layout sees it.
    sight: Option<Sight<'a>>,
    url: &'a Url,
}

impl Reading<'_> {
    fn article(&self) -> Article {
        let page = self.page;
        let title = self.title();
        let configured = self.configured_root();
        let mut dropped = drop_furniture(page, configured.as_slice());
        for removed in self.each(Part::Remove) {
            if let Some(at) = page.nodes.iter().position(|node| node.id == removed.id) {
                dropped[at] = true;
            }
        }
        if configured.is_none() && self.metadata.kind != PageKind::LiveBlog {
            drop_other_articles(page, &mut dropped);
        }
        let root = configured.unwrap_or_else(|| find_root(page, &dropped));
        if self.metadata.kind != PageKind::LiveBlog {
            drop_inner_articles(page, root, &mut dropped);
        }
        drop_teasers(page, root, &mut dropped);
        let mut body = read(page, root, &dropped, title.as_deref());
        if body.n_prose_chars < MIN_PROSE_CHARS && configured.is_none() {
            self.ask_general_extractor(&mut body);
        }
        let text = body.paragraphs.join("\n");
        let language = language_of(&text).or_else(|| self.metadata.language.clone());
        let is_vietnamese = language.as_deref() == Some("vi");
        let lead = self
            .configured_lead(&dropped)
            .or_else(|| self.guessed_lead(&body, is_vietnamese))
            .filter(|lead| title.as_ref() != Some(lead));
        let text = with_lead(text, lead.as_deref(), &body.paragraphs);
        let next_page = self.metadata.next_page.clone();
        Article {
            url: self
                .metadata
                .canonical
                .as_ref()
                .unwrap_or(self.url)
                .to_string(),
            language,
            published_at: self.published_at(),
            modified_at: self.metadata.modified_at,
            section: self.section(),
            paywalled: self.metadata.paywalled || self.has(Part::Paywall),
            kind: self.kind(root, &dropped, title.as_deref(), &text),
            next_page: next_page
                .or_else(|| find_in_pager(self.document, page, root, self.url))
                .map(String::from),
            title,
            lead,
            text,
            ..Article::default()
        }
    }

    fn kind(&self, root: usize, dropped: &[bool], title: Option<&str>, text: &str) -> PageKind {
        let (n_pictures, n_players) = self.shown(root, dropped);
        decide(&Signs {
            said: self.metadata.kind,
            has_video: self.has(Part::Video),
            has_gallery: self.has(Part::Gallery),
            is_live: self.has(Part::Live),
            n_players,
            n_pictures,
            title,
            text,
            url: self.url,
        })
    }

    /// Pictures and players in the body, those of teasers left out.
    fn shown(&self, root: usize, dropped: &[bool]) -> (usize, usize) {
        let (mut n_pictures, mut n_players) = (0, 0);
        let mut at = root;
        let end = self.page.nodes.get(root).map_or(0, |node| node.end);
        while at < end {
            let node = &self.page.nodes[at];
            n_pictures += usize::from(node.name == "img");
            n_players += usize::from(node.name == "video");
            // Figures are left out of the text, but they are what is shown.
            let is_left_out = dropped[at] && !matches!(node.role, Role::Figure | Role::Furniture);
            at = if is_left_out { node.end } else { at + 1 };
        }
        (n_pictures, n_players)
    }

    /// The elements that the layout's selectors for a part find, in the order of the selectors.
    fn each(&self, part: Part) -> impl Iterator<Item = NodeRef<'_>> {
        self.sight.iter().flat_map(move |sight| sight.each(part))
    }

    fn has(&self, part: Part) -> bool {
        self.sight.as_ref().is_some_and(|sight| sight.has(part))
    }

    fn line(&self, part: Part) -> Option<String> {
        self.each(part).find_map(|found| {
            let text = match found.attr("content") {
                Some(content) => clean(&content),
                None => clean(&found.text()),
            };
            Some(text.replace('\n', " ")).filter(|text| !text.is_empty())
        })
    }

    /// The configured headline, else what the page says of itself, preferring an `h1` that agrees
    /// with it.
    fn title(&self) -> Option<String> {
        self.line(Part::Title).or_else(|| {
            let said = self.metadata.title.clone();
            let headings = self.page.nodes.iter().filter(|node| node.name == "h1");
            let mut lines = headings
                .filter_map(|h1| self.document.tree.get(&h1.id))
                .map(|h1| clean(&h1.text()).replace('\n', " "));
            let agreeing = match &said {
                Some(said) => {
                    lines.find(|line| !line.is_empty() && said.starts_with(line.as_str()))
                }
                None => lines.find(|line| !line.is_empty()),
            };
            agreeing
                .filter(|line| line.split_whitespace().count() > 2)
                .or(said)
        })
    }

    fn section(&self) -> Option<String> {
        self.line(Part::Section)
            .or_else(|| self.metadata.section.clone())
    }

    /// The element that the layout says holds the article; on a page of pictures or with a player it
    /// may be empty.
    fn configured_root(&self) -> Option<usize> {
        let mut all = self
            .each(Part::Body)
            .filter_map(|found| self.index_of(&found));
        let filled = all.find(|at| self.page.within(*at).n_chars > 20);
        filled.or_else(|| {
            let shows = |at: &usize| {
                let within = self.page.within(*at);
                within.n_players + within.n_pictures > 0
            };
            let is_shown = self.has(Part::Video) || self.has(Part::Gallery);
            let mut all = self
                .each(Part::Body)
                .filter_map(|found| self.index_of(&found));
            all.find(|at| is_shown || shows(at))
        })
    }

    fn index_of(&self, found: &NodeRef<'_>) -> Option<usize> {
        self.page.nodes.iter().position(|node| node.id == found.id)
    }

    /// The sapo where the outlet's rules say it is, without what they remove.
    fn configured_lead(&self, dropped: &[bool]) -> Option<String> {
        self.each(Part::Lead).find_map(|found| {
            let at = self.index_of(&found)?;
            let mut kept = dropped.to_vec();
            kept[at] = false;
            let lines: Vec<String> = blocks(self.page, at, &kept)
                .iter()
                .map(|block| clean(&block.text(self.page, &kept)))
                .collect();
            Some(lines.join(" ").replace('\n', " ")).filter(|text| !text.is_empty())
        })
    }

    /// The sapo of a page nobody configured. Only the Vietnamese press opens its articles with it;
    /// elsewhere the line under the headline is a subtitle and no part of the text.
    fn guessed_lead(&self, body: &Body, is_vietnamese: bool) -> Option<String> {
        let description = self.metadata.description.as_deref();
        is_vietnamese
            .then(|| find_lead(self.page, body, description))
            .flatten()
    }

    fn published_at(&self) -> Option<Timestamp> {
        let configured = || {
            self.each(Part::Date).find_map(|found| {
                let attribute = found
                    .attr("datetime")
                    .or_else(|| found.attr("content"))
                    .or_else(|| found.attr("title"));
                attribute
                    .and_then(|text| parse_in_page(&text))
                    .or_else(|| parse_in_page(&clean(&found.text())))
            })
        };
        let said = self.metadata.published_at.or_else(configured);
        said.or_else(|| self.date_on_page())
    }

    /// A `time` element, or a line that is hardly more than a date with a time of day.
    fn date_on_page(&self) -> Option<Timestamp> {
        let times = self.page.nodes.iter().filter(|node| node.name == "time");
        let marked = times
            .filter_map(|time| self.document.tree.get(&time.id)?.attr("datetime"))
            .find_map(|text| parse_in_page(&text));
        marked.or_else(|| {
            let nothing = vec![false; self.page.nodes.len()];
            blocks(self.page, 0, &nothing)
                .iter()
                .filter(|block| (8..60).contains(&block.n_chars))
                .map(|block| (block.n_chars, block.text(self.page, &nothing)))
                .filter(|(_, text)| {
                    text.contains(['/', '-', '.']) || text.to_lowercase().contains("tháng")
                })
                .filter(|(n_chars, text)| text.contains([':', 'h']) || *n_chars < 12)
                .find_map(|(_, text)| parse_in_page(&text))
        })
    }

    /// dom_smoothie sees what our own scoring does not.
    fn ask_general_extractor(&self, body: &mut Body) {
        let config = dom_smoothie::Config {
            text_mode: dom_smoothie::TextMode::Formatted,
            disable_json_ld: true,
            max_elements_to_parse: MAX_ELEMENTS,
            ..dom_smoothie::Config::default()
        };
        let document = self.document.clone();
        let url = self.url.as_str();
        let found = dom_smoothie::Readability::with_document(document, Some(url), Some(config))
            .and_then(|mut reader| reader.parse());
        let Ok(found) = found else { return };
        let text = clean(&found.text_content);
        let n_chars = text.chars().filter(|c| !c.is_whitespace()).count();
        let lines = body.paragraphs.iter();
        if n_chars > 2 * lines.map(|line| line.chars().count()).sum::<usize>() {
            body.paragraphs = text.lines().map(str::to_owned).collect();
        }
    }
}

/// The lead in front of the text, unless it stands there already.
fn with_lead(text: String, lead: Option<&str>, paragraphs: &[String]) -> String {
    match lead {
        Some(lead) if !holds_lead(paragraphs, lead) => {
            format!("{lead}\n{text}").trim_end().to_owned()
        }
        _ => text,
    }
}

/// The general extractor is not asked about larger pages: its time grows faster than the page.
const MAX_ELEMENTS: usize = 20_000;

/// Whether the body already begins with the lead.
fn holds_lead(paragraphs: &[String], lead: &str) -> bool {
    let start: String = lead.chars().take(60).collect();
    paragraphs
        .iter()
        .take(3)
        .any(|paragraph| paragraph.contains(&start))
}

/// The beginning tells the language.
const LANGUAGE_CHARS: usize = 3_000;

/// Vietnamese shows itself by its letters; anything else is left open.
fn language_of(text: &str) -> Option<String> {
    let is_vietnamese = |c: char| {
        matches!(c, 'ă' | 'đ' | 'ơ' | 'ư' | 'Đ' | 'Ơ' | 'Ư')
            || ('\u{1ea0}'..='\u{1ef9}').contains(&c)
    };
    let (mut n_letters, mut n_vietnamese) = (0, 0);
    for c in text.chars().take(LANGUAGE_CHARS) {
        n_letters += usize::from(c.is_alphabetic());
        n_vietnamese += usize::from(is_vietnamese(c));
    }
    (n_letters >= 20 && n_vietnamese * 20 > n_letters).then(|| "vi".to_owned())
}
