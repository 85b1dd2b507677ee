//! Rows to mentions.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;
use models::domain::{Channel, Mention, SourceId, Ticket, TicketStatus};

use super::columns::Columns;
use super::fault::class_of;
use super::table::{Cell, Row, Table};
use super::{ColumnMapping, ImportReading, RejectedRow, RowFault, TicketField};
use crate::sources::{mention_id, tidied};

pub(super) fn read(
    table: &Table,
    columns: &Columns,
    mapping: &ColumnMapping,
    source: &SourceId,
) -> ImportReading {
    let mut reading = ImportReading {
        rejected: table.rejected.clone(),
        ..ImportReading::default()
    };
    reading.columns = columns
        .found
        .iter()
        .map(|(field, _)| (*field, columns.header(*field)))
        .collect();
    let is_used = |position: &usize| {
        columns
            .found
            .iter()
            .any(|(_, used)| used.contains(position))
    };
    reading.ignored_columns = (0..columns.headers.len())
        .filter(|position| !is_used(position))
        .map(|position| columns.headers[position].clone())
        .filter(|header| !header.is_empty())
        .collect();
    for row in &table.rows {
        let reader = Reader {
            row,
            columns,
            mapping,
            source,
        };
        match reader.mention() {
            Ok(mention) => reading.mentions.push(mention),
            Err(rejected) => reading.rejected.push(rejected),
        }
    }
    reading.rejected.sort_by_key(|rejected| rejected.line);
    reading
}

struct Reader<'a> {
    row: &'a Row,
    columns: &'a Columns,
    mapping: &'a ColumnMapping,
    source: &'a SourceId,
}

type Read<T> = Result<T, RejectedRow>;

impl Reader<'_> {
    fn mention(&self) -> Read<Mention> {
        self.check_cells()?;
        let title = self.text(TicketField::Title);
        let text = self.text(TicketField::Text).or_else(|| title.clone());
        let text = text.ok_or_else(|| self.fault(TicketField::Text, RowFault::Empty))?;
        let published_at = self.moment(TicketField::ReceivedAt)?;
        let published_at =
            published_at.ok_or_else(|| self.fault(TicketField::ReceivedAt, RowFault::Empty))?;
        let ticket = self.ticket(published_at)?;
        let code = self.text(TicketField::Code);
        let id = match &code {
            Some(code) => mention_id(&["ticket", self.source.as_str(), code]),
            // Without a number, the same words at the same moment are the same ticket.
            None => mention_id(&[
                "ticket",
                self.source.as_str(),
                &published_at.to_string(),
                &text,
            ]),
        };
        Ok(Mention {
            id,
            channel: Channel::Hotline,
            source: self.source.clone(),
            url: None,
            published_at: Some(published_at),
            title,
            text,
            parent: None,
            engagement: None,
            ticket: Some(ticket),
            capture: None,
        })
    }

    /// A cell that the spreadsheet could not compute is not taken for an empty one.
    fn check_cells(&self) -> Read<()> {
        for (field, positions) in &self.columns.found {
            for position in positions {
                if let Some(Cell::Broken(fault)) = self.row.cells.get(*position) {
                    return Err(self.fault(*field, *fault));
                }
            }
        }
        Ok(())
    }

    fn ticket(&self, received_at: Timestamp) -> Read<Ticket> {
        let due_at = self.moment(TicketField::DueAt)?;
        let closed_at = self.moment(TicketField::ClosedAt)?;
        if closed_at.is_some_and(|closed_at| closed_at < received_at) {
            return Err(self.fault(TicketField::ClosedAt, RowFault::ClosedTooEarly));
        }
        let by_date = if closed_at.is_some() {
            TicketStatus::Closed
        } else {
            TicketStatus::Open
        };
        let status = match self.text(TicketField::Status) {
            Some(word) => self
                .mapping
                .status(&word)
                .ok_or_else(|| self.fault(TicketField::Status, RowFault::UnknownStatus))?,
            None => by_date,
        };
        let rating = self.text(TicketField::Rating).unwrap_or_default();
        let rating = self
            .mapping
            .rating(&rating)
            .map_err(|()| self.fault(TicketField::Rating, RowFault::UnknownRating))?;
        let is_done = matches!(status, TicketStatus::Closed | TicketStatus::Rejected);
        let field = self.text(TicketField::Field);
        Ok(Ticket {
            field: field.map(|name| self.mapping.field(name)),
            address: self.text(TicketField::Address),
            status,
            due_at,
            closed_at: closed_at.filter(|_| is_done),
            rating,
            updated_at: self.moment(TicketField::UpdatedAt)?,
        })
    }

    /// The filled cells of a field, in the order of its columns.
    fn cells(&self, field: TicketField) -> impl Iterator<Item = &Cell> {
        let cells = self.columns.positions(field).iter();
        cells
            .filter_map(|position| self.row.cells.get(*position))
            .filter(|cell| **cell != Cell::Empty)
    }

    fn text(&self, field: TicketField) -> Option<String> {
        let mut texts = self
            .cells(field)
            .filter_map(|cell| tidied(Some(&cell.as_text())));
        match field {
            TicketField::Text => tidied(Some(&texts.collect::<Vec<_>>().join("\n"))),
            TicketField::Address => tidied(Some(&texts.collect::<Vec<_>>().join(", "))),
            _ => texts.next(),
        }
    }

    fn moment(&self, field: TicketField) -> Read<Option<Timestamp>> {
        let Some(cell) = self.cells(field).next() else {
            return Ok(None);
        };
        let read = match cell {
            Cell::Text(text) if matches!(text.as_str(), "-" | "null" | "NULL" | "N/A") => {
                return Ok(None);
            }
            Cell::Text(text) => moment(text, self.mapping),
            Cell::Moment(moment) => in_zone(*moment, self.mapping),
            Cell::Empty | Cell::Broken(_) => None,
        };
        read.map(Some)
            .ok_or_else(|| self.fault(field, RowFault::NotADate))
    }

    /// Names the column and the kind of value, not what stands in it.
    fn fault(&self, field: TicketField, fault: RowFault) -> RejectedRow {
        let cell = self.cells(field).next().unwrap_or(&Cell::Empty);
        RejectedRow {
            line: self.row.line,
            column: Some(self.columns.header(field)),
            fault,
            found: class_of(cell),
        }
    }
}

