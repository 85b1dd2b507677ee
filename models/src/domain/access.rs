//! The one place that says who may do what. Everything else asks [`decide`].

use std::collections::BTreeSet;

use super::{AgencyId, KeyScope, Reach, Rights, Role, UnitCode};

/// What somebody wants to do. Every route of the server and every button of the desk names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Reading pages that are open to all, style sheets, health and descriptions.
    ReadPublic,
    /// Reading what is public through the API.
    ReadApi,
    /// Handing in a report through the API.
    FileReport,
    /// Handing over something that carries a proof of its own, which the handler checks: a signed
    /// delivery, a form with a key in it.
    Deliver,
    /// Signing in.
    SignIn,
    /// Looking after one's own account: password, code, sessions.
    ManageSelf,
    /// Reading what is not public: edits, notes, requests, drafts.
    ReadRestricted,
    /// The same through the API: requests for explanation and alerts, within reach.
    ReadRestrictedApi,
    /// Taking out more at once than pages show.
    Export,
    /// Merging, splitting, renaming, pinning, hiding and assigning concerns.
    EditConcerns,
    /// Correcting what was read in a mention.
    CorrectMentions,
    /// Asking a unit to explain (yêu cầu giải trình), and taking or returning its answer.
    AskForExplanation,
    /// Answering such a request in the name of a unit.
    AnswerRequest,
    /// Rules of alerts, acknowledging and snoozing them.
    ManageAlerts,
    /// Accounts and their rights.
    ManageAccounts,
    /// Keys of the API.
    ManageKeys,
    /// The audit log.
    ReadAudit,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 17] = [
        Self::ReadPublic,
        Self::ReadApi,
        Self::FileReport,
        Self::Deliver,
        Self::SignIn,
        Self::ManageSelf,
        Self::ReadRestricted,
        Self::ReadRestrictedApi,
        Self::Export,
        Self::EditConcerns,
        Self::CorrectMentions,
        Self::AskForExplanation,
        Self::AnswerRequest,
        Self::ManageAlerts,
        Self::ManageAccounts,
        Self::ManageKeys,
        Self::ReadAudit,
    ];

    /// The code used in logs and tests.
    pub fn code(self) -> &'static str {
        match self {
            Self::ReadPublic => "read_public",
            Self::ReadApi => "read_api",
            Self::FileReport => "file_report",
            Self::Deliver => "deliver",
            Self::SignIn => "sign_in",
            Self::ManageSelf => "manage_self",
            Self::ReadRestricted => "read_restricted",
            Self::ReadRestrictedApi => "read_restricted_api",
            Self::Export => "export",
            Self::EditConcerns => "edit_concerns",
            Self::CorrectMentions => "correct_mentions",
            Self::AskForExplanation => "ask_for_explanation",
            Self::AnswerRequest => "answer_request",
            Self::ManageAlerts => "manage_alerts",
            Self::ManageAccounts => "manage_accounts",
            Self::ManageKeys => "manage_keys",
            Self::ReadAudit => "read_audit",
        }
    }

    /// Whether programs do this, so that the limits of the API hold for it.
    pub fn is_of_api(self) -> bool {
        matches!(
            self,
            Self::ReadApi | Self::ReadRestrictedApi | Self::FileReport | Self::Export
        )
    }
}

/// Who wants to do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Anybody.
    Anyone,
    /// An officer who signed in.
    Officer(Rights),
    /// A program with a key.
    Key {
        /// What the key is for.
        scopes: BTreeSet<KeyScope>,
        /// The part of the city it is for.
        reach: Reach,
    },
}

/// What it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About<'a> {
    /// Anything at all: whether there is any part of the city in which the caller may do this. What is
    /// asked of a route, before the handler knows what its address names.
    Somewhere,
    /// The whole city.
    City,
    /// A unit.
    Unit(UnitCode),
    /// Several units, of which all must lie within reach.
    Units(&'a [UnitCode]),
    /// An agency.
    Agency(&'a AgencyId),
    /// All that another may do: an account or key that is looked after.
    All(&'a Reach),
}

/// The answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes.
    Granted,
    /// Nobody may without signing in or showing a key.
    NeedsProof,
    /// Not in this role.
    NotInRole,
    /// In this role, but not here.
    OutOfReach,
    /// The key was not made for this.
    NotInScope,
}

/// What the city lets people do who say nothing of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Openness {
    /// Whether the API may be read without a key. Pages always may.
    pub anonymous_api: bool,
}

