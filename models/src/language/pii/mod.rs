//! Personal data.
use crate::domain::{Mention, PiiSpan, PiiField};
/// Finds.
pub fn find(_mention: &Mention) -> Vec<PiiSpan> { Vec::new() }
/// The text.
pub fn text_of(mention: &Mention, span: &PiiSpan) -> String {
    let field = match span.field {
        PiiField::Title => mention.title.as_deref().unwrap_or_default(),
        PiiField::Text => &mention.text,
    };
    field.chars().skip(span.start).take(span.end - span.start).collect()
}
