//! Letters that came back: reports of mail servers, taken in from files or from the sender's Maildir.

use std::fs::{self, DirEntry, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

use anyhow::{Context, Result};
use crawler::bounce::{BounceError, read_bounce};
use indexer::OutboxMessage;
use models::domain::Bounce;
use tracing::{info, warn};

use crate::clock;
use crate::outgoing::message_id;
use crate::pipeline::Pipeline;

/// Largest report.
pub const REPORT_BYTES_MAX: u64 = 2_000_000;
/// Messages among which the one that came back is looked for; they are kept for 90 days.
const MESSAGES_MAX: usize = 200_000;
/// Letters of a Maildir that are read in one round.
const LETTERS_AT_ONCE: usize = 200;

/// What was sent, to which reports belong.
pub struct Sent(Vec<OutboxMessage>);

impl Sent {
    /// As the outbox knows it now.
    pub fn read(pipeline: &Pipeline) -> Result<Self> {
        Ok(Self(pipeline.outbox.messages(None, None, MESSAGES_MAX)?))
    }

    fn number_of(&self, message_id_of_letter: &str) -> Option<u64> {
        let id = message_id_of_letter.split('@').next().unwrap_or_default();
        let found = self
            .0
            .iter()
            .find(|one| message_id(&one.endpoint, &one.key) == id);
        found.map(|one| one.id)
    }
}

/// Takes in a report, each letter it gives up matched to its message. The same again changes nothing.
pub fn take_in(
    pipeline: &Pipeline,
    sent: &Sent,
    bytes: &[u8],
) -> Result<Result<Vec<Bounce>, BounceError>> {
    let returned = match read_bounce(bytes) {
        Ok(returned) => returned,
        Err(problem) => return Ok(Err(problem)),
    };
    let failed = returned.into_iter().filter(|one| one.is_failed);
    let bounces = failed.map(|one| Bounce {
        message: one.message_id.as_deref().and_then(|id| sent.number_of(id)),
        address: one.address,
        at: clock::now(),
        is_final: one.is_final,
        detail: one.detail,
    });
    let bounces = bounces.collect::<Vec<_>>();
    for bounce in &bounces {
        pipeline.outbox.note_bounce(bounce)?;
    }
    Ok(Ok(bounces))
}

/// Takes in what is new in a Maildir. Every letter leaves `new/`: a report as seen, any other as not yet
/// seen by people.
pub fn empty_maildir(pipeline: &Pipeline, folder: &Path) -> Result<()> {
    let new = folder.join("new");
    let named = || format!("mail.returned: {}", new.display());
    let letters = fs::read_dir(&new).with_context(named)?;
    let letters = letters.take(LETTERS_AT_ONCE).collect::<Result<Vec<_>, _>>();
    let letters = letters.with_context(named)?;
    if letters.is_empty() {
        return Ok(());
    }
    let sent = Sent::read(pipeline)?;
    for letter in letters {
        let bytes = match read(&letter) {
            // Another program has taken it away.
            Err(failure) if failure.kind() == ErrorKind::NotFound => continue,
            read => read.with_context(named)?,
        };
        let (taken, flags) = match take_in(pipeline, &sent, &bytes)? {
            Ok(bounces) => (bounces.len(), "2,S"),
            Err(_) => (0, "2,"),
        };
        let name = letter.file_name();
        let name = format!("{}:{flags}", name.to_string_lossy());
        fs::rename(letter.path(), folder.join("cur").join(name)).with_context(named)?;
        if taken > 0 {
            warn!(n_letters = taken, "letters came back");
        } else {
            info!("a letter in the mailbox is no report of one that came back");
        }
    }
    Ok(())
}

/// One byte more than a report may have, so that a larger letter is known for one.
fn read(letter: &DirEntry) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = File::open(letter.path())?;
    file.take(REPORT_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}
