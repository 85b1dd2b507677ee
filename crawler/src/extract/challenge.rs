//! Pages that let browsers in and keep programs out. They are recognised and reported, never solved:
//! the source is marked blocked, and people ask its owner.

/// Pages with a challenge have little else in them.
const CHALLENGE_BYTES_MAX: usize = 64 * 1024;

/// The same of a page whose only content is a script that sets a cookie.
const WALL_BYTES_MAX: usize = 8 * 1024;

/// What stands in the bodies of known challenges, and what to call it.
const MARKS: [(&str, &str); 12] = [
    ("/cdn-cgi/challenge-platform/", CLOUDFLARE),
    ("cf-browser-verification", CLOUDFLARE),
    ("cf_chl_opt", CLOUDFLARE),
    ("<title>just a moment...</title>", CLOUDFLARE),
    ("_incapsula_resource", "Imperva challenge"),
    ("ddos-guard", "DDoS-Guard challenge"),
    ("sucuri_cloudproxy_js", "Sucuri challenge"),
    ("geo.captcha-delivery.com", "DataDome challenge"),
    ("px-captcha", "PerimeterX challenge"),
    ("document.cookie=\"d1n=", COOKIE_WALL),
    ("document.cookie = \"d1n=", COOKIE_WALL),
    ("enable javascript and cookies to continue", COOKIE_WALL),
];

/// Marks that a comment form may carry as well: they count only where the status is an error.
const CAPTCHAS: [&str; 2] = ["g-recaptcha", "hcaptcha.com/1/api.js"];

/// What a challenge of Cloudflare is called.
pub(crate) const CLOUDFLARE: &str = "Cloudflare challenge";
const COOKIE_WALL: &str = "JavaScript cookie challenge";

/// Whether an HTML page that has no text is a challenge (JavaScript, cookie or captcha) instead of
/// content.
pub fn is_challenge(html: &str) -> bool {
    if html.len() > CHALLENGE_BYTES_MAX {
        return false;
    }
    let lower = html.to_ascii_lowercase();
    mark(&lower).is_some() || sets_cookie_and_reloads(&lower)
}

/// What kind of challenge came with the status of an error, if any.
pub(crate) fn of_refusal(body: &[u8]) -> Option<&'static str> {
    if body.len() > CHALLENGE_BYTES_MAX {
        return None;
    }
    let lower = String::from_utf8_lossy(body).to_ascii_lowercase();
    let captcha = || CAPTCHAS.iter().any(|mark| lower.contains(mark));
    mark(&lower)
        .or_else(|| captcha().then_some("captcha"))
        .or_else(|| sets_cookie_and_reloads(&lower).then_some(COOKIE_WALL))
}

/// A script that sets a cookie and loads the page again is a challenge on any status; nearly every
/// page is too long for one.
pub(crate) fn of_answer(body: &[u8]) -> Option<&'static str> {
    if body.len() >= WALL_BYTES_MAX {
        return None;
    }
    let lower = String::from_utf8_lossy(body).to_ascii_lowercase();
    sets_cookie_and_reloads(&lower).then_some(COOKIE_WALL)
}

fn mark(lower: &str) -> Option<&'static str> {
    let found = MARKS.iter().find(|(mark, _)| lower.contains(mark));
    found.map(|(_, name)| *name)
}

/// A short page whose only content is a script that sets a cookie and loads the page again.
fn sets_cookie_and_reloads(lower: &str) -> bool {
    let has = |part: &str| lower.contains(part);
    let reloads = [
        "location.reload",
        "location.href",
        "location.replace",
        "window.location",
    ];
    lower.len() < WALL_BYTES_MAX
        && has("document.cookie")
        && reloads.iter().any(|reload| has(reload))
        && !has("<p")
        && !has("<article")
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
