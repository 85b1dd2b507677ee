//! Article pages: what was published, when, by which outlet, without the furniture around it.

mod blocks;
mod body;
mod depth;
mod furniture;
mod lead;
mod metadata;
mod outlet;
mod page;
mod prune;

use dom_query::{Document, Matcher, NodeRef};
use jiff::Timestamp;
use url::Url;

use super::Complaint;
use super::challenge::is_challenge;
use super::date::parse_in_page;
use super::encoding::to_utf8_within;
use super::text::clean;
use blocks::blocks;
use body::{Body, find_root, read};
pub(crate) use depth::flattened;
use lead::find_lead;
use metadata::Metadata;
use outlet::Selectors;
pub use outlet::{Layout, OutletError, OutletRules, Outlets};
use page::Page;
use prune::{drop_furniture, drop_inner_articles, drop_teasers};

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
    /// A video or a gallery with hardly any text.
    pub video_only: bool,
    /// Address of the next page, where the article goes on.
    pub next_page: Option<String>,
    /// What was wrong.
    pub complaints: Vec<Complaint>,
}

/// Pages are read this far; the largest of the benchmark has 2 MB.
const MAX_PAGE_BYTES: usize = 4 << 20;
/// Prose shorter than this is no article yet, and the general extractor is asked, too.
const MIN_PROSE_CHARS: usize = 140;
/// A video page has at most this much text.
const MAX_VIDEO_CHARS: usize = 600;

/// Reads an article page. Never fails and never panics: a page without an article has an empty text
/// and a complaint.
pub fn extract(html: &[u8], content_type: Option<&str>, url: &Url, outlets: &Outlets) -> Article {
    let (html, complaints) = to_utf8_within(html, content_type, MAX_PAGE_BYTES);
    let flat = flattened(&html);
    let mut complaints = complaints;
    if matches!(flat, std::borrow::Cow::Owned(_)) {
        complaints.push(Complaint::TooComplex);
    }
    let document = Document::from(flat.as_ref());
    let metadata = Metadata::of(&document, url);
    let rules = outlets.selectors(url, &document);
    let reading = Reading {
        document: &document,
        metadata: &metadata,
        rules,
    };
    let mut article = reading.article(url);
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
    metadata: &'a Metadata,
    rules: Option<&'a Selectors>,
}

