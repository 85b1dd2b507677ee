//! Finding the lead (sapo) of a page nobody configured.

use super::blocks::blocks;
use super::body::Body;
use super::page::Page;
use crate::extract::text::clean;

/// Names templates give to the lead.
const LEAD_WORDS: &[&str] = &[
    "sapo",
    "standfirst",
    "lead",
    "lede",
    "chapeau",
    "intro",
    "singular-sapo",
    "news-sapo",
    "article__sapo",
    "tom-tat",
    "tomtat",
];

/// The block in front of the body that is named as a lead, or says what the page's description says
/// and stands close to the body.
pub(super) fn find_lead(page: &Page, body: &Body, description: Option<&str>) -> Option<String> {
    let nothing_dropped = vec![false; page.nodes.len()];
    let all = blocks(page, 0, &nothing_dropped);
    let in_front = all
        .iter()
        .filter(|block| block.owner < page_end(page, body) && block.link_share() < 0.3);
    for block in in_front {
        if block.n_chars < 30 || block.n_chars > 900 {
            continue;
        }
        let text = clean(&block.text).replace('\n', " ");
        let is_named = has_lead_name(page, block.owner);
        let is_described = description.is_some_and(|description| says_the_same(&text, description));
        if is_named || is_described {
            return Some(text);
        }
    }
    None
}

/// Leads stand in front of the body or open it.
fn page_end(page: &Page, body: &Body) -> usize {
    (body.root + 12).min(page.nodes.len())
}

fn has_lead_name(page: &Page, owner: usize) -> bool {
    let parent = page.nodes[owner].parent;
    [owner, parent].iter().any(|at| {
        let hints = page.nodes[*at].text.to_ascii_lowercase();
        hints
            .split(|c: char| !(c.is_alphanumeric() || c == '_'))
            .any(|word| LEAD_WORDS.contains(&word))
    })
}

/// Descriptions are often cut: two thirds of the shorter must be the beginning of the other.
fn says_the_same(text: &str, description: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect::<Vec<_>>()
    };
    let (a, b) = (letters(text), letters(description));
    let shorter = a.len().min(b.len());
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    shorter >= 40 && same * 3 >= shorter * 2
}
