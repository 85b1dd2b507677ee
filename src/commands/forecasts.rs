//! `forecast`: what is foreseen, how past forecasts did, and the same made again.

use anyhow::{Context, Result, bail};
use api::lines::{ForecastLine, forecast_scope};
use indexer::Archive;
use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{ForecastScope, PublishedForecast, Topic};
use models::ranking::forecast::grade;
use serde_json::json;

use super::lines::{Outcome, Output};
use crate::city::City;
use crate::cli::{SomeDays, WhichForecast};
use crate::clock;
use crate::pipeline::Pipeline;
use crate::store::Store;

fn scope_of(city: &City, name: &str) -> Result<ForecastScope> {
    let scope = forecast_scope(name).with_context(|| {
        format!("`{name}`: ghi city, kind:ward, kind:commune, kind:special_zone hoặc mã 5 số / give one of these")
    })?;
    match scope {
        ForecastScope::Unit(code) if !city.units().iter().any(|unit| unit.code == code) => {
            bail!("không có đơn vị mã {code} / there is no unit {code}")
        }
        scope => Ok(scope),
    }
}

fn topic_of(name: Option<&str>) -> Result<Option<Topic>> {
    name.map(|code| {
        Topic::from_code(code)
            .with_context(|| format!("không có lĩnh vực `{code}` / there is no such topic"))
    })
    .transpose()
}

/// `langnghe forecast`: exit code 2 when nothing was foreseen on that day.
pub fn show(city: &City, store: &Store, which: &WhichForecast, json: bool) -> Result<Outcome> {
    let (scope, topic) = (
        scope_of(city, &which.unit)?,
        topic_of(which.topic.as_deref())?,
    );
    let newest = store.archive.forecast_days()?.first().copied();
    let day = which.day.or(newest);
    let day = day.context("chưa có dự báo nào / nothing was foreseen yet")?;
    let outcomes = store.archive.outcomes(Some(scope), day, day)?;
    let mut output = Output::stdout();
    let mut outcome = Outcome::SomeBad;
    for (published, _) in store.archive.forecasts_on(day)? {
        let forecast = &published.forecast;
        if forecast.scope != scope || topic.is_some_and(|topic| topic != forecast.topic) {
            continue;
        }
        outcome = Outcome::Done;
        let came = outcomes.iter().find(|came| came.topic == forecast.topic);
        let line = ForecastLine::new(&published, came, clock::today());
        if json {
            output.json(&line)?;
        } else {
            print(city, &published, &line, &mut output)?;
        }
    }
    output.finish()?;
    Ok(outcome)
}

fn print(
    city: &City,
    published: &PublishedForecast,
    line: &ForecastLine,
    output: &mut Output,
) -> Result<()> {
    let topic = &city.taxonomy.info(published.forecast.topic).name_vi;
    let Some(days) = &line.days else {
        return output.text(&format!("{topic}: không hiện, chưa hơn “như tuần trước”"));
    };
    output.text(&format!("{topic} (lập hết ngày {}):", line.made_on))?;
    for day in days {
        let came = day
            .came
            .as_ref()
            .map_or_else(String::new, |n| format!("; đã đến {n}"));
        let [low, high] = day.interval_90;
        output.text(&format!(
            "  {}: {} (50 %: {}–{}; 90 %: {low}–{high}{came})",
            day.day, day.median, day.interval_50[0], day.interval_50[1]
        ))?;
    }
    Ok(())
}

/// `langnghe forecast grades`: how the forecasts of a year did, by topic.
pub fn grades(city: &City, store: &Store, which: &WhichForecast, json: bool) -> Result<Outcome> {
    let (scope, topic) = (
        scope_of(city, &which.unit)?,
        topic_of(which.topic.as_deref())?,
    );
    let method = &city.methods.forecast;
    let to = which.day.unwrap_or_else(clock::today);
    let from = to.saturating_sub(i64::from(method.graded_days).days());
    let mut outcomes = store.archive.outcomes(Some(scope), from, to)?;
    outcomes.retain(|outcome| outcome.method_version == method.version);
    let mut output = Output::stdout();
    for past in outcomes.chunk_by(|a, b| a.topic == b.topic) {
        let of = past[0].topic;
        let Some(grade) = grade(method, past).filter(|_| topic.is_none_or(|topic| topic == of))
        else {
            continue;
        };
        if json {
            let standing = api::lines::StandingLine::from(&grade);
            let may_be_shown = grade.may_be_shown;
            output.json(&json!({ "unit": which.unit, "topic": of.code(), "may_be_shown": may_be_shown, "standing": standing }))?;
            continue;
        }
        let interval = grade.skill_interval;
        output.text(&format!(
            "{}: {} dự báo, {} tuần; sai {:.2}, như tuần trước {:.2}; hơn {:.0} % ({:.0}–{:.0}); trong \
             khoảng 50 %: {:.0} %, 90 %: {:.0} %; {}",
            city.taxonomy.info(of).name_vi,
            grade.n_forecasts,
            grade.n_weeks,
            grade.mae,
            grade.mae_last_week,
            100.0 * grade.skill,
            100.0 * interval.low,
            100.0 * interval.high,
            100.0 * grade.likely_coverage,
            100.0 * grade.coverage,
            if grade.may_be_shown { "được hiện" } else { "không hiện" }
        ))?;
    }
    output.finish()?;
    Ok(Outcome::Done)
}

/// `langnghe forecast past`
pub fn past(pipeline: &Pipeline, days: &SomeDays) -> Result<Outcome> {
    let done = pipeline.foresee_past(days.from, days.to, clock::now())?;
    let mut output = Output::stdout();
    output.text(&format!(
        "{} dự báo được lập, {} được chấm / forecasts made, graded",
        done.n_made, done.n_graded
    ))?;
    output.finish()?;
    Ok(Outcome::Done)
}

/// `langnghe forecast replay`: exit code 2 when one comes out otherwise.
pub fn replay(pipeline: &Pipeline, days: &SomeDays, as_json: bool) -> Result<Outcome> {
    let mut output = Output::stdout();
    let mut outcome = Outcome::Done;
    let is_asked = |day: &Date| (days.from..=days.to).contains(day);
    let mut made = pipeline.archive.forecast_days()?;
    made.retain(is_asked);
    for day in made.into_iter().rev() {
        let (n_made, n_same) = pipeline.replay_forecasts(day)?;
        if n_same < n_made {
            outcome = Outcome::SomeBad;
        }
        if as_json {
            output.json(&json!({ "day": day.to_string(), "n": n_made, "n_same": n_same }))?;
        } else {
            output.text(&format!("{day}: {n_made} dự báo, {n_same} giống từng byte"))?;
        }
    }
    output.finish()?;
    Ok(outcome)
}
