//! The score sheet: one table a part, each figure with its interval and count.

use std::fmt::Write;

use models::domain::Channel;

use super::overlap::Overlap;
use super::scores::{Judged, Measured, Scores, score};
use super::titles::TitleScores;
use crate::city::City;

/// What the sheet is and how it was made.
pub fn opening(city: &City) -> String {
    format!(
        "# Score sheet\n\nMade by `make eval`; do not edit. Models `{}`, ranking `{}`, scoring `{}`.\n\
         Intervals are 95 % bootstrap intervals over mentions (1,000 resamples). Part B is the \
         development set: looked at, never trained on. Hidden sets are measured elsewhere.\n\n",
        city.annotator.version(),
        city.methods.rank.version,
        city.methods.score.version
    )
}

/// One gold file: all mentions, then each channel and style, beside the majority baseline.
pub fn gold(
    title: &str,
    judged: &[Judged<'_>],
    majority: &[Judged<'_>],
    bare: &[Judged<'_>],
    (overlap, titles): &(Overlap, TitleScores),
) -> String {
    let mut sheet = format!("## {title} ({} mentions)\n\n", judged.len());
    sheet.push_str("| measure | ours | 95 % interval | n | majority baseline |\n");
    sheet.push_str("|---|---|---|---|---|\n");
    let (ours, baseline) = (score(judged), score(majority));
    for ((name, ours), (_, baseline)) in rows(&ours).into_iter().zip(rows(&baseline)) {
        let (low, high) = ours.interval;
        let (value, n, plain) = (ours.value, ours.n, baseline.value);
        let _ = writeln!(
            sheet,
            "| {name} | {value:.3} | {low:.3}–{high:.3} | {n} | {plain:.3} |"
        );
    }
    let (p, r, _) = ours.units;
    let (gp, gr, _) = ours.grouping;
    let (concern, topic, sentiment) = ours.calibration;
    let _ = write!(
        sheet,
        "\nUnits: precision {p:.3}, recall {r:.3}. Grouping: B³ precision {gp:.3}, recall {gr:.3}. \
         Expected calibration error: concern {concern:.3}, topic {topic:.3}, sentiment \
         {sentiment:.3}.\n\nOverlap@10 of the daily digests with the largest labelled concerns: \
         city {:.3} ({} days), units {:.3} ({} lists).\n\n",
        overlap.city, overlap.n_city, overlap.units, overlap.n_units
    );
    sheet.push_str(&titles.paragraph());
    split(&mut sheet, judged, bare);
    sheet.push_str(PEERS);
    sheet
}

/// What others score on mentions labelled like these (issue 4, DESIGN.md section 4).
const PEERS: &str = "Peers: a TF-IDF with a linear SVM, given the parent post, scores topic .83 and .87 \
and noise F1 .83 and .89 on two hidden parts, and sentiment macro-F1 .69 and .73 without the parent; a \
second annotator agrees at topic .97 and .99, noise 1.0, sentiment macro-F1 .87 and .92. Personal data \
is counted in the texts as given; the row without accents has its substrings still accented, so its \
personal data is not comparable and left out.\n\n";

fn rows(scores: &Scores) -> [(&'static str, Measured); 11] {
    [
        ("concern F1", scores.concern_f1),
        ("noise F1", scores.noise_f1),
        ("unit micro F1", scores.units.2),
        ("scope accuracy", scores.scope),
        ("topic accuracy", scores.topic_accuracy),
        ("topic macro-F1", scores.topic_macro_f1),
        ("sentiment accuracy", scores.sentiment_accuracy),
        ("sentiment macro-F1", scores.sentiment_macro_f1),
        ("grouping B³ F1", scores.grouping.2),
        ("personal data recall", scores.pii.0),
        ("personal data precision", scores.pii.1),
    ]
}

fn split(sheet: &mut String, judged: &[Judged<'_>], bare: &[Judged<'_>]) {
    sheet.push_str(
        "| part | n | concern F1 | noise F1 | unit F1 | scope | topic | topic macro-F1 | ",
    );
    sheet.push_str("sentiment macro-F1 | B³ F1 | PII recall | PII precision | ");
    sheet.push_str("calibration errors |\n");
    sheet.push_str("|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
    for channel in Channel::ALL {
        part(sheet, channel.code(), judged, |j| {
            j.gold.mention.channel == channel
        });
    }
    for style in ["accented", "unaccented", "teencode", "mixed"] {
        part(sheet, style, judged, |j| j.gold.label.style == style);
    }
    part(sheet, "replies", judged, |j| {
        j.gold.mention.parent.is_some()
    });
    part(sheet, BARE, bare, |_| true);
    sheet.push('\n');
}

/// The row of all mentions with their accents taken off.
const BARE: &str = "all, accents stripped";

fn part(
    sheet: &mut String,
    name: &str,
    judged: &[Judged<'_>],
    belongs: impl Fn(&Judged<'_>) -> bool,
) {
    let judged = judged
        .iter()
        .filter(|j| belongs(j))
        .copied()
        .collect::<Vec<_>>();
    if judged.is_empty() {
        return;
    }
    let scores = score(&judged);
    let _ = write!(sheet, "| {name} | {} |", judged.len());
    for (measure, measured) in rows(&scores) {
        let (low, high) = measured.interval;
        let value = measured.value;
        let _ = match measure {
            "sentiment accuracy" => Ok(()),
            "personal data recall" | "personal data precision" if name == BARE => {
                write!(sheet, " – |")
            }
            "noise F1" | "topic accuracy" | "sentiment macro-F1" => {
                write!(sheet, " {value:.3} ({low:.2}–{high:.2}) |")
            }
            _ => write!(sheet, " {value:.3} |"),
        };
    }
    let (concern, topic, sentiment) = scores.calibration;
    let _ = writeln!(sheet, " {concern:.3} {topic:.3} {sentiment:.3} |");
}
