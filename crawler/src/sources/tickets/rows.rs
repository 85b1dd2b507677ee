//! Rows to mentions.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use models::domain::{Channel, Mention, SourceId, Ticket, TicketStatus, vietnam_zone};

use super::columns::Columns;
use super::table::{Cell, Row, Table};
use super::{ImportReading, RejectedRow, TicketField};
use crate::sources::{mention_id, ticket_words, tidied};

pub(super) fn read(table: &Table, columns: &Columns, source: &SourceId) -> ImportReading {
    let mut reading = ImportReading {
        rejected: table.rejected.clone(),
        ..ImportReading::default()
    };
    let name = |position: usize| columns.headers[position].clone();
    reading.columns = columns
        .found
        .iter()
        .map(|(field, position)| (*field, name(*position)))
        .collect();
    let is_used = |position: &usize| columns.found.iter().any(|(_, used)| used == position);
    reading.ignored_columns = (0..columns.headers.len())
        .filter(|position| !is_used(position))
        .map(name)
        .collect();
    for row in &table.rows {
        match (Reader {
            row,
            columns,
            source,
        })
        .mention()
        {
            Ok(mention) => reading.mentions.push(mention),
            Err(reason) => reading.rejected.push(RejectedRow {
                line: row.line,
                reason,
            }),
        }
    }
    reading.rejected.sort_by_key(|rejected| rejected.line);
    reading
}

struct Reader<'a> {
    row: &'a Row,
    columns: &'a Columns,
    source: &'a SourceId,
}

impl Reader<'_> {
    fn mention(&self) -> Result<Mention, String> {
        let title = self.text(TicketField::Title);
        let text = self.text(TicketField::Text).or_else(|| title.clone());
        let text = text.ok_or_else(|| self.fault(TicketField::Text, "is empty"))?;
        let published_at = self.moment(TicketField::ReceivedAt)?;
        let published_at =
            published_at.ok_or_else(|| self.fault(TicketField::ReceivedAt, "is empty"))?;
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

    fn ticket(&self, received_at: Timestamp) -> Result<Ticket, String> {
        let due_at = self.moment(TicketField::DueAt)?;
        let closed_at = self.moment(TicketField::ClosedAt)?;
        if closed_at.is_some_and(|closed_at| closed_at < received_at) {
            return Err(self.fault(TicketField::ClosedAt, "lies before the time of receipt"));
        }
        let by_date = if closed_at.is_some() {
            TicketStatus::Closed
        } else {
            TicketStatus::Open
        };
        let status = match self.text(TicketField::Status) {
            Some(word) => ticket_words::status(&word)
                .ok_or_else(|| self.fault(TicketField::Status, "says nothing we know"))?,
            None => by_date,
        };
        let rating = self.text(TicketField::Rating).unwrap_or_default();
        let rating = ticket_words::rating(&rating);
        let rating =
            rating.map_err(|()| self.fault(TicketField::Rating, "is no verdict we know"))?;
        let is_done = matches!(status, TicketStatus::Closed | TicketStatus::Rejected);
        Ok(Ticket {
            field: self.text(TicketField::Field),
            address: self.text(TicketField::Address),
            status,
            due_at,
            closed_at: closed_at.filter(|_| is_done),
            rating,
        })
    }

    fn cell(&self, field: TicketField) -> &Cell {
        let cell = self
            .columns
            .position(field)
            .and_then(|position| self.row.cells.get(position));
        cell.unwrap_or(&Cell::Empty)
    }

    fn text(&self, field: TicketField) -> Option<String> {
        match self.cell(field) {
            Cell::Text(text) => tidied(Some(text)),
            Cell::Moment(moment) => Some(moment.to_string()),
            Cell::Empty => None,
        }
    }

    fn moment(&self, field: TicketField) -> Result<Option<Timestamp>, String> {
        match self.cell(field) {
            Cell::Empty => Ok(None),
            Cell::Moment(moment) => Ok(in_vietnam(*moment)),
            Cell::Text(text) if matches!(text.as_str(), "-" | "null" | "NULL" | "N/A") => Ok(None),
            Cell::Text(text) => moment(text)
                .map(Some)
                .ok_or_else(|| self.fault(field, "is no date (write 25/10/2025 14:30)")),
        }
    }

    /// Names the column, not what stands in it.
    fn fault(&self, field: TicketField, what: &str) -> String {
        format!("column `{}` {what}", self.columns.header(field))
    }
}

fn in_vietnam(moment: DateTime) -> Option<Timestamp> {
    moment
        .to_zoned(vietnam_zone())
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// ISO 8601 with or without zone, or day/month/year with or without a time in either order, as
/// Vietnamese offices write it; Vietnam time where no zone is given.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    if let Ok(civil) = text.parse::<DateTime>() {
        return in_vietnam(civil);
    }
    let parts = text
        .split([' ', ',', 'T'])
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    let date = parts.iter().find_map(|part| day_month_year(part))?;
    let time = parts.iter().find_map(|part| hour_minute(part));
    let n_read = 1 + usize::from(time.is_some());
    let time = afternoon(time.unwrap_or(Time::midnight()), parts.last()?)?;
    let has_half = parts.last().is_some_and(|last| half_of_day(last).is_some());
    (parts.len() == n_read + usize::from(has_half))
        .then(|| in_vietnam(date.to_datetime(time)))
        .flatten()
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
        ] {
            assert_eq!(moment(text), expect.parse().ok(), "{text}");
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
            assert_eq!(moment(wrong), None, "{wrong}");
        }
    }
}
