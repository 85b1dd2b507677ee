//! What somebody typed into a form of the desk: pairs, some of them several times, kept so that nothing is
//! lost when the form comes back.

use models::domain::{AccountId, ConcernEdit, ConcernId, DigestScope, MentionId};

use crate::{AppState, Error};

/// The fields of a form in their order.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed(pub(super) Vec<(String, String)>);

/// More ticks than a page has are refused.
const TICKS_MAX: usize = 500;

impl Typed {
    /// The first field of a name; empty when there is none.
    pub(super) fn one(&self, name: &str) -> &str {
        let mut fields = self.0.iter();
        let found = fields.find(|(is, _)| is == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// All of a name.
    pub(super) fn all<'t>(&'t self, name: &'t str) -> impl Iterator<Item = &'t str> {
        let fields = self.0.iter().filter(move |(is, _)| is == name);
        fields.map(|(_, value)| value.as_str()).take(TICKS_MAX)
    }

    /// What must be there.
    pub(super) fn need(&self, name: &'static str, expected: &'static str) -> Result<&str, Error> {
        match self.one(name).trim() {
            "" => Err(bad(name, "", expected)),
            value => Ok(value),
        }
    }

    /// The versions of concerns that the officer saw: fields `thay` of the form `version:concern`.
    pub(super) fn seen(&self) -> Result<Vec<(ConcernId, u64)>, Error> {
        self.all("thay").map(|one| seen_one("thay", one)).collect()
    }

    /// What is asked to be done to a concern, and what else was seen with it.
    pub(super) fn wish(
        &self,
        app: &AppState,
        id: &ConcernId,
    ) -> Result<(ConcernEdit, Vec<(ConcernId, u64)>), Error> {
        let mut seen = self.seen()?;
        let id = id.clone();
        let edit = match self.one("viec") {
            "gop" => {
                let into = self.need("vao", "choose the concern to merge into")?;
                let (into, version) = seen_one("vao", into)?;
                seen.retain(|(known, _)| *known != into);
                seen.push((into.clone(), version));
                ConcernEdit::Merge(id, into)
            }
            "tach" => ConcernEdit::Split(id, self.all("chon").map(MentionId::new).collect()),
            "ten" => ConcernEdit::Rename(id, self.one("ten").to_owned()),
            "ghim" => ConcernEdit::Pin(id, scope(app, self.one("noi"))?),
            "bo-ghim" => ConcernEdit::Unpin(id, Some(scope(app, self.one("noi"))?)),
            "an" => ConcernEdit::Hide(id),
            "bo-an" => ConcernEdit::Unhide(id),
            "hoan-tac" => {
                let number = self.one("so");
                let expected = "give the number of an edit of this concern";
                let seq = number.parse().map_err(|_| bad("so", number, expected))?;
                ConcernEdit::Undo(seq)
            }
            other => {
                let expected = "use gop, tach, ten, ghim, bo-ghim, an, bo-an or hoan-tac";
                return Err(bad("viec", other, expected));
            }
        };
        Ok((edit, seen))
    }
}

/// `version:concern`.
pub(super) fn seen_one(name: &'static str, text: &str) -> Result<(ConcernId, u64), Error> {
    let parts = text.split_once(':');
    let read = parts.and_then(|(version, id)| Some((ConcernId::new(id), version.parse().ok()?)));
    let expected = "send the form as the page has it";
    read.ok_or_else(|| bad(name, text, expected))
}

/// An officer, or nobody for nothing.
pub(super) fn officer(name: &'static str, text: &str) -> Result<Option<AccountId>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let expected = "choose an officer of the list";
    let id = text.parse().map_err(|_| bad(name, text, expected))?;
    Ok(Some(AccountId(id)))
}

/// A list that concerns are pinned in: `city`, a code, or `agency:` and an id.
fn scope(app: &AppState, text: &str) -> Result<DigestScope, Error> {
    let expected = "choose a list of the page";
    if text == "city" {
        return Ok(DigestScope::City);
    }
    if let Some(id) = text.strip_prefix("agency:") {
        return Ok(DigestScope::Agency(app.known_agency(id)?.id.clone()));
    }
    let code = text.parse().ok().filter(|code| app.unit(*code).is_some());
    code.map(DigestScope::Unit)
        .ok_or_else(|| bad("noi", text, expected))
}

pub(super) fn bad(name: &'static str, found: &str, expected: &'static str) -> Error {
    Error::BadParameter {
        name,
        found: found.chars().take(80).collect(),
        expected,
    }
}