/// Whether somebody may do something, and if not, why.
pub fn decide(openness: Openness, caller: &Caller, action: Action, about: About<'_>) -> Decision {
    if is_open(action) {
        return Decision::Granted;
    }
    match caller {
        Caller::Anyone if action == Action::ReadApi && openness.anonymous_api => Decision::Granted,
        Caller::Anyone => Decision::NeedsProof,
        Caller::Officer(rights) => of_officer(rights, action, about),
        Caller::Key { scopes, reach } => match scope_for(action) {
            Some(scope) if scopes.contains(&scope) => within(reach, action, about),
            _ => Decision::NotInScope,
        },
    }
}

/// What needs no rights at all.
fn is_open(action: Action) -> bool {
    matches!(
        action,
        Action::ReadPublic | Action::Deliver | Action::SignIn
    )
}

/// [`decide`], where the reason does not matter.
pub fn may(openness: Openness, caller: &Caller, action: Action, about: About<'_>) -> bool {
    decide(openness, caller, action, about) == Decision::Granted
}

fn of_officer(rights: &Rights, action: Action, about: About<'_>) -> Decision {
    if is_in_role(rights.role, action) {
        within(&rights.reach, action, about)
    } else {
        Decision::NotInRole
    }
}

/// What each role is for. Answering belongs to the unit alone: nobody else speaks in its name.
fn is_in_role(role: Role, action: Action) -> bool {
    use Role::{Admin, PressOfficer, UnitResponder};
    match action {
        Action::ReadPublic
        | Action::Deliver
        | Action::SignIn
        | Action::ReadApi
        | Action::ManageSelf
        | Action::ReadRestricted
        | Action::ReadRestrictedApi
        | Action::Export => true,
        Action::EditConcerns
        | Action::CorrectMentions
        | Action::AskForExplanation
        | Action::ManageAlerts => matches!(role, PressOfficer | Admin),
        Action::AnswerRequest => role == UnitResponder,
        Action::ManageAccounts | Action::ManageKeys | Action::ReadAudit => role == Admin,
        // Reports come from citizens' side, through programs with keys.
        Action::FileReport => false,
    }
}

fn scope_for(action: Action) -> Option<KeyScope> {
    match action {
        Action::ReadApi => Some(KeyScope::Read),
        Action::FileReport => Some(KeyScope::Open311Write),
        Action::Export => Some(KeyScope::Export),
        Action::ReadRestrictedApi => Some(KeyScope::Restricted),
        _ => None,
    }
}

fn within(reach: &Reach, action: Action, about: About<'_>) -> Decision {
    let is_within = match (action, about) {
        // What is public is public everywhere, and an own account has no place.
        (Action::ReadApi | Action::ManageSelf, _) => true,
        // The log tells of everybody: part of the city has no part of it.
        (Action::ReadAudit, _) | (_, About::City) => *reach == Reach::City,
        (_, About::Somewhere) => !matches!(reach, Reach::Units(units) if units.is_empty()),
        (_, About::Unit(code)) => reaches_unit(reach, code),
        (_, About::Units(codes)) => codes.iter().all(|code| reaches_unit(reach, *code)),
        (_, About::Agency(id)) => match reach {
            Reach::City => true,
            Reach::Agency(mine) => mine == id,
            Reach::Units(_) => false,
        },
        (_, About::All(other)) => reach.contains(other),
    };
    if is_within {
        Decision::Granted
    } else {
        Decision::OutOfReach
    }
}

