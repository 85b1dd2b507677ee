//! Sentences a second through candle with one thread, on random checkpoints: `small` (4 layers of 256)
//! and `base` (the shape of PhoBERT-base, 0.5 GB). CPU time is the figure to trust on a busy machine.
//!
//! ```text
//! cargo run --release -p langnghe-neural --features candle,testing --example bench_encode -- small base
//! ```
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a bench reads the clock and prints"
)]

use std::error::Error;
use std::time::Instant;

use neural::candle::Roberta;
use neural::testing::{RandomModel, Shape};
use neural::{Encoder, ModelDirectory, batches};

/// Tokens of a sentence, specials included.
const TOKENS: [usize; 2] = [64, 256];

fn main() -> Result<(), Box<dyn Error>> {
    println!("shape   batch  tokens  sentences  wall s  sentences/s  CPU-ms/sentence");
    for name in std::env::args().skip(1) {
        let (shape, n_sentences) = match name.as_str() {
            "small" => (Shape::small(), 512),
            "base" => (Shape::base(), 32),
            other => return Err(format!("no shape `{other}`: small, base").into()),
        };
        let folder = tempfile::tempdir()?;
        RandomModel::new(shape, 1).write_to(folder.path())?;
        let started = Instant::now();
        let directory = ModelDirectory::open(folder.path())?;
        let mut encoder = Roberta::open(&directory)?;
        println!(
            "{name}: checked and loaded in {:.1} s",
            started.elapsed().as_secs_f64()
        );
        for tokens in TOKENS {
            for at_once in [1, 16] {
                let n = (n_sentences * 64 / tokens).max(at_once);
                measure(&name, &mut encoder, n, tokens, at_once)?;
            }
        }
    }
    Ok(())
}

fn measure(
    name: &str,
    encoder: &mut Roberta,
    n_sentences: usize,
    tokens: usize,
    at_once: usize,
) -> Result<(), Box<dyn Error>> {
    let sentence = |n: usize| {
        let inner = (0..tokens - 2).map(|place| 4 + ((n * 131 + place * 37) % 60_000) as u32);
        std::iter::once(0)
            .chain(inner)
            .chain([2])
            .collect::<Vec<u32>>()
    };
    let sentences = (0..n_sentences).map(sentence).collect::<Vec<_>>();
    let batches = sentences.chunks(at_once).flat_map(|part| batches(part, 1));
    let batches = batches.collect::<Vec<_>>();
    // The first product finds out what the processor can do.
    encoder.embed(&batches[0].tokens())?;
    let (cpu_before, started) = (cpu_seconds()?, Instant::now());
    for batch in &batches {
        encoder.embed(&batch.tokens())?;
    }
    let wall = started.elapsed().as_secs_f64();
    let cpu = cpu_seconds()? - cpu_before;
    let n = n_sentences as f64;
    println!(
        "{name:<7} {at_once:>5}  {tokens:>6}  {n_sentences:>9}  {wall:>6.1}  {:>11.1}  {:>15.1}",
        n / wall,
        1000.0 * cpu / n
    );
    Ok(())
}

/// User and system time of this process in seconds, from `/proc/self/stat` in hundredths.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, behind_name) = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?;
    let ticks = behind_name.split_whitespace().skip(11).take(2);
    let ticks = ticks.map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / 100.0)
}
