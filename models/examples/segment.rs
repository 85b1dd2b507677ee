//! Segments lines from standard input, for developers: `segment MODEL < lines`.
#![expect(clippy::print_stdout, reason = "a developers' tool that writes words")]

use std::io::BufRead;
use std::{env, fs, io};

use models::language::segment::Segmenter;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = env::args().nth(1).ok_or("usage: segment MODEL < lines")?;
    let segmenter = Segmenter::from_bytes(&fs::read(path)?)?;
    for line in io::stdin().lock().lines() {
        println!("{}", segmenter.line(&line?));
    }
    Ok(())
}
