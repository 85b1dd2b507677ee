//! A concern with its days, sources, sentiment and all its evidence.

use std::collections::{BTreeSet, HashMap};

use askama::Template;
use jiff::civil::Date;
use models::domain::{
    AgencyId, AnnotatedMention, Concern, ConcernEvent, ConcernStatus, ConcernStep, DayCount,
    LifeEvent, MentionId, Scope, Sentiment,
};
use models::ranking::channels::AfterClosing;
use models::ranking::story::first_prints;

use super::desk::DeskPanel;
use super::entry::{Feeling, feeling, read_as};
use super::mention::safe_url;
use super::{AskedPanel, Layout, MentionCard};
use crate::i18n::{Lang, fill};
use crate::state::AppState;
use crate::svg::{Columns, columns};
use crate::told::ToldConcern;

/// What the page is made from.
pub(crate) struct ConcernInput {
    /// The concern.
    pub concern: Concern,
    /// Its life, and what its channels say together.
    pub told: ToldConcern,
    /// One page of its mentions, newest first.
    pub mentions: Vec<AnnotatedMention>,
    /// Mentions that those reply to and that are not among them.
    pub parents: Vec<AnnotatedMention>,
    /// Lives of their tickets.
    pub lives: HashMap<MentionId, Vec<LifeEvent>>,
    /// Where the next page begins.
    pub next: Option<String>,
}

pub(crate) struct ConcernUnit {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) weight: Option<String>,
}

pub(crate) struct ConcernFacts {
    pub(crate) title: String,
    /// See [`read_as`].
    pub(crate) read_as: Option<String>,
    pub(crate) topic: String,
    pub(crate) status: &'static str,
    pub(crate) status_class: &'static str,
    pub(crate) since: String,
    pub(crate) latest: String,
    pub(crate) open_tickets: Option<String>,
    pub(crate) feeling: Option<Feeling>,
    pub(crate) units: Vec<ConcernUnit>,
    pub(crate) agencies: Vec<AgencyLink>,
}

/// An agency that answers.
pub(crate) struct AgencyLink {
    pub(crate) name: String,
    pub(crate) href: String,
}

/// An event of the concern's life.
pub(crate) struct LifeRow {
    pub(crate) step: String,
    pub(crate) day: String,
    pub(crate) class: &'static str,
}

/// A concern joined into another, or the one it was joined into.
pub(crate) struct JoinedConcern {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) note: String,
}

/// What came after its last ticket was closed.
pub(crate) struct AfterView {
    pub(crate) watch: String,
    pub(crate) counts: String,
    pub(crate) quiet: Option<&'static str>,
}

pub(crate) struct DayRow {
    pub(crate) day: String,
    pub(crate) n: u32,
    pub(crate) tickets: u32,
    pub(crate) sources: u32,
    pub(crate) negative: String,
}

pub(crate) struct Timeline {
    pub(crate) all: Columns,
    pub(crate) tickets: String,
    /// Negative mentions on the same scale.
    pub(crate) negative: String,
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) label: String,
    pub(crate) caption: String,
    pub(crate) rows: Vec<DayRow>,
}

pub(crate) struct SourceCount {
    pub(crate) name: String,
    pub(crate) n: usize,
}

/// A mention with those of the page that reply to it.
pub(crate) struct Thread {
    pub(crate) anchor: String,
    pub(crate) mention: MentionCard,
    pub(crate) replies: Vec<MentionCard>,
    /// How many outlets reprinted it, when any did.
    pub(crate) reprinted: Option<String>,
    pub(crate) reprints: Vec<Reprint>,
}

/// The same article in another outlet.
pub(crate) struct Reprint {
    pub(crate) source: String,
    pub(crate) time: Option<String>,
    pub(crate) url: Option<String>,
}

