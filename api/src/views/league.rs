//! Units beside their kind, for a period.

use askama::Template;
use models::domain::{DigestScope, Estimate, League, LeagueRow, Period, PeriodKind, UnitKind};

use super::Layout;
use super::digest::CoverageView;
use super::period::{PeriodLink, period_path};
use crate::i18n::{Lang, fill};
use crate::lines::kind_code;
use crate::state::AppState;

/// One unit.
pub(crate) struct LeagueUnit {
    pub(crate) tier: String,
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) guarded: String,
    pub(crate) signs: Option<String>,
    pub(crate) resolved: String,
    pub(crate) adjusted: String,
    pub(crate) interval: String,
    pub(crate) tickets: String,
    pub(crate) recurred: String,
    pub(crate) per_capita: String,
}

/// The units of one kind.
pub(crate) struct LeagueGroup {
    pub(crate) anchor: &'static str,
    pub(crate) name: &'static str,
    pub(crate) note: Option<String>,
    pub(crate) units: Vec<LeagueUnit>,
}

/// What the page is made from.
pub(crate) struct LeagueInput {
    /// Which period.
    pub period: Period,
    /// Periods of the kind with a digest, newest first.
    pub published: Vec<Period>,
    /// Its leagues.
    pub leagues: Vec<League>,
}

/// `/so-sanh`.
#[derive(Template)]
#[template(path = "league.html")]
pub(crate) struct LeaguePage {
    pub(crate) page: Layout,
    pub(crate) title: String,
    pub(crate) lede: String,
    pub(crate) kinds: Vec<super::period::PeriodTab>,
    pub(crate) before: Option<PeriodLink>,
    pub(crate) after: Option<PeriodLink>,
    pub(crate) groups: Vec<LeagueGroup>,
    pub(crate) digest: Option<LeagueFrame>,
    pub(crate) digest_path: String,
    pub(crate) csv: String,
}

/// What templates of digests show beside the lines.
pub(crate) struct LeagueFrame {
    pub(crate) coverage: CoverageView,
    pub(crate) method_version: String,
}

/// The address of the leagues of a period.
pub(crate) fn league_path(period: Period) -> String {
    let kind = match period.kind() {
        PeriodKind::Week => "tuan",
        PeriodKind::Day | PeriodKind::Month => "thang",
        PeriodKind::ReportingMonth => "ky-bao-cao",
    };
    format!("/so-sanh?ky={kind}&ngay={}", period.last())
}

impl LeaguePage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &LeagueInput) -> Self {
        let (lang, t, period) = (page.lang, page.t, input.period);
        let link = |period: &Period| PeriodLink {
            href: lang.href(&league_path(*period)),
            name: lang.short_period(*period),
        };
        let older = input.published.iter().filter(|other| **other < period);
        let newer = input.published.iter().filter(|other| **other > period);
        let kinds = PeriodKind::LONG.map(|kind| super::period::PeriodTab {
            label: t.period_kind(kind),
            href: lang.href(&format!("/so-sanh?ky={}", kind_param(kind))),
            current: kind == period.kind(),
        });
        let frame = input.leagues.first().map(|league| LeagueFrame {
            coverage: CoverageView::new(app, lang, &league.coverage, period.kind()),
            method_version: league.method_version.clone(),
        });
        let code = period.kind().code();
        Self {
            title: t.league_title.to_owned(),
            lede: fill(t.league_lede, &[&lang.period(period)]),
            kinds: kinds.into_iter().collect(),
            before: older.max().map(link),
            after: newer.min().map(link),
            groups: input
                .leagues
                .iter()
                .map(|league| group(app, lang, league))
                .collect(),
            digest: frame,
            digest_path: lang.href(&period_path(&DigestScope::City, period)),
            csv: format!(
                "/api/v1/leagues?period={code}&day={}&format=csv",
                period.last()
            ),
            page,
        }
    }
}

/// How addresses name a kind of period.
pub(crate) fn kind_param(kind: PeriodKind) -> &'static str {
    match kind {
        PeriodKind::Day => "ngay",
        PeriodKind::Week => "tuan",
        PeriodKind::Month => "thang",
        PeriodKind::ReportingMonth => "ky-bao-cao",
    }
}

fn group(app: &AppState, lang: Lang, league: &League) -> LeagueGroup {
    let t = lang.texts();
    let is_alone = league.rows.len() < 2;
    LeagueGroup {
        anchor: kind_code(league.kind),
        name: match league.kind {
            UnitKind::Ward => t.kind_wards,
            UnitKind::Commune => t.kind_communes,
            UnitKind::SpecialZone => t.kind_zones,
        },
        note: match (&league.erratum, is_alone) {
            (Some(erratum), _) => Some(erratum.clone()),
            (None, true) => Some(t.league_alone.to_owned()),
            (None, false) => None,
        },
        units: league.rows.iter().map(|row| unit(app, lang, row)).collect(),
    }
}

fn unit(app: &AppState, lang: Lang, row: &LeagueRow) -> LeagueUnit {
    let none = || "–".to_owned();
    let decimal = |estimate: Estimate| lang.decimal(estimate.value, 2);
    // Without a ticket of its own the estimate says only what the kind is like.
    let own = row.resolved.filter(|_| row.n_tickets > 0);
    // Leagues of before have none.
    let adjusted = row.adjusted.filter(|_| row.n_tickets > 0).or(own);
    let t = lang.texts();
    let signs = row.guarded.signs.iter().map(|sign| {
        let expected = lang.decimal(sign.expected, 1);
        fill(
            t.gaming_sign(sign.sign),
            &[&lang.count(sign.n.into()), &expected],
        )
    });
    let signs = signs.collect::<Vec<_>>();
    LeagueUnit {
        tier: row.tier.map_or_else(none, |tier| tier.to_string()),
        guarded: row.guarded.tier.map_or_else(none, |tier| tier.to_string()),
        signs: (!signs.is_empty()).then(|| signs.join("; ")),
        name: app.unit_name(row.unit),
        href: lang.unit_href(row.unit),
        adjusted: adjusted.map_or_else(none, |share| lang.share(share.value)),
        resolved: own.map_or_else(none, |share| lang.share(share.value)),
        interval: adjusted.map_or_else(none, |share| {
            let ends = [share.interval.low, share.interval.high];
            let ends = ends.map(|end| lang.decimal(end * 100.0, 0));
            format!("{}–{}", ends[0], ends[1])
        }),
        tickets: lang.count(row.n_tickets.into()),
        recurred: lang.count(row.n_recurred.into()),
        per_capita: row.per_10_000.map_or_else(none, decimal),
    }
}
