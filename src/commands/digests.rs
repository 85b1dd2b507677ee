//! `digest`: what was published, made again, and judged by the days after.

use anyhow::{Context, Result};
use api::lines::{DigestLine, GradeLine, LeagueLine};
use indexer::Archive;
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{Digest, DigestScope, Interval, Period, PeriodKind};
use serde_json::json;

use super::lines::{Outcome, Output};
use crate::city::City;
use crate::cli::{Replay, WhichDigest, WhichGrades, WhichLeague};
use crate::pipeline::Pipeline;
use crate::replay;
use crate::store::Store;

/// `langnghe digest`
pub fn digest(city: &City, store: &Store, which: &WhichDigest, json: bool) -> Result<Outcome> {
    let scope = city.scope(&which.unit)?;
    let period = period_or_newest(&store.archive, &scope, which.period.into(), which.day)?;
    let found = store
        .archive
        .period_digest(&scope, period, which.revision)?;
    let digest = found.with_context(|| {
        format!(
            "chưa có bản tin {} kỳ {} / no digest of that period",
            which.unit,
            name(period)
        )
    })?;
    let mut output = Output::stdout();
    if json {
        output.json(&DigestLine::from(&digest))?;
    } else {
        show(&digest, city, &mut output)?;
    }
    output.finish()?;
    Ok(Outcome::Done)
}

pub fn period_or_newest(
    archive: &dyn Archive,
    scope: &DigestScope,
    kind: PeriodKind,
    day: Option<Date>,
) -> Result<Period> {
    match day {
        Some(day) => Ok(Period::of(kind, day)),
        None => archive
            .periods(scope, kind)?
            .first()
            .copied()
            .context("chưa có bản tin nào / nothing was published yet"),
    }
}

/// `2026-11-12`, or the first and last day.
fn name(period: Period) -> String {
    match period.kind() {
        PeriodKind::Day => period.last().to_string(),
        _ => format!("{} – {}", period.first(), period.last()),
    }
}

fn show(digest: &Digest, city: &City, output: &mut Output) -> Result<()> {
    let kind = match digest.period {
        PeriodKind::Day => "ngày",
        PeriodKind::Week => "tuần",
        PeriodKind::Month => "tháng",
        PeriodKind::ReportingMonth => "kỳ báo cáo",
    };
    output.text(&format!(
        "Bản tin {kind} {} (bản {})",
        name(digest.period()),
        digest.revision
    ))?;
    if let Some(erratum) = &digest.erratum {
        output.text(&format!("Đính chính: {erratum}"))?;
    }
    for entry in &digest.top {
        let tie = if entry.tied { "=" } else { " " };
        let topic = &city.taxonomy.info(entry.topic).name_vi;
        let notes = entry
            .notes
            .iter()
            .map(|note| format!("  ({})", note.code()));
        output.text(&format!(
            "{:>2}{tie} {}  [{topic}; {} tin, {} nguồn; điểm {:.1} ({:.1}–{:.1})]  {}{}",
            entry.rank,
            entry.shown_title(),
            entry.n_mentions,
            entry.n_sources,
            entry.score,
            entry.interval.low,
            entry.interval.high,
            entry.concern,
            notes.collect::<String>(),
        ))?;
    }
    for line in &digest.desk.pinned {
        let rank = line.rank.map_or("–".to_owned(), |rank| rank.to_string());
        let title = line.shown_title();
        output.text(&format!("Ghim (hạng {rank}): {title}  {}", line.concern))?;
    }
    for line in &digest.desk.hidden {
        let rank = line.rank.map_or("–".to_owned(), |rank| rank.to_string());
        let (reason, concern) = (&line.reason, &line.concern);
        output.text(&format!("Ẩn (hạng {rank}): lý do {reason}  {concern}"))?;
    }
    if let Some(reason) = &digest.thin_evidence {
        output.text(reason)?;
    }
    let (fresh, expected) = (digest.coverage.n_fresh, digest.coverage.n_expected);
    output.text(&format!("Nguồn nghe được: {fresh}/{expected}"))
}

