//! `/canh-bao`: alerts and their rules, for officers.

use axum::extract::{Path, RawForm, State};
use axum::response::{IntoResponse, Redirect, Response};
use indexer::AlertQuery;
use jiff::SignedDuration;
use models::domain::Action::{ManageAlerts, ReadRestricted};
use models::domain::{About, Alert, AlertKind, AlertStep, AlertSubject, Decision, UnitCode};
use serde::Deserialize;

use super::{html, office::Fields};
use crate::Error;
use crate::access::{Principal, Routes};
use crate::alerts::{about_units, may};
use crate::http::Params;
use crate::state::{AppState, Shared};
use crate::views::{
    AlertPage, AlertRow, AlertsPage, EditorInput, EditorPage, Layout, Names, Nav, RuleForm,
    RuleRow, RulesPage, Viewer,
};

/// Alerts of a list.
const LISTED: usize = 200;
/// Alerts that are over, a page.
const PAST: usize = 20;
/// Longest note, in letters.
const COMMENT_MAX: usize = 1_000;
/// Longest silence, in hours.
const SNOOZE_MAX: u32 = 30 * 24;

/// The routes.
pub(super) fn routes() -> Routes<Shared> {
    Routes::new()
        .get("/canh-bao", ReadRestricted, list)
        .get("/canh-bao/{id}", ReadRestricted, show)
        .post("/canh-bao/{id}", ManageAlerts, act)
        .get("/canh-bao/luat", ReadRestricted, rules)
        .post("/canh-bao/luat", ManageAlerts, save)
        .get("/canh-bao/luat/moi", ManageAlerts, new_rule)
        .get("/canh-bao/luat/{id}", ManageAlerts, edit_rule)
}

fn names(app: &AppState) -> Result<Names, Error> {
    let all = app.accounts.accounts()?.into_iter();
    Ok(all
        .map(|account| (account.id, account.display_name))
        .collect())
}

fn may_somewhere(principal: &Principal) -> bool {
    principal.decide(ManageAlerts, About::Somewhere) == Decision::Granted
}

#[derive(Deserialize)]
struct Before {
    cu: Option<u64>,
}

async fn list(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(Before { cu }): Params<Before>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let (lang, n) = (viewer.lang, viewer.lang.notices());
            let names = names(app)?;
            let found = |kind, is_running, before, limit| -> Result<Vec<Alert>, Error> {
                let query = AlertQuery {
                    kind,
                    is_running: Some(is_running),
                    before,
                    limit,
                    subject: None,
                };
                let mut found = app.alerts().alerts(&query)?;
                found.retain(|alert| may(&principal, ReadRestricted, alert));
                Ok(found)
            };
            let rows = |alerts: &[Alert]| {
                let rows = alerts
                    .iter()
                    .map(|alert| AlertRow::new(app, lang, alert, &names));
                rows.collect::<Result<Vec<_>, Error>>()
            };
            let past = found(None, false, cu, PAST)?;
            let older = past.last().filter(|_| past.len() == PAST);
            let mut concerns = found(Some(AlertKind::Concern), true, None, LISTED)?;
            // What nobody has taken comes first, the urgent before the rest.
            concerns.sort_by_key(|alert| (alert.status, !alert.is_urgent));
            html(&AlertsPage {
                concerns: rows(&concerns)?,
                sources: rows(&found(Some(AlertKind::Source), true, None, LISTED)?)?,
                older: older.map(|alert| lang.href(&format!("/canh-bao?cu={}", alert.id))),
                past: rows(&past)?,
                has_rules: !app.alerts().alert_rules()?.is_empty(),
                may_manage: may_somewhere(&principal),
                page: Layout::new(&viewer, &app.city, Nav::Elsewhere, n.title).for_officers(),
                n,
            })
        })
        .await
}

/// Alerts that are running about a concern or source, for officers who may see them.
pub(super) fn running_about(
    app: &AppState,
    principal: &Principal,
    viewer: &Viewer,
    subject: AlertSubject,
) -> Result<Vec<AlertRow>, Error> {
    let query = AlertQuery {
        is_running: Some(true),
        subject: Some(subject),
        limit: PAST,
        ..AlertQuery::default()
    };
    running(app, principal, viewer, &query, |_| true)
}

