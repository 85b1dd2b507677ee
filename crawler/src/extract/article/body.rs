//! Finding the element that holds an article.

use super::blocks::blocks;
use super::names::names_body;
use super::page::{Page, Role};
use super::prune::{Sums, children};

/// The smallest element that holds the article: the one whose prose outweighs its furniture most,
/// or a smaller one inside that says so by its name and holds nearly as much.
pub(super) fn find_root(page: &Page, dropped: &[bool]) -> usize {
    let all = blocks(page, 0, dropped);
    let worth = Sums::of(page, &all, |block| block.worth);
    let prose = Sums::of(page, &all, |block| block.worth.max(0.0));
    let mut best = 0;
    for at in 0..page.nodes.len() {
        if worth.of_node(at) > worth.of_node(best)
            || (page.is_inside(at, best) && worth.of_node(at) >= worth.of_node(best))
        {
            best = at;
        }
    }
    let best = descend(page, best, &prose);
    let is_named = |at: usize| {
        let node = &page.nodes[at];
        node.role != Role::Text && (node.is_body_by_markup || names_body(&node.text))
    };
    let enough = prose.of_node(best) * 0.85;
    // The innermost that is still large enough.
    let mut all_large = (0..page.nodes.len()).rev();
    if let Some(named) = all_large.find(|at| prose.of_node(*at) >= enough && is_named(*at)) {
        return named;
    }
    let own = Sums::of(page, &all, |block| {
        block.n_chars.saturating_sub(block.n_link_chars) as f32
    });
    let trusted = trust_a_name(page, best, &prose, &own, is_named);
    trusted.unwrap_or(best)
}

/// The one element that says it is the body, though teasers around it hold nearly as much prose. What
/// says so by `itemprop` is believed on less, and may be a table or a list.
fn trust_a_name(
    page: &Page,
    best: usize,
    prose: &Sums,
    own: &Sums,
    is_named: impl Fn(usize) -> bool,
) -> Option<usize> {
    let is_large = |at: usize| {
        if page.nodes[at].is_body_by_markup {
            own.of_node(at) >= 250.0 && own.of_node(at) >= own.of_node(best) * 0.3
        } else {
            prose.of_node(at) >= 500.0 && prose.of_node(at) >= prose.of_node(best) * 0.5
        }
    };
    let candidates: Vec<usize> = (0..page.nodes.len())
        .filter(|at| is_large(*at) && is_named(*at))
        .collect();
    let (outer, inner) = (*candidates.first()?, *candidates.last()?);
    // Another one beside it makes them parts of one article, or two articles.
    let is_part = |at: usize| prose.of_node(at) >= 100.0 && is_named(at);
    let has_twin = (0..page.nodes.len())
        .any(|at| is_part(at) && !page.is_inside(at, outer) && !page.is_inside(outer, at));
    let is_nested = candidates.iter().all(|at| page.is_inside(inner, *at));
    (is_nested && !has_twin).then_some(inner)
}

/// Goes down to the child that holds nearly all prose: what is left outside is a notice or a teaser,
/// more likely behind the article than in front of it. Parts of an article are named alike.
fn descend(page: &Page, from: usize, prose: &Sums) -> usize {
    let mut at = from;
    loop {
        let heaviest =
            children(page, at).max_by(|a, b| prose.of_node(*a).total_cmp(&prose.of_node(*b)));
        let Some(child) = heaviest else { return at };
        let total = prose.of_node(at);
        let (mut before, mut behind, mut has_twin) = (0.0, 0.0, false);
        for other in children(page, at).filter(|other| *other != child) {
            let found = prose.of_node(other);
            let side = if other < child {
                &mut before
            } else {
                &mut behind
            };
            *side += found;
            let alike = page.nodes[other].name == page.nodes[child].name
                && page.nodes[other].text == page.nodes[child].text;
            has_twin |= found > 0.0 && alike;
        }
        let is_container = matches!(
            page.nodes[child].role,
            Role::Block | Role::Article | Role::Root
        );
        if !is_container || has_twin || before > total * 0.12 || behind > total * 0.22 {
            return at;
        }
        at = child;
    }
}
