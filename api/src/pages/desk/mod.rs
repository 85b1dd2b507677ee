//! `/ban-lam-viec`: the press officer's desk.

mod book;
mod bulk;
mod concern;
mod edit;
mod mention;
mod merge;
mod notices;
mod queue;
mod saved;
mod search;
mod typed;

use axum::http::StatusCode;
use axum::response::Response;
use models::domain::Action::{CorrectMentions, EditConcerns, ReadRestricted};
use models::domain::{
    About, Account, AccountId, Action, AgencyId, Caller, Concern, ConcernId, Decision, Openness,
    UnitCode, decide,
};

use super::office::whose;
use crate::access::{Principal, Routes};
use crate::desk::{BoardRow, Desk, DeskRefusal, Hand, concern_path, desk_role};
use crate::http::Dressed;
use crate::state::Shared;
use crate::views::Viewer;
use crate::{AppState, Error};

/// The routes.
pub(super) fn routes() -> Routes<Shared> {
    Routes::new()
        .get("/ban-lam-viec", ReadRestricted, queue::show)
        .get("/ban-lam-viec/tim", ReadRestricted, search::show)
        .post("/ban-lam-viec/bo-loc", ReadRestricted, saved::save)
        .post("/ban-lam-viec/bo-loc/{id}", ReadRestricted, saved::drop_one)
        .get("/ban-lam-viec/thong-bao", ReadRestricted, notices::show)
        .post("/ban-lam-viec/thong-bao", ReadRestricted, notices::mark)
        .get("/ban-lam-viec/hang-loat", EditConcerns, bulk::ask)
        .post("/ban-lam-viec/hang-loat", EditConcerns, bulk::act)
        .get("/ban-lam-viec/van-de/{id}", ReadRestricted, concern::show)
        .get(
            "/ban-lam-viec/van-de/{id}/hien-dien",
            ReadRestricted,
            concern::presence,
        )
        .post(
            "/ban-lam-viec/van-de/{id}/theo-doi",
            ReadRestricted,
            book::follow,
        )
        .post("/ban-lam-viec/van-de/{id}/so", EditConcerns, book::write)
        .get("/ban-lam-viec/van-de/{id}/gop", EditConcerns, merge::show)
        .post("/ban-lam-viec/van-de/{id}/sua", EditConcerns, edit::edit)
        .get("/ban-lam-viec/y-kien/{id}", CorrectMentions, mention::show)
        .post(
            "/ban-lam-viec/y-kien/{id}",
            CorrectMentions,
            mention::correct,
        )
}

/// Where something lies: what rights are asked of.
pub(super) struct Whereabouts<'a> {
    units: Vec<UnitCode>,
    agencies: &'a [AgencyId],
}

impl<'a> Whereabouts<'a> {
    fn of(concern: &'a Concern) -> Self {
        Self {
            units: concern.units.iter().map(|unit| unit.code).collect(),
            agencies: &concern.agencies,
        }
    }

    fn of_row(row: &'a BoardRow) -> Self {
        Self {
            units: row.units.clone(),
            agencies: &row.agencies,
        }
    }

    /// Whether some of it lies where somebody may do this: enough for looking.
    fn is_near(&self, may: impl Fn(About<'_>) -> bool) -> bool {
        may(About::City)
            || self.units.iter().any(|code| may(About::Unit(*code)))
            || self.agencies.iter().any(|id| may(About::Agency(id)))
    }

    /// Whether all of it does: what touches others is not theirs to change. An agency changes what it
    /// answers for.
    fn is_within(&self, may: impl Fn(About<'_>) -> bool) -> bool {
        may(About::City)
            || (!self.units.is_empty() && may(About::Units(&self.units)))
            || self.agencies.iter().any(|id| may(About::Agency(id)))
    }
}

/// Who asks, and may they.
impl Principal {
    fn may(&self, action: Action) -> impl Fn(About<'_>) -> bool {
        move |about| self.decide(action, about) == Decision::Granted
    }
}

/// Whether an account may look at something at its desk.
fn may_hold(account: &Account, place: &Whereabouts<'_>) -> bool {
    let caller = Caller::Officer(account.rights.clone());
    let closed = Openness {
        anonymous_api: false,
    };
    let may =
        |about: About<'_>| decide(closed, &caller, ReadRestricted, about) == Decision::Granted;
    account.is_active && place.is_near(may)
}

/// Where a concern stands at somebody's desk; `None` for who may not look there.
pub(super) fn desk_link(
    viewer: &Viewer,
    principal: &Principal,
    concern: &Concern,
) -> Option<String> {
    let is_near = Whereabouts::of(concern).is_near(principal.may(ReadRestricted));
    is_near.then(|| viewer.lang.href(&concern_path(&concern.id)))
}

/// A concern that somebody may look at. One beyond reach is as unknown as one that is not there.
fn at_desk(app: &AppState, principal: &Principal, id: &ConcernId) -> Result<Concern, Error> {
    let found = app.archive.concern(id)?;
    let near =
        found.filter(|concern| Whereabouts::of(concern).is_near(principal.may(ReadRestricted)));
    near.ok_or_else(|| unknown(id))
}

/// A concern that somebody may edit.
fn to_edit(app: &AppState, principal: &Principal, id: &ConcernId) -> Result<Concern, Error> {
    let concern = at_desk(app, principal, id)?;
    if Whereabouts::of(&concern).is_within(principal.may(EditConcerns)) {
        Ok(concern)
    } else {
        Err(Error::Denied(Decision::OutOfReach))
    }
}

fn unknown(id: &ConcernId) -> Error {
    Error::NotFound {
        what: "concern",
        name: id.as_str().chars().take(80).collect(),
    }
}

fn the_desk(app: &AppState) -> Result<&dyn Desk, Error> {
    app.desk.as_deref().ok_or(Error::Refused(
        StatusCode::SERVICE_UNAVAILABLE,
        "this server only reads; edit where `langnghe serve` runs",
    ))
}

/// Who edits, for a reason.
fn hand(app: &AppState, principal: &Principal, reason: &str) -> Result<Hand, Error> {
    let account = &whose(principal)?.account;
    Ok(Hand {
        officer: account.login.clone(),
        role: desk_role(account.rights.role),
        reason: reason.to_owned(),
        logged: principal.by((app.clock)()),
    })
}

/// Who asks, by number.
fn me(principal: &Principal) -> Result<AccountId, Error> {
    Ok(whose(principal)?.account.id)
}

/// A refusal that no page can show.
fn bare(refusal: &DeskRefusal) -> Error {
    match refusal {
        DeskRefusal::Stale(_) => Error::Conflict("somebody was faster; look again"),
        DeskRefusal::Unsound { en, .. } => Error::BadForm(en.clone()),
        DeskRefusal::Failed => Error::Desk,
    }
}

/// A page as the answer to something that was not done.
fn with_status(status: u16, page: Response) -> Response {
    match StatusCode::from_u16(status) {
        Ok(StatusCode::OK) | Err(_) => page,
        Ok(status) => Dressed::with(status, page),
    }
}