/// `/van-de/{id}`.
#[derive(Template)]
#[template(path = "concern.html")]
pub(crate) struct ConcernPage {
    pub(crate) page: Layout,
    pub(crate) concern: ConcernFacts,
    pub(crate) notes: Vec<&'static str>,
    pub(crate) life: Vec<LifeRow>,
    pub(crate) desk: DeskPanel,
    pub(crate) after: Option<AfterView>,
    pub(crate) whole: Option<JoinedConcern>,
    pub(crate) parts: Vec<JoinedConcern>,
    pub(crate) chart: Timeline,
    pub(crate) evidence_title: String,
    pub(crate) evidence: Vec<Thread>,
    pub(crate) sources: Vec<SourceCount>,
    pub(crate) next: Option<String>,
    /// Where it stands at the reader's desk, if they have one.
    pub(crate) at_desk: Option<String>,
    /// What units were asked and answered.
    pub(crate) asked: AskedPanel,
}

impl ConcernPage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &ConcernInput) -> Self {
        let (t, lang, concern) = (page.t, page.lang, &input.concern);
        let n = n_mentions(&concern.daily);
        let href = lang.concern_href(&concern.id);
        let join = if href.contains('?') { '&' } else { '?' };
        let next = input.next.as_deref().map(|cursor| {
            // A text filter over memory cannot fail; an empty cursor leads to the first page.
            let cursor = askama::filters::urlencode_strict(cursor)
                .map_or_else(|_| String::new(), |cursor| cursor.to_string());
            format!("{href}{join}tiep={cursor}#evidence")
        });
        Self {
            concern: facts(app, lang, input),
            notes: input
                .told
                .notes
                .iter()
                .map(|note| t.line_note(*note))
                .collect(),
            life: input
                .told
                .life
                .iter()
                .map(|event| life_row(lang, event))
                .collect(),
            desk: DeskPanel::new(app, lang, input),
            after: input
                .told
                .after_closing
                .as_ref()
                .map(|after| after_view(lang, after)),
            whole: input.told.whole.as_ref().map(|whole| joined(lang, whole)),
            parts: input
                .told
                .parts
                .iter()
                .map(|part| joined(lang, part))
                .collect(),
            chart: timeline(lang, &concern.daily),
            evidence_title: fill(t.evidence_title, &[&lang.count(n)]),
            evidence: threads(app, lang, input),
            sources: sources(app, &input.mentions),
            next,
            at_desk: None,
            asked: AskedPanel::default(),
            page,
        }
    }
}

fn n_mentions(daily: &[DayCount]) -> u64 {
    daily.iter().map(|day| u64::from(day.n_mentions)).sum()
}

fn joined(lang: Lang, concern: &Concern) -> JoinedConcern {
    let n = lang.count(n_mentions(&concern.daily));
    let first = lang.moment(concern.first_seen);
    JoinedConcern {
        title: concern.title.clone(),
        href: lang.concern_href(&concern.id),
        note: fill(lang.texts().part_since, &[&n, &first]),
    }
}

fn life_row(lang: Lang, event: &ConcernEvent) -> LifeRow {
    LifeRow {
        step: lang.texts().concern_step(event.step),
        day: lang.short_day(event.day),
        class: match event.step {
            ConcernStep::Answered | ConcernStep::Closed => "good",
            ConcernStep::Returned | ConcernStep::Reopened => "bad",
            ConcernStep::FirstSeen | ConcernStep::Peak(_) => "ahead",
        },
    }
}

fn after_view(lang: Lang, after: &AfterClosing) -> AfterView {
    let t = lang.texts();
    let moments = [after.closed_at, after.watched_until].map(|at| lang.moment(at));
    let counts = after.n_after.map(|n| lang.count(n as u64));
    AfterView {
        watch: fill(t.after_watch, &[&moments[0], &moments[1]]),
        counts: fill(t.after_counts, &[&counts[0], &counts[1], &counts[2]]),
        quiet: (!after.recurred).then_some(t.after_quiet),
    }
}

fn facts(app: &AppState, lang: Lang, input: &ConcernInput) -> ConcernFacts {
    let (t, concern) = (lang.texts(), &input.concern);
    let open = u64::from(concern.n_open_tickets);
    let agency = |id: &AgencyId| AgencyLink {
        name: app.agency_name(id),
        href: lang.href(&format!("/co-quan/{id}")),
    };
    ConcernFacts {
        title: input.told.title(concern).to_owned(),
        read_as: read_as(app, input.told.title(concern)),
        topic: app.topic_name(concern.topic, lang).to_owned(),
        status: t.concern_status(concern.status),
        status_class: status_class(concern.status),
        since: fill(t.first_seen, &[&lang.moment(concern.first_seen)]),
        latest: fill(t.last_seen, &[&lang.moment(concern.last_seen)]),
        open_tickets: (open > 0).then(|| fill(t.open_tickets, &[&lang.count(open)])),
        feeling: feeling(
            lang,
            Sentiment::count(input.mentions.iter().map(|m| m.annotation.sentiment)),
        ),
        units: units(app, lang, concern),
        agencies: concern.agencies.iter().map(agency).collect(),
    }
}

