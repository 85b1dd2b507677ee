//! One thing done to several concerns: what is asked beforehand, and which could not be done.

use askama::Template;
use models::domain::{AccountId, Concern, ConcernId};

use super::desk_href;
use crate::desk::DeskRefusal;
use crate::i18n::{DeskTexts, Lang, fill};
use crate::state::AppState;
use crate::views::Layout;

/// A concern that was ticked.
pub(crate) struct BulkPick {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) note: String,
    pub(crate) keep: String,
    /// What a tick says was seen.
    pub(crate) tick: String,
    /// The same as the one to be kept.
    pub(crate) into: String,
    n_mentions: u64,
    pub(crate) is_chosen: bool,
}

impl BulkPick {
    pub(crate) fn new(
        app: &AppState,
        lang: Lang,
        concern: &Concern,
        version: u64,
        holder: Option<AccountId>,
    ) -> Self {
        let n = concern
            .daily
            .iter()
            .map(|day| u64::from(day.n_mentions))
            .sum();
        let holder = holder.map_or_else(String::new, |id| id.to_string());
        let d = lang.desk();
        let n_voices = fill(d.n_voices, &[&lang.count(n)]);
        let first = fill(lang.texts().first_seen, &[&lang.moment(concern.first_seen)]);
        let topic = app.topic_name(concern.topic, lang);
        Self {
            href: desk_href(lang, &concern.id),
            title: concern.title.clone(),
            note: format!("{topic} · {n_voices} · {first}"),
            keep: fill(d.keep_this, &[&concern.title]),
            tick: format!("{version}:{holder}:{}", concern.id),
            into: format!("{version}:{}", concern.id),
            n_mentions: n,
            is_chosen: false,
        }
    }
}

/// `/ban-lam-viec/hang-loat`, before it is done.
#[derive(Template)]
#[template(path = "desk_bulk_ask.html")]
pub(crate) struct BulkAskPage {
    pub(crate) page: Layout,
    pub(crate) d: &'static DeskTexts,
    pub(crate) heading: String,
    pub(crate) lede: &'static str,
    pub(crate) picks: Vec<BulkPick>,
    pub(crate) is_merge: bool,
    pub(crate) reason: String,
    pub(crate) query: String,
    pub(crate) back: String,
    pub(crate) said: Option<String>,
    pub(crate) can_go: bool,
}

impl BulkAskPage {
    pub(crate) fn new(
        page: Layout,
        mut picks: Vec<BulkPick>,
        is_merge: bool,
        reason: &str,
        query: &str,
        said: Option<&str>,
        can_go: bool,
    ) -> Self {
        let (lang, d) = (page.lang, page.lang.desk());
        // The one most speak of is the likeliest to be kept.
        if let Some(most) = picks.iter_mut().max_by_key(|pick| pick.n_mentions) {
            most.is_chosen = true;
        }
        let n = lang.count(picks.len() as u64);
        let (heading, lede) = if is_merge {
            (d.bulk_merge_title, d.bulk_merge_lede)
        } else {
            (d.bulk_hide_title, d.bulk_hide_lede)
        };
        Self {
            d,
            heading: fill(heading, &[&n]),
            lede,
            picks,
            is_merge,
            reason: reason.to_owned(),
            back: back(lang, query),
            query: query.to_owned(),
            said: said.map(ToOwned::to_owned),
            can_go,
            page,
        }
    }
}

fn back(lang: Lang, query: &str) -> String {
    lang.href(&format!("/ban-lam-viec?xem=tat-ca&{query}"))
}

/// What became of one concern.
pub(crate) struct BulkOutcome {
    pub(crate) concern: ConcernId,
    pub(crate) title: String,
    /// Why it was not done.
    pub(crate) refusal: Option<DeskRefusal>,
}

/// A line of what became of all.
pub(crate) struct OutcomeRow {
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) why: String,
}

/// What became of all, where some could not be done.
#[derive(Template)]
#[template(path = "desk_bulk_result.html")]
pub(crate) struct BulkResultPage {
    pub(crate) page: Layout,
    pub(crate) d: &'static DeskTexts,
    pub(crate) heading: String,
    pub(crate) said: Option<&'static str>,
    pub(crate) failed: Vec<OutcomeRow>,
    pub(crate) done: Vec<OutcomeRow>,
    pub(crate) back: String,
}

impl BulkResultPage {
    pub(crate) fn new(page: Layout, outcomes: Vec<BulkOutcome>, query: &str) -> Self {
        let (lang, d) = (page.lang, page.lang.desk());
        let row = |outcome: BulkOutcome| OutcomeRow {
            href: desk_href(lang, &outcome.concern),
            title: outcome.title,
            why: match outcome.refusal {
                Some(DeskRefusal::Stale(_)) => d.stale_title.to_owned(),
                Some(DeskRefusal::Unsound { vi, .. }) if lang == Lang::Vi => vi,
                Some(DeskRefusal::Unsound { en, .. }) => en,
                Some(DeskRefusal::Failed) | None => String::new(),
            },
        };
        let (failed, done): (Vec<_>, Vec<_>) =
            outcomes.into_iter().partition(|one| one.refusal.is_some());
        let n = [done.len(), failed.len()].map(|n| lang.count(n as u64));
        Self {
            d,
            heading: fill(d.bulk_some_title, &[&n[0], &n[1]]),
            said: None,
            failed: failed.into_iter().map(row).collect(),
            done: done.into_iter().map(row).collect(),
            back: back(lang, query),
            page,
        }
    }

    /// Where nothing was ticked.
    pub(crate) fn nothing(page: Layout, said: &'static str, query: &str) -> Self {
        let (lang, d) = (page.lang, page.lang.desk());
        Self {
            d,
            heading: d.refused_title.to_owned(),
            said: Some(said),
            failed: Vec::new(),
            done: Vec::new(),
            back: back(lang, query),
            page,
        }
    }
}
