//! Secrets: passwords, tokens and keys, and the hashes that are kept of them.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use indexer::SecretHash;
use sha2::{Digest, Sha256};
use thiserror::Error;

/// What a key of the API begins with, by which programs that look for leaked secrets know it.
pub const KEY_PREFIX: &str = "langnghe_";

/// Random bytes of a token or key: nobody guesses 256 bits.
const TOKEN_BYTES: usize = 32;

/// Random bytes of a secret for codes (RFC 4226, section 4: at least 16, 20 recommended).
pub(super) const TOTP_BYTES: usize = 20;

/// The system cannot give random bytes, or a password cannot be hashed.
#[derive(Debug, Error)]
#[error("a secret cannot be made: {0}")]
pub struct SecretError(String);

impl SecretError {
    pub(super) fn new(why: &str) -> Self {
        Self(why.to_owned())
    }
}

/// Hashes a password by Argon2id with the parameters of the library (19 MiB, two passes), which are those
/// OWASP names. Takes tens of milliseconds.
pub fn hash_password(password: &str) -> Result<String, SecretError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    let hash = hash.map_err(|why| SecretError(why.to_string()))?;
    Ok(hash.to_string())
}

/// Whether a password is the one that was hashed. Where there is none it takes as long, and the answer is
/// no: whoever measures the time learns nothing of which names exist.
pub fn is_password(password: &str, hash: Option<&str>) -> bool {
    static NOBODYS: LazyLock<Option<String>> =
        LazyLock::new(|| hash_password("the password of nobody").ok());
    let known = hash.or(NOBODYS.as_deref()).unwrap_or_default();
    let Ok(parsed) = PasswordHash::new(known) else {
        return false;
    };
    #[cfg(test)]
    tests::count(&parsed);
    let fits = Argon2::default().verify_password(password.as_bytes(), &parsed);
    fits.is_ok() && hash.is_some()
}

/// A token of a session, or the secret part of a key.
pub fn new_token() -> Result<String, SecretError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<TOKEN_BYTES>()?))
}

/// A key of the API.
pub fn new_key() -> Result<String, SecretError> {
    Ok(format!("{KEY_PREFIX}{}", new_token()?))
}

/// A password that somebody else chooses for an officer, to be replaced by the officer's own: 120 bits.
pub fn new_password() -> Result<String, SecretError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<15>()?))
}

/// A key that proves links.
pub(crate) fn new_link_key() -> Result<[u8; TOKEN_BYTES], SecretError> {
    random()
}

/// A secret for codes.
pub(crate) fn new_totp() -> Result<[u8; TOTP_BYTES], SecretError> {
    random()
}

/// What is kept of a token or key. They are random, so that one pass of SHA-256 is enough.
pub fn hash_token(token: &str) -> SecretHash {
    Sha256::digest(token.as_bytes()).into()
}

pub(super) fn random<const N: usize>() -> Result<[u8; N], SecretError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|why| SecretError(why.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    thread_local! {
        /// The costs of every hash this thread has computed to compare a password.
        static COSTS: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
    }

    pub(super) fn count(hash: &PasswordHash) {
        let cost = format!("{} {}", hash.algorithm, hash.params);
        COSTS.with_borrow_mut(|costs| costs.push(cost));
    }

    #[test]
    fn names_that_nobody_has_cost_as_much_as_others() {
        let hash = hash_password("bốn từ ngẫu nhiên").unwrap();
        assert!(is_password("bốn từ ngẫu nhiên", Some(&hash)));
        assert!(!is_password("sai", Some(&hash)));
        assert!(!is_password("sai", None));
        let costs = COSTS.take();
        assert_eq!(costs.len(), 3, "one hash each: {costs:?}");
        assert!(costs.iter().all(|cost| *cost == costs[0]), "{costs:?}");
    }

    #[test]
    fn passwords_are_known_again_and_never_twice_the_same() {
        let hash = hash_password("bốn từ ngẫu nhiên").unwrap();
        assert!(
            hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{hash}"
        );
        assert_ne!(hash, hash_password("bốn từ ngẫu nhiên").unwrap(), "salted");
        assert!(is_password("bốn từ ngẫu nhiên", Some(&hash)));
        assert!(!is_password("bốn từ ngẫu nhiên ", Some(&hash)));
        assert!(!is_password("the password of nobody", None));
        assert!(!is_password("x", Some("not a hash")));
    }

    #[test]
    fn tokens_differ_and_are_long() {
        let (one, other) = (new_token().unwrap(), new_token().unwrap());
        assert_ne!(one, other);
        assert_eq!((one.len(), new_password().unwrap().len()), (43, 20));
        assert!(new_key().unwrap().starts_with(KEY_PREFIX));
        assert_ne!(hash_token(&one), hash_token(&other));
    }
}
