//! Articles that go on over several pages: finding the next one and joining them.

use dom_query::Document;
use rustc_hash::FxHashSet;
use url::Url;

use super::Article;
use super::names::is_pager;
use super::page::{Page, Role};
use crate::extract::link::absolute_url;

/// Query parameters that count pages.
const PAGE_PARAMETERS: &[&str] = &["page", "trang", "p", "pg", "paged"];
/// What stands before the number of a page in a path, longest first.
const PAGE_MARKS: &[&str] = &[
    "-trang-", "-page-", "/trang-", "/page-", "/page/", "-trang", "-p", "_", "/",
];
/// No article has more pages.
const MAX_PAGE: u32 = 20;

/// Whether an address is the page right behind another one of the same article: the same but for
/// the number of the page.
pub(super) fn goes_on(from: &Url, next: &Url) -> bool {
    if from.host_str() != next.host_str() {
        return false;
    }
    let next_pages = readings(next);
    readings(from).iter().any(|(stem, number)| {
        next_pages
            .iter()
            .any(|(next_stem, next_number)| stem == next_stem && *next_number == number + 1)
    })
}

/// What an address may mean: an article as a whole (its first page), or one page of another.
fn readings(url: &Url) -> Vec<(String, u32)> {
    let path = url.path();
    let others: Vec<(String, String)> = url
        .query_pairs()
        .filter(|(key, _)| !PAGE_PARAMETERS.contains(&key.as_ref()))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    let by_query = url
        .query_pairs()
        .find(|(key, _)| PAGE_PARAMETERS.contains(&key.as_ref()))
        .and_then(|(_, value)| value.parse::<u32>().ok());
    let with_rest = |path: &str| format!("{} {others:?}", path.trim_end_matches('/'));
    if let Some(number) = by_query {
        return vec![(with_rest(path), number)];
    }
    let mut found = vec![(with_rest(path), 1)];
    let (trunk, extension) = match path.rfind('.') {
        Some(at) if !path[at..].contains('/') => path.split_at(at),
        _ => (path.trim_end_matches('/'), ""),
    };
    let n_digits = trunk.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (before, digits) = trunk.split_at(trunk.len() - n_digits);
    let number = digits
        .parse::<u32>()
        .ok()
        .filter(|number| *number <= MAX_PAGE);
    if let (Some(number), Some(mark)) = (
        number,
        PAGE_MARKS.iter().find(|mark| before.ends_with(**mark)),
    ) {
        let stem = format!("{}{extension}", &before[..before.len() - mark.len()]);
        found.push((with_rest(&stem), number));
    }
    found
}

/// Pagers looked at, and links in each.
const MAX_PAGERS: usize = 6;
const MAX_LINKS: usize = 40;

/// The link to the next page in a pager that stands in or right behind the article.
pub(super) fn find_in_pager(
    document: &Document,
    page: &Page,
    root: usize,
    url: &Url,
) -> Option<Url> {
    let end = page.nodes.get(root)?.end;
    let pagers = page.nodes[root..]
        .iter()
        .take(end - root + NODES_BEHIND)
        .filter(|node| node.role != Role::Text && is_pager(&node.text));
    pagers
        .take(MAX_PAGERS)
        .filter_map(|pager| document.tree.get(&pager.id))
        .flat_map(|pager| {
            let links = pager.descendants_it().filter(|node| node.has_name("a"));
            links
                .take(MAX_LINKS)
                .filter_map(|link| link.attr("href"))
                .collect::<Vec<_>>()
        })
        .filter_map(|href| absolute_url(&href, url))
        .find(|next| goes_on(url, next))
}

/// A pager may stand so far behind the body.
const NODES_BEHIND: usize = 60;

impl Article {
    /// Appends what a further page of the same article adds: not the lead and other paragraphs that
    /// stand on every page.
    pub fn append(&mut self, further: &Self) {
        let seen: FxHashSet<&str> = self.text.lines().collect();
        let added: Vec<&str> = further
            .text
            .lines()
            .filter(|line| !seen.contains(line))
            .collect();
        if added.is_empty() {
            return;
        }
        let added = added.join("\n");
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(&added);
        self.paywalled |= further.paywalled;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_next_pages_from_next_articles() {
        let check = |from: &str, next: &str, expect: bool| {
            let url = |path: &str| Url::parse(&format!("https://example.vn{path}")).unwrap();
            assert_eq!(goes_on(&url(from), &url(next)), expect, "{from} {next}");
        };
        check("/ho-so.html", "/ho-so.html?trang=2", true);
        check("/ho-so.html?trang=2", "/ho-so.html?trang=3", true);
        check("/ho-so.html?trang=2", "/ho-so.html?trang=4", false);
        check("/ho-so.html?id=7", "/ho-so.html?id=7&page=2", true);
        check("/ho-so.html?id=7", "/ho-so.html?id=8&page=2", false);
        check("/ho-so-123456.html", "/ho-so-123456-p2.html", true);
        check("/ho-so-123456-p2.html", "/ho-so-123456-p3.html", true);
        check("/ho-so/", "/ho-so/2/", true);
        check("/ho-so/2/", "/ho-so/3/", true);
        check("/ho-so", "/ho-so/page/2", true);
        check("/ho-so", "/bai-khac", false);
        check("/2026/11/ho-so", "/2026/11/bai-moi-hon", false);
        check("/tin-4001.html", "/tin-4002.html", false);
    }

    #[test]
    fn joins_pages_without_what_stands_on_each() {
        let page = |text: &str| Article {
            text: text.to_owned(),
            ..Article::default()
        };
        let mut whole = page("Sapo.\nMột.");
        whole.append(&page("Sapo.\nHai."));
        whole.append(&page("Sapo."));
        assert_eq!(whole.text, "Sapo.\nMột.\nHai.");
    }
}
