//! What the channels of a concern say together: whether a ticket marked done stayed done, and where
//! one channel is loud while another is silent.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::group::Links;
use super::rank::context::places_of;
use crate::domain::{
    AnnotatedMention, Channel, Concern, ConcernId, Digest, DigestScope, LineNote, Sentiment,
    TicketStatus,
};

/// A ticket marked done is watched in all channels for so long.
pub const WATCHED: SignedDuration = SignedDuration::from_hours(30 * 24);

/// Complaints after the closing from which a concern has come back: one may be an echo.
const RECURRENCE_MIN: usize = 2;

/// Days that count as now, and those before that they are compared with.
const RECENT: SignedDuration = SignedDuration::from_hours(7 * 24);
const GROWTH: SignedDuration = SignedDuration::from_hours(3 * 24);

/// Articles and posts of the recent days from which a channel is loud.
const LOUD_PRESS: usize = 2;
const LOUD_SOCIAL: usize = 5;
const LOUD_TICKETS: usize = 5;

/// What came after the last ticket of a concern was marked done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AfterClosing {
    /// When the last open ticket was closed.
    pub closed_at: Timestamp,
    /// Until when it is watched.
    pub watched_until: Timestamp,
    /// Tickets closed by then.
    pub n_closed: usize,
    /// Complaints since then, by channel: press, social, hotline.
    pub n_after: [usize; 3],
    /// Whether people complain again.
    pub recurred: bool,
    /// Whether press and social networks grow although everything is closed.
    pub growing: bool,
}

/// Watches a concern after its last ticket was closed, as of a moment. `None` while a ticket is
/// open, without a closed one, or when the watch is over. The order of mentions does not matter.
pub fn after_closing(mentions: &[&AnnotatedMention], until: Timestamp) -> Option<AfterClosing> {
    let closings = mentions.iter().filter_map(|mention| closed_at(mention));
    let closings = closings.filter(|at| *at <= until).collect::<Vec<_>>();
    let closed_at = closings.iter().copied().max()?;
    let watched_until = closed_at.saturating_add(WATCHED).unwrap_or(Timestamp::MAX);
    if watched_until < until || n_open_at(mentions, closed_at) > 0 {
        return None;
    }
    let after = complaints(mentions).filter(|(at, _)| (closed_at..=until).contains(at));
    let after = after.collect::<Vec<_>>();
    let n_after = Channel::ALL.map(|wanted| {
        let of_channel = after.iter().filter(|(_, channel)| *channel == wanted);
        of_channel.count()
    });
    let spoken = |from: Timestamp, to: Timestamp| {
        let outside = after
            .iter()
            .filter(|(_, channel)| *channel != Channel::Hotline);
        outside.filter(|(at, _)| (from..to).contains(at)).count()
    };
    let back = |by: SignedDuration| until.saturating_sub(by).unwrap_or(Timestamp::MIN);
    let (lately, before) = (
        spoken(back(GROWTH), until),
        spoken(back(GROWTH * 2), back(GROWTH)),
    );
    Some(AfterClosing {
        closed_at,
        watched_until,
        n_closed: closings.len(),
        n_after,
        recurred: after.len() >= RECURRENCE_MIN,
        growing: lately >= RECURRENCE_MIN && lately > before,
    })
}

/// Whether a closed ticket did not hold: every ticket of its concern was closed when it was, and yet
/// people complained again within 30 days, as far as known at a moment. `mentions` are those of its
/// concern.
pub fn recurred(
    ticket: &AnnotatedMention,
    mentions: &[&AnnotatedMention],
    until: Timestamp,
) -> bool {
    let Some(closed_at) = closed_at(ticket).filter(|at| *at <= until) else {
        return false;
    };
    let end = closed_at
        .saturating_add(WATCHED)
        .unwrap_or(until)
        .min(until);
    n_open_at(mentions, closed_at) == 0
        && complaints(mentions)
            .filter(|(at, _)| *at > closed_at && *at <= end)
            .take(RECURRENCE_MIN)
            .count()
            == RECURRENCE_MIN
}

