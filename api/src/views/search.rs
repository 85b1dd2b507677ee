//! Search: the form with what was asked, the hits, the facets as further filters.

use std::ops::Range;

use askama::Template;
use indexer::search::{Facets, Order};
use models::domain::{AnnotatedMention, Channel, Sentiment, Topic};

use super::{Layout, MentionCard};
use crate::i18n::{DeskTexts, Lang, fill};
use crate::state::AppState;

/// What was asked, as it stands in the address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filters {
    /// The page that searches.
    pub base: &'static str,
    pub words: String,
    pub unit: String,
    pub topic: String,
    pub channel: String,
    pub sentiment: String,
    pub source: String,
    pub from: String,
    pub to: String,
    pub order: String,
}

/// What was found.
pub(crate) struct SearchInput {
    /// Mentions of this page with the parts to be marked in a text.
    pub mentions: Vec<AnnotatedMention>,
    /// Mentions that match on all pages.
    pub total: u64,
    /// How those are distributed.
    pub facets: Facets,
    /// Where the next page begins.
    pub next: Option<String>,
}

pub(crate) struct OptionView {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) selected: bool,
}

pub(crate) struct Choice {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) options: Vec<OptionView>,
}

pub(crate) struct Form {
    pub(crate) action: &'static str,
    pub(crate) words: String,
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) is_filtered: bool,
    pub(crate) choices: Vec<Choice>,
}

pub(crate) struct FacetValue {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) n: String,
}

pub(crate) struct Facet {
    pub(crate) label: &'static str,
    pub(crate) values: Vec<FacetValue>,
}

pub(crate) struct Found {
    pub(crate) total: String,
    pub(crate) hits: Vec<MentionCard>,
    pub(crate) facets: Vec<Facet>,
    pub(crate) next: Option<String>,
}

/// `/tim-kiem`.
#[derive(Template)]
#[template(path = "search.html")]
pub(crate) struct SearchPage {
    pub(crate) page: Layout,
    pub(crate) form: Form,
    pub(crate) found: Option<Found>,
}

/// A facet longer than this is cut.
const MAX_VALUES: usize = 8;

impl SearchPage {
    pub(crate) fn new(
        app: &AppState,
        page: Layout,
        filters: &Filters,
        found: Option<SearchInput>,
    ) -> Self {
        let lang = page.lang;
        Self {
            form: form(app, lang, filters),
            found: found.map(|input| Found::new(app, lang, filters, &input)),
            page,
        }
    }
}

/// `/ban-lam-viec/tim`.
#[derive(Template)]
#[template(path = "desk_search.html")]
pub(crate) struct DeskSearchPage {
    pub(crate) page: Layout,
    pub(crate) d: &'static DeskTexts,
    pub(crate) form: Form,
    pub(crate) found: Option<Found>,
}

impl DeskSearchPage {
    pub(crate) fn new(
        app: &AppState,
        page: Layout,
        filters: &Filters,
        found: Option<SearchInput>,
    ) -> Self {
        let mut all = SearchPage::new(app, page, filters, found);
        // Hits lead on at the desk.
        for hit in all.found.iter_mut().flat_map(|found| &mut found.hits) {
            hit.concern = hit
                .concern
                .take()
                .map(|href| format!("/ban-lam-viec{href}"));
        }
        Self {
            d: all.page.lang.desk(),
            page: all.page,
            form: all.form,
            found: all.found,
        }
    }
}

impl Found {
    fn new(app: &AppState, lang: Lang, filters: &Filters, input: &SearchInput) -> Self {
        let highlight =
            |text: &str| -> Vec<Range<usize>> { app.search.highlight(&filters.words, text) };
        let card = |annotated: &AnnotatedMention| {
            MentionCard::new(app, lang, annotated).found(lang, annotated, highlight)
        };
        Self {
            total: fill(lang.texts().found_total, &[&lang.count(input.total)]),
            hits: input.mentions.iter().map(card).collect(),
            facets: facets(app, lang, filters, &input.facets),
            next: input
                .next
                .as_deref()
                .map(|next| filters.href(lang, &[("tiep", next)])),
        }
    }
}

impl Filters {
    /// Parameters by name, without the empty ones.
    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("q", self.words.as_str()),
            ("don-vi", &self.unit),
            ("topic", &self.topic),
            ("channel", &self.channel),
            ("sentiment", &self.sentiment),
            ("source", &self.source),
            ("from", &self.from),
            ("to", &self.to),
            ("order", &self.order),
        ];
        all.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// This search with some parameters changed.
    fn href(&self, lang: Lang, changed: &[(&str, &str)]) -> String {
        let kept = self
            .pairs()
            .into_iter()
            .filter(|(name, _)| !changed.iter().any(|(other, _)| other == name));
        let query = kept
            .chain(changed.iter().copied())
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect::<Vec<_>>();
        lang.href(&format!("{}?{}", self.base, query.join("&")))
    }
}

