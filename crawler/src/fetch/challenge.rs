//! Recognising answers that are meant to keep programs out. They are never bypassed: the source is
//! marked blocked, and people ask its owner.

/// Bodies longer than this are pages in their own right.
const CHALLENGE_BYTES_MAX: usize = 64 * 1024;

/// What stands in the bodies of known challenges, and what to call it.
const MARKS: [(&str, &str); 12] = [
    ("/cdn-cgi/challenge-platform/", "Cloudflare challenge"),
    ("cf-browser-verification", "Cloudflare challenge"),
    ("<title>just a moment...</title>", "Cloudflare challenge"),
    ("_incapsula_resource", "Imperva challenge"),
    ("ddos-guard", "DDoS-Guard challenge"),
    ("sucuri_cloudproxy_js", "Sucuri challenge"),
    ("geo.captcha-delivery.com", "DataDome challenge"),
    ("px-captcha", "PerimeterX challenge"),
    ("g-recaptcha", "captcha"),
    ("hcaptcha.com/1/api.js", "captcha"),
    ("document.cookie=\"d1n=", "JavaScript cookie challenge"),
    (
        "enable javascript and cookies to continue",
        "JavaScript cookie challenge",
    ),
];

/// What kind of challenge an answer is, if any. A script that sets a cookie and loads the page again
/// is one on any status; the other marks count only where the status is an error too, because a
/// comment form may carry a captcha.
pub(super) fn recognise(
    status: u16,
    is_mitigated: bool,
    is_markup: bool,
    body: &[u8],
) -> Option<&'static str> {
    if is_mitigated {
        return Some("Cloudflare challenge");
    }
    if !is_markup || body.len() > CHALLENGE_BYTES_MAX {
        return None;
    }
    let text = String::from_utf8_lossy(body).to_lowercase();
    let is_error = matches!(status, 401 | 403 | 405 | 406 | 429 | 503);
    let mark = MARKS
        .iter()
        .find(|(mark, _)| text.contains(mark))
        .filter(|_| is_error);
    mark.map(|(_, name)| *name)
        .or_else(|| sets_cookie_and_reloads(&text).then_some("JavaScript cookie challenge"))
}

/// A short page whose only content is a script that sets a cookie and loads the page again.
fn sets_cookie_and_reloads(text: &str) -> bool {
    const WALL_BYTES_MAX: usize = 8 * 1024;
    let reloads = [
        "location.reload",
        "location.href",
        "location.replace",
        "window.location",
    ];
    text.len() < WALL_BYTES_MAX
        && text.contains("document.cookie")
        && reloads.iter().any(|reload| text.contains(reload))
        && !text.contains("<p")
        && !text.contains("<article")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognises_challenges() {
        let wall = b"<html><script>document.cookie=\"D1N=abc\";window.location.reload(true);</script></html>";
        assert_eq!(
            recognise(200, false, true, wall),
            Some("JavaScript cookie challenge")
        );
        let cloudflare = b"<html><head><title>Just a moment...</title></head></html>";
        assert_eq!(
            recognise(503, false, true, cloudflare),
            Some("Cloudflare challenge")
        );
        assert_eq!(
            recognise(403, true, true, b""),
            Some("Cloudflare challenge")
        );
    }

    #[test]
    fn leaves_pages_alone() {
        let page =
            b"<html><article><p>Ng\xe1\xba\xadp</p></article><div class=g-recaptcha></div></html>";
        assert_eq!(recognise(200, false, true, page), None);
        let consent =
            b"<p>xin chao</p><script>document.cookie='a=1';window.location.href='/'</script>";
        assert_eq!(recognise(200, false, true, consent), None);
        assert_eq!(
            recognise(403, false, false, b"{\"error\":\"g-recaptcha\"}"),
            None
        );
    }
}