fn reaches_unit(reach: &Reach, code: UnitCode) -> bool {
    match reach {
        Reach::City => true,
        Reach::Units(units) => units.contains(&code),
        Reach::Agency(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OPEN: Openness = Openness {
        anonymous_api: true,
    };
    const CLOSED: Openness = Openness {
        anonymous_api: false,
    };

    /// For each action: anyone (open, closed API), then viewer, press officer, unit responder and admin
    /// of the city, then a key with each scope alone.
    const TABLE: &str = "
        read_public          yes yes  yes yes yes yes  yes yes yes yes
        read_api             yes no   yes yes yes yes  yes no  no no
        file_report          no  no   no  no  no  no   no  yes no no
        deliver              yes yes  yes yes yes yes  yes yes yes yes
        sign_in              yes yes  yes yes yes yes  yes yes yes yes
        manage_self          no  no   yes yes yes yes  no  no  no no
        read_restricted      no  no   yes yes yes yes  no  no  no no
        read_restricted_api  no  no   yes yes yes yes  no  no  no  yes
        export               no  no   yes yes yes yes  no  no  yes no
        edit_concerns        no  no   no  yes no  yes  no  no  no no
        correct_mentions     no  no   no  yes no  yes  no  no  no no
        ask_for_explanation  no  no   no  yes no  yes  no  no  no no
        answer_request       no  no   no  no  yes no   no  no  no no
        manage_alerts        no  no   no  yes no  yes  no  no  no no
        manage_accounts      no  no   no  no  no  yes  no  no  no no
        manage_keys          no  no   no  no  no  yes  no  no  no no
        read_audit           no  no   no  no  no  yes  no  no  no no";

    fn officer(role: Role, reach: &str) -> Caller {
        let reach = Reach::from_text(reach).unwrap();
        Caller::Officer(Rights { role, reach })
    }

    fn key(scope: KeyScope, reach: &str) -> Caller {
        Caller::Key {
            scopes: [scope].into(),
            reach: Reach::from_text(reach).unwrap(),
        }
    }

    #[test]
    fn every_action_has_its_row() {
        let mut callers = vec![(OPEN, Caller::Anyone), (CLOSED, Caller::Anyone)];
        callers.extend(Role::ALL.map(|role| (CLOSED, officer(role, "city"))));
        callers.extend(KeyScope::ALL.map(|scope| (CLOSED, key(scope, "city"))));
        let rows = TABLE.lines().filter(|row| !row.trim().is_empty());
        let rows = rows.map(|row| row.split_whitespace().collect::<Vec<_>>());
        let rows = rows.collect::<Vec<_>>();
        assert_eq!(rows.len(), Action::ALL.len());
        for (row, action) in rows.iter().zip(Action::ALL) {
            assert_eq!((row[0], row.len()), (action.code(), callers.len() + 1));
            for (cell, (openness, caller)) in row[1..].iter().zip(&callers) {
                for about in [About::Somewhere, About::City] {
                    let found = may(*openness, caller, action, about);
                    assert_eq!(found, *cell == "yes", "{caller:?} {action:?} {about:?}");
                }
            }
        }
    }

    /// Rights of part of the city, action by action over every kind of place.
    #[test]
    fn reach_is_kept_for_every_action() {
        let (mine, other) = ("26734".parse().unwrap(), "27000".parse().unwrap());
        let (agency, stranger) = (AgencyId::new("a"), AgencyId::new("b"));
        let both = [mine, other];
        let (of_mine, of_agency) = (Reach::Units([mine].into()), Reach::Agency(agency.clone()));
        let places = [
            // place, reached by the unit's officer, reached by the agency's
            (About::Somewhere, true, true),
            (About::City, false, false),
            (About::Unit(mine), true, false),
            (About::Unit(other), false, false),
            (About::Units(&both), false, false),
            (About::Units(&both[..1]), true, false),
            (About::Agency(&agency), false, true),
            (About::Agency(&stranger), false, false),
            (About::All(&of_mine), true, false),
            (About::All(&of_agency), false, true),
            (About::All(&Reach::City), false, false),
        ];
        for role in Role::ALL {
            for action in Action::ALL {
                for (about, by_unit, by_agency) in places {
                    for (reach, is_reached) in [("26734", by_unit), ("agency:a", by_agency)] {
                        let found = decide(OPEN, &officer(role, reach), action, about);
                        let expected = match action {
                            Action::ReadApi | Action::ManageSelf => Decision::Granted,
                            _ if is_open(action) => Decision::Granted,
                            _ if !is_in_role(role, action) => Decision::NotInRole,
                            Action::ReadAudit => Decision::OutOfReach,
                            _ if is_reached => Decision::Granted,
                            _ => Decision::OutOfReach,
                        };
                        assert_eq!(found, expected, "{role:?} {reach} {action:?} {about:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn nobody_is_told_more_than_needed() {
        let unit = About::Unit("26734".parse().unwrap());
        for (caller, action, expected) in [
            (Caller::Anyone, Action::EditConcerns, Decision::NeedsProof),
            (
                key(KeyScope::Read, "city"),
                Action::EditConcerns,
                Decision::NotInScope,
            ),
            (
                key(KeyScope::Open311Write, "27000"),
                Action::FileReport,
                Decision::OutOfReach,
            ),
            (
                key(KeyScope::Open311Write, "26734"),
                Action::FileReport,
                Decision::Granted,
            ),
        ] {
            assert_eq!(decide(OPEN, &caller, action, unit), expected);
        }
        let nowhere = Caller::Officer(Rights {
            role: Role::Viewer,
            reach: Reach::Units(BTreeSet::new()),
        });
        assert!(!may(
            OPEN,
            &nowhere,
            Action::ReadRestricted,
            About::Somewhere
        ));
        assert!(
            !may(OPEN, &nowhere, Action::ReadRestricted, About::City),
            "no units is not the whole city"
        );
    }
}
