//! The state of the sources: what needs attention first.

use askama::Template;
use models::domain::{HealthStatus, Source, SourceHealth};

use super::Layout;
use crate::i18n::{Lang, fill};
use crate::state::AppState;

pub(crate) struct SourceRow {
    pub(crate) name: String,
    pub(crate) channel: &'static str,
    pub(crate) host: String,
    pub(crate) status: &'static str,
    pub(crate) class: &'static str,
    pub(crate) seen: Option<String>,
    pub(crate) newest: Option<String>,
    pub(crate) detail: String,
}

pub(crate) struct SourceGroup {
    pub(crate) anchor: &'static str,
    pub(crate) name: &'static str,
    pub(crate) sources: Vec<SourceRow>,
}

/// `/nguon`.
#[derive(Template)]
#[template(path = "sources.html")]
pub(crate) struct SourcesPage {
    pub(crate) page: Layout,
    pub(crate) lede: String,
    pub(crate) groups: Vec<SourceGroup>,
}

impl SourcesPage {
    pub(crate) fn new(app: &AppState, page: Layout, health: &[SourceHealth]) -> Self {
        let (t, lang) = (page.t, page.lang);
        let mut groups = [
            ("attention", t.group_attention),
            ("well", t.group_well),
            ("off", t.group_off),
        ]
        .map(|(anchor, name)| SourceGroup {
            anchor,
            name,
            sources: Vec::new(),
        });
        for source in app.sources.iter() {
            let seen = health.iter().find(|seen| seen.source == source.id);
            let row = SourceRow::new(lang, source, seen);
            let group = match row.class {
                "bad" => 0,
                "good" => 1,
                _ => 2,
            };
            groups[group].sources.push(row);
        }
        let n_running = groups[0].sources.len() + groups[1].sources.len();
        let counts = [groups[1].sources.len().to_string(), n_running.to_string()];
        let lede = fill(t.sources_lede, &[&counts[0], &counts[1]]);
        let groups = groups.into_iter().filter(|group| !group.sources.is_empty());
        Self {
            lede,
            groups: groups.collect(),
            page,
        }
    }
}

impl SourceRow {
    fn new(lang: Lang, source: &Source, seen: Option<&SourceHealth>) -> Self {
        let t = lang.texts();
        let status = match (&source.disabled, seen) {
            (Some(_), _) => HealthStatus::Disabled,
            (None, Some(seen)) => seen.status,
            (None, None) => HealthStatus::Pending,
        };
        Self {
            name: source.name.clone(),
            channel: t.channel(source.channel),
            host: host(&source.url).to_owned(),
            status: t.health(status),
            class: match status {
                HealthStatus::Fresh => "good",
                HealthStatus::Disabled | HealthStatus::Pending => "wait",
                _ => "bad",
            },
            seen: seen.map(|seen| fill(t.source_seen, &[&lang.moment(seen.observed_at)])),
            newest: seen
                .and_then(|seen| seen.newest_entry_at)
                .map(|moment| fill(t.source_newest, &[&lang.moment(moment)])),
            detail: match &source.disabled {
                Some(reason) => reason.clone(),
                None => seen.map_or_else(String::new, |seen| seen.detail.clone()),
            },
        }
    }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}
