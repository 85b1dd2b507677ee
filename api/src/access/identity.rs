//! Signing in at an identity provider of the city (OpenID Connect). Who speaks the protocol stands
//! behind [`IdentityProvider`]; here is what the edge needs of it.

use std::pin::Pin;

use models::domain::Rights;
use thiserror::Error;

/// What is done elsewhere and waited for.
pub type Waiting<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// An identity provider; given by whoever puts the program together.
pub trait IdentityProvider: Send + Sync {
    /// Its name as shown on the button.
    fn name(&self) -> &str;

    /// Where to send somebody, and what their answer must match.
    fn depart(&self) -> Waiting<'_, Result<(String, Pending), IdentityError>>;

    /// Who somebody is who came back with a code.
    fn arrive<'a>(
        &'a self,
        pending: &'a Pending,
        code: &'a str,
    ) -> Waiting<'a, Result<Identity, IdentityError>>;
}

/// What the answer of the provider must match. Kept on the server, for one use.
#[derive(Clone)]
pub struct Pending {
    /// Comes back in the address.
    pub state: String,
    /// Comes back in the signed token.
    pub nonce: String,
    /// Proves that who exchanges the code is who asked for it (PKCE).
    pub verifier: String,
}

/// Who somebody is by the word of the provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Whose word it is.
    pub issuer: String,
    /// Who, for good.
    pub subject: String,
    /// The name proposed to sign in with.
    pub login: String,
    /// The name to show.
    pub display_name: String,
    /// What the configured mapping makes of their claims; `None` where it names none.
    pub rights: Option<Rights>,
}

/// Why the provider's word does not count. Details go to the log.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// The provider cannot be reached or answers with nonsense.
    #[error("identity provider: {0}")]
    Unreachable(String),
    /// The answer is not to what was asked, is used up, or is not signed by the provider.
    #[error("identity refused: {0}")]
    Refused(String),
}
