//! Atom feeds of digests and concerns.

use askama::Template;
use jiff::Timestamp;
use models::domain::{AnnotatedMention, Concern, Digest, DigestScope, Mention, day_start};

use crate::i18n::Lang;
use crate::lines::{digest_unit, format_time};
use crate::told::ToldConcern;

/// One published digest.
pub(crate) struct FeedEntry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) updated: String,
    pub(crate) href: String,
    pub(crate) content: String,
}

/// A feed.
pub(crate) struct Feed {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) updated: String,
    pub(crate) self_path: String,
    pub(crate) page_path: String,
    pub(crate) entries: Vec<FeedEntry>,
}

/// `/tin.atom`, `/don-vi/{code}/tin.atom`, `/co-quan/{id}/tin.atom` and `/van-de/{id}/tin.atom`.
#[derive(Template)]
#[template(path = "feed.xml")]
pub(crate) struct FeedPage {
    pub(crate) feed: Feed,
}

/// A digest and when it was published.
pub(crate) struct Publication {
    pub digest: Digest,
    pub at: Timestamp,
}

impl FeedPage {
    /// Ids are tags of the address-free kind, so that they outlive a change of host.
    pub(crate) fn new(name: &str, scope: &DigestScope, published: &[Publication]) -> Self {
        let path = match scope {
            DigestScope::City => "/".to_owned(),
            DigestScope::Unit(code) => format!("/don-vi/{code}"),
            DigestScope::Agency(id) => format!("/co-quan/{id}"),
        };
        let scope = digest_unit(scope);
        let base = path.trim_end_matches('/');
        let updated = published.iter().map(|publication| publication.at).max();
        let entries = published.iter().map(|publication| {
            let Publication { digest, at } = publication;
            FeedEntry {
                // The same through all revisions: a correction is an update of what readers know.
                id: format!("urn:langnghe:digest:{scope}:{}", digest.day),
                title: format!("{name}, {}", Lang::Vi.long_day(digest.day)),
                updated: format_time(*at),
                href: format!("{path}?ngay={}", digest.day),
                content: plain(&content(digest)),
            }
        });
        Self {
            feed: Feed {
                id: format!("urn:langnghe:digest:{scope}"),
                title: format!("Lắng Nghe: {name}"),
                updated: format_time(updated.unwrap_or(Timestamp::UNIX_EPOCH)),
                self_path: format!("{base}/tin.atom"),
                entries: entries.collect(),
                page_path: path,
            },
        }
    }
}

impl FeedPage {
    /// What is new of a concern: its life and its mentions, newest first.
    pub(crate) fn of_concern(
        concern: &Concern,
        told: &ToldConcern,
        mentions: &[AnnotatedMention],
        source: impl Fn(&Mention) -> String,
    ) -> Self {
        let page = Lang::Vi.concern_href(&concern.id);
        let t = Lang::Vi.texts();
        let title = told.title(concern);
        let events = told.life.iter().map(|event| FeedEntry {
            id: format!(
                "urn:langnghe:concern:{}:{}:{}",
                concern.id,
                event.step.code(),
                event.day
            ),
            title: plain(&t.concern_step(event.step)),
            updated: format_time(day_start(event.day)),
            href: page.clone(),
            content: plain(title),
        });
        let said = mentions.iter().map(|annotated| {
            let mention = &annotated.mention;
            let at = mention.published_at.unwrap_or(concern.last_seen);
            let headline = mention.title.clone();
            FeedEntry {
                id: format!("urn:langnghe:mention:{}", mention.id),
                title: plain(&headline.unwrap_or_else(|| source(mention))),
                updated: format_time(at),
                href: page.clone(),
                content: plain(&mention.text),
            }
        });
        let mut entries = events.chain(said).collect::<Vec<_>>();
        entries.sort_by(|a, b| b.updated.cmp(&a.updated).then_with(|| a.id.cmp(&b.id)));
        let updated = entries.first().map(|entry| entry.updated.clone());
        Self {
            feed: Feed {
                id: format!("urn:langnghe:concern:{}", concern.id),
                title: plain(&format!("Lắng Nghe: {title}")),
                updated: updated.unwrap_or_else(|| format_time(concern.last_seen)),
                self_path: format!("{page}/tin.atom"),
                page_path: page,
                entries,
            },
        }
    }
}

/// Without the characters that no XML document may hold.
fn plain(text: &str) -> String {
    let is_allowed = |c: &char| !c.is_control() || matches!(c, '\t' | '\n' | '\r');
    let is_character = |c: &char| !matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars()
        .filter(is_allowed)
        .filter(is_character)
        .collect()
}

fn content(digest: &Digest) -> String {
    let lines = digest
        .top
        .iter()
        .map(|entry| format!("{}. {}", entry.rank, entry.shown_title()));
    let erratum = digest
        .erratum
        .iter()
        .map(|text| format!("Đính chính: {text}"));
    let thin = digest.thin_evidence.iter().cloned();
    erratum
        .chain(lines)
        .chain(thin)
        .collect::<Vec<_>>()
        .join("\n")
}