/// How a status is coloured.
pub(super) fn status_class(status: ConcernStatus) -> &'static str {
    match status {
        ConcernStatus::Open => "wait",
        ConcernStatus::Returned => "bad",
        ConcernStatus::Answered | ConcernStatus::Closed => "good",
    }
}

fn units(app: &AppState, lang: Lang, concern: &Concern) -> Vec<ConcernUnit> {
    if concern.scope != Scope::Unit {
        return Vec::new();
    }
    let unit = |weighted: &models::domain::WeightedUnit| ConcernUnit {
        name: app.unit_name(weighted.code),
        href: lang.unit_href(weighted.code),
        weight: (weighted.weight < 0.995)
            .then(|| fill(lang.texts().weight, &[&lang.share(weighted.weight.into())])),
    };
    concern.units.iter().map(unit).collect()
}

/// One column a day from the first to the last, days without a mention left blank.
fn timeline(lang: Lang, daily: &[DayCount]) -> Timeline {
    let t = lang.texts();
    let days = all_days(daily);
    let of = |day: &Date, n: fn(&DayCount) -> u32| {
        daily.iter().find(|count| count.day == *day).map_or(0, n)
    };
    let mentions = days
        .iter()
        .map(|day| of(day, |count| count.n_mentions))
        .collect::<Vec<_>>();
    let all = columns(&mentions, 8, 96);
    let tickets = days
        .iter()
        .map(|day| of(day, |count| count.n_tickets))
        .collect::<Vec<_>>();
    let negative = days
        .iter()
        .map(|day| of(day, |count| count.negative.round() as u32))
        .collect::<Vec<_>>();
    let name = |day: Option<&Date>| day.map_or_else(String::new, |day| lang.long_day(*day));
    let (first, last) = (name(days.first()), name(days.last()));
    let max = all.max.to_string();
    Timeline {
        tickets: scaled_columns(&tickets, all.max),
        negative: scaled_columns(&negative, all.max),
        label: fill(t.timeline_label, &[&first, &last, &max]),
        caption: fill(t.timeline_caption, &[&max]),
        rows: daily
            .iter()
            .rev()
            .map(|count| day_row(lang, count))
            .collect(),
        all,
        first,
        last,
    }
}

/// Columns on the scale of all mentions, which a value behind the last day carries.
fn scaled_columns(some: &[u32], max: u32) -> String {
    let scaled = some.iter().copied().chain([max]).collect::<Vec<_>>();
    columns(&scaled, 8, 96).path
}

fn all_days(daily: &[DayCount]) -> Vec<Date> {
    const MAX_DAYS: usize = 90;
    let (Some(first), Some(last)) = (daily.first(), daily.last()) else {
        return Vec::new();
    };
    let all = first.day.series(jiff::Span::new().days(1));
    let days = all.take_while(|day| *day <= last.day).collect::<Vec<_>>();
    days[days.len().saturating_sub(MAX_DAYS)..].to_vec()
}

fn day_row(lang: Lang, count: &DayCount) -> DayRow {
    let share = f64::from(count.negative) / f64::from(count.n_mentions.max(1));
    DayRow {
        day: lang.long_day(count.day),
        n: count.n_mentions,
        tickets: count.n_tickets,
        sources: count.n_sources,
        negative: lang.share(share),
    }
}

