//! Who may do what, at the edge: every route is registered with the [`Action`] it needs, one gate before
//! its handler asks [`models::domain::decide`], and handlers get the [`Principal`] it asked about.

mod gate;
mod identify;
mod origin;
mod principal;
mod routes;

pub(crate) use identify::identify;
pub(crate) use principal::Principal;
pub use routes::RouteRule;
pub(crate) use routes::{ApiRoutes, Routes};
