//! Trains grouping: counts the background of terms as `langnghe train background` does, fits the weights on gold part A and the news
//! events, and prints them for `parameters.rs` and `config/ranking.toml`.
//!
//! Annotations are disturbed as a classifier would disturb them, so that the weights do not trust
//! topics and places more than they deserve.
//!
//! `cargo run --release -p langnghe-models --example train_grouping [DESK_LINES]`; the file has what people
//! merged and split, from `langnghe export grouping`.
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a tool for developers"
)]

mod common;

use common::{GoldMention, dense, predicted, read_events, read_gold, read_lines, read_training};
use models::domain::{AnnotatedMention, Placement, Scope, Topic, UnitCode, WeightedUnit};
use models::measure::{SplitMix, b_cubed};
use models::ranking::group::training::{Comparison, compare, count_background, fit};
use models::ranking::group::{FEATURE_NAMES, GroupParameters, group_all};

fn main() {
    let gold = read_gold("a");
    let placed = with_own_places(&gold);
    let mut documents = read_training();
    documents.extend(gold.iter().map(|g| g.mention.clone()));
    let background = count_background(documents.iter().map(|document| &document.mention));
    println!("background: {} documents", background.n_documents());

    let parameters = GroupParameters {
        background,
        min_noise_story: 2,
        ..GroupParameters::default()
    };
    let crowded = (0..2).map(|seed| disturbed(&dense(&placed, 1, seed), 200 + seed));
    let crowded = crowded.collect::<Vec<_>>();
    let desk = std::env::args_os().nth(1);
    let desk = desk.map_or_else(Vec::new, |path| read_lines(path.as_ref()));
    let events = read_events();
    let own_events = predicted(&events);
    let mut best = (0.0, None);
    for event_weight in [0.3, 1.0] {
        let mut comparisons = comparisons(
            &parameters,
            &gold,
            &placed,
            &crowded,
            &events,
            &own_events,
            event_weight,
        );
        comparisons.extend(compare_all(&parameters, &desk));
        for ridge in [0.1, 0.3, 1.0] {
            let weights = fit(&comparisons, ridge);
            for join in [-1.5, -1.0, -0.5, 0.0, 0.5] {
                for merge in [-0.5, 0.5, 1.5] {
                    let tried = GroupParameters {
                        weights: weights.clone(),
                        join_log_odds: join,
                        merge_log_odds: merge,
                        ..parameters.clone()
                    };
                    let clean = score(&tried, &gold);
                    let rough = (0..3)
                        .map(|seed| score(&tried, &disturbed(&placed, 100 + seed)))
                        .sum::<f64>()
                        / 3.0;
                    let news = f64::midpoint(score(&tried, &events), score(&tried, &own_events));
                    let dense = crowded.iter().map(|stream| score(&tried, stream));
                    let dense = dense.sum::<f64>() / crowded.len() as f64;
                    let value = clean + 2.0 * rough + news + dense;
                    if value > best.0 {
                        println!(
                            "events {event_weight} ridge {ridge} join {join} merge {merge}: A {clean:.3} disturbed {rough:.3} events {news:.3} dense {dense:.3}"
                        );
                        best = (value, Some(tried));
                    }
                }
            }
        }
    }
    let best = best.1.unwrap();
    for (name, weight) in FEATURE_NAMES.iter().zip(best.weights.0) {
        println!("{name:>24} {weight:.2}");
    }
    println!(
        "{:.3?} join {} merge {}",
        best.weights.0, best.join_log_odds, best.merge_log_odds
    );
}

/// What people said belongs together and what does not.
fn compare_all(parameters: &GroupParameters, mentions: &[GoldMention]) -> Vec<Comparison> {
    let truth = mentions.iter().map(|g| g.concern.clone());
    let truth = truth.collect::<Vec<_>>();
    let mentions = mentions.iter().map(|g| g.mention.clone());
    compare(parameters, &mentions.collect::<Vec<_>>(), &truth)
}

fn comparisons(
    parameters: &GroupParameters,
    gold: &[GoldMention],
    placed: &[GoldMention],
    crowded: &[Vec<GoldMention>],
    events: &[GoldMention],
    own_events: &[GoldMention],
    event_weight: f32,
) -> Vec<Comparison> {
    let mut all = Vec::new();
    let mut add = |mentions: &[GoldMention], weight: f32| {
        let truth = mentions
            .iter()
            .map(|g| g.concern.clone())
            .collect::<Vec<_>>();
        let mentions = mentions
            .iter()
            .map(|g| g.mention.clone())
            .collect::<Vec<_>>();
        let found = compare(parameters, &mentions, &truth);
        all.extend(found.into_iter().map(|comparison| Comparison {
            weight,
            ..comparison
        }));
    };
    add(gold, 1.0);
    for stream in crowded {
        add(stream, 0.5);
    }
    for seed in 0..4 {
        add(&disturbed(placed, seed), 0.7);
        add(&shuffled(events, seed), event_weight);
        add(&renamed(own_events, seed), event_weight);
    }
    all
}

