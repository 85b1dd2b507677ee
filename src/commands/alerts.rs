//! `alerts`: what is running, the rules, and bringing rules in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use api::lines::AlertLine;
use indexer::{Actor, AlertQuery, By};
use models::domain::{AlertRule, AlertStep};
use serde_json::json;

use super::lines::{Outcome, Output};
use crate::alerts;
use crate::cli::alerts::AlertsAction;
use crate::clock;
use crate::config::{Config, parse_alert_rules};
use crate::pipeline::Pipeline;

/// Alerts listed at most.
const LISTED: usize = 1_000;

/// `langnghe alerts`
pub fn run(
    pipeline: &Arc<Pipeline>,
    action: Option<&AlertsAction>,
    config: &Config,
    as_json: bool,
) -> Result<Outcome> {
    let mut output = Output::stdout();
    match action {
        None => list(pipeline, as_json, &mut output)?,
        Some(AlertsAction::Rules) => rules(pipeline, as_json, &mut output)?,
        Some(AlertsAction::Import { file }) => {
            let (path, text) = match file {
                Some(path) => {
                    let text = std::fs::read_to_string(path).with_context(|| {
                        format!("không đọc được / cannot read {}", path.display())
                    })?;
                    (path.clone(), text)
                }
                None => suggested(config)?,
            };
            let (n_new, n_changed) = bring_in(pipeline, &path, &text)?;
            output.text(&format!(
                "{n_new} luật mới, {n_changed} luật đổi / new rules, changed rules"
            ))?;
        }
        Some(AlertsAction::Look) => {
            let done = alerts::look(pipeline, clock::now())?;
            output.text(&format!(
                "mở / opened: {}, nặng hơn / worse: {}, xong / over: {}",
                done.n_opened, done.n_worse, done.n_over
            ))?;
        }
    }
    output.finish()?;
    Ok(Outcome::Done)
}

/// The file of suggested rules: the city's own, or that of the program.
pub fn suggested(config: &Config) -> Result<(PathBuf, String)> {
    let built_in = include_str!("../../config/alerts.toml");
    Ok(config.files.text("alerts.toml", built_in)?)
}

/// Brings rules in: new ones, and those that are other than in the record. Gives the number of both.
pub fn bring_in(pipeline: &Pipeline, path: &Path, text: &str) -> Result<(usize, usize)> {
    let by = By {
        who: Actor::Command,
        at: clock::now(),
        request: None,
    };
    let known = pipeline.alerts.alert_rules()?;
    let (mut n_new, mut n_changed) = (0, 0);
    for rule in parse_alert_rules(path, text)? {
        let before = known.iter().find(|known| known.origin == rule.origin);
        let rule = match before {
            None => rule,
            Some(before) => AlertRule {
                id: before.id,
                revision: before.revision,
                ..rule
            },
        };
        match before {
            None => n_new += 1,
            Some(before) if *before == rule => continue,
            Some(_) => n_changed += 1,
        }
        let saved = pipeline.alerts.save_rule(&rule, &by)?;
        saved.with_context(|| {
            format!(
                "luật `{}` vừa được người khác sửa / the rule was just changed",
                rule.name
            )
        })?;
    }
    Ok((n_new, n_changed))
}

fn list(pipeline: &Pipeline, as_json: bool, output: &mut Output) -> Result<()> {
    let running = AlertQuery {
        is_running: Some(true),
        limit: LISTED,
        ..AlertQuery::default()
    };
    for alert in pipeline.alerts.alerts(&running)? {
        let events = pipeline.alerts.alert_events(alert.id)?;
        let found = events.iter().rev().find_map(|event| match &event.step {
            AlertStep::Opened(found) | AlertStep::Worsened(found) => Some(found),
            _ => None,
        });
        if as_json {
            output.json(&AlertLine::new(&alert, found))?;
        } else {
            output.text(&format!(
                "{} {} {} {} {}",
                alert.id,
                alert.status.code(),
                alert.rule_name,
                alert.subject.kind().code(),
                alert.subject.id()
            ))?;
        }
    }
    Ok(())
}

fn rules(pipeline: &Pipeline, as_json: bool, output: &mut Output) -> Result<()> {
    for rule in pipeline.alerts.alert_rules()? {
        if as_json {
            output.json(&json!({
                "id": rule.id,
                "origin": rule.origin,
                "name": rule.name,
                "kind": rule.kind().code(),
                "urgent": rule.is_urgent,
                "active": rule.is_active,
                "revision": rule.revision,
            }))?;
        } else {
            let state = if rule.is_active { "" } else { " (tắt / off)" };
            output.text(&format!("{} {}{state}", rule.id, rule.name))?;
        }
    }
    Ok(())
}