/// Alerts that are running in a unit, for officers who may see them.
pub(super) fn running_in(
    app: &AppState,
    principal: &Principal,
    viewer: &Viewer,
    unit: UnitCode,
) -> Result<Vec<AlertRow>, Error> {
    let query = AlertQuery {
        kind: Some(AlertKind::Concern),
        is_running: Some(true),
        limit: LISTED,
        ..AlertQuery::default()
    };
    running(app, principal, viewer, &query, |alert| {
        alert.units.first() == Some(&unit)
    })
}

fn running(
    app: &AppState,
    principal: &Principal,
    viewer: &Viewer,
    query: &AlertQuery,
    is_meant: impl Fn(&Alert) -> bool,
) -> Result<Vec<AlertRow>, Error> {
    if principal.session().is_none() {
        return Ok(Vec::new());
    }
    let found = app.alerts().alerts(query)?;
    let seen = found
        .iter()
        .filter(|alert| is_meant(alert) && may(principal, ReadRestricted, alert));
    let names = names(app)?;
    seen.map(|alert| AlertRow::new(app, viewer.lang, alert, &names))
        .collect()
}

fn known(app: &AppState, id: u64) -> Result<Alert, Error> {
    app.alerts().alert(id)?.ok_or_else(|| Error::NotFound {
        what: "alert",
        name: id.to_string(),
    })
}

fn seen_by(principal: &Principal, alert: &Alert) -> Result<(), Error> {
    if may(principal, ReadRestricted, alert) {
        Ok(())
    } else {
        Err(Error::Denied(Decision::OutOfReach))
    }
}

#[derive(Deserialize)]
struct MovedOn {
    lech: Option<String>,
}

async fn show(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    viewer: Viewer,
    principal: Principal,
    Params(MovedOn { lech }): Params<MovedOn>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let alert = known(app, id)?;
            seen_by(&principal, &alert)?;
            let title = app.subject_title(viewer.lang, &alert.subject)?;
            let layout = Layout::new(&viewer, &app.city, Nav::Elsewhere, title).for_officers();
            let mut page = AlertPage::new(app, layout, &alert, &names(app)?)?;
            page.may_manage = may(&principal, ManageAlerts, &alert);
            page.problem = lech.map(|_| viewer.lang.notices().moved_on);
            html(&page)
        })
        .await
}

/// What is done about an alert.
#[derive(Deserialize)]
struct ActForm {
    viec: String,
    #[serde(rename = "phien")]
    version: u64,
    #[serde(default)]
    ghi_chu: String,
    #[serde(default)]
    gio: Option<u32>,
}

async fn act(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    viewer: Viewer,
    principal: Principal,
    Fields(form): Fields<ActForm>,
) -> Result<Response, Error> {
    let now = (shared.clock)();
    let step = match form.viec.as_str() {
        "nhan" => AlertStep::Acknowledged,
        "hoan" => {
            let hours = form.gio.filter(|hours| (1..=SNOOZE_MAX).contains(hours));
            let hours = hours.ok_or_else(|| Error::BadParameter {
                name: "gio",
                found: form.gio.map_or_else(String::new, |hours| hours.to_string()),
                expected: "hours of silence, from 1 to 720",
            })?;
            AlertStep::Snoozed(
                now.saturating_add(SignedDuration::from_hours(i64::from(hours)))
                    .unwrap_or(now),
            )
        }
        "dong" => AlertStep::Resolved,
        "ghi" => AlertStep::Commented,
        other => {
            return Err(Error::BadParameter {
                name: "viec",
                found: other.chars().take(20).collect(),
                expected: "use nhan, hoan, dong or ghi",
            });
        }
    };
    let comment = form
        .ghi_chu
        .trim()
        .chars()
        .take(COMMENT_MAX)
        .collect::<String>();
    shared
        .read(move |app| {
            let alert = known(app, id)?;
            seen_by(&principal, &alert)?;
            if !may(&principal, ManageAlerts, &alert) {
                return Err(Error::Denied(Decision::OutOfReach));
            }
            let by = principal.by(now);
            let done =
                app.alerts()
                    .alert_step(id, form.version, &step, &comment, Some(&by), now)?;
            let tail = if done.is_some() { "" } else { "?lech=1" };
            let path = viewer.lang.href(&format!("/canh-bao/{id}{tail}"));
            Ok(Redirect::to(&path).into_response())
        })
        .await
}

