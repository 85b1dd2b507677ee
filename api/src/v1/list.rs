//! One shape of lists (`docs/adr/017`): an array, or the same as a table. The way to the next page
//! stands in a `Link` header, so that a page has the shape of the whole. Pages follow keys, not
//! places: what is written meanwhile moves nothing.

use axum::Json;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::{Format, parse_limit};
use crate::Error;

/// Which page of a list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paged {
    /// As it stands in the `next` link of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{0,400}$")]
    cursor: Option<String>,
    /// Items a page. When left out, lists of one day or period come whole, those that grow with time in
    /// pages of 100.
    #[param(value_type = Option<u32>, minimum = 1, maximum = 100)]
    limit: Option<String>,
}

/// Pages of lists that grow with time, where no limit is named.
const GROWING_LIMIT: usize = 100;

/// Which page, read.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turn {
    limit: Option<usize>,
    /// The day the list is of, as the first page found it.
    anchor: Option<Date>,
    /// Key of the last item of the page before.
    after: Option<String>,
}

/// One page.
pub(crate) struct Listed<T> {
    pub(crate) items: Vec<T>,
    next: Option<String>,
}

impl Paged {
    /// Reads limit and cursor.
    pub(crate) fn read(&self) -> Result<Turn, Error> {
        let limit = match self.limit.as_deref().map(str::trim) {
            None | Some("") => None,
            text => Some(parse_limit(text)?),
        };
        let cursor = self.cursor.as_deref().filter(|cursor| !cursor.is_empty());
        let (anchor, after) = match cursor {
            None => (None, None),
            Some(cursor) => {
                let (anchor, after) = open(cursor).ok_or_else(|| bad(cursor))?;
                (anchor, Some(after))
            }
        };
        Ok(Turn {
            limit,
            anchor,
            after,
        })
    }
}

impl Turn {
    /// The day asked for, or else the one the first page was of: “the last published” may be another
    /// one by the time of the second.
    pub(crate) fn day(&self, asked: Option<Date>) -> Result<Option<Date>, Error> {
        match (asked, self.anchor) {
            (Some(asked), Some(anchor)) if asked != anchor => Err(Error::BadParameter {
                name: "cursor",
                found: anchor.to_string(),
                expected: "give back the `next` link as it is: its cursor is of another day",
            }),
            (asked, anchor) => Ok(asked.or(anchor)),
        }
    }

    /// The same, with the bound of lists that grow; a table is a file and comes whole.
    pub(crate) fn growing(mut self, format: Format) -> Self {
        if self.limit.is_none() && format != Format::Csv {
            self.limit = Some(GROWING_LIMIT);
        }
        self
    }

    /// The page of all items: ordered by key, after the last one seen. Keys are unique.
    pub(crate) fn cut<T>(
        &self,
        mut all: Vec<T>,
        anchor: Option<Date>,
        key: impl Fn(&T) -> String,
    ) -> Listed<T> {
        all.sort_by_cached_key(&key);
        if let Some(after) = &self.after {
            all.retain(|item| key(item) > *after);
        }
        let limit = self.limit.unwrap_or(usize::MAX);
        let has_more = all.len() > limit;
        all.truncate(limit);
        let last = all.last().filter(|_| has_more).map(&key);
        Listed {
            next: last.map(|last| seal(anchor, &last)),
            items: all,
        }
    }
}

impl<T> Listed<T> {
    /// One page made elsewhere, with a cursor of its own.
    pub(crate) fn new(items: Vec<T>, next: Option<String>) -> Self {
        Self { items, next }
    }

    /// Cursor of the next page.
    pub(crate) fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Other items, the same page.
    pub(crate) fn map<U>(self, make: impl FnMut(T) -> U) -> Listed<U> {
        Listed {
            items: self.items.into_iter().map(make).collect(),
            next: self.next,
        }
    }
}

/// JSON, or a table of the same, with the link to the next page.
pub(super) fn answer<T: Serialize>(
    format: Format,
    uri: &Uri,
    list: &Listed<T>,
    table: impl FnOnce(&[T]) -> Result<Response, Error>,
) -> Result<Response, Error> {
    let response = match format {
        Format::Csv => table(&list.items)?,
        Format::Json | Format::Geojson => Json(&list.items).into_response(),
    };
    Ok(linked(response, uri, list.next.as_deref()))
}

