//! `export warc`: captures as evidence that archives and courts can read.
//!
//! WARC/1.1 (ISO 28500:2017), one gzip member a record. What is not on record is not invented: the
//! status line and headers are rebuilt from what was kept, the body is as fetched with its content
//! encoding undone, and a metadata record beside each response says so. Bodies of social sources,
//! and of what was pushed to us, were written anew without accounts before they were kept; they are
//! `resource` records, which promise no exchange over HTTP.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use indexer::Archive;
use indexer::archive::{CaptureInfo, CaptureQuery, Page};
use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{Channel, ConcernId, ContentHash, MentionId, SourceId, day_start};
use sha2::{Digest as _, Sha256};

use crate::city::City;
use crate::cli;
use crate::store::Store;

/// What the records say of their making.
const PROVENANCE: &str = "status line and headers rebuilt from the record; content encoding and transfer encoding undone; cookies never kept";
const REDACTED: &str =
    "written anew before it was kept: accounts, names and addresses of people cut";

/// What an export did, as counts.
#[derive(Debug, Default)]
#[expect(clippy::struct_field_names, reason = "`n_` is how counts are named")]
struct Written {
    n_records: usize,
    n_bodies: usize,
    n_repeats: usize,
    n_gone: usize,
}

/// `langnghe export warc`
pub fn export(city: &City, store: &Store, request: &cli::Warc) -> Result<String> {
    let captures = wanted(store, request)?;
    let cannot = || format!("không ghi được / cannot write {}", request.out.display());
    let file = File::create(&request.out).with_context(cannot)?;
    let mut warc = Writer {
        out: BufWriter::new(file),
        written: Written::default(),
        known: HashMap::new(),
    };
    warc.information(&request.out, crate::clock::now())?;
    for capture in &captures {
        // A source that is no longer configured may have been a social one.
        let source = city
            .sources
            .iter()
            .find(|source| source.id == capture.source);
        let is_redacted = source
            .is_none_or(|source| source.channel == Channel::Social || !source.kind.is_visited());
        match store.captures.get(&capture.hash)? {
            Some(body) => warc.capture(capture, &body, is_redacted)?,
            None => warc.written.n_gone += 1,
        }
    }
    warc.out.flush().with_context(cannot)?;
    let written = &warc.written;
    Ok(format!(
        "{} bản ghi vào {}: {} nội dung, {} lần đọc lại cùng nội dung; {} bản chụp đã quá hạn giữ / {} captures are past their keeping",
        written.n_records,
        request.out.display(),
        written.n_bodies,
        written.n_repeats,
        written.n_gone,
        written.n_gone
    ))
}

/// The captures asked for, in the order they were made.
fn wanted(store: &Store, request: &cli::Warc) -> Result<Vec<CaptureInfo>> {
    let query = CaptureQuery {
        source: request.source.as_deref().map(SourceId::new),
        from: request.from.map(day_start),
        until: request.to.map(Date::tomorrow).transpose()?.map(day_start),
    };
    let hashes = match (&request.mention, &request.concern) {
        (Some(id), None) => Some(of_mention(store, &MentionId::new(id))?),
        (None, Some(id)) => Some(of_concern(store, &ConcernId::new(id))?),
        _ => None,
    };
    let is_wanted = |capture: &CaptureInfo| {
        query
            .source
            .as_ref()
            .is_none_or(|source| capture.source == *source)
            && query.from.is_none_or(|from| capture.fetched_at >= from)
            && query.until.is_none_or(|until| capture.fetched_at < until)
    };
    let mut captures = Vec::new();
    if let Some(hashes) = hashes {
        for hash in hashes {
            captures.extend(
                store
                    .archive
                    .captures_of(&hash)?
                    .into_iter()
                    .filter(is_wanted),
            );
        }
        captures.sort_by(|a, b| (a.fetched_at, &a.url).cmp(&(b.fetched_at, &b.url)));
        return Ok(captures);
    }
    let mut after = None;
    loop {
        let page = store.archive.captures(&query, after)?;
        let Some((last, _)) = page.last() else {
            return Ok(captures);
        };
        after = Some(*last);
        captures.extend(page.into_iter().map(|(_, capture)| capture));
    }
}

