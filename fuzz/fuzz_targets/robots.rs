//! robots.txt: any text, and any path asked for.
#![no_main]

use crawler::fetch::robots;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (&str, &str)| {
    let (file, path) = input;
    let url = format!("https://vi.du/{path}");
    let asked = robots::allows(file, "LangNghe", &url);
    assert_eq!(asked, robots::allows(file, "LangNghe", &url));
});
