//! Prints how often healthy sources are called silent, and how late a real silence is noticed.
//!
//! `cargo run --release -p langnghe-models --example simulate_rhythm [sources]`

#![expect(clippy::print_stdout, reason = "an example speaks to its reader")]

use models::rhythm::simulate::{Habit, watch};

fn main() {
    let n_sources = std::env::args()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(60);
    println!("habit          known days  false alarms a source-year  delay median / 90 % (hours)");
    for habit in Habit::ALL {
        for known_days in [14, 28, 56] {
            let seen = watch(habit, n_sources, known_days, 180, 1022);
            println!(
                "{:<14} {known_days:>10}  {:>27.2}  {:>8.1} / {:.1}",
                format!("{habit:?}"),
                seen.alarms_a_year(),
                seen.delay_hours(0.5),
                seen.delay_hours(0.9)
            );
        }
    }
}
