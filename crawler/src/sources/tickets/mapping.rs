//! What a mapping file says of a file of tickets: columns, forms of dates, words.

use encoding_rs::Encoding;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};
use models::domain::{Rating, TicketStatus, VIETNAM_OFFSET_HOURS};

use super::TicketField;
use crate::sources::ticket_words::{self, folded};

/// How to read a file of tickets; whatever it does not say is found by headers and known words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMapping {
    /// Field and headers, each field at most once. Several columns of text are read one below the
    /// other; of other fields the first that is filled counts.
    pub columns: Vec<(TicketField, Vec<String>)>,
    /// Patterns of dates (`%d/%m/%Y %H:%M`), tried in order; none for the forms offices use.
    pub dates: Vec<String>,
    /// The zone of dates that carry none.
    pub offset: Offset,
    /// Words of status, compared without accents and case; known words need not be among them.
    pub statuses: Vec<(String, TicketStatus)>,
    /// Words of verdict; `None` says that nothing was judged.
    pub ratings: Vec<(String, Option<Rating>)>,
    /// Names of fields and what they are called here.
    pub fields: Vec<(String, String)>,
    /// Line of the header; found by its words when not given.
    pub header_row: Option<u64>,
    /// Sheet of a workbook; the first with rows when not given.
    pub sheet: Option<String>,
    /// Separator of a CSV file; found by its header when not given.
    pub separator: Option<u8>,
    /// Encoding of a CSV or JSON file (`windows-1258`); found by its bytes when not given.
    pub encoding: Option<String>,
}

impl Default for ColumnMapping {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            dates: Vec::new(),
            offset: Offset::constant(VIETNAM_OFFSET_HOURS),
            statuses: Vec::new(),
            ratings: Vec::new(),
            fields: Vec::new(),
            header_row: None,
            sheet: None,
            separator: None,
            encoding: None,
        }
    }
}

impl ColumnMapping {
    /// Whether an encoding of that name is known.
    pub fn knows_encoding(label: &str) -> bool {
        Encoding::for_label(label.as_bytes()).is_some()
    }

    /// Whether a pattern of dates can be read: one that is written and read back gives a date.
    pub fn knows_date(pattern: &str) -> bool {
        let sample = jiff::civil::date(2026, 11, 22).at(14, 30, 0, 0);
        let Ok(zoned) = sample.to_zoned(TimeZone::UTC) else {
            return false;
        };
        let written = jiff::fmt::strtime::format(pattern, &zoned);
        written.is_ok_and(|text| {
            BrokenDownTime::parse(pattern, &text).is_ok_and(|read| read.to_date().is_ok())
        })
    }

    pub(super) fn zone(&self) -> TimeZone {
        TimeZone::fixed(self.offset)
    }

    pub(super) fn status(&self, word: &str) -> Option<TicketStatus> {
        find(&self.statuses, word).or_else(|| ticket_words::status(word))
    }

    pub(super) fn rating(&self, word: &str) -> Result<Option<Rating>, ()> {
        match find(&self.ratings, word) {
            Some(rating) => Ok(rating),
            None => ticket_words::rating(word),
        }
    }

    pub(super) fn field(&self, name: String) -> String {
        find(&self.fields, &name).unwrap_or(name)
    }

    pub(super) fn headers_of(&self, field: TicketField) -> Option<&[String]> {
        let found = self.columns.iter().find(|(named, _)| *named == field);
        found.map(|(_, headers)| headers.as_slice())
    }
}

fn find<T: Clone>(words: &[(String, T)], word: &str) -> Option<T> {
    let wanted = folded(word);
    let found = words.iter().find(|(known, _)| folded(known) == wanted);
    found.map(|(_, value)| value.clone())
}
