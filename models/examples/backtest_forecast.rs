//! Prints the skill of forecasts against “same as last week” in made-up years, over some seeds.
//!
//! `cargo run --release -p langnghe-models --example backtest_forecast [-- FIRST_SEED SEEDS]`
//!
//! Its second table is what `min_mean` was chosen by: series of one size each, none left out.
#![expect(clippy::print_stdout, reason = "a report for developers")]

use models::ranking::forecast::ForecastMethod;
use models::ranking::forecast::simulate::{
    BacktestParameters, BacktestReport, backtest, situations,
};

fn main() {
    let number = |at: usize, usual: u64| {
        let given = std::env::args().nth(at);
        given.and_then(|n| n.parse().ok()).unwrap_or(usual)
    };
    let (first, n_seeds) = (number(1, 0), number(2, 2));
    let seeds = first..first + n_seeds;
    let method = ForecastMethod::default();
    println!(
        "skill worst crps | over 4 weeks, usual day | in 50 %, 90 % | shown skill | special days"
    );
    for (name, parameters) in situations() {
        print(name, &method, &parameters, seeds.clone());
    }
    let all = ForecastMethod {
        min_mean: 0.0,
        ..method
    };
    for mentions in [0.1, 0.2, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0] {
        let parameters = BacktestParameters {
            mentions_per_day: 26.0 * mentions,
            slope: 0.0,
            ..BacktestParameters::default()
        };
        let name = format!("{mentions} a day");
        print(&name, &all, &parameters, seeds.clone());
    }
}

fn print(
    name: &str,
    method: &ForecastMethod,
    parameters: &BacktestParameters,
    seeds: std::ops::Range<u64>,
) {
    let reports = seeds.map(|seed| backtest(parameters, method, seed));
    let reports = reports.collect::<Vec<_>>();
    let mean = |value: fn(&BacktestReport) -> f64| {
        reports.iter().map(value).sum::<f64>() / reports.len() as f64
    };
    println!(
        "{:.3} {:.3} {:.3} | {:.3} {:.3} | {:.3} {:.3} | {:.2} {:.3} | {:.3}  {name}",
        mean(|r| r.skill),
        mean(|r| r.worst_skill),
        mean(|r| r.crps_skill),
        mean(|r| r.skill_over_four_weeks),
        mean(|r| r.crps_skill_over_usual),
        mean(|r| r.likely_coverage),
        mean(|r| r.coverage),
        mean(|r| r.shown),
        mean(|r| r.skill_shown),
        mean(|r| r.skill_special_days),
    );
}
