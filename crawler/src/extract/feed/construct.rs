//! Texts, dates and categories of an element, whatever way they are packed.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::{Dates, filled};
use crate::extract::encoding;
use crate::extract::text::{clean, html_to_line, html_to_text, literal_to_text, looks_like_html};
use crate::extract::tree::Element;

/// Padding is often left out, and the bits behind the last byte are often not zero.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

pub(super) fn date_of(part: &Element, dates: &mut Dates) -> Option<jiff::Timestamp> {
    dates.read(&clean(&part.inner_markup()))
}

pub(super) fn category(part: &Element) -> Option<String> {
    let label = part.attribute("label").or_else(|| part.attribute("term"));
    label
        .map(html_to_line)
        .and_then(filled)
        .or_else(|| line_of(part, false))
}

/// One line of text; `is_atom` where a text that does not say what it is is no HTML.
pub(super) fn line_of(part: &Element, is_atom: bool) -> Option<String> {
    text_of(part, is_atom).map(|text| text.replace('\n', " "))
}

/// Text with line breaks; `is_atom` as in [`line_of`].
pub(super) fn text_of(part: &Element, is_atom: bool) -> Option<String> {
    let markup = markup_of(part)?;
    let is_literal = is_atom
        && part.elements().next().is_none()
        && match media_type_of(part).as_str() {
            "text" | "text/plain" => true,
            "" => !looks_like_html(&markup),
            _ => false,
        };
    filled(if is_literal {
        literal_to_text(&markup)
    } else {
        html_to_text(&markup)
    })
}

fn media_type_of(part: &Element) -> String {
    part.attribute("type").unwrap_or("").to_ascii_lowercase()
}

/// The markup of a text construct, base64 undone; `None` where it is no text.
pub(super) fn markup_of(part: &Element) -> Option<String> {
    let markup = part.inner_markup();
    let media_type = media_type_of(part);
    let is_text = media_type.is_empty()
        || !media_type.contains('/')
        || media_type.starts_with("text/")
        || media_type.contains("xml")
        || media_type.contains("html");
    let is_base64 = part.attribute("mode") == Some("base64");
    if is_text && !is_base64 {
        return Some(markup);
    }
    let packed: String = markup.split_whitespace().collect();
    let bytes = BASE64.decode(packed).ok()?;
    let looks_like_text = std::str::from_utf8(&bytes).is_ok() || is_text;
    looks_like_text.then(|| encoding::to_utf8(&bytes, None).0)
}
