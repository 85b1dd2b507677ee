//! JSON Feed 1.0 and 1.1.

use serde_json::Value;
use url::Url;

use super::{Dates, FeedEntry, FeedKind, FeedReading, MAX_ENTRIES, filled};
use crate::extract::Complaint;
use crate::extract::link::{absolute, absolute_as_written};
use crate::extract::text::{clean, html_to_line, html_to_text};

pub(super) fn read(text: &str, base: &Url) -> FeedReading {
    let mut reading = FeedReading::default();
    // What follows the first value, if anything, is no part of the feed.
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
    let Some(Ok(feed)) = values.next() else {
        reading.complaints.push(Complaint::Truncated);
        return reading;
    };
    let no_items = Vec::new();
    let is_declared = string(&feed, "version").is_some_and(|url| url.contains("jsonfeed.org"));
    let items = match feed.get("items").and_then(Value::as_array) {
        Some(items) => items,
        None if is_declared => &no_items,
        None => return reading,
    };
    reading.kind = FeedKind::Json;
    reading.title = string(&feed, "title").map(html_to_line).and_then(filled);
    reading.language = string(&feed, "language").map(clean).and_then(filled);
    reading.next_page = string(&feed, "next_url").and_then(|url| absolute(url, base));
    let mut dates = Dates::default();
    reading.entries = items
        .iter()
        .filter(|item| item.is_object())
        .take(MAX_ENTRIES)
        .map(|item| read_item(item, base, &mut dates))
        .collect();
    dates.complain(&mut reading.complaints);
    reading
}

fn read_item(item: &Value, base: &Url, dates: &mut Dates) -> FeedEntry {
    let html = string(item, "content_html").map(html_to_text);
    let content = string(item, "content_text")
        .map(clean)
        .or(html)
        .and_then(filled);
    let summary = string(item, "summary").map(html_to_text).and_then(filled);
    let guid = item
        .get("id")
        .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
    let link = string(item, "url").or_else(|| string(item, "external_url"));
    let guid_link = guid.as_deref().filter(|guid| guid.starts_with("http"));
    let updated_at = string(item, "date_modified").and_then(|text| dates.read(text));
    FeedEntry {
        url: link
            .or(guid_link)
            .and_then(|link| absolute_as_written(link, base)),
        title: string(item, "title").map(html_to_line).and_then(filled),
        summary: summary.or_else(|| content.clone()),
        content,
        markup: string(item, "content_html").map(str::to_owned),
        published_at: string(item, "date_published")
            .and_then(|text| dates.read(text))
            .or(updated_at),
        updated_at,
        categories: tags(item),
        comments_feed: None,
        guid,
    }
}

fn tags(item: &Value) -> Vec<String> {
    let tags = item.get("tags").and_then(Value::as_array);
    tags.into_iter()
        .flatten()
        .filter_map(|tag| tag.as_str().map(html_to_line).and_then(filled))
        .collect()
}

fn string<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key)?.as_str()
}
