//! `eval`: quality on labelled data, as a score sheet that is kept with the code so that a change
//! shows it moving. What is not at hand is said to be skipped.

mod baseline;
#[cfg(feature = "neural")]
mod compare;
mod duplicates;
mod events;
mod extraction;
mod gold;
mod overlap;
mod restoration;
mod satisfaction;
mod scores;
mod segmentation;
mod sheet;
mod simulation;
mod titles;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use models::domain::{AnnotatedMention, CleanMention, Mention, MentionId, SourceId};
use models::language::classify::data::{TrainingMention, TrainingText, parse_tsv};
use models::language::text::fold;
use models::ranking::forecast::ForecastMethod;

use crate::city::City;
use crate::cli::{self, SimulatedPart};
use crate::commands::Outcome;
use crate::commands::lines::Output;
use crate::edition::{self, GroupedDays};
use crate::neural;

#[cfg(not(feature = "neural"))]
use crate::neural::compare;
#[cfg(feature = "neural")]
use compare::section as compare;
use gold::GoldMention;
use scores::Judged;

/// Folder of evaluation data when `LANGNGHE_SHARED` does not name one.
const SHARED: &str = "../shared";

/// `langnghe eval`
pub fn run(city: &City, request: &cli::Eval) -> Result<Outcome> {
    let encoder = neural::encoder_of_eval(request.encoder.as_ref());
    let sheet = if let Some(part) = request.simulate {
        simulations(city, part)
    } else if let Some(file) = &request.gold {
        let sheet = gold_part(city, &format!("{}", file.display()), file)?;
        match encoder {
            Some(encoder) => sheet + &compare(city, &encoder, file)?,
            None => sheet,
        }
    } else {
        whole(city, encoder.as_deref())?
    };
    if let Some(path) = &request.out {
        std::fs::write(path, &sheet)
            .with_context(|| format!("không ghi được / cannot write {}", path.display()))?;
    } else {
        let mut output = Output::stdout();
        output.text(&sheet)?;
        output.finish()?;
    }
    Ok(Outcome::Done)
}

/// Every part whose data is at hand.
fn whole(city: &City, encoder: Option<&Path>) -> Result<String> {
    let shared = std::env::var_os("LANGNGHE_SHARED").map_or(PathBuf::from(SHARED), PathBuf::from);
    let mut sheet = sheet::opening(city);
    let fixtures = Path::new("tests/fixtures/gold");
    let dev = or_skipped(&fixtures.join("part_b.jsonl"), |file| {
        gold_part(city, "Gold part B (dev)", file)
    })?;
    let train = or_skipped(&fixtures.join("part_a.jsonl"), |file| {
        gold_part(
            city,
            "Gold part A (training data: shows fit, not quality)",
            file,
        )
    })?;
    sheet.push_str(&dev);
    sheet.push_str(&match encoder {
        Some(encoder) => or_skipped(&fixtures.join("part_b.jsonl"), |file| {
            compare(city, encoder, file)
        })?,
        None => neural::NO_ENCODER.to_owned(),
    });
    sheet.push_str(&or_skipped(
        &shared.join("data/events/vsolscsum_dev.xml"),
        |file| events::score(city, file),
    )?);
    sheet.push_str(&or_skipped(
        Path::new("tests/fixtures/stories"),
        duplicates::score,
    )?);
    sheet.push_str(&or_skipped(
        &shared.join("data/language/vtb/vi_vtb-ud-dev.conllu"),
        segmentation::score,
    )?);
    sheet.push_str(&or_skipped(
        &shared.join("data/language/vtb/vi_vtb-ud-dev.conllu"),
        |news| restoration::score(news, &fixtures.join("part_b.jsonl")),
    )?);
    sheet.push_str(&or_skipped(&shared.join("data/extraction"), |folder| {
        extraction::score(city, folder)
    })?);
    sheet.push_str(&simulations(city, SimulatedPart::All));
    sheet.push_str(&train);
    Ok(sheet)
}

fn or_skipped(path: &Path, score: impl FnOnce(&Path) -> Result<String>) -> Result<String> {
    if path.try_exists()? {
        return score(path);
    }
    Ok(format!(
        "## Skipped\n`{}` is not at hand.\n\n",
        path.display()
    ))
}