fn of_mention(store: &Store, id: &MentionId) -> Result<Vec<ContentHash>> {
    let Some(found) = store.archive.mention(id)? else {
        bail!("không có tin `{id}` / there is no mention of that id");
    };
    let hash = found.mention.capture;
    let hash = hash.context(
        "tin này không có bản chụp (nhập từ tệp?) / this mention has no capture; was it imported?",
    )?;
    Ok(vec![hash])
}

fn of_concern(store: &Store, id: &ConcernId) -> Result<Vec<ContentHash>> {
    ensure!(
        store.archive.concern(id)?.is_some(),
        "không có vấn đề `{id}` / there is no concern of that id"
    );
    let mut hashes = Vec::new();
    let mut page = Page::first(500);
    loop {
        let listing = store.archive.concern_mentions(id, &page)?;
        hashes.extend(
            listing
                .items
                .iter()
                .filter_map(|found| found.mention.capture),
        );
        match listing.next {
            Some(next) => page.after = Some(next),
            None => break,
        }
    }
    hashes.sort_unstable();
    hashes.dedup();
    Ok(hashes)
}

struct Writer<W: Write> {
    out: W,
    written: Written,
    /// Which record holds a body already written: its id, address and date.
    known: HashMap<ContentHash, [String; 3]>,
}

impl<W: Write> Writer<W> {
    fn information(&mut self, file: &Path, now: Timestamp) -> Result<()> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let fields = format!(
            "software: langnghe/{}\r\nformat: WARC File Format 1.1\r\nconformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\nrobots: obey, except interfaces read by agreement\r\ndescription: {PROVENANCE}\r\n",
            env!("CARGO_PKG_VERSION")
        );
        let id = record_id(&["warcinfo", &name, &now.to_string()]);
        let head = [
            ("WARC-Type", "warcinfo".to_owned()),
            ("WARC-Record-ID", id),
            ("WARC-Date", warc_date(now)),
            ("WARC-Filename", name.into_owned()),
            ("Content-Type", "application/warc-fields".to_owned()),
        ];
        self.record(&head, fields.as_bytes())
    }

    fn capture(&mut self, capture: &CaptureInfo, body: &[u8], is_redacted: bool) -> Result<()> {
        let at = warc_date(capture.fetched_at);
        let id = record_id(&[
            "capture",
            capture.source.as_str(),
            &capture.url,
            &capture.fetched_at.to_string(),
        ]);
        let first = self.known.get(&capture.hash).cloned();
        let is_repeat = first.is_some();
        if first.is_none() {
            let this = [id.clone(), capture.url.clone(), at.clone()];
            self.known.insert(capture.hash, this);
        }
        let payload_digest = format!("sha256:{}", base32(&capture.hash.0));
        let mut head = vec![
            ("WARC-Record-ID", id.clone()),
            ("WARC-Date", at.clone()),
            ("WARC-Target-URI", capture.url.clone()),
            ("WARC-Payload-Digest", payload_digest),
        ];
        let kind = match (is_redacted, is_repeat) {
            (true, _) => "resource",
            (false, true) => "revisit",
            (false, false) => "response",
        };
        head.insert(0, ("WARC-Type", kind.to_owned()));
        let mut block = Vec::new();
        if is_redacted {
            let content_type = capture.content_type.clone();
            let unknown = || "application/octet-stream".to_owned();
            head.push(("Content-Type", content_type.unwrap_or_else(unknown)));
            block.extend_from_slice(body);
        } else {
            head.push((
                "Content-Type",
                "application/http; msgtype=response".to_owned(),
            ));
            block.extend(http_head(capture, body.len()));
            if let Some([id, url, date]) = first {
                head.push(("WARC-Profile", REVISIT_PROFILE.to_owned()));
                head.push(("WARC-Refers-To", id));
                head.push(("WARC-Refers-To-Target-URI", url));
                head.push(("WARC-Refers-To-Date", date));
                self.written.n_repeats += 1;
            } else {
                block.extend_from_slice(body);
            }
        }
        if !is_repeat {
            self.written.n_bodies += 1;
        }
        if body.len() as u64 != capture.body_bytes {
            head.push(("WARC-Truncated", "unspecified".to_owned()));
        }
        self.record(&head, &block)?;
        self.metadata(capture, &id, &at, is_redacted)
    }

    /// Where the record beside it comes from.
    fn metadata(
        &mut self,
        capture: &CaptureInfo,
        of: &str,
        at: &str,
        is_redacted: bool,
    ) -> Result<()> {
        let via = if is_redacted { REDACTED } else { PROVENANCE };
        let fields = format!("source: {}\r\nprovenance: {via}\r\n", capture.source);
        let head = [
            ("WARC-Type", "metadata".to_owned()),
            ("WARC-Record-ID", record_id(&["metadata", of])),
            ("WARC-Date", at.to_owned()),
            ("WARC-Target-URI", capture.url.clone()),
            ("WARC-Concurrent-To", of.to_owned()),
            ("Content-Type", "application/warc-fields".to_owned()),
        ];
        self.record(&head, fields.as_bytes())
    }

    /// One record, a gzip member of its own.
    fn record(&mut self, head: &[(&str, String)], block: &[u8]) -> Result<()> {
        let mut text = "WARC/1.1\r\n".to_owned();
        for (name, value) in head {
            text.push_str(name);
            text.push_str(": ");
            // A line break would begin another header.
            text.extend(value.chars().filter(|c| !c.is_control()));
            text.push_str("\r\n");
        }
        let digest = base32(&Sha256::digest(block));
        text.push_str("WARC-Block-Digest: sha256:");
        text.push_str(&digest);
        text.push_str("\r\nContent-Length: ");
        text.push_str(&block.len().to_string());
        text.push_str("\r\n\r\n");
        let mut member = GzEncoder::new(&mut self.out, Compression::default());
        member.write_all(text.as_bytes())?;
        member.write_all(block)?;
        member.write_all(b"\r\n\r\n")?;
        member.finish()?;
        self.written.n_records += 1;
        Ok(())
    }
}

