//! Lắng Nghe: the one binary.

#![cfg_attr(test, allow(clippy::unwrap_used))]

mod config;

fn main() {
    let _ = config::Config::load(None, std::env::vars());
}
