//! Social sources: each against a server that speaks its protocol.

mod discourse;
mod facebook;
mod forum_feeds;
mod youtube;

use crawler::collect::Collected;
use crawler::fetch::Fetcher;
use crawler::recheck::{Asked, Rechecked, recheck};
use jiff::Timestamp;
use models::domain::{FetchState, Mention, SecretRef, Source};
use tempfile::TempDir;

use crate::support::Site;

/// A file with a secret in it, and its folder, which must live as long.
pub fn secret(text: &str) -> (SecretRef, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    std::fs::write(&path, format!("{text}\n")).unwrap();
    let place = SecretRef::File(path.to_str().unwrap().to_owned());
    (place, folder)
}

/// Looks for planted words in everything a visit gives: mentions, captures with their addresses,
/// state, health, complaints.
pub fn assert_nowhere(collected: &Collected, planted: &[&str]) {
    let bodies = collected.captures.iter().map(|capture| {
        let body = String::from_utf8_lossy(&capture.body);
        format!("{} {body}", capture.url)
    });
    let bodies = bodies.collect::<Vec<_>>().join("\n");
    let kept = format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        collected.mentions,
        collected.state,
        collected.health,
        collected.complaints,
        collected.visited,
        collected.removed
    );
    for word in planted {
        assert!(!bodies.contains(word), "a capture holds {word}");
        assert!(!kept.contains(word), "{word} is kept: {kept:.2000}");
    }
}

/// What was planted must really have been sent, or the test above could not fail.
pub fn assert_sent(sent: &str, planted: &[&str]) {
    for word in planted {
        assert!(sent.contains(word), "{word} was never sent");
    }
}

/// The mention whose text begins so.
pub fn saying<'a>(collected: &'a Collected, words: &str) -> &'a Mention {
    let found = collected
        .mentions
        .iter()
        .find(|mention| mention.text.starts_with(words));
    found.unwrap_or_else(|| panic!("nobody says {words}"))
}

pub fn asked(mentions: &[&Mention]) -> Vec<Asked> {
    let asked = mentions.iter().map(|mention| Asked {
        id: mention.id.clone(),
        address: mention.url.clone().unwrap(),
    });
    asked.collect()
}

pub async fn look(
    source: &Source,
    state: &FetchState,
    fetcher: &Fetcher,
    mentions: &[&Mention],
    now: Timestamp,
) -> Rechecked {
    recheck(source, state.clone(), &asked(mentions), fetcher, now).await
}

/// No address that was asked holds a secret.
pub fn assert_not_in_addresses(site: &Site, secret: &str) {
    assert!(!site.paths().is_empty());
    for path in site.paths() {
        assert!(!path.contains(secret), "{path}");
    }
}
