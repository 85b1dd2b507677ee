//! What an officer was told.

use askama::Template;
use indexer::Notice;
use indexer::desk_book::{NOTICE_ASSIGNED, NOTICE_EDITED, NOTICE_NOTED};
use models::domain::Account;

use super::name_of;
use crate::i18n::{DeskTexts, fill};
use crate::views::Layout;

/// A line of it.
pub(crate) struct NoticeRow {
    pub(crate) id: u64,
    pub(crate) text: String,
    pub(crate) href: String,
    pub(crate) at: String,
    pub(crate) is_unread: bool,
}

/// `/ban-lam-viec/thong-bao`.
#[derive(Template)]
#[template(path = "desk_notices.html")]
pub(crate) struct NoticesPage {
    pub(crate) page: Layout,
    pub(crate) d: &'static DeskTexts,
    pub(crate) unread: String,
    pub(crate) rows: Vec<NoticeRow>,
    /// The newest, up to which all are read at once; `None` when nothing is unread.
    pub(crate) up_to: Option<u64>,
    pub(crate) older: Option<String>,
}

impl NoticesPage {
    /// Of what was told; `limit` is how much was asked for.
    pub(crate) fn new(
        page: Layout,
        notices: &[Notice],
        accounts: &[Account],
        n_unread: u64,
        limit: usize,
    ) -> Self {
        let (lang, d) = (page.lang, page.lang.desk());
        let row = |notice: &Notice| NoticeRow {
            id: notice.id,
            text: text(d, notice, accounts),
            href: lang.href(&notice.telling.link),
            at: lang.moment(notice.told_at),
            is_unread: notice.read_at.is_none(),
        };
        let older = notices.last().filter(|_| notices.len() == limit);
        Self {
            d,
            unread: fill(d.notices_unread, &[&lang.count(n_unread)]),
            rows: notices.iter().map(row).collect(),
            up_to: notices
                .first()
                .filter(|_| n_unread > 0)
                .map(|newest| newest.id),
            older: older
                .map(|last| lang.href(&format!("/ban-lam-viec/thong-bao?truoc={}", last.id))),
            page,
        }
    }
}

fn text(d: &DeskTexts, notice: &Notice, accounts: &[Account]) -> String {
    let name = name_of(d, accounts, notice.caused_by);
    let words = notice.telling.words.as_str();
    let (kind, what) = match notice.telling.kind.split_once('.') {
        Some((kind, what)) => (kind, what),
        None => (notice.telling.kind.as_str(), ""),
    };
    match kind {
        NOTICE_ASSIGNED => fill(d.notice_assigned, &[&name, words]),
        NOTICE_NOTED => fill(d.notice_noted, &[&name, words]),
        NOTICE_EDITED => {
            let what = match what {
                "merge" => d.what_merge,
                "split" => d.split_go,
                "rename" => d.what_rename,
                "pin" => d.what_pin,
                "hide" => d.what_hide,
                _ => d.undo,
            };
            fill(d.notice_edited, &[&name, &what.to_lowercase(), words])
        }
        _ => fill(d.notice_other, &[&name, words]),
    }
}
