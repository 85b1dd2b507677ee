//! The queue.

use askama::Template;
use indexer::SavedView;
use jiff::civil::Date;
use models::domain::{Account, Channel, DigestScope, Topic};

use super::super::desk::list_name;
use super::desk_href;
use crate::desk::{
    Age, Asked, Board, BoardRow, Choice, Found, Mood, QueueOrder, STATUSES, Shown, Things,
};
use crate::i18n::{DeskTexts, Lang, fill};
use crate::state::AppState;
use crate::svg::{Columns, columns};
use crate::views::Layout;

/// What the page is made from.
pub(crate) struct QueueInput<'a> {
    pub(crate) board: &'a Board,
    pub(crate) asked: &'a Asked,
    pub(crate) choice: &'a Choice,
    pub(crate) found: &'a Found<'a>,
    pub(crate) things: &'a Things<'a>,
    pub(crate) accounts: &'a [Account],
    pub(crate) views: &'a [SavedView],
    /// The view that was opened without being asked for.
    pub(crate) opened: Option<u64>,
    /// The digest the ranks are of.
    pub(crate) ranked: Option<&'a (DigestScope, Date)>,
    pub(crate) can_edit: &'a dyn Fn(&BoardRow) -> bool,
    /// How many concerns something was just done to.
    pub(crate) done: Option<usize>,
}

/// One value of a facet.
pub(crate) struct FacetItem {
    pub(crate) label: String,
    pub(crate) n: String,
    pub(crate) href: String,
    pub(crate) is_on: bool,
}

/// A facet.
pub(crate) struct FacetGroup {
    pub(crate) label: &'static str,
    pub(crate) items: Vec<FacetItem>,
}

/// A filter that is on.
pub(crate) struct ActiveFilter {
    pub(crate) label: String,
    pub(crate) drop: String,
    pub(crate) href: String,
}

/// A saved view.
pub(crate) struct ViewLink {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) is_current: bool,
    pub(crate) is_start: bool,
    pub(crate) drop: String,
}

