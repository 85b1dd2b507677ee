//! Secrets that must be read again, sealed: those of codes. The key stands in a file of its own, which
//! backups leave out, so that the record alone opens nothing.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use models::domain::AccountId;

use super::secrets::{SecretError, random};

/// Bytes of the key.
pub const VAULT_KEY_BYTES: usize = 32;

/// What sealed bytes begin with; secrets of before there was a vault are shorter and bare.
const SEALED: u8 = 1;
const NONCE_BYTES: usize = 24;

/// Seals and opens secrets of accounts (XChaCha20-Poly1305 with a random nonce; the number of the account
/// is bound to it, so that a secret moved to another row opens nothing).
#[derive(Clone)]
pub struct Vault(XChaCha20Poly1305);

impl Vault {
    /// With a key.
    pub fn new(key: &[u8; VAULT_KEY_BYTES]) -> Self {
        Self(XChaCha20Poly1305::new(&Key::from(*key)))
    }

    /// A key for a new vault.
    pub fn new_key() -> Result<[u8; VAULT_KEY_BYTES], SecretError> {
        random()
    }

    /// As it may be kept.
    pub(crate) fn seal(&self, of: AccountId, secret: &[u8]) -> Result<Vec<u8>, SecretError> {
        let nonce = random::<NONCE_BYTES>()?;
        let bound = of.0.to_be_bytes();
        let payload = Payload {
            msg: secret,
            aad: &bound,
        };
        let sealed = self.0.encrypt(&XNonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| SecretError::new("sealing failed"))?;
        Ok([&[SEALED], nonce.as_slice(), &sealed].concat())
    }

    /// As it was; `None` when it was sealed with another key or for another account, or is damaged.
    pub(crate) fn open(&self, of: AccountId, kept: &[u8]) -> Option<Vec<u8>> {
        if kept.len() == super::secrets::TOTP_BYTES {
            return Some(kept.to_vec());
        }
        let (first, rest) = kept.split_first()?;
        let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES)?;
        let nonce = <[u8; NONCE_BYTES]>::try_from(nonce).ok()?;
        let bound = of.0.to_be_bytes();
        let payload = Payload {
            msg: sealed,
            aad: &bound,
        };
        if *first != SEALED {
            return None;
        }
        self.0.decrypt(&XNonce::from(nonce), payload).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_with_its_key_for_its_account_alone() {
        let vault = Vault::new(&[7; VAULT_KEY_BYTES]);
        let secret = *b"12345678901234567890";
        let (mine, other) = (AccountId(3), AccountId(4));
        let sealed = vault.seal(mine, &secret).unwrap();
        assert!(!sealed.windows(8).any(|part| secret.starts_with(part)));
        assert_ne!(sealed, vault.seal(mine, &secret).unwrap(), "never the same");
        assert_eq!(vault.open(mine, &sealed).as_deref(), Some(&secret[..]));
        assert_eq!(vault.open(other, &sealed), None, "moved to another row");
        assert_eq!(Vault::new(&[8; 32]).open(mine, &sealed), None);
        let mut damaged = sealed.clone();
        *damaged.last_mut().unwrap() ^= 1;
        assert_eq!(vault.open(mine, &damaged), None);
        assert_eq!(vault.open(mine, &sealed[..9]), None);
        assert_eq!(vault.open(mine, &[]), None);
        assert_eq!(
            vault.open(mine, &secret).as_deref(),
            Some(&secret[..]),
            "of before"
        );
    }
}
