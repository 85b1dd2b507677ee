//! Who is asking.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use models::domain::{About, Action, Caller, Decision, Openness, decide};

/// Who is asking, as a handler gets it.
#[derive(Clone, Debug)]
pub(crate) struct Principal {
    caller: Caller,
    openness: Openness,
}

impl Principal {
    /// Somebody who says nothing of themselves.
    pub(crate) fn anyone(openness: Openness) -> Self {
        Self {
            caller: Caller::Anyone,
            openness,
        }
    }

    /// Whether they may do something, and if not, why. The gate has asked this of
    /// [`About::Somewhere`]; a handler asks again once it knows what the request is about.
    pub(crate) fn decide(&self, action: Action, about: About<'_>) -> Decision {
        decide(self.openness, &self.caller, action, about)
    }

    /// Whether they showed a key, which no other site can make a browser send.
    pub(crate) fn has_key(&self) -> bool {
        matches!(self.caller, Caller::Key { .. })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        // Nobody is who they are by a layer that was left out.
        let nobody = Openness {
            anonymous_api: false,
        };
        let found = parts.extensions.get::<Self>().cloned();
        Ok(found.unwrap_or_else(|| Self::anyone(nobody)))
    }
}
