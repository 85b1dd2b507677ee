//! The state of the sources: what needs attention first.

use askama::Template;
use askama::filters::urlencode_strict;
use jiff::civil::Date;
use models::domain::{HealthStatus, Source, SourceHealth, SourceId};

use super::Layout;
use super::source_strip::{STRIP_DAYS, Seen, Strip, days_of, strip};
use crate::i18n::{Lang, fill};
use crate::state::AppState;

pub(crate) struct SourceRow {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) channel: &'static str,
    pub(crate) host: String,
    pub(crate) status: &'static str,
    pub(crate) class: &'static str,
    pub(crate) seen: Option<String>,
    pub(crate) newest: Option<String>,
    pub(crate) detail: String,
    pub(crate) advice: Option<&'static str>,
    pub(crate) strip: Option<LabelledStrip>,
}

pub(crate) struct LabelledStrip {
    pub(crate) drawn: Strip,
    pub(crate) label: String,
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
    pub(crate) fn new(app: &AppState, page: Layout, health: &[SourceHealth], seen: &Seen) -> Self {
        let (t, lang, today) = (page.t, page.lang, app.today());
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
            let latest = health.iter().find(|latest| latest.source == source.id);
            let mut row = SourceRow::new(lang, source, latest);
            row.strip = labelled(lang, seen, &source.id, today);
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

    /// Whether any strip is there to be explained.
    pub(crate) fn has_strips(&self) -> bool {
        let mut rows = self.groups.iter().flat_map(|group| &group.sources);
        rows.any(|row| row.strip.is_some())
    }
}

/// The strip of a source; nothing when nothing is on record.
pub(super) fn labelled(
    lang: Lang,
    seen: &Seen,
    source: &SourceId,
    today: Date,
) -> Option<LabelledStrip> {
    let days = days_of(seen, source, today);
    if days
        .iter()
        .all(|day| day.seen.is_none() && day.n_heard == 0)
    {
        return None;
    }
    let drawn = strip(&days);
    let values = [
        STRIP_DAYS.unsigned_abs(),
        drawn.n_heard,
        drawn.n_expected,
        drawn.n_trouble as u64,
    ];
    let values = values.map(|n| lang.count(n));
    let values = values.each_ref().map(String::as_str);
    Some(LabelledStrip {
        label: fill(lang.texts().strip_label, &values),
        drawn,
    })
}

impl Lang {
    /// The page of a source.
    pub(crate) fn source_href(self, id: &SourceId) -> String {
        // A text filter over memory cannot fail; an empty id would lead to the list.
        let id = urlencode_strict(id.as_str()).map_or_else(|_| String::new(), |id| id.to_string());
        self.href(&format!("/nguon/{id}"))
    }
}

/// How a source is doing, by the configuration first.
pub(super) fn status_of(source: &Source, latest: Option<&SourceHealth>) -> HealthStatus {
    match (&source.disabled, latest) {
        (Some(_), _) => HealthStatus::Disabled,
        (None, Some(latest)) => latest.status,
        (None, None) => HealthStatus::Pending,
    }
}

/// The colour class of a status.
pub(super) fn status_class(status: HealthStatus) -> &'static str {
    match status {
        HealthStatus::Fresh => "good",
        HealthStatus::Disabled | HealthStatus::Pending => "wait",
        _ => "bad",
    }
}

impl SourceRow {
    pub(super) fn new(lang: Lang, source: &Source, latest: Option<&SourceHealth>) -> Self {
        let t = lang.texts();
        let status = status_of(source, latest);
        let class = status_class(status);
        Self {
            name: source.name.clone(),
            href: lang.source_href(&source.id),
            channel: t.channel(source.channel),
            host: host(&source.url).to_owned(),
            status: t.health(status),
            class,
            seen: latest.map(|seen| fill(t.source_seen, &[&lang.moment(seen.observed_at)])),
            newest: latest
                .and_then(|seen| seen.newest_entry_at)
                .map(|moment| fill(t.source_newest, &[&lang.moment(moment)])),
            detail: match &source.disabled {
                Some(reason) => reason.clone(),
                None => latest.map_or_else(String::new, |seen| seen.detail.clone()),
            },
            advice: t.advice(status).filter(|_| class == "bad"),
            strip: None,
        }
    }
}

fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest)
}
