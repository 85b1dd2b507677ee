//! Looking whether what was heard still stands at its source. An aggregator must take an item down
//! within three hours of its removal there (Decree 147/2024), so the schedule asks again and again,
//! the young and the shown most often.

mod batch;
mod pages;
mod trace;

use jiff::{SignedDuration, Timestamp};
use models::domain::{FetchState, MentionId, Source, SourceKind};
use url::Url;

use crate::fetch::Fetcher;
use crate::sources;

pub use trace::{Trace, trace};

pub(crate) use batch::{Batches, Heard, Verdict};

/// A mention to ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Which mention.
    pub id: MentionId,
    /// The address at which people see it.
    pub address: String,
}

/// What looking again found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rechecked {
    /// Taken down at their source.
    pub gone: Vec<MentionId>,
    /// Still there, or changed in a way that does not say so; also what cannot be asked about.
    pub standing: Vec<MentionId>,
    /// Not looked at: the source wants a pause, is in trouble or lets nobody in. They are asked
    /// about again next time.
    pub n_unknown: u32,
    /// To be given to the next visit: looking may cost units of a quota.
    pub state: FetchState,
}

/// So many mentions of a source are asked about in one look, page by page or many at once.
pub fn asked_at_once(kind: &SourceKind) -> usize {
    match kind {
        SourceKind::MastodonTag(_) | SourceKind::MastodonStream(_) => 200,
        SourceKind::YouTube(_) | SourceKind::FacebookPage(_) => 500,
        SourceKind::Discourse => 100,
        _ => 40,
    }
}

/// When a mention that stands is worth asking about again. What is young, or shown in a digest, may
/// not wait three hours; old pages wait longer, because a host's time is not ours to waste.
/// Interfaces that answer for many at once are asked about everything recent.
pub fn next_look(kind: &SourceKind, age: SignedDuration, is_shown: bool) -> SignedDuration {
    const SOON: SignedDuration = SignedDuration::from_mins(120);
    const DAILY: SignedDuration = SignedDuration::from_hours(24);
    const WEEKLY: SignedDuration = SignedDuration::from_hours(7 * 24);
    let answers_for_many = matches!(
        kind,
        SourceKind::MastodonTag(_)
            | SourceKind::MastodonStream(_)
            | SourceKind::YouTube(_)
            | SourceKind::FacebookPage(_)
            | SourceKind::Discourse
    );
    let days = age.as_hours() / 24;
    match days {
        _ if is_shown => SOON,
        ..28 if answers_for_many => SOON,
        ..3 if !matches!(kind, SourceKind::Open311(_)) => SOON,
        ..28 => DAILY,
        _ => WEEKLY,
    }
}

/// Asks the source about each mention, politely. Only an answer that says so counts as taken down;
/// a source in trouble, or one that no longer lets us in, takes nothing down.
pub async fn recheck(
    source: &Source,
    state: FetchState,
    mentions: &[Asked],
    fetcher: &Fetcher,
    now: Timestamp,
) -> Rechecked {
    let mut rechecked = Rechecked {
        state,
        ..Rechecked::default()
    };
    let Ok(base) = Url::parse(&source.url) else {
        rechecked.n_unknown = count(mentions.len());
        return rechecked;
    };
    let mut work = Look {
        fetcher,
        base: &base,
        now,
        mentions,
        rechecked: &mut rechecked,
    };
    match &source.kind {
        SourceKind::Feed | SourceKind::Sitemap | SourceKind::Open311(_) => {
            pages::recheck(&mut work, &source.kind).await;
        }
        SourceKind::MastodonTag(_) | SourceKind::MastodonStream(_) => {
            sources::mastodon::recheck(&mut work).await;
        }
        SourceKind::YouTube(settings) => sources::youtube::recheck(&mut work, settings).await,
        SourceKind::FacebookPage(page) => sources::facebook::recheck(&mut work, page).await,
        SourceKind::Discourse => sources::forum::discourse::recheck(&mut work).await,
        // Streams say themselves what is gone; what is pushed has no address.
        SourceKind::Bluesky(_)
        | SourceKind::Webhook(_)
        | SourceKind::Zalo(_)
        | SourceKind::Import => {
            let ids = mentions.iter().map(|asked| asked.id.clone());
            work.rechecked.standing.extend(ids);
        }
    }
    let n_answered = rechecked.gone.len() + rechecked.standing.len();
    rechecked.n_unknown = count(mentions.len().saturating_sub(n_answered));
    rechecked
}

/// A look under way.
pub(crate) struct Look<'a> {
    pub(crate) fetcher: &'a Fetcher,
    pub(crate) base: &'a Url,
    pub(crate) now: Timestamp,
    pub(crate) mentions: &'a [Asked],
    pub(crate) rechecked: &'a mut Rechecked,
}

impl Look<'_> {
    pub(crate) fn stands(&mut self, at: usize) {
        self.rechecked.standing.push(self.mentions[at].id.clone());
    }

    pub(crate) fn is_gone(&mut self, at: usize) {
        self.rechecked.gone.push(self.mentions[at].id.clone());
    }

    /// Enters what a batch found out.
    pub(crate) fn enter(&mut self, verdicts: &[(usize, Verdict)]) {
        for (at, verdict) in verdicts {
            match verdict {
                Verdict::Stands => self.stands(*at),
                Verdict::Gone => self.is_gone(*at),
            }
        }
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_young_or_shown_is_asked_about_within_three_hours() {
        let hours = |kind: &SourceKind, days: i64, is_shown| {
            next_look(kind, SignedDuration::from_hours(days * 24), is_shown).as_hours()
        };
        assert_eq!(hours(&SourceKind::Feed, 2, false), 2);
        assert_eq!(hours(&SourceKind::Feed, 3, false), 24);
        assert_eq!(hours(&SourceKind::Feed, 20, true), 2);
        assert_eq!(hours(&SourceKind::Feed, 30, false), 168);
        assert_eq!(hours(&SourceKind::Discourse, 20, false), 2);
        assert_eq!(
            hours(
                &SourceKind::Open311(models::domain::Open311::default()),
                1,
                false
            ),
            24
        );
    }
}
