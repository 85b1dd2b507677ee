//! Correcting how a mention is read.

use askama::Template;
use models::domain::{
    Account, AnnotatedMention, Correction, CorrectionChange, Scope, Sentiment, Topic, undone,
};

use super::queue::Option_;
use super::{desk_href, name_of_login};
use crate::i18n::{DeskTexts, Lang, fill};
use crate::state::AppState;
use crate::views::{Layout, MentionCard};

/// What the page is made from.
pub(crate) struct CorrectInput<'a> {
    pub(crate) found: &'a AnnotatedMention,
    /// What was corrected so far, in order.
    pub(crate) made: &'a [Correction],
    pub(crate) accounts: &'a [Account],
    /// What was typed, where the form comes back.
    pub(crate) typed: &'a [(String, String)],
    /// What is wrong with it.
    pub(crate) said: Option<&'a str>,
}

/// A correction.
pub(crate) struct CorrectionRow {
    pub(crate) seq: u64,
    pub(crate) what: String,
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) counts: bool,
    pub(crate) undo: String,
}

/// `/ban-lam-viec/y-kien/{id}`.
#[derive(Template)]
#[template(path = "desk_mention.html")]
pub(crate) struct CorrectPage {
    pub(crate) page: Layout,
    pub(crate) d: &'static DeskTexts,
    pub(crate) mention: MentionCard,
    pub(crate) action: String,
    pub(crate) back: Option<String>,
    pub(crate) read: Vec<(&'static str, String)>,
    pub(crate) topics: Vec<Option_>,
    pub(crate) feelings: Vec<Option_>,
    pub(crate) units: Vec<Option_>,
    pub(crate) kinds: Vec<Option_>,
    pub(crate) seen: u64,
    pub(crate) reason: String,
    pub(crate) said: Option<String>,
    pub(crate) made: Vec<CorrectionRow>,
}

impl CorrectPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &CorrectInput<'_>) -> Self {
        let (lang, d, t) = (page.lang, page.lang.desk(), page.t);
        let read = &input.found.annotation;
        let typed = |name: &str| {
            let mut fields = input.typed.iter();
            let found = fields.find(|(is, _)| is == name);
            found.map_or("", |(_, value)| value.as_str())
        };
        let option = |name: &str, value: String, label: String| Option_ {
            is_chosen: typed(name) == value,
            value,
            label,
        };
        let topics = Topic::ALL.map(|topic| {
            let name = app.topic_name(topic, lang).to_owned();
            option("linh_vuc", topic.code().to_owned(), name)
        });
        let feelings = Sentiment::ALL.map(|one| {
            option(
                "cam_xuc",
                one.code().to_owned(),
                t.sentiment(one).to_owned(),
            )
        });
        let city = option("don_vi", "city".to_owned(), d.mention_whole_city.to_owned());
        let units = app.units_on(app.today()).into_iter();
        let units = units.map(|unit| option("don_vi", unit.code.to_string(), unit.full_name()));
        let kinds = [("co", d.mention_concern), ("khong", d.mention_noise)]
            .map(|(code, name)| option("la_y_kien", code.to_owned(), name.to_owned()));
        let kind = if read.is_concern {
            d.mention_concern
        } else {
            d.mention_noise
        };
        let undone = undone(input.made);
        let row = |made: &Correction| {
            let name = name_of_login(input.accounts, &made.officer);
            let by = [
                name.as_str(),
                t.desk_role(made.role),
                &lang.moment(made.made_at),
            ];
            CorrectionRow {
                seq: made.seq,
                what: what(app, lang, &made.change),
                by: fill(d.history_by, &by),
                reason: made.reason.clone(),
                counts: !undone.contains(&made.seq),
                undo: fill(d.undo_number, &[&made.seq.to_string()]),
            }
        };
        let mut made = input.made.iter().map(row).collect::<Vec<_>>();
        made.reverse();
        Self {
            d,
            action: lang.href(page_path(&page)),
            back: input.found.concern.as_ref().map(|id| desk_href(lang, id)),
            read: vec![
                (d.mention_what, kind.to_owned()),
                (d.mention_topic, app.topic_name(read.topic, lang).to_owned()),
                (d.mention_feeling, t.sentiment(read.sentiment).to_owned()),
                (d.mention_place, place(app, lang, input.found)),
            ],
            topics: topics.into(),
            feelings: feelings.into(),
            units: std::iter::once(city).chain(units).collect(),
            kinds: kinds.into(),
            seen: input.made.last().map_or(0, |made| made.seq),
            reason: typed("ly_do").to_owned(),
            said: input.said.map(ToOwned::to_owned),
            mention: MentionCard::new(app, lang, input.found),
            made,
            page,
        }
    }
}

/// The path of a page, as its other language has it.
fn page_path(page: &Layout) -> &str {
    page.alternate.split('?').next().unwrap_or_default()
}

fn place(app: &AppState, lang: Lang, found: &AnnotatedMention) -> String {
    let placement = &found.annotation.placement;
    match placement.scope {
        Scope::Unit => {
            let names = placement.units.iter().map(|unit| app.unit_name(unit.code));
            names.collect::<Vec<_>>().join(", ")
        }
        Scope::City => lang.desk().mention_whole_city.to_owned(),
        Scope::Outside | Scope::Unknown => "–".to_owned(),
    }
}

fn what(app: &AppState, lang: Lang, change: &CorrectionChange) -> String {
    let d = lang.desk();
    match change {
        CorrectionChange::Topic(_, topic) => {
            format!("{}: {}", d.mention_topic, app.topic_name(*topic, lang))
        }
        CorrectionChange::Sentiment(_, one) => {
            format!("{}: {}", d.mention_feeling, lang.texts().sentiment(*one))
        }
        CorrectionChange::Placement(_, placement) => {
            let names = placement.units.iter().map(|unit| app.unit_name(unit.code));
            let names = names.collect::<Vec<_>>().join(", ");
            let names = if names.is_empty() {
                d.mention_whole_city.to_owned()
            } else {
                names
            };
            format!("{}: {names}", d.mention_place)
        }
        CorrectionChange::IsConcern(_, true) => d.mention_concern.to_owned(),
        CorrectionChange::IsConcern(_, false) => d.mention_noise.to_owned(),
        CorrectionChange::Undo(seq) => fill(d.undo_number, &[&seq.to_string()]),
        // Edits of concerns stand on their pages.
        other => other.code().to_owned(),
    }
}
