//! Article pages.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use reads::extract::{Outlets, article, is_challenge};
use url::Url;

static ADDRESS: LazyLock<Url> = LazyLock::new(|| Url::parse("https://bao.example/bai-1.html").expect("an address"));
static OUTLETS: LazyLock<Outlets> = LazyLock::new(Outlets::default);

fuzz_target!(|bytes: &[u8]| {
    let read = article::extract(bytes, None, &ADDRESS, &OUTLETS);
    // Nothing is made up: words may be decoded and shortened, and lines joined, but not multiplied.
    assert!(read.text.chars().count() <= 4 * bytes.len() + 64, "{} chars", read.text.len());
    assert!(!read.text.contains('\0'));
    assert!(read.next_page.iter().all(|page| Url::parse(page).is_ok()), "{:?}", read.next_page);
    assert_eq!(article::extract(bytes, None, &ADDRESS, &OUTLETS), read, "the same bytes, the same article");
    is_challenge(&String::from_utf8_lossy(bytes));
});
