//! Ranking, alerts and forecasts in invented cities whose truth is known, over seeds.

use std::fmt::Write;

use models::ranking::forecast::ForecastMethod;
use models::ranking::forecast::simulate::{BacktestReport, backtest, situations};
use models::ranking::rank::RankMethod;
use models::ranking::simulate::{SimulationReport, simulate, worlds};

/// Seeds reported; the weights were chosen on seed 100.
pub(super) const SEEDS: std::ops::Range<u64> = 0..5;

/// 97.5 % quantile of Student's t with as many degrees of freedom as there are seeds, less one.
const STUDENT: f64 = 2.776;

/// Ranking and alerts in every world.
pub fn ranking(method: &RankMethod) -> String {
    let runs = worlds().into_iter().map(|(name, parameters)| {
        let reports = SEEDS.map(|seed| simulate(&parameters, method, seed));
        (name, reports.collect::<Vec<_>>())
    });
    let runs = runs.collect::<Vec<_>>();
    let n_series = runs.first().map_or(0, |(_, reports)| reports[0].n_series);
    let mut sheet = format!(
        "## Ranking in simulated cities ({n_series} series of a unit and a topic, 30 days, {} seeds)\n\n\
         Overlap@10: share of a unit's ten topics of the highest true rates that day that are in the \
         list. In brackets 95 % intervals over seeds 0 to 4; weights were chosen on seed 100. The \
         last column cuts the raw counts of 28 days to as many lines as our digest has.\n\n\
         | city | our digest | lines | raw counts: day | 7 days | 28 days | z-scores | the city's list \
         | ours: share of lines that is right | 28 days cut |\n|---|---|---|---|---|---|---|---|---|---|\n",
        SEEDS.count()
    );
    for (name, reports) in &runs {
        let of = |value: fn(&SimulationReport) -> f64| mean(reports, value).0;
        let _ = writeln!(
            sheet,
            "| {name} | {} | {:.1} | {:.3} | {:.3} | {} | {:.3} | {:.3} | {:.3} | {:.3} |",
            shown(reports, |r| r.overlap_ours),
            of(|r| r.lines_ours),
            of(|r| r.overlap_raw_day),
            of(|r| r.overlap_raw_week),
            shown(reports, |r| r.overlap_raw_month),
            of(|r| r.overlap_z),
            of(|r| r.overlap_city),
            of(|r| r.precision_ours),
            of(|r| r.precision_raw_month),
        );
    }
    sheet.push_str(
        "\n| city | false alerts a day | bursts caught first day | caught | delay, days | z > 3: false \
         a day | caught |\n|---|---|---|---|---|---|---|\n",
    );
    for (name, reports) in &runs {
        let of = |value: fn(&SimulationReport) -> f64| mean(reports, value).0;
        let _ = writeln!(
            sheet,
            "| {name} | {} | {:.3} | {} | {:.2} | {:.1} | {:.3} |",
            shown(reports, |r| r.alerts_ours.false_per_day),
            of(|r| r.alerts_ours.caught_first_day),
            shown(reports, |r| r.alerts_ours.caught),
            of(|r| r.alerts_ours.delay_days),
            of(|r| r.alerts_z.false_per_day),
            of(|r| r.alerts_z.caught),
        );
    }
    sheet.push_str(
        "\nAn alert is false when no burst was put in, even where a wandering rate did rise.\n",
    );
    if let Some(report) = runs.first().map(|(_, reports)| &reports[0]) {
        let ours = report
            .campaign_rank
            .1
            .map_or("not in the ten".to_owned(), |rank| rank.to_string());
        let _ = write!(
            sheet,
            "\nA coordinated campaign (first city, seed 0): rank {} by raw counts, {ours} ours, {} of \
             its posts listed.\n\n",
            report.campaign_rank.0, report.campaign_listed
        );
    }
    sheet
}

/// Forecasts against “same as last week”.
pub fn forecasts(method: &ForecastMethod) -> String {
    let mut sheet = format!(
        "## Forecasts of invented years ({}; 26 topics, a forecast a week, {} seeds)\n\n\
         Skill is 1 − error / error of “same as last week”, mean over topics (95 % interval over seeds); \
         the worst topic is that of the worst seed. The usual day is a distribution with mean and \
         spread of the last 28 days. Shown: share of forecasts that the grades of those before let be \
         shown.\n\n\
         | series | skill | worst topic | CRPS skill | against the mean of 4 weeks | CRPS against the \
         usual day | in the 50 % interval | in the 90 % interval | shown | skill of those | days of \
         Tết, holidays, high tide |\n|---|---|---|---|---|---|---|---|---|---|---|\n",
        method.version,
        SEEDS.count()
    );
    for (name, parameters) in situations() {
        let reports = SEEDS.map(|seed| backtest(&parameters, method, seed));
        let reports = reports.collect::<Vec<_>>();
        let of = |value: fn(&BacktestReport) -> f64| mean(&reports, value).0;
        let worst = reports.iter().map(|report| report.worst_skill);
        let _ = writeln!(
            sheet,
            "| {name} | {} | {:.3} | {:.3} | {:.3} | {} | {} | {} | {:.2} | {} | {:.3} |",
            shown(&reports, |r| r.skill),
            worst.fold(f64::INFINITY, f64::min),
            of(|r| r.crps_skill),
            of(|r| r.skill_over_four_weeks),
            shown(&reports, |r| r.crps_skill_over_usual),
            shown(&reports, |r| r.likely_coverage),
            shown(&reports, |r| r.coverage),
            of(|r| r.shown),
            shown(&reports, |r| r.skill_shown),
            of(|r| r.skill_special_days),
        );
    }
    sheet.push('\n');
    sheet
}

/// Mean over seeds and half the width of its 95 % interval.
pub(super) fn mean<R>(reports: &[R], value: impl Fn(&R) -> f64) -> (f64, f64) {
    let n = reports.len() as f64;
    let mean = reports.iter().map(&value).sum::<f64>() / n;
    let squares = reports.iter().map(|report| (value(report) - mean).powi(2));
    let deviation = (squares.sum::<f64>() / (n - 1.0)).sqrt();
    (mean, STUDENT * deviation / n.sqrt())
}

pub(super) fn shown<R>(reports: &[R], value: impl Fn(&R) -> f64) -> String {
    let (mean, half) = mean(reports, value);
    format!("{mean:.3} ({:.3}–{:.3})", mean - half, mean + half)
}