/// Reads, groups and ranks a gold file as the stage commands would, then scores all of it.
fn gold_part(city: &City, title: &str, file: &Path) -> Result<String> {
    let gold = gold::read(file)?;
    let mentions = gold
        .iter()
        .map(|item| item.mention.clone())
        .collect::<Vec<_>>();
    let grouped = edition::group_all(city, annotate(city, &mentions));
    let judged = judge(&gold, &grouped);
    let majority = baseline::majority(&gold);
    let bare = mentions.iter().map(without_accents).collect::<Vec<_>>();
    let bare = edition::group_all(city, annotate(city, &bare));
    let overlap = overlap::overlap_at_10(city, &gold, &grouped);
    Ok(sheet::gold(
        title,
        &judged,
        &judge(&gold, &majority),
        &judge(&gold, &bare),
        &(overlap, titles::score(city, &gold, &grouped)),
    ))
}

/// The same mention as somebody in a hurry would have typed it.
fn without_accents(mention: &Mention) -> Mention {
    Mention {
        title: mention.title.as_deref().map(fold),
        text: fold(&mention.text),
        ..mention.clone()
    }
}

fn annotate(city: &City, mentions: &[Mention]) -> Vec<AnnotatedMention> {
    let annotated = city.annotator.annotate_all(mentions).into_iter();
    annotated
        .map(|(mention, annotation)| AnnotatedMention {
            mention,
            annotation,
            concern: None,
        })
        .collect()
}

fn judge<'a>(gold: &'a [GoldMention], read: &'a GroupedDays) -> Vec<Judged<'a>> {
    let pairs = gold.iter().zip(&read.mentions);
    pairs
        .map(|(gold, read)| Judged {
            gold,
            annotation: &read.annotation,
            concern: read.concern.as_ref(),
        })
        .collect()
}

fn simulations(city: &City, wanted: SimulatedPart) -> String {
    let is_wanted = |part| wanted == part || wanted == SimulatedPart::All;
    let mut sheet = String::new();
    if is_wanted(SimulatedPart::Ranking) {
        sheet += &simulation::ranking(&city.methods.rank);
    }
    if is_wanted(SimulatedPart::Satisfaction) {
        sheet += &satisfaction::listening(&city.methods.score);
        sheet += &satisfaction::leagues();
        sheet += &satisfaction::silence();
    }
    if is_wanted(SimulatedPart::Forecasts) {
        sheet += &simulation::forecasts(&ForecastMethod::default());
    }
    sheet
}

/// Labelled mentions of a training (.tsv) or gold (.jsonl) file.
pub fn examples(file: &Path) -> Result<Vec<TrainingMention>> {
    if is_gold(file) {
        return gold_examples(file);
    }
    let text = std::fs::read_to_string(file)
        .with_context(|| format!("không đọc được / cannot read {}", file.display()))?;
    let (mentions, complaints) = parse_tsv(&text);
    if let Some(complaint) = complaints.first() {
        bail!("{}: {complaint}", file.display());
    }
    Ok(mentions)
}

/// The same mentions as documents to count words in: invented, so nobody is in them.
pub fn documents(file: &Path) -> Result<Vec<CleanMention>> {
    if is_gold(file) {
        let gold = gold::read(file)?.into_iter();
        return Ok(gold
            .map(|item| CleanMention::assume_clean(item.mention))
            .collect());
    }
    let examples = examples(file)?.into_iter().enumerate();
    let documents = examples.map(|(at, example)| {
        CleanMention::assume_clean(Mention {
            id: MentionId::new(format!("{at}")),
            channel: example.said.channel,
            source: SourceId::new("train"),
            url: None,
            published_at: None,
            title: example.said.title,
            text: example.said.text,
            parent: None,
            engagement: None,
            ticket: None,
            capture: None,
        })
    });
    Ok(documents.collect())
}

fn is_gold(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension == "jsonl")
}

/// The mentions of a gold file as training examples, replies with the post above them.
fn gold_examples(file: &Path) -> Result<Vec<TrainingMention>> {
    let gold = gold::read(file)?;
    let parent = |item: &GoldMention| {
        let parent = item.mention.parent.as_ref()?;
        gold.iter()
            .find(|other| other.mention.id == *parent)
            .map(|other| said(&other.mention))
    };
    let examples = gold.iter().map(|item| TrainingMention {
        said: said(&item.mention),
        topic: item.label.is_concern.then_some(item.label.topic),
        sentiment: item.label.is_concern.then_some(item.label.sentiment),
        parent: parent(item),
        weight: 1.0,
        is_hard: false,
        hand: None,
    });
    Ok(examples.collect())
}

fn said(mention: &Mention) -> TrainingText {
    TrainingText {
        channel: mention.channel,
        title: mention.title.clone(),
        text: mention.text.clone(),
        ticket_field: mention
            .ticket
            .as_ref()
            .and_then(|ticket| ticket.field.clone()),
    }
}
