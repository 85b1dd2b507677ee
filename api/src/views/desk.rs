//! What the desk did: on a concern's page its edits, in a digest what is pinned and hidden.

use models::domain::{ConcernId, Correction, CorrectionChange, Digest, DigestScope};

use super::ConcernInput;
use super::entry::mentions_text;
use crate::i18n::{Lang, fill};
use crate::lines::digest_unit;
use crate::state::AppState;

/// One edit of a concern.
pub(crate) struct EditRow {
    pub(crate) what: String,
    /// The other concern it is about.
    pub(crate) href: Option<String>,
    /// Role and moment; no name.
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) counts: bool,
}

/// What the desk says of a concern.
pub(crate) struct DeskPanel {
    /// The extractive title, where readers see another.
    pub(crate) extracted_title: Option<String>,
    pub(crate) hidden: Option<String>,
    pub(crate) pinned: Option<String>,
    pub(crate) edits: Vec<EditRow>,
}

impl DeskPanel {
    pub(crate) fn new(app: &AppState, lang: Lang, input: &ConcernInput) -> Self {
        let (t, id, told) = (lang.texts(), &input.concern.id, &input.told);
        let lists = told
            .marks
            .pinned_in(id)
            .map(|scope| list_name(app, lang, scope));
        let lists = lists.collect::<Vec<_>>().join(", ");
        let title = told.marks.title(id);
        let reason = told.marks.hidden(id);
        Self {
            extracted_title: title.map(|_| fill(t.desk_extracted, &[&input.concern.title])),
            hidden: reason.map(|reason| fill(t.desk_is_hidden, &[reason])),
            pinned: (!lists.is_empty()).then(|| fill(t.desk_is_pinned, &[&lists])),
            edits: told
                .edits()
                .map(|(made, counts)| edit_row(app, lang, id, made, counts))
                .collect(),
        }
    }
}

pub(super) fn edit_row(
    app: &AppState,
    lang: Lang,
    own: &ConcernId,
    made: &Correction,
    counts: bool,
) -> EditRow {
    let t = lang.texts();
    let (what, other) = match &made.change {
        CorrectionChange::Merge(from, into) if from == own => {
            (fill(t.edit_merged_into, &[into.as_str()]), Some(into))
        }
        CorrectionChange::Merge(from, _) => (fill(t.edit_merged, &[from.as_str()]), Some(from)),
        CorrectionChange::Split(split) => {
            let n = lang.count(split.mentions.len() as u64);
            if split.part == *own {
                let from = &split.from;
                (fill(t.edit_split_from, &[&n, from.as_str()]), Some(from))
            } else {
                let part = &split.part;
                (fill(t.edit_split_off, &[&n, part.as_str()]), Some(part))
            }
        }
        CorrectionChange::Rename(_, title) => (fill(t.edit_renamed, &[title]), None),
        CorrectionChange::Pin(_, scope) => {
            (fill(t.edit_pinned, &[&list_name(app, lang, scope)]), None)
        }
        CorrectionChange::Hide(_) => (t.edit_hidden.to_owned(), None),
        CorrectionChange::Undo(seq) => (fill(t.edit_undone, &[&seq.to_string()]), None),
        // Corrections of mentions name no concern.
        CorrectionChange::Topic(..)
        | CorrectionChange::Placement(..)
        | CorrectionChange::Sentiment(..)
        | CorrectionChange::IsConcern(..) => (made.change.code().to_owned(), None),
    };
    let by = [
        made.seq.to_string(),
        t.desk_role(made.role).to_owned(),
        lang.moment(made.made_at),
    ];
    EditRow {
        what,
        href: other.map(|id| lang.concern_href(id)),
        by: fill(t.edit_by, &[&by[0], &by[1], &by[2]]),
        reason: made.reason.clone(),
        counts,
    }
}

/// Whose list it is, in words.
pub(super) fn list_name(app: &AppState, lang: Lang, scope: &DigestScope) -> String {
    match scope {
        DigestScope::City => lang.texts().scope_city.to_owned(),
        DigestScope::Unit(code) => app.unit_name(*code),
        DigestScope::Agency(id) if app.agencies.iter().any(|agency| agency.id == *id) => {
            app.agency_name(id)
        }
        DigestScope::Agency(_) => digest_unit(scope),
    }
}

/// A concern that is kept in sight of a list it is not in.
pub(crate) struct PinnedView {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) rank: String,
    pub(crate) mentions: String,
}

/// A line that is kept out of a list.
pub(crate) struct HiddenView {
    pub(crate) text: String,
    pub(crate) href: String,
}

pub(crate) fn pinned(lang: Lang, digest: &Digest) -> Vec<PinnedView> {
    let t = lang.texts();
    let view = |line: &models::domain::PinnedLine| PinnedView {
        title: line.shown_title().to_owned(),
        href: lang.concern_href(&line.concern),
        rank: line.rank.map_or_else(
            || t.pinned_unranked.to_owned(),
            |rank| fill(t.pinned_rank, &[&rank.to_string()]),
        ),
        mentions: mentions_text(lang, line.n_mentions),
    };
    digest.desk.pinned.iter().map(view).collect()
}

pub(crate) fn hidden(lang: Lang, digest: &Digest) -> Vec<HiddenView> {
    let t = lang.texts();
    let view = |line: &models::domain::HiddenLine| {
        let mentions = mentions_text(lang, line.n_mentions);
        HiddenView {
            text: match line.rank {
                Some(rank) => fill(
                    t.hidden_ranked,
                    &[&rank.to_string(), &mentions, &line.reason],
                ),
                None => fill(t.hidden_rising, &[&mentions, &line.reason]),
            },
            href: lang.concern_href(&line.concern),
        }
    };
    digest.desk.hidden.iter().map(view).collect()
}
