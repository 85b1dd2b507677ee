//! Which column of a file holds what: named in a mapping, or known by its header.

use super::ColumnMapping;
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
            pub(super) fn headers(self) -> &'static [&'static str] {
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
    UpdatedAt = "updated_at", ["ngay cap nhat", "thoi gian cap nhat", "cap nhat luc", "cap nhat lan cuoi", "ticket updated at", "updated datetime", "updated at"],
        "When the hotline last changed it.";
    Status = "status", ["trang thai", "tinh trang", "trang thai xu ly", "tinh trang xu ly", "ket qua xu ly", "ticket status"],
        "Where it stands.";
    Rating = "rating", ["danh gia", "muc do hai long", "danh gia cua nguoi dan", "ket qua danh gia", "hai long", "ticket rating"],
        "The citizen's verdict.";
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
    pub(super) found: Vec<(TicketField, Vec<usize>)>,
    pub(super) headers: Vec<String>,
}

impl Columns {
    /// Finds every field's columns; text and the time of receipt must be there.
    pub(super) fn find(
        file: &str,
        headers: &[String],
        mapping: &ColumnMapping,
    ) -> Result<Self, ImportError> {
        let known = headers
            .iter()
            .map(|header| folded(header))
            .collect::<Vec<_>>();
        let mut columns = Self {
            found: Vec::new(),
            headers: headers.to_vec(),
        };
        for (field, named) in &mapping.columns {
            let position = |column: &String| {
                let position = known.iter().position(|header| *header == folded(column));
                position.ok_or_else(|| ImportError::MissingColumn {
                    file: file.to_owned(),
                    column: column.clone(),
                    found: listed(headers),
                })
            };
            let positions = named.iter().map(position).collect::<Result<_, _>>()?;
            columns.found.push((*field, positions));
        }
        for field in TicketField::ALL {
            if columns.positions(*field).is_empty() {
                columns.find_by_header(*field, &known);
            }
        }
        for needed in [TicketField::Text, TicketField::ReceivedAt] {
            if columns.positions(needed).is_empty() {
                return Err(ImportError::UnknownColumns {
                    file: file.to_owned(),
                    field: needed.code(),
                    found: listed(headers),
                });
            }
        }
        Ok(columns)
    }

    fn find_by_header(&mut self, field: TicketField, known: &[String]) {
        let taken = |position: &usize| self.found.iter().any(|(_, taken)| taken.contains(position));
        let mut by_header = field.headers().iter().filter_map(|name| {
            let name = folded(name);
            known.iter().position(|header| *header == name)
        });
        if let Some(position) = by_header.find(|position| !taken(position)) {
            self.found.push((field, vec![position]));
        }
    }

    pub(super) fn positions(&self, field: TicketField) -> &[usize] {
        let found = self.found.iter().find(|(found, _)| *found == field);
        found.map_or(&[], |(_, positions)| positions)
    }

    /// Header of a field's columns.
    pub(super) fn header(&self, field: TicketField) -> String {
        let headers = self
            .positions(field)
            .iter()
            .map(|at| self.headers[*at].as_str());
        match headers.collect::<Vec<_>>().join(" + ") {
            name if name.is_empty() => field.code().to_owned(),
            name => name,
        }
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
