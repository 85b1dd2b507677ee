//! A mention as a piece of evidence.

use std::ops::Range;

use jiff::Timestamp;
use models::domain::{
    AnnotatedMention, LifeEvent, LifeStep, Rating, Sentiment, Ticket, TicketStatus,
};

use models::language::text::is_unaccented;

use crate::i18n::{Lang, fill};
use crate::state::AppState;

/// A stretch of text, marked or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) hit: bool,
    pub(crate) text: String,
}

impl Part {
    /// A text without marks.
    pub(crate) fn plain(text: &str) -> Vec<Self> {
        vec![Self {
            hit: false,
            text: text.to_owned(),
        }]
    }

    /// A text with the given byte ranges marked; ranges that do not fit it are left out.
    pub(crate) fn marked(text: &str, ranges: &[Range<usize>]) -> Vec<Self> {
        let mut parts = Vec::new();
        let mut push = |hit, slice: Option<&str>| {
            if let Some(slice) = slice.filter(|slice| !slice.is_empty()) {
                parts.push(Self {
                    hit,
                    text: slice.to_owned(),
                });
            }
        };
        let mut from = 0;
        for range in ranges {
            if range.start < from || text.get(range.clone()).is_none() {
                continue;
            }
            push(false, text.get(from..range.start));
            push(true, text.get(range.clone()));
            from = range.end;
        }
        push(false, text.get(from..));
        parts
    }
}

/// What became of a hotline report.
pub(crate) struct TicketView {
    pub(crate) class: &'static str,
    pub(crate) status: String,
    pub(crate) due: Option<String>,
    pub(crate) closed: Option<String>,
    pub(crate) rating: &'static str,
    pub(crate) events: Vec<LifeRow>,
}

/// One event of a ticket's life.
pub(crate) struct LifeRow {
    pub(crate) time: String,
    pub(crate) step: String,
    pub(crate) class: &'static str,
}

/// A mention as a piece of evidence.
pub(crate) struct MentionCard {
    /// As it stands in addresses and forms.
    pub(crate) id: String,
    pub(crate) channel: &'static str,
    pub(crate) source: String,
    pub(crate) time: Option<String>,
    pub(crate) sentiment: &'static str,
    pub(crate) sentiment_class: &'static str,
    pub(crate) parent: Option<String>,
    pub(crate) title: Option<Vec<Part>>,
    pub(crate) text: Vec<Part>,
    /// Our guess at the accents of a text typed without them.
    pub(crate) read_as: Option<String>,
    pub(crate) ticket: Option<TicketView>,
    pub(crate) taken_up: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) concern: Option<String>,
}

/// Longer texts are cut for display; the original has the rest.
const MAX_CHARS: usize = 700;

impl MentionCard {
    pub(crate) fn new(app: &AppState, lang: Lang, annotated: &AnnotatedMention) -> Self {
        let (t, mention) = (lang.texts(), &annotated.mention);
        let now = (app.clock)();
        Self {
            id: mention.id.to_string(),
            channel: t.channel(mention.channel),
            source: app.source_name(&mention.source),
            time: mention.published_at.map(|moment| lang.moment(moment)),
            sentiment: t.sentiment(annotated.annotation.sentiment),
            sentiment_class: sentiment_class(annotated.annotation.sentiment),
            parent: None,
            title: mention.title.as_deref().map(Part::plain),
            text: Part::plain(&excerpt(&mention.text, MAX_CHARS)),
            read_as: is_unaccented(&mention.text)
                .then(|| app.restorer.restore(&excerpt(&mention.text, MAX_CHARS))),
            ticket: mention
                .ticket
                .as_ref()
                .map(|ticket| TicketView::new(lang, ticket, now)),
            taken_up: mention.engagement.map(|engagement| {
                let n = [engagement.likes, engagement.comments, engagement.shares];
                let n = n.map(|n| lang.count(n.into()));
                fill(t.taken_up, &[&n[0], &n[1], &n[2]])
            }),
            url: safe_url(mention.url.as_deref()),
            concern: None,
        }
    }

    /// Quotes the mention it replies to.
    pub(crate) fn replying_to(mut self, parent: &AnnotatedMention) -> Self {
        self.parent = Some(excerpt(&parent.mention.text, 140));
        self
    }

    /// Tells the life of its ticket.
    pub(crate) fn with_life(mut self, app: &AppState, lang: Lang, life: &[LifeEvent]) -> Self {
        let now = (app.clock)();
        if let Some(ticket) = &mut self.ticket {
            let row = |event: &LifeEvent| LifeRow {
                time: lang.moment(event.at),
                step: lang.texts().life(event.step),
                class: if event.at > now {
                    "ahead"
                } else {
                    life_class(event.step)
                },
            };
            ticket.events = life.iter().map(row).collect();
        }
        self
    }