#[derive(Deserialize)]
struct Done {
    luu: Option<String>,
}

async fn rules(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(Done { luu }): Params<Done>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let (lang, n) = (viewer.lang, viewer.lang.notices());
            let all = app.alerts().alert_rules()?;
            let rules = all.iter().map(|rule| {
                let about = about_units(rule.units());
                let may_change = principal.decide(ManageAlerts, about) == Decision::Granted;
                RuleRow::new(app, lang, rule, may_change)
            });
            html(&RulesPage {
                rules: rules.collect(),
                may_manage: may_somewhere(&principal),
                done: luu.map(|_| n.saved),
                page: Layout::new(&viewer, &app.city, Nav::Elsewhere, n.rules).for_officers(),
                n,
            })
        })
        .await
}

/// The editor; `xem` in the query asks for a preview of what the query says.
async fn new_rule(
    State(shared): State<Shared>,
    viewer: Viewer,
    RawForm(query): RawForm,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let form = if is_preview(&query) {
                RuleForm::read(app, &query)
            } else {
                RuleForm::blank()
            };
            editor(app, &viewer, form, is_preview(&query), None)
        })
        .await
}

async fn edit_rule(
    State(shared): State<Shared>,
    Path(id): Path<u64>,
    viewer: Viewer,
    principal: Principal,
    RawForm(query): RawForm,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let rule = app
                .alerts()
                .alert_rule(id)?
                .ok_or_else(|| Error::NotFound {
                    what: "rule",
                    name: id.to_string(),
                })?;
            principal.require(ManageAlerts, about_units(rule.units()))?;
            let form = if is_preview(&query) {
                RuleForm::read(app, &query)
            } else {
                RuleForm::of(rule)
            };
            editor(app, &viewer, form, is_preview(&query), None)
        })
        .await
}

fn is_preview(query: &[u8]) -> bool {
    url::form_urlencoded::parse(query).any(|(key, _)| key == "xem")
}

fn editor(
    app: &AppState,
    viewer: &Viewer,
    form: RuleForm,
    with_preview: bool,
    problem: Option<String>,
) -> Result<Response, Error> {
    let n = viewer.lang.notices();
    let title = if form.rule.id == 0 {
        n.rule_new
    } else {
        n.edit
    };
    let fault = if with_preview {
        form.problem(viewer.lang)
    } else {
        None
    };
    let problem = problem.or(fault);
    let previewed = match &problem {
        None if with_preview => Some(app.preview(&form.rule)?),
        _ => None,
    };
    let input = EditorInput {
        form,
        previewed,
        problem,
    };
    let layout = Layout::new(viewer, &app.city, Nav::Elsewhere, title).for_officers();
    html(&EditorPage::new(app, layout, input)?)
}

async fn save(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    RawForm(body): RawForm,
) -> Result<Response, Error> {
    let by = principal.by((shared.clock)());
    shared
        .read(move |app| {
            let mut form = RuleForm::read(app, &body);
            if let Some(problem) = form.problem(viewer.lang) {
                return editor(app, &viewer, form, false, Some(problem));
            }
            principal.require(ManageAlerts, about_units(form.rule.units()))?;
            if form.rule.id != 0 {
                let known = app.alerts().alert_rule(form.rule.id)?;
                let known = known.ok_or_else(|| Error::NotFound {
                    what: "rule",
                    name: form.rule.id.to_string(),
                })?;
                principal.require(ManageAlerts, about_units(known.units()))?;
                form.rule.origin = known.origin;
            }
            if app.alerts().save_rule(&form.rule, &by)?.is_none() {
                let newest = app.alerts().alert_rule(form.rule.id)?;
                let newest = newest.map_or(form, RuleForm::of);
                let moved_on = viewer.lang.notices().rule_moved_on.to_owned();
                return editor(app, &viewer, newest, false, Some(moved_on));
            }
            let path = viewer.lang.href("/canh-bao/luat?luu=1");
            Ok(Redirect::to(&path).into_response())
        })
        .await
}