/// What is not public is kept nowhere on the way.
pub(super) fn restricted(mut response: Response) -> Response {
    let own = HeaderValue::from_static("private, no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, own);
    response
}

/// Adds the link to the next page.
pub(crate) fn linked(mut response: Response, uri: &Uri, next: Option<&str>) -> Response {
    let link = next.map(|cursor| format!("<{}>; rel=\"next\"", with_cursor(uri, cursor)));
    if let Some(link) = link.and_then(|link| HeaderValue::try_from(link).ok()) {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

/// The address asked for, with another cursor.
fn with_cursor(uri: &Uri, cursor: &str) -> String {
    let query = uri.query().unwrap_or_default().split('&');
    let mut pairs = query
        .filter(|pair| !pair.is_empty() && !pair.starts_with("cursor="))
        .map(str::to_owned)
        .collect::<Vec<_>>();
    pairs.push(format!("cursor={cursor}"));
    format!("{}?{}", uri.path(), pairs.join("&"))
}

fn seal(anchor: Option<Date>, key: &str) -> String {
    let anchor = anchor.map_or_else(String::new, |day| day.to_string());
    URL_SAFE_NO_PAD.encode(format!("{anchor}\n{key}"))
}

fn open(cursor: &str) -> Option<(Option<Date>, String)> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (anchor, key) = text.split_once('\n')?;
    let anchor = match anchor {
        "" => None,
        day => Some(day.parse().ok()?),
    };
    Some((anchor, key.to_owned()))
}

fn bad(cursor: &str) -> Error {
    Error::BadParameter {
        name: "cursor",
        found: cursor.chars().take(80).collect(),
        expected: "give back the `next` link of the page before, or leave it out",
    }
}

/// A key by which the city comes first, then kinds, then units, then agencies.
pub(super) fn scope_key(unit: &str) -> String {
    let rank = match unit {
        "city" => 0,
        _ if unit.starts_with("kind:") => 1,
        _ if unit.starts_with("agency:") => 3,
        _ => 2,
    };
    format!("{rank}{unit}")
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn turn(limit: &str, cursor: Option<String>) -> Turn {
        let limit = Some(limit.to_owned());
        Paged { cursor, limit }.read().unwrap()
    }

    fn walk(all: impl Fn(usize) -> Vec<u32>) -> Vec<u32> {
        let (mut seen, mut cursor, mut n) = (Vec::new(), None, 0);
        loop {
            let page = turn("3", cursor).cut(all(n), None, |one| format!("{one:04}"));
            seen.extend(page.items);
            n += 1;
            match page.next {
                Some(next) => cursor = Some(next),
                None => return seen,
            }
        }
    }

    #[test]
    fn pages_cover_everything_once() {
        assert_eq!(
            walk(|_| (0..10).rev().collect()),
            (0..10).collect::<Vec<_>>()
        );
        assert_eq!(walk(|_| Vec::new()), Vec::<u32>::new());
        assert_eq!(walk(|_| vec![1, 2, 3]), [1, 2, 3]);
    }

    #[test]
    fn what_is_written_between_pages_neither_doubles_nor_hides() {
        // Before the third page a row appears in front of what was read, and one that was read goes.
        let seen = walk(|n| match n {
            0 | 1 => (10..20).collect(),
            _ => std::iter::once(5).chain(11..20).collect(),
        });
        assert_eq!(seen, (10..20).collect::<Vec<_>>());
    }

    #[test]
    fn a_cursor_keeps_the_day_of_its_first_page() {
        let day = date(2026, 11, 12);
        let page = turn("1", None).cut(vec![1, 2], Some(day), u32::to_string);
        let second = turn("1", page.next);
        assert_eq!(second.day(None).unwrap(), Some(day));
        assert!(second.day(Some(date(2026, 11, 13))).is_err());
    }

    #[test]
    fn cursors_of_others_are_refused() {
        for odd in ["x", "AAAA", "!!", "bm9uc2Vuc2U"] {
            let paged = Paged {
                cursor: Some(odd.to_owned()),
                limit: None,
            };
            assert!(paged.read().is_err(), "{odd}");
        }
    }

    #[test]
    fn links_keep_the_question() {
        let uri = "/api/v1/units?day=2026-11-12&cursor=old&limit=3"
            .parse()
            .unwrap();
        let next = with_cursor(&uri, "new");
        assert_eq!(next, "/api/v1/units?day=2026-11-12&limit=3&cursor=new");
        let bare = "/api/v1/units".parse().unwrap();
        assert_eq!(with_cursor(&bare, "new"), "/api/v1/units?cursor=new");
    }
}
