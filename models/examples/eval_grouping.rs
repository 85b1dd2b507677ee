//! B³ of grouping on gold parts A and B and on the news events, with gold annotations.
//!
//! `cargo run --release -p langnghe-models --example eval_grouping [-- -v]`
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a report for developers"
)]

mod common;

use std::collections::BTreeMap;

use common::{GoldMention, dense, predicted, read_events, read_gold};
use models::domain::{CleanMention, ConcernId};
use models::measure::{b_cubed, bootstrap};
use models::ranking::group::{GroupParameters, Grouper, Links, group_all};

fn main() {
    let verbose = std::env::args().any(|arg| arg == "-v");
    let mut parameters = GroupParameters::default();
    if let Some(join) = number("LANGNGHE_JOIN") {
        parameters.join_log_odds = join;
    }
    if let Some(split) = number("LANGNGHE_SPLIT") {
        parameters.split_log_odds = split;
    }
    if let Some(merge) = number("LANGNGHE_MERGE") {
        parameters.merge_log_odds = merge;
    }
    if let Some(known) = number("LANGNGHE_KNOWN") {
        parameters.known_log_odds = known;
    }
    if let Some(usual) = number("LANGNGHE_USUAL") {
        parameters.usual_voices = usual;
    }
    if let Some(weight) = number("LANGNGHE_CROWD") {
        parameters.crowd_weight = weight;
    }
    if let Some(most) = number("LANGNGHE_CROWD_MAX") {
        parameters.crowd_max = most;
    }
    if let Some(after) = number("LANGNGHE_COMMON") {
        parameters.common_after = after;
    }
    let (a, b, events) = (read_gold("a"), read_gold("b"), read_events());
    let (own_a, own_b) = (predicted(&a), predicted(&b));
    for (name, part) in [("A", &own_a), ("B", &own_b)] {
        daily(
            &format!("part {name}, predicted, day by day"),
            &parameters,
            part,
        );
        for (n_wards, seed) in [(1, 0), (1, 1), (1, 2), (4, 0), (4, 1)] {
            let mut stream = dense(part, n_wards, seed);
            let name = format!("part {name}, wards: {n_wards}, with small talk, seed {seed}");
            daily(&name, &parameters, &stream);
            if seed == 0 {
                name_the_ward(&mut stream);
                daily(
                    &format!("{name}, each names its ward"),
                    &parameters,
                    &stream,
                );
            }
        }
    }
    report("part A, gold annotations", &parameters, &a, false);
    report("part B, gold annotations", &parameters, &b, verbose);
    report("part A, predicted", &parameters, &own_a, false);
    report("part B, predicted", &parameters, &own_b, verbose);
    report("events, judged noise", &parameters, &events, verbose);
    report(
        "events, predicted",
        &parameters,
        &predicted(&events),
        verbose,
    );
}

/// Groups day by day as the pipeline does, and never looks back: B³ of where mentions are in the end.
fn daily(name: &str, parameters: &GroupParameters, gold: &[GoldMention]) {
    let mut of_day: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (at, g) in gold.iter().enumerate() {
        of_day.entry(g.mention.mention.day()).or_default().push(at);
    }
    let mut grouper = Grouper::new(parameters.clone(), Vec::new());
    let mut homes: Vec<Option<ConcernId>> = vec![None; gold.len()];
    for (day, members) in of_day {
        let today = members.iter().map(|&at| gold[at].mention.clone());
        let grouping = grouper.group_day(day.unwrap(), &today.collect::<Vec<_>>());
        for (at, concern) in members.into_iter().zip(grouping.assignments) {
            homes[at] = concern;
        }
    }
    let links = Links::new(grouper.concerns());
    for home in homes.iter_mut().flatten() {
        *home = links.whole(home).clone();
    }
    score(name, gold, &homes);
}

/// As in reports of a hotline: every text ends with the name of its ward.
fn name_the_ward(stream: &mut [GoldMention]) {
    for g in stream {
        let ward = match g.mention.annotation.placement.units[0]
            .code
            .to_string()
            .as_str()
        {
            "26740" => "khu phố 3, phường Hiệp Bình",
            "26743" => "khu phố 7, phường Tăng Nhơn Phú",
            "26746" => "khu phố 5, phường Phước Long",
            _ => "khu phố 8, phường Thủ Đức",
        };
        let mut inner = g.mention.mention.clone().into_inner();
        inner.text = format!("{} ở {ward}", inner.text);
        g.mention.mention = CleanMention::assume_clean(inner);
    }
}

/// A threshold to try instead of the shipped one.
fn number(variable: &str) -> Option<f32> {
    std::env::var(variable).ok()?.parse().ok()
}

fn report(name: &str, parameters: &GroupParameters, gold: &[GoldMention], verbose: bool) {
    let mentions = gold.iter().map(|g| g.mention.clone()).collect::<Vec<_>>();
    let (assignments, _) = group_all(parameters.clone(), &mentions);
    let pairs = score(name, gold, &assignments);
    if verbose {
        explain(gold, &pairs);
    }
}

fn score(
    name: &str,
    gold: &[GoldMention],
    assignments: &[Option<ConcernId>],
) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    for (at, (g, concern)) in gold.iter().zip(assignments).enumerate() {
        if let Some(truth) = &g.concern {
            let own = concern
                .as_ref()
                .map_or(format!("none-{at}"), ToString::to_string);
            pairs.push((truth.clone(), own));
        }
    }
    let borrowed = pairs
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect::<Vec<_>>();
    let score = b_cubed(&borrowed);
    let (low, high) = bootstrap(&borrowed, 300, 7, |pairs| b_cubed(pairs).f1);
    println!(
        "{name}: B3 P {:.3} R {:.3} F1 {:.3} [{low:.3}, {high:.3}] n {}",
        score.precision, score.recall, score.f1, score.n
    );
    pairs
}

fn explain(gold: &[GoldMention], pairs: &[(String, String)]) {
    let mut by_truth: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    let mut by_own: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (truth, own) in pairs {
        *by_truth.entry(truth).or_default().entry(own).or_default() += 1;
        *by_own.entry(own).or_default().entry(truth).or_default() += 1;
    }
    for (truth, own) in by_truth.iter().filter(|(_, own)| own.len() > 1) {
        println!("  torn {truth}: {own:?}");
    }
    for (own, truth) in by_own.iter().filter(|(_, truth)| truth.len() > 1) {
        println!("  mixed {own}: {truth:?}");
    }
    let with_concern = gold.iter().filter(|g| g.concern.is_some());
    for (g, (truth, own)) in with_concern.zip(pairs) {
        let most = by_truth[truth.as_str()]
            .iter()
            .max_by_key(|(_, n)| **n)
            .unwrap();
        let most_own = by_own[own.as_str()]
            .iter()
            .max_by_key(|(_, n)| **n)
            .unwrap();
        if *most.0 != own || *most_own.0 != truth {
            let m = &g.mention.mention;
            let text = m
                .title
                .iter()
                .chain([&m.text])
                .cloned()
                .collect::<Vec<_>>()
                .join(" | ");
            let text = text
                .chars()
                .take(150)
                .collect::<String>()
                .replace('\n', " ");
            println!(
                "   ? {truth} in {own} {} {text}",
                g.mention.annotation.topic.code()
            );
        }
    }
}
