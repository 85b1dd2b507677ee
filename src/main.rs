//! Lắng Nghe: the one binary.

fn main() {}