fn encoded(value: &str) -> String {
    // A text filter over memory cannot fail; an empty value leaves the filter out.
    askama::filters::urlencode_strict(value).map_or_else(|_| String::new(), |text| text.to_string())
}

fn form(app: &AppState, lang: Lang, filters: &Filters) -> Form {
    let t = lang.texts();
    let choice = |name, label, given: &str, options: Vec<(String, String)>| Choice {
        name,
        label,
        options: options
            .into_iter()
            .map(|(value, label)| OptionView {
                selected: value == given,
                value,
                label,
            })
            .collect(),
    };
    let units = app.units_on(app.today()).into_iter();
    let units = units.map(|unit| (unit.code.to_string(), unit.full_name()));
    let topics = Topic::ALL.map(|topic| (topic.code(), app.topic_name(topic, lang)));
    let channels = Channel::ALL.map(|channel| (channel.code(), t.channel(channel)));
    let sentiments = Sentiment::ALL.map(|feeling| (feeling.code(), t.sentiment(feeling)));
    let orders = [("relevance", t.order_relevance), ("newest", t.order_newest)];
    let sources = app.sources.iter();
    let sources = sources.map(|source| (source.id.to_string(), source.name.clone()));
    let is_filtered = filters
        .pairs()
        .iter()
        .any(|(name, _)| !matches!(*name, "q" | "order"));
    Form {
        action: filters.base,
        words: filters.words.clone(),
        from: filters.from.clone(),
        to: filters.to.clone(),
        is_filtered,
        choices: vec![
            choice("don-vi", t.unit, &filters.unit, units.collect()),
            choice("topic", t.topic, &filters.topic, owned(&topics)),
            choice(
                "channel",
                t.channel_label,
                &filters.channel,
                owned(&channels),
            ),
            choice(
                "sentiment",
                t.sentiment_label,
                &filters.sentiment,
                owned(&sentiments),
            ),
            choice("source", t.source, &filters.source, sources.collect()),
            choice("order", t.order, &filters.order, owned(&orders)),
        ],
    }
}

fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(value, label)| ((*value).to_owned(), (*label).to_owned()))
        .collect()
}

fn facets(app: &AppState, lang: Lang, filters: &Filters, facets: &Facets) -> Vec<Facet> {
    let t = lang.texts();
    let value = |name: &'static str, code: &str, label: String, n: u64| FacetValue {
        label,
        href: filters.href(lang, &[(name, code)]),
        n: lang.count(n),
    };
    let units = facets.units.iter().take(MAX_VALUES);
    let units = units.map(|(code, n)| value("don-vi", &code.to_string(), app.unit_name(*code), *n));
    let topics = facets.topics.iter().take(MAX_VALUES);
    let topics = topics.map(|(topic, n)| {
        value(
            "topic",
            topic.code(),
            app.topic_name(*topic, lang).to_owned(),
            *n,
        )
    });
    let channels = facets.channels.iter();
    let channels = channels.map(|(channel, n)| {
        value(
            "channel",
            channel.code(),
            t.channel(*channel).to_owned(),
            *n,
        )
    });
    let sentiments = facets.sentiments.iter();
    let sentiments = sentiments.map(|(feeling, n)| {
        value(
            "sentiment",
            feeling.code(),
            t.sentiment(*feeling).to_owned(),
            *n,
        )
    });
    let sources = facets.sources.iter().take(MAX_VALUES);
    let sources = sources.map(|(id, n)| value("source", id.as_str(), app.source_name(id), *n));
    let facet = |label, values: Vec<FacetValue>| Facet { label, values };
    let all = [
        facet(t.units_short, units.collect()),
        facet(t.topic, topics.collect()),
        facet(t.channel_label, channels.collect()),
        facet(t.sentiment_label, sentiments.collect()),
        facet(t.source, sources.collect()),
    ];
    all.into_iter()
        .filter(|facet| !facet.values.is_empty())
        .collect()
}

impl Filters {
    /// The order asked for; by relevance where there are words.
    pub(crate) fn order(&self) -> Order {
        match (self.order.as_str(), self.words.trim().is_empty()) {
            ("newest", _) | ("", true) => Order::Newest,
            _ => Order::Relevance,
        }
    }
}
