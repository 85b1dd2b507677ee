//! The desk (biên tập): in which role people correct, and what their standing corrections say of how
//! concerns are shown.

use std::collections::BTreeMap;

use super::{ConcernId, Correction, CorrectionChange, DigestScope, MentionId, standing};

/// In which role somebody corrects. Readers are told the role, never the person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum DeskRole {
    /// Ban biên tập, when nothing more is known.
    #[default]
    Desk,
    /// Cán bộ báo chí.
    PressOfficer,
    /// Cán bộ trả lời của đơn vị.
    UnitResponder,
    /// Quản trị.
    Admin,
}

impl DeskRole {
    /// All roles.
    pub const ALL: [Self; 4] = [
        Self::Desk,
        Self::PressOfficer,
        Self::UnitResponder,
        Self::Admin,
    ];

    /// The code used in files and addresses.
    pub fn code(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::PressOfficer => "press_officer",
            Self::UnitResponder => "unit_responder",
            Self::Admin => "admin",
        }
    }

    /// The role of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }
}

/// What can be done to concerns.
#[derive(Clone, Debug, PartialEq)]
pub enum ConcernEdit {
    /// The first goes into the second.
    Merge(ConcernId, ConcernId),
    /// Mentions of a concern, with their replies, become one of their own.
    Split(ConcernId, Vec<MentionId>),
    /// A title by the desk.
    Rename(ConcernId, String),
    /// Kept in sight of a scope.
    Pin(ConcernId, DigestScope),
    /// No longer; of the only scope it is pinned in where none is named.
    Unpin(ConcernId, Option<DigestScope>),
    /// Kept out of lists.
    Hide(ConcernId),
    /// No longer.
    Unhide(ConcernId),
    /// An earlier edit counts no more; one that undid another counts no more, so that the other does.
    Undo(u64),
}

/// What the corrections that count say of how concerns are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskMarks {
    titles: BTreeMap<ConcernId, String>,
    hidden: BTreeMap<ConcernId, String>,
    /// In the order they were made.
    pins: Vec<(ConcernId, DigestScope)>,
}

impl DeskMarks {
    /// Those that count among all corrections; of several titles the latest.
    pub fn of(corrections: &[Correction]) -> Self {
        let mut marks = Self::default();
        for made in standing(corrections) {
            match &made.change {
                CorrectionChange::Rename(id, title) => {
                    marks.titles.insert(id.clone(), title.clone());
                }
                CorrectionChange::Hide(id) => {
                    marks.hidden.insert(id.clone(), made.reason.clone());
                }
                CorrectionChange::Pin(id, scope) => {
                    let pin = (id.clone(), scope.clone());
                    if !marks.pins.contains(&pin) {
                        marks.pins.push(pin);
                    }
                }
                _ => {}
            }
        }
        marks
    }

    /// The title the desk gave a concern.
    pub fn title(&self, concern: &ConcernId) -> Option<&str> {
        self.titles.get(concern).map(String::as_str)
    }

    /// Why a concern is kept out of lists; `None` when it is not.
    pub fn hidden(&self, concern: &ConcernId) -> Option<&str> {
        self.hidden.get(concern).map(String::as_str)
    }

    /// Concerns kept in sight of the readers of a scope, in the order they were pinned.
    pub fn pinned(&self, scope: &DigestScope) -> impl Iterator<Item = &ConcernId> {
        let pins = self.pins.iter().filter(move |(_, of)| of == scope);
        pins.map(|(concern, _)| concern)
    }

    /// Scopes in which a concern is pinned.
    pub fn pinned_in(&self, concern: &ConcernId) -> impl Iterator<Item = &DigestScope> {
        let pins = self.pins.iter().filter(move |(id, _)| id == concern);
        pins.map(|(_, scope)| scope)
    }

    /// Whether nothing is said of any concern.
    pub fn is_empty(&self) -> bool {
        self.titles.is_empty() && self.hidden.is_empty() && self.pins.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(seq: u64, change: CorrectionChange) -> Correction {
        Correction {
            seq,
            made_at: jiff::Timestamp::UNIX_EPOCH,
            officer: "an".to_owned(),
            role: DeskRole::PressOfficer,
            reason: format!("lý do {seq}"),
            change,
            anchors: Vec::new(),
        }
    }

    #[test]
    fn what_is_undone_is_not_shown() {
        let c = ConcernId::new("c");
        let all = [
            made(1, CorrectionChange::Rename(c.clone(), "Một".to_owned())),
            made(2, CorrectionChange::Rename(c.clone(), "Hai".to_owned())),
            made(3, CorrectionChange::Hide(c.clone())),
            made(4, CorrectionChange::Pin(c.clone(), DigestScope::City)),
            made(5, CorrectionChange::Pin(c.clone(), DigestScope::City)),
        ];
        let marks = DeskMarks::of(&all);
        assert_eq!(marks.title(&c), Some("Hai"));
        assert_eq!(marks.hidden(&c), Some("lý do 3"));
        assert_eq!(marks.pinned(&DigestScope::City).count(), 1, "said twice");
        let undone = [2, 3].map(|seq| made(seq + 10, CorrectionChange::Undo(seq)));
        let marks = DeskMarks::of(&[&all[..], &undone].concat());
        assert_eq!(marks.title(&c), Some("Một"), "the one before comes back");
        assert_eq!(marks.hidden(&c), None);
        let roles = DeskRole::ALL.map(|role| DeskRole::from_code(role.code()));
        assert_eq!(roles, DeskRole::ALL.map(Some));
    }
}
