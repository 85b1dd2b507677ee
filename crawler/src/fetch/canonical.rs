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

/// What two addresses of one page share: the canonical form without scheme and `www.`.
///
/// ```
/// use crawler::fetch::identity;
/// let url = "http://www.example.vn/a.html?utm_source=x".parse().unwrap();
/// assert_eq!(identity(&url), "example.vn/a.html");
/// ```
pub fn identity(url: &Url) -> String {
    let canonical = canonical(url);
    let text = canonical.as_str();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    text.strip_prefix("www.").unwrap_or(text).to_owned()
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
    for suffix in ["/amp/", "/amp", "/print/", "/print"] {
        plain = plain.strip_suffix(suffix).unwrap_or(plain);
    }
    let mut plain = plain.to_owned();
    for (suffix, replacement) in [
        (".amp.html", ".html"),
        ("-print.html", ".html"),
        (".print.html", ".html"),
        (".amp", ""),
    ] {
        if let Some(stem) = plain.strip_suffix(suffix) {
            plain = format!("{stem}{replacement}");
        }
    }
    if let Some(rest) = plain.strip_prefix("/amp/") {
        plain = format!("/{rest}");
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
            "https://tphcm.a.vn/x",
        ] {
            check(url, url);
        }
    }

    #[test]
    fn leaves_alone_what_is_no_address() {
        assert_eq!(canonical_text("không phải địa chỉ"), "không phải địa chỉ");
    }
}
