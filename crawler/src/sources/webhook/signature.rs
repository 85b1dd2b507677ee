//! Standard Webhooks signatures (standardwebhooks.com, specification 1.0.0), checked and made:
//! HMAC-SHA256 over `id.timestamp.body`, several in one header while a secret is being replaced.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderMap;
use sha2::Sha256;

use crate::push::{PushError, header};

/// How far the time of signing may be from now, either way.
pub(crate) const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// A shorter key could be guessed; the specification wants 24 to 64 bytes.
const KEY_BYTES_MIN: usize = 24;

/// More signatures in one header are not looked at.
const SIGNATURES_MAX: usize = 8;

pub(crate) const ID: &str = "webhook-id";
pub(crate) const TIMESTAMP: &str = "webhook-timestamp";
pub(crate) const SIGNATURE: &str = "webhook-signature";

/// The key in a secret as it is handed over: `whsec_` and base64.
pub(crate) fn key(secret: &str) -> Result<Vec<u8>, String> {
    let base64 = secret.strip_prefix("whsec_").unwrap_or(secret);
    let key = STANDARD
        .decode(base64)
        .map_err(|_| "the secret is not whsec_ and base64".to_owned())?;
    if key.len() < KEY_BYTES_MIN {
        return Err(format!(
            "the secret has {} bytes, it needs at least {KEY_BYTES_MIN}",
            key.len()
        ));
    }
    Ok(key)
}

/// Checks age and signature; gives the id of the message.
pub(super) fn check(
    keys: &[Vec<u8>],
    headers: &HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<String, PushError> {
    const ID_BYTES_MAX: usize = 256;
    let wanted = |name: &'static str| {
        header(headers, name)
            .filter(|text| !text.is_empty())
            .ok_or(PushError::Header {
                header: name,
                what: "is missing",
            })
    };
    let (id, timestamp, signatures) = (wanted(ID)?, wanted(TIMESTAMP)?, wanted(SIGNATURE)?);
    if id.len() > ID_BYTES_MAX {
        return Err(PushError::Header {
            header: ID,
            what: "is too long",
        });
    }
    let signed_at = timestamp
        .parse::<i64>()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or(PushError::Header {
            header: TIMESTAMP,
            what: "is not a number of seconds",
        })?;
    if !fits(keys, id, timestamp, signatures, body) {
        return Err(PushError::Signature);
    }
    if now.duration_since(signed_at).abs() > TOLERANCE {
        return Err(PushError::Age {
            signed_at,
            tolerance_secs: TOLERANCE.as_secs(),
        });
    }
    Ok(id.to_owned())
}

/// The signature header of a message of ours: one signature a key.
pub(crate) fn made(keys: &[Vec<u8>], id: &str, signed_at: Timestamp, body: &[u8]) -> String {
    let timestamp = signed_at.as_second();
    let signatures = keys.iter().filter_map(|key| {
        let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        Some(format!(
            "v1,{}",
            STANDARD.encode(mac.finalize().into_bytes())
        ))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

/// Whether one of the signatures was made with one of the keys; each is compared in constant time.
fn fits(keys: &[Vec<u8>], id: &str, timestamp: &str, signatures: &str, body: &[u8]) -> bool {
    let given = signatures
        .split_ascii_whitespace()
        .take(SIGNATURES_MAX)
        .filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok())
        .collect::<Vec<_>>();
    let is_made_with = |key: &Vec<u8>| {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
            return false;
        };
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        given
            .iter()
            .any(|one| mac.clone().verify_slice(one).is_ok())
    };
    keys.iter().any(is_made_with)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's reference libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNED: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    #[test]
    fn what_we_sign_is_what_the_reference_signs() {
        let at = Timestamp::from_second(1_614_265_330).unwrap();
        let keys = [key(SECRET).unwrap(), vec![7; 32]];
        let made = made(&keys, "msg_p5jXN8AQM9LWM0D4loKWxJek", at, BODY);
        assert!(made.starts_with(SIGNED), "{made}");
        assert_eq!(made.split(' ').count(), 2);
    }

    fn headers(signature: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(ID, "msg_p5jXN8AQM9LWM0D4loKWxJek".parse().unwrap());
        headers.insert(TIMESTAMP, "1614265330".parse().unwrap());
        headers.insert(SIGNATURE, signature.parse().unwrap());
        headers
    }

    fn checked(
        secrets: &[&str],
        signature: &str,
        body: &[u8],
        after: i64,
    ) -> Result<String, PushError> {
        let keys = secrets
            .iter()
            .map(|secret| key(secret).unwrap())
            .collect::<Vec<_>>();
        let now = Timestamp::from_second(1_614_265_330 + after).unwrap();
        check(&keys, &headers(signature), body, now)
    }

    #[test]
    fn agrees_with_the_reference() {
        let id = checked(&[SECRET], SIGNED, BODY, 0).unwrap();
        assert_eq!(id, "msg_p5jXN8AQM9LWM0D4loKWxJek");
    }

    #[test]
    fn one_of_several_is_enough() {
        let other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        let several = format!("v1,AAAA v2,zzz {SIGNED} garbage");
        assert!(checked(&[other, SECRET], &several, BODY, 0).is_ok());
        assert_eq!(
            checked(&[other], &several, BODY, 0),
            Err(PushError::Signature)
        );
        assert_eq!(checked(&[], &several, BODY, 0), Err(PushError::Signature));
    }

    #[test]
    fn refuses_what_was_changed_or_kept() {
        assert_eq!(
            checked(&[SECRET], SIGNED, b"{}", 0),
            Err(PushError::Signature)
        );
        assert_eq!(
            checked(&[SECRET], "v1,", BODY, 0),
            Err(PushError::Signature)
        );
        let bare = SIGNED.trim_start_matches("v1,");
        assert_eq!(checked(&[SECRET], bare, BODY, 0), Err(PushError::Signature));
        assert!(checked(&[SECRET], SIGNED, BODY, 299).is_ok());
        for after in [301, -301, 86_400] {
            let refused = checked(&[SECRET], SIGNED, BODY, after);
            assert!(matches!(refused, Err(PushError::Age { .. })), "{after}");
        }
    }

    #[test]
    fn names_what_is_missing() {
        for name in [ID, TIMESTAMP, SIGNATURE] {
            let mut headers = headers(SIGNED);
            headers.remove(name);
            let refused = check(&[], &headers, BODY, Timestamp::UNIX_EPOCH).unwrap_err();
            assert!(refused.to_string().contains(name), "{refused}");
        }
    }

    #[test]
    fn weak_secrets_are_refused() {
        assert!(key("whsec_AAAA").unwrap_err().contains("24"));
        assert!(key("không phải base64").is_err());
    }
}
