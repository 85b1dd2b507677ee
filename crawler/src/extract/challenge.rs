//! Pages that let browsers in and keep programs out. They are recognised and reported, never solved.

/// Pages with a challenge have little else in them.
const MAX_CHALLENGE_BYTES: usize = 60_000;

/// Whether an HTML page is a challenge (JavaScript, cookie or captcha) instead of content.
pub fn is_challenge(html: &str) -> bool {
    if html.len() > MAX_CHALLENGE_BYTES {
        return false;
    }
    let lower = html.to_ascii_lowercase();
    let has = |part: &str| lower.contains(part);
    let named = [
        "/cdn-cgi/challenge-platform/",
        "cf-browser-verification",
        "cf_chl_opt",
        "_incapsula_resource",
        "document.cookie=\"d1n=",
        "document.cookie = \"d1n=",
        "sucuri_cloudproxy_js",
        "please enable javascript and cookies to continue",
        "ddos-guard",
        "geo.captcha-delivery.com",
    ];
    if named.iter().any(|mark| has(mark)) {
        return true;
    }
    // A nameless one: a script sets a cookie and loads the page again, and no text stands there.
    let reloads = has("location.reload") || has("location.href=") || has("window.location");
    lower.len() < 8_000 && has("document.cookie") && reloads && !has("<p") && !has("<article")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_challenges_from_content() {
        assert!(is_challenge(
            "<html><body><script>document.cookie=\"D1N=abc\"+\"; expires=0\";window.location.reload(true);</script></body></html>"
        ));
        assert!(is_challenge(
            "<html><head><title>Just a moment...</title><script src=\"/cdn-cgi/challenge-platform/h/b/orchestrate\"></script>"
        ));
        assert!(!is_challenge(
            "<html><body><article><p>Kẹt xe vì cookie</p></article></body></html>"
        ));
    }
}
