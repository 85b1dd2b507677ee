//! Linear beside neural on a gold set: each alone, and together as the pipeline asks them.

use std::path::Path;

use anyhow::Result;
use models::domain::AnnotatedMention;
use models::language::classify::ClassifyInput;
use models::language::second::{Opinion, Question, SecondOpinion};

use super::gold::{self, GoldMention};
use super::scores::{Judged, Measured, score};
use crate::city::City;
use crate::clock;
use crate::config::Config;
use crate::neural::{Budget, NeuralReader, ask_encoder};

/// The table of an encoder on a gold file.
pub fn section(city: &City, encoder: &Path, file: &Path) -> Result<String> {
    let gold = gold::read(file)?;
    let mentions = gold
        .iter()
        .map(|item| item.mention.clone())
        .collect::<Vec<_>>();
    let config = |encoder: Option<&Path>| {
        let mut config: Config = city.config.clone();
        config.models.encoder = encoder.map(Path::to_owned);
        // Quality is measured here; what bounds cost would hide part of it.
        config.models.again_per_batch = mentions.len();
        config.models.again_per_day = mentions.len();
        config
    };
    let linear = City::load(config(None), clock::today())?;
    let together = ask_encoder(City::load(config(Some(encoder)), clock::today())?)?;
    let reader = NeuralReader::open(encoder, unbounded(mentions.len()))?;
    let linear = super::annotate(&linear, &mentions);
    let together = super::annotate(&together, &mentions);
    let alone = read_alone(&reader, &gold, &linear);
    let n_again = linear.iter().zip(&together).filter(|(linear, together)| {
        linear.annotation.model_version != together.annotation.model_version
    });
    let mut text = format!(
        "## Linear beside neural\n\nEncoder `{}` as `{}`; together: read again where topic or sentiment is less likely than {}, {} of {} mentions of `{}`; the surer reading counts.\n\n| reader | topic accuracy | topic macro-F1 | sentiment accuracy | sentiment macro-F1 | calibration errors |\n|---|---|---|---|---|---|\n",
        encoder.display(),
        reader.version(),
        city.config.models.unsure_below,
        n_again.count(),
        gold.len(),
        file.display(),
    );
    for (name, read) in [
        ("linear", &linear),
        ("neural alone", &alone),
        ("together", &together),
    ] {
        text.push_str(&row(name, &gold, read));
    }
    text.push('\n');
    Ok(text)
}

fn unbounded(n_mentions: usize) -> Budget {
    Budget::new(n_mentions, n_mentions, clock::today())
}

/// The linear annotations with topic and sentiment as the encoder reads them, whatever the linear
/// models say.
fn read_alone(
    reader: &NeuralReader,
    gold: &[GoldMention],
    linear: &[AnnotatedMention],
) -> Vec<AnnotatedMention> {
    let input = |item: &'_ GoldMention| -> (Option<String>, String, Option<String>) {
        let mention = &item.mention;
        let field = mention
            .ticket
            .as_ref()
            .and_then(|ticket| ticket.field.clone());
        (mention.title.clone(), mention.text.clone(), field)
    };
    let owned = gold.iter().map(input).collect::<Vec<_>>();
    let inputs = gold
        .iter()
        .zip(&owned)
        .map(|(item, (title, text, field))| ClassifyInput {
            channel: item.mention.channel,
            title: title.as_deref(),
            text,
            ticket_field: field.as_deref(),
            parent: None,
        });
    let inputs = inputs.collect::<Vec<_>>();
    let questions = gold.iter().zip(&inputs).map(|(item, input)| {
        let parent = item.mention.parent.as_ref();
        let parent = parent.and_then(|id| gold.iter().position(|other| other.mention.id == *id));
        Question {
            input: ClassifyInput {
                parent: parent.map(|at| &inputs[at]),
                ..*input
            },
            topic: true,
            sentiment: true,
            confidence: 0.0,
        }
    });
    let opinions = reader.judge(&questions.collect::<Vec<_>>());
    let alone = linear.iter().zip(opinions).map(|(linear, opinion)| {
        let mut read = linear.clone();
        let Opinion { topic, sentiment } = opinion.unwrap_or_default();
        let annotation = &mut read.annotation;
        if let Some((topic, probability)) = topic {
            (annotation.topic, annotation.topic_probability) = (topic, probability);
        }
        if let Some(probabilities) = sentiment {
            annotation.sentiment = probabilities.likeliest();
            annotation.sentiment_probabilities = probabilities;
        }
        read
    });
    alone.collect()
}

fn row(name: &str, gold: &[GoldMention], read: &[AnnotatedMention]) -> String {
    let judged = gold.iter().zip(read).map(|(gold, read)| Judged {
        gold,
        annotation: &read.annotation,
        concern: None,
    });
    let scores = score(&judged.collect::<Vec<_>>());
    let show = |measured: Measured| {
        let (low, high) = measured.interval;
        format!("{:.3} ({low:.3}–{high:.3})", measured.value)
    };
    let (_, topic_error, sentiment_error) = scores.calibration;
    format!(
        "| {name} | {} | {} | {} | {} | topic {topic_error:.3}, sentiment {sentiment_error:.3} |\n",
        show(scores.topic_accuracy),
        show(scores.topic_macro_f1),
        show(scores.sentiment_accuracy),
        show(scores.sentiment_macro_f1),
    )
}
