//! Finding the lead (sapo) of a page nobody configured.

use super::blocks::blocks;
use super::page::Page;
use super::read::Body;
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
    let end = page_end(page, body);
    let description = description.map(|text| letters(text).collect::<Vec<_>>());
    let all = blocks(page, 0, &nothing_dropped);
    let in_front = all.iter().filter(|block| {
        block.owner < end && block.link_share() < 0.3 && (30..=900).contains(&block.n_chars)
    });
    for block in in_front {
        let is_named = has_lead_name(page, block.owner);
        if !is_named && description.is_none() {
            continue;
        }
        let text = block.text(page, &nothing_dropped);
        let is_described = description
            .as_deref()
            .is_some_and(|description| says_the_same(&text, description));
        if is_named || is_described {
            return Some(clean(&text).replace('\n', " "));
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
fn says_the_same(text: &str, description: &[char]) -> bool {
    let alike = letters(text).zip(description).take_while(|(x, y)| x == *y);
    let same = alike.count();
    // Most blocks differ at once, and their length need not be known.
    if same < 27 {
        return false;
    }
    let shorter = letters(text).count().min(description.len());
    shorter >= 40 && same * 3 >= shorter * 2
}

fn letters(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
}
