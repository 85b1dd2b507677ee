//! Erasure on request: what holds certain words or stands at certain addresses is taken out with everything
//! that holds its words, and every file is looked at afterwards.

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use indexer::Error;
use indexer::archive::CaptureQuery;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use models::calendar::is_day_off;
use models::domain::{AnnotatedMention, ContentHash, MentionId, day_in_vietnam, day_start};
use models::language::text::fold;

use crate::pipeline::Pipeline;

/// Shorter words would take out half of the record.
const PHRASE_CHARS_MIN: usize = 4;

/// Working days within which the law wants an answer (Decree 356/2025).
const WORKING_DAYS: u32 = 2;

/// Writes read from the record at once.
const READ_AT_ONCE: usize = 1_000;

/// Bytes of a file looked at in one stretch.
const STRETCH_BYTES: usize = 1 << 20;

/// What removals say; the words are not in it.
const REASON: &str = "erased on request";

/// What is to be erased.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Words, each as somebody typed it.
    pub phrases: Vec<String>,
    /// Addresses.
    pub urls: Vec<String>,
    /// Mentions.
    pub ids: Vec<MentionId>,
}

/// What was found to hold it.
#[derive(Debug, Default)]
pub struct Found {
    /// Mentions.
    pub mentions: Vec<AnnotatedMention>,
    /// Bodies of captures.
    pub captures: Vec<ContentHash>,
}

/// Every file of the data folder, looked at.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// Files looked at.
    pub n_files: usize,
    /// Those that still hold one of the phrases.
    pub holding: Vec<PathBuf>,
}

impl Wanted {
    /// Refuses words so short that they stand everywhere.
    pub fn check(&self) -> Result<()> {
        for phrase in &self.phrases {
            ensure!(
                fold(phrase).trim().chars().count() >= PHRASE_CHARS_MIN,
                "lời cần xóa phải dài ít nhất {PHRASE_CHARS_MIN} ký tự / a phrase has at least \
                 {PHRASE_CHARS_MIN} characters"
            );
        }
        Ok(())
    }

    fn folded(&self) -> Vec<String> {
        let phrases = self.phrases.iter();
        phrases
            .map(|phrase| fold(phrase).trim().to_owned())
            .collect()
    }

    fn is_in(&self, found: &AnnotatedMention, folded: &[String]) -> bool {
        let mention = &found.mention;
        if self.ids.contains(&mention.id) {
            return true;
        }
        if mention
            .url
            .as_ref()
            .is_some_and(|url| self.urls.contains(url))
        {
            return true;
        }
        let words = fold(&format!(
            "{}\n{}",
            mention.title.as_deref().unwrap_or(""),
            mention.text
        ));
        folded.iter().any(|phrase| words.contains(phrase))
    }
}

impl Pipeline {
    /// Reads the whole record and every capture.
    pub fn find_to_erase(&self, wanted: &Wanted) -> Result<Found> {
        let folded = wanted.folded();
        let mut found = Found::default();
        let mut after = 0;
        loop {
            let changes = self.archive.mentions_after(after, READ_AT_ONCE)?;
            let Some(last) = changes.last() else { break };
            after = last.seq;
            let standing = changes.into_iter().filter_map(|change| change.now);
            found
                .mentions
                .extend(standing.filter(|mention| wanted.is_in(mention, &folded)));
        }
        found.captures = self.captures_to_erase(wanted, &folded)?;
        Ok(found)
    }

    fn captures_to_erase(&self, wanted: &Wanted, folded: &[String]) -> Result<Vec<ContentHash>> {
        let (mut seen, mut doomed) = (HashSet::new(), Vec::new());
        let mut after = None;
        loop {
            let page = self.archive.captures(&CaptureQuery::default(), after)?;
            let Some((last, _)) = page.last() else {
                return Ok(doomed);
            };
            after = Some(*last);
            for (_, capture) in &page {
                if !seen.insert(capture.hash) {
                    continue;
                }
                let is_named = wanted.urls.contains(&capture.url);
                if is_named || self.capture_holds(&capture.hash, folded)? {
                    doomed.push(capture.hash);
                }
            }
        }
    }

    fn capture_holds(&self, hash: &ContentHash, folded: &[String]) -> Result<bool> {
        if folded.is_empty() {
            return Ok(false);
        }
        let Some(body) = self.captures.get(hash)? else {
            return Ok(false);
        };
        let words = fold(&String::from_utf8_lossy(&body));
        Ok(folded.iter().any(|phrase| words.contains(phrase)))
    }

