//! The card of a head: what it is made of, and what it says where the linear model is unsure.

use std::fmt::Write as _;
use std::path::PathBuf;

use models::domain::{Sentiment, Topic};
use models::language::classify::Judged;
use models::measure::{calibration_error, class_scores};
use neural::{FitReport, Head, HeldOut, ModelDirectory};

use super::HeadKind;

/// Thresholds under which the linear model counts as unsure in the table.
const THRESHOLDS: [f32; 4] = [0.4, 0.6, 0.8, 1.01];

/// A head and how it came about.
pub struct Fitted<'a> {
    /// What it is for.
    pub kind: HeadKind,
    /// Its encoder.
    pub directory: &'a ModelDirectory,
    /// What computed the vectors.
    pub backend: &'static str,
    /// Labelled files.
    pub files: &'a [PathBuf],
    /// The head.
    pub head: &'a Head,
    /// How fitting went.
    pub report: &'a FitReport,
    /// Labelled mentions.
    pub n_mentions: usize,
    /// Mentions judged by the linear model and the head, neither of which had seen their hand or
    /// thread; those chosen for being hard left out.
    pub judged: &'a [(Judged, &'a HeldOut)],
}

/// A decision: what is right, what was said, and how surely.
#[derive(Clone, Copy)]
struct Decision {
    right: usize,
    said: usize,
    sure: f32,
}

impl Decision {
    fn is_right(self) -> bool {
        self.right == self.said
    }
}

/// The card in Markdown.
pub fn write(fitted: &Fitted<'_>) -> String {
    let pairs = fitted.judged.iter().map(|(linear, head)| {
        let linear = decision_of_linear(fitted.kind, linear, head.label);
        (linear, decision_of_head(head))
    });
    let pairs = pairs.collect::<Vec<_>>();
    let manifest = fitted.directory.manifest();
    let name = fitted.kind.name();
    let files = fitted
        .files
        .iter()
        .map(|file| format!("`{}`", file.display()));
    let mut card = format!(
        "# Head `{name}`\n\nMade by `langnghe train {name} --encoder {}`; the same command on the same files makes the same bytes.\n\n",
        fitted.directory.path().display()
    );
    // Writing to a string cannot fail.
    let _ = writeln!(
        card,
        "- Encoder: {} ({}, {} layers of {}), licence {}, vectors by {}\n- Labelled mentions: {} of {}\n- Softmax regression over {} numbers, ridge {}, temperature {:.3}; held-out loss {:.3}\n",
        fitted.directory.fingerprint().get(..8).unwrap_or_default(),
        manifest.source,
        fitted.directory.config().num_hidden_layers,
        fitted.directory.config().hidden_size,
        manifest.licence,
        fitted.backend,
        fitted.n_mentions,
        files.collect::<Vec<_>>().join(", "),
        fitted.head.cols,
        fitted.report.ridge,
        fitted.head.temperature,
        fitted.report.loss,
    );
    card.push_str(
        "Held out: each mention judged by models that had seen nothing of its hand or thread, those chosen for being hard left out; the linear model read each alone, without what mentions of a batch lend each other. “Surer” is what the pipeline does: of both, the reading with the higher probability. Ridge and temperature were chosen on the same mentions.\n\n",
    );
    card.push_str("| linear probability below | n | linear accuracy | macro-F1 | head accuracy | macro-F1 | surer of both | macro-F1 | calibration error of the head |\n|---|---|---|---|---|---|---|---|---|\n");
    for below in THRESHOLDS {
        let unsure = pairs.iter().filter(|(linear, _)| linear.sure < below);
        let unsure = unsure.copied().collect::<Vec<_>>();
        card.push_str(&row(fitted.kind, below, &unsure));
    }
    card.push_str("\nWhere the head is worse than the linear model in the rows of low sureness, do not use it.\n");
    card
}

fn row(kind: HeadKind, below: f32, pairs: &[(Decision, Decision)]) -> String {
    let scores = |decisions: Vec<Decision>| {
        let (accuracy, macro_f1) = quality(kind, &decisions);
        format!("{accuracy:.3} | {macro_f1:.3}")
    };
    let linear = pairs.iter().map(|(linear, _)| *linear).collect();
    let head = pairs.iter().map(|(_, head)| *head).collect::<Vec<_>>();
    let surer = pairs.iter().map(|(linear, head)| {
        if head.sure > linear.sure {
            *head
        } else {
            *linear
        }
    });
    let sure = head
        .iter()
        .map(|decision| (decision.sure, decision.is_right()));
    let error = calibration_error(&sure.collect::<Vec<_>>());
    let name = if below > 1.0 {
        "all".to_owned()
    } else {
        below.to_string()
    };
    format!(
        "| {name} | {} | {} | {} | {} | {error:.3} |\n",
        pairs.len(),
        scores(linear),
        scores(head.clone()),
        scores(surer.collect()),
    )
}

fn quality(kind: HeadKind, decisions: &[Decision]) -> (f64, f64) {
    let pairs = decisions
        .iter()
        .map(|decision| (decision.right, decision.said));
    let scores = match kind {
        HeadKind::Topic => class_scores::<Topic>(
            &pairs
                .map(|(right, said)| (Topic::ALL[right], Topic::ALL[said]))
                .collect::<Vec<_>>(),
        ),
        HeadKind::Sentiment => class_scores::<Sentiment>(
            &pairs
                .map(|(right, said)| (Sentiment::ALL[right], Sentiment::ALL[said]))
                .collect::<Vec<_>>(),
        ),
    };
    (scores.accuracy, scores.macro_f1)
}

fn decision_of_head(row: &HeldOut) -> Decision {
    let mut said = 0;
    for (at, &probability) in row.probabilities.iter().enumerate() {
        if probability > row.probabilities[said] {
            said = at;
        }
    }
    Decision {
        right: row.label,
        said,
        sure: row.probabilities[said],
    }
}

fn decision_of_linear(kind: HeadKind, judged: &Judged, right: usize) -> Decision {
    let reading = &judged.reading;
    let (said, sure) = match kind {
        HeadKind::Topic => (reading.topic.index(), reading.topic_probability),
        HeadKind::Sentiment => {
            let said = reading.sentiment as usize;
            (said, reading.sentiment_probabilities.as_array()[said])
        }
    };
    Decision { right, said, sure }
}
