//! What surrounds an article, recognised by its words.

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

/// Whether a line is the label of a button, and nothing else.
pub(super) fn is_label(line: &str) -> bool {
    const LABELS: &[&str] = &[
        "advert",
        "advertisement",
        "ads",
        "back",
        "close",
        "comment",
        "comments",
        "copy link",
        "e-mail",
        "email",
        "facebook",
        "facebook twitter",
        "linkedin",
        "loading",
        "menu",
        "next",
        "pinterest",
        "previous",
        "print",
        "save",
        "share",
        "tweet",
        "twitter",
        "voltar",
        "whatsapp",
        "imprimir",
        "compartilhar",
        "bản in",
        "bình chọn",
        "cỡ chữ",
        "đóng",
        "gửi email",
        "in bài",
        "in bài viết",
        "lưu bài",
        "quảng cáo",
        "sao chép liên kết",
        "thích",
        "thu gọn",
        "trả lời",
        "trở lại",
        "xem tiếp",
        "zalo",
    ];
    let word = line
        .trim_matches(|c: char| !c.is_alphanumeric())
        .to_lowercase();
    LABELS.contains(&word.as_str()) || is_picture_count(&word)
}

/// `Image 1 of 5`, `Ảnh 3/12`.
fn is_picture_count(line: &str) -> bool {
    let mut words = line.split([' ', '/']);
    let first = words.next().unwrap_or("");
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit());
    matches!(first, "image" | "photo" | "slide" | "ảnh" | "hình")
        && words.clone().count() >= 2
        && words.all(|word| is_number(word) || matches!(word, "of" | "trên"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_lines_that_lead_away() {
        assert!(leads_away("Xem thêm: Kẹt xe ở cầu vượt"));
        assert!(leads_away("READ MORE"));
        assert!(!leads_away("Người dân đọc thêm sách"));
    }

    #[test]
    fn knows_labels() {
        assert!(is_label("Quảng cáo"));
        assert!(is_label("Image 1 of 5"));
        assert!(!is_label("Ảnh"));
        assert!(!is_label("Close the road"));
    }
}