/// What the mentions of a concern, within the days that count, say together as of a moment.
pub fn line_notes(mentions: &[&AnnotatedMention], until: Timestamp) -> Vec<LineNote> {
    let known = mentions.iter().copied().filter(|mention| {
        let at = mention.mention.published_at;
        at.is_some_and(|at| at <= until)
    });
    let known = known.collect::<Vec<_>>();
    let since = until.saturating_sub(RECENT).unwrap_or(Timestamp::MIN);
    let count = |channel: Channel| {
        let of_channel = known
            .iter()
            .filter(|mention| mention.mention.channel == channel);
        let recent = of_channel.clone().filter(|mention| {
            let at = mention.mention.published_at;
            at.is_some_and(|at| at > since)
        });
        (of_channel.count(), recent.count())
    };
    let [
        (press, press_now),
        (social, social_now),
        (tickets, tickets_now),
    ] = Channel::ALL.map(count);
    let mut notes = Vec::new();
    match after_closing(&known, until) {
        Some(after) if after.growing => notes.push(LineNote::ClosedButGrowing),
        Some(after) if after.recurred => notes.push(LineNote::ClosedButRecurring),
        _ => {}
    }
    if tickets == 0 && press_now >= LOUD_PRESS {
        notes.push(LineNote::PressWithoutTickets);
    } else if tickets == 0 && social_now >= LOUD_SOCIAL {
        notes.push(LineNote::SocialWithoutTickets);
    } else if tickets_now >= LOUD_TICKETS && press + social == 0 {
        notes.push(LineNote::TicketsOnly);
    }
    notes
}

/// Adds notes to the leading lines of digests, as of a moment. `mentions` are the grouped mentions of
/// the days that were ranked, `concerns` those they belong to.
pub fn add_notes(
    digests: &mut [Digest],
    mentions: &[AnnotatedMention],
    concerns: &[Concern],
    until: Timestamp,
) {
    let known = concerns.iter().map(|concern| (&concern.id, concern));
    let known = known.collect::<BTreeMap<_, _>>();
    let links = Links::new(concerns);
    let mut of_concern: BTreeMap<&ConcernId, Vec<&AnnotatedMention>> = BTreeMap::new();
    for mention in mentions
        .iter()
        .filter(|mention| mention.annotation.is_concern)
    {
        let whole = mention.concern.as_ref().map(|id| links.whole(id));
        if let Some(concern) = whole.and_then(|id| known.get(id)) {
            of_concern.entry(&concern.id).or_default().push(mention);
        }
    }
    for digest in digests {
        for entry in &mut digest.top {
            let all = of_concern
                .get(&entry.concern)
                .map_or(&[][..], Vec::as_slice);
            entry.notes = match (&digest.scope, known.get(&entry.concern)) {
                (DigestScope::Unit(code), Some(concern)) => {
                    let there = all.iter().copied();
                    let there = there.filter(|mention| {
                        places_of(mention, concern).any(|(unit, _)| unit == *code)
                    });
                    line_notes(&there.collect::<Vec<_>>(), until)
                }
                _ => line_notes(all, until),
            };
        }
    }
}

fn closed_at(mention: &AnnotatedMention) -> Option<Timestamp> {
    let ticket = mention.mention.ticket.as_ref()?;
    let is_closed = ticket.status == TicketStatus::Closed;
    ticket.closed_at.or(ticket.updated_at).filter(|_| is_closed)
}

/// Tickets filed by a moment and neither closed nor rejected by then.
fn n_open_at(mentions: &[&AnnotatedMention], moment: Timestamp) -> usize {
    let open = mentions.iter().filter(|mention| {
        let Some(ticket) = &mention.mention.ticket else {
            return false;
        };
        let filed = mention.mention.published_at.is_none_or(|at| at <= moment);
        let settled = match ticket.status {
            TicketStatus::Open | TicketStatus::InProgress => false,
            TicketStatus::Rejected => true,
            TicketStatus::Closed => closed_at(mention).is_some_and(|at| at <= moment),
        };
        filed && !settled
    });
    open.count()
}

