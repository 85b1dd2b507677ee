//! Scores places and personal data on the labelled mentions of `$LANGNGHE_SHARED/data/gold`.
//!
//! `cargo run --release -p langnghe-models --example eval_places -- [--errors places|scope|pii|agencies] [a|b|train …]`
#![expect(clippy::print_stdout, reason = "a command-line tool prints its result")]

#[path = "../../../src/config/units.rs"]
#[expect(dead_code, reason = "the example uses a part of the loader")]
mod units;

mod gold;

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::time::Instant;

use anyhow::Result;
use gold::Item;
use models::domain::{Channel, Placement, Scope};
use models::language::pii;
use models::language::place::{Gazetteer, PlaceInput};
use models::measure::Tally;

#[derive(Default)]
struct Scores {
    units: Tally,
    scope_right: usize,
    scope_right_concerns: usize,
    n: usize,
    n_concerns: usize,
    pii: Tally,
    agencies: Tally,
}

fn main() -> Result<()> {
    let mut errors = String::new();
    let mut sets = Vec::new();
    let mut args = std::env::args().skip(1);
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--errors" => errors = args.next().unwrap_or_default(),
            set => sets.push(set.to_owned()),
        }
    }
    if sets.is_empty() {
        sets = ["a", "train", "b"].map(str::to_owned).to_vec();
    }
    let gazetteer = Gazetteer::new(units::load_units(None)?)?;
    println!("{} forms", gazetteer.n_forms());
    for set in sets {
        score_set(&gazetteer, &set, &errors)?;
    }
    Ok(())
}

fn score_set(gazetteer: &Gazetteer, set: &str, errors: &str) -> Result<()> {
    let items = gold::load(set)?;
    let context = pii::PiiContext::new(gazetteer.data());
    let mut per_mention = f64::INFINITY;
    let mut placements = Vec::new();
    for _ in 0..5 {
        let started = cpu_seconds();
        placements = place_all(gazetteer, &items);
        let spent = (cpu_seconds() - started) * 1e6 / items.len().max(1) as f64;
        per_mention = per_mention.min(spent);
    }
    let mut scores: BTreeMap<String, Scores> = BTreeMap::new();
    for (item, placement) in items.iter().zip(&placements) {
        let found_pii = item.found_pii(&context);
        for key in [
            "all".to_owned(),
            item.channel.code().to_owned(),
            item.style.clone(),
        ] {
            let scores = scores.entry(key).or_default();
            scores.add(item, placement, &found_pii);
            if item.is_concern {
                let known = known_agencies(gazetteer, &item.agencies);
                let found = item.topic.map_or_else(
                    || placement.agencies.clone(),
                    |topic| gazetteer.answering_for(topic, placement),
                );
                let found = found.iter().map(ToString::to_string);
                scores.agencies.count(&known, &found.collect::<Vec<_>>());
            }
        }
        report(gazetteer, item, placement, &found_pii, errors);
    }
    println!(
        "== {set}: {} mentions, {per_mention:.1} µs each",
        items.len()
    );
    for (key, s) in &scores {
        println!(
            "{key:11} units P {:.3} R {:.3} F1 {:.3} ({}) | scope {:.3} ({}), of concerns {:.3} ({}) | pii R {:.3} P {:.3} ({}) | agencies P {:.3} R {:.3} ({})",
            s.units.precision(),
            s.units.recall(),
            s.units.f1(),
            s.units.hit + s.units.miss,
            s.scope_right as f64 / s.n.max(1) as f64,
            s.n,
            s.scope_right_concerns as f64 / s.n_concerns.max(1) as f64,
            s.n_concerns,
            s.pii.recall(),
            s.pii.precision(),
            s.pii.hit + s.pii.miss,
            s.agencies.precision(),
            s.agencies.recall(),
            s.agencies.hit + s.agencies.miss,
        );
    }
    Ok(())
}

/// Processor time of this thread; time on the wall where the system does not tell. Others share the
/// machine, so that time on the wall says little.
fn cpu_seconds() -> f64 {
    static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);
    let own = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = own.and_then(|text| text.split(' ').next()?.parse::<f64>().ok());
    nanoseconds.map_or_else(|| STARTED.elapsed().as_secs_f64(), |ns| ns / 1e9)
}

/// The gold names agencies by an alias.
fn known_agencies(gazetteer: &Gazetteer, names: &[String]) -> Vec<String> {
    let agencies = &gazetteer.data().agencies;
    let of_name = |name: &String| {
        let same = |other: &String| other.eq_ignore_ascii_case(name);
        agencies
            .iter()
            .find(|agency| agency.name == *name || agency.aliases.iter().any(same))
            .map_or_else(|| name.clone(), |agency| agency.id.to_string())
    };
    names.iter().map(of_name).collect()
}

