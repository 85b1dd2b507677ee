//! Selectors of a layout, compiled so that one look over the names on a page tells which of them are
//! worth trying: walking the whole page for each of thirty selectors cost more than parsing it.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use dom_query::{Document, Matcher, NodeId, NodeRef};

use super::outlet::{Layout, OutletError};
use super::page::{Page, Role};

/// What a list of selectors is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Title,
    Lead,
    Body,
    Date,
    Section,
    Remove,
    Paywall,
    Video,
    Gallery,
    Live,
    Detect,
}

const PARTS: &[Part] = &[
    Part::Title,
    Part::Lead,
    Part::Body,
    Part::Date,
    Part::Section,
    Part::Remove,
    Part::Paywall,
    Part::Video,
    Part::Gallery,
    Part::Live,
    Part::Detect,
];

/// Selectors of one outlet or layout.
#[derive(Clone, Debug, Default)]
pub(super) struct Selectors {
    rules: Vec<Rule>,
    keys: Vec<String>,
    /// Finds the keys among class names and ids.
    finder: Option<AhoCorasick>,
}

#[derive(Clone, Debug)]
struct Rule {
    part: Part,
    matcher: Matcher,
    look: Look,
    /// Which of several layouts it belongs to.
    layout: usize,
}

/// Where the elements of a selector may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// Among those that have a name.
    Named(usize),
    /// Below those that have a name.
    Under(usize),
    /// Among `meta` and `link` elements.
    Facts,
    /// Anywhere in the body.
    Anywhere,
}

impl Selectors {
    /// Compiles a layout's selectors; `first` are tried before them.
    pub fn compile(
        owner: &str,
        layout: &Layout,
        behind: Option<&Self>,
    ) -> Result<Self, OutletError> {
        let mut built = Self::default();
        for part in PARTS {
            for selector in list_of(layout, *part) {
                let matcher = Matcher::new(selector).map_err(|_| OutletError::Selector {
                    owner: owner.to_owned(),
                    selector: selector.clone(),
                })?;
                let look = built.look_of(selector);
                built.rules.push(Rule {
                    part: *part,
                    matcher,
                    look,
                    layout: 0,
                });
            }
        }
        if let Some(behind) = behind {
            built.append(behind);
        }
        built.build_finder();
        Ok(built)
    }

    /// The `detect` selectors of several layouts in one, so that one look over a page tells all.
    pub fn detecting(layouts: &[Layout]) -> Result<Self, OutletError> {
        let mut built = Self::default();
        for (at, layout) in layouts.iter().enumerate() {
            let signs = Layout {
                detect: layout.detect.clone(),
                ..Layout::default()
            };
            let mut signs = Self::compile(&layout.id, &signs, None)?;
            for rule in &mut signs.rules {
                rule.layout = at;
            }
            built.append(&signs);
        }
        built.build_finder();
        Ok(built)
    }

    /// Whether these are those of a layout and no more.
    pub fn adds_nothing_to(&self, layout: &Self) -> bool {
        self.rules.len() == layout.rules.len()
    }

    fn build_finder(&mut self) {
        if !self.keys.is_empty() {
            let mut builder = AhoCorasick::builder();
            builder.ascii_case_insensitive(true);
            // There is one for each outlet with selectors of its own: a full automaton is too large.
            builder.kind(Some(AhoCorasickKind::ContiguousNFA));
            self.finder = builder.build(&self.keys).ok();
        }
    }

    fn append(&mut self, other: &Self) {
        let n_keys = self.keys.len();
        self.keys.extend_from_slice(&other.keys);
        self.rules
            .extend(other.rules.iter().cloned().map(|mut rule| {
                rule.look = match rule.look {
                    Look::Named(key) => Look::Named(key + n_keys),
                    Look::Under(key) => Look::Under(key + n_keys),
                    other => other,
                };
                rule
            }));
    }

    fn look_of(&mut self, selector: &str) -> Look {
        if selector.contains([',', '(', '\\']) {
            return Look::Anywhere;
        }
        let compounds = compounds(selector);
        let last = compounds.last().copied().unwrap_or("");
        if last.starts_with("meta") || last.starts_with("link") {
            return Look::Facts;
        }
        if let Some(name) = name_in(last) {
            return Look::Named(self.key(name));
        }
        let above = compounds.iter().rev().find_map(|part| name_in(part));
        above.map_or(Look::Anywhere, |name| Look::Under(self.key(name)))
    }

    fn key(&mut self, name: &str) -> usize {
        self.keys.push(name.to_owned());
        self.keys.len() - 1
    }

    /// Looks over a page once.
    pub fn look_over<'a>(&'a self, document: &'a Document, page: &'a Page) -> Sight<'a> {
        let mut named = vec![Vec::new(); self.keys.len()];
        if let Some(finder) = &self.finder {
            for (at, node) in page.nodes.iter().enumerate() {
                if node.role == Role::Text || node.text.is_empty() {
                    continue;
                }
                for found in finder.find_overlapping_iter(&node.text) {
                    let nodes: &mut Vec<usize> = &mut named[found.pattern().as_usize()];
                    if nodes.last() != Some(&at) {
                        nodes.push(at);
                    }
                }
            }
        }
        Sight {
            selectors: self,
            document,
            page,
            named,
        }
    }
}