    /// Marks what a query found and links the concern.
    pub(crate) fn found(
        mut self,
        lang: Lang,
        annotated: &AnnotatedMention,
        highlight: impl Fn(&str) -> Vec<Range<usize>>,
    ) -> Self {
        let mention = &annotated.mention;
        let title = mention.title.as_deref();
        self.title = title.map(|title| Part::marked(title, &highlight(title)));
        let ranges = highlight(&mention.text);
        let window = around(&mention.text, ranges.first().map_or(0, |first| first.start));
        self.text = Part::marked(&window, &highlight(&window));
        self.concern = annotated.concern.as_ref().map(|id| lang.concern_href(id));
        self
    }
}

impl TicketView {
    fn new(lang: Lang, ticket: &Ticket, now: Timestamp) -> Self {
        let t = lang.texts();
        let is_late = ticket
            .due_at
            .is_some_and(|due| due < ticket.closed_at.unwrap_or(now));
        let status = t.ticket_status(ticket.status);
        Self {
            class: match (is_late, ticket.status) {
                (true, _) => "bad",
                (false, TicketStatus::Closed) => "good",
                (false, _) => "wait",
            },
            status: if is_late {
                fill(t.ticket_late, &[status])
            } else {
                status.to_owned()
            },
            due: ticket
                .due_at
                .map(|due| fill(t.ticket_due, &[&lang.moment(due)])),
            closed: ticket
                .closed_at
                .map(|at| fill(t.ticket_closed_at, &[&lang.moment(at)])),
            rating: t.rating(ticket.rating),
            events: Vec::new(),
        }
    }
}

/// Only addresses of the web are linked: a source could send `javascript:`.
pub(crate) fn safe_url(url: Option<&str>) -> Option<String> {
    let url = url?;
    let scheme = url.split_once("://")?.0.to_ascii_lowercase();
    matches!(scheme.as_str(), "http" | "https").then(|| url.to_owned())
}

fn life_class(step: LifeStep) -> &'static str {
    match step {
        LifeStep::Closed | LifeStep::Rated(Rating::Satisfied) => "good",
        LifeStep::Reopened | LifeStep::Rejected | LifeStep::Rated(Rating::Dissatisfied) => "bad",
        _ => "wait",
    }
}

fn sentiment_class(sentiment: Sentiment) -> &'static str {
    match sentiment {
        Sentiment::Negative => "neg",
        Sentiment::Neutral => "neu",
        Sentiment::Positive => "pos",
    }
}

/// At most so many scalar values, cut at a space where there is one near.
fn excerpt(text: &str, max_chars: usize) -> String {
    let Some((cut, _)) = text.char_indices().nth(max_chars) else {
        return text.to_owned();
    };
    let end = text[..cut].rfind(char::is_whitespace).unwrap_or(cut);
    format!("{}…", text[..end].trim_end())
}

/// An excerpt that begins shortly before a byte position.
fn around(text: &str, position: usize) -> String {
    const BEFORE_BYTES: usize = 240;
    if position <= BEFORE_BYTES * 2 {
        return excerpt(text, MAX_CHARS);
    }
    let from = text.floor_char_boundary(position - BEFORE_BYTES);
    let from = text[from..]
        .find(char::is_whitespace)
        .map_or(from, |space| from + space);
    format!("…{}", excerpt(text[from..].trim_start(), MAX_CHARS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_linked() {
        assert!(safe_url(Some("https://tin.example/a")).is_some());
        assert!(safe_url(Some("javascript:alert(1)")).is_none());
        assert!(safe_url(Some("javascript://x%0aalert(1)")).is_none());
        assert!(safe_url(None).is_none());
    }

    #[test]
    fn marks_follow_byte_ranges() {
        let text = "Ngập đường Hòa Bình";
        let at = text.find("Hòa Bình").unwrap();
        let parts = Part::marked(text, &[at..text.len(), 3..4, 900..901]);
        let shown = parts.iter().map(|part| (part.hit, part.text.as_str()));
        assert_eq!(
            shown.collect::<Vec<_>>(),
            [(false, "Ngập đường "), (true, "Hòa Bình")]
        );
    }

    #[test]
    fn excerpts_end_at_a_word() {
        assert_eq!(excerpt("nước ngập sâu", 7), "nước…");
        assert_eq!(excerpt("nước ngập", 70), "nước ngập");
        let long = "đường ".repeat(200) + "ngập";
        let shown = around(&long, long.len() - 5);
        assert!(shown.starts_with("…đường") && shown.ends_with("ngập"));
    }
}
