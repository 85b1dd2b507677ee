//! `doctor`, `rebuild`, `backup` and `config`: looking after an installation.

use std::path::Path;

use anyhow::Result;
use api::lines::format_time;
use indexer::{Archive, MessageState, Outbox, Queue, SearchIndex};
use jiff::Timestamp;
use models::domain::{DigestScope, HealthStatus, SourceHealth};
use serde_json::json;

use super::lines::{Outcome, Output};
use crate::city::City;
use crate::cli::{ConfigAction, Rebuild};
use crate::clock;
use crate::config::DEFAULT_FILE;
use crate::pipeline::Pipeline;
use crate::schedule;
use crate::store::Store;

/// `langnghe doctor`: one finding a line, exit code 2 when something is wrong.
pub fn doctor(city: &City, store: &Store, as_json: bool) -> Result<Outcome> {
    let findings = [
        record(store)?,
        index(store)?,
        captures(store)?,
        sources(city, store)?,
        pages(store)?,
        newest_digest(store)?,
        outbox(store)?,
    ];
    let mut output = Output::stdout();
    for finding in &findings {
        if as_json {
            let is_well = finding.is_well;
            let mut line = json!({"part": finding.part, "ok": is_well, "detail": finding.detail});
            if !finding.ill.is_empty() {
                line["sources"] = finding.ill.iter().map(Ill::to_json).collect();
            }
            output.json(&line)?;
        } else {
            let mark = if finding.is_well { "✓" } else { "✗" };
            output.text(&format!("{mark} {}: {}", finding.part, finding.detail))?;
            for ill in &finding.ill {
                output.text(&ill.to_text())?;
            }
        }
    }
    output.finish()?;
    let all_well = findings.iter().all(|finding| finding.is_well);
    Ok(if all_well {
        Outcome::Done
    } else {
        Outcome::SomeBad
    })
}

struct Finding {
    part: &'static str,
    is_well: bool,
    detail: String,
    /// Sources that need attention.
    ill: Vec<Ill>,
}

/// A source that needs attention.
struct Ill {
    health: SourceHealth,
    since: Timestamp,
}

impl Ill {
    fn to_text(&self) -> String {
        let (vietnamese, english) = api::health_advice(self.health.status).unwrap_or_default();
        format!(
            "  {} [{}] từ / since {}: {}\n    → {vietnamese}\n    → {english}",
            self.health.source,
            self.health.status.code(),
            format_time(self.since),
            self.health.detail
        )
    }

    fn to_json(&self) -> serde_json::Value {
        json!({
            "id": self.health.source.to_string(),
            "status": self.health.status.code(),
            "since": format_time(self.since),
            "detail": self.health.detail,
            "advice": api::health_advice(self.health.status).map(|(_, english)| english),
        })
    }
}

fn record(store: &Store) -> Result<Finding> {
    let wrong = store.archive.check()?;
    let counts = store.archive.counts()?;
    let detail = if wrong.is_empty() {
        format!(
            "{} tin, {} phiếu, {} vấn đề, {} bản tin; lược đồ {}",
            counts.n_mentions,
            counts.n_tickets,
            counts.n_concerns,
            counts.n_digests,
            store.archive.schema_version()?
        )
    } else {
        wrong.join("; ")
    };
    Ok(Finding {
        part: "hồ sơ / record",
        is_well: wrong.is_empty(),
        detail,
        ill: Vec::new(),
    })
}

fn index(store: &Store) -> Result<Finding> {
    let lag = store.search.lag(&store.archive)?;
    let detail = format!("{} tin, chậm {lag} lần ghi", store.search.n_mentions()?);
    Ok(Finding {
        part: "chỉ mục / index",
        is_well: lag == 0,
        detail,
        ill: Vec::new(),
    })
}

fn captures(store: &Store) -> Result<Finding> {
    let usage = store.captures.usage()?;
    let detail = format!("{} bản, {} byte", usage.n_bodies, usage.disk_bytes);
    Ok(Finding {
        part: "bản chụp / captures",
        is_well: true,
        detail,
        ill: Vec::new(),
    })
}

