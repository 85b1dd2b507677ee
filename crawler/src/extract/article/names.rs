//! The names that templates give to what surrounds an article, and to what holds it.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

/// How sure a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Suspicion {
    None,
    /// Names that also stand on the wrapper of a whole article: `sidebar-1`, `meta`.
    Weak,
    /// Names of furniture.
    Strong,
}

/// Words of class names and ids that name furniture.
const STRONG: &[&str] = &[
    "share",
    "shares",
    "sharing",
    "sharebar",
    "sharethis",
    "addtoany",
    "addthis",
    "social",
    "sociable",
    "related",
    "relate",
    "relation",
    "relations",
    "recommend",
    "recommended",
    "recommendation",
    "recommendations",
    "comment",
    "comments",
    "commentlist",
    "disqus",
    "respond",
    "newsletter",
    "newsletters",
    "subscribe",
    "subscription",
    "signup",
    "promo",
    "promos",
    "promotion",
    "advert",
    "advertisement",
    "advertisements",
    "adsense",
    "ad",
    "ads",
    "adv",
    "dfp",
    "gpt",
    "sponsor",
    "sponsored",
    "sponsors",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "bylines",
    "nav",
    "navigation",
    "navbar",
    "menu",
    "submenu",
    "footer",
    "popup",
    "modal",
    "cookie",
    "cookies",
    "gdpr",
    "consent",
    "toolbar",
    "print",
    "caption",
    "captions",
    "figcaption",
    "credits",
    "outbrain",
    "taboola",
    "trending",
    "popular",
    "recirc",
    "recirculation",
    "teaser",
    "teasers",
    "pager",
    "pagination",
    "paging",
    "phantrang",
    "prevnext",
    "postnav",
    "rating",
    "ratings",
    "login",
    "signin",
    "register",
    "offscreen",
    "player",
    "slideshow",
    "carousel",
    "follow",
    "followus",
    "bio",
    "authorbox",
    "jumplink",
    "skip",
    "masthead",
    "ticker",
    "readmore",
    "yarpp",
    "jp-relatedposts",
    "sharedaddy",
    "wpcnt",
    "tags",
    "taglist",
    "topics",
    "hashtag",
    "mce-visualblocks",
    "printfriendly",
    "donate",
    "donation",
    "upsell",
    "paywall",
    "regwall",
    "livefyre",
    "fb",
    "twitter-share",
    "binhluan",
    "chiase",
    "tinlienquan",
    "lienquan",
    "photocms_caption",
    "tacgia",
    "docthem",
    "xemthem",
    "rollover",
    "quangcao",
    "most",
    "feedback",
    "toc",
    "infobox",
    "correction-form",
    "survey",
    "poll",
    "quiz",
    "screenreader",
    "visuallyhidden",
    "hidden",
    "noprint",
    "embed-caption",
    "overlay",
    "lightbox",
    "tooltip",
    "dropdown",
    "searchform",
    "copyright",
    "notification",
    "notice-app",
    "reactions",
    "emoji-reactions",
];

/// Words that name furniture, but sometimes also what holds the article.
const WEAK: &[&str] = &[
    "sidebar",
    "side",
    "meta",
    "metadata",
    "author",
    "authors",
    "date",
    "dateline",
    "timestamp",
    "time",
    "tag",
    "widget",
    "widgets",
    "banner",
    "header",
    "aside",
    "rail",
    "bottom",
    "more",
    "links",
    "source",
    "profile",
    "gallery",
    "cta",
    "module-list",
    "box-tin",
    "news-list",
    "list-news",
    "latest",
    "next",
    "previous",
    "prev",
    "credit",
    "topic",
    "category",
    "categories",
    "kicker",
    "label",
    "views",
    "hit",
    "info",
    "tools",
    "utility",
    "embed",
    "summary-list",
    "story-list",
    "post-list",
    "poster",
];

/// How suspicious an element's class, id and role names are.
pub(super) fn suspicion(hints: &str) -> Suspicion {
    let mut worst = Suspicion::None;
    let mut found = |word: &str| {
        let how = match () {
            () if STRONG_SET.contains(word) => Suspicion::Strong,
            () if WEAK_SET.contains(word) => Suspicion::Weak,
            () => Suspicion::None,
        };
        worst = worst.max(how);
        worst == Suspicion::Strong
    };
    if each_word(hints, &mut found) || HINTS.is_match(hints) {
        return Suspicion::Strong;
    }
    worst
}

static STRONG_SET: LazyLock<rustc_hash::FxHashSet<&str>> =
    LazyLock::new(|| STRONG.iter().copied().collect());
static WEAK_SET: LazyLock<rustc_hash::FxHashSet<&str>> =
    LazyLock::new(|| WEAK.iter().copied().collect());

/// Names that never stand on what holds an article, however much text is in it.
pub(super) fn is_never_body(hints: &str) -> bool {
    const NEVER: &[&str] = &[
        "comment",
        "disqus",
        "binh-luan",
        "binhluan",
        "cookie",
        "gdpr",
        "consent",
        "cli-modal",
        "newsletter",
        "popup",
        "jp-relatedposts",
    ];
    let hints = hints.to_ascii_lowercase();
    NEVER.iter().any(|name| hints.contains(name))
}

