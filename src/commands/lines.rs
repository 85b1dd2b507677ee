//! Reading and writing lines: a bad line is reported with its number, the rest is done.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, IsTerminal, Read, Write};
use std::path::Path;

use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

/// Longest line read, so that one endless line cannot fill the memory.
const LINE_BYTES_MAX: u64 = 64 << 20;

/// How a command ended; bad lines do not stop it, but scripts can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Everything was done (exit code 0).
    Done,
    /// The rest was done, but some input was bad (exit code 2).
    SomeBad,
}

/// Input lines with their numbers and a bar on a terminal.
pub struct Lines {
    reader: Box<dyn BufRead>,
    number: usize,
    n_bad: usize,
    bar: ProgressBar,
}

/// One input line.
pub struct Line {
    /// From 1.
    pub number: usize,
    /// Without the line break; bytes that are not UTF-8 were replaced and reported.
    pub text: String,
}

impl Lines {
    /// Opens a file, or stdin for `-`.
    pub fn open(path: &Path) -> Result<Self> {
        let reader: Box<dyn BufRead> = if path == Path::new("-") {
            Box::new(BufReader::new(io::stdin()))
        } else {
            let file = File::open(path)
                .with_context(|| format!("không mở được tệp / cannot open {}", path.display()))?;
            Box::new(BufReader::with_capacity(1 << 16, file))
        };
        Ok(Self {
            reader,
            number: 0,
            n_bad: 0,
            bar: spinner(),
        })
    }

    /// The next line.
    pub fn next_line(&mut self) -> Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut limited = (&mut self.reader).take(LINE_BYTES_MAX);
        let n_read = limited
            .read_until(b'\n', &mut bytes)
            .context("cannot read the input")?;
        if n_read == 0 {
            self.bar.finish_and_clear();
            return Ok(None);
        }
        self.number += 1;
        self.bar.inc(1);
        if n_read as u64 == LINE_BYTES_MAX && bytes.last() != Some(&b'\n') {
            anyhow::bail!(
                "dòng {0} dài hơn {1} byte / line {0} is longer than {1} bytes",
                self.number,
                LINE_BYTES_MAX
            );
        }
        while matches!(bytes.last(), Some(b'\n' | b'\r')) {
            bytes.pop();
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                self.complain(self.number, "không phải UTF-8 / not UTF-8, bytes replaced");
                String::from_utf8_lossy(error.as_bytes()).into_owned()
            }
        };
        Ok(Some(Line {
            number: self.number,
            text,
        }))
    }

    /// Says on stderr what is wrong with a line and remembers that something was.
    pub fn complain(&mut self, number: usize, complaint: impl std::fmt::Display) {
        self.n_bad += 1;
        self.note(number, complaint);
    }

    /// Says something about a line on stderr that does not make it bad.
    #[expect(clippy::print_stderr, reason = "complaints about input go to stderr")]
    pub fn note(&self, number: usize, note: impl std::fmt::Display) {
        self.bar
            .suspend(|| eprintln!("dòng {number} / line {number}: {note}"));
    }

    /// Whether any line was bad.
    pub fn outcome(&self) -> Outcome {
        if self.n_bad == 0 {
            Outcome::Done
        } else {
            Outcome::SomeBad
        }
    }
}

/// Stdout for many lines.
pub struct Output {
    writer: BufWriter<io::StdoutLock<'static>>,
}

impl Output {
    /// Locks stdout.
    pub fn stdout() -> Self {
        Self {
            writer: BufWriter::with_capacity(1 << 16, io::stdout().lock()),
        }
    }

    /// One value a line.
    pub fn json(&mut self, value: &impl Serialize) -> Result<()> {
        serde_json::to_writer(&mut self.writer, value)?;
        self.text("")
    }

    /// One line of text.
    pub fn text(&mut self, line: &str) -> Result<()> {
        writeln!(self.writer, "{line}").context("cannot write to stdout")
    }

    /// Writes what is buffered; call it last, so that a broken pipe is noticed.
    pub fn finish(mut self) -> Result<()> {
        self.writer.flush().context("cannot write to stdout")
    }
}

/// Reads a whole file, or stdin for `-`, up to a bound.
pub fn read_whole(path: &Path, bytes_max: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let reader: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(
            File::open(path)
                .with_context(|| format!("không mở được tệp / cannot open {}", path.display()))?,
        )
    };
    reader.take(bytes_max + 1).read_to_end(&mut bytes)?;
    anyhow::ensure!(
        bytes.len() as u64 <= bytes_max,
        "tệp lớn hơn {bytes_max} byte / {} is larger than {bytes_max} bytes",
        path.display()
    );
    Ok(bytes)
}

/// A bar on a terminal for so many steps.
pub fn progress(n_steps: usize) -> ProgressBar {
    if io::stderr().is_terminal() {
        ProgressBar::new(n_steps as u64)
    } else {
        ProgressBar::hidden()
    }
}

fn spinner() -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} dòng, {per_sec}") {
        bar.set_style(style);
    }
    bar
}
