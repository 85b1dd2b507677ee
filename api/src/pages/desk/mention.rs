//! Correcting how a mention is read.

use axum::extract::{Path, State};
use axum::response::Response;
use models::domain::Action::{CorrectMentions, ReadRestricted};
use models::domain::{
    AnnotatedMention, CorrectionChange, Decision, MentionId, Placement, Scope, Sentiment, Topic,
    WeightedUnit,
};

use super::typed::{Typed, bad};
use super::{Whereabouts, hand, the_desk, with_status};
use crate::access::Principal;
use crate::desk::DeskRefusal;
use crate::http::parse_param;
use crate::i18n::Lang;
use crate::pages::html;
use crate::pages::office::{Fields, go_to};
use crate::state::Shared;
use crate::views::bench::{CorrectInput, CorrectPage};
use crate::views::{Layout, Nav, Viewer};
use crate::{AppState, Error};

pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let found = to_correct(app, &principal, &MentionId::new(id))?;
            page(app, &viewer, &found, &Typed::default(), None)
        })
        .await
}

/// A mention that somebody may correct.
fn to_correct(
    app: &AppState,
    principal: &Principal,
    id: &MentionId,
) -> Result<AnnotatedMention, Error> {
    let found = app.archive.mention(id)?.ok_or_else(|| Error::NotFound {
        what: "mention",
        name: id.as_str().chars().take(80).collect(),
    })?;
    let placement = &found.annotation.placement;
    let place = Whereabouts {
        units: placement.units.iter().map(|unit| unit.code).collect(),
        agencies: &placement.agencies,
    };
    if !place.is_near(principal.may(ReadRestricted)) {
        return Err(Error::NotFound {
            what: "mention",
            name: id.as_str().chars().take(80).collect(),
        });
    }
    if place.is_within(principal.may(CorrectMentions)) {
        Ok(found)
    } else {
        Err(Error::Denied(Decision::OutOfReach))
    }
}

fn page(
    app: &AppState,
    viewer: &Viewer,
    found: &AnnotatedMention,
    typed: &Typed,
    said: Option<&str>,
) -> Result<Response, Error> {
    let id = &found.mention.id;
    let made = app
        .archive
        .corrections_of_mentions(std::slice::from_ref(id))?;
    let accounts = app.accounts.accounts()?;
    let title = viewer.lang.desk().mention_title;
    let page = Layout::new(viewer, &app.city, Nav::Elsewhere, title).for_the_desk();
    let input = CorrectInput {
        found,
        made: &made,
        accounts: &accounts,
        typed: &typed.0,
        said,
    };
    html(&CorrectPage::new(app, page, &input))
}

pub(super) async fn correct(
    State(shared): State<Shared>,
    viewer: Viewer,
    principal: Principal,
    Path(id): Path<String>,
    Fields(fields): Fields<Vec<(String, String)>>,
) -> Result<Response, Error> {
    shared
        .read(move |app| {
            let typed = Typed(fields);
            let found = to_correct(app, &principal, &MentionId::new(id))?;
            let d = viewer.lang.desk();
            let again = |status, said: &str| {
                let again = page(app, &viewer, &found, &typed, Some(said))?;
                Ok(with_status(status, again))
            };
            if is_stale(app, &found, &typed)? {
                return again(409, d.stale_lede);
            }
            let changes = changes(app, &found, &typed)?;
            if changes.is_empty() {
                return again(422, d.mention_nothing);
            }
            let hand = hand(app, &principal, typed.one("ly_do"))?;
            for change in &changes {
                match the_desk(app)?.correct(&hand, change) {
                    Ok(_) => {}
                    Err(DeskRefusal::Failed) => return Err(Error::Desk),
                    Err(DeskRefusal::Stale(_)) => return again(409, d.stale_lede),
                    Err(DeskRefusal::Unsound { vi, en }) => {
                        let said = if viewer.lang == Lang::Vi { &vi } else { &en };
                        return again(422, said);
                    }
                }
            }
            Ok(go_to(&viewer, &mention_path(&found.mention.id)))
        })
        .await
}

/// Whether somebody corrected it since the page was made.
fn is_stale(app: &AppState, found: &AnnotatedMention, typed: &Typed) -> Result<bool, Error> {
    let id = std::slice::from_ref(&found.mention.id);
    let made = app.archive.corrections_of_mentions(id)?;
    let now = made.last().map_or(0, |made| made.seq);
    let text = typed.one("thay");
    let expected = "send the form as the page has it";
    let seen: u64 = text.parse().map_err(|_| bad("thay", text, expected))?;
    Ok(seen != now)
}

/// What is other than it is read now.
fn changes(
    app: &AppState,
    found: &AnnotatedMention,
    typed: &Typed,
) -> Result<Vec<CorrectionChange>, Error> {
    const CODES: &str = "choose one of the list";
    let id = || found.mention.id.clone();
    if typed.one("viec") == "hoan-tac" {
        let text = typed.one("so");
        let seq = text.parse::<u64>().ok();
        let made = app
            .archive
            .corrections_of_mentions(std::slice::from_ref(&found.mention.id))?;
        let known = seq.filter(|seq| made.iter().any(|made| made.seq == *seq));
        let seq = known.ok_or_else(|| bad("so", text, "give the number of a correction of it"))?;
        return Ok(vec![CorrectionChange::Undo(seq)]);
    }
    let read = &found.annotation;
    let mut changes = Vec::new();
    let is_concern = match typed.one("la_y_kien") {
        "" => None,
        "co" => Some(true),
        "khong" => Some(false),
        other => return Err(bad("la_y_kien", other, CODES)),
    };
    if let Some(is_concern) = is_concern.filter(|is| *is != read.is_concern) {
        changes.push(CorrectionChange::IsConcern(id(), is_concern));
    }
    let topic = parse_param(
        "linh_vuc",
        Some(typed.one("linh_vuc")),
        CODES,
        Topic::from_code,
    )?;
    if let Some(topic) = topic.filter(|topic| *topic != read.topic) {
        changes.push(CorrectionChange::Topic(id(), topic));
    }
    let feeling = typed.one("cam_xuc");
    let feeling = parse_param("cam_xuc", Some(feeling), CODES, Sentiment::from_code)?;
    if let Some(feeling) = feeling.filter(|feeling| *feeling != read.sentiment) {
        changes.push(CorrectionChange::Sentiment(id(), feeling));
    }
    let placement = placement(app, typed.one("don_vi"))?;
    if let Some(placement) = placement {
        let same =
            placement.scope == read.placement.scope && placement.units == read.placement.units;
        if !same {
            changes.push(CorrectionChange::Placement(id(), placement));
        }
    }
    Ok(changes)
}

fn placement(app: &AppState, text: &str) -> Result<Option<Placement>, Error> {
    match text {
        "" => Ok(None),
        "city" => Ok(Some(Placement::bare(Scope::City))),
        code => {
            let known = code.parse().ok().filter(|code| app.unit(*code).is_some());
            let code = known.ok_or_else(|| bad("don_vi", code, "choose a unit of the list"))?;
            Ok(Some(Placement {
                units: vec![WeightedUnit { code, weight: 1.0 }],
                ..Placement::bare(Scope::Unit)
            }))
        }
    }
}

/// The page of a mention at the desk.
fn mention_path(id: &MentionId) -> String {
    // A text filter over memory cannot fail; an empty id would lead to the 404 page.
    let id = askama::filters::urlencode_strict(id.as_str())
        .map_or_else(|_| String::new(), |id| id.to_string());
    format!("/ban-lam-viec/y-kien/{id}")
}
