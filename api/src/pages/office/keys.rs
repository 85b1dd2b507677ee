//! `/quan-tri/khoa`: keys of the API, for administrators, within their reach.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::Response;
use indexer::NewKey;
use jiff::Timestamp;
use models::domain::{About, Action, ApiKey, Decision, KeyScope, Reach, day_start};

use super::accounts::read_reach;
use super::{Fields, go_to};
use crate::access::{Principal, hash_token, new_key};
use crate::http::parse_day;
use crate::i18n::fill;
use crate::pages::html;
use crate::state::Shared;
use crate::views::{FreshPassword, KeyRow, KeysPage, Layout, Nav, Viewer, scope_options};
use crate::{AppState, Error};

/// Most requests a minute that a form gives a key.
const RATE_MAX: u32 = 100_000;

pub(super) async fn list(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
) -> Result<Response, Error> {
    list_page(&shared, viewer, principal, None).await
}

async fn list_page(
    shared: &Shared,
    viewer: Viewer,
    principal: Principal,
    fresh: Option<FreshPassword>,
) -> Result<Response, Error> {
    let now = (shared.clock)();
    shared
        .read(move |app| {
            let o = viewer.lang.office();
            let mut rows = within_reach(app, &principal)?
                .iter()
                .map(|key| KeyRow::new(app, viewer.lang, key, now))
                .collect::<Vec<_>>();
            // What opens something comes first; each part stays as it is, the newest first.
            rows.sort_by_key(|row| !row.is_valid);
            html(&KeysPage {
                rows,
                scopes: scope_options(o),
                rate: viewer.lang.count(app.access.key_per_minute.into()),
                page: Layout::new(&viewer, &app.city, Nav::Elsewhere, o.nav_keys).for_officers(),
                o,
                fresh,
            })
        })
        .await
}

/// Keys that the caller looks after.
fn within_reach(app: &AppState, principal: &Principal) -> Result<Vec<ApiKey>, Error> {
    let mut keys = app.accounts.keys()?;
    keys.retain(|key| {
        let about = About::All(&key.reach);
        principal.decide(Action::ManageKeys, about) == Decision::Granted
    });
    Ok(keys)
}

/// What the form of a new key says.
#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    name: String,
    scopes: BTreeSet<KeyScope>,
    reach: Reach,
    per_minute: Option<u32>,
    expires_at: Option<Timestamp>,
}

fn read_form(app: &AppState, form: &[(String, String)], now: Timestamp) -> Result<Wanted, Error> {
    let bad = |name: &'static str, found: &str, expected: &'static str| Error::BadParameter {
        name,
        found: found.chars().take(80).collect(),
        expected,
    };
    let given = |wanted: &str| {
        let found = form.iter().find(|(name, _)| name == wanted);
        found.map_or("", |(_, value)| value.trim())
    };
    let name = given("ten").chars().take(100).collect::<String>();
    if name.is_empty() {
        return Err(bad(
            "ten",
            "",
            "write who holds the key: an office or a system",
        ));
    }
    let mut scopes = BTreeSet::new();
    for (_, code) in form.iter().filter(|(name, _)| name == "quyen") {
        let expected = "use read, export, restricted or open311:write";
        scopes.insert(KeyScope::from_code(code).ok_or_else(|| bad("quyen", code, expected))?);
    }
    if scopes.is_empty() {
        return Err(bad("quyen", "", "tick at least one thing the key is for"));
    }
    let per_minute = match given("so_lan") {
        "" => None,
        text => {
            let read = text.parse().ok().filter(|n| (1..=RATE_MAX).contains(n));
            let expected = "use 1 to 100000 requests a minute, or leave it empty";
            Some(read.ok_or_else(|| bad("so_lan", text, expected))?)
        }
    };
    let last_day = parse_day(
        "het_han",
        Some(given("het_han")).filter(|day| !day.is_empty()),
    )?;
    let expected = "use a day to come, or leave it empty";
    let too_early = || bad("het_han", given("het_han"), expected);
    let expires_at = match last_day {
        // The day named is the last one on which it opens anything.
        Some(day) => {
            let end = day.tomorrow().map(day_start).map_err(|_| too_early())?;
            Some(end)
                .filter(|end| now < *end)
                .ok_or_else(too_early)?
                .into()
        }
        None => None,
    };
    Ok(Wanted {
        name,
        scopes,
        reach: read_reach(app, given("pham_vi"))?,
        per_minute,
        expires_at,
    })
}

pub(super) async fn add(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Fields(form): Fields<Vec<(String, String)>>,
) -> Result<Response, Error> {
    let now = (shared.clock)();
    let wanted = read_form(&shared, &form, now)?;
    principal.require(Action::ManageKeys, About::All(&wanted.reach))?;
    let key = new_key()?;
    let by = principal.by(now);
    let new = NewKey {
        secret: hash_token(&key),
        name: wanted.name.clone(),
        scopes: wanted.scopes,
        per_minute: wanted.per_minute,
        reach: wanted.reach,
        expires_at: wanted.expires_at,
    };
    shared
        .read(move |app| Ok(app.accounts.add_key(&new, &by)?))
        .await?;
    let fresh = FreshPassword {
        line: fill(viewer.lang.office().new_key, &[&wanted.name]),
        password: key,
    };
    list_page(&shared, viewer, principal, Some(fresh)).await
}

pub(super) async fn revoke(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<u64>,
) -> Result<Response, Error> {
    let by = principal.by((shared.clock)());
    shared
        .read(move |app| {
            // One beyond the caller's reach is as unknown as one that is not there.
            if !within_reach(app, &principal)?
                .iter()
                .any(|key| key.id == id)
            {
                return Err(Error::NotFound {
                    what: "key",
                    name: id.to_string(),
                });
            }
            // Whoever withdraws it twice wanted it withdrawn.
            app.accounts.revoke_key(id, &by)?;
            Ok(())
        })
        .await?;
    Ok(go_to(&viewer, "/quan-tri/khoa"))
}
