//! Links by which a unit answers. One names a request and a round, with a proof that we made it; so the
//! same link goes into every reminder of a round and none is kept. It is spent when the round is answered.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use models::domain::RequestId;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Proves links; kept in the record and never shown.
#[derive(Clone)]
pub struct LinkKey(pub(crate) [u8; 32]);

impl LinkKey {
    /// Of the bytes that the record keeps.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// Bytes of a proof: half of SHA-256, which RFC 2104 allows; a link must fit into a short message.
const PROOF_BYTES: usize = 16;

/// The path of the link of a round.
///
/// ```
/// use api::requests::{LinkKey, link_path, read_link};
/// use models::domain::RequestId;
/// let key = LinkKey::new([7; 32]);
/// let path = link_path(&key, RequestId(12), 1);
/// let token = path.strip_prefix("/giai-trinh/").unwrap();
/// assert_eq!(read_link(&key, token), Some((RequestId(12), 1)));
/// assert_eq!(read_link(&LinkKey::new([8; 32]), token), None);
/// ```
pub fn link_path(key: &LinkKey, request: RequestId, round: u32) -> String {
    let proof = URL_SAFE_NO_PAD.encode(proof(key, request, round));
    format!("/giai-trinh/{request}-{round}-{proof}")
}

/// The request and round of a link; `None` for one that we did not make.
pub fn read_link(key: &LinkKey, token: &str) -> Option<(RequestId, u32)> {
    let mut parts = token.splitn(3, '-');
    let mut number = || {
        let text = parts.next()?;
        let is_padded = text.starts_with('+') || text.len() > 1 && text.starts_with('0');
        text.parse::<u32>().ok().filter(|_| !is_padded)
    };
    let (request, round) = (RequestId(number()?.into()), number()?);
    let shown = URL_SAFE_NO_PAD.decode(parts.next()?).ok()?;
    let fits = proof(key, request, round).ct_eq(shown.as_slice());
    bool::from(fits).then_some((request, round))
}

fn proof(key: &LinkKey, request: RequestId, round: u32) -> [u8; PROOF_BYTES] {
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&key.0) else {
        return [0; PROOF_BYTES];
    };
    mac.update(format!("giai-trinh/{request}/{round}").as_bytes());
    let whole = mac.finalize().into_bytes();
    let mut proof = [0; PROOF_BYTES];
    proof.copy_from_slice(&whole[..PROOF_BYTES]);
    proof
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_links_are_read() {
        let key = LinkKey([1; 32]);
        let path = link_path(&key, RequestId(12), 3);
        let token = path.strip_prefix("/giai-trinh/").unwrap();
        assert_eq!(read_link(&key, token), Some((RequestId(12), 3)));
        let proof = token.splitn(3, '-').nth(2).unwrap();
        for forged in [
            String::new(),
            "12-3".to_owned(),
            "12-3-".to_owned(),
            format!("13-3-{proof}"),
            format!("12-4-{proof}"),
            format!("+12-3-{proof}"),
            format!("012-3-{proof}"),
            format!("12-3-{}", &proof[..proof.len() - 1]),
            format!("12-3-{proof}A"),
            format!("12-3-{}", proof.to_uppercase()),
            "1".repeat(5_000),
        ] {
            assert_eq!(read_link(&key, &forged), None, "{forged}");
        }
    }
}
