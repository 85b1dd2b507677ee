//! Who sees which counts: everybody those that may be published, officers all of their part of the city.

use models::domain::{About, Action, Decision};

use super::Disclosure;
use crate::access::Principal;
use crate::state::AppState;

/// What one caller may see.
#[derive(Clone)]
pub(crate) struct Sight {
    public: Disclosure,
    /// Nobody in particular where there is none: what is published for all.
    caller: Option<Principal>,
}

impl Sight {
    pub(crate) fn new(app: &AppState, caller: &Principal) -> Self {
        Self {
            public: app.open.disclosure,
            caller: Some(caller.clone()),
        }
    }

    /// What everybody may see.
    pub(crate) fn public(app: &AppState) -> Self {
        Self {
            public: app.open.disclosure,
            caller: None,
        }
    }

    /// The rule for counts of a part of the city. Keys of programs see what everybody sees: what they
    /// read is passed on.
    pub(crate) fn of(&self, about: About<'_>) -> Disclosure {
        let caller = self.caller.as_ref();
        match caller.map(|caller| caller.decide(Action::ReadRestricted, about)) {
            Some(Decision::Granted) => Disclosure::new(0),
            _ => self.public,
        }
    }
}
