//! Feeds: any bytes, under any type.
#![no_main]

use crawler::extract::feed;
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|input: (u8, &[u8])| {
    let types = [None, Some("application/rss+xml"), Some("application/json"), Some("text/xml; charset=windows-1258")];
    let base = Url::parse("https://vi.du/rss").expect("an address");
    let reading = feed::parse(input.1, types[usize::from(input.0) % types.len()], &base);
    for entry in reading.entries {
        let url = entry.url.as_deref().map(Url::parse);
        assert!(url.is_none_or(|url| url.is_ok()), "{:?}", entry.url);
    }
});
