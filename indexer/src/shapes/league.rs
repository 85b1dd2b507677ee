//! A league of units.

use jiff::civil::Date;
use models::domain::{
    Estimate, GamingSign, GuardedRank, Interval, League, LeagueRow, PeriodKind, SignCount, UnitKind,
};
use serde::{Deserialize, Serialize};

use super::digest::CoverageShape;
use super::numbers::Real;
use super::{Complaint, code_in, from_table, of_code, unit_code};

const KINDS: [(UnitKind, &str); 3] = [
    (UnitKind::Ward, "ward"),
    (UnitKind::Commune, "commune"),
    (UnitKind::SpecialZone, "special_zone"),
];

/// `week:ward`.
pub(crate) fn league_text(period: PeriodKind, kind: UnitKind) -> String {
    format!("{}:{}", period.code(), code_in(&KINDS, &kind))
}

/// See [`League`].
#[derive(Serialize, Deserialize)]
pub(crate) struct LeagueShape {
    kind: String,
    period: String,
    day: String,
    method_version: String,
    coverage: CoverageShape,
    rows: Vec<RowShape>,
}

#[derive(Serialize, Deserialize)]
struct RowShape {
    unit: u32,
    tier: Option<u32>,
    n_mentions: u32,
    n_concerns: u32,
    per_10_000: Option<EstimateShape>,
    n_tickets: u32,
    n_recurred: u32,
    resolved: Option<EstimateShape>,
    // What follows came with league-2.
    #[serde(default)]
    expected: Option<Real>,
    #[serde(default)]
    adjusted: Option<EstimateShape>,
    #[serde(default)]
    guarded: GuardedShape,
}

#[derive(Default, Serialize, Deserialize)]
struct GuardedShape {
    tier: Option<u32>,
    adjusted: Option<EstimateShape>,
    n_left_out: u32,
    /// Sign, tickets, as many as the kind would have.
    signs: Vec<(String, u32, Real)>,
}

impl From<&GuardedRank> for GuardedShape {
    fn from(guarded: &GuardedRank) -> Self {
        let signs = guarded.signs.iter();
        Self {
            tier: guarded.tier,
            adjusted: guarded.adjusted.map(Into::into),
            n_left_out: guarded.n_left_out,
            signs: signs
                .map(|sign| (sign.sign.code().to_owned(), sign.n, Real(sign.expected)))
                .collect(),
        }
    }
}

impl GuardedShape {
    fn into_guarded(self) -> Result<GuardedRank, Complaint> {
        let signs = self.signs.into_iter().map(|(code, n, expected)| {
            let sign = of_code("sign", &code, GamingSign::from_code)?;
            Ok(SignCount {
                sign,
                n,
                expected: expected.0,
            })
        });
        Ok(GuardedRank {
            tier: self.tier,
            adjusted: self.adjusted.map(Into::into),
            n_left_out: self.n_left_out,
            signs: signs.collect::<Result<_, Complaint>>()?,
        })
    }
}

/// Value, low, high.
#[derive(Serialize, Deserialize)]
pub(super) struct EstimateShape(Real, Real, Real);

impl From<Estimate> for EstimateShape {
    fn from(estimate: Estimate) -> Self {
        let Interval { low, high } = estimate.interval;
        Self(Real(estimate.value), Real(low), Real(high))
    }
}

impl From<EstimateShape> for Estimate {
    fn from(EstimateShape(value, low, high): EstimateShape) -> Self {
        Self {
            value: value.0,
            interval: Interval {
                low: low.0,
                high: high.0,
            },
        }
    }
}

impl From<&League> for LeagueShape {
    fn from(league: &League) -> Self {
        let rows = league.rows.iter().map(|row| RowShape {
            unit: row.unit.number(),
            tier: row.tier,
            n_mentions: row.n_mentions,
            n_concerns: row.n_concerns,
            per_10_000: row.per_10_000.map(Into::into),
            n_tickets: row.n_tickets,
            n_recurred: row.n_recurred,
            resolved: row.resolved.map(Into::into),
            expected: row.expected.map(Real),
            adjusted: row.adjusted.map(Into::into),
            guarded: GuardedShape::from(&row.guarded),
        });
        Self {
            kind: code_in(&KINDS, &league.kind).to_owned(),
            period: league.period.code().to_owned(),
            day: league.day.to_string(),
            method_version: league.method_version.clone(),
            coverage: CoverageShape::from(&league.coverage),
            rows: rows.collect(),
        }
    }
}

impl LeagueShape {
    pub(crate) fn into_league(
        self,
        revision: u32,
        erratum: Option<String>,
    ) -> Result<League, Complaint> {
        let rows = self.rows.into_iter().map(|row| {
            Ok(LeagueRow {
                unit: unit_code(row.unit)?,
                tier: row.tier,
                n_mentions: row.n_mentions,
                n_concerns: row.n_concerns,
                per_10_000: row.per_10_000.map(Into::into),
                n_tickets: row.n_tickets,
                n_recurred: row.n_recurred,
                resolved: row.resolved.map(Into::into),
                expected: row.expected.map(|real| real.0),
                adjusted: row.adjusted.map(Into::into),
                guarded: row.guarded.into_guarded()?,
            })
        });
        Ok(League {
            kind: from_table("kind of unit", &KINDS, &self.kind)?,
            period: of_code("period", &self.period, PeriodKind::from_code)?,
            day: self.day.parse::<Date>().map_err(|why| why.to_string())?,
            revision,
            erratum,
            method_version: self.method_version,
            coverage: self.coverage.into(),
            rows: rows.collect::<Result<_, Complaint>>()?,
        })
    }
}
