//! Article pages: any bytes.
#![no_main]

use crawler::extract::article::{self, Outlets};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|html: &[u8]| {
    let url = Url::parse("https://vi.du/tin/ngap-100.html").expect("an address");
    let found = article::extract(html, None, &url, &Outlets::default());
    assert!(found.text.len() <= html.len() * 4 + 64);
    crawler::extract::discover_feeds(&String::from_utf8_lossy(html), &url);
});
