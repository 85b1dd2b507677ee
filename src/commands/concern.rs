//! `concern`: what people at the desk do to concerns.

use anyhow::Result;
use models::domain::{ConcernId, MentionId, undone};
use serde_json::json;

use super::correct::{by, show};
use super::lines::{Outcome, Output};
use crate::cli::{ConcernAction, EditBy};
use crate::clock;
use crate::editing::ConcernEdit;
use crate::pipeline::Pipeline;

/// `langnghe concern`
pub fn run(action: &ConcernAction, pipeline: &Pipeline, as_json: bool) -> Result<Outcome> {
    let id = |id: &String| ConcernId::new(id.as_str());
    let scope = |name: &String| pipeline.city.scope(name);
    let (edit, asked) = match action {
        ConcernAction::Merge { from, into, edit } => (ConcernEdit::Merge(id(from), id(into)), edit),
        ConcernAction::Split {
            id: of,
            mention,
            edit,
        } => {
            let mentions = mention.iter().map(|id| MentionId::new(id.as_str()));
            (ConcernEdit::Split(id(of), mentions.collect()), edit)
        }
        ConcernAction::Rename {
            id: of,
            title,
            edit,
        } => (ConcernEdit::Rename(id(of), title.clone()), edit),
        ConcernAction::Pin { id: of, unit, edit } => (ConcernEdit::Pin(id(of), scope(unit)?), edit),
        ConcernAction::Unpin { id: of, unit, edit } => {
            let unit = unit.as_ref().map(scope).transpose()?;
            (ConcernEdit::Unpin(id(of), unit), edit)
        }
        ConcernAction::Hide { id: of, edit } => (ConcernEdit::Hide(id(of)), edit),
        ConcernAction::Unhide { id: of, edit } => (ConcernEdit::Unhide(id(of)), edit),
        ConcernAction::Undo { seq, edit } => (ConcernEdit::Undo(*seq), edit),
        ConcernAction::History { id: of } => return history(pipeline, &id(of), as_json),
    };
    make(pipeline, edit, asked, as_json)
}

fn make(pipeline: &Pipeline, edit: ConcernEdit, asked: &EditBy, as_json: bool) -> Result<Outcome> {
    let made = pipeline.edit(by(&asked.by), edit, &asked.seen, clock::now())?;
    let mut output = Output::stdout();
    show(&made, true, as_json, &mut output)?;
    output.finish()?;
    Ok(Outcome::Done)
}

fn history(pipeline: &Pipeline, id: &ConcernId, as_json: bool) -> Result<Outcome> {
    let all = pipeline.archive.corrections_of_concern(id)?;
    let undone = undone(&all);
    let mut output = Output::stdout();
    for made in &all {
        show(made, !undone.contains(&made.seq), as_json, &mut output)?;
    }
    let version = pipeline.archive.concern_version(id)?;
    if as_json {
        output.json(&json!({ "concern": id.as_str(), "version": version }))?;
    } else {
        output.text(&format!("bản / version: {id}={version}"))?;
    }
    output.finish()?;
    Ok(Outcome::Done)
}
