//! Places and personal data with the shipped facts.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "../../src/config/units.rs"]
mod units;

use std::sync::LazyLock;

use models::domain::{Channel, Placement, Scope};
use models::language::pii::{PiiContext, redact};
use models::language::place::{Gazetteer, PlaceInput};
use proptest::prelude::*;

static GAZETTEER: LazyLock<Gazetteer> =
    LazyLock::new(|| Gazetteer::new(units::load_units(None).unwrap()).unwrap());
static CONTEXT: LazyLock<PiiContext> = LazyLock::new(|| PiiContext::new(GAZETTEER.data()));

fn place(text: &str) -> Placement {
    place_in(text, Channel::Social, None)
}

fn place_in(text: &str, channel: Channel, parent: Option<&Placement>) -> Placement {
    GAZETTEER.place(&PlaceInput {
        title: None,
        text,
        ticket_address: None,
        parent,
        channel,
        day: jiff::civil::date(2026, 11, 12),
    })
}

#[test]
fn a_reply_takes_its_place_from_the_thread() {
    let post = place("Chợ An Lạc rác chất đống");
    let reply = place_in("hôi quá trời", Channel::Social, Some(&post));
    assert_eq!(reply.units, post.units);
    let elsewhere = place_in("bên phường Phú Lâm cũng vậy", Channel::Social, Some(&post));
    assert_ne!(elsewhere.units, post.units);
}

#[test]
fn a_policy_in_the_press_is_the_citys() {
    let text = "Học phí dự kiến tăng từ năm sau, nhiều phụ huynh lo lắng.";
    assert_eq!(place_in(text, Channel::Press, None).scope, Scope::City);
    assert_eq!(place_in(text, Channel::Social, None).scope, Scope::Unknown);
}

#[test]
fn ten_megabytes_stay_within_bounds() {
    let text = "Q.7 phường 12 0 9 0 1 Nguyễn Văn A 12/3 @a ".repeat(10_000_000 / 50);
    let placement = place(&text);
    assert!(placement.units.len() < 169);
    assert!(redact(&text, &CONTEXT).len() < text.len() * 3);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_placed_and_cut(text in any::<String>()) {
        place(&text);
        redact(&text, &CONTEXT);
    }

    #[test]
    fn texts_of_the_field_are_placed_and_cut_once(
        text in "([qpQP]\\.? ?[0-9]{1,2}|0[0-9 .oO-]{8,12}|[A-Z][a-z]{1,4}|Nguyễn|anh|số|[0-9]{1,4}/[0-9]{1,3}|@[a-z.]{2,9}|[ ,.()]){0,24}"
    ) {
        place(&text);
        let once = redact(&text, &CONTEXT);
        prop_assert_eq!(redact(&once, &CONTEXT), once);
    }
}

/// Addresses as people write them, with what the law says became of them.
#[test]
fn addresses_are_placed() {
    let name = |code: models::domain::UnitCode| {
        let units = &GAZETTEER.data().units;
        units
            .iter()
            .find(|unit| unit.code == code)
            .unwrap()
            .name
            .clone()
    };
    let mut wrong = Vec::new();
    let lines = include_str!("data/addresses.tsv").lines();
    let cases = lines
        .filter(|line| !line.starts_with('#'))
        .collect::<Vec<_>>();
    for case in &cases {
        let (text, expected) = case.split_once('\t').unwrap();
        let placement = place(text);
        let units = placement
            .units
            .iter()
            .map(|unit| name(unit.code))
            .collect::<Vec<_>>();
        let right = match expected {
            "outside" => placement.scope == Scope::Outside,
            "city" => placement.scope == Scope::City,
            "unknown" => placement.scope == Scope::Unknown,
            all if all.contains(',') => {
                let all = all.split(',').collect::<Vec<_>>();
                all.len() == units.len() && all.iter().all(|one| units.iter().any(|u| u == one))
            }
            any => {
                let any = any.split('|').collect::<Vec<_>>();
                !units.is_empty() && units.iter().all(|unit| any.contains(&unit.as_str()))
            }
        };
        if !right {
            wrong.push(format!(
                "{text} → {expected}, got {:?} {units:?}",
                placement.scope
            ));
        }
    }
    assert!(cases.len() >= 150);
    assert!(
        wrong.len() * 40 <= cases.len(),
        "{} of {}:\n{}",
        wrong.len(),
        cases.len(),
        wrong.join("\n")
    );
}