/// When and where people complained.
fn complaints<'m>(
    mentions: &'m [&AnnotatedMention],
) -> impl Iterator<Item = (Timestamp, Channel)> + 'm {
    let complaining = mentions.iter().filter(|mention| {
        mention.annotation.is_concern && mention.annotation.sentiment != Sentiment::Positive
    });
    complaining.filter_map(|mention| Some((mention.mention.published_at?, mention.mention.channel)))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::domain::{
        Annotation, CleanMention, ConcernId, Mention, MentionId, Placement, Scope,
        SentimentProbabilities, SourceId, Ticket, Topic, day_start,
    };
    use jiff::civil::date;

    /// Noon, some days after the first of the sample.
    pub(in crate::ranking) fn noon(day: i64) -> Timestamp {
        day_start(date(2026, 11, 1)) + SignedDuration::from_hours(24 * day + 12)
    }

    /// A complaint of the concern `c` about a road, in the whole city.
    pub(in crate::ranking) fn said(name: &str, channel: Channel, day: i64) -> AnnotatedMention {
        let id = MentionId::new(name);
        AnnotatedMention {
            mention: CleanMention::assume_clean(Mention {
                id: id.clone(),
                channel,
                source: SourceId::new(channel.code()),
                url: None,
                published_at: Some(noon(day)),
                title: Some(format!("Ổ gà lớn trên đường số {name}")),
                text: format!("Đường số {name} có ổ gà lớn, xe máy té liên tục."),
                parent: None,
                engagement: None,
                ticket: None,
                capture: None,
            }),
            annotation: Annotation {
                mention: id,
                is_concern: true,
                concern_probability: 0.9,
                placement: Placement::bare(Scope::City),
                topic: Topic::Road,
                topic_probability: 0.9,
                sentiment: Sentiment::Negative,
                sentiment_probabilities: SentimentProbabilities {
                    negative: 0.8,
                    neutral: 0.1,
                    positive: 0.1,
                },
                pii: Vec::new(),
                fingerprint: 0,
                model_version: "t".to_owned(),
            },
            concern: Some(ConcernId::new("c")),
        }
    }

    /// A ticket filed on a day and closed on another.
    pub(in crate::ranking) fn ticket(
        name: &str,
        day: i64,
        closed: Option<i64>,
    ) -> AnnotatedMention {
        let mut said = said(name, Channel::Hotline, day);
        let mut mention = said.mention.clone().into_inner();
        mention.ticket = Some(Ticket {
            field: None,
            address: None,
            status: closed.map_or(TicketStatus::Open, |_| TicketStatus::Closed),
            due_at: Some(noon(day + 7)),
            closed_at: closed.map(noon),
            rating: None,
            updated_at: None,
        });
        said.mention = CleanMention::assume_clean(mention);
        said
    }

    fn notes(mentions: &[AnnotatedMention], until: i64) -> Vec<LineNote> {
        line_notes(&mentions.iter().collect::<Vec<_>>(), noon(until))
    }

    #[test]
    fn a_closed_concern_that_grows_online_is_named() {
        let mut mentions = vec![ticket("1", 1, Some(3)), ticket("2", 2, Some(4))];
        assert_eq!(notes(&mentions, 5), []);
        mentions.push(said("3", Channel::Social, 8));
        assert_eq!(notes(&mentions, 9), [], "one may be an echo");
        mentions.push(said("4", Channel::Press, 9));
        assert_eq!(notes(&mentions, 10), [LineNote::ClosedButGrowing]);
        assert_eq!(notes(&mentions, 20), [LineNote::ClosedButRecurring]);
        assert_eq!(notes(&mentions, 40), [], "the watch is over");
        mentions.push(ticket("5", 9, None));
        let all = mentions.iter().collect::<Vec<_>>();
        let after = after_closing(&all, noon(10)).unwrap();
        assert_eq!(after.n_after, [1, 1, 1]);
        assert!(recurred(&mentions[1], &all, noon(10)));
        assert!(!recurred(&mentions[0], &all, noon(10)), "another was open");
        assert!(!recurred(&mentions[1], &all, noon(8)), "not yet known");
    }

    #[test]
    fn loud_in_one_channel_and_silent_in_another() {
        let press = [said("1", Channel::Press, 3), said("2", Channel::Press, 4)];
        assert_eq!(notes(&press, 5), [LineNote::PressWithoutTickets]);
        assert_eq!(notes(&press, 30), [], "no longer loud");
        let names = ["1", "2", "3", "4", "5"];
        let social = names.map(|name| said(name, Channel::Social, 4));
        assert_eq!(notes(&social, 5), [LineNote::SocialWithoutTickets]);
        let tickets = names.map(|name| ticket(name, 4, None));
        assert_eq!(notes(&tickets, 5), [LineNote::TicketsOnly]);
        let both = [&tickets[..], &press[..1]].concat();
        assert_eq!(notes(&both, 5), []);
    }
}
