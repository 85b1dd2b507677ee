//! One address for one page: what does not change the page is taken out of its address.

use url::Url;

/// Query parameters that only say where a reader came from, next to everything that begins with
/// `utm_`.
const TRACKING: [&str; 21] = [
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "zarsrc",
    "zalo_src",
    "_ga",
    "_gl",
    "spm",
    "ref_src",
    "cmpid",
    "vn_source",
];

/// Query parameters that choose a way of showing the page, with the values that do so.
const VIEWS: [(&str, &[&str]); 5] = [
    ("amp", &["", "1", "true"]),
    ("print", &["", "1", "true", "yes"]),
    ("view", &["print", "amp", "mobile"]),
    ("outputtype", &["amp"]),
    ("display", &["print", "mobile"]),
];

/// The canonical form of a page's address: without tracking parameters, mobile and AMP hosts, AMP
/// and print forms, fragment and default port; parameters in order. It still opens in a browser, so
/// `http` and `www.` stay: many an office's site answers to nothing else. [`identity`] drops them.
///
/// ```
/// use crawler::fetch::canonical;
/// let shared = "https://m.example.vn/ngap-duong-123.html/amp?utm_source=fb&fbclid=x#binh-luan".parse().unwrap();
/// assert_eq!(canonical(&shared).as_str(), "https://example.vn/ngap-duong-123.html");
/// ```
pub fn canonical(url: &Url) -> Url {
    let mut out = url.clone();
    out.set_fragment(None);
    let _ = out.set_username("");
    let _ = out.set_password(None);
    strip_host(&mut out);
    strip_path(&mut out);
    strip_query(&mut out);
    out
}

/// The canonical form of an address in text; as it stands when it is none.
pub fn canonical_text(url: &str) -> String {
    Url::parse(url).map_or_else(|_| url.to_owned(), |url| canonical(&url).to_string())
}

/// What two addresses of one page share: the canonical form without scheme and `www.`. Vietnamese
/// outlets write the headline and then a number (`…-4953123.html`); the number is the article, and
/// the words change when the headline does.
///
/// ```
/// use crawler::fetch::identity;
/// let url = "http://www.example.vn/a.html?utm_source=x".parse().unwrap();
/// assert_eq!(identity(&url), "example.vn/a.html");
/// let before = "https://example.vn/thoi-su/ngap-o-quan-7-4953123.html".parse().unwrap();
/// let after = "https://example.vn/ngap-sau-ba-tieng-4953123.htm".parse().unwrap();
/// assert_eq!(identity(&before), identity(&after));
/// ```
pub fn identity(url: &Url) -> String {
    let canonical = canonical(url);
    let text = canonical.as_str();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.strip_prefix("www.").unwrap_or(text);
    let host = text.split('/').next().unwrap_or(text);
    match article_number(&canonical) {
        Some(number) => format!("{host}/{number}"),
        None => text.to_owned(),
    }
}

/// Sections whose numbers may be counted apart from those of articles.
const OTHER_NUMBERS: [&str; 8] = [
    "video", "videos", "photo", "anh", "podcast", "tag", "topic", "su-kien",
];

/// The number at the end of an article's address, when there is no doubt that it is one: six digits
/// or more behind a hyphen or `post`, and no date.
fn article_number(url: &Url) -> Option<&str> {
    if url.query().is_some() {
        return None;
    }
    let mut segments = url.path_segments()?;
    let is_other = segments
        .clone()
        .any(|segment| OTHER_NUMBERS.contains(&segment));
    let (stem, ending) = segments.next_back()?.rsplit_once('.')?;
    let digits_at = stem.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let (words, number) = stem.split_at(digits_at);
    let is_post = words.ends_with("-post");
    let is_behind_words = words.len() > 1 && words.ends_with('-') || is_post;
    let is_article = matches!(
        ending,
        "html" | "htm" | "chn" | "ldo" | "vnp" | "tpo" | "epi"
    );
    let is_number = (6..=20).contains(&number.len()) && (is_post || !is_date(number));
    (is_behind_words && is_article && is_number && !is_other).then_some(number)
}

/// Eight or six digits that may be a day, which many articles share.
fn is_date(digits: &str) -> bool {
    let part = |range: std::ops::Range<usize>| -> Option<u32> { digits.get(range)?.parse().ok() };
    let is_day = |day: Option<u32>, month: Option<u32>| {
        day.is_some_and(|day| (1..=31).contains(&day))
            && month.is_some_and(|month| (1..=12).contains(&month))
    };
    match digits.len() {
        8 => is_day(part(6..8), part(4..6)) || is_day(part(0..2), part(2..4)),
        6 => is_day(part(4..6), part(2..4)) || is_day(part(0..2), part(2..4)),
        _ => false,
    }
}

fn strip_host(url: &mut Url) {
    let Some(host) = url.domain().map(str::to_owned) else {
        return;
    };
    let is_site = |rest: &&str| psl::domain_str(rest).is_some();
    let mut plain = host.trim_end_matches('.');
    for prefix in ["m.", "amp.", "mobile.", "touch."] {
        plain = plain.strip_prefix(prefix).filter(is_site).unwrap_or(plain);
    }
    if plain != host {
        let _ = url.set_host(Some(plain));
    }
}

