//! `doctor`, `rebuild`, `backup` and `config`: looking after an installation.

use std::path::Path;

use anyhow::Result;
use indexer::{Archive, Queue, SearchIndex};
use models::domain::{DigestScope, HealthStatus};
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
    ];
    let mut output = Output::stdout();
    for finding in &findings {
        if as_json {
            let is_well = finding.is_well;
            output.json(&json!({"part": finding.part, "ok": is_well, "detail": finding.detail}))?;
        } else {
            let mark = if finding.is_well { "✓" } else { "✗" };
            output.text(&format!("{mark} {}: {}", finding.part, finding.detail))?;
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
    })
}

fn index(store: &Store) -> Result<Finding> {
    let lag = store.search.lag(&store.archive)?;
    let detail = format!("{} tin, chậm {lag} lần ghi", store.search.n_mentions()?);
    Ok(Finding {
        part: "chỉ mục / index",
        is_well: lag == 0,
        detail,
    })
}

fn captures(store: &Store) -> Result<Finding> {
    let usage = store.captures.usage()?;
    let detail = format!("{} bản, {} byte", usage.n_bodies, usage.disk_bytes);
    Ok(Finding {
        part: "bản chụp / captures",
        is_well: true,
        detail,
    })
}

fn sources(city: &City, store: &Store) -> Result<Finding> {
    let health = store.archive.latest_health()?;
    let ill = health
        .iter()
        .filter(|seen| !seen.status.is_healthy() && seen.status != HealthStatus::Disabled)
        .map(|seen| format!("{} {}", seen.source, seen.status.code()))
        .collect::<Vec<_>>();
    let detail = format!(
        "{} trong cấu hình, {} đã thăm, {} có vấn đề {}",
        city.sources.len(),
        health.len(),
        ill.len(),
        ill.join(", ")
    );
    Ok(Finding {
        part: "nguồn / sources",
        is_well: ill.is_empty(),
        detail,
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
        detail: detail.trim_end().to_owned(),
    })
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
