//! Feeds of any kind, sitemaps, and the feeds that a page names.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use reads::extract::{discover_feeds, feed, html_to_text, sitemap};
use url::Url;

static BASE: LazyLock<Url> = LazyLock::new(|| Url::parse("https://bao.example/tin.rss").expect("an address"));

fuzz_target!(|input: (u8, &[u8])| {
    let (kind, bytes) = input;
    let kinds = [None, Some("application/rss+xml; charset=windows-1258"), Some("text/html"), Some("é")];
    let kind = kinds[usize::from(kind) % kinds.len()];
    let read = feed::parse(bytes, kind, &BASE);
    assert!(read.entries.len() <= 5_000);
    for entry in &read.entries {
        let is_absolute = |url: &String| Url::parse(url).is_ok();
        assert!(entry.url.iter().chain(&entry.comments_feed).all(is_absolute), "{entry:?}");
        for words in [&entry.title, &entry.summary, &entry.content].into_iter().flatten() {
            assert!(!words.is_empty() && !words.contains('\0'), "{words:?}");
        }
    }
    assert_eq!(feed::parse(bytes, kind, &BASE), read, "the same bytes, the same entries");
    let map = sitemap::parse(bytes, kind, &BASE);
    assert!(map.pages.len() + map.sitemaps.len() <= 100_000);
    assert!(map.pages.iter().all(|page| Url::parse(&page.url).is_ok()));
    let text = String::from_utf8_lossy(bytes);
    assert!(discover_feeds(&text, &BASE).len() <= text.len() + 16);
    html_to_text(&text);
});
