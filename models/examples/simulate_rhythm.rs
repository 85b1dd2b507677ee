//! Prints how often healthy sources are called silent, and how late a real silence is noticed; then the
//! same over Tết, with and without a look at the calendar.
//!
//! `cargo run --release -p langnghe-models --example simulate_rhythm [sources]`

#![expect(clippy::print_stdout, reason = "an example speaks to its reader")]

use models::rhythm::simulate::{Habit, watch, watch_tet};

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
    println!(
        "\nTết         false alarms of 10 days a source, blind and beside the calendar; delay median"
    );
    for habit in Habit::ALL {
        let [blind, beside] =
            [false, true].map(|calendar| watch_tet(habit, n_sources, calendar, 1022));
        let each = |seen: u32| f64::from(seen) / f64::from(n_sources);
        println!(
            "{:<14} {:.2} {:.2}  {:.1} {:.1}",
            format!("{habit:?}"),
            each(blind.n_false_alarms),
            each(beside.n_false_alarms),
            blind.delay_hours(0.5),
            beside.delay_hours(0.5)
        );
    }
}