/// Something to choose.
pub(crate) struct Option_ {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

/// A line of the queue.
pub(crate) struct QueueRow {
    pub(crate) href: String,
    pub(crate) title: String,
    /// What a tick says was seen; `None` where it may not be edited.
    pub(crate) tick: Option<String>,
    pub(crate) pick: String,
    pub(crate) rank: Option<u32>,
    pub(crate) rank_label: String,
    pub(crate) place: String,
    pub(crate) topic: String,
    pub(crate) n_week: String,
    pub(crate) change: String,
    pub(crate) change_class: &'static str,
    pub(crate) week_label: String,
    pub(crate) spark: Columns,
    pub(crate) negative: String,
    pub(crate) negative_label: String,
    pub(crate) status: &'static str,
    pub(crate) status_class: &'static str,
    pub(crate) age: String,
    pub(crate) open: Option<String>,
    pub(crate) holder: Option<String>,
    pub(crate) labels: Vec<String>,
    pub(crate) notes: Option<String>,
    pub(crate) hidden: Option<String>,
    pub(crate) is_pinned: bool,
}

/// `/ban-lam-viec`.
#[derive(Template)]
#[template(path = "desk_queue.html")]
pub(crate) struct QueuePage {
    pub(crate) page: Layout,
    pub(crate) d: &'static DeskTexts,
    pub(crate) total: String,
    pub(crate) as_of: Option<String>,
    pub(crate) words: String,
    pub(crate) hint: String,
    pub(crate) kept: Vec<(&'static str, String)>,
    pub(crate) orders: Vec<Option_>,
    pub(crate) active: Vec<ActiveFilter>,
    pub(crate) clear: String,
    pub(crate) facets: Vec<FacetGroup>,
    pub(crate) views: Vec<ViewLink>,
    pub(crate) all: String,
    pub(crate) is_all: bool,
    pub(crate) query: String,
    pub(crate) rows: Vec<QueueRow>,
    pub(crate) can_edit: bool,
    pub(crate) officers: Vec<Option_>,
    pub(crate) labels: Vec<String>,
    pub(crate) next: Option<String>,
    /// What to do when there is nothing: heading and hint.
    pub(crate) empty: Option<(&'static str, &'static str)>,
    pub(crate) done: Option<String>,
}

/// A facet longer than this is cut.
const VALUES_MAX: usize = 12;

impl QueuePage {
    pub(crate) fn new(app: &AppState, page: Layout, input: &QueueInput<'_>) -> Self {
        let (lang, d) = (page.lang, page.lang.desk());
        let context = Context { app, lang, input };
        let rows = input.found.rows.iter().map(|row| context.row(row));
        let rows = rows.collect::<Vec<_>>();
        let query = input.asked.query(&[]);
        let empty = if input.board.rows.is_empty() {
            Some((d.nothing_title, d.nothing_hint))
        } else if rows.is_empty() && query.is_empty() {
            Some((d.nothing_near, d.empty_hint))
        } else if rows.is_empty() {
            Some((d.empty_title, d.empty_hint))
        } else {
            None
        };
        let pairs = input.asked.pairs().into_iter();
        let kept = pairs.filter(|(name, _)| !matches!(*name, "q" | "sap"));
        Self {
            d,
            total: fill(d.queue_total, &[&lang.count(input.found.total as u64)]),
            as_of: context.as_of(),
            words: input.asked.q.clone(),
            hint: fill(d.search_hint, &["300"]),
            kept: kept.map(|(name, value)| (name, value.to_owned())).collect(),
            orders: context.orders(),
            active: context.active(),
            clear: lang.href("/ban-lam-viec?xem=tat-ca"),
            facets: context.facets(),
            views: context.views(&query),
            all: lang.href("/ban-lam-viec?xem=tat-ca"),
            is_all: query.is_empty(),
            can_edit: app.desk.is_some() && rows.iter().any(|row| row.tick.is_some()),
            officers: context.officers(),
            labels: input
                .found
                .facets
                .labels
                .iter()
                .map(|(label, _)| label.clone())
                .collect(),
            next: input
                .found
                .next
                .as_deref()
                .map(|next| context.href(&[("tiep", next)])),
            done: input
                .done
                .map(|n| fill(d.done_bulk, &[&lang.count(n as u64)])),
            query,
            rows,
            empty,
            page,
        }
    }
}

struct Context<'a> {
    app: &'a AppState,
    lang: Lang,
    input: &'a QueueInput<'a>,
}

impl Context<'_> {
    /// The queue with some parameters changed; one without any still says so, lest a view of one's own
    /// opens instead.
    fn href(&self, changed: &[(&str, &str)]) -> String {
        let query = self.input.asked.query(changed);
        let query = if query.is_empty() {
            "xem=tat-ca".to_owned()
        } else {
            query
        };
        self.lang.href(&format!("/ban-lam-viec?{query}"))
    }

    fn as_of(&self) -> Option<String> {
        let (lang, d) = (self.lang, self.lang.desk());
        let day = lang.short_day(self.input.board.day?);
        Some(match self.input.ranked {
            Some((scope, ranked)) => {
                let list = list_name(self.app, lang, scope);
                fill(d.queue_as_of, &[&day, &lang.short_day(*ranked), &list])
            }
            None => fill(d.queue_unranked, &[&day]),
        })
    }

    fn orders(&self) -> Vec<Option_> {
        let d = self.lang.desk();
        let names = [
            d.order_rank,
            d.order_voices,
            d.order_rise,
            d.order_oldest,
            d.order_latest,
        ];
        let orders = QueueOrder::ALL.into_iter().zip(names);
        let option = |(order, name): (QueueOrder, &str)| Option_ {
            value: order.code().to_owned(),
            label: name.to_owned(),
            is_chosen: order == self.input.choice.order,
        };
        orders.map(option).collect()
    }

    fn officers(&self) -> Vec<Option_> {
        let active = self
            .input
            .accounts
            .iter()
            .filter(|account| account.is_active);
        let option = |account: &Account| Option_ {
            value: account.id.to_string(),
            label: account.display_name.clone(),
            is_chosen: account.id == self.input.things.me,
        };
        active.map(option).collect()
    }

    fn item(&self, name: &str, code: &str, label: &str, n: usize) -> FacetItem {
        let pairs = self.input.asked.pairs();
        let is_on = pairs
            .iter()
            .any(|(is, value)| *is == name && *value == code);
        FacetItem {
            label: label.to_owned(),
            n: self.lang.count(n as u64),
            href: self.href(&[(name, if is_on { "" } else { code })]),
            is_on,
        }
    }

