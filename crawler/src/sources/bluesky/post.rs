//! Events of Jetstream, and what is cut from posts before anything is kept.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};
use models::domain::{Mention, MentionId, Source};
use serde::Deserialize;

use crate::push::evidence;
use crate::sources::handle::without_handles;
use crate::sources::{mention_id, tidied};
use crate::stream::Said;

/// A post that claims to be older was imported from elsewhere, or its clock is wrong.
const OLD: SignedDuration = SignedDuration::from_hours(24 * 35);

/// An event as far as it is read.
#[derive(Clone, Debug)]
pub(super) struct Read {
    /// Microseconds, the position in the stream.
    pub(super) position: i64,
    /// Empty for events that are about accounts.
    pub(super) collection: String,
    pub(super) operation: Option<Operation>,
}

#[derive(Clone, Debug)]
pub(super) enum Operation {
    Said {
        said: Box<Said>,
        /// Languages that its author declared.
        languages: Vec<String>,
        /// Whether it stood there before, in other words.
        is_change: bool,
    },
    Deleted(MentionId),
}

#[derive(Deserialize)]
struct Frame {
    did: String,
    time_us: i64,
    commit: Option<Commit>,
}

#[derive(Deserialize)]
struct Commit {
    operation: String,
    collection: String,
    rkey: String,
    record: Option<Record>,
}

/// What is read of a post. Pictures, quotes and cards of links are not.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    #[serde(default)]
    text: String,
    created_at: Option<String>,
    #[serde(default)]
    langs: Vec<String>,
    reply: Option<Reply>,
    #[serde(default)]
    facets: Vec<Facet>,
}

#[derive(Deserialize)]
struct Reply {
    parent: Reference,
}

#[derive(Deserialize)]
struct Reference {
    uri: String,
}

