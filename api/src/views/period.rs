//! The digest of a week, a month or a reporting month, and the steps between periods.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{DigestScope, Period, PeriodKind};

use super::{DigestInput, DigestView, Layout};
use crate::i18n::{Lang, fill};
use crate::state::{AppState, PublishHours};

/// A link to a digest, a league or grades of the same scope.
pub(crate) struct PeriodTab {
    pub(crate) label: &'static str,
    pub(crate) href: String,
    pub(crate) current: bool,
}

/// What else there is for a scope around a day.
pub(crate) struct PeriodTabs {
    pub(crate) tabs: Vec<PeriodTab>,
}

impl PeriodTabs {
    /// `here` is the kind of period that is shown, if one is.
    pub(crate) fn new(
        lang: Lang,
        scope: &DigestScope,
        day: Date,
        here: Option<PeriodKind>,
        (hours, now): (PublishHours, Timestamp),
    ) -> Self {
        let t = lang.texts();
        let mut tabs = PeriodKind::ALL
            .map(|kind| PeriodTab {
                label: t.period_kind(kind),
                href: lang.href(&period_path(scope, out_by(kind, day, hours, now))),
                current: here == Some(kind),
            })
            .into_iter()
            .collect::<Vec<_>>();
        if *scope == DigestScope::City {
            tabs.push(PeriodTab {
                label: t.forecast_nav,
                href: lang.href("/du-bao"),
                current: false,
            });
            tabs.push(PeriodTab {
                label: t.league_nav,
                href: lang.href("/so-sanh"),
                current: false,
            });
        }
        tabs.push(PeriodTab {
            label: t.grade_nav,
            href: lang.href(&format!("/cham-lai{}", scope_query(scope))),
            current: false,
        });
        Self { tabs }
    }
}

/// The period of a day, or the one before when that is not out.
fn out_by(kind: PeriodKind, day: Date, hours: PublishHours, now: Timestamp) -> Period {
    let period = Period::of(kind, day);
    if kind != PeriodKind::Day && hours.due_at(period) > now {
        period.previous()
    } else {
        period
    }
}

/// `?don-vi=26740`, `?co-quan=so_xay_dung`, nothing for the city.
pub(crate) fn scope_query(scope: &DigestScope) -> String {
    match scope {
        DigestScope::City => String::new(),
        DigestScope::Unit(code) => format!("?don-vi={code}"),
        DigestScope::Agency(id) => format!("?co-quan={id}"),
    }
}

/// The address of a digest.
pub(crate) fn period_path(scope: &DigestScope, period: Period) -> String {
    let last = period.last();
    let query = scope_query(scope);
    match period.kind() {
        PeriodKind::Day => {
            let page = match scope {
                DigestScope::City => "/".to_owned(),
                DigestScope::Unit(code) => format!("/don-vi/{code}"),
                DigestScope::Agency(id) => format!("/co-quan/{id}"),
            };
            format!("{page}?ngay={last}")
        }
        PeriodKind::Week => format!("/tuan/{last}{query}"),
        PeriodKind::Month => format!("/thang/{}{query}", last.strftime("%Y-%m")),
        PeriodKind::ReportingMonth => format!("/ky-bao-cao/{}{query}", last.strftime("%Y-%m")),
    }
}

/// A link to a neighbouring period.
pub(crate) struct PeriodLink {
    pub(crate) href: String,
    pub(crate) name: String,
}

/// What the page is made from.
pub(crate) struct PeriodInput {
    /// Whose digest.
    pub scope: DigestScope,
    /// Its name as shown.
    pub name: String,
    /// Which period.
    pub period: Period,
    /// Periods of the kind with a digest, newest first.
    pub published: Vec<Period>,
    /// The digest, when there is one.
    pub digest: Option<DigestInput>,
}

/// `/tuan/…`, `/thang/…`, `/ky-bao-cao/…`.
#[derive(Template)]
#[template(path = "period.html")]
pub(crate) struct PeriodPage {
    pub(crate) page: Layout,
    pub(crate) eyebrow: &'static str,
    pub(crate) scope_name: Option<String>,
    pub(crate) title: String,
    pub(crate) span: Option<String>,
    pub(crate) tabs: PeriodTabs,
    pub(crate) before: Option<PeriodLink>,
    pub(crate) after: Option<PeriodLink>,
    pub(crate) league: String,
    pub(crate) digest: Option<DigestView>,
}

impl PeriodPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &PeriodInput) -> Self {
        let (lang, t, period) = (page.lang, page.t, input.period);
        let link = |period: &Period| PeriodLink {
            href: lang.href(&period_path(&input.scope, *period)),
            name: lang.short_period(*period),
        };
        let older = input.published.iter().filter(|other| **other < period);
        let newer = input.published.iter().filter(|other| **other > period);
        let span = (period.kind() == PeriodKind::ReportingMonth).then(|| {
            let days = [period.first(), period.last()].map(|day| lang.short_day(day));
            fill(t.reporting_span, &[&days[0], &days[1]])
        });
        let digest = input.digest.as_ref();
        Self {
            eyebrow: t.digest_of_period(period.kind()),
            scope_name: (input.scope != DigestScope::City).then(|| input.name.clone()),
            title: lang.period(period),
            span,
            tabs: PeriodTabs::new(
                lang,
                &input.scope,
                period.last(),
                Some(period.kind()),
                (app.hours, (app.clock)()),
            ),
            before: older.max().map(link),
            after: newer.min().map(link),
            league: lang.href(&super::league::league_path(period)),
            digest: digest.map(|digest| DigestView::new(app, lang, digest)),
            page,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;

    #[test]
    fn a_week_is_linked_once_it_is_out() {
        let hours = PublishHours {
            digest: time(5, 30, 0, 0),
            report: time(12, 30, 0, 0),
        };
        // Monday morning: the week is over, its digest comes out at half past five.
        let sunday = date(2026, 11, 15);
        for (now, last) in [
            ("2026-11-16T00:30:00+07:00", date(2026, 11, 8)),
            ("2026-11-16T05:29:00+07:00", date(2026, 11, 8)),
            ("2026-11-16T05:30:00+07:00", sunday),
        ] {
            let linked = out_by(PeriodKind::Week, sunday, hours, now.parse().unwrap());
            assert_eq!(linked.last(), last, "{now}");
        }
    }
}
