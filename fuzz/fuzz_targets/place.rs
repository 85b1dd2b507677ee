//! Places in any line.
#![no_main]

#[path = "../../src/config/units.rs"]
mod units;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use models::domain::{Channel, Scope};
use models::language::place::{Gazetteer, PlaceInput};

static PLACES: LazyLock<Gazetteer> = LazyLock::new(|| {
    Gazetteer::new(units::load_units(None).expect("the shipped places")).expect("the shipped places")
});

fuzz_target!(|text: &str| {
    let placement = PLACES.place(&PlaceInput {
        title: None,
        text,
        ticket_address: None,
        parent: None,
        channel: Channel::Social,
        day: jiff::civil::date(2026, 11, 12),
    });
    assert_eq!(placement.scope == Scope::Unit, !placement.units.is_empty());
    assert!(placement.units.iter().all(|unit| unit.weight > 0.0 && unit.weight <= 1.0));
    assert!(placement.units.is_sorted_by(|a, b| a.weight >= b.weight));
});
