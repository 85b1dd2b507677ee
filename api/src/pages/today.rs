//! `/`: the city's digest.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use jiff::civil::Date;
use models::domain::{AnnotatedMention, Digest, DigestScope, MentionId, PeriodKind};

use super::{DayParam, html};
use crate::Error;
use crate::http::{Params, parse_day};
use crate::i18n::Lang;
use crate::state::{AppState, Shared};
use crate::views::{
    Days, DigestInput, DigestView, FirstRunInput, FirstRunPage, Layout, Nav, PeriodTabs, Picker,
    TodayPage, Viewer, is_printed_in,
};

/// The last published digest, or that of the day asked for.
pub(super) async fn show(
    State(shared): State<Shared>,
    viewer: Viewer,
    Params(DayParam { ngay }): Params<DayParam>,
) -> Result<Response, Error> {
    let asked = parse_day("ngay", ngay.as_deref())?;
    shared
        .read(move |app| {
            let published = app.archive.digest_days(&DigestScope::City)?;
            let latest = published.first().copied();
            let day = asked.or(latest).unwrap_or_else(|| app.today());
            let t = viewer.lang.texts();
            let layout = Layout::new(&viewer, &app.city, Nav::Today, t.nav_today);
            match app.archive.digest(&DigestScope::City, day, None)? {
                Some(digest) => html(&page(app, viewer.lang, layout, digest, &published)?),
                None => html(&FirstRunPage::new(layout, &first_run(app, published, day)?)),
            }
        })
        .await
}

/// `/ngay/2026-11-12` is the same page.
pub(super) async fn show_day(Path(day): Path<String>, viewer: Viewer) -> Result<Response, Error> {
    let day = parse_day("ngay", Some(&day))?;
    let path = day.map_or_else(|| "/".to_owned(), |day| format!("/?ngay={day}"));
    Ok(Redirect::permanent(&viewer.lang.href(&path)).into_response())
}

fn page(
    app: &AppState,
    lang: Lang,
    layout: Layout,
    digest: Digest,
    published: &[Date],
) -> Result<TodayPage, Error> {
    let day = digest.day;
    let input = digest_input(app, digest, None)?;
    let tabs = PeriodTabs::new(
        lang,
        &DigestScope::City,
        day,
        Some(PeriodKind::Day),
        (app.hours, (app.clock)()),
    );
    Ok(TodayPage {
        tabs,
        page: layout.with_feed("/tin.atom"),
        digest: DigestView::new(app, lang, &input),
        days: Days::new(lang, "/", day, published),
        picker: Picker::new(app, lang, day, None),
        map_path: format!("/ban-do?ngay={day}"),
    })
}

fn first_run(app: &AppState, published: Vec<Date>, day: Date) -> Result<FirstRunInput, Error> {
    Ok(FirstRunInput {
        n_sources: app
            .sources
            .iter()
            .filter(|source| source.disabled.is_none())
            .count(),
        n_mentions: app.archive.counts()?.n_mentions,
        has_account: !app.accounts.accounts()?.is_empty(),
        published,
        day,
    })
}

/// A digest with what its lines need: the day before, the city's for comparison, the mentions quoted.
pub(super) fn digest_input(
    app: &AppState,
    digest: Digest,
    city: Option<Digest>,
) -> Result<DigestInput, Error> {
    let period = digest.period();
    let before = app
        .archive
        .period_digest(&digest.scope, period.previous(), None)?;
    let revisions = app.archive.period_revisions(&digest.scope, period)?;
    let grades = match digest.period {
        PeriodKind::Day => app.archive.grades(&digest.scope, digest.day, digest.day)?,
        _ => Vec::new(),
    };
    let answers = match digest.period {
        PeriodKind::Day => app.requests.record.printed_on(digest.day)?,
        _ => Vec::new(),
    };
    let answers = answers.into_iter();
    let answers = answers.filter(|printed| is_printed_in(&digest.scope, printed));
    let answers = answers.collect();
    let mut titles = HashMap::new();
    let misses = grades.last().into_iter().flat_map(|grade| &grade.misses);
    let leads = grades.last().into_iter().flat_map(|grade| &grade.leads);
    let named = misses.map(|miss| &miss.concern);
    for id in named.chain(leads.map(|lead| &lead.concern)) {
        if let Some(concern) = app.archive.concern(id)? {
            titles.insert(id.clone(), concern.title);
        }
    }
    let found = app.archive.mentions(&DigestInput::quoted_ids(&digest))?;
    let by_id = |annotated: AnnotatedMention| (annotated.mention.id.clone(), annotated);
    let quoted = found
        .into_iter()
        .map(by_id)
        .collect::<HashMap<MentionId, _>>();
    Ok(DigestInput {
        digest,
        before,
        city,
        quoted,
        revisions,
        grades,
        titles,
        answers,
    })
}
