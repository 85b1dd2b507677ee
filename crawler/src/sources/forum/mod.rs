//! Forums: feeds of threads (XenForo, Discourse and others) and Discourse's own interface. A post
//! counts for its own words: what it quotes was said by somebody else.

pub(crate) mod discourse;
pub(crate) mod feed;
mod words;
