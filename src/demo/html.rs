//! The little HTML the sample city's servers write.

/// Text made safe between tags and in attributes.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// One element a paragraph.
pub fn paragraphs(texts: &[String], open: &str) -> String {
    let mut html = String::new();
    for text in texts {
        html.push_str(open);
        html.push_str(&escape(text));
        html.push_str("</p>\n");
    }
    html
}