const REVISIT_PROFILE: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

/// The head of the answer as far as it is known.
fn http_head(capture: &CaptureInfo, body_bytes: usize) -> Vec<u8> {
    let mut head = format!(
        "HTTP/1.1 {} {}\r\n",
        capture.http_status,
        reason(capture.http_status)
    );
    let content_type = capture
        .content_type
        .iter()
        .map(|value| ("content-type", value));
    let kept = capture
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value));
    for (name, value) in content_type.chain(kept) {
        head.push_str(name);
        head.push_str(": ");
        head.extend(value.chars().filter(|c| !c.is_control()));
        head.push_str("\r\n");
    }
    head.push_str("content-length: ");
    head.push_str(&body_bytes.to_string());
    head.push_str("\r\n\r\n");
    head.into_bytes()
}

/// What a status is usually called; the words that were sent are not on record.
fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        304 => "Not Modified",
        404 => "Not Found",
        410 => "Gone",
        _ => "",
    }
}

fn warc_date(at: Timestamp) -> String {
    Timestamp::from_microsecond(at.as_microsecond())
        .unwrap_or(at)
        .to_string()
}

/// A name-based UUID: the same capture has the same record id in every export.
fn record_id(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update([0]);
    }
    let mut bytes = [0_u8; 16];
    bytes.copy_from_slice(&hasher.finalize()[..16]);
    // Version 8: made by a method of ours (RFC 9562).
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = format!("{:032x}", u128::from_be_bytes(bytes));
    format!(
        "<urn:uuid:{}-{}-{}-{}-{}>",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// RFC 4648, as digests are written in WARC files.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut group = [0_u8; 8];
        group[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(group);
        let n_letters = (chunk.len() * 8).div_ceil(5);
        for at in 0..8 {
            if at < n_letters {
                let letter = (bits >> (35 - 5 * at)) & 31;
                text.push(char::from(LETTERS[letter as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base32_as_the_standard_has_it() {
        for (bytes, expect) in [
            ("", ""),
            ("f", "MY======"),
            ("fo", "MZXQ===="),
            ("foo", "MZXW6==="),
            ("foob", "MZXW6YQ="),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI======"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), expect);
        }
    }

    #[test]
    fn record_ids_are_uuids_and_stay() {
        let id = record_id(&["a", "b"]);
        assert_eq!(id, record_id(&["a", "b"]));
        assert_ne!(id, record_id(&["ab", ""]));
        assert_eq!(id.len(), "<urn:uuid:>".len() + 36);
        assert_eq!(id.as_bytes()[24], b'8', "{id}");
    }
}
