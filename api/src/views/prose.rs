//! Pages of text.

use askama::Template;

use super::Layout;
use crate::i18n::Prose;

/// `/phuong-phap` and `/ve`.
#[derive(Template)]
#[template(path = "prose.html")]
pub(crate) struct ProsePage {
    pub(crate) page: Layout,
    pub(crate) prose: &'static Prose,
}
