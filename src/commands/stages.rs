//! The stages of the journey as commands: lines in, lines out, no data folder and no network.

use std::path::Path;

use anyhow::Result;
use api::lines::{AnnotationLine, DigestLine, GroupLine, ParsedMention, PlaceLine, SignalLine};
use jiff::civil::Date;
use models::domain::{AnnotatedMention, Channel, Mention};
use models::language::place::PlaceInput;
use models::ranking::score::{LONGEST_WINDOW_DAYS, Past};

use super::lines::{Line, Lines, Outcome, Output};
use crate::city::City;
use crate::clock;
use crate::{coverage, edition};

/// `langnghe segment`
pub fn segment(file: &Path) -> Result<Outcome> {
    let segmenter = City::segmenter()?;
    per_line(file, |line, output| {
        output.text(&segmenter.line(&line.text))
    })
}

/// `langnghe accent`
pub fn accent(file: &Path) -> Result<Outcome> {
    let restorer = City::restorer()?;
    per_line(file, |line, output| {
        output.text(&restorer.restore(&line.text))
    })
}

/// `langnghe place`
pub fn place(city: &City, file: &Path) -> Result<Outcome> {
    let gazetteer = city.annotator.gazetteer();
    per_line(file, |line, output| {
        let placement = gazetteer.place(&PlaceInput {
            title: None,
            text: &line.text,
            ticket_address: None,
            parent: None,
            channel: Channel::Hotline,
            day: clock::today(),
        });
        output.json(&PlaceLine::from(&placement))
    })
}

/// `langnghe annotate`
pub fn annotate(city: &City, file: &Path) -> Result<Outcome> {
    let mut lines = Lines::open(file)?;
    let mentions = read_mentions(&mut lines)?;
    let mut output = Output::stdout();
    for (mention, annotation) in city.annotator.annotate_all(&mentions) {
        output.json(&AnnotationLine::new(&annotation, &mention))?;
    }
    output.finish()?;
    Ok(lines.outcome())
}

/// `langnghe group`
pub fn group(city: &City, file: &Path) -> Result<Outcome> {
    let mut lines = Lines::open(file)?;
    let mentions = read_mentions(&mut lines)?;
    let grouped = edition::group_stream(city, annotated(city, &mentions));
    let mut output = Output::stdout();
    for item in &grouped.mentions {
        output.json(&GroupLine::new(&item.mention.id, item.concern.as_ref()))?;
    }
    output.finish()?;
    Ok(lines.outcome())
}

/// `langnghe rank`
pub fn rank(city: &City, day: Date, unit: Option<&str>, file: &Path) -> Result<Outcome> {
    let scopes = match unit {
        Some(name) => vec![city.scope(name)?],
        None => city.scopes(day),
    };
    let mut lines = Lines::open(file)?;
    let mentions = read_mentions(&mut lines)?;
    let grouped = edition::group_all(city, annotated(city, &mentions));
    let digests = edition::rank_day(city, day, &grouped, &coverage::whole(), &scopes);
    let mut output = Output::stdout();
    output.json(&digests.iter().map(DigestLine::from).collect::<Vec<_>>())?;
    output.finish()?;
    Ok(lines.outcome())
}

/// `langnghe score`
pub fn score(city: &City, day: Date, file: &Path) -> Result<Outcome> {
    let mut lines = Lines::open(file)?;
    let mentions = read_mentions(&mut lines)?;
    let grouped = edition::group_all(city, annotated(city, &mentions));
    let mut output = Output::stdout();
    let past = Past::whole(day, LONGEST_WINDOW_DAYS);
    for signal in edition::score_day(city, day, &grouped, &past) {
        output.json(&SignalLine::from(&signal))?;
    }
    output.finish()?;
    Ok(lines.outcome())
}

fn per_line(
    file: &Path,
    mut stage: impl FnMut(&Line, &mut Output) -> Result<()>,
) -> Result<Outcome> {
    let mut lines = Lines::open(file)?;
    let mut output = Output::stdout();
    while let Some(line) = lines.next_line()? {
        stage(&line, &mut output)?;
    }
    output.finish()?;
    Ok(lines.outcome())
}

/// Reads mention lines; a bad one is reported and left out.
pub fn read_mentions(lines: &mut Lines) -> Result<Vec<Mention>> {
    let mut mentions = Vec::new();
    while let Some(line) = lines.next_line()? {
        if line.text.trim().is_empty() {
            continue;
        }
        match ParsedMention::read(&line.text).and_then(|parsed| {
            parsed
                .notes
                .iter()
                .for_each(|note| lines.note(line.number, note));
            parsed.line.to_mention()
        }) {
            Ok(mention) => mentions.push(mention),
            Err(error) => lines.complain(line.number, error),
        }
    }
    Ok(mentions)
}

fn annotated(city: &City, mentions: &[Mention]) -> Vec<AnnotatedMention> {
    let annotate = |(mention, annotation)| AnnotatedMention {
        mention,
        annotation,
        concern: None,
    };
    city.annotator
        .annotate_all(mentions)
        .into_iter()
        .map(annotate)
        .collect()
}
