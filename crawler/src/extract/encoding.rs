//! Bytes to UTF-8, whatever the header says.
//!
//! Vietnamese sources lie about encodings in every direction: UTF-8 declared as UTF-16, UTF-16
//! without a byte order mark, windows-1258 without a declaration, gzip sent as plain text. So the
//! bytes are believed before any label.

use std::borrow::Cow;
use std::io::Read;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Complaint;

/// More is never decoded, however large the document.
pub const MAX_DECODED_BYTES: usize = 64 << 20;
/// How far a declaration inside the document is looked for.
const DECLARATION_BYTES: usize = 2048;

/// Decodes a document: gzip undone, byte order mark first, then the pattern of the bytes, then what
/// the header, the XML declaration or the `meta` element say. Never fails; what is wrong is told.
pub fn to_utf8(bytes: &[u8], content_type: Option<&str>) -> (String, Vec<Complaint>) {
    to_utf8_within(bytes, content_type, MAX_DECODED_BYTES)
}

/// As [`to_utf8`], reading at most `limit_bytes`.
pub fn to_utf8_within(
    bytes: &[u8],
    content_type: Option<&str>,
    limit_bytes: usize,
) -> (String, Vec<Complaint>) {
    let mut complaints = Vec::new();
    let plain = gunzip(bytes, limit_bytes, &mut complaints);
    let mut plain: &[u8] = &plain;
    if plain.len() > limit_bytes {
        plain = &plain[..limit_bytes];
        complaints.push(Complaint::TooLarge { limit_bytes });
    }
    let declared = declared_label(plain, content_type);
    let found = find_encoding(plain, declared.as_deref());
    if let Some(label) = &declared
        && !fits(label, found)
    {
        complaints.push(Complaint::WrongEncoding {
            declared: printable_label(label),
            used: found.name(),
        });
    }
    (found.decode(plain, &mut complaints), complaints)
}

/// Undoes gzip where the bytes start like it, up to `limit_bytes`.
fn gunzip<'a>(
    bytes: &'a [u8],
    limit_bytes: usize,
    complaints: &mut Vec<Complaint>,
) -> Cow<'a, [u8]> {
    if !bytes.starts_with(&[0x1f, 0x8b, 8]) {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::new();
    let decoder = flate2::read::MultiGzDecoder::new(bytes);
    // One byte more than the limit tells a full document from a cut one.
    let read = decoder.take(limit_bytes as u64 + 1).read_to_end(&mut plain);
    if read.is_err() {
        complaints.push(Complaint::BrokenCompression);
    }
    Cow::Owned(plain)
}

/// What the bytes turned out to be; UTF-32 is not among the encodings of the web.
#[derive(Clone, Copy)]
enum Found {
    Web(&'static Encoding),
    Utf32 { big_endian: bool },
}

impl Found {
    fn name(self) -> &'static str {
        match self {
            Self::Web(encoding) => encoding.name(),
            Self::Utf32 { .. } => "UTF-32",
        }
    }

    fn decode(self, bytes: &[u8], complaints: &mut Vec<Complaint>) -> String {
        let (text, had_errors) = match self {
            Self::Web(encoding) => {
                let (text, had_errors) = encoding.decode_with_bom_removal(bytes);
                (text.into_owned(), had_errors)
            }
            Self::Utf32 { big_endian } => decode_utf32(bytes, big_endian),
        };
        if had_errors {
            complaints.push(Complaint::InvalidBytes {
                encoding: self.name(),
            });
        }
        text
    }
}

fn find_encoding(bytes: &[u8], declared: Option<&str>) -> Found {
    if let Some(found) = by_order_mark(bytes).or_else(|| by_zero_bytes(bytes)) {
        return found;
    }
    let declared = declared.and_then(encoding_of_label);
    if let Some(encoding) = declared
        && encoding == encoding_rs::ISO_2022_JP
        && bytes.is_ascii()
    {
        return Found::Web(encoding);
    }
    let (n_valid, n_invalid) = count_multibyte(bytes);
    if n_invalid == 0 || n_valid > 4 * n_invalid {
        return Found::Web(UTF_8);
    }
    match declared {
        Some(encoding) if encoding != UTF_8 && !is_utf16(encoding) => Found::Web(encoding),
        _ => Found::Web(guess_legacy(bytes)),
    }
}

