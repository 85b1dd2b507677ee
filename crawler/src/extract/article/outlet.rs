//! What is known of outlets: which hosts are theirs and where their pages keep what.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use thiserror::Error;
use url::Url;

use super::page::Page;
use super::selectors::Selectors;

/// Where a family of pages keeps what: CSS selectors, the first that finds text wins. `remove` lists
/// what is cut from the body before it is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// Identifier that outlets refer to.
    pub id: String,
    /// A page of an unknown host that has one of these is read by this layout.
    pub detect: Vec<String>,
    /// Headline.
    pub title: Vec<String>,
    /// Lead (sapo).
    pub lead: Vec<String>,
    /// Body.
    pub body: Vec<String>,
    /// Publication time, as text or in a `datetime` or `content` attribute.
    pub date: Vec<String>,
    /// Section or category.
    pub section: Vec<String>,
    /// Furniture inside the body.
    pub remove: Vec<String>,
    /// A page that has one of these shows only the beginning to those who do not pay.
    pub paywall: Vec<String>,
    /// A page that has one of these and hardly any text is a video.
    pub video: Vec<String>,
    /// A page that has one of these and hardly any text is a gallery.
    pub gallery: Vec<String>,
    /// A page that has one of these is a live blog.
    pub live: Vec<String>,
}

/// One outlet: its name, its hosts and its layout, with selectors of its own tried first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutletRules {
    /// Name shown to people.
    pub name: String,
    /// Hosts, without `www.`; their subdomains count too.
    pub hosts: Vec<String>,
    /// Layout of its pages.
    pub layout: Option<String>,
    /// Selectors tried before those of the layout; `id` and `detect` are ignored.
    pub own: Layout,
}

/// A mistake in the outlet configuration.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum OutletError {
    /// A selector that is none.
    #[error("outlet {owner:?}: {selector:?} is not a CSS selector")]
    Selector {
        /// Name of the outlet or layout.
        owner: String,
        /// The selector.
        selector: String,
    },
    /// A layout that does not exist.
    #[error("outlet {outlet:?} refers to the layout {layout:?}, which does not exist")]
    UnknownLayout {
        /// Name of the outlet.
        outlet: String,
        /// The layout it names.
        layout: String,
    },
    /// Two outlets with the same host.
    #[error("the host {host:?} belongs to two outlets, {first:?} and {second:?}")]
    SharedHost {
        /// The host.
        host: String,
        /// Name of one outlet.
        first: String,
        /// Name of the other.
        second: String,
    },
}

#[derive(Clone, Debug)]
struct Outlet {
    name: String,
    /// Those of the layout where the outlet has none of its own.
    selectors: Arc<Selectors>,
}

/// All outlets with their selectors compiled; built once from `config/outlets.toml`.
#[derive(Clone, Debug, Default)]
pub struct Outlets {
    known: Vec<Outlet>,
    by_host: FxHashMap<String, usize>,
    layouts: Vec<Arc<Selectors>>,
    /// Signs by which pages of unknown hosts show their layout, in the order of the layouts.
    detecting: Selectors,
}

impl Outlets {
    /// Compiles layouts and outlets.
    pub fn new(layouts: &[Layout], rules: &[OutletRules]) -> Result<Self, OutletError> {
        let mut by_id = FxHashMap::default();
        let mut built = Self {
            detecting: Selectors::detecting(layouts)?,
            ..Self::default()
        };
        for layout in layouts {
            let selectors = Arc::new(Selectors::compile(&layout.id, layout, None)?);
            by_id.insert(layout.id.as_str(), Arc::clone(&selectors));
            built.layouts.push(selectors);
        }
        for rule in rules {
            let layout = match rule.layout.as_deref() {
                None => None,
                Some(id) => Some(by_id.get(id).ok_or_else(|| OutletError::UnknownLayout {
                    outlet: rule.name.clone(),
                    layout: id.to_owned(),
                })?),
            };
            let own = Selectors::compile(&rule.name, &rule.own, layout.map(Arc::as_ref))?;
            let selectors = match layout {
                Some(layout) if own.adds_nothing_to(layout) => Arc::clone(layout),
                _ => Arc::new(own),
            };
            built.add(rule, selectors)?;
        }
        Ok(built)
    }

    fn add(&mut self, rule: &OutletRules, selectors: Arc<Selectors>) -> Result<(), OutletError> {
        let at = self.known.len();
        for host in &rule.hosts {
            let host = host.to_ascii_lowercase();
            if let Some(first) = self
                .by_host
                .insert(host.clone(), at)
                .filter(|first| *first != at)
            {
                return Err(OutletError::SharedHost {
                    host,
                    first: self.known[first].name.clone(),
                    second: rule.name.clone(),
                });
            }
        }
        self.known.push(Outlet {
            name: rule.name.clone(),
            selectors,
        });
        Ok(())
    }

    /// Name of the outlet a page belongs to.
    pub fn name_of(&self, url: &Url) -> Option<&str> {
        self.find(url).map(|outlet| outlet.name.as_str())
    }

    /// The longest known suffix of the host decides.
    fn find(&self, url: &Url) -> Option<&Outlet> {
        let mut host = url.host_str()?;
        loop {
            if let Some(at) = self.by_host.get(host) {
                return self.known.get(*at);
            }
            host = host.split_once('.')?.1;
        }
    }

    /// Selectors for a page: those of its outlet, else of the layout it shows signs of.
    pub(super) fn selectors(
        &self,
        url: &Url,
        document: &dom_query::Document,
        page: &Page,
    ) -> Option<&Selectors> {
        if let Some(outlet) = self.find(url) {
            return Some(&outlet.selectors);
        }
        let found = self.detecting.look_over(document, page).shown_layout()?;
        self.layouts.get(found).map(Arc::as_ref)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(name: &str, host: &str) -> OutletRules {
        OutletRules {
            name: name.into(),
            hosts: vec![host.into()],
            ..OutletRules::default()
        }
    }

    #[test]
    fn finds_outlets_by_host_and_subdomain() {
        let rules = [rule("Mẹ", "example.vn"), rule("Con", "con.example.vn")];
        let outlets = Outlets::new(&[], &rules).unwrap();
        let name = |url: &str| {
            outlets
                .name_of(&Url::parse(url).unwrap())
                .map(str::to_owned)
        };
        assert_eq!(name("https://www.example.vn/a").as_deref(), Some("Mẹ"));
        assert_eq!(name("https://con.example.vn/a").as_deref(), Some("Con"));
        assert_eq!(name("https://other.vn/a"), None);
    }

    #[test]
    fn refuses_mistakes_with_their_place() {
        let mut bad = rule("Báo", "example.vn");
        bad.own.body = vec!["div[".into()];
        let error = Outlets::new(&[], &[bad]).unwrap_err().to_string();
        assert_eq!(error, "outlet \"Báo\": \"div[\" is not a CSS selector");
        let mut lost = rule("Báo", "example.vn");
        lost.layout = Some("nowhere".into());
        assert!(matches!(
            Outlets::new(&[], &[lost]),
            Err(OutletError::UnknownLayout { .. })
        ));
        let twins = [rule("A", "example.vn"), rule("B", "example.vn")];
        assert!(matches!(
            Outlets::new(&[], &twins),
            Err(OutletError::SharedHost { .. })
        ));
    }
}
