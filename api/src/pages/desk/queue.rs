//! The queue of concerns.

use std::collections::{HashMap, HashSet};

use axum::extract::{Query, State};
use axum::http::Uri;
use axum::response::Response;
use indexer::search::{Order, Query as Words};
use indexer::{SavedView, Slip};
use jiff::civil::Date;
use models::domain::Action::{EditConcerns, ReadRestricted};
use models::domain::{Account, ConcernId, DigestScope, Reach};
use serde::Deserialize;

use super::{Whereabouts, me};
use crate::access::Principal;
use crate::desk::{Asked, Board, BoardRow, Choice, Things, find};
use crate::http::Params;
use crate::pages::{html, office};
use crate::state::Shared;
use crate::views::bench::{QueueInput, QueuePage};
use crate::views::{Layout, Nav, Viewer};
use crate::{AppState, Error};

/// What the address says beside the filters.
#[derive(Deserialize)]
pub(super) struct Beside {
    /// `tat-ca` shows all, where one opens with a view of one's own.
    xem: Option<String>,
    /// How many concerns something was just done to.
    xong: Option<usize>,
}

/// Mentions of the words that are looked at for their concerns, the latest.
pub(super) const WORD_HITS: usize = 300;

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Params(asked): Params<Asked>,
    Params(beside): Params<Beside>,
) -> Result<Response, Error> {
    let room = shared.desk_room();
    shared
        .read(move |app| {
            let me = me(&principal)?;
            let views = app.book.views(me)?;
            let opened = opens_with(&views, &asked, beside.xem.as_deref());
            let asked = opened.as_ref().map_or(asked, |(_, asked)| asked.clone());
            let choice = asked.choice()?;
            let board = room.board(app)?;
            let known = Known::read(app, &principal, &choice, &asked.q)?;
            let near =
                |row: &BoardRow| Whereabouts::of_row(row).is_near(principal.may(ReadRestricted));
            let things = Things {
                now: (app.clock)(),
                me,
                may: &near,
                slips: &known.slips,
                followed: &known.followed,
                by_words: &known.by_words,
                ranks: &known.ranks,
            };
            let found = find(&board.rows, &choice, &things);
            let can_edit =
                |row: &BoardRow| Whereabouts::of_row(row).is_within(principal.may(EditConcerns));
            let title = viewer.lang.desk().queue_title;
            let page = Layout::new(&viewer, &app.city, Nav::Elsewhere, title).for_the_desk();
            html(&QueuePage::new(
                app,
                page,
                &QueueInput {
                    board: &board,
                    asked: &asked,
                    choice: &choice,
                    found: &found,
                    things: &things,
                    accounts: &known.accounts,
                    views: &views,
                    opened: opened.map(|(id, _)| id),
                    ranked: known.ranked.as_ref(),
                    can_edit: &can_edit,
                    done: beside.xong,
                },
            ))
        })
        .await
}

/// The view that opens first, where nothing else is asked for.
fn opens_with(views: &[SavedView], asked: &Asked, shown: Option<&str>) -> Option<(u64, Asked)> {
    if *asked != Asked::default() || shown.is_some() {
        return None;
    }
    let start = views.iter().find(|saved| saved.view.is_start)?;
    Some((start.id, read_query(&start.view.query)?))
}

/// Filters as they stand in an address; `None` for what cannot be read.
pub(super) fn read_query(query: &str) -> Option<Asked> {
    let uri = format!("/?{query}").parse::<Uri>().ok()?;
    let Query(asked) = Query::<Asked>::try_from_uri(&uri).ok()?;
    asked.choice().is_ok().then_some(asked)
}

/// What is known beside the board.
pub(super) struct Known {
    pub(super) slips: HashMap<ConcernId, Slip>,
    pub(super) followed: HashSet<ConcernId>,
    by_words: HashSet<ConcernId>,
    ranks: HashMap<ConcernId, u32>,
    /// The digest the ranks are of.
    ranked: Option<(DigestScope, Date)>,
    pub(super) accounts: Vec<Account>,
}

impl Known {
    fn read(
        app: &AppState,
        principal: &Principal,
        choice: &Choice,
        words: &str,
    ) -> Result<Self, Error> {
        let slips = app.book.slips()?.into_iter();
        let followed = app.book.followed(me(principal)?)?.into_iter();
        let (ranks, ranked) = ranks(app, &list_of(principal, choice)?)?;
        Ok(Self {
            slips: slips.map(|slip| (slip.concern.clone(), slip)).collect(),
            followed: followed.collect(),
            by_words: concerns_saying(app, words)?,
            ranks,
            ranked,
            accounts: app.accounts.accounts()?,
        })
    }
}

/// Whose digest the queue is ranked by: that of the unit asked for, or of the only unit or agency of the
/// officer, or the city's.
fn list_of(principal: &Principal, choice: &Choice) -> Result<DigestScope, Error> {
    if let Some(unit) = choice.unit {
        return Ok(DigestScope::Unit(unit));
    }
    Ok(match &office::whose(principal)?.account.rights.reach {
        Reach::Units(units) if units.len() == 1 => units
            .first()
            .map_or(DigestScope::City, |code| DigestScope::Unit(*code)),
        Reach::Agency(id) => DigestScope::Agency(id.clone()),
        Reach::City | Reach::Units(_) => DigestScope::City,
    })
}

type Ranks = (HashMap<ConcernId, u32>, Option<(DigestScope, Date)>);

fn ranks(app: &AppState, scope: &DigestScope) -> Result<Ranks, Error> {
    let day = app.day_or_latest(None)?;
    let Some(digest) = app.archive.digest(scope, day, None)? else {
        return Ok((HashMap::new(), None));
    };
    let top = digest
        .top
        .iter()
        .map(|line| (&line.concern, Some(line.rank)));
    let pinned = digest
        .desk
        .pinned
        .iter()
        .map(|line| (&line.concern, line.rank));
    let hidden = digest
        .desk
        .hidden
        .iter()
        .map(|line| (&line.concern, line.rank));
    let all = top.chain(pinned).chain(hidden);
    let ranks = all.filter_map(|(concern, rank)| Some((concern.clone(), rank?)));
    Ok((ranks.collect(), Some((scope.clone(), day))))
}

/// Concerns of the latest mentions that match some words.
pub(super) fn concerns_saying(app: &AppState, words: &str) -> Result<HashSet<ConcernId>, Error> {
    let mut found = HashSet::new();
    if words.trim().is_empty() {
        return Ok(found);
    }
    let mut query = Words {
        words: words.trim().chars().take(200).collect(),
        order: Order::Newest,
        limit: 100,
        ..Words::default()
    };
    for _ in 0..WORD_HITS / 100 {
        let hits = app.search.search(&query)?;
        for hit in &hits.hits {
            found.extend(app.archive.mention_concern(&hit.mention)?);
        }
        match hits.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    Ok(found)
}

/// A concern of the board, or one beside it that is edited all the same.
pub(super) fn version_of(board: &Board, app: &AppState, id: &ConcernId) -> Result<u64, Error> {
    match board.row(id) {
        Some(row) => Ok(row.version),
        None => Ok(app.archive.concern_version(id)?),
    }
}
