//! What is wrong with a row, told without a citizen's words.

use super::table::Cell;

/// Why a row was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowFault {
    /// A cell that must hold something is empty.
    Empty,
    /// A date in no form we read.
    NotADate,
    /// A word of status that stands for none of ours.
    UnknownStatus,
    /// A verdict that stands for none of ours.
    UnknownRating,
    /// The ticket was closed before it was received.
    ClosedTooEarly,
    /// The spreadsheet could not compute the cell (`#REF!`).
    SpreadsheetError,
    /// A formula whose value was never stored.
    FormulaWithoutValue,
    /// The row is wider than the header: a separator or quote inside a cell.
    TooManyCells {
        /// Cells of the row.
        found: usize,
        /// Cells of the header.
        expected: usize,
    },
    /// The line is no JSON object.
    NotAnObject,
}

impl RowFault {
    /// What is wrong, behind the name of the column.
    pub fn english(self) -> String {
        match self {
            Self::Empty => "is empty".to_owned(),
            Self::NotADate => "is no date".to_owned(),
            Self::UnknownStatus => "says nothing we know".to_owned(),
            Self::UnknownRating => "is no verdict we know".to_owned(),
            Self::ClosedTooEarly => "lies before the time of receipt".to_owned(),
            Self::SpreadsheetError => "holds an error of the spreadsheet".to_owned(),
            Self::FormulaWithoutValue => "holds a formula without a stored value".to_owned(),
            Self::TooManyCells { found, expected } => {
                format!("{found} cells where the header has {expected}")
            }
            Self::NotAnObject => "not a JSON object".to_owned(),
        }
    }

    /// The same in Vietnamese.
    pub fn vietnamese(self) -> String {
        match self {
            Self::Empty => "để trống".to_owned(),
            Self::NotADate => "không phải ngày".to_owned(),
            Self::UnknownStatus => "trạng thái không được biết".to_owned(),
            Self::UnknownRating => "đánh giá không được biết".to_owned(),
            Self::ClosedTooEarly => "sớm hơn ngày tiếp nhận".to_owned(),
            Self::SpreadsheetError => "bảng tính báo lỗi".to_owned(),
            Self::FormulaWithoutValue => "công thức chưa có giá trị".to_owned(),
            Self::TooManyCells { found, expected } => {
                format!("{found} ô, tiêu đề có {expected}")
            }
            Self::NotAnObject => "không phải đối tượng JSON".to_owned(),
        }
    }

    /// What to do about it, in Vietnamese and English.
    pub fn fix(self) -> &'static str {
        match self {
            Self::Empty => {
                "điền ô này, hoặc chỉ cột khác trong tệp ánh xạ / fill the cell, or name another column in the mapping file"
            }
            Self::NotADate => {
                "ghi 25/10/2025 14:30, hoặc thêm mẫu vào `dates` của tệp ánh xạ / write it so, or add its pattern to `dates` of the mapping file"
            }
            Self::UnknownStatus => {
                "thêm từ này vào [status] của tệp ánh xạ / add the word to [status] of the mapping file"
            }
            Self::UnknownRating => {
                "thêm từ này vào [rating] của tệp ánh xạ / add the word to [rating] of the mapping file"
            }
            Self::ClosedTooEarly => "sửa một trong hai ngày / mend one of the two dates",
            Self::SpreadsheetError => "sửa công thức của ô / mend the formula of the cell",
            Self::FormulaWithoutValue => {
                "mở tệp bằng bảng tính rồi lưu lại / open the file in a spreadsheet and save it"
            }
            Self::TooManyCells { .. } => {
                "đặt ô có dấu phân cách trong ngoặc kép / put cells that hold the separator in quotes"
            }
            Self::NotAnObject => "mỗi dòng một đối tượng JSON / one JSON object a line",
        }
    }
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectedRow {
    /// Line in the file, the first being line 1.
    pub line: u64,
    /// Header of the column at fault; `None` when it is the whole row.
    pub column: Option<String>,
    /// What is wrong.
    pub fault: RowFault,
    /// What kind of value stands there, never the value.
    pub found: String,
}

impl RejectedRow {
    pub(super) fn whole(line: u64, fault: RowFault) -> Self {
        Self {
            line,
            column: None,
            fault,
            found: String::new(),
        }
    }

    /// Column, what is wrong, and what kind of value it is, in English.
    pub fn reason(&self) -> String {
        self.told(&self.fault.english(), "column")
    }

    /// The same in Vietnamese.
    pub fn reason_vietnamese(&self) -> String {
        self.told(&self.fault.vietnamese(), "cột")
    }

    fn told(&self, fault: &str, column: &str) -> String {
        let place = self
            .column
            .as_ref()
            .map_or_else(String::new, |name| format!("{column} `{name}` "));
        let found = match self.found.as_str() {
            "" => String::new(),
            found => format!(" ({found})"),
        };
        format!("{place}{fault}{found}")
    }
}

/// The class of a value: its shape for short ones without a run of letters that could be words,
/// otherwise how long it is.
pub(super) fn class_of(cell: &Cell) -> String {
    const SHAPE_MAX: usize = 20;
    match cell {
        Cell::Empty | Cell::Broken(_) => String::new(),
        Cell::Moment(_) => "a date cell".to_owned(),
        Cell::Text(text) => {
            let n_letters = text.chars().filter(|c| c.is_alphabetic()).count();
            let n_digits = text.chars().filter(char::is_ascii_digit).count();
            if n_digits > 0 && n_letters <= 2 && text.chars().count() <= SHAPE_MAX {
                let shape = text.chars().map(|c| match c {
                    c if c.is_ascii_digit() => '9',
                    c if c.is_alphabetic() => 'a',
                    c => c,
                });
                return shape.collect();
            }
            let n_words = text.split_whitespace().count();
            let words = if n_words == 1 { "word" } else { "words" };
            format!("{n_words} {words}, {n_letters} letters, {n_digits} digits")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_never_quotes() {
        let class = |text: &str| class_of(&Cell::Text(text.to_owned()));
        assert_eq!(class("31/02/2026"), "99/99/9999");
        assert_eq!(class("5h30"), "9a99");
        assert_eq!(class("hôm qua"), "2 words, 6 letters, 0 digits");
        assert_eq!(class("anh Ba 0903123456"), "3 words, 5 letters, 10 digits");
    }
}
