//! Whether a request that changes something comes from a page of ours, by what browsers say themselves.

use axum::http::{HeaderMap, Method, Uri, header};

/// Whether a method only reads.
pub(super) fn only_reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Whether a browser says that the request comes from a page of this very site. Where it says nothing
/// the answer is no: what is no browser shows a key instead.
pub(super) fn is_from_here(uri: &Uri, headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    // Browsers without it, and all of them over plain HTTP, still name the origin of what is posted.
    let host = text(header::HOST.as_str())
        .or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    let (Some(origin), Some(host)) = (text(header::ORIGIN.as_str()), host) else {
        return false;
    };
    let authority = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    authority.is_some_and(|authority| !authority.is_empty() && authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_post() {
        let here = [("host", "nghe.example:8443")];
        for (headers, expected) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "same-site")], false),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("origin", "https://nghe.example:8443")], true),
            (vec![("origin", "https://NGHE.example:8443")], true),
            (vec![("origin", "https://nghe.example")], false),
            (
                vec![("origin", "https://nghe.example:8443.evil.example")],
                false,
            ),
            (vec![("origin", "null")], false),
            (vec![("origin", "https://")], false),
            (vec![], false),
            // What the browser says of the site counts more than the origin.
            (
                vec![
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://nghe.example:8443"),
                ],
                false,
            ),
        ] {
            let mut map = HeaderMap::new();
            for (name, value) in here.iter().chain(&headers) {
                map.insert(*name, value.parse().unwrap());
            }
            let found = is_from_here(&Uri::from_static("/dang-nhap"), &map);
            assert_eq!(found, expected, "{headers:?}");
        }
    }
}