fn list_of(layout: &Layout, part: Part) -> &[String] {
    match part {
        Part::Title => &layout.title,
        Part::Lead => &layout.lead,
        Part::Body => &layout.body,
        Part::Date => &layout.date,
        Part::Section => &layout.section,
        Part::Remove => &layout.remove,
        Part::Paywall => &layout.paywall,
        Part::Video => &layout.video,
        Part::Gallery => &layout.gallery,
        Part::Live => &layout.live,
        Part::Detect => &layout.detect,
    }
}

/// A page as a layout sees it.
pub(super) struct Sight<'a> {
    selectors: &'a Selectors,
    document: &'a Document,
    page: &'a Page,
    named: Vec<Vec<usize>>,
}

/// Below one element no more are tried.
const MAX_BELOW: usize = 400;

impl<'a> Sight<'a> {
    /// The elements of each selector for a part, in the order of the selectors.
    pub fn each(&self, part: Part) -> impl Iterator<Item = NodeRef<'a>> + '_ {
        self.selectors
            .rules
            .iter()
            .filter(move |rule| rule.part == part)
            .flat_map(|rule| self.elements(rule))
    }

    /// The first layout whose signs the page shows.
    pub fn shown_layout(&self) -> Option<usize> {
        let mut rules = self.selectors.rules.iter();
        let shown = rules.find(|rule| self.elements(rule).next().is_some())?;
        Some(shown.layout)
    }

    pub fn has(&self, part: Part) -> bool {
        self.each(part).next().is_some()
    }

    fn elements<'b>(&'b self, rule: &'b Rule) -> Box<dyn Iterator<Item = NodeRef<'a>> + 'b> {
        let by_id = |id: &NodeId| self.document.tree.get(id);
        let at_index = move |at: &usize| by_id(&self.page.nodes[*at].id);
        let fits = |node: &NodeRef<'_>| node.is_match(&rule.matcher);
        match rule.look {
            Look::Named(key) => Box::new(self.named[key].iter().filter_map(at_index).filter(fits)),
            Look::Under(key) => Box::new(
                self.named[key]
                    .iter()
                    .filter_map(at_index)
                    .flat_map(|node| {
                        let below = node.descendants_it().take(MAX_BELOW);
                        below.collect::<Vec<_>>()
                    })
                    .filter(fits),
            ),
            Look::Facts => Box::new(self.page.facts.iter().filter_map(by_id).filter(fits)),
            Look::Anywhere => Box::new(
                self.page
                    .nodes
                    .iter()
                    .filter(|node| node.role != Role::Text)
                    .filter_map(move |node| by_id(&node.id))
                    .filter(fits),
            ),
        }
    }
}

/// The parts of a selector between its combinators.
fn compounds(selector: &str) -> Vec<&str> {
    let mut in_brackets = false;
    selector
        .split(|c: char| {
            in_brackets = match c {
                '[' => true,
                ']' => false,
                _ => in_brackets,
            };
            !in_brackets && (c.is_whitespace() || matches!(c, '>' | '+' | '~'))
        })
        .filter(|part| !part.is_empty())
        .collect()
}

/// Attributes that count among the names of an element.
const NAMING: &[&str] = &[
    "class",
    "id",
    "data-role",
    "data-type",
    "data-component",
    "data-testid",
    "data-module",
    "type",
    "itemprop",
];

/// A class, id or naming attribute that an element must have.
fn name_in(compound: &str) -> Option<&str> {
    let plain = compound.split('[').next().unwrap_or("");
    let by_mark = plain.find(['.', '#']).map(|at| &plain[at + 1..]);
    if let Some(name) = by_mark {
        return name
            .split(['.', '#', ':'])
            .next()
            .filter(|name| !name.is_empty());
    }
    let (_, rest) = compound.split_once('[')?;
    let (attribute, value) = rest.split_once('=')?;
    let attribute = attribute.trim_end_matches(['*', '^', '$', '~', '|']);
    let value = value.split(']').next()?.trim_matches(['"', '\'']);
    (NAMING.contains(&attribute) && !value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_where_to_look() {
        let look = |selector: &str| {
            let mut selectors = Selectors::default();
            let look = selectors.look_of(selector);
            (look, selectors.keys.pop().unwrap_or_default())
        };
        let named = |name: &str| (Look::Named(0), name.to_owned());
        assert_eq!(look("article.fck_detail"), named("fck_detail"));
        assert_eq!(look(".a > [data-role='content']"), named("content"));
        assert_eq!(look("div[class^=intro__]"), named("intro__"));
        assert_eq!(
            look(".breadcrumb li a"),
            (Look::Under(0), "breadcrumb".into())
        );
        assert_eq!(look("figure").0, Look::Anywhere);
        assert_eq!(look("p:not(.x)").0, Look::Anywhere);
        assert_eq!(look("meta[name=generator]").0, Look::Facts);
    }
}
