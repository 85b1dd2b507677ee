//! Recognising answers that are meant to keep programs out.

use crate::extract::challenge::{CLOUDFLARE, of_answer, of_refusal};

/// What kind of challenge an answer is, if any; `is_mitigated` when its headers say so.
pub(super) fn recognise(
    status: u16,
    is_mitigated: bool,
    is_markup: bool,
    body: &[u8],
) -> Option<&'static str> {
    let is_refusal = matches!(status, 401 | 403 | 405 | 406 | 429 | 503);
    match (is_mitigated, is_markup) {
        (true, _) => Some(CLOUDFLARE),
        (false, false) => None,
        (false, true) if is_refusal => of_refusal(body),
        (false, true) => of_answer(body),
    }
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
