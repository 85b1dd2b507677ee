//! What is shown while there is nothing to show: what was done and what comes next.

use askama::Template;
use jiff::civil::Date;

use super::{Days, Layout};
use crate::i18n::{Lang, Texts, fill};

/// One step on the way to the first digest.
pub(crate) struct Step {
    pub(crate) title: &'static str,
    pub(crate) state: &'static str,
    pub(crate) detail: String,
    pub(crate) done: bool,
}

/// A page instead of a digest.
#[derive(Template)]
#[template(path = "first_run.html")]
pub(crate) struct FirstRunPage {
    pub(crate) page: Layout,
    pub(crate) heading: String,
    pub(crate) lede: &'static str,
    pub(crate) days: Option<Days>,
    pub(crate) steps: [Step; 4],
}

/// How far things have come.
pub(crate) struct FirstRunInput {
    /// Sources in the configuration.
    pub n_sources: usize,
    /// Mentions in the record.
    pub n_mentions: u64,
    /// Whether anybody may sign in.
    pub has_account: bool,
    /// Days with a digest, newest first.
    pub published: Vec<Date>,
    /// The day asked for.
    pub day: Date,
}

impl FirstRunPage {
    pub(crate) fn new(page: Layout, input: &FirstRunInput) -> Self {
        let (t, lang) = (page.t, page.lang);
        let latest = input.published.first();
        Self {
            heading: match latest {
                Some(_) => fill(t.empty_day_title, &[&lang.long_day(input.day)]),
                None => t.first_title.to_owned(),
            },
            lede: latest.map_or(t.first_lede, |_| t.empty_day_lede),
            days: latest.map(|_| Days::new(lang, "/", input.day, &input.published)),
            steps: steps(lang, t, input),
            page,
        }
    }
}

fn steps(lang: Lang, t: &Texts, input: &FirstRunInput) -> [Step; 4] {
    let step = |title, done, detail: String| Step {
        title,
        state: if done { t.step_done } else { t.step_waiting },
        detail,
        done,
    };
    let (n_sources, n_mentions) = (input.n_sources as u64, input.n_mentions);
    let latest = input.published.first();
    [
        step(
            t.step_sources,
            n_sources > 0,
            counted(lang, n_sources, t.step_sources_none, t.step_sources_some),
        ),
        step(
            t.step_collect,
            n_mentions > 0,
            counted(lang, n_mentions, t.step_collect_none, t.step_collect_some),
        ),
        step(
            t.step_rank,
            latest.is_some(),
            latest.map_or_else(
                || t.step_rank_none.to_owned(),
                |day| fill(t.step_rank_some, &[&lang.long_day(*day)]),
            ),
        ),
        step(
            t.step_account,
            input.has_account,
            if input.has_account {
                t.step_account_some.to_owned()
            } else {
                t.step_account_none.to_owned()
            },
        ),
    ]
}

fn counted(lang: Lang, n: u64, none: &str, some: &str) -> String {
    match n {
        0 => none.to_owned(),
        n => fill(some, &[&lang.count(n)]),
    }
}