fn sources(city: &City, store: &Store) -> Result<Finding> {
    let health = store.archive.latest_health()?;
    let is_ill = |seen: &&SourceHealth| {
        let is_off = matches!(seen.status, HealthStatus::Disabled | HealthStatus::Pending);
        !seen.status.is_healthy() && !is_off
    };
    let mut ill = Vec::new();
    for seen in health.iter().filter(is_ill) {
        let since = ill_since(store, seen)?;
        ill.push(Ill {
            health: seen.clone(),
            since,
        });
    }
    let detail = format!(
        "{} trong cấu hình, {} đã thăm, {} có vấn đề",
        city.sources.len(),
        health.len(),
        ill.len(),
    );
    Ok(Finding {
        part: "nguồn / sources",
        is_well: ill.is_empty(),
        detail,
        ill,
    })
}

/// Pages that wait are no fault, nor is one that its site keeps to itself; the reasons are shown.
fn pages(store: &Store) -> Result<Finding> {
    const REASONS_SHOWN: usize = 3;
    let counts = store.archive.queue_counts()?;
    let given_up = store.archive.given_up(REASONS_SHOWN)?;
    let reasons = given_up
        .iter()
        .map(|page| format!("{}: {}", page.page.source, page.reason))
        .collect::<Vec<_>>();
    let detail = format!(
        "{} trang chờ đọc ở {} máy chủ, {} trang không đọc được {}",
        counts.n_waiting,
        counts.n_hosts,
        counts.n_given_up,
        reasons.join("; ")
    );
    Ok(Finding {
        part: "trang / pages",
        is_well: true,
        ill: Vec::new(),
        detail: detail.trim_end().to_owned(),
    })
}

/// The first of the latest visits in a row that found it so.
fn ill_since(store: &Store, seen: &SourceHealth) -> Result<Timestamp> {
    const VISITS: usize = 500;
    let history = store.archive.health_history(&seen.source, VISITS)?;
    let same = history.iter().take_while(|at| at.status == seen.status);
    Ok(same
        .last()
        .map_or(seen.observed_at, |first| first.observed_at))
}

fn newest_digest(store: &Store) -> Result<Finding> {
    let days = store.archive.digest_days(&DigestScope::City)?;
    let detail = days
        .first()
        .map_or("chưa có".to_owned(), ToString::to_string);
    Ok(Finding {
        part: "bản tin mới nhất / newest digest",
        is_well: !days.is_empty(),
        detail,
        ill: Vec::new(),
    })
}

/// Messages that were given up want somebody to look at them.
fn outbox(store: &Store) -> Result<Finding> {
    let counts = store.archive.message_counts()?;
    let n = |wanted| {
        let of_state = counts.iter().filter(|(_, state, _)| *state == wanted);
        of_state.map(|(_, _, n)| n).sum::<u64>()
    };
    let (n_waiting, n_dead) = (n(MessageState::Waiting), n(MessageState::Dead));
    Ok(Finding {
        part: "hộp thư đi / outbox",
        is_well: n_dead == 0,
        detail: format!("{n_waiting} thư chờ, {n_dead} thư bị bỏ"),
        ill: Vec::new(),
    })
}

/// `langnghe rebuild`
pub fn rebuild(pipeline: &Pipeline, what: &Rebuild) -> Result<Outcome> {
    if what.annotations {
        pipeline.annotate_again()?;
    }
    let caught_up = pipeline.search.rebuild(pipeline.archive.as_ref())?;
    schedule::refresh(pipeline, clock::now())?;
    let mut output = Output::stdout();
    output.text(&format!(
        "dựng lại chỉ mục: {} lần ghi",
        caught_up.n_changes
    ))?;
    output.finish()?;
    Ok(Outcome::Done)
}

/// `langnghe backup`
pub fn backup(store: &Store, file: &Path) -> Result<Outcome> {
    store.archive.backup_to(file)?;
    let mut output = Output::stdout();
    output.text(&format!("đã sao lưu vào {}", file.display()))?;
    output.finish()?;
    Ok(Outcome::Done)
}

/// `langnghe config`; by the time it is called every file has been read.
pub fn config(city: &City, action: &ConfigAction) -> Result<Outcome> {
    let mut output = Output::stdout();
    match action {
        ConfigAction::Check => {
            let off = city
                .sources
                .iter()
                .filter(|source| source.disabled.is_some())
                .count();
            output.text(&format!(
                "cấu hình dùng được / configuration is sound: {} nguồn ({off} tắt), {} đơn vị",
                city.sources.len(),
                city.units().len()
            ))?;
        }
        ConfigAction::Default => output.text(DEFAULT_FILE.trim_end())?,
    }
    output.finish()?;
    Ok(Outcome::Done)
}
