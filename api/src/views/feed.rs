//! Atom feeds of digests and concerns.

use askama::Template;
use axum::http::Uri;
use jiff::Timestamp;
use models::domain::{AnnotatedMention, Concern, Digest, DigestScope, Mention, day_start};

use crate::Licence;
use crate::i18n::Lang;
use crate::lines::{digest_unit, format_time};
use crate::state::AppState;
use crate::told::ToldConcern;

/// One published digest.
pub(crate) struct FeedEntry {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) updated: String,
    pub(crate) href: String,
    pub(crate) content: String,
}

/// Where a feed stands for the outside, and what may be done with it.
pub(crate) struct FeedSite {
    /// `https://langnghe.example`; without it links are relative.
    base: Option<String>,
    licence: Option<Licence>,
}

impl FeedSite {
    pub(crate) fn of(app: &AppState) -> Self {
        Self {
            base: app.public_url.clone(),
            licence: app.open.licence.clone(),
        }
    }

    fn link(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_deref().unwrap_or_default())
    }

    /// An id that no other site has: a tag URI (RFC 4151) of our host, which says nothing of an address, so
    /// that pages may move. Without a public address it is known within this server alone.
    fn id(&self, what: &str) -> String {
        let url = self.base.as_ref().and_then(|base| base.parse::<Uri>().ok());
        match url.as_ref().and_then(Uri::host) {
            Some(host) => format!("tag:{host},{TAG_YEAR}:{what}"),
            None => format!("urn:langnghe:{what}"),
        }
    }
}

/// A year in which the host was the city's, as tag URIs want it. Never to be changed: ids are for ever.
const TAG_YEAR: u16 = 2026;

/// A feed.
pub(crate) struct Feed {
    pub(crate) licence: Option<Licence>,
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
    /// The digests of one scope.
    pub(crate) fn new(
        site: FeedSite,
        name: &str,
        scope: &DigestScope,
        published: &[Publication],
    ) -> Self {
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
                id: site.id(&format!("digest:{scope}:{}", digest.day)),
                title: format!("{name}, {}", Lang::Vi.long_day(digest.day)),
                updated: format_time(*at),
                href: site.link(&format!("{path}?ngay={}", digest.day)),
                content: plain(&content(digest)),
            }
        });
        let entries = entries.collect();
        Self {
            feed: Feed {
                id: site.id(&format!("digest:{scope}")),
                title: format!("Lắng Nghe: {name}"),
                updated: format_time(updated.unwrap_or(Timestamp::UNIX_EPOCH)),
                self_path: site.link(&format!("{base}/tin.atom")),
                entries,
                page_path: site.link(&path),
                licence: site.licence,
            },
        }
    }
}

impl FeedPage {
    /// What is new of a concern: its life and its mentions, newest first.
    pub(crate) fn of_concern(
        site: FeedSite,
        concern: &Concern,
        told: &ToldConcern,
        mentions: &[AnnotatedMention],
        source: impl Fn(&Mention) -> String,
    ) -> Self {
        let page = Lang::Vi.concern_href(&concern.id);
        let t = Lang::Vi.texts();
        let title = told.title(concern);
        let events = told.life.iter().map(|event| FeedEntry {
            id: site.id(&format!(
                "concern:{}:{}:{}",
                concern.id,
                event.step.code(),
                event.day
            )),
            title: plain(&t.concern_step(event.step)),
            updated: format_time(day_start(event.day)),
            href: site.link(&page),
            content: plain(title),
        });
        let said = mentions.iter().map(|annotated| {
            let mention = &annotated.mention;
            let at = mention.published_at.unwrap_or(concern.last_seen);
            let headline = mention.title.clone();
            FeedEntry {
                id: site.id(&format!("mention:{}", mention.id)),
                title: plain(&headline.unwrap_or_else(|| source(mention))),
                updated: format_time(at),
                href: site.link(&page),
                content: plain(&mention.text),
            }
        });
        let mut entries = events.chain(said).collect::<Vec<_>>();
        entries.sort_by(|a, b| b.updated.cmp(&a.updated).then_with(|| a.id.cmp(&b.id)));
        let updated = entries.first().map(|entry| entry.updated.clone());
        Self {
            feed: Feed {
                id: site.id(&format!("concern:{}", concern.id)),
                title: plain(&format!("Lắng Nghe: {title}")),
                updated: updated.unwrap_or_else(|| format_time(concern.last_seen)),
                self_path: site.link(&format!("{page}/tin.atom")),
                page_path: site.link(&page),
                entries,
                licence: site.licence,
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