fn by_order_mark(bytes: &[u8]) -> Option<Found> {
    if bytes.starts_with(&[0xff, 0xfe, 0, 0]) {
        return Some(Found::Utf32 { big_endian: false });
    }
    if bytes.starts_with(&[0, 0, 0xfe, 0xff]) {
        return Some(Found::Utf32 { big_endian: true });
    }
    let (encoding, _) = Encoding::for_bom(bytes)?;
    // A UTF-16 mark in front of single bytes is a lie, too.
    if is_utf16(encoding) && by_zero_bytes(&bytes[2..]).is_none() && bytes[2..].is_ascii() {
        return Some(Found::Web(UTF_8));
    }
    Some(Found::Web(encoding))
}

/// Markup is mostly ASCII, so every second byte of UTF-16 is mostly zero, wherever the text starts.
fn by_zero_bytes(bytes: &[u8]) -> Option<Found> {
    let head = &bytes[..bytes.len().min(DECLARATION_BYTES) / 4 * 4];
    if head.len() < 8 {
        return None;
    }
    let mut n_zero = [0usize; 4];
    for (at, byte) in head.iter().enumerate() {
        n_zero[at % 4] += usize::from(*byte == 0);
    }
    let columns = head.len() / 4;
    let mostly = |at: usize| n_zero[at] * 10 > columns * 6;
    let hardly = |at: usize| n_zero[at] * 10 < columns;
    match () {
        () if mostly(0) && mostly(1) && mostly(2) => Some(Found::Utf32 { big_endian: true }),
        () if mostly(1) && mostly(2) && mostly(3) => Some(Found::Utf32 { big_endian: false }),
        () if mostly(0) && mostly(2) && hardly(1) && hardly(3) => Some(Found::Web(UTF_16BE)),
        () if mostly(1) && mostly(3) && hardly(0) && hardly(2) => Some(Found::Web(UTF_16LE)),
        () => None,
    }
}

/// Valid UTF-8 sequences beyond ASCII, and bytes that belong to none.
fn count_multibyte(bytes: &[u8]) -> (usize, usize) {
    // Nearly every page is right, and checking that is much quicker than counting.
    if std::str::from_utf8(bytes).is_ok() {
        return (bytes.len(), 0);
    }
    let (mut n_valid, mut n_invalid) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        // Counting lead bytes is enough: the chunk is known to be valid.
        n_valid += chunk.valid().bytes().filter(|byte| *byte >= 0xc0).count();
        n_invalid += usize::from(!chunk.invalid().is_empty());
    }
    (n_valid, n_invalid)
}

/// windows-1258 writes tones as separate bytes behind a vowel, which windows-1252 text hardly ever
/// has there; `ð`/`Ð` for `đ` and `ý` for `ư` settle the rest.
fn guess_legacy(bytes: &[u8]) -> &'static Encoding {
    let vowel = |byte: u8| {
        matches!(
            byte,
            b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'A' | b'E' | b'I' | b'O' | b'U' | b'Y'
        ) || matches!(
            byte,
            0xe2 | 0xea | 0xf4 | 0xe3 | 0xf5 | 0xfd | 0xc2 | 0xca | 0xd4 | 0xc3
        )
    };
    let tone = |byte: u8| matches!(byte, 0xcc | 0xd2 | 0xde | 0xec | 0xf2);
    let n_high = bytes.iter().filter(|byte| **byte >= 0x80).count();
    let n_tones = bytes
        .windows(2)
        .filter(|pair| vowel(pair[0]) && tone(pair[1]))
        .count();
    if n_tones * 8 >= n_high.max(1) {
        encoding_rs::WINDOWS_1258
    } else {
        WINDOWS_1252
    }
}

fn is_utf16(encoding: &'static Encoding) -> bool {
    encoding == UTF_16LE || encoding == UTF_16BE
}

/// The encoding a document says it has: header first, then its own words.
fn declared_label(bytes: &[u8], content_type: Option<&str>) -> Option<String> {
    let header = content_type.and_then(|value| label_after(value, "charset"));
    header.or_else(|| {
        let head: String = bytes
            .iter()
            .take(DECLARATION_BYTES)
            .filter(|byte| **byte != 0)
            .map(|byte| char::from(*byte))
            .collect();
        let in_declaration = head
            .find("<?xml")
            .and_then(|at| head[at..].split('>').next())
            .and_then(|declaration| label_after(declaration, "encoding"));
        in_declaration.or_else(|| label_after(&head, "charset"))
    })
}

/// The label behind `key=`, quoted or not.
fn label_after(text: &str, key: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let mut from = 0;
    while let Some(found) = lower[from..].find(key) {
        from += found + key.len();
        let Some(value) = lower[from..].trim_start().strip_prefix('=') else {
            continue;
        };
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let end = value
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | ':' | '.')))
            .unwrap_or(value.len());
        if end > 0 {
            return Some(value[..end].to_owned());
        }
    }
    None
}

