//! `outlets.toml`: whose page is whose, and where it keeps what.

use std::path::Path;

use crawler::extract::{Layout, OutletRules, Outlets};
use serde::Deserialize;

use super::ConfigError;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    layout: Vec<LayoutEntry>,
    #[serde(default)]
    outlet: Vec<OutletEntry>,
}

// `deny_unknown_fields` and `flatten` do not go together, so the lists stand in both shapes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutEntry {
    id: String,
    #[serde(default)]
    detect: Vec<String>,
    #[serde(default)]
    title: Vec<String>,
    #[serde(default)]
    lead: Vec<String>,
    #[serde(default)]
    body: Vec<String>,
    #[serde(default)]
    date: Vec<String>,
    #[serde(default)]
    section: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    paywall: Vec<String>,
    #[serde(default)]
    video: Vec<String>,
    #[serde(default)]
    gallery: Vec<String>,
    #[serde(default)]
    live: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutletEntry {
    name: String,
    hosts: Vec<String>,
    layout: Option<String>,
    #[serde(default)]
    title: Vec<String>,
    #[serde(default)]
    lead: Vec<String>,
    #[serde(default)]
    body: Vec<String>,
    #[serde(default)]
    date: Vec<String>,
    #[serde(default)]
    section: Vec<String>,
    #[serde(default)]
    remove: Vec<String>,
    #[serde(default)]
    paywall: Vec<String>,
    #[serde(default)]
    video: Vec<String>,
    #[serde(default)]
    gallery: Vec<String>,
    #[serde(default)]
    live: Vec<String>,
}

/// Reads the text of an outlets file; complaints name the outlet and the selector.
pub fn parse_outlets(path: &Path, text: &str) -> Result<Outlets, ConfigError> {
    let file: File = toml::from_str(text).map_err(|e| ConfigError::syntax(path, text, &e))?;
    let layouts: Vec<Layout> = file
        .layout
        .into_iter()
        .map(LayoutEntry::into_layout)
        .collect();
    let rules: Vec<OutletRules> = file
        .outlet
        .into_iter()
        .map(OutletEntry::into_rules)
        .collect();
    Outlets::new(&layouts, &rules).map_err(|error| ConfigError::data(path, error.to_string()))
}

impl LayoutEntry {
    fn into_layout(self) -> Layout {
        Layout {
            id: self.id,
            detect: self.detect,
            title: self.title,
            lead: self.lead,
            body: self.body,
            date: self.date,
            section: self.section,
            remove: self.remove,
            paywall: self.paywall,
            video: self.video,
            gallery: self.gallery,
            live: self.live,
        }
    }
}

impl OutletEntry {
    fn into_rules(self) -> OutletRules {
        let own = Layout {
            id: self.name.clone(),
            detect: Vec::new(),
            title: self.title,
            lead: self.lead,
            body: self.body,
            date: self.date,
            section: self.section,
            remove: self.remove,
            paywall: self.paywall,
            video: self.video,
            gallery: self.gallery,
            live: self.live,
        };
        OutletRules {
            name: self.name,
            hosts: self.hosts,
            layout: self.layout,
            own,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../config/outlets.toml");

    fn parse(text: &str) -> Result<Outlets, ConfigError> {
        parse_outlets(Path::new("outlets.toml"), text)
    }

    #[test]
    fn the_shipped_file_is_right() {
        let outlets = parse(SHIPPED).unwrap();
        let name = |url: &str| outlets.name_of(&url.parse().unwrap()).map(str::to_owned);
        assert_eq!(
            name("https://www.sggp.org.vn/a.html").as_deref(),
            Some("Sài Gòn Giải Phóng")
        );
        assert_eq!(
            name("https://e.vnexpress.net/a").as_deref(),
            Some("VnExpress International")
        );
    }

    #[test]
    fn mistakes_are_refused_by_name() {
        let unknown = parse("[[outlet]]\nname = \"A\"\nhosts = []\nselector = []\n");
        assert!(unknown.is_err());
        let selector = parse("[[outlet]]\nname = \"A\"\nhosts = [\"a.vn\"]\nbody = [\"div[\"]\n");
        assert!(selector.unwrap_err().to_string().contains("div["));
        let layout = parse("[[outlet]]\nname = \"A\"\nhosts = [\"a.vn\"]\nlayout = \"x\"\n");
        assert!(layout.unwrap_err().to_string().contains("does not exist"));
    }
}