/// Names that are more than one word, found anywhere.
static HINTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    finder(&[
        "relatedpost",
        "related-",
        "-related",
        "relatedarticle",
        "relatednews",
        "readmore",
        "read-more",
        "read-next",
        "readnext",
        "read-also",
        "also-like",
        "social-",
        "-social",
        "sharebox",
        "share-",
        "-share",
        "sharing",
        "newsletter",
        "comment-",
        "-comment",
        "breadcrumb",
        "author-bio",
        "about-author",
        "author-box",
        "authorbio",
        "mailing",
        "sign-up",
        "lien-quan",
        "binh-luan",
        "chia-se",
        "tac-gia",
        "doc-them",
        "xem-them",
        "tin-moi",
        "quang-cao",
        "cung-chuyen-muc",
        "box-tinlienquan",
        "wp-caption-text",
        "image-caption",
        "photo-caption",
        "media-caption",
        "img-caption",
        "article-footer",
        "entry-footer",
        "post-footer",
        "entry-meta",
        "post-meta",
        "article-meta",
        "story-meta",
        "screen-reader",
        "sr-only",
        "visually-hidden",
        "taboola",
        "outbrain",
        "google-auto",
        "adsbygoogle",
        "ad-slot",
        "ad-container",
        "advert",
        "inline-ad",
        "post-tags",
        "tag-list",
        "article-tags",
        "entry-tags",
    ])
});

fn finder(patterns: &[&str]) -> AhoCorasick {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(MatchKind::LeftmostFirst)
        .build(patterns)
        .unwrap_or_else(|_| unreachable_finder())
}

/// The patterns are constants; a finder of nothing is what is left if they were too many.
fn unreachable_finder() -> AhoCorasick {
    AhoCorasick::new([""; 0]).expect("an empty finder is always built")
}

/// Longer words are no names of ours.
const MAX_WORD_BYTES: usize = 24;

/// Calls for each word of `articleBody share-box` in lower case, split at marks and where a capital
/// follows a small letter, until one call says that it is enough.
fn each_word(hints: &str, found: &mut impl FnMut(&str) -> bool) -> bool {
    let mut buffer = [0u8; MAX_WORD_BYTES];
    let mut lower = |word: &str| {
        let room = buffer.get_mut(..word.len())?;
        room.copy_from_slice(word.as_bytes());
        room.make_ascii_lowercase();
        std::str::from_utf8(room).ok().map(&mut *found)
    };
    hints
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .any(|part| {
            if lower(part) == Some(true) {
                return true;
            }
            let bytes = part.as_bytes();
            let mut start = 0;
            for at in 1..bytes.len() {
                if bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase() {
                    if lower(&part[start..at]) == Some(true) {
                        return true;
                    }
                    start = at;
                }
            }
            start > 0 && lower(&part[start..]) == Some(true)
        })
}

/// Names templates give to the element that holds the article's text.
static BODY_HINTS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    finder(&[
        "article-body",
        "articlebody",
        "article_body",
        "article__body",
        "article-content",
        "article_content",
        "articlecontent",
        "article__content",
        "article-text",
        "articletext",
        "article_text",
        "entry-content",
        "entry_content",
        "post-content",
        "post_content",
        "postcontent",
        "post-body",
        "post_body",
        "postbody",
        "post-entry",
        "story-body",
        "storybody",
        "story_body",
        "story__body",
        "story-content",
        "story_content",
        "storycontent",
        "story-text",
        "storytext",
        "detail-content",
        "detail_content",
        "content-detail",
        "content_detail",
        "detail-body",
        "news-content",
        "news_content",
        "newscontent",
        "news-body",
        "article-detail",
        "page-content-body",
        "body-content",
        "bodycontent",
        "body-text",
        "body-copy",
        "bodytext",
        "content-body",
        "content__body",
        "content-article",
        "article-main",
        "main-article-body",
        "fck_detail",
        "afcbc-body",
        "singular-content",
        "maincontent-body",
        "cms-body",
        "text-long",
        "rich-text",
        "richtext",
        "content-text",
        "c-entry-content",
        "field-name-body",
        "field--name-body",
        "td-post-content",
        "noi-dung",
        "noidung",
        "chi-tiet",
        "article-page",
        "paragraphs",
        "wysiwyg",
    ])
});

/// Whether an element's names say that it holds the article's text.
pub(super) fn names_body(hints: &str) -> bool {
    BODY_HINTS.is_match(hints)
}

/// Whether an element's names say that it leads through the pages of an article.
pub(super) fn is_pager(hints: &str) -> bool {
    const PAGERS: &[&str] = &[
        "pagination",
        "pager",
        "paging",
        "page-links",
        "pages",
        "phan-trang",
        "phantrang",
        "page-nav",
    ];
    let lower = hints.to_ascii_lowercase();
    PAGERS.iter().any(|name| lower.contains(name))
        && !["comment", "binh-luan"]
            .iter()
            .any(|name| lower.contains(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_furniture_by_name() {
        assert_eq!(suspicion("box-share social"), Suspicion::Strong);
        assert_eq!(suspicion("relatedPosts"), Suspicion::Strong);
        assert_eq!(suspicion("sidebar-1"), Suspicion::Weak);
        assert_eq!(suspicion("fck_detail"), Suspicion::None);
        assert_eq!(suspicion("shadow-dom additional"), Suspicion::None);
        assert!(names_body("detail-content afcbc-body"));
    }
}
