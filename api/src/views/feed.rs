//! Atom feeds of digests.

use askama::Template;
use jiff::Timestamp;
use models::domain::{Digest, DigestScope};

use crate::lines::{digest_unit, format_time};

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

/// `/tin.atom`, `/don-vi/{code}/tin.atom` and `/co-quan/{id}/tin.atom`.
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
                id: format!(
                    "urn:langnghe:digest:{scope}:{}:{}",
                    digest.day, digest.revision
                ),
                title: format!("{name}, {}", crate::i18n::Lang::Vi.long_day(digest.day)),
                updated: format_time(*at),
                href: format!("{path}?ngay={}", digest.day),
                content: content(digest),
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