fn score(parameters: &GroupParameters, gold: &[GoldMention]) -> f64 {
    let mentions = gold.iter().map(|g| g.mention.clone()).collect::<Vec<_>>();
    let (assignments, _) = group_all(parameters.clone(), &mentions);
    let pairs = gold.iter().zip(&assignments).enumerate();
    let pairs = pairs.filter_map(|(at, (g, own))| {
        let own = own
            .as_ref()
            .map_or(format!("none-{at}"), ToString::to_string);
        Some((g.concern.clone()?, own))
    });
    let pairs = pairs.collect::<Vec<_>>();
    let borrowed = pairs
        .iter()
        .map(|(a, b)| (a.as_str(), b.as_str()))
        .collect::<Vec<_>>();
    b_cubed(&borrowed).f1
}

/// Topics wrong in a fifth of the mentions, places lost in some and spread over candidates in others,
/// concerns taken for noise in a twentieth.
fn disturbed(gold: &[GoldMention], seed: u64) -> Vec<GoldMention> {
    let mut random = SplitMix(seed);
    let all_units = gold
        .iter()
        .flat_map(|g| &g.mention.annotation.placement.units);
    let all_units = all_units.map(|unit| unit.code).collect::<Vec<UnitCode>>();
    let mut disturb = |mention: &AnnotatedMention| {
        let mut mention = mention.clone();
        let sure = random.unit() as f32;
        mention.annotation.topic_probability = 0.5 + 0.5 * sure;
        if random.unit() < 0.2 {
            mention.annotation.topic = Topic::ALL[random.below(Topic::ALL.len())];
            mention.annotation.topic_probability = 0.2 + 0.5 * sure;
        }
        let luck = random.unit();
        if luck < 0.08 && mention.annotation.placement.scope == Scope::Unit {
            mention.annotation.placement = Placement::bare(Scope::Unknown);
        } else if luck < 0.18 && !mention.annotation.placement.units.is_empty() {
            let extra = (0..3).map(|_| all_units[random.below(all_units.len())]);
            let extra = extra
                .map(|code| WeightedUnit { code, weight: 0.25 })
                .collect::<Vec<_>>();
            mention.annotation.placement.units[0].weight = 0.4;
            mention.annotation.placement.units.truncate(1);
            mention.annotation.placement.units.extend(extra);
        }
        if random.unit() < 0.05 {
            mention.annotation.is_concern = false;
        }
        mention
    };
    let disturbed = gold.iter().map(|g| GoldMention {
        mention: disturb(&g.mention),
        concern: g.concern.clone(),
    });
    disturbed.collect()
}

/// The events under other identifiers, so that they come in another order, some articles judged
/// concerns and placed.
fn shuffled(events: &[GoldMention], seed: u64) -> Vec<GoldMention> {
    let mut random = SplitMix(seed);
    let shuffled = events.iter().map(|g| {
        let mut mention = g.mention.clone();
        let mut inner = mention.mention.clone().into_inner();
        inner.id = models::domain::MentionId::new(format!("{:016x}", random.next_u64()));
        mention.annotation.is_concern = random.unit() < 0.5;
        mention.annotation.topic = Topic::ALL[random.below(Topic::ALL.len())];
        mention.mention = models::domain::CleanMention::assume_clean(inner);
        GoldMention {
            mention,
            concern: g.concern.clone(),
        }
    });
    shuffled.collect()
}

/// The same articles under other identifiers.
fn renamed(events: &[GoldMention], seed: u64) -> Vec<GoldMention> {
    let mut random = SplitMix(seed);
    let renamed = events.iter().map(|g| {
        let mut mention = g.mention.clone();
        let mut inner = mention.mention.clone().into_inner();
        inner.id = models::domain::MentionId::new(format!("{:016x}", random.next_u64()));
        mention.mention = models::domain::CleanMention::assume_clean(inner);
        GoldMention {
            mention,
            concern: g.concern.clone(),
        }
    });
    renamed.collect()
}

/// Gold topics and sentiments with the places that our gazetteer finds: it was made without these
/// mentions, while the classifier has read them.
fn with_own_places(gold: &[GoldMention]) -> Vec<GoldMention> {
    let own = predicted(gold);
    let pairs = gold.iter().zip(own);
    pairs
        .map(|(g, own)| {
            let mut mention = g.mention.clone();
            mention.annotation.placement = own.mention.annotation.placement;
            GoldMention {
                mention,
                concern: g.concern.clone(),
            }
        })
        .collect()
}
