//! Which column of a file holds what: named in a mapping, or known by its header.

use super::ImportError;
use crate::sources::ticket_words::folded;

macro_rules! fields {
    ($($variant:ident = $code:literal, [$($header:literal),*], $doc:literal;)*) => {
        /// What a column may hold.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum TicketField {
            $(#[doc = $doc] $variant,)*
        }

        impl TicketField {
            /// Every field.
            pub const ALL: &[TicketField] = &[$(Self::$variant,)*];

            /// The name used in mappings.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// Headers by which it is known, folded; the more usual ones first.
            fn headers(self) -> &'static [&'static str] {
                match self { $(Self::$variant => &[$code, $($header),*],)* }
            }
        }
    };
}

fields! {
    Code = "code", ["ma phan anh", "ma ho so", "ma so", "ma phieu", "ma", "so phieu", "ma tin", "ticket id", "service request id", "id"],
        "Number of the ticket; makes the id of its mention.";
    Title = "title", ["tieu de", "ten phan anh", "chu de", "subject", "summary"],
        "Subject.";
    Text = "text", ["noi dung", "noi dung phan anh", "noi dung kien nghi", "mo ta", "phan anh", "description", "content"],
        "What the citizen wrote.";
    Field = "field", ["linh vuc", "linh vuc phan anh", "nhom linh vuc", "chuyen muc", "loai phan anh", "service name", "category", "ticket field"],
        "Field as declared.";
    Address = "address", ["dia chi", "dia diem", "vi tri", "dia chi su viec", "dia diem phan anh", "noi xay ra", "ticket address", "location"],
        "Where it happened.";
    ReceivedAt = "received_at", ["ngay tiep nhan", "thoi gian tiep nhan", "ngay phan anh", "thoi gian phan anh", "ngay gui", "thoi gian gui", "ngay tao", "ngay nhan", "published at", "requested datetime", "created at", "received at"],
        "When it was received.";
    DueAt = "due_at", ["han xu ly", "ngay het han", "thoi han", "thoi han xu ly", "han tra loi", "han giai quyet", "ticket due at", "expected datetime", "due at"],
        "When an answer is due.";
    ClosedAt = "closed_at", ["ngay xu ly", "ngay hoan thanh", "thoi gian hoan thanh", "ngay ket thuc", "ngay tra loi", "ngay dong", "thoi gian xu ly", "ticket closed at", "closed at"],
        "When it was closed.";
    Status = "status", ["trang thai", "tinh trang", "trang thai xu ly", "tinh trang xu ly", "ket qua xu ly", "ticket status"],
        "Where it stands.";
    Rating = "rating", ["danh gia", "muc do hai long", "danh gia cua nguoi dan", "ket qua danh gia", "hai long", "ticket rating"],
        "The citizen's verdict.";
}

/// Names the columns of a file; what it does not name is found by its header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnMapping {
    /// Field and header, each field at most once.
    pub columns: Vec<(TicketField, String)>,
}

impl TicketField {
    /// The field of a name used in mappings.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.code() == code)
    }
}

/// The columns of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) found: Vec<(TicketField, usize)>,
    pub(super) headers: Vec<String>,
}

impl Columns {
    /// Finds every field's column; text and the time of receipt must be there.
    pub(super) fn find(
        file: &str,
        headers: &[String],
        mapping: &ColumnMapping,
    ) -> Result<Self, ImportError> {
        let known = headers
            .iter()
            .map(|header| folded(header))
            .collect::<Vec<_>>();
        let mut found = Vec::new();
        for (field, column) in &mapping.columns {
            let position = known.iter().position(|header| *header == folded(column));
            let position = position.ok_or_else(|| ImportError::MissingColumn {
                file: file.to_owned(),
                column: column.clone(),
                found: listed(headers),
            })?;
            found.push((*field, position));
        }
        for field in TicketField::ALL {
            let is_named = found.iter().any(|(named, _)| named == field);
            let is_free = |position: &usize| !found.iter().any(|(_, taken)| taken == position);
            let by_header = field.headers().iter().filter_map(|name| {
                let name = folded(name);
                known.iter().position(|header| *header == name)
            });
            if let Some(position) = by_header.into_iter().find(is_free).filter(|_| !is_named) {
                found.push((*field, position));
            }
        }
        let columns = Self {
            found,
            headers: headers.to_vec(),
        };
        for needed in [TicketField::Text, TicketField::ReceivedAt] {
            if columns.position(needed).is_none() {
                return Err(ImportError::UnknownColumns {
                    file: file.to_owned(),
                    field: needed.code(),
                    found: listed(headers),
                });
            }
        }
        Ok(columns)
    }

    pub(super) fn position(&self, field: TicketField) -> Option<usize> {
        self.found
            .iter()
            .find(|(found, _)| *found == field)
            .map(|(_, position)| *position)
    }

    /// Header of a field's column.
    pub(super) fn header(&self, field: TicketField) -> &str {
        self.position(field)
            .map_or(field.code(), |position| &self.headers[position])
    }
}

fn listed(headers: &[String]) -> String {
    const SHOWN_MAX: usize = 40;
    let shown = headers
        .iter()
        .take(SHOWN_MAX)
        .map(|header| format!("`{header}`"));
    shown.collect::<Vec<_>>().join(", ")
}
