//! Who may do what, at the edge: every route is registered with the [`Action`] it needs, one gate before
//! its handler asks [`models::domain::decide`], and handlers get the [`Principal`] it asked about.
//!
//! [`Action`]: models::domain::Action

mod cookies;
mod describe;
mod doors;
mod gate;
mod identify;
mod identity;
mod limits;
mod origin;
mod principal;
mod routes;
mod secrets;
mod settings;
mod sign_in;
mod totp;
mod vault;

pub(crate) use cookies::Cookie;
pub(crate) use doors::{DEPARTURE_KEPT, Doors};
pub(crate) use gate::{refused, way_on};
pub(crate) use identify::{identify, with_form_key};
pub use identity::{Identity, IdentityError, IdentityProvider, Pending, Waiting};
pub(crate) use limits::Limits;
pub(crate) use principal::Principal;
pub use routes::RouteRule;
pub(crate) use routes::{ApiRoutes, Routes};
pub use secrets::{SecretError, hash_password, hash_token, is_password, new_key, new_password};
pub(crate) use secrets::{new_link_key, new_token, new_totp};
pub use settings::AccessSettings;
pub(crate) use sign_in::{Proven, open_session, try_own_password, try_password};
pub(crate) use totp::{Enrolment, step_of};
pub use vault::{VAULT_KEY_BYTES, Vault};
