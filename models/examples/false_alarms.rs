//! False alarms of rules about bursts, and what they catch, over settings: the table of `docs/adr/020`.
//! `cargo run --release -p langnghe-models --example false_alarms`

#![expect(clippy::print_stdout, reason = "a table for people")]

use models::ranking::alert::simulate::{Trial, live};

const SEEDS: [u64; 5] = [1, 2, 3, 4, 5];

fn main() {
    println!("| mentions a day | accepted a month | burst | false a month | caught |");
    println!("|---|---|---|---|---|");
    for mentions_per_day in [100.0, 490.0, 2_000.0] {
        for per_month in [0.5, 1.0, 4.0] {
            for burst_mentions in [4, 6, 10] {
                let trial = Trial {
                    mentions_per_day,
                    per_month,
                    burst_mentions,
                    ..Trial::default()
                };
                let years = SEEDS.map(|seed| live(&trial, seed));
                let mean = |of: fn(&models::ranking::alert::simulate::Outcome) -> f64| {
                    years.iter().map(of).sum::<f64>() / SEEDS.len() as f64
                };
                let (wrong, caught) = (
                    mean(|year| year.false_per_month),
                    mean(|year| year.caught * 100.0),
                );
                println!(
                    "| {mentions_per_day} | {per_month} | +{burst_mentions} | {wrong:.2} | {caught:.0} % |"
                );
            }
        }
    }
}