/// Replies stand under the mention they answer, and reprints under the first print, when both are on
/// the page.
fn threads(app: &AppState, lang: Lang, input: &ConcernInput) -> Vec<Thread> {
    let all = input.mentions.iter().collect::<Vec<_>>();
    let first_prints = first_prints(&all);
    let here = |id: &MentionId| input.mentions.iter().any(|other| other.mention.id == *id);
    let is_nested =
        |annotated: &AnnotatedMention| annotated.mention.parent.as_ref().is_some_and(here);
    let roots = (0..all.len()).filter(|&at| first_prints[at] == at && !is_nested(all[at]));
    let thread = |at: usize| {
        let reprints = (0..all.len()).filter(|&other| other != at && first_prints[other] == at);
        let reprints = reprints.map(|other| all[other]).collect::<Vec<_>>();
        Thread {
            anchor: format!("y-kien-{}", all[at].mention.id),
            mention: root_card(app, lang, input, all[at]),
            replies: descendants(&input.mentions, &all[at].mention.id)
                .map(|reply| card(app, lang, input, reply))
                .collect(),
            reprinted: reprinted(app, lang, all[at], &reprints),
            reprints: reprints
                .into_iter()
                .map(|mention| Reprint::new(app, lang, mention))
                .collect(),
        }
    };
    roots.map(thread).collect()
}

fn card(
    app: &AppState,
    lang: Lang,
    input: &ConcernInput,
    annotated: &AnnotatedMention,
) -> MentionCard {
    let card = MentionCard::new(app, lang, annotated);
    match input.lives.get(&annotated.mention.id) {
        Some(life) => card.with_life(app, lang, life),
        None => card,
    }
}

/// With the words it replies to when those are not on the page themselves.
fn root_card(
    app: &AppState,
    lang: Lang,
    input: &ConcernInput,
    root: &AnnotatedMention,
) -> MentionCard {
    let parent_id = root.mention.parent.as_ref();
    let mut parents = input.parents.iter();
    let parent = parents.find(|parent| Some(&parent.mention.id) == parent_id);
    let card = card(app, lang, input, root);
    match parent {
        Some(parent) => card.replying_to(parent),
        None => card,
    }
}

impl Reprint {
    fn new(app: &AppState, lang: Lang, annotated: &AnnotatedMention) -> Self {
        let mention = &annotated.mention;
        Self {
            source: app.source_name(&mention.source),
            time: mention.published_at.map(|moment| lang.moment(moment)),
            url: safe_url(mention.url.as_deref()),
        }
    }
}

/// “3 báo đăng lại”: outlets other than the one that printed it first.
fn reprinted(
    app: &AppState,
    lang: Lang,
    first: &AnnotatedMention,
    reprints: &[&AnnotatedMention],
) -> Option<String> {
    let name = |annotated: &AnnotatedMention| app.source_name(&annotated.mention.source);
    let outlets = reprints.iter().map(|reprint| name(reprint));
    let own = name(first);
    let others = outlets.filter(|outlet| *outlet != own);
    match others.collect::<BTreeSet<_>>().len() as u64 {
        0 => None,
        1 => Some(lang.texts().one_reprint.to_owned()),
        n => Some(fill(lang.texts().reprints, &[&lang.count(n)])),
    }
}

/// All replies below a mention, oldest first, flattened.
fn descendants<'a>(
    mentions: &'a [AnnotatedMention],
    root: &MentionId,
) -> impl Iterator<Item = &'a AnnotatedMention> {
    let mut below = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(parent) = below.pop() {
        for reply in mentions
            .iter()
            .filter(|m| m.mention.parent.as_ref() == Some(&parent))
        {
            let is_known = found
                .iter()
                .any(|known: &&AnnotatedMention| known.mention.id == reply.mention.id);
            if !is_known && reply.mention.id != *root {
                below.push(reply.mention.id.clone());
                found.push(reply);
            }
        }
    }
    found.sort_by_key(|reply| reply.mention.published_at);
    found.into_iter()
}

fn sources(app: &AppState, mentions: &[AnnotatedMention]) -> Vec<SourceCount> {
    let mut counts = Vec::<SourceCount>::new();
    for annotated in mentions {
        let name = app.source_name(&annotated.mention.source);
        match counts.iter_mut().find(|known| known.name == name) {
            Some(known) => known.n += 1,
            None => counts.push(SourceCount { name, n: 1 }),
        }
    }
    counts.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.name.cmp(&b.name)));
    counts.truncate(12);
    counts
}