    /// Takes out what was found. Captures first, as with takedowns: after a crash in between the
    /// mentions are found again.
    pub fn erase(&self, found: &Found, now: Timestamp) -> Result<usize> {
        let read_from = self.captures_of(&found.mentions)?;
        let mut doomed = found.captures.clone();
        doomed.extend(read_from);
        self.captures.delete(self.archive.as_ref(), &doomed)?;
        let ids = found.mentions.iter().map(|found| found.mention.id.clone());
        let n_removed = self.archive.remove(&ids.collect::<Vec<_>>(), REASON, now)?;
        match self.search.catch_up(self.archive.as_ref()) {
            // `serve` writes the index and follows within seconds.
            Ok(_) | Err(Error::Locked { .. }) => Ok(n_removed),
            Err(error) => Err(error.into()),
        }
    }

    /// Looks for the words in every file, captures unpacked, as they were typed and in small letters.
    pub fn prove_erased(&self, wanted: &Wanted) -> Result<Proof> {
        let mut needles = Vec::new();
        for phrase in &wanted.phrases {
            needles.push(phrase.as_bytes().to_vec());
            needles.push(phrase.to_lowercase().into_bytes());
        }
        needles.dedup();
        let mut proof = Proof::default();
        look_into(&self.folder, &needles, &mut proof)?;
        Ok(proof)
    }
}

fn look_into(folder: &Path, needles: &[Vec<u8>], proof: &mut Proof) -> Result<()> {
    let named = || folder.display().to_string();
    for entry in fs::read_dir(folder).with_context(named)? {
        let path = entry.with_context(named)?.path();
        if path.is_dir() {
            look_into(&path, needles, proof)?;
            continue;
        }
        proof.n_files += 1;
        if holds(&path, needles).with_context(|| path.display().to_string())? {
            proof.holding.push(path);
        }
    }
    Ok(())
}

fn holds(path: &Path, needles: &[Vec<u8>]) -> Result<bool> {
    // A file that ends meanwhile holds nothing any more.
    let Ok(file) = File::open(path) else {
        return Ok(false);
    };
    let is_packed = path.extension().is_some_and(|of| of == "zst");
    let found = if is_packed {
        stream_holds(zstd::Decoder::new(file)?, needles)?
    } else {
        stream_holds(file, needles)?
    };
    Ok(found)
}

/// Reads stretch by stretch; what lies across two is in the second again.
fn stream_holds(mut stream: impl Read, needles: &[Vec<u8>]) -> Result<bool> {
    let longest = needles.iter().map(Vec::len).max().unwrap_or(0);
    let mut window = Vec::with_capacity(STRETCH_BYTES + longest);
    let mut stretch = vec![0; STRETCH_BYTES];
    loop {
        let n_read = stream.read(&mut stretch)?;
        if n_read == 0 {
            return Ok(false);
        }
        window.extend_from_slice(&stretch[..n_read]);
        let is_held = needles.iter().any(|needle| {
            !needle.is_empty()
                && window
                    .windows(needle.len())
                    .any(|part| part == needle.as_slice())
        });
        if is_held {
            return Ok(true);
        }
        let kept = window.len().saturating_sub(longest);
        window.drain(..kept);
    }
}

/// The end of the second working day after the one on which it was asked, in Vietnam.
pub fn due_at(asked_at: Timestamp) -> Result<Timestamp> {
    let mut day: Date = day_in_vietnam(asked_at);
    let mut left = WORKING_DAYS;
    while left > 0 {
        day = day.checked_add(1.day())?;
        if !is_day_off(day) {
            left -= 1;
        }
    }
    Ok(day_start(day.tomorrow()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_working_days_leave_out_weekends_and_holidays() {
        let due = |asked: &str| due_at(asked.parse().unwrap()).unwrap().to_string();
        // Thursday: Friday and Monday.
        assert_eq!(due("2026-11-19T09:00:00+07:00"), "2026-11-23T17:00:00Z");
        // The day before a long Tết.
        let after_tet = due("2026-02-13T09:00:00+07:00");
        assert!(after_tet.as_str() > "2026-02-20", "{after_tet}");
    }

    #[test]
    fn words_are_found_across_stretches() {
        let text = [
            vec![b'x'; STRETCH_BYTES - 3],
            b"ngap nuoc".to_vec(),
            vec![b'y'; 10],
        ]
        .concat();
        let holds =
            |needle: &str| stream_holds(text.as_slice(), &[needle.as_bytes().to_vec()]).unwrap();
        assert!(holds("ngap nuoc"));
        assert!(!holds("ngap nuuc"));
    }

    #[test]
    fn short_words_are_refused() {
        let wanted = |phrase: &str| Wanted {
            phrases: vec![phrase.to_owned()],
            ..Wanted::default()
        };
        assert!(wanted("Ấ á ").check().is_err());
        assert!(wanted("0912345678").check().is_ok());
    }
}
