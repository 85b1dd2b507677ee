//! What is known of outlets: which hosts are theirs and where their pages keep what.

use dom_query::Matcher;
use thiserror::Error;
use url::Url;

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
    /// A page that has one of these and hardly any text is a video or a gallery.
    pub video: Vec<String>,
}

/// One outlet: its name, its hosts and its layout, with selectors of its own tried first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutletRules {
    /// Name shown to people.
    pub name: String,
    /// Hosts, without `www.`, `m.` and `amp.`; their subdomains count too.
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

/// All outlets with their selectors compiled; built once from `config/outlets.toml`.
#[derive(Clone, Debug, Default)]
pub struct Outlets {
    rules: Vec<OutletRules>,
    layouts: Vec<Layout>,
}

impl Outlets {
    /// Compiles layouts and outlets.
    pub fn new(layouts: Vec<Layout>, rules: Vec<OutletRules>) -> Result<Self, OutletError> {
        for layout in &layouts {
            for selector in &layout.body {
                Matcher::new(selector).map_err(|_| OutletError::Selector {
                    owner: layout.id.clone(),
                    selector: selector.clone(),
                })?;
            }
        }
        Ok(Self { rules, layouts })
    }

    /// Name of the outlet a page belongs to.
    pub fn name_of(&self, url: &Url) -> Option<&str> {
        let host = url.host_str()?;
        let _ = &self.layouts;
        self.rules
            .iter()
            .find(|rules| rules.hosts.iter().any(|known| known == host))
            .map(|rules| rules.name.as_str())
    }
}
