//! From bytes to readings: feeds, articles, sitemaps. Pure, and it never fails: what cannot be read
//! comes back as a complaint beside whatever could be.

pub mod article;
pub(crate) mod challenge;
mod complaint;
pub mod date;
mod discover;
pub mod encoding;
pub mod feed;
mod link;
pub mod sitemap;
mod text;
mod tree;

pub use article::{Article, Layout, OutletError, OutletRules, Outlets, PageKind};
pub use challenge::is_challenge;
pub use complaint::Complaint;
pub use discover::{FoundBy, FoundFeed, discover_feeds};
pub use feed::{FeedEntry, FeedKind, FeedReading};
pub use sitemap::{SitemapEntry, SitemapReading};
pub use text::html_to_text;