    fn facets(&self) -> Vec<FacetGroup> {
        let (t, d, found) = (
            self.lang.texts(),
            self.lang.desk(),
            &self.input.found.facets,
        );
        let shown = [
            d.shown_listed,
            d.shown_hidden,
            d.shown_pinned,
            d.shown_followed,
        ];
        let shown = Shown::ALL.into_iter().zip(shown).zip(found.shown);
        let shown = shown.filter(|((one, _), _)| *one != Shown::Listed);
        let ages = [d.age_day, d.age_week, d.age_month, d.age_older];
        let moods = [d.mood_negative, d.mood_milder];
        let labels = found.labels.iter();
        let units = found.units.iter().take(VALUES_MAX);
        let groups = [
            (
                d.facet_shown,
                shown
                    .map(|((one, name), n)| self.item("hien", one.code(), name, n))
                    .collect(),
            ),
            (d.facet_held, self.holders()),
            (
                d.facet_label,
                labels
                    .map(|(label, n)| self.item("nhan", label, label, *n))
                    .collect(),
            ),
            (
                d.facet_status,
                STATUSES
                    .into_iter()
                    .zip(found.statuses)
                    .map(|(one, n)| self.item("trang-thai", one.code(), t.concern_status(one), n))
                    .collect(),
            ),
            (
                d.facet_topic,
                found
                    .topics
                    .iter()
                    .take(VALUES_MAX)
                    .map(|(topic, n)| self.item("linh-vuc", topic.code(), self.topic(*topic), *n))
                    .collect(),
            ),
            (
                d.facet_unit,
                units
                    .map(|(code, n)| {
                        self.item("don-vi", &code.to_string(), &self.app.unit_name(*code), *n)
                    })
                    .collect(),
            ),
            (
                d.facet_channel,
                Channel::ALL
                    .into_iter()
                    .zip(found.channels)
                    .map(|(one, n)| self.item("kenh", one.code(), t.channel(one), n))
                    .collect(),
            ),
            (
                d.facet_mood,
                Mood::ALL
                    .into_iter()
                    .zip(moods)
                    .zip(found.moods)
                    .map(|((one, name), n)| self.item("cam-xuc", one.code(), name, n))
                    .collect(),
            ),
            (
                d.facet_age,
                Age::ALL
                    .into_iter()
                    .zip(ages)
                    .zip(found.ages)
                    .map(|((one, name), n)| self.item("tuoi", one.code(), name, n))
                    .collect::<Vec<_>>(),
            ),
        ];
        let groups = groups.map(|(label, items): (_, Vec<FacetItem>)| FacetGroup {
            // What would leave nothing is not offered, unless it is on.
            items: items
                .into_iter()
                .filter(|item| item.is_on || item.n != "0")
                .collect(),
            label,
        });
        groups
            .into_iter()
            .filter(|group| !group.items.is_empty())
            .collect()
    }

    /// Who holds what was found: oneself and nobody first.
    fn holders(&self) -> Vec<FacetItem> {
        let (d, found) = (self.lang.desk(), &self.input.found.facets);
        let mut held = vec![
            self.item("giao", "toi", d.held_me, found.n_mine),
            self.item("giao", "chua", d.held_nobody, found.n_free),
        ];
        for (id, n) in &found.held_by {
            let known = self.input.accounts.iter().find(|account| account.id == *id);
            if let Some(account) = known.filter(|_| *id != self.input.things.me) {
                held.push(self.item("giao", &id.to_string(), &account.display_name, *n));
            }
        }
        held
    }

    fn topic(&self, topic: Topic) -> &str {
        self.app.topic_name(topic, self.lang)
    }

    fn active(&self) -> Vec<ActiveFilter> {
        let d = self.lang.desk();
        let groups = self.facets();
        let mut active = Vec::new();
        for (name, value) in self.input.asked.pairs() {
            let label = match name {
                "sap" => continue,
                "q" => format!("“{value}”"),
                // A unit or topic beyond those offered is called by its name all the same.
                "don-vi" => value
                    .parse()
                    .map_or_else(|_| value.to_owned(), |code| self.app.unit_name(code)),
                "linh-vuc" => Topic::from_code(value)
                    .map_or_else(|| value.to_owned(), |topic| self.topic(topic).to_owned()),
                _ => {
                    let href = self.href(&[(name, "")]);
                    let items = groups.iter().flat_map(|group| &group.items);
                    let mut on = items.filter(|item| item.is_on && item.href == href);
                    on.next()
                        .map_or_else(|| value.to_owned(), |item| item.label.clone())
                }
            };
            active.push(ActiveFilter {
                drop: fill(d.filter_drop, &[&label]),
                href: self.href(&[(name, "")]),
                label,
            });
        }
        active
    }

