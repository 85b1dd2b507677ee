//! `doctor`, `rebuild` and `config`: looking after an installation.

use std::fmt::Write;

use anyhow::Result;
use api::lines::format_time;
use indexer::{Accounts, Archive, AuditVerdict, MessageState, Outbox, Queue};
use jiff::{SignedDuration, Timestamp};
use models::domain::{DigestScope, EndpointProof, HealthStatus, SourceHealth, SourceKind};
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
        audit(store)?,
        time(store)?,
        secrets(city),
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
    let n_kept = store.archive.counts()?.n_mentions;
    // A server may be down without anything being wrong with the record.
    let (is_well, detail) = match indexed(store, n_kept) {
        Ok(found) => found,
        Err(why) => (false, why.to_string()),
    };
    Ok(Finding {
        part: "chỉ mục / index",
        is_well,
        detail,
        ill: Vec::new(),
    })
}

fn indexed(store: &Store, n_kept: u64) -> indexer::Result<(bool, String)> {
    let place = store.search.place()?;
    let lag = store.search.lag(&store.archive)?;
    let n_found = store.search.n_mentions()?;
    let mut detail = format!("{n_found} tin, chậm {lag} lần ghi; {place}");
    // While it is behind it may hold other mentions than the record.
    let is_equal = lag > 0 || n_found == n_kept;
    if !is_equal {
        let _ = write!(detail, "; hồ sơ có {n_kept}: chạy / run `langnghe rebuild`");
    }
    Ok((lag == 0 && is_equal, detail))
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

/// Whether the log of what officers did is as it was written.
fn audit(store: &Store) -> Result<Finding> {
    let (is_well, detail) = match store.archive.verify_audit()? {
        AuditVerdict::Sound { n_rows, .. } => (true, format!("{n_rows} dòng, nguyên vẹn / sound")),
        AuditVerdict::Broken { seq, .. } => (
            false,
            format!("dòng / line {seq} bị sửa hoặc mất: `langnghe audit verify`"),
        ),
    };
    Ok(Finding {
        part: "nhật ký / audit",
        is_well,
        detail,
        ill: Vec::new(),
    })
}

/// What was seen in the future was seen under a clock that was wrong then, or is wrong now.
fn time(store: &Store) -> Result<Finding> {
    const TOLERATED: SignedDuration = SignedDuration::from_mins(5);
    let now = clock::now();
    let seen = store.archive.latest_health()?;
    let newest = seen.iter().map(|health| health.observed_at).max();
    let ahead = newest.filter(|newest| newest.duration_since(now) > TOLERATED);
    Ok(Finding {
        part: "đồng hồ / clock",
        is_well: ahead.is_none(),
        detail: ahead.map_or_else(
            || format_time(now),
            |ahead| {
                format!(
                    "bây giờ là {}, nhưng có nguồn đã thăm lúc {}: chỉnh đồng hồ của máy / set the clock",
                    format_time(now),
                    format_time(ahead)
                )
            },
        ),
        ill: Vec::new(),
    })
}

/// Places of secrets that nothing can be read from. What they hold is shown nowhere.
fn secrets(city: &City) -> Finding {
    let endpoints = city
        .endpoints
        .all
        .iter()
        .filter(|one| one.disabled.is_none());
    let mut places = endpoints
        .flat_map(|one| match &one.proof {
            EndpointProof::Signature(places) => places.clone(),
            EndpointProof::Bearer(place) => vec![place.clone()],
        })
        .collect::<Vec<_>>();
    let login = city
        .mail
        .as_ref()
        .and_then(|mail| mail.server.login.as_ref());
    places.extend(login.map(|(_, place)| place.clone()));
    for source in city.sources.iter().filter(|one| one.disabled.is_none()) {
        if let SourceKind::Webhook(hooks) = &source.kind {
            places.extend(hooks.iter().cloned());
        }
    }
    let missing = places
        .iter()
        .filter_map(|place| crawler::secret(place).err());
    let missing = missing.collect::<Vec<_>>();
    Finding {
        part: "khóa bí mật / secrets",
        is_well: missing.is_empty(),
        detail: if missing.is_empty() {
            format!("{} chỗ đọc được / can be read", places.len())
        } else {
            missing.join("; ")
        },
        ill: Vec::new(),
    }
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
