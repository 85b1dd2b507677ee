//! Coverage: how much of what should have been heard was heard.

use std::collections::BTreeMap;

use models::domain::{
    Coverage, CoverageGap, HealthStatus, Source, SourceHealth, SourceId, SourceKind,
};
use models::rhythm::Silence;

/// Compares the sources that should speak with how each was doing. Sources that are switched off
/// or filled by hand are not expected.
pub fn of_day(sources: &[Source], health: &[SourceHealth]) -> Coverage {
    let expected = sources
        .iter()
        .filter(|source| source.disabled.is_none() && source.kind != SourceKind::Import)
        .collect::<Vec<_>>();
    let gaps = expected
        .iter()
        .filter_map(|source| gap(source, health))
        .collect::<Vec<_>>();
    let n_fresh = expected.len() - gaps.len();
    let share = if expected.is_empty() {
        1.0
    } else {
        n_fresh as f64 / expected.len() as f64
    };
    Coverage {
        share,
        n_expected: expected.len() as u32,
        n_fresh: n_fresh as u32,
        gaps,
    }
}

/// That of a period from those of its days, oldest first; `None` for a day that nobody recorded, on
/// which nothing was heard. A source that was missing on some days is named with their number and its
/// last status among them.
pub fn of_period(days: &[Option<Coverage>]) -> Coverage {
    let mut missing: BTreeMap<&SourceId, (u32, &str)> = BTreeMap::new();
    for coverage in days.iter().flatten() {
        for gap in &coverage.gaps {
            let (n_days, status) = missing.entry(&gap.source).or_default();
            *n_days += 1;
            *status = &gap.status;
        }
    }
    let n_days = days.len();
    let gaps = missing.iter().map(|(source, (n, status))| CoverageGap {
        source: (*source).clone(),
        status: (*status).to_owned(),
        detail: format!("thiếu {n}/{n_days} ngày / missing on {n} of {n_days} days"),
    });
    let shares = days.iter().flatten().map(|coverage| coverage.share);
    let expected = days.iter().flatten().map(|coverage| coverage.n_expected);
    let n_expected = expected.max().unwrap_or(0);
    let n_missing = u32::try_from(missing.len()).unwrap_or(u32::MAX);
    Coverage {
        share: shares.sum::<f64>() / n_days.max(1) as f64,
        n_expected,
        n_fresh: n_expected.saturating_sub(n_missing),
        gaps: gaps.collect(),
    }
}

/// Makes a source fresh or stale by how its silence compares with its rhythm, and says so; the
/// line goes into the digest when the source is missing there.
pub fn judge(health: &mut SourceHealth, silence: &Silence) {
    let lasted = silence.lasted.as_hours().max(0);
    let newest = health.observed_at - silence.lasted;
    let usual = silence
        .unusual_from
        .duration_since(newest)
        .as_hours()
        .max(1);
    if silence.is_unusual(health.observed_at) {
        health.status = HealthStatus::Stale;
        health.detail = format!(
            "im lặng {lasted} giờ, thường không quá {usual} giờ / silent for {lasted} h, usually at most {usual} h"
        );
    } else {
        health.status = HealthStatus::Fresh;
        health.detail = format!(
            "tin mới nhất cách đây {lasted} giờ, có thể im lặng đến {usual} giờ / newest entry {lasted} h old, may be silent for {usual} h"
        );
    }
}

/// Everything heard: for stages that read lines and know no sources.
pub fn whole() -> Coverage {
    Coverage {
        share: 1.0,
        n_expected: 0,
        n_fresh: 0,
        gaps: Vec::new(),
    }
}

fn gap(source: &Source, health: &[SourceHealth]) -> Option<CoverageGap> {
    let seen = health.iter().find(|health| health.source == source.id);
    let status = seen.map_or(HealthStatus::Pending, |health| health.status);
    if status.is_healthy() {
        return None;
    }
    Some(CoverageGap {
        source: source.id.clone(),
        status: status.code().to_owned(),
        detail: seen.map(|health| health.detail.clone()).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use models::domain::{Channel, Open311};

    use super::*;

    fn source(id: &str, kind: SourceKind) -> Source {
        Source {
            id: SourceId::new(id),
            name: id.to_owned(),
            channel: Channel::Press,
            kind,
            url: String::new(),
            outlet: id.to_owned(),
            follow_links: true,
            poll_every: None,
            disabled: None,
            trust: 0.9,
        }
    }

    fn health(id: &str, status: HealthStatus) -> SourceHealth {
        SourceHealth {
            source: SourceId::new(id),
            observed_at: Timestamp::UNIX_EPOCH,
            status,
            detail: "why".to_owned(),
            newest_entry_at: None,
            n_new: 0,
        }
    }

    #[test]
    fn an_unusual_silence_is_named_with_what_is_usual() {
        let at = |hours: i64| Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(hours);
        let silence = Silence {
            lasted: jiff::SignedDuration::from_hours(41),
            unusual_from: at(9),
            times_a_year: 0.01,
        };
        let mut seen = health("a", HealthStatus::Fresh);
        seen.observed_at = at(41);
        judge(&mut seen, &silence);
        assert_eq!(seen.status, HealthStatus::Stale);
        assert!(
            seen.detail.contains("41 h") && seen.detail.contains("9 h"),
            "{}",
            seen.detail
        );
        let coverage = of_day(&[source("a", SourceKind::Feed)], &[seen.clone()]);
        assert_eq!(coverage.gaps[0].detail, seen.detail);
        let usual = Silence {
            unusual_from: at(50),
            ..silence
        };
        judge(&mut seen, &usual);
        assert_eq!(seen.status, HealthStatus::Fresh);
        assert!(
            of_day(&[source("a", SourceKind::Feed)], &[seen])
                .gaps
                .is_empty()
        );
    }

    #[test]
    fn a_dead_source_lowers_coverage_and_is_named() {
        let mut off = source("off", SourceKind::Feed);
        off.disabled = Some("dead".to_owned());
        let sources = [
            source("a", SourceKind::Feed),
            source("b", SourceKind::Feed),
            source("never", SourceKind::Open311(Open311::default())),
            source("by-hand", SourceKind::Import),
            off,
        ];
        let seen = [
            health("a", HealthStatus::Fresh),
            health("b", HealthStatus::Unreachable),
        ];
        let coverage = of_day(&sources, &seen);
        assert_eq!((coverage.n_expected, coverage.n_fresh), (3, 1));
        let gaps = coverage
            .gaps
            .iter()
            .map(|gap| (gap.source.as_str(), gap.status.as_str()));
        assert_eq!(
            gaps.collect::<Vec<_>>(),
            [("b", "unreachable"), ("never", "pending")]
        );
    }

    #[test]
    fn a_period_names_what_was_missing_on_some_of_its_days() {
        let sources = [source("a", SourceKind::Feed), source("b", SourceKind::Feed)];
        let day = |status| {
            of_day(
                &sources,
                &[health("a", HealthStatus::Fresh), health("b", status)],
            )
        };
        let days = [
            None,
            Some(day(HealthStatus::Fresh)),
            Some(day(HealthStatus::Unreachable)),
            Some(day(HealthStatus::Blocked)),
        ];
        let coverage = of_period(&days);
        assert!((coverage.share - 0.5).abs() < 1e-9, "(0 + 1 + ½ + ½) / 4");
        assert_eq!((coverage.n_expected, coverage.n_fresh), (2, 1));
        assert_eq!(coverage.gaps[0].status, "blocked");
        assert!(coverage.gaps[0].detail.contains("2/4 ngày"));
    }
}
