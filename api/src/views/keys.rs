//! Keys of the API, as an administrator sees them.

use askama::Template;
use jiff::Timestamp;
use models::domain::{ApiKey, KeyScope};

use super::{FreshPassword, Layout};
use crate::i18n::{Lang, OfficeTexts, fill};
use crate::state::AppState;

/// A key without its secret, which nobody here knows.
pub(crate) struct KeyRow {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) scopes: String,
    pub(crate) reach: String,
    pub(crate) state: String,
    pub(crate) state_class: &'static str,
    pub(crate) used: String,
    pub(crate) is_valid: bool,
}

impl KeyRow {
    pub(crate) fn new(app: &AppState, lang: Lang, key: &ApiKey, now: Timestamp) -> Self {
        let o = lang.office();
        let is_valid = key.is_valid_at(now);
        let state = match (key.revoked_at, key.expires_at) {
            (Some(at), _) => fill(o.key_revoked, &[&lang.moment(at)]),
            (None, Some(end)) if is_valid => fill(o.key_until, &[&lang.moment(end)]),
            (None, Some(end)) => fill(o.key_over, &[&lang.moment(end)]),
            (None, None) => o.state_active.to_owned(),
        };
        let scopes = key.scopes.iter().map(|scope| o.scope_name(*scope));
        Self {
            id: key.id,
            name: key.name.clone(),
            scopes: scopes.collect::<Vec<_>>().join(", "),
            reach: o.reach_name(app, &key.reach),
            state,
            state_class: if is_valid { "good" } else { "hatched" },
            used: key.last_used_on.map_or_else(
                || o.key_unused.to_owned(),
                |day| fill(o.key_used, &[&lang.long_day(day)]),
            ),
            is_valid,
        }
    }
}

/// Something a key may be for.
pub(crate) struct ScopeOption {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) is_chosen: bool,
}

/// All of them; reading is what most keys are for.
pub(crate) fn scope_options(o: &OfficeTexts) -> Vec<ScopeOption> {
    let option = |scope: KeyScope| ScopeOption {
        code: scope.code(),
        name: o.scope_name(scope),
        is_chosen: scope == KeyScope::Read,
    };
    KeyScope::ALL.map(option).into()
}

/// `/quan-tri/khoa`.
#[derive(Template)]
#[template(path = "keys.html")]
pub(crate) struct KeysPage {
    pub(crate) page: Layout,
    pub(crate) o: &'static OfficeTexts,
    pub(crate) rows: Vec<KeyRow>,
    pub(crate) scopes: Vec<ScopeOption>,
    /// Requests a minute of a key that has no rate of its own.
    pub(crate) rate: String,
    pub(crate) fresh: Option<FreshPassword>,
}

impl OfficeTexts {
    /// What a key is for, in words.
    fn scope_name(&self, scope: KeyScope) -> &'static str {
        match scope {
            KeyScope::Read => self.scope_read,
            KeyScope::Open311Write => self.scope_open311,
            KeyScope::Export => self.scope_export,
            KeyScope::Restricted => self.scope_restricted,
        }
    }
}
