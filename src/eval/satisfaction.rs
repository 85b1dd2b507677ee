//! The listening signal and the silence map in invented cities whose truth is known, over seeds.

use std::fmt::Write;

use models::ranking::league::LEAGUE_VERSION;
use models::ranking::league::simulate::{LeagueReport, league_worlds, simulate_leagues};
use models::ranking::score::ScoreMethod;
use models::ranking::score::simulate::{
    SatisfactionReport, satisfaction_worlds, simulate_satisfaction,
};
use models::ranking::silence::SILENCE_VERSION;
use models::ranking::silence::simulate::{SilenceReport, silence_worlds, simulate_silence};

use super::simulation::{SEEDS, mean, shown};

/// The listening signal beside raw rates and Wilson's bound.
pub fn listening(method: &ScoreMethod) -> String {
    let mut sheet = format!(
        "## The listening signal in simulated cities ({}; 168 units of known truth, 28 days, {} seeds)\n\n\
         Worst decile: share of the truly lowest tenth of units that is in the estimated one. Colour: share \
         of units whose value has another colour than their truth. Coverage is that of 90 % intervals. In \
         brackets 95 % intervals over seeds. The truth of sentiment is what the classifier reads on average: \
         intervals tell of sampling, not of misreading.\n\n\
         | city | worst decile: ours | raw rates | Wilson | wrong colour: ours | raw rates | Wilson | \
         coverage: ours | 7 days | raw rates | width, points | judged | of those in a wrong colour |\n\
         |---|---|---|---|---|---|---|---|---|---|---|---|---|\n",
        method.version,
        SEEDS.count()
    );
    for (name, world) in satisfaction_worlds() {
        let reports = SEEDS.map(|seed| simulate_satisfaction(&world, method, seed));
        let reports = reports.collect::<Vec<_>>();
        let of = |value: fn(&SatisfactionReport) -> f64| mean(&reports, value).0;
        let _ = writeln!(
            sheet,
            "| {name} | {} | {:.3} | {:.3} | {} | {:.3} | {:.3} | {} | {:.3} | {:.3} | {:.1} | {:.2} | {:.3} |",
            shown(&reports, |r| r.ours.worst_found),
            of(|r| r.raw.worst_found),
            of(|r| r.wilson.worst_found),
            shown(&reports, |r| r.ours.wrong_colour),
            of(|r| r.raw.wrong_colour),
            of(|r| r.wilson.wrong_colour),
            shown(&reports, |r| r.ours.coverage.unwrap_or(0.0)),
            of(|r| r.coverage_week),
            of(|r| r.raw.coverage.unwrap_or(0.0)),
            of(|r| r.ours.width),
            of(|r| r.judged),
            of(|r| r.judged_wrong_colour),
        );
    }
    sheet.push('\n');
    sheet
}

/// Leagues in which some units arrange their tickets.
pub fn leagues() -> String {
    let mut sheet = format!(
        "## Leagues in simulated cities ({LEAGUE_VERSION}; 168 units, a reporting month, {} seeds)\n\n\
         A third each of the units that arrange tickets closes what is not done within the last hour before \
         it is due, closes what is open before the month turns, or has praise reported many times. Found: \
         share of these units in which the guard shows a sign. Suspected: share of honest units in which it \
         does. Won: places of a hundred that these units stand above their true place. Off: mean distance of \
         all units from it. Mix: correlation of the error of an honest unit's share with how easy its topics \
         are. In brackets 95 % intervals over seeds.\n\n\
         | city | found | suspected | won as listed | won in the guarded list | off as listed | off guarded | \
         mix, not adjusted | mix, adjusted |\n|---|---|---|---|---|---|---|---|---|\n",
        SEEDS.count()
    );
    for (name, world) in league_worlds() {
        let reports = SEEDS.map(|seed| simulate_leagues(&world, seed));
        let reports = reports.collect::<Vec<_>>();
        let of = |value: fn(&LeagueReport) -> f64| mean(&reports, value).0;
        let has_gaming = reports.iter().all(|report| report.found.is_some());
        let when = |text: String| if has_gaming { text } else { "–".to_owned() };
        let _ = writeln!(
            sheet,
            "| {name} | {} | {} | {} | {} | {:.1} | {:.1} | {:.2} | {:.2} |",
            when(shown(&reports, |r| r.found.unwrap_or(0.0))),
            shown(&reports, |r| r.suspected),
            when(format!("{:.1}", of(|r| r.won.unwrap_or(0.0)))),
            when(format!("{:.1}", of(|r| r.won_guarded.unwrap_or(0.0)))),
            of(|r| r.off),
            of(|r| r.off_guarded),
            of(|r| r.mix_bias),
            of(|r| r.mix_bias_adjusted),
        );
    }
    sheet.push('\n');
    sheet
}

/// The silence map beside a map of counts.
pub fn silence() -> String {
    let mut sheet = format!(
        "## The silence map in simulated cities ({SILENCE_VERSION}; 168 units, 58 days, {} seeds)\n\n\
         Quietest: share of the truly quietest tenth of units that is in the estimated one; by counts, those \
         with the fewest reports per inhabitant. False: share of the units called quiet that report as \
         readily as their kind or more.\n\n\
         | city | quietest: ours | by counts | called quiet | false | no conclusion | coverage: units | \
         units and topics |\n|---|---|---|---|---|---|---|---|\n",
        SEEDS.count()
    );
    for (name, world) in silence_worlds() {
        let reports = SEEDS.map(|seed| simulate_silence(&world, seed));
        let reports = reports.collect::<Vec<_>>();
        let of = |value: fn(&SilenceReport) -> f64| mean(&reports, value).0;
        let _ = writeln!(
            sheet,
            "| {name} | {} | {:.3} | {:.1} | {:.3} | {:.3} | {} | {} |",
            shown(&reports, |r| r.quietest_found),
            of(|r| r.quietest_by_count),
            of(|r| r.n_quiet),
            of(|r| r.false_quiet),
            of(|r| r.unsure),
            shown(&reports, |r| r.coverage),
            shown(&reports, |r| r.coverage_cells),
        );
    }
    sheet.push_str(
        "\nWhere incidents differ in how much they stir people, those that are reported at all are the \
         stirring ones, most of all where people report little: the map then thinks quiet units less quiet \
         than they are.\n\n",
    );
    sheet
}
