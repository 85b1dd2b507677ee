//! What pages of concerns and units say of requests.

use models::domain::{About, Action, Concern, Decision, Respondent};

use super::new::ask_concern;
use super::sees;
use crate::Error;
use crate::access::Principal;
use crate::i18n::{Lang, fill};
use crate::state::AppState;
use crate::views::{AskedPanel, PrintedView, RequestRow};

/// The answers that were printed, for everybody; for officers the requests of their part of the city.
pub(in crate::pages) fn asked_panel(
    app: &AppState,
    lang: Lang,
    principal: &Principal,
    concern: &Concern,
) -> Result<AskedPanel, Error> {
    let record = &app.requests.record;
    let printed = record.printed_of_concern(&concern.id)?;
    let may_ask = principal.decide(Action::AskForExplanation, About::Somewhere);
    let mut rows = Vec::new();
    if principal.session().is_some() {
        let now = (app.clock)();
        let all = record.requests_of_concern(&concern.id)?;
        let mine = all.iter().filter(|request| sees(principal, request));
        rows.extend(mine.map(|request| RequestRow::new(lang, request, now)));
    }
    Ok(AskedPanel {
        answers: printed
            .iter()
            .map(|one| PrintedView::new(app, lang, one))
            .collect(),
        rows,
        ask: (may_ask == Decision::Granted).then(|| lang.href(&ask_concern(&concern.id))),
    })
}

/// How many requests to a unit are open and late, for officers who see them; none for readers.
pub(in crate::pages) fn asked_of(
    app: &AppState,
    lang: Lang,
    principal: &Principal,
    whom: &Respondent,
) -> Result<Option<(String, String)>, Error> {
    const MOST: usize = 2_000;
    let may = principal.decide(Action::ReadRestricted, whom.about());
    if principal.session().is_none() || may != Decision::Granted {
        return Ok(None);
    }
    let now = (app.clock)();
    let mut all = app.requests.record.requests(MOST)?;
    all.retain(|request| request.addressee == *whom && request.state.waits_for_unit());
    if all.is_empty() {
        return Ok(None);
    }
    let n_late = all.iter().filter(|request| request.is_late(now)).count();
    let counts = [all.len(), n_late].map(|n| lang.count(n as u64));
    let text = fill(lang.requests().unit_line, &[&counts[0], &counts[1]]);
    Ok(Some((lang.href("/yeu-cau"), text)))
}
