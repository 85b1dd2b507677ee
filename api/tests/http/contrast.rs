//! Contrast of the named colours, computed as WCAG 2.2 does, in both schemes.

use std::collections::HashMap;

const STYLE: &str = include_str!("../../src/web/app.css");

/// Text on ground, by names.
const TEXT: [(&str, &str); 20] = [
    ("ink", "ground"),
    ("ink", "surface"),
    ("muted", "ground"),
    ("muted", "surface"),
    ("accent", "ground"),
    ("accent", "surface"),
    ("accent", "accent-soft"),
    ("on-accent", "accent"),
    ("negative", "ground"),
    ("negative", "surface"),
    ("positive", "ground"),
    ("positive", "surface"),
    ("on-note", "note"),
    ("ink", "mark"),
    ("on-green", "green"),
    ("on-yellow", "yellow"),
    ("on-orange", "orange"),
    ("on-red", "red"),
    ("muted", "accent-soft"),
    ("ground", "positive"),
];

/// Shapes that carry meaning, and edges of controls: 3 is enough.
const SHAPES: [(&str, &str); 6] = [
    ("edge", "ground"),
    ("negative", "ground"),
    ("accent", "surface"),
    ("green", "ground"),
    ("red", "ground"),
    ("hatch", "surface"),
];

fn colours(block: &str) -> HashMap<&str, [f64; 3]> {
    let mut found = HashMap::new();
    for line in block.lines() {
        let Some((name, value)) = line
            .trim()
            .strip_prefix("--")
            .and_then(|l| l.split_once(':'))
        else {
            continue;
        };
        let hex = value.trim().trim_start_matches('#').trim_end_matches(';');
        if hex.len() == 6 {
            let part = |at: usize| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap());
            found.insert(name, [part(0), part(2), part(4)]);
        }
    }
    found
}

fn luminance(colour: [f64; 3]) -> f64 {
    let linear = |value: f64| {
        let value = value / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[test]
fn contrast_is_as_wcag_computes_it() {
    assert!((contrast([0.0; 3], [255.0; 3]) - 21.0).abs() < 0.001);
    assert!((contrast([119.0; 3], [255.0; 3]) - 4.478).abs() < 0.01);
}

#[test]
fn every_pair_can_be_read_in_both_schemes() {
    let dark_at = STYLE.find("@media (prefers-color-scheme: dark)").unwrap();
    let end_at = STYLE.find("/* Ground */").unwrap();
    let light = colours(&STYLE[..dark_at]);
    let mut dark = light.clone();
    dark.extend(colours(&STYLE[dark_at..end_at]));
    let mut poor = Vec::new();
    for (scheme, colours) in [("light", &light), ("dark", &dark)] {
        let pairs = TEXT.map(|pair| (pair, 4.5)).into_iter();
        for ((text, ground), least) in pairs.chain(SHAPES.map(|pair| (pair, 3.0))) {
            let ratio = contrast(colours[text], colours[ground]);
            if ratio < least {
                poor.push(format!("{scheme}: {text} on {ground} {ratio:.2} < {least}"));
            }
        }
    }
    assert!(poor.is_empty(), "{}", poor.join("\n"));
}
