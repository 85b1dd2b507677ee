//! The silence map: how readily people report, learned from duplicates.
//!
//! Few reports can mean few incidents or people who do not report. Duplicates tell these apart (Liu,
//! Bhandaram and Garg 2022, “Quantifying Spatial Under-reporting Disparities in Resident Crowdsourcing”,
//! arXiv 2204.08620): an incident that somebody has reported does exist, and until it is dealt with others
//! could report it too. Their number over that time is Poisson with the rate at which people report, and
//! a first report is waited for 1 / rate. No ground truth of incidents is needed.
//!
//! Here an incident is a concern with a report of its own (hotline or social, no reply, no copy of an
//! earlier report); its time runs from the first report to the first closing of a ticket of it, at most
//! [`MAX_DAYS`]. Rates differ by topic, so a unit is measured as a multiple of what its kind does on the
//! same topics, gamma-Poisson, shrunk to its kind.

mod method;
pub mod simulate;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};

use method::{Incident, RateModel};

use super::group::Links;
use super::rank::context::places_of;
use crate::domain::{
    AnnotatedMention, Channel, Concern, ConcernId, Coverage, Period, SilenceMap, TicketStatus,
    Unit, UnitCode, UnitKind,
};

/// Version of the method of the silence map.
pub const SILENCE_VERSION: &str = "silence-2";

/// Days for which an open incident is watched for further reports.
pub const MAX_DAYS: f64 = 30.0;

/// A mention is placed in a unit from this weight on.
const PLACED: f64 = 0.5;

/// A kind of fewer units than this is measured against all units.
const MIN_KIND: usize = 8;

/// The silence map of a period: of incidents first reported in it or in the days before that are given.
/// `mentions` are grouped mentions. The revision is 1.
pub fn silence_map(
    period: Period,
    mentions: &[AnnotatedMention],
    concerns: &[Concern],
    units: &[Unit],
    coverage: &Coverage,
) -> SilenceMap {
    let incidents = incidents(period.end(), mentions, concerns);
    let mut units = units
        .iter()
        .filter(|unit| unit.is_valid_on(period.last()))
        .collect::<Vec<_>>();
    units.sort_by_key(|unit| unit.code);
    units.dedup_by_key(|unit| unit.code);
    let of_units = |units: &[&Unit]| {
        let codes = units.iter().map(|unit| unit.code).collect::<BTreeSet<_>>();
        RateModel::fit(&codes, &incidents)
    };
    let whole = of_units(&units);
    let mut cells = Vec::new();
    for kind in UnitKind::ALL {
        let of_kind = units.iter().copied().filter(|unit| unit.kind == kind);
        let of_kind = of_kind.collect::<Vec<_>>();
        let own = (of_kind.len() >= MIN_KIND).then(|| of_units(&of_kind));
        let model = own.as_ref().unwrap_or(&whole);
        for unit in of_kind {
            cells.extend(model.cells(unit.code, incidents.get(&unit.code)));
        }
    }
    cells.sort_by_key(|cell| (cell.unit, cell.topic));
    SilenceMap {
        period: period.kind(),
        day: period.last(),
        revision: 1,
        erratum: None,
        method_version: SILENCE_VERSION.to_owned(),
        coverage: coverage.clone(),
        cells,
    }
}

/// What is known of one incident in one unit while it is gathered.
#[derive(Default)]
struct Heard {
    reports: Vec<Timestamp>,
    prints: BTreeSet<u64>,
    closed_at: Option<Timestamp>,
}

fn incidents(
    now: Timestamp,
    mentions: &[AnnotatedMention],
    concerns: &[Concern],
) -> BTreeMap<UnitCode, Vec<Incident>> {
    let links = Links::new(concerns);
    let known = concerns.iter().map(|concern| (&concern.id, concern));
    let known = known.collect::<BTreeMap<_, _>>();
    let mut heard: BTreeMap<(UnitCode, &ConcernId), Heard> = BTreeMap::new();
    for mention in mentions.iter().filter(|mention| is_report(mention)) {
        let at = mention.mention.published_at.filter(|at| *at < now);
        let whole = mention.concern.as_ref().map(|id| links.whole(id));
        let concern = whole.and_then(|id| known.get(id));
        let (Some(at), Some(concern)) = (at, concern) else {
            continue;
        };
        for (unit, _) in places_of(mention, concern).filter(|(_, share)| *share >= PLACED) {
            let there = heard.entry((unit, &concern.id)).or_default();
            let print = mention.annotation.fingerprint;
            if print == 0 || there.prints.insert(print) {
                there.reports.push(at);
            }
            there.closed_at = earlier(there.closed_at, closed_at(mention));
        }
    }
    let mut incidents: BTreeMap<UnitCode, Vec<Incident>> = BTreeMap::new();
    for ((unit, id), heard) in heard {
        let Some(first) = heard.reports.iter().min().copied() else {
            continue;
        };
        let watched = SignedDuration::from_secs((MAX_DAYS * 86_400.0) as i64);
        let end = heard.closed_at.unwrap_or(now).min(now).min(first + watched);
        let days = end.duration_since(first).as_secs_f64() / 86_400.0;
        let further = heard
            .reports
            .iter()
            .filter(|at| **at > first && **at <= end);
        if let (Some(concern), true) = (known.get(id), days > 0.0) {
            incidents.entry(unit).or_default().push(Incident {
                topic: concern.topic,
                n_further: further.count() as u32,
                days,
            });
        }
    }
    incidents
}

/// Somebody's own words about an incident: articles and replies are none.
fn is_report(mention: &AnnotatedMention) -> bool {
    mention.annotation.is_concern
        && mention.mention.channel != Channel::Press
        && mention.mention.parent.is_none()
}

fn closed_at(mention: &AnnotatedMention) -> Option<Timestamp> {
    let ticket = mention.mention.ticket.as_ref()?;
    let is_over = matches!(ticket.status, TicketStatus::Closed | TicketStatus::Rejected);
    ticket.closed_at.or(ticket.updated_at).filter(|_| is_over)
}

fn earlier(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}