impl Reading<'_> {
    fn article(&self, url: &Url) -> Article {
        let page = Page::of(self.document);
        let title = self.title();
        let configured = self.configured_root(&page);
        let mut dropped = drop_furniture(&page, configured.as_slice());
        for removed in self.all(|rules| &rules.remove) {
            if let Some(at) = page.index_of(removed.id) {
                dropped[at] = true;
            }
        }
        let root = configured.unwrap_or_else(|| find_root(&page, &dropped));
        drop_inner_articles(&page, root, &mut dropped);
        drop_teasers(&page, root, &mut dropped);
        let mut body = read(&page, root, &dropped, title.as_deref());
        if body.n_prose_chars < MIN_PROSE_CHARS && configured.is_none() {
            self.ask_general_extractor(url, &mut body);
        }
        let mut text = body.paragraphs.join("\n");
        let language = language_of(&text).or_else(|| self.metadata.language.clone());
        let is_vietnamese = language.as_deref() == Some("vi");
        let lead = self
            .configured_lead(&page, &dropped)
            .or_else(|| self.guessed_lead(&page, &body, is_vietnamese))
            .filter(|lead| title.as_ref() != Some(lead));
        if let Some(lead) = &lead
            && !holds_lead(&body.paragraphs, lead)
        {
            text = if text.is_empty() {
                lead.clone()
            } else {
                format!("{lead}\n{text}")
            };
        }
        let n_chars = text.chars().count();
        let has_video = self.metadata.is_video || self.any(|rules| &rules.video);
        Article {
            url: self.metadata.canonical.as_ref().unwrap_or(url).to_string(),
            title,
            language,
            published_at: self.published_at(&page),
            modified_at: self.metadata.modified_at,
            section: self.section(),
            paywalled: self.metadata.paywalled || self.any(|rules| &rules.paywall),
            video_only: has_video && n_chars < MAX_VIDEO_CHARS,
            next_page: self.metadata.next_page.clone(),
            lead,
            text,
            ..Article::default()
        }
    }

    /// All elements of the first selector of a list that finds something.
    fn all(&self, list: impl Fn(&Selectors) -> &Vec<Matcher>) -> Vec<NodeRef<'_>> {
        let list = self.rules.map(list).into_iter().flatten();
        list.flat_map(|matcher| self.document.select_matcher(matcher).nodes().to_vec())
            .collect()
    }

    fn any(&self, list: impl Fn(&Selectors) -> &Vec<Matcher>) -> bool {
        let mut list = self.rules.map(list).into_iter().flatten();
        list.any(|matcher| self.document.select_single_matcher(matcher).exists())
    }

    fn line(&self, list: impl Fn(&Selectors) -> &Vec<Matcher>) -> Option<String> {
        let mut list = self.rules.map(list).into_iter().flatten();
        list.find_map(|matcher| {
            let found = self.document.select_single_matcher(matcher);
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
        self.line(|rules| &rules.title).or_else(|| {
            let said = self.metadata.title.clone();
            let headings = self.document.select("h1");
            let mut lines = headings
                .nodes()
                .iter()
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
        self.line(|rules| &rules.section)
            .or_else(|| self.metadata.section.clone())
    }

    fn configured_root(&self, page: &Page) -> Option<usize> {
        let mut list = self.rules.map(|rules| &rules.body).into_iter().flatten();
        list.find_map(|matcher| {
            let found = self.document.select_single_matcher(matcher);
            let node = found.nodes().first()?;
            page.index_of(node.id)
                .filter(|_| node.text().trim().len() > 20)
        })
    }

    /// The sapo where the outlet's rules say it is, without what they remove.
    fn configured_lead(&self, page: &Page, dropped: &[bool]) -> Option<String> {
        let mut list = self.rules.map(|rules| &rules.lead).into_iter().flatten();
        list.find_map(|matcher| {
            let found = self.document.select_single_matcher(matcher);
            let at = page.index_of(found.nodes().first()?.id)?;
            let mut kept = dropped.to_vec();
            kept[at] = false;
            let lines: Vec<String> = blocks(page, at, &kept)
                .iter()
                .map(|block| clean(&block.text))
                .collect();
            Some(lines.join(" ").replace('\n', " ")).filter(|text| !text.is_empty())
        })
    }

    /// The sapo of a page nobody configured. Only the Vietnamese press opens its articles with it;
    /// elsewhere the line under the headline is a subtitle and no part of the text.
    fn guessed_lead(&self, page: &Page, body: &Body, is_vietnamese: bool) -> Option<String> {
        let description = self.metadata.description.as_deref();
        is_vietnamese
            .then(|| find_lead(page, body, description))
            .flatten()
    }

    fn published_at(&self, page: &Page) -> Option<Timestamp> {
        self.metadata.published_at.or_else(|| {
            let mut list = self.rules.map(|rules| &rules.date).into_iter().flatten();
            let configured = list.find_map(|matcher| {
                let found = self.document.select_single_matcher(matcher);
                let attribute = found
                    .attr("datetime")
                    .or_else(|| found.attr("content"))
                    .or_else(|| found.attr("title"));
                attribute
                    .and_then(|text| parse_in_page(&text))
                    .or_else(|| parse_in_page(&clean(&found.text())))
            });
            configured.or_else(|| self.date_on_page(page))
        })
    }

    /// A `time` element, or a line that is hardly more than a date with a time of day.
    fn date_on_page(&self, page: &Page) -> Option<Timestamp> {
        let times = self.document.select("time[datetime]");
        let marked = times
            .nodes()
            .iter()
            .find_map(|time| parse_in_page(&time.attr("datetime")?));
        marked.or_else(|| {
            let nothing = vec![false; page.nodes.len()];
            blocks(page, 0, &nothing)
                .iter()
                .filter(|block| block.n_chars < 60 && block.text.contains(['/', '-']))
                .filter(|block| block.text.contains([':', 'h']) || block.n_chars < 12)
                .find_map(|block| parse_in_page(&block.text))
        })
    }

    /// dom_smoothie sees what our own scoring does not.
    fn ask_general_extractor(&self, url: &Url, body: &mut Body) {
        let config = dom_smoothie::Config {
            text_mode: dom_smoothie::TextMode::Formatted,
            disable_json_ld: true,
            max_elements_to_parse: MAX_ELEMENTS,
            ..dom_smoothie::Config::default()
        };
        let document = self.document.clone();
        let found =
            dom_smoothie::Readability::with_document(document, Some(url.as_str()), Some(config))
                .and_then(|mut reader| reader.parse());
        let Ok(found) = found else { return };
        let text = clean(&found.text_content);
        let n_chars = text.chars().filter(|c| !c.is_whitespace()).count();
        if n_chars
            > 2 * body
                .paragraphs
                .iter()
                .map(|line| line.chars().count())
                .sum::<usize>()
        {
            body.paragraphs = text.lines().map(str::to_owned).collect();
        }
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

/// Vietnamese shows itself by its letters; anything else is left open.
fn language_of(text: &str) -> Option<String> {
    let n_letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let is_vietnamese = |c: char| {
        matches!(c, 'ă' | 'đ' | 'ơ' | 'ư' | 'Đ' | 'Ơ' | 'Ư')
            || ('\u{1ea0}'..='\u{1ef9}').contains(&c)
    };
    let n_vietnamese = text.chars().filter(|c| is_vietnamese(*c)).count();
    (n_letters >= 20 && n_vietnamese * 20 > n_letters).then(|| "vi".to_owned())
}