/// `langnghe digest replay`: exit code 2 when something comes out otherwise.
pub fn replay(pipeline: &Pipeline, request: &Replay, as_json: bool) -> Result<Outcome> {
    let kind = request.period.into();
    let mut output = Output::stdout();
    let mut outcome = Outcome::Done;
    let mut period = Period::of(kind, request.from);
    while period.last() <= Period::of(kind, request.to).last() {
        let replayed = replay::replay(pipeline, period)?;
        if !replayed.is_faithful() {
            outcome = Outcome::SomeBad;
        }
        if as_json {
            output.json(&json!({
                "period": kind.code(),
                "day": period.last().to_string(),
                "n": replayed.n_digests,
                "n_same": replayed.n_same,
                "n_different": replayed.n_different,
                "n_erased": replayed.n_erased,
                "n_other_method": replayed.n_other_method,
                "n_unknown": replayed.n_unknown,
                "sha256": replayed.sha256,
            }))?;
        } else if replayed.n_digests == 0 {
            output.text(&format!("{}: chưa phát hành / not published", name(period)))?;
        } else {
            output.text(&format!(
                "{}: {} bản tin, {} giống từng byte, {} khác, {} đã có tin bị xóa, {} do phương \
                 pháp khác, {} không rõ nguồn gốc; sha256 {}",
                name(period),
                replayed.n_digests,
                replayed.n_same,
                replayed.n_different,
                replayed.n_erased,
                replayed.n_other_method,
                replayed.n_unknown,
                replayed.sha256
            ))?;
        }
        period = period.next();
    }
    output.finish()?;
    Ok(outcome)
}

/// `langnghe digest league`
pub fn league(city: &City, store: &Store, which: &WhichLeague, json: bool) -> Result<Outcome> {
    let period = period_or_newest(
        &store.archive,
        &DigestScope::City,
        which.period.into(),
        which.day,
    )?;
    let mut output = Output::stdout();
    for league in store.archive.leagues(period)? {
        if json {
            output.json(&LeagueLine::from(&league))?;
            continue;
        }
        output.text(&format!("{} {}", league.kind.vietnamese(), name(period)))?;
        for row in &league.rows {
            let unit = city.units().iter().find(|unit| unit.code == row.unit);
            let unit = unit.map_or_else(|| row.unit.to_string(), models::domain::Unit::full_name);
            let tier = row
                .tier
                .map_or_else(|| "–".to_owned(), |tier| tier.to_string());
            let share = row.resolved.map_or_else(String::new, |share| {
                let Interval { low, high } = share.interval;
                let [share, low, high] = [share.value, low, high].map(|share| share * 100.0);
                format!("{share:.0} % ({low:.0}–{high:.0})")
            });
            output.text(&format!(
                "{tier:>3}  {unit}  {share}  [{} phiếu, {} tái diễn, {} vấn đề]",
                row.n_tickets, row.n_recurred, row.n_concerns
            ))?;
        }
    }
    output.finish()?;
    Ok(Outcome::Done)
}

/// `langnghe digest grades`
pub fn grades(city: &City, store: &Store, which: &WhichGrades, json: bool) -> Result<Outcome> {
    /// So many days back.
    const DAYS: i64 = 365;
    let scope = city.scope(&which.unit)?;
    let days = store.archive.digest_days(&scope)?;
    let mut output = Output::stdout();
    if let Some(&newest) = days.first() {
        let from = newest.saturating_sub(DAYS.days());
        for grade in store.archive.grades(&scope, from, newest)? {
            if json {
                output.json(&GradeLine::from(&grade))?;
                continue;
            }
            output.text(&format!(
                "{} +{} ngày: {}/{} dòng được xác nhận, {} vấn đề lớn bị sót, {} dòng đi trước",
                grade.day,
                grade.after_days,
                grade.n_confirmed,
                grade.n_lines,
                grade.misses.len(),
                grade.leads.len()
            ))?;
        }
    }
    output.finish()?;
    Ok(Outcome::Done)
}