fn place_all(gazetteer: &Gazetteer, items: &[Item]) -> Vec<Placement> {
    let mut by_id: BTreeMap<&str, usize> = BTreeMap::new();
    let mut placements: Vec<Placement> = Vec::with_capacity(items.len());
    for (i, item) in items.iter().enumerate() {
        let parent = item.parent.as_deref().and_then(|id| by_id.get(id)).copied();
        let placement = gazetteer.place(&PlaceInput {
            title: item.mention.title.as_deref(),
            text: &item.mention.text,
            ticket_address: item.address(),
            parent: parent.map(|p| &placements[p]),
            channel: item.channel,
            day: jiff::civil::date(2026, 11, 12),
        });
        by_id.insert(&item.id, i);
        placements.push(placement);
    }
    placements
}

fn confident(placement: &Placement) -> Vec<String> {
    let heavy = placement.units.iter().filter(|unit| unit.weight >= 0.4999);
    heavy.map(|unit| unit.code.to_string()).collect()
}

impl Scores {
    fn add(&mut self, item: &Item, placement: &Placement, found_pii: &[String]) {
        if let Some(scope) = item.scope {
            if scope == Scope::Unit {
                self.units.count(&item.units, &confident(placement));
            }
            self.n += 1;
            // Noise has no place: the annotator says so, not the gazetteer.
            let right = scope == placement.scope;
            self.scope_right += usize::from(right);
            if item.is_concern {
                self.n_concerns += 1;
                self.scope_right_concerns += usize::from(right);
            }
        }
        self.pii.count(&item.pii, found_pii);
    }
}

fn report(
    gazetteer: &Gazetteer,
    item: &Item,
    placement: &Placement,
    found_pii: &[String],
    errors: &str,
) {
    let name = |code: &String| {
        let units = &gazetteer.data().units;
        let unit = units.iter().find(|unit| unit.code.to_string() == *code);
        unit.map_or(code.clone(), |unit| unit.name.clone())
    };
    let found = confident(placement);
    let same = item.units.iter().all(|u| found.contains(u)) && item.units.len() == found.len();
    let wrong_place = item.scope == Some(Scope::Unit) && !same;
    let wrong_scope = item.is_concern && item.scope.is_some_and(|scope| scope != placement.scope);
    let wrong_pii = item.pii.iter().any(|p| !found_pii.contains(p))
        || found_pii.iter().any(|p| !item.pii.contains(p));
    let text = format!(
        "{} {}| {} || {} @@ {}",
        item.id,
        item.channel.code(),
        item.mention.title.as_deref().unwrap_or_default(),
        item.mention.text,
        item.address().unwrap_or_default()
    );
    if (errors == "places" && wrong_place) || (errors == "scope" && wrong_scope && !wrong_place) {
        let weights = placement
            .units
            .iter()
            .map(|unit| format!("{}:{:.2}", name(&unit.code.to_string()), unit.weight))
            .collect::<Vec<_>>();
        println!(
            "{text}\n    gold {:?} {:?} | got {:?} {:?}",
            item.scope,
            item.units.iter().map(name).collect::<Vec<_>>(),
            placement.scope,
            weights
        );
    }
    let known = known_agencies(gazetteer, &item.agencies);
    let found = placement.agencies.iter().map(ToString::to_string);
    let found = found.collect::<Vec<_>>();
    let wrong_agencies =
        known.iter().any(|id| !found.contains(id)) || found.iter().any(|id| !known.contains(id));
    if errors == "agencies" && wrong_agencies && item.is_concern {
        println!("{text}\n    gold {known:?} | got {found:?}");
    }
    if errors == "pii" && wrong_pii {
        println!("{text}\n    gold {:?} | got {:?}", item.pii, found_pii);
    }
}

impl Item {
    fn address(&self) -> Option<&str> {
        self.mention.ticket.as_ref()?.address.as_deref()
    }

    fn found_pii(&self, context: &pii::PiiContext) -> Vec<String> {
        let spans = pii::find(&self.mention, context);
        let mut found = spans
            .iter()
            .map(|span| pii::text_of(&self.mention, span))
            .collect::<Vec<_>>();
        found.sort();
        found.dedup();
        found
    }
}

fn channel(code: &str) -> Channel {
    Channel::from_code(code).unwrap_or(Channel::Social)
}