fn encoding_of_label(label: &str) -> Option<&'static Encoding> {
    Encoding::for_label(label.as_bytes()).or(match label {
        "cp1258" | "win-1258" | "windows1258" | "vietnamese" => Some(encoding_rs::WINDOWS_1258),
        "cp1252" | "windows1252" => Some(WINDOWS_1252),
        _ => None,
    })
}

/// ASCII fits every label but UTF-16; a document is not blamed for a label nobody can tell from it.
fn fits(label: &str, found: Found) -> bool {
    match (encoding_of_label(label), found) {
        (Some(declared), Found::Web(used)) => {
            declared == used || (is_utf16(declared) && is_utf16(used))
        }
        (None, Found::Utf32 { .. }) => label.starts_with("utf-32") || label.starts_with("ucs-4"),
        _ => false,
    }
}

/// Labels come from outside: only a short plain one is repeated in a complaint.
fn printable_label(label: &str) -> String {
    label.chars().take(24).collect()
}

fn decode_utf32(bytes: &[u8], big_endian: bool) -> (String, bool) {
    let mut had_errors = !bytes.len().is_multiple_of(4);
    let text = bytes
        .chunks_exact(4)
        .map(|quad| {
            let quad = [quad[0], quad[1], quad[2], quad[3]];
            let code = if big_endian {
                u32::from_be_bytes(quad)
            } else {
                u32::from_le_bytes(quad)
            };
            char::from_u32(code).unwrap_or_else(|| {
                had_errors = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .filter(|c| *c != '\u{feff}')
        .collect();
    (text, had_errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, big_endian: bool, mark: bool) -> Vec<u8> {
        let mark = mark.then_some(0xfeff);
        mark.into_iter()
            .chain(text.encode_utf16())
            .flat_map(|unit| {
                if big_endian {
                    unit.to_be_bytes()
                } else {
                    unit.to_le_bytes()
                }
            })
            .collect()
    }

    const TEXT: &str = "<?xml version=\"1.0\"?><a>Đường ngập, người dân kêu</a>";

    #[test]
    fn reads_utf16_of_both_ends_with_and_without_mark() {
        for big_endian in [false, true] {
            for mark in [false, true] {
                let (text, complaints) = to_utf8(&utf16(TEXT, big_endian, mark), None);
                assert_eq!(text, TEXT);
                assert_eq!(complaints, []);
            }
        }
    }

    #[test]
    fn believes_bytes_before_labels() {
        let (text, complaints) = to_utf8(TEXT.as_bytes(), Some("text/xml; charset=utf-16"));
        assert_eq!(text, TEXT);
        assert!(matches!(
            complaints[..],
            [Complaint::WrongEncoding { used: "UTF-8", .. }]
        ));
        let (text, _) = to_utf8(&utf16(TEXT, true, false), Some("text/xml; charset=utf-8"));
        assert_eq!(text, TEXT);
    }

    #[test]
    fn reads_windows_1258_declared_or_not() {
        let bytes = b"<p>Ngu\xb6i d\xe2n H\xe0 N\xf4\xf2i k\xeau c\xe2\xecu</p>";
        let (declared, _) = to_utf8(bytes, Some("text/html; charset=windows-1258"));
        let (guessed, complaints) = to_utf8(bytes, None);
        assert_eq!(declared, guessed);
        assert!(guessed.contains("Nô\u{323}i"), "{guessed}");
        assert_eq!(complaints, []);
    }

    #[test]
    fn replaces_a_few_bad_bytes_instead_of_giving_utf8_up() {
        let mut bytes = "Người dân phản ánh đường ngập".as_bytes().to_vec();
        bytes.push(0xe1);
        let (text, complaints) = to_utf8(&bytes, None);
        assert!(text.starts_with("Người dân phản ánh đường ngập"));
        assert_eq!(complaints, [Complaint::InvalidBytes { encoding: "UTF-8" }]);
    }

    #[test]
    fn undoes_gzip_and_stops_at_the_limit() {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b'a'; 1 << 20]).unwrap();
        let bomb = encoder.finish().unwrap();
        let (text, complaints) = to_utf8_within(&bomb, None, 1000);
        assert_eq!(text.len(), 1000);
        assert_eq!(complaints, [Complaint::TooLarge { limit_bytes: 1000 }]);
        let (_, complaints) = to_utf8(&bomb[..bomb.len() / 2], None);
        assert_eq!(complaints, [Complaint::BrokenCompression]);
    }

    #[test]
    fn reads_utf32() {
        let bytes: Vec<u8> = TEXT
            .chars()
            .flat_map(|c| (c as u32).to_le_bytes())
            .collect();
        assert_eq!(to_utf8(&bytes, None).0, TEXT);
    }
}
