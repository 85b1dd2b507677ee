//! Calendars (RFC 5545): when tickets of a unit are due, when reporting months end, public holidays as
//! they are computed. Counts alone, never a citizen's words.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use icalendar::{Calendar, Component, Event, Property};
use indexer::search::Query;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use models::calendar::{PublicHoliday, public_holiday};
use models::domain::{
    Channel, Period, PeriodKind, TicketStatus, UnitCode, day_in_vietnam, day_start,
};

use super::unit::known_unit;
use crate::Error;
use crate::i18n::{Lang, Texts, fill};
use crate::state::{AppState, Shared};
use crate::views::Viewer;

/// Days ahead.
const AHEAD: i64 = 400;
/// Tickets are looked for among those of so many days: no deadline is longer.
const REPORTED_WITHIN: i64 = 90;
/// Overdue tickets stay in the calendar for so long.
const OVERDUE: i64 = 14;
/// Pages of 100 tickets looked at.
const PAGES_MAX: usize = 20;

pub(super) async fn city(State(shared): State<Shared>, viewer: Viewer) -> Result<Response, Error> {
    let today = shared.today();
    Ok(respond(&shared.city, &dates(viewer.lang, today)))
}

pub(super) async fn unit(
    State(shared): State<Shared>,
    Path(code): Path<String>,
    viewer: Viewer,
) -> Result<Response, Error> {
    let unit = known_unit(&shared, &code)?;
    shared
        .read(move |app| {
            let today = app.today();
            let mut events = due(app, unit.code, viewer.lang)?;
            events.extend(dates(viewer.lang, today));
            Ok(respond(&unit.full_name(), &events))
        })
        .await
}

fn respond(name: &str, events: &[Event]) -> Response {
    let mut calendar = Calendar::new();
    calendar.append_property(Property::new("PRODID", "-//langnghe//deadlines//VI"));
    calendar.name(&format!("Lắng Nghe: {name}"));
    calendar.timezone("Asia/Ho_Chi_Minh");
    calendar.extend(events.iter().cloned());
    let kind = "text/calendar; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], calendar.to_string()).into_response()
}

/// Open tickets of a unit, by the day on which they are due.
fn due(app: &AppState, unit: UnitCode, lang: Lang) -> Result<Vec<Event>, Error> {
    let today = app.today();
    let from = today.saturating_sub(OVERDUE.days());
    let mut query = Query {
        units: vec![unit],
        channels: vec![Channel::Hotline],
        from: Some(today.saturating_sub(REPORTED_WITHIN.days())),
        limit: 100,
        ..Query::default()
    };
    let mut by_day = BTreeMap::<Date, u32>::new();
    for _ in 0..PAGES_MAX {
        let found = app.search.search(&query)?;
        let ids = found.hits.iter().map(|hit| hit.mention.clone());
        for annotated in app.archive.mentions(&ids.collect::<Vec<_>>())? {
            let Some(ticket) = &annotated.mention.ticket else {
                continue;
            };
            let is_open = matches!(ticket.status, TicketStatus::Open | TicketStatus::InProgress);
            if let Some(due) = ticket.due_at.filter(|_| is_open).map(day_in_vietnam)
                && due >= from
            {
                *by_day.entry(due).or_default() += 1;
            }
        }
        query.after = found.next;
        if query.after.is_none() {
            break;
        }
    }
    let t = lang.texts();
    let event = |(day, n): (Date, u32)| {
        let n = app.open.disclosure.count(n).to_string();
        let pattern = if day < today {
            t.ics_overdue
        } else {
            t.ics_due
        };
        let uid = format!("due-{unit}-{day}@langnghe");
        all_day(&uid, day, &fill(pattern, &[&n]), today)
    };
    Ok(by_day.into_iter().map(event).collect())
}

/// Ends of reporting months and public holidays from now on.
fn dates(lang: Lang, today: Date) -> Vec<Event> {
    let t = lang.texts();
    let last = today.saturating_add(AHEAD.days());
    let mut events = Vec::new();
    let mut period = Period::of(PeriodKind::ReportingMonth, today);
    while period.last() <= last {
        let uid = format!("reporting-month-{}@langnghe", period.last());
        events.push(moment(&uid, period.end(), t.ics_reporting_month, today));
        period = period.next();
    }
    let days = today.series(1.day()).take_while(|day| *day <= last);
    let holidays = days.filter_map(|day| Some((day, public_holiday(day)?)));
    events.extend(holidays.map(|(day, holiday)| {
        let uid = format!("holiday-{day}@langnghe");
        all_day(&uid, day, holiday_name(t, holiday), today)
    }));
    events
}

fn holiday_name(t: &Texts, holiday: PublicHoliday) -> &'static str {
    match holiday {
        PublicHoliday::NewYear => t.holiday_new_year,
        PublicHoliday::Tet => t.holiday_tet,
        PublicHoliday::HungKings => t.holiday_hung_kings,
        PublicHoliday::Reunification => t.holiday_reunification,
        PublicHoliday::Labour => t.holiday_labour,
        PublicHoliday::National => t.holiday_national,
    }
}

/// The stamp is the start of today, so that the same day gives the same bytes.
fn event(uid: &str, summary: &str, today: Date) -> Event {
    let mut event = Event::with_uid(uid);
    event.summary(summary);
    event.add_property("DTSTAMP", utc(day_start(today)));
    event.add_property("TRANSP", "TRANSPARENT");
    event
}

fn all_day(uid: &str, day: Date, summary: &str, today: Date) -> Event {
    let mut event = event(uid, summary, today);
    let date = |key: &str, day: Date| {
        let mut property = Property::new(key, day.strftime("%Y%m%d").to_string());
        property.add_parameter("VALUE", "DATE");
        property
    };
    event.append_property(date("DTSTART", day));
    event.append_property(date("DTEND", day.saturating_add(1.day())));
    event.done()
}

fn moment(uid: &str, at: Timestamp, summary: &str, today: Date) -> Event {
    let mut event = event(uid, summary, today);
    let end = at.saturating_add(SignedDuration::from_mins(30));
    event.add_property("DTSTART", utc(at));
    event.add_property("DTEND", utc(end.unwrap_or(at)));
    event.done()
}

fn utc(at: Timestamp) -> String {
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
