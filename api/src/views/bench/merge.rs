//! Choosing the concern to merge into.

use askama::Template;
use models::domain::Concern;

use super::desk_href;
use crate::desk::{Alike, BoardRow};
use crate::i18n::{DeskTexts, Lang, fill};
use crate::state::AppState;
use crate::views::Layout;

/// What the page is made from.
pub(crate) struct MergeInput<'a> {
    pub(crate) concern: &'a Concern,
    /// Its page at the desk.
    pub(crate) path: String,
    pub(crate) version: u64,
    pub(crate) words: &'a str,
    pub(crate) suggested: &'a [Alike<'a>],
    pub(crate) found: &'a [&'a BoardRow],
}

/// A concern to merge into.
pub(crate) struct Candidate {
    /// What a form says was seen.
    pub(crate) into: String,
    pub(crate) href: String,
    pub(crate) title: String,
    pub(crate) note: String,
    /// In what they are alike.
    pub(crate) alike: String,
}

/// `/ban-lam-viec/van-de/{id}/gop`.
#[derive(Template)]
#[template(path = "desk_merge.html")]
pub(crate) struct MergePage {
    pub(crate) page: Layout,
    pub(crate) d: &'static DeskTexts,
    pub(crate) lede: String,
    pub(crate) back: String,
    pub(crate) here: String,
    pub(crate) edit: String,
    pub(crate) seen: String,
    pub(crate) words: String,
    pub(crate) suggested: Vec<Candidate>,
    pub(crate) found: Vec<Candidate>,
    pub(crate) is_searched: bool,
}

impl MergePage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &MergeInput<'_>) -> Self {
        let (lang, d) = (page.lang, page.lang.desk());
        let suggested = input.suggested.iter().map(|alike| Candidate {
            alike: in_what(lang, alike),
            ..Candidate::new(app, lang, alike.row)
        });
        let found = input.found.iter();
        let found = found.map(|row| Candidate::new(app, lang, row));
        Self {
            d,
            lede: fill(d.merge_lede, &[&input.concern.title]),
            back: lang.href(&input.path),
            here: format!("{}/gop", input.path),
            edit: lang.href(&format!("{}/sua", input.path)),
            seen: format!("{}:{}", input.version, input.concern.id),
            words: input.words.to_owned(),
            suggested: suggested.collect(),
            found: found.collect(),
            is_searched: !input.words.trim().is_empty(),
            page,
        }
    }
}

impl Candidate {
    fn new(app: &AppState, lang: Lang, row: &BoardRow) -> Self {
        let n: u32 = row.days.iter().sum();
        let n_voices = fill(lang.desk().n_voices, &[&lang.count(n.into())]);
        let place = match row.units.first() {
            Some(code) => app.unit_name(*code),
            None => lang.texts().scope_city.to_owned(),
        };
        let topic = app.topic_name(row.topic, lang);
        let last = fill(lang.texts().last_seen, &[&lang.moment(row.last_seen)]);
        Self {
            into: format!("{}:{}", row.version, row.id),
            href: desk_href(lang, &row.id),
            title: row.title.clone(),
            note: format!("{place} · {topic} · {n_voices} · {last}"),
            alike: String::new(),
        }
    }
}

fn in_what(lang: Lang, alike: &Alike<'_>) -> String {
    let d = lang.desk();
    let mut parts = vec![fill(d.merge_words, &[&lang.share(alike.words.into())])];
    if alike.is_same_topic {
        parts.push(d.merge_same_topic.to_owned());
    }
    if alike.is_same_place {
        parts.push(d.merge_same_place.to_owned());
    }
    parts.join(" · ")
}