    fn views(&self, query: &str) -> Vec<ViewLink> {
        let d = self.lang.desk();
        let link = |saved: &SavedView| ViewLink {
            id: saved.id,
            name: saved.view.name.clone(),
            href: self
                .lang
                .href(&format!("/ban-lam-viec?xem=tat-ca&{}", saved.view.query)),
            is_current: self.input.opened == Some(saved.id)
                || (!query.is_empty() && saved.view.query == query),
            is_start: saved.view.is_start,
            drop: fill(d.view_drop, &[&saved.view.name]),
        };
        self.input.views.iter().map(link).collect()
    }

    fn row(&self, row: &BoardRow) -> QueueRow {
        let (lang, t, d) = (self.lang, self.lang.texts(), self.lang.desk());
        let things = self.input.things;
        let slip = things.slips.get(&row.id);
        let holder = slip.and_then(|slip| slip.holder);
        let tick = || {
            let holder = holder.map_or_else(String::new, |id| id.to_string());
            format!("{}:{holder}:{}", row.version, row.id)
        };
        let rank = things.ranks.get(&row.id).copied();
        let (change, change_class) = change(row.n_week, row.n_before);
        let share = lang.share(row.negative_share.into());
        let week = [
            lang.count(row.n_week.into()),
            lang.count(row.n_before.into()),
        ];
        let days = things.now.duration_since(row.first_seen).as_hours() / 24;
        let n_notes = slip.map_or(0, |slip| slip.n_notes);
        let account = |id| self.input.accounts.iter().find(|account| account.id == id);
        QueueRow {
            href: desk_href(lang, &row.id),
            tick: (self.input.can_edit)(row).then(tick),
            pick: fill(d.pick_one, &[&row.title]),
            rank_label: rank.map_or_else(
                || d.rank_none.to_owned(),
                |rank| fill(d.rank_is, &[&rank.to_string()]),
            ),
            rank,
            place: self.place(row),
            topic: self.topic(row.topic).to_owned(),
            week_label: fill(d.week_change, &[&week[0], &week[1]]),
            n_week: week[0].clone(),
            change,
            change_class,
            spark: columns(&row.days, 3, 24),
            negative_label: fill(d.negative_is, &[&share]),
            negative: share,
            status: t.concern_status(row.status),
            status_class: super::super::concern::status_class(row.status),
            age: match days {
                ..=0 => d.age_today.to_owned(),
                days => fill(d.age_days, &[&days.to_string()]),
            },
            open: (row.n_open_tickets > 0)
                .then(|| fill(t.open_tickets, &[&lang.count(row.n_open_tickets.into())])),
            holder: holder
                .and_then(account)
                .map(|account| account.display_name.clone()),
            labels: slip.map_or_else(Vec::new, |slip| slip.labels.clone()),
            notes: (n_notes > 0).then(|| fill(d.n_notes, &[&n_notes.to_string()])),
            hidden: row.hidden.clone(),
            is_pinned: row.is_pinned,
            title: row.title.clone(),
        }
    }

    fn place(&self, row: &BoardRow) -> String {
        match row.units.as_slice() {
            [] => self.lang.texts().scope_city.to_owned(),
            [one] => self.app.unit_name(*one),
            [one, more @ ..] => fill(
                self.lang.desk().unit_more,
                &[&self.app.unit_name(*one), &more.len().to_string()],
            ),
        }
    }
}

/// How a week compares with the one before.
fn change(n_week: u32, n_before: u32) -> (String, &'static str) {
    match n_week.cmp(&n_before) {
        std::cmp::Ordering::Greater => (format!("+{}", n_week - n_before), "up"),
        std::cmp::Ordering::Less => (format!("−{}", n_before - n_week), "down"),
        std::cmp::Ordering::Equal => ("±0".to_owned(), "same"),
    }
}
