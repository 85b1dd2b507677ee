//! The outlets that the program ships, read without the program.

use std::fs;
use std::path::Path;

use crawler::extract::{Layout, OutletRules, Outlets};

pub fn outlets() -> Outlets {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../config/outlets.toml");
    let file: toml::Table = fs::read_to_string(path).unwrap().parse().unwrap();
    let entries = |key: &str| file[key].as_array().unwrap().clone();
    let layouts: Vec<Layout> = entries("layout").iter().map(layout_of).collect();
    let rules: Vec<OutletRules> = entries("outlet")
        .iter()
        .map(|entry| OutletRules {
            name: entry["name"].as_str().unwrap().to_owned(),
            hosts: strings(entry, "hosts"),
            layout: entry
                .get("layout")
                .map(|id| id.as_str().unwrap().to_owned()),
            own: layout_of(entry),
        })
        .collect();
    Outlets::new(&layouts, &rules).unwrap()
}

fn layout_of(entry: &toml::Value) -> Layout {
    let id = entry.get("id").or_else(|| entry.get("name")).unwrap();
    Layout {
        id: id.as_str().unwrap().to_owned(),
        detect: strings(entry, "detect"),
        title: strings(entry, "title"),
        lead: strings(entry, "lead"),
        body: strings(entry, "body"),
        date: strings(entry, "date"),
        section: strings(entry, "section"),
        remove: strings(entry, "remove"),
        paywall: strings(entry, "paywall"),
        video: strings(entry, "video"),
        gallery: strings(entry, "gallery"),
        live: strings(entry, "live"),
    }
}

fn strings(entry: &toml::Value, key: &str) -> Vec<String> {
    let list = entry.get(key).and_then(toml::Value::as_array);
    list.into_iter()
        .flatten()
        .map(|text| text.as_str().unwrap().to_owned())
        .collect()
}
