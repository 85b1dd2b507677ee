//! `correct`: what officers say the models read wrong.

use anyhow::{Context, Result, bail};
use api::lines::{format_time, scope_from_code};
use models::domain::{
    Correction, CorrectionChange, DigestScope, MentionId, Placement, Scope, Sentiment, Topic,
    WeightedUnit, undone,
};
use serde_json::json;

use super::lines::{Outcome, Output};
use crate::city::City;
use crate::cli::{self, CorrectAction, CorrectMention};
use crate::clock;
use crate::editing::By;
use crate::pipeline::Pipeline;

/// `langnghe correct`
pub fn run(
    action: &CorrectAction,
    pipeline: impl FnOnce() -> Result<Pipeline>,
    as_json: bool,
) -> Result<Outcome> {
    let pipeline = pipeline()?;
    let mut output = Output::stdout();
    match action {
        CorrectAction::Mention(request) => {
            // All are checked before the first is made.
            for change in changes(request, &pipeline.city)? {
                let made = pipeline.correct(by(&request.by), &change, clock::now())?;
                show(&made, true, as_json, &mut output)?;
            }
        }
        CorrectAction::Undo { seq, by } => {
            let change = CorrectionChange::Undo(*seq);
            let made = pipeline.correct(self::by(by), &change, clock::now())?;
            show(&made, true, as_json, &mut output)?;
        }
        CorrectAction::List => {
            let all = pipeline.archive.corrections()?;
            let undone = undone(&all);
            for made in &all {
                let counts = !undone.contains(&made.seq);
                show(made, counts, as_json, &mut output)?;
            }
        }
    }
    output.finish()?;
    Ok(Outcome::Done)
}

/// Who acts, as given on the command line.
pub(super) fn by(given: &cli::By) -> By<'_> {
    By {
        officer: &given.officer,
        role: given.role,
        reason: &given.reason,
        logged: None,
    }
}

fn changes(request: &CorrectMention, city: &City) -> Result<Vec<CorrectionChange>> {
    let id = || MentionId::new(request.id.as_str());
    let mut changes = Vec::new();
    if request.noise {
        changes.push(CorrectionChange::IsConcern(id(), false));
    }
    if let Some(code) = &request.topic {
        let topic = Topic::from_code(code).with_context(|| {
            format!("không có lĩnh vực `{code}` trong topics.toml / there is no such topic")
        })?;
        changes.push(CorrectionChange::Topic(id(), topic));
    }
    if let Some(code) = &request.sentiment {
        let sentiment = Sentiment::from_code(code).with_context(|| {
            format!("cảm xúc `{code}`: ghi negative, neutral hoặc positive / give one of these")
        })?;
        changes.push(CorrectionChange::Sentiment(id(), sentiment));
    }
    if let Some(placement) = placement(request, city)? {
        changes.push(CorrectionChange::Placement(id(), placement));
    }
    Ok(changes)
}

fn placement(request: &CorrectMention, city: &City) -> Result<Option<Placement>> {
    if let Some(code) = &request.scope {
        let scope = scope_from_code(code).filter(|scope| *scope != Scope::Unit);
        let scope = scope.with_context(|| {
            format!("địa bàn `{code}`: ghi city, outside hoặc unknown, hoặc dùng --unit / give one of these, or --unit")
        })?;
        return Ok(Some(Placement::bare(scope)));
    }
    let mut units = Vec::new();
    for name in &request.unit {
        let DigestScope::Unit(code) = city.scope(name)? else {
            bail!("--unit `{name}`: ghi mã 5 số / give a five-digit code");
        };
        units.push(WeightedUnit { code, weight: 1.0 });
    }
    let placement = Placement {
        units,
        ..Placement::bare(Scope::Unit)
    };
    Ok((!placement.units.is_empty()).then_some(placement))
}

pub(super) fn show(
    made: &Correction,
    counts: bool,
    as_json: bool,
    output: &mut Output,
) -> Result<()> {
    let (what, target) = described(&made.change);
    if as_json {
        return output.json(&json!({
            "seq": made.seq, "made_at": format_time(made.made_at), "officer": made.officer,
            "role": made.role.code(),
            "reason": made.reason, "what": what, "target": target, "counts": counts,
        }));
    }
    let mark = if counts { ' ' } else { '✗' };
    output.text(&format!(
        "{:>5}{mark} {}  {}  {what}  {target}  {}",
        made.seq,
        format_time(made.made_at),
        made.officer,
        made.reason
    ))
}

/// What was changed, and where.
fn described(change: &CorrectionChange) -> (String, String) {
    match change {
        CorrectionChange::Topic(id, topic) => (format!("topic={}", topic.code()), id.to_string()),
        CorrectionChange::Placement(id, placement) => {
            let units = placement.units.iter().map(|unit| unit.code.to_string());
            let codes = units.collect::<Vec<_>>().join(",");
            let scope = api::lines::scope_code(placement.scope);
            (
                format!("place={scope} {codes}").trim_end().to_owned(),
                id.to_string(),
            )
        }
        CorrectionChange::Sentiment(id, sentiment) => {
            (format!("sentiment={}", sentiment.code()), id.to_string())
        }
        CorrectionChange::IsConcern(id, is_concern) => {
            (format!("concern={is_concern}"), id.to_string())
        }
        CorrectionChange::Merge(from, into) => (format!("merge into {into}"), from.to_string()),
        CorrectionChange::Split(split) => (
            format!("split {} into {}", split.mentions.len(), split.part),
            split.from.to_string(),
        ),
        CorrectionChange::Rename(id, title) => (format!("title={title}"), id.to_string()),
        CorrectionChange::Pin(id, scope) => (
            format!("pin {}", api::lines::digest_unit(scope)),
            id.to_string(),
        ),
        CorrectionChange::Hide(id) => ("hide".to_owned(), id.to_string()),
        CorrectionChange::Undo(seq) => ("undo".to_owned(), seq.to_string()),
    }
}