fn in_zone(moment: DateTime, mapping: &ColumnMapping) -> Option<Timestamp> {
    moment
        .to_zoned(mapping.zone())
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// By the patterns of the mapping, or else as offices write dates; in the mapping's zone where the
/// text names none.
pub(super) fn moment(text: &str, mapping: &ColumnMapping) -> Option<Timestamp> {
    let text = text.trim();
    if !mapping.dates.is_empty() {
        let mut read = mapping
            .dates
            .iter()
            .map(|pattern| by_pattern(pattern, text, mapping));
        return read.find_map(|moment| moment);
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    if let Ok(civil) = text.parse::<DateTime>() {
        return in_zone(civil, mapping);
    }
    if let Some(civil) = serial(text) {
        return in_zone(civil, mapping);
    }
    in_zone(as_offices_write(text)?, mapping)
}

fn by_pattern(pattern: &str, text: &str, mapping: &ColumnMapping) -> Option<Timestamp> {
    let read = BrokenDownTime::parse(pattern, text).ok()?;
    if read.offset().is_some() {
        return read.to_timestamp().ok();
    }
    let civil = read.to_datetime().or_else(|_| {
        read.to_date()
            .map(|date| date.to_datetime(Time::midnight()))
    });
    in_zone(civil.ok()?, mapping)
}

/// A date that lost its format: the days since 30 December 1899 that spreadsheets count, between
/// 2009 and 2064.
fn serial(text: &str) -> Option<DateTime> {
    let days = text.parse::<f64>().ok()?;
    if !(40_000.0..60_000.0).contains(&days) || text.len() < 5 {
        return None;
    }
    let seconds = (days * 86_400.0).round() as i64;
    let start = jiff::civil::date(1899, 12, 30).to_datetime(Time::midnight());
    start
        .checked_add(jiff::SignedDuration::from_secs(seconds))
        .ok()
}

/// Day/month/year with or without a time, in either order.
fn as_offices_write(text: &str) -> Option<DateTime> {
    let parts = text
        .split([' ', ',', 'T'])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    let date = parts.iter().find_map(|part| day_month_year(part))?;
    let time = parts.iter().find_map(|part| hour_minute(part));
    let n_read = 1 + usize::from(time.is_some());
    let time = afternoon(time.unwrap_or(Time::midnight()), parts.last()?)?;
    let has_half = parts.last().is_some_and(|last| half_of_day(last).is_some());
    (parts.len() == n_read + usize::from(has_half)).then(|| date.to_datetime(time))
}

fn day_month_year(text: &str) -> Option<Date> {
    let parts = text.split(['/', '-', '.']).collect::<Vec<_>>();
    let [day, month, year] = parts.as_slice() else {
        return None;
    };
    if day.len() == 4 {
        return Date::new(day.parse().ok()?, month.parse().ok()?, year.parse().ok()?).ok();
    }
    let year = match year.len() {
        4 => year.parse().ok()?,
        2 => 2000 + year.parse::<i16>().ok()?,
        _ => return None,
    };
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

fn hour_minute(text: &str) -> Option<Time> {
    let parts = text
        .split([':', 'h', 'g'])
        .map(|part| if part.is_empty() { "0" } else { part })
        .collect::<Vec<_>>();
    let (hour, minute, second) = match parts.as_slice() {
        [hour, minute] => (hour, minute, "0"),
        [hour, minute, second] => (hour, minute, second.split('.').next().unwrap_or("0")),
        _ => return None,
    };
    Time::new(
        hour.parse().ok()?,
        minute.parse().ok()?,
        second.parse().ok()?,
        0,
    )
    .ok()
}

/// Whether a word says morning (`false`) or afternoon (`true`).
fn half_of_day(word: &str) -> Option<bool> {
    match word.to_uppercase().as_str() {
        "AM" | "SA" => Some(false),
        "PM" | "CH" => Some(true),
        _ => None,
    }
}

fn afternoon(time: Time, last: &str) -> Option<Time> {
    let hour = match (half_of_day(last), time.hour()) {
        (Some(true), hour @ 0..12) => hour + 12,
        (Some(false), 12) => 0,
        (_, hour) => hour,
    };
    Time::new(hour, time.minute(), time.second(), 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_dates_as_offices_write_them() {
        for (text, expect) in [
            ("25/10/2025 14:30", "2025-10-25T07:30:00Z"),
            ("25/10/2025", "2025-10-24T17:00:00Z"),
            ("5/1/2026 08:05:09", "2026-01-05T01:05:09Z"),
            ("14:30 25/10/2025", "2025-10-25T07:30:00Z"),
            ("25-10-2025 14h30", "2025-10-25T07:30:00Z"),
            ("25.10.25", "2025-10-24T17:00:00Z"),
            ("2025-10-25", "2025-10-24T17:00:00Z"),
            ("2025-10-25 14:30:00", "2025-10-25T07:30:00Z"),
            ("2025-10-25T14:30:00+07:00", "2025-10-25T07:30:00Z"),
            ("2025-10-25T07:30:00Z", "2025-10-25T07:30:00Z"),
            ("25/10/2025 2:30 CH", "2025-10-25T07:30:00Z"),
            ("25/10/2025 12:30 SA", "2025-10-24T17:30:00Z"),
            ("25/10/2025 02:30:00 PM", "2025-10-25T07:30:00Z"),
            ("2025/10/25 14:30", "2025-10-25T07:30:00Z"),
            ("45955.604166666664", "2025-10-25T07:30:00Z"),
            ("45955", "2025-10-24T17:00:00Z"),
        ] {
            let read = moment(text, &ColumnMapping::default());
            assert_eq!(read, expect.parse().ok(), "{text}");
        }
        for wrong in [
            "",
            "hôm qua",
            "31/02/2026",
            "25/13/2025",
            "14:30",
            "25/10/2025 25:00",
            "1/2/3",
            "25/10/2025 abc",
        ] {
            assert_eq!(moment(wrong, &ColumnMapping::default()), None, "{wrong}");
        }
    }
}
