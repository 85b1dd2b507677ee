//! Which rows of a table are its header.
//!
//! Offices put titles above their tables and merge cells of headers: "Thông tin phản ánh" over
//! "Mã", "Nội dung", "Ngày". The row whose cells name the most fields is the header, or two rows
//! together where both do.

use std::collections::BTreeSet;

use super::table::{Cell, Row};
use super::{ColumnMapping, TicketField};
use crate::sources::ticket_words::folded;

/// The header stands within so many rows.
const SEARCHED_ROWS: usize = 30;

/// Names of the columns, and how many rows they and what stands above them take.
pub(super) fn find(rows: &[Row], mapping: &ColumnMapping) -> Option<(Vec<String>, usize)> {
    if let Some(line) = mapping.header_row {
        let index = rows.iter().position(|row| row.line == line)?;
        return Some((names(&rows[index]), index + 1));
    }
    let searched = &rows[..rows.len().min(SEARCHED_ROWS)];
    let mut best: Option<(usize, Vec<String>, usize)> = None;
    let mut offer = |names: Vec<String>, n_rows: usize| {
        let score = n_fields(&names, mapping);
        if score > 0 && best.as_ref().is_none_or(|(known, ..)| score > *known) {
            best = Some((score, names, n_rows));
        }
    };
    for (index, row) in searched.iter().enumerate() {
        offer(names(row), index + 1);
    }
    for (index, pair) in searched.windows(2).enumerate() {
        if pair[1].line == pair[0].line + 1 {
            offer(merged(&pair[0], &pair[1]), index + 2);
        }
    }
    let by_words = best.map(|(_, names, n_rows)| (names, n_rows));
    by_words.or_else(|| {
        // A title above the table has one cell; the header has several.
        let is_wide = |row: &Row| {
            row.cells
                .iter()
                .filter(|cell| **cell != Cell::Empty)
                .count()
                > 1
        };
        let index = rows.iter().position(is_wide).unwrap_or(0);
        rows.get(index).map(|row| (names(row), index + 1))
    })
}

fn names(row: &Row) -> Vec<String> {
    row.cells.iter().map(Cell::as_text).collect()
}

/// The lower name where there is one, else the upper.
fn merged(upper: &Row, lower: &Row) -> Vec<String> {
    let n = upper.cells.len().max(lower.cells.len());
    let name = |row: &Row, at: usize| row.cells.get(at).map(Cell::as_text).unwrap_or_default();
    let names = (0..n).map(|at| match name(lower, at) {
        below if below.is_empty() => name(upper, at),
        below => below,
    });
    names.collect()
}

/// How many fields the names are known for.
fn n_fields(names: &[String], mapping: &ColumnMapping) -> usize {
    let known = names
        .iter()
        .map(|name| folded(name))
        .collect::<BTreeSet<_>>();
    let is_named = |field: &&TicketField| match mapping.headers_of(**field) {
        Some(headers) => headers.iter().any(|header| known.contains(&folded(header))),
        None => field
            .headers()
            .iter()
            .any(|header| known.contains(&folded(header))),
    };
    TicketField::ALL.iter().filter(is_named).count()
}
