//! What surrounds an article: recognised by the names templates give it and by its words.

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
    for word in words(hints) {
        let found = match () {
            () if STRONG_SET.contains(word.as_str()) => Suspicion::Strong,
            () if WEAK_SET.contains(word.as_str()) => Suspicion::Weak,
            () => Suspicion::None,
        };
        worst = worst.max(found);
        if worst == Suspicion::Strong {
            return worst;
        }
    }
    if HINTS.is_match(hints) {
        Suspicion::Strong
    } else {
        worst
    }
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

/// Words of `articleBody share-box`: split at marks and where a capital follows a small letter.
fn words(hints: &str) -> impl Iterator<Item = String> + '_ {
    hints
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .flat_map(|part| {
            let mut found = vec![part.to_ascii_lowercase()];
            let bytes = part.as_bytes();
            let mut start = 0;
            for at in 1..bytes.len() {
                if bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase() {
                    found.push(part[start..at].to_ascii_lowercase());
                    start = at;
                }
            }
            if start > 0 {
                found.push(part[start..].to_ascii_lowercase());
            }
            found
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

/// Beginnings of lines that lead away from the article, in lower case.
const LEADS_AWAY: &[&str] = &[
    "read more",
    "read also",
    "also read",
    "see also",
    "related:",
    "related stories",
    "related articles",
    "related news",
    "recommended",
    "more from",
    "more on",
    "more:",
    "sign up",
    "subscribe",
    "follow us",
    "follow ",
    "share this",
    "share on",
    "click here to",
    "advertisement",
    "watch:",
    "watch now",
    "up next",
    "must read",
    "most read",
    "don't miss",
    "you may also like",
    "you might also like",
    "join our",
    "get the latest",
    "download our",
    "download the",
    "loading",
    "filed under",
    "posted in",
    "tagged",
    "tags:",
    "comments",
    "leave a comment",
    "leave a reply",
    "photo:",
    "photos:",
    "photo by",
    "image:",
    "image credit",
    "image copyright",
    "getty images",
    "read:",
    "editor's picks",
    "popular now",
    "trending",
    "continue reading",
    "story continues",
    "this story has been",
    "support our",
    "support us",
    "xem thêm",
    "đọc thêm",
    "đọc tiếp",
    "tin liên quan",
    "bài liên quan",
    "tin cùng chuyên mục",
    "có thể bạn quan tâm",
    "mời độc giả",
    "mời bạn đọc",
    "theo dõi",
    "chia sẻ",
    "bình luận",
    "ý kiến của bạn",
    "từ khóa",
    "từ khoá",
    "ảnh:",
    "ảnh minh họa",
    "video:",
    "nguồn:",
    "tags:",
    "gửi bình luận",
    "quảng cáo",
    ">>",
    "tin mới",
    "tin nổi bật",
    "đăng ký nhận",
    "liên hệ quảng cáo",
];

/// Whether a short line belongs to the furniture by its words.
pub(super) fn leads_away(line: &str) -> bool {
    let start: String = line.chars().take(40).flat_map(char::to_lowercase).collect();
    let start = start.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '>');
    LEADS_AWAY.iter().any(|phrase| start.starts_with(phrase))
}

/// Lines behind which no article goes on, in lower case.
const ENDS: &[&str] = &[
    "related",
    "more great",
    "more from",
    "more stories",
    "more news",
    "more on this",
    "read more",
    "you may also",
    "you might also",
    "recommended",
    "about the author",
    "comments",
    "leave a",
    "share this",
    "popular",
    "trending",
    "most read",
    "latest news",
    "tell us what you think",
    "what do you think",
    "sign up",
    "newsletter",
    "next article",
    "previous article",
    "see also",
    "also on",
    "from our partners",
    "tin liên quan",
    "bài liên quan",
    "xem thêm",
    "tin cùng chuyên mục",
    "cùng chuyên mục",
    "bình luận",
    "có thể bạn quan tâm",
    "tin mới",
    "đọc thêm",
    "tin khác",
    "bài viết khác",
    "các tin khác",
    "ý kiến bạn đọc",
    "từ khóa",
    "tin đọc nhiều",
];

/// Whether a short line closes an article.
pub(super) fn ends_article(line: &str) -> bool {
    let start: String = line.chars().take(40).flat_map(char::to_lowercase).collect();
    let start = start.trim_start_matches(|c: char| !c.is_alphanumeric());
    ENDS.iter().any(|phrase| start.starts_with(phrase))
}

/// Notices of the site, wherever they stand.
pub(super) fn is_notice(line: &str) -> bool {
    const NOTICES: &[&str] = &[
        "uses cookies",
        "use cookies",
        "use of cookies",
        "cookie policy",
        "privacy policy",
        "terms of use",
        "terms of service",
        "privacy overview",
        "daily newsletter",
        "our newsletter",
        "delivered to your inbox",
        "your inbox",
        "enable javascript",
        "your browser does not",
        "browser is not supported",
        "ad blocker",
        "e-mail address will not",
        "email address will not",
        "vui lòng đăng nhập",
        "vui lòng nhập",
        "ghi rõ nguồn",
        "giấy phép số",
        "trình duyệt của bạn không",
        "tổng biên tập",
    ];
    let lower = line.to_lowercase();
    NOTICES.iter().any(|notice| lower.contains(notice))
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

    #[test]
    fn knows_lines_that_lead_away() {
        assert!(leads_away("Xem thêm: Kẹt xe ở cầu vượt"));
        assert!(leads_away("READ MORE"));
        assert!(!leads_away("Người dân đọc thêm sách"));
    }
}