#[derive(Deserialize)]
struct Facet {
    index: ByteSlice,
    #[serde(default)]
    features: Vec<Feature>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ByteSlice {
    byte_start: usize,
    byte_end: usize,
}

#[derive(Deserialize)]
struct Feature {
    #[serde(rename = "$type", default)]
    kind: String,
}

/// Reads one event; `Err` says where it cannot be read, without quoting it.
pub(super) fn read(text: &str, source: &Source, now: Timestamp) -> Result<Read, String> {
    let frame = serde_json::from_str::<Frame>(text).map_err(|error| {
        format!(
            "no Jetstream event at line {}, column {}",
            error.line(),
            error.column()
        )
    })?;
    let mut read = Read {
        position: frame.time_us,
        collection: String::new(),
        operation: None,
    };
    if let Some(commit) = frame.commit {
        read.operation = operation(&frame.did, frame.time_us, &commit, source, now);
        read.collection = commit.collection;
    }
    Ok(read)
}

fn operation(
    did: &str,
    time_us: i64,
    commit: &Commit,
    source: &Source,
    now: Timestamp,
) -> Option<Operation> {
    let id = id_of(did, &commit.collection, &commit.rkey);
    match (commit.operation.as_str(), &commit.record) {
        ("delete", _) => Some(Operation::Deleted(id)),
        (verb @ ("create" | "update"), Some(record)) => Some(Operation::Said {
            said: Box::new(said(id, time_us, record, source, now)?),
            languages: record.langs.clone(),
            is_change: verb == "update",
        }),
        _ => None,
    }
}

fn said(
    id: MentionId,
    time_us: i64,
    record: &Record,
    source: &Source,
    now: Timestamp,
) -> Option<Said> {
    let text = tidied(Some(&without_accounts(&without_mentions(record))))?;
    let seen_at = Timestamp::from_microsecond(time_us).ok()?.min(now);
    // What an author claims of the future is not believed.
    let claimed_at = record
        .created_at
        .as_deref()
        .and_then(|at| at.parse::<Timestamp>().ok());
    let published_at = claimed_at.map_or(seen_at, |at| at.min(seen_at));
    if now.duration_since(published_at) > OLD {
        return None;
    }
    let kept = serde_json::json!({
        "text": text, "createdAt": published_at.to_string(), "langs": record.langs,
    });
    let capture = evidence(
        source,
        &server(source),
        seen_at,
        kept.to_string().into_bytes(),
    );
    let parent = record
        .reply
        .as_ref()
        .and_then(|reply| id_of_uri(&reply.parent.uri));
    let mention = Mention {
        id,
        channel: source.channel,
        source: source.id.clone(),
        url: None,
        published_at: Some(published_at),
        title: None,
        text,
        parent,
        engagement: None,
        ticket: None,
        capture: Some(capture.hash),
    };
    Some(Said { mention, capture })
}

fn server(source: &Source) -> String {
    source.url.split('?').next().unwrap_or_default().to_owned()
}

fn id_of(did: &str, collection: &str, key: &str) -> MentionId {
    mention_id(&["bluesky", did, collection, key])
}

/// `at://did/collection/key`.
fn id_of_uri(uri: &str) -> Option<MentionId> {
    let mut parts = uri.strip_prefix("at://")?.split('/');
    Some(id_of(parts.next()?, parts.next()?, parts.next()?))
}

/// The text without the stretches that its author marked as accounts.
fn without_mentions(record: &Record) -> String {
    let is_account = |facet: &&Facet| {
        let kinds = facet.features.iter().map(|feature| feature.kind.as_str());
        kinds
            .into_iter()
            .any(|kind| kind == "app.bsky.richtext.facet#mention")
    };
    let mut ranges = record
        .facets
        .iter()
        .filter(is_account)
        .map(|facet| facet.index.byte_start..facet.index.byte_end)
        .collect::<Vec<Range<usize>>>();
    ranges.sort_by_key(|range| std::cmp::Reverse(range.start));
    let mut text = record.text.clone();
    for range in ranges {
        // Marks that lie across characters or each other are the author's mistake.
        if text.get(range.clone()).is_some() {
            text.replace_range(range, "");
        }
    }
    text
}

/// The text without handles, names of accounts, and addresses that lead to them.
fn without_accounts(text: &str) -> String {
    let is_account = |word: &str| {
        let word = word.to_ascii_lowercase();
        ["bsky.app/profile/", "did:plc:", "did:web:", ".bsky.social"]
            .iter()
            .any(|mark| word.contains(mark))
    };
    let lines = text.lines().map(|line| {
        let words = line.split(' ').filter(|word| !is_account(word));
        words.collect::<Vec<_>>().join(" ")
    });
    without_handles(&lines.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use models::domain::{Bluesky, Channel, SourceId, SourceKind};
    use serde_json::{Value, json};

    const DID: &str = "did:plc:eygmaihciaxprqvxpfvl6flk";

    fn source() -> Source {
        Source {
            id: SourceId::new("bluesky"),
            name: "Bluesky".to_owned(),
            channel: Channel::Social,
            kind: SourceKind::Bluesky(Bluesky {
                collections: vec!["app.bsky.feed.post".to_owned()],
                keywords: vec![],
            }),
            url: "wss://jetstream.example/subscribe?x=1".to_owned(),
            outlet: "Bluesky".to_owned(),
            follow_links: false,
            poll_every: None,
            disabled: None,
            trust: 0.4,
        }
    }

    fn now() -> Timestamp {
        "2026-11-12T05:00:00Z".parse().unwrap()
    }

    fn commit(operation: &str, record: &Value) -> String {
        json!({"did": DID, "time_us": now().as_microsecond(), "kind": "commit", "commit": {
            "rev": "3l3qo2vutsw2b", "operation": operation, "collection": "app.bsky.feed.post",
            "rkey": "3l3qo2vuowo2b", "record": record, "cid": "bafy",
        }})
        .to_string()
    }

    fn said(record: &Value) -> Said {
        match read(&commit("create", record), &source(), now())
            .unwrap()
            .operation
        {
            Some(Operation::Said { said, .. }) => *said,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn nobody_is_kept() {
        let text =
            "Chào @lan.bsky.social, ngập ở Quận 7 (xem bsky.app/profile/bi.vn/post/3k) @tuấn";
        let said = said(&json!({
            "$type": "app.bsky.feed.post", "text": text, "createdAt": "2026-11-12T04:59:00.5Z",
            "langs": ["vi"],
            "facets": [{"index": {"byteStart": 6, "byteEnd": 22},
                "features": [{"$type": "app.bsky.richtext.facet#mention", "did": DID}]}],
            "embed": {"$type": "app.bsky.embed.record", "record": {"uri": format!("at://{DID}/x/1")}},
        }));
        assert_eq!(said.mention.text, "Chào , ngập ở Quận 7 (xem");
        assert_eq!(said.mention.url, None);
        let evidence = String::from_utf8(said.capture.body.clone()).unwrap();
        let everything = format!("{said:?}{evidence}");
        for secret in [DID, "lan.bsky", "tuấn", "bi.vn", "3l3qo2vuowo2b"] {
            assert!(!everything.contains(secret), "{secret}: {everything}");
        }
    }

    #[test]
    fn a_deletion_meets_its_post_and_a_reply_its_parent() {
        let post = said(&json!({"text": "Ngập quá"}));
        let deleted = read(&commit("delete", &Value::Null), &source(), now()).unwrap();
        assert!(matches!(deleted.operation, Some(Operation::Deleted(id)) if id == post.mention.id));
        let uri = format!("at://{DID}/app.bsky.feed.post/3l3qo2vuowo2b");
        let reply = said(&json!({"text": "Chỗ tôi cũng vậy",
            "reply": {"root": {"uri": uri, "cid": "x"}, "parent": {"uri": uri, "cid": "x"}}}));
        assert_eq!(reply.mention.parent, Some(post.mention.id));
    }

    #[test]
    fn clocks_of_others_are_not_believed() {
        let at = |text: &str| {
            said(&json!({"text": "a", "createdAt": text}))
                .mention
                .published_at
        };
        assert_eq!(at("2031-01-01T00:00:00Z"), Some(now()));
        assert_eq!(at("hôm qua"), Some(now()));
        assert_eq!(
            at("2026-11-12T04:00:00Z"),
            "2026-11-12T04:00:00Z".parse().ok()
        );
        let old = commit(
            "create",
            &json!({"text": "a", "createdAt": "2019-01-01T00:00:00Z"}),
        );
        assert!(read(&old, &source(), now()).unwrap().operation.is_none());
    }

    #[test]
    fn marks_across_characters_are_harmless() {
        for (start, end) in [(1, 3), (5, 2), (0, 9_999), (usize::MAX, usize::MAX)] {
            let mark = json!([{"index": {"byteStart": start, "byteEnd": end},
                "features": [{"$type": "app.bsky.richtext.facet#mention"}]}]);
            assert_eq!(
                said(&json!({"text": "đường ngập", "facets": mark}))
                    .mention
                    .text,
                "đường ngập"
            );
        }
    }

    #[test]
    fn what_cannot_be_read_is_not_quoted() {
        for wrong in [
            "",
            "7",
            "{}",
            "[1]",
            "{\"did\": \"did:plc:lan\", \"time_us\": \"x\"}",
        ] {
            let reason = read(wrong, &source(), now()).unwrap_err();
            assert!(!reason.contains("lan"), "{reason}");
        }
        let account =
            json!({"did": DID, "time_us": 5, "kind": "identity", "identity": {"handle": "lan"}});
        let read = read(&account.to_string(), &source(), now()).unwrap();
        assert!(read.position == 5 && read.operation.is_none());
    }
}
