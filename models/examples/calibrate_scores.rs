//! What the methods of scores are chosen by, on seeds that no score sheet reports: coverage of the
//! listening signal, and what the guard of leagues finds.
//! `cargo run -p langnghe-models --example calibrate_scores [SEEDS]`

#![allow(clippy::print_stdout, reason = "prints what it measured")]

use models::ranking::league::simulate::{league_worlds, simulate_leagues};
use models::ranking::score::ScoreMethod;
use models::ranking::score::simulate::{satisfaction_worlds, simulate_satisfaction};

fn main() {
    let asked = std::env::args().nth(1).and_then(|text| text.parse().ok());
    let seeds = 1000..1000 + asked.unwrap_or(10_u64);
    let n = seeds.end as f64 - seeds.start as f64;
    for (name, world) in league_worlds() {
        let reports = seeds.clone().map(|seed| simulate_leagues(&world, seed));
        let reports = reports.collect::<Vec<_>>();
        let mean = |of: &dyn Fn(usize) -> f64| (0..reports.len()).map(of).sum::<f64>() / n;
        println!(
            "{name:<40} found {:.3}, suspected {:.4}, won {:.1} and {:.1}, off {:.1} and {:.1}, mix {:.2} and {:.2}",
            mean(&|at| reports[at].found.unwrap_or(f64::NAN)),
            mean(&|at| reports[at].suspected),
            mean(&|at| reports[at].won.unwrap_or(f64::NAN)),
            mean(&|at| reports[at].won_guarded.unwrap_or(f64::NAN)),
            mean(&|at| reports[at].off),
            mean(&|at| reports[at].off_guarded),
            mean(&|at| reports[at].mix_bias),
            mean(&|at| reports[at].mix_bias_adjusted),
        );
    }
    let method = ScoreMethod::default();
    for (name, world) in satisfaction_worlds() {
        let reports = seeds.clone();
        let reports = reports.map(|seed| simulate_satisfaction(&world, &method, seed));
        let reports = reports.collect::<Vec<_>>();
        let mean = |of: &dyn Fn(usize) -> f64| (0..reports.len()).map(of).sum::<f64>() / n;
        println!(
            "{name:<40} coverage {:.3}, 7 days {:.3}, width {:.1}, worst found {:.3}, wrong colour {:.3}",
            mean(&|at| reports[at].ours.coverage.unwrap_or(0.0)),
            mean(&|at| reports[at].coverage_week),
            mean(&|at| reports[at].ours.width),
            mean(&|at| reports[at].ours.worst_found),
            mean(&|at| reports[at].ours.wrong_colour),
        );
    }
}
