//! Pages, JSON, exports and alerts.
//!
//! This crate alone knows our JSON: [`lines`] holds the shapes of the line formats, which the
//! commands and `/api/v1` share. [`router`] serves the pages and the API from an [`AppState`].
//!
//! Inside, `pages` and `v1` hold handlers, `views` what templates are filled with, `svg` the
//! geometry of charts and the map, `i18n` every string of the interface, `http` what all
//! answers share, and `access` who may call which route.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail loudly"))]

pub mod access;
mod alerts;
pub mod assist;
pub mod desk;
pub mod disclosure;
pub mod dump;
pub mod error;
pub mod hooks;
mod http;
mod i18n;
pub mod lines;
mod node;
mod notices;
mod open;
pub mod open311;
mod pages;
pub mod paint;
pub mod requests;
mod router;
pub mod sheet;
mod state;
mod svg;
mod told;
mod v1;
mod views;

pub use access::{
    AccessSettings, Identity, IdentityError, IdentityProvider, Pending, RouteRule, Waiting,
};
pub use desk::{Desk, DeskRefusal, Hand, told_of};
pub use disclosure::Disclosure;
pub use error::Error;
pub use hooks::{Hooks, Receipt, Refusal};
pub use http::{Crowd, Crowded, Places, Problem, TurnedAway};
pub use node::{NodeState, node_router};
pub use notices::{Ways, messages_of, post_notice};
pub use open::{Licence, OpenData};
pub use requests::{Asked, RequestDesk};
pub use router::{Upkeep, route_rules, router, router_with_upkeep};
pub use state::{AppState, Clock, PublishHours};
pub use told::ToldConcern;

/// What is wrong with a source of that status and what to do, in Vietnamese and English; nothing for
/// one that is well.
pub fn health_advice(status: models::domain::HealthStatus) -> Option<(&'static str, &'static str)> {
    let [vi, en] = [i18n::Lang::Vi, i18n::Lang::En].map(|lang| lang.texts().advice(status));
    vi.zip(en)
}
