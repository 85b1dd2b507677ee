//! What a page says about itself: JSON-LD, OpenGraph, `meta` and `link` elements.

use dom_query::{Document, NodeId, NodeRef};
use jiff::Timestamp;
use rustc_hash::FxHashMap;
use serde_json::Value;
use url::Url;

use super::kind::PageKind;
use super::next_page::goes_on;
use crate::extract::date::parse_in_page;
use crate::extract::link::absolute_url;

use crate::extract::text::{clean, html_to_line};

/// What a page says about itself.
#[derive(Debug, Default)]
pub(super) struct Metadata {
    pub canonical: Option<Url>,
    pub next_page: Option<Url>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub site_name: Option<String>,
    pub section: Option<String>,
    pub language: Option<String>,
    pub published_at: Option<Timestamp>,
    pub modified_at: Option<Timestamp>,
    pub paywalled: bool,
    pub kind: PageKind,
}

impl Metadata {
    pub fn of(document: &Document, facts: &[NodeId], url: &Url) -> Self {
        let facts: Vec<NodeRef<'_>> = facts
            .iter()
            .filter_map(|id| document.tree.get(id))
            .collect();
        let metas = Metas::of(&facts);
        // The name a page gives its site is shorter than the one of its publisher.
        let site_name = metas
            .first(&["og:site_name"])
            .map(|text| html_to_line(&text));
        let mut found = Self {
            site_name,
            ..Self::default()
        };
        let is_json_ld = |node: &&NodeRef<'_>| {
            node.has_name("script")
                && node
                    .attr("type")
                    .is_some_and(|kind| kind.contains("ld+json"))
        };
        for script in facts.iter().filter(is_json_ld) {
            found.take_json_ld(&script.text());
        }
        found.take_metas(&metas);
        found.take_links(&facts, &metas, url);
        found.language = found.language.take().or_else(|| {
            let lang = document.html_root().attr("lang")?;
            language_code(&lang)
        });
        if found.title.is_none() {
            let title = document.head().and_then(|head| {
                let mut children = head.children_it(false);
                children.find(|child| child.has_name("title"))
            });
            let title = title.map_or_else(String::new, |node| clean(&node.text()));
            let title = title.replace('\n', " ");
            found.title = Some(without_site_name(&title).to_owned()).filter(|t| !t.is_empty());
        }
        found
    }

    fn take_metas(&mut self, metas: &Metas) {
        let line = |keys: &[&str]| metas.first(keys).map(|text| html_to_line(&text));
        let date = |keys: &[&str]| metas.first(keys).and_then(|text| parse_in_page(&text));
        fill(&mut self.title, || {
            line(&["og:title", "twitter:title", "dc.title"])
                .map(|title| without_site_name(&title).to_owned())
        });
        fill(&mut self.description, || {
            line(&[
                "og:description",
                "description",
                "twitter:description",
                "dc.description",
            ])
        });
        fill(&mut self.site_name, || line(&["application-name"]));
        fill(&mut self.section, || {
            line(&["article:section", "section", "cxenseparse:category"])
        });
        fill(&mut self.language, || {
            metas
                .first(&["og:locale", "content-language", "inlanguage", "language"])
                .and_then(|text| language_code(&text))
        });
        fill(&mut self.published_at, || {
            date(&[
                "article:published_time",
                "article:published",
                "og:published_time",
                "datepublished",
                "pubdate",
                "publishdate",
                "publish-date",
                "publication_date",
                "date",
                "dc.date.issued",
                "dc.date",
                "dcterms.created",
                "parsely-pub-date",
                "sailthru.date",
                "cxenseparse:recs:publishtime",
                "its_publication",
                "datecreated",
            ])
        });
        fill(&mut self.modified_at, || {
            date(&[
                "article:modified_time",
                "og:updated_time",
                "datemodified",
                "lastmod",
                "dc.date.modified",
            ])
        });
        if line(&["og:type"]).is_some_and(|kind| kind.starts_with("video")) {
            self.kind = PageKind::Video;
        }
        let tier = line(&["article:content_tier", "cxenseparse:content_tier"]);
        self.paywalled |=
            tier.is_some_and(|tier| matches!(tier.as_str(), "locked" | "metered" | "premium"));
    }

    fn take_links(&mut self, facts: &[NodeRef<'_>], metas: &Metas, url: &Url) {
        let href = |rel: &str| {
            let mut links = facts.iter().filter(|node| node.has_name("link"));
            links.find_map(|link| {
                let said = link.attr("rel")?;
                let is_it = said
                    .split_ascii_whitespace()
                    .any(|word| word.eq_ignore_ascii_case(rel));
                link.attr("href")
                    .filter(|_| is_it)
                    .map(|href| href.to_string())
            })
        };
        let canonical = href("canonical").or_else(|| metas.first(&["og:url"]));
        // A canonical address on a home page or another site is a mistake of the template.
        self.canonical = canonical
            .and_then(|link| absolute_url(&link, url))
            .filter(|found| found.path().len() > 1 && same_site(found, url));
        // Themes of WordPress also call the next article so.
        self.next_page = href("next")
            .and_then(|link| absolute_url(&link, url))
            .filter(|next| goes_on(url, next));
    }

    fn take_json_ld(&mut self, text: &str) {
        let text = text
            .trim()
            .trim_start_matches("<!--")
            .trim_start_matches("//<![CDATA[");
        let text: String = text
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        let mut values = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
        if let Some(Ok(value)) = values.next() {
            self.take_node(&value, 0);
        }
    }

    /// Lists and `@graph`s are walked; what is no article gives nothing but the site's name.
    fn take_node(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Array(nodes) => nodes
                .iter()
                .take(100)
                .for_each(|node| self.take_node(node, depth)),
            Value::Object(node) if depth < 4 => {
                if let Some(kind) = kind_of(value) {
                    self.kind = kind;
                }
                if is_of_type(value, ARTICLE_TYPES) {
                    self.take_article(value);
                } else if is_of_type(value, &["VideoObject"]) && depth == 0 {
                    fill(&mut self.published_at, || date_in(value, "uploadDate"));
                }
                for key in [
                    "@graph",
                    "mainEntity",
                    "mainEntityOfPage",
                    "itemListElement",
                ] {
                    if let Some(inner) = node
                        .get(key)
                        .filter(|inner| inner.is_object() || inner.is_array())
                    {
                        self.take_node(inner, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    fn take_article(&mut self, node: &Value) {
        let line = |key: &str| {
            node.get(key)
                .and_then(one_string)
                .map(|text| html_to_line(&text))
        };
        fill(&mut self.title, || {
            line("headline").or_else(|| line("name"))
        });
        fill(&mut self.description, || line("description"));
        fill(&mut self.section, || line("articleSection"));
        fill(&mut self.language, || {
            line("inLanguage").and_then(|text| language_code(&text))
        });
        fill(&mut self.published_at, || {
            date_in(node, "datePublished").or_else(|| date_in(node, "dateCreated"))
        });
        fill(&mut self.modified_at, || date_in(node, "dateModified"));
        fill(&mut self.site_name, || {
            node.get("publisher")
                .and_then(|p| p.get("name"))
                .and_then(one_string)
                .map(|n| html_to_line(&n))
        });
        self.paywalled |= is_denied(node) || node.get("hasPart").is_some_and(any_denied);
    }
}

/// Whether a node says that it is not free.
fn is_denied(node: &Value) -> bool {
    match node.get("isAccessibleForFree") {
        Some(Value::Bool(free)) => !free,
        Some(Value::String(free)) => free.eq_ignore_ascii_case("false") || free.ends_with("/False"),
        _ => false,
    }
}

fn any_denied(parts: &Value) -> bool {
    match parts {
        Value::Array(parts) => parts.iter().any(is_denied),
        part => is_denied(part),
    }
}

/// What kind of page a node of JSON-LD says this is, where it is no usual article.
fn kind_of(node: &Value) -> Option<PageKind> {
    match () {
        () if is_of_type(node, &["LiveBlogPosting"]) => Some(PageKind::LiveBlog),
        () if is_of_type(node, &["ImageGallery", "MediaGallery"]) => Some(PageKind::Gallery),
        () => None,
    }
}

const ARTICLE_TYPES: &[&str] = &[
    "NewsArticle",
    "Article",
    "ReportageNewsArticle",
    "BlogPosting",
    "OpinionNewsArticle",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
    "ReviewNewsArticle",
    "LiveBlogPosting",
    "Report",
    "SocialMediaPosting",
    "TechArticle",
    "DiscussionForumPosting",
];

fn is_of_type(node: &Value, types: &[&str]) -> bool {
    let matches = |kind: &Value| kind.as_str().is_some_and(|kind| types.contains(&kind));
    match node.get("@type") {
        Some(Value::Array(kinds)) => kinds.iter().any(matches),
        Some(kind) => matches(kind),
        None => false,
    }
}

fn date_in(node: &Value, key: &str) -> Option<Timestamp> {
    node.get(key)
        .and_then(one_string)
        .and_then(|text| parse_in_page(&text))
}

fn one_string(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Array(items) => items.first()?.as_str().map(str::to_owned),
        _ => None,
    }
}

fn fill<T>(slot: &mut Option<T>, value: impl FnOnce() -> Option<T>) {
    if slot.is_none() {
        *slot = value();
    }
}

/// `meta` elements by name, property or itemprop.
struct Metas(FxHashMap<String, String>);

impl Metas {
    fn of(facts: &[NodeRef<'_>]) -> Self {
        let mut metas = FxHashMap::default();
        for meta in facts.iter().filter(|node| node.has_name("meta")) {
            let Some(content) = meta
                .attr("content")
                .filter(|content| !content.trim().is_empty())
            else {
                continue;
            };
            for key in ["property", "name", "itemprop", "http-equiv"] {
                if let Some(name) = meta.attr(key) {
                    metas
                        .entry(name.trim().to_lowercase())
                        .or_insert_with(|| content.to_string());
                }
            }
        }
        Self(metas)
    }

    fn first(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| self.0.get(*key)).cloned()
    }
}

/// `vi-VN` and `vi_VN` are `vi`.
fn language_code(tag: &str) -> Option<String> {
    let code: String = tag
        .trim()
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .collect();
    match code.to_ascii_lowercase().as_str() {
        "vietnamese" => Some("vi".to_owned()),
        code if matches!(code.len(), 2 | 3) => Some(code.to_owned()),
        _ => None,
    }
}

/// Titles carry the outlet behind a bar: `Kẹt xe trên cầu - Báo Ví Dụ`.
fn without_site_name(title: &str) -> &str {
    for separator in [" | ", " - ", " – ", " — ", " :: "] {
        if let Some(at) = title.rfind(separator) {
            let (head, tail) = (title[..at].trim(), &title[at + separator.len()..]);
            if head.split_whitespace().count() >= 4 && tail.split_whitespace().count() <= 5 {
                return head;
            }
        }
    }
    title
}

fn same_site(a: &Url, b: &Url) -> bool {
    let site = |url: &Url| {
        let host = url.host_str().unwrap_or("").to_owned();
        psl::domain_str(&host).map(str::to_owned).unwrap_or(host)
    };
    site(a) == site(b)
}
