use super::digest::parse_scope;
use super::numbers::Real;
use super::*;
use models::domain::{
    ConcernId, CorrectionChange, DigestScope, MentionId, PiiField, PiiKind, PiiSpan, Placement,
    Scope, Sentiment, Split, Topic,
};

#[test]
fn numbers_json_cannot_hold_are_refused() {
    for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let refusal = to_json("score", &Real(odd)).unwrap_err().to_string();
        assert!(refusal.starts_with("score cannot be stored"), "{refusal}");
    }
}

#[test]
fn numbers_come_back_as_the_very_number() {
    // The last is one that a fast but inexact parser reads one bit off.
    for number in [
        0.1 + 0.2,
        f64::MIN_POSITIVE,
        1.0 / 3.0,
        51.248_171_152_685_7,
    ] {
        let json = to_json("score", &Real(number)).unwrap();
        let back: Real = from_json(&json).unwrap();
        assert_eq!(back.0.to_bits(), number.to_bits(), "{json}");
    }
}

#[test]
fn scopes_of_digests_survive_as_text() {
    let unit = "26740".parse().unwrap();
    for scope in [
        DigestScope::City,
        DigestScope::Unit(unit),
        DigestScope::Agency(AgencyId::new("so:y-te")),
    ] {
        assert_eq!(parse_scope(&scope_text(&scope)).unwrap(), scope);
    }
    assert!(parse_scope("unit:1").is_err());
    assert!(parse_scope("province").is_err());
}

#[test]
fn every_correction_survives_as_json() {
    let mention = MentionId::new("m1");
    let (one, two) = (ConcernId::new("c1"), ConcernId::new("c2"));
    let mut placement = Placement::bare(Scope::Unit);
    placement.units.push(WeightedUnit {
        code: "26740".parse().unwrap(),
        weight: 0.3,
    });
    placement.agencies.push(AgencyId::new("a"));
    for change in [
        CorrectionChange::Topic(mention.clone(), Topic::Noise),
        CorrectionChange::Placement(mention.clone(), placement),
        CorrectionChange::Sentiment(mention.clone(), Sentiment::Positive),
        CorrectionChange::IsConcern(mention.clone(), false),
        CorrectionChange::Merge(one.clone(), two.clone()),
        CorrectionChange::Split(Split {
            from: one.clone(),
            part: two.clone(),
            mentions: vec![mention],
        }),
        CorrectionChange::Pin(one.clone(), DigestScope::Agency(AgencyId::new("a"))),
        CorrectionChange::Rename(one, "Ngập đường".to_owned()),
        CorrectionChange::Hide(two),
        CorrectionChange::Undo(3),
    ] {
        let json = to_json("correction", &CorrectionShape::from(&change)).unwrap();
        let back: CorrectionShape = from_json(&json).unwrap();
        assert_eq!(CorrectionChange::try_from(back).unwrap(), change);
    }
}

#[test]
fn every_kind_of_personal_data_survives() {
    for kind in [PiiKind::Name, PiiKind::BankAccount, PiiKind::Other] {
        let span = PiiSpan {
            field: PiiField::Text,
            kind,
            start: 3,
            end: 9,
        };
        let json = to_json("pii", &PiiShape::from(&span)).unwrap();
        let back: PiiShape = from_json(&json).unwrap();
        assert_eq!(PiiSpan::try_from(back).unwrap(), span);
    }
}
