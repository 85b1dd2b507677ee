//! A concern at the desk: what readers see of it, and what may be done to it.

use askama::Template;
use askama::filters::urlencode_strict;
use indexer::{Note, Slip};
use models::domain::{Account, AccountId, Correction, CorrectionChange, DigestScope};

use super::super::desk::{edit_row, list_name};
use super::queue::Option_;
use super::{desk_href, name_of, name_of_login};
use crate::i18n::{DeskTexts, Lang, fill};
use crate::lines::digest_unit;
use crate::state::AppState;
use crate::views::{ConcernInput, ConcernPage, Layout};

/// What the page is made from.
pub(crate) struct DeskConcernInput {
    pub(crate) evidence: ConcernInput,
    pub(crate) slip: Slip,
    pub(crate) notes: Vec<Note>,
    pub(crate) is_followed: bool,
    /// Who else is there, in words; empty for nobody.
    pub(crate) others: String,
    pub(crate) known_labels: Vec<String>,
    pub(crate) can_edit: bool,
    pub(crate) me: AccountId,
    /// Who may hold it.
    pub(crate) holders: Vec<Account>,
    pub(crate) accounts: Vec<Account>,
    /// What was just done.
    pub(crate) done: Option<String>,
}

/// A note.
pub(crate) struct NoteView {
    pub(crate) id: u64,
    pub(crate) who: String,
    pub(crate) at: String,
    pub(crate) lines: Vec<String>,
    pub(crate) is_own: bool,
}

/// A label, and the words that take it off.
pub(crate) struct LabelView {
    pub(crate) name: String,
    pub(crate) take: String,
}

/// An edit.
pub(crate) struct HistoryRow {
    pub(crate) seq: u64,
    pub(crate) what: String,
    pub(crate) href: Option<String>,
    /// Name, role, moment.
    pub(crate) by: String,
    pub(crate) reason: String,
    pub(crate) counts: bool,
    pub(crate) undo: String,
}

/// A list it is pinned in.
pub(crate) struct PinView {
    pub(crate) scope: String,
    pub(crate) unpin: String,
}

/// `/ban-lam-viec/van-de/{id}`.
#[derive(Template)]
#[template(path = "desk_concern.html")]
pub(crate) struct DeskConcernPage {
    pub(crate) page: Layout,
    pub(crate) d: &'static DeskTexts,
    /// The page that readers see.
    pub(crate) public: ConcernPage,
    pub(crate) public_href: String,
    pub(crate) back: String,
    /// Paths of the forms.
    pub(crate) edit: String,
    pub(crate) book: String,
    pub(crate) follow: String,
    pub(crate) merge: String,
    pub(crate) presence: String,
    /// What a form says was seen.
    pub(crate) seen: String,
    pub(crate) version: String,
    pub(crate) others: String,
    pub(crate) done: Option<&'static str>,
    pub(crate) can_edit: bool,
    pub(crate) is_followed: bool,
    pub(crate) holder: Option<String>,
    pub(crate) holder_id: String,
    pub(crate) officers: Vec<Option_>,
    pub(crate) labels: Vec<LabelView>,
    pub(crate) known_labels: Vec<String>,
    pub(crate) notes: Vec<NoteView>,
    pub(crate) title: String,
    pub(crate) extracted: String,
    pub(crate) pins: Vec<PinView>,
    pub(crate) lists: Vec<Option_>,
    pub(crate) is_hidden: bool,
    pub(crate) history: Vec<HistoryRow>,
}

