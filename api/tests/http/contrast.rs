//! Contrast of the named colours, computed as WCAG 2.2 does, in both schemes.

use std::collections::HashMap;

const STYLE: &str = include_str!("../../src/web/app.css");

/// Text on ground, by names.
const TEXT: [(&str, &str); 24] = [
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
    ("on-s1", "s1"),
    ("on-s2", "s2"),
    ("on-s3", "s3"),
    ("on-s4", "s4"),
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

/// What a colour looks like to people without one kind of cones (Machado, Oliveira and Fernandes 2009,
/// severity 1): protanopia, deuteranopia, tritanopia, on linear light.
const DEFICIENCIES: [[[f64; 3]; 3]; 3] = [
    [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ],
    [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ],
    [
        [1.255_528, -0.076_749, -0.178_779],
        [-0.078_411, 0.930_809, 0.147_602],
        [0.004_733, 0.691_367, 0.303_900],
    ],
];

/// CIE L*a*b* of linear light, D65.
fn lab([red, green, blue]: [f64; 3]) -> [f64; 3] {
    let root = |part: f64| {
        if part > 0.008_856 {
            part.cbrt()
        } else {
            7.787 * part + 16.0 / 116.0
        }
    };
    let x = root((0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.950_47);
    let y = root(0.2126 * red + 0.7152 * green + 0.0722 * blue);
    let z = root((0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.088_83);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[test]
fn colours_of_the_map_differ_to_every_eye() {
    let linear = |value: f64| {
        let value = value / 255.0;
        if value <= 0.040_45 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    let dark_at = STYLE.find("@media (prefers-color-scheme: dark)").unwrap();
    let end_at = STYLE.find("/* Ground */").unwrap();
    let schemes = [colours(&STYLE[..dark_at]), colours(&STYLE[dark_at..end_at])];
    let scales = [
        ["green", "yellow", "orange", "red"],
        ["s1", "s2", "s3", "s4"],
    ];
    let mut poor = Vec::new();
    for scheme in &schemes {
        for scale in scales {
            for (deficiency, matrix) in DEFICIENCIES.iter().enumerate() {
                let seen = scale.map(|name| {
                    let light = scheme[name].map(linear);
                    let row = |row: &[f64; 3]| {
                        let sum = row.iter().zip(light).map(|(a, b)| a * b).sum::<f64>();
                        sum.clamp(0.0, 1.0)
                    };
                    lab([row(&matrix[0]), row(&matrix[1]), row(&matrix[2])])
                });
                for a in 0..4 {
                    for b in a + 1..4 {
                        let squares = (0..3).map(|axis| (seen[a][axis] - seen[b][axis]).powi(2));
                        let apart = squares.sum::<f64>().sqrt();
                        // About ten times what the eye can just tell; it was 16 before.
                        if apart < 20.0 {
                            poor.push(format!(
                                "{deficiency}: {} {} {apart:.1}",
                                scale[a], scale[b]
                            ));
                        }
                    }
                }
            }
        }
    }
    assert!(poor.is_empty(), "{}", poor.join("\n"));
}