fn strip_path(url: &mut Url) {
    let path = url.path().to_owned();
    let mut plain = path.as_str();
    for suffix in ["/amp/", "/amp", "/print/", "/print", "/in-bai", "/inbai"] {
        plain = plain.strip_suffix(suffix).unwrap_or(plain);
    }
    for index in [
        "index.html",
        "index.htm",
        "index.php",
        "index.aspx",
        "default.aspx",
    ] {
        let folder = plain.strip_suffix(index);
        plain = folder.filter(|rest| rest.ends_with('/')).unwrap_or(plain);
    }
    let mut plain = plain.to_owned();
    for (suffix, replacement) in [
        (".amp.html", ".html"),
        ("-amp.html", ".html"),
        (".amp.htm", ".htm"),
        ("-amp.htm", ".htm"),
        ("-print.html", ".html"),
        ("-print.htm", ".htm"),
        (".print.html", ".html"),
        (".amp", ""),
    ] {
        if let Some(stem) = plain.strip_suffix(suffix) {
            plain = format!("{stem}{replacement}");
        }
    }
    for prefix in ["/amp/", "/print/", "/in-bai/", "/inbai/"] {
        if let Some(rest) = plain.strip_prefix(prefix) {
            plain = format!("/{rest}");
        }
    }
    if plain.len() > 1 {
        plain.truncate(plain.trim_end_matches('/').len().max(1));
    }
    if plain != path {
        url.set_path(&plain);
    }
}

fn strip_query(url: &mut Url) {
    let mut kept = url
        .query_pairs()
        .into_owned()
        .filter(|(key, value)| !is_noise(key, value))
        .collect::<Vec<_>>();
    kept.sort();
    if kept.is_empty() {
        url.set_query(None);
    } else {
        url.query_pairs_mut().clear().extend_pairs(kept);
    }
}

fn is_noise(key: &str, value: &str) -> bool {
    let (key, value) = (key.to_ascii_lowercase(), value.to_ascii_lowercase());
    let is_view = VIEWS
        .iter()
        .any(|(view, values)| *view == key && values.contains(&value.as_str()));
    key.starts_with("utm_") || TRACKING.contains(&key.as_str()) || is_view
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expect: &str) {
        assert_eq!(canonical_text(url), expect, "{url}");
        assert_eq!(canonical_text(expect), expect, "twice is once");
    }

    #[test]
    fn strips_what_does_not_change_the_page() {
        check(
            "https://a.vn/x-1.html?utm_source=fb&utm_medium=s",
            "https://a.vn/x-1.html",
        );
        check(
            "https://a.vn/x-1.html?UTM_Source=fb&id=3",
            "https://a.vn/x-1.html?id=3",
        );
        check("https://a.vn/x?fbclid=1&b=2&a=1", "https://a.vn/x?a=1&b=2");
        check("http://www.a.vn/x-1.html#top", "http://www.a.vn/x-1.html");
        check(
            "https://m.a.com.vn/x-1.html#comments",
            "https://a.com.vn/x-1.html",
        );
        check("https://amp.a.vn/x-1.html", "https://a.vn/x-1.html");
        check("https://a.vn/x-1.amp", "https://a.vn/x-1");
        check("https://a.vn/x-1.amp.html", "https://a.vn/x-1.html");
        check("https://a.vn/amp/x-1.html", "https://a.vn/x-1.html");
        check("https://a.vn/x-1/amp/", "https://a.vn/x-1");
        check("https://a.vn/x-1.html?print=1", "https://a.vn/x-1.html");
        check("https://a.vn/x-1/print", "https://a.vn/x-1");
        check("https://a.vn/x-1.html?view=print", "https://a.vn/x-1.html");
        check("https://a.vn/thoi-su/", "https://a.vn/thoi-su");
        check(
            "https://a.vn/x-123456-amp.html",
            "https://a.vn/x-123456.html",
        );
        check("https://a.vn/in-bai/x-1.htm", "https://a.vn/x-1.htm");
        check("https://a.vn/thoi-su/index.html", "https://a.vn/thoi-su");
        check("https://a.vn/index.php?p=3", "https://a.vn/?p=3");
        check("https://user:pw@a.vn/x", "https://a.vn/x");
        check("HTTPS://A.VN:443/X", "https://a.vn/X");
    }

    #[test]
    fn keeps_what_may_change_the_page() {
        for url in [
            "https://a.vn/",
            "https://a.vn/?p=17",
            "https://m.vn/x",
            "https://a.vn/x?view=list",
            "http://127.0.0.1:8080/x",
            "http://a.vn:8080/x",
            "https://a.vn/champ",
            "https://a.vn/reindex.html",
            "https://tphcm.a.vn/x",
        ] {
            check(url, url);
        }
    }

    #[test]
    fn one_article_is_one_number_whatever_its_headline() {
        let of = |url: &str| identity(&Url::parse(url).unwrap());
        let same = [
            "https://a.vn/ngap-nang-4953123.html",
            "https://m.a.vn/thoi-su/da-het-ngap-4953123.html?utm_source=x",
            "http://www.a.vn/ngap-nang-4953123-amp.html#binh-luan",
        ];
        assert!(same.iter().all(|url| of(url) == "a.vn/4953123"));
        assert_eq!(of("https://a.vn/ngap-post881025.html"), "a.vn/881025");
        for apart in [
            "https://a.vn/tin-ngay-20261112.html",
            "https://a.vn/tin-ngay-121126.html",
            "https://a.vn/video/ngap-4953123.html",
            "https://a.vn/tin-12345.html",
            "https://a.vn/4953123.html",
            "https://a.vn/ngap-4953123.html?trang=2",
            "https://a.vn/ngap-4953123",
        ] {
            let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            assert!(
                !of(apart).rsplit('/').next().is_some_and(is_number),
                "{apart}"
            );
        }
    }

    #[test]
    fn leaves_alone_what_is_no_address() {
        assert_eq!(canonical_text("không phải địa chỉ"), "không phải địa chỉ");
    }
}