impl DeskConcernPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &DeskConcernInput) -> Self {
        let (lang, d) = (page.lang, page.lang.desk());
        let told = &input.evidence.told;
        let concern = &input.evidence.concern;
        let id = &concern.id;
        let mut public = ConcernPage::new(app, page.clone(), &input.evidence);
        let href = desk_href(lang, id);
        // The next page of the evidence stays at the desk.
        public.next = public.next.map(|next| format!("/ban-lam-viec{next}"));
        let path = href.split('?').next().unwrap_or_default().to_owned();
        let below = |tail: &str| lang.href(&format!("{path}/{tail}"));
        let version = told.version();
        let scopes = told.marks.pinned_in(id);
        let pins = scopes.map(|scope| PinView {
            scope: digest_unit(scope),
            unpin: fill(d.unpin, &[&list_name(app, lang, scope)]),
        });
        let labels = input.slip.labels.iter().map(|label| LabelView {
            take: fill(d.label_take, &[label]),
            name: label.clone(),
        });
        Self {
            d,
            public_href: lang.concern_href(id),
            back: lang.href("/ban-lam-viec"),
            edit: below("sua"),
            book: below("so"),
            follow: below("theo-doi"),
            merge: below("gop"),
            presence: below("hien-dien"),
            seen: format!("{version}:{id}"),
            version: match version {
                0 => d.not_edited.to_owned(),
                version => fill(d.version_line, &[&version.to_string()]),
            },
            others: input.others.clone(),
            done: input.done.as_deref().map(|done| match done {
                "sua" => d.done_edit,
                _ => d.done_book,
            }),
            can_edit: input.can_edit,
            is_followed: input.is_followed,
            holder: input
                .slip
                .holder
                .map(|id| name_of(d, &input.accounts, Some(id))),
            holder_id: input
                .slip
                .holder
                .map_or_else(String::new, |id| id.to_string()),
            officers: officers(input),
            labels: labels.collect(),
            known_labels: input.known_labels.clone(),
            notes: notes(lang, input),
            title: told.title(concern).to_owned(),
            extracted: fill(d.rename_extracted, &[&concern.title]),
            pins: pins.collect(),
            lists: lists(app, lang, &input.evidence),
            is_hidden: told.marks.hidden(id).is_some(),
            history: history(app, lang, input),
            public,
            page,
        }
    }

    /// Where the reading of a mention is corrected.
    pub(crate) fn mention_href(&self, id: &str) -> String {
        // A text filter over memory cannot fail; an empty id would lead to the 404 page.
        let id = urlencode_strict(id).map_or_else(|_| String::new(), |id| id.to_string());
        self.page.href(&format!("/ban-lam-viec/y-kien/{id}"))
    }
}

/// Who may hold it; who holds it now, or else who asks, is chosen.
fn officers(input: &DeskConcernInput) -> Vec<Option_> {
    let chosen = input.slip.holder.unwrap_or(input.me);
    let option = |account: &Account| Option_ {
        value: account.id.to_string(),
        label: account.display_name.clone(),
        is_chosen: account.id == chosen,
    };
    input.holders.iter().map(option).collect()
}

fn notes(lang: Lang, input: &DeskConcernInput) -> Vec<NoteView> {
    let view = |note: &Note| NoteView {
        id: note.id,
        who: name_of(lang.desk(), &input.accounts, note.account),
        at: lang.moment(note.written_at),
        lines: note.body.lines().map(ToOwned::to_owned).collect(),
        is_own: note.account == Some(input.me),
    };
    input.notes.iter().map(view).collect()
}

/// Lists it can be pinned in: the city's, those of its units and agencies.
fn lists(app: &AppState, lang: Lang, evidence: &ConcernInput) -> Vec<Option_> {
    let concern = &evidence.concern;
    let units = concern
        .units
        .iter()
        .map(|unit| DigestScope::Unit(unit.code));
    let agencies = concern.agencies.iter().cloned().map(DigestScope::Agency);
    let all = std::iter::once(DigestScope::City)
        .chain(units)
        .chain(agencies);
    let pinned = evidence
        .told
        .marks
        .pinned_in(&concern.id)
        .collect::<Vec<_>>();
    let free = all.filter(|scope| !pinned.contains(&scope));
    let option = |scope: DigestScope| Option_ {
        value: digest_unit(&scope),
        label: list_name(app, lang, &scope),
        is_chosen: false,
    };
    free.map(option).collect()
}

/// The latest first.
fn history(app: &AppState, lang: Lang, input: &DeskConcernInput) -> Vec<HistoryRow> {
    let id = &input.evidence.concern.id;
    let row = |(made, counts): (&Correction, bool)| {
        HistoryRow::new(app, lang, &input.accounts, id, made, counts)
    };
    let mut rows = input.evidence.told.edits().map(row).collect::<Vec<_>>();
    rows.reverse();
    rows
}

impl HistoryRow {
    pub(super) fn new(
        app: &AppState,
        lang: Lang,
        accounts: &[Account],
        own: &models::domain::ConcernId,
        made: &Correction,
        counts: bool,
    ) -> Self {
        let (t, d) = (lang.texts(), lang.desk());
        let row = edit_row(app, lang, own, made, counts);
        let name = name_of_login(accounts, &made.officer);
        let by = [
            name.as_str(),
            t.desk_role(made.role),
            &lang.moment(made.made_at),
        ];
        let other = match &made.change {
            CorrectionChange::Merge(from, into) => Some(if from == own { into } else { from }),
            CorrectionChange::Split(split) => Some(if split.part == *own {
                &split.from
            } else {
                &split.part
            }),
            _ => None,
        };
        Self {
            seq: made.seq,
            what: row.what,
            href: other.map(|id| desk_href(lang, id)),
            by: fill(d.history_by, &by),
            reason: row.reason,
            counts,
            undo: fill(d.undo_number, &[&made.seq.to_string()]),
        }
    }
}
