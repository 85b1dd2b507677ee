//! robots.txt against any address.
#![no_main]

use libfuzzer_sys::fuzz_target;
use reads::fetch::robots::Robots;
use url::Url;

fuzz_target!(|input: (&str, &str)| {
    let (text, path) = input;
    let robots = Robots::parse(text);
    let address = format!("https://bao.example/{path}");
    let allowed = robots.allows("LangNghe", &address);
    assert_eq!(robots.allows("langnghe", &address), allowed, "names of programs have no case");
    // Every accepted spelling of "disallow" has a d; without one nothing is forbidden.
    if !text.contains(['d', 'D']) {
        assert!(allowed);
    }
    robots.crawl_delay("LangNghe");
    if let Ok(url) = Url::parse(&address) {
        robots.permits("LangNghe", &url);
    }
    assert!(robots.sitemaps().iter().map(String::len).sum::<usize>() <= text.len());
});
