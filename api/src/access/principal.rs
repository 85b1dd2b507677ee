//! Who is asking.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use indexer::{Actor, By, OpenSession};
use jiff::Timestamp;
use models::domain::{About, Action, ApiKey, Caller, Decision, Openness, decide};

use super::limits::{Counted, Door, Limits, Passed, TooSoon};
use super::settings::AccessSettings;
use crate::Error;

/// How somebody showed who they are.
#[derive(Clone, Debug)]
enum Shown {
    Nothing,
    Session(Arc<OpenSession>),
    Key(Arc<ApiKey>),
    /// A key that opens nothing: mistyped, withdrawn or too old.
    BadKey,
}

/// Who is asking, as the gate and handlers get it.
#[derive(Clone)]
pub(crate) struct Principal {
    shown: Shown,
    caller: Caller,
    openness: Openness,
    counted: Counted,
    per_minute: u32,
    per_minute_sign_in: u32,
    unread: u64,
    limits: Option<Arc<Limits>>,
    request: Option<String>,
}

impl Principal {
    /// Somebody at an address who says nothing of themselves.
    pub(super) fn anyone(
        settings: &AccessSettings,
        limits: &Arc<Limits>,
        counted: Counted,
        request: Option<String>,
    ) -> Self {
        Self {
            shown: Shown::Nothing,
            caller: Caller::Anyone,
            openness: Openness {
                anonymous_api: settings.anonymous_api,
            },
            counted,
            per_minute: settings.anonymous_per_minute,
            per_minute_sign_in: settings.sign_in_per_minute,
            unread: 0,
            limits: Some(Arc::clone(limits)),
            request,
        }
    }

    /// The same, who signed in and was told so much they have not read.
    pub(super) fn with_session(
        self,
        open: OpenSession,
        unread: u64,
        settings: &AccessSettings,
    ) -> Self {
        Self {
            unread,
            caller: Caller::Officer(open.account.rights.clone()),
            counted: Counted::Officer(open.account.id.0),
            per_minute: settings.key_per_minute,
            shown: Shown::Session(Arc::new(open)),
            ..self
        }
    }

    /// The same, who has a key.
    pub(super) fn with_key(self, key: ApiKey, settings: &AccessSettings) -> Self {
        Self {
            caller: Caller::Key {
                scopes: key.scopes.clone(),
                reach: key.reach.clone(),
            },
            counted: Counted::Key(key.id),
            per_minute: key.per_minute.unwrap_or(settings.key_per_minute),
            shown: Shown::Key(Arc::new(key)),
            ..self
        }
    }

    /// The same, whose key opens nothing. Still counted by address, so that keys cannot be guessed.
    pub(super) fn with_bad_key(self) -> Self {
        Self {
            shown: Shown::BadKey,
            ..self
        }
    }

    /// Whether they may do something, and if not, why. The gate has asked this of
    /// [`About::Somewhere`]; a handler asks again once it knows what the request is about.
    pub(crate) fn decide(&self, action: Action, about: About<'_>) -> Decision {
        decide(self.openness, &self.caller, action, about)
    }

    /// Nothing, when they may do something; else what they are told.
    pub(crate) fn require(&self, action: Action, about: About<'_>) -> Result<(), Error> {
        match self.decide(action, about) {
            Decision::Granted => Ok(()),
            denied => Err(Error::Denied(denied)),
        }
    }

    /// Their session, when they signed in.
    pub(crate) fn session(&self) -> Option<&OpenSession> {
        match &self.shown {
            Shown::Session(open) => Some(open),
            _ => None,
        }
    }

    /// Their key, when they showed one that opens something.
    pub(crate) fn key(&self) -> Option<&ApiKey> {
        match &self.shown {
            Shown::Key(key) => Some(key),
            _ => None,
        }
    }

    /// Counts a call that the gate has not counted; the error says how long to wait.
    pub(crate) fn count_call(&self) -> Result<(), Duration> {
        match self.count(Door::Api) {
            Some(Err(too_soon)) => Err(too_soon.wait()),
            Some(Ok(_)) | None => Ok(()),
        }
    }

    /// How much they were told and have not read.
    pub(crate) fn unread(&self) -> u64 {
        self.unread
    }

    /// Who they are, for the record.
    pub(crate) fn by(&self, at: Timestamp) -> By {
        let who = match &self.shown {
            Shown::Session(open) => Actor::Officer(open.account.id, open.account.rights.role),
            Shown::Key(key) => Actor::Key(key.id),
            Shown::Nothing | Shown::BadKey => Actor::Nobody,
        };
        By {
            who,
            at,
            request: self.request.clone(),
        }
    }

    /// Whether they showed a key, which no other site can make a browser send.
    pub(super) fn has_key(&self) -> bool {
        matches!(self.shown, Shown::Key(_))
    }

    pub(super) fn has_bad_key(&self) -> bool {
        matches!(self.shown, Shown::BadKey)
    }

    /// Counts a call, where that is limited.
    pub(super) fn count(&self, door: Door) -> Option<Result<Passed, TooSoon>> {
        let per_minute = match door {
            Door::Api => self.per_minute,
            Door::SignIn => self.per_minute_sign_in,
        };
        let limits = self.limits.as_ref()?;
        Some(limits.count(door, self.counted, per_minute))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Nobody is somebody by a layer that was left out.
        let found = parts.extensions.get::<Self>().cloned();
        Ok(found.unwrap_or_else(|| Self {
            shown: Shown::Nothing,
            caller: Caller::Anyone,
            openness: Openness {
                anonymous_api: false,
            },
            counted: Counted::Nobody,
            per_minute: 1,
            per_minute_sign_in: 1,
            unread: 0,
            limits: None,
            request: None,
        }))
    }
}
