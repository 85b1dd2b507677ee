//! What officers are told of an edit.

use indexer::desk_book::NOTICE_EDITED;
use indexer::{Archive, Telling, Told};
use models::domain::{ConcernId, CorrectionChange, root};

/// The page of a concern at the desk.
pub(crate) fn concern_path(id: &ConcernId) -> String {
    // A text filter over memory cannot fail; an empty id would lead to the 404 page.
    let id = askama::filters::urlencode_strict(id.as_str())
        .map_or_else(|_| String::new(), |id| id.to_string());
    format!("/ban-lam-viec/van-de/{id}")
}

/// What those who follow or hold the concerns of an edit are told; nothing of corrections of mentions.
///
/// ## Errors
/// When the record cannot be read.
pub fn told_of(archive: &dyn Archive, change: &CorrectionChange) -> indexer::Result<Option<Told>> {
    let undone = match change {
        CorrectionChange::Undo(seq) => {
            let all = archive.concern_corrections(*seq)?;
            let undone = all.iter().find(|one| one.seq == *seq);
            let root = undone.and_then(|one| root(&all, one));
            root.map(|root| root.change.clone())
        }
        _ => None,
    };
    let about = undone.as_ref().unwrap_or(change);
    let concerns = about.concerns().into_iter().cloned().collect::<Vec<_>>();
    // Of two that are merged, the one kept is where to look; of a split, what is left.
    let at = match about {
        CorrectionChange::Split(split) => Some(&split.from),
        _ => concerns.last(),
    };
    let Some(at) = at.cloned() else {
        return Ok(None);
    };
    let title = archive.concern(&at)?.map(|found| found.title);
    Ok(Some(Told {
        concerns,
        telling: Telling {
            kind: format!("{NOTICE_EDITED}.{}", change.code()),
            link: concern_path(&at),
            concern: Some(at),
            words: title.unwrap_or_default(),
        },
    }))
}
