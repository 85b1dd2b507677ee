//! Parts of an annotation that are lists.

use models::domain::{PiiField, PiiKind, PiiSpan, Placement, Scope};
use serde::{Deserialize, Serialize};

use super::{
    Complaint, UnitShape, agencies_of, agency_shapes, code_in, from_table, unit_shapes, units_of,
};

/// Units and agencies of a placement.
#[derive(Serialize, Deserialize)]
pub(crate) struct PlacesShape {
    units: Vec<UnitShape>,
    agencies: Vec<String>,
}

impl From<&Placement> for PlacesShape {
    fn from(placement: &Placement) -> Self {
        Self {
            units: unit_shapes(&placement.units),
            agencies: agency_shapes(&placement.agencies),
        }
    }
}

impl PlacesShape {
    pub(crate) fn into_placement(self, scope: Scope) -> Result<Placement, Complaint> {
        Ok(Placement {
            scope,
            units: units_of(self.units)?,
            agencies: agencies_of(self.agencies),
        })
    }
}

const SCOPES: [(Scope, &str); 4] = [
    (Scope::Unit, "unit"),
    (Scope::City, "city"),
    (Scope::Outside, "outside"),
    (Scope::Unknown, "unknown"),
];

pub(crate) fn scope_code(scope: Scope) -> &'static str {
    code_in(&SCOPES, &scope)
}

pub(crate) fn scope_of(code: &str) -> Result<Scope, Complaint> {
    from_table("scope", &SCOPES, code)
}

/// Where personal data stood that was cut: `["title", "phone", 3, 13]`.
#[derive(Serialize, Deserialize)]
pub(crate) struct PiiShape(String, String, usize, usize);

const FIELDS: [(PiiField, &str); 2] = [(PiiField::Title, "title"), (PiiField::Text, "text")];

const KINDS: [PiiKind; 9] = [
    PiiKind::Name,
    PiiKind::Phone,
    PiiKind::Email,
    PiiKind::IdNumber,
    PiiKind::Plate,
    PiiKind::Address,
    PiiKind::Handle,
    PiiKind::BankAccount,
    PiiKind::Other,
];

impl From<&PiiSpan> for PiiShape {
    fn from(span: &PiiSpan) -> Self {
        let field = code_in(&FIELDS, &span.field).to_owned();
        Self(field, span.kind.code().to_owned(), span.start, span.end)
    }
}

impl TryFrom<PiiShape> for PiiSpan {
    type Error = Complaint;

    fn try_from(shape: PiiShape) -> Result<Self, Complaint> {
        let PiiShape(field, kind, start, end) = shape;
        Ok(Self {
            field: from_table("field", &FIELDS, &field)?,
            kind: super::of_code("kind of personal data", &kind, |code| {
                KINDS.into_iter().find(|known| known.code() == code)
            })?,
            start,
            end,
        })
    }
}
