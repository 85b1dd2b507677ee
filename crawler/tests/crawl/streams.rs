//! Streams: what is heard, how far, and servers that break, lie, flood or say nothing.

use std::future::Future;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use crawler::fetch::{FetchError, FetchPolicy, Fetcher};
use crawler::stream::{Event, Heard, StreamError, StreamLimits, listen};
use futures_util::{SinkExt, StreamExt};
use jiff::Timestamp;
use models::domain::{Bluesky, MastodonStream, MentionId, SecretRef, Source, SourceKind};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use url::Url;

use crate::support::{quick, raw, source};

const DID: &str = "did:plc:eygmaihciaxprqvxpfvl6flk";

/// What events say of authors and of those they address.
const SECRETS: [&str; 5] = [
    "eygmaihciaxprqvxpfvl6flk",
    "nguyenvanbi",
    "Nguyễn Văn Bí",
    "77712345678",
    "avatar",
];

/// Position of what the servers say, in microseconds.
static BASE: LazyLock<i64> = LazyLock::new(|| moment().as_microsecond() - 1_000_000);

/// Patience of milliseconds.
fn hasty() -> Fetcher {
    let stream = StreamLimits {
        message_bytes_max: 100_000,
        silence_max: Duration::from_millis(600),
        ask_after: Duration::from_millis(200),
    };
    Fetcher::new(FetchPolicy { stream, ..quick() }).unwrap()
}

fn bluesky(url: &Url) -> Source {
    let wanted = Bluesky {
        collections: vec!["app.bsky.feed.post".to_owned()],
        keywords: vec!["Quận 7".to_owned()],
    };
    let mut bluesky = source(SourceKind::Bluesky(wanted), url);
    bluesky.url = bluesky.url.replace("http://", "ws://");
    bluesky
}

fn mastodon(url: &Url) -> Source {
    let stream = MastodonStream {
        tag: "#quan7".to_owned(),
        token: None,
    };
    source(SourceKind::MastodonStream(stream), url)
}

/// Listens to the end; gives all that was heard and why it ended.
async fn heard(
    source: &Source,
    position: Option<i64>,
    known: &[&MentionId],
) -> (Vec<Event>, StreamError) {
    let fetcher = hasty();
    let (sender, mut receiver) = mpsc::channel(64);
    let known = |id: &MentionId| known.contains(&id);
    let gather = async {
        let mut events = Vec::new();
        while let Some(event) = receiver.recv().await {
            events.push(event);
        }
        events
    };
    let both = async { tokio::join!(listen(source, position, &fetcher, &known, sender), gather) };
    let (why, events) = tokio::time::timeout(Duration::from_secs(20), both)
        .await
        .unwrap();
    (events, why)
}

fn ids_said(events: &[Event]) -> Vec<MentionId> {
    let said = events.iter().filter_map(|event| match &event.heard {
        Heard::Said(said) => Some(said.mention.id.clone()),
        _ => None,
    });
    said.collect()
}

/// A server that opens a WebSocket; what it then does is up to the test.
async fn websocket<F, S>(serve: S) -> Url
where
    F: Future<Output = ()> + Send,
    S: Fn(String, WebSocketStream<TcpStream>) -> F + Clone + Send + Sync + 'static,
{
    upgraded(move |head, stream| {
        let serve = serve.clone();
        async move {
            let socket = WebSocketStream::from_raw_socket(stream, Role::Server, None).await;
            serve(head, socket).await;
        }
    })
    .await
}

/// The same below the protocol.
async fn upgraded<F, S>(serve: S) -> Url
where
    F: Future<Output = ()> + Send,
    S: Fn(String, TcpStream) -> F + Clone + Send + Sync + 'static,
{
    raw(move |head, mut stream| {
        let serve = serve.clone();
        async move {
            let key = header(&head, "sec-websocket-key");
            let accept = derive_accept_key(key.as_bytes());
            let answer = format!("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: {accept}\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            serve(head, stream).await;
        }
    })
    .await
}

fn header(head: &str, name: &str) -> String {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let found = lines
        .into_iter()
        .find(|(found, _)| found.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.to_owned()).unwrap_or_default()
}

fn moment() -> Timestamp {
    // Real time, because that is what a stream is compared with.
    Fetcher::new(quick()).unwrap().now()
}

fn commit(n: i64, operation: &str, key: &str, record: &Value) -> String {
    json!({"did": DID, "time_us": *BASE + n, "kind": "commit", "commit": {
        "rev": "3l3", "operation": operation, "collection": "app.bsky.feed.post", "rkey": key,
        "cid": "bafy", "record": record}})
    .to_string()
}

fn post(text: &str) -> Value {
    json!({"$type": "app.bsky.feed.post", "text": text, "langs": ["vi"], "createdAt": moment().to_string()})
}

fn reply(text: &str, key: &str) -> Value {
    let parent = json!({"uri": format!("at://{DID}/app.bsky.feed.post/{key}"), "cid": "bafy"});
    let mut reply = post(text);
    reply["reply"] = json!({"root": parent, "parent": parent});
    reply
}

#[tokio::test]
async fn posts_replies_changes_and_deletions_are_heard_with_their_place() {
    let (heads, mut seen) = mpsc::unbounded_channel();
    let url = websocket(move |head, mut socket| {
        heads.send(head).unwrap();
        async move {
            let mut like = serde_json::from_str::<Value>(&commit(4, "create", "l", &json!({}))).unwrap();
            like["commit"]["collection"] = "app.bsky.feed.like".into();
            for text in [
                commit(1, "create", "a", &post("Ngập ở Quận 7 @nguyenvanbi.bsky.social")),
                commit(2, "create", "b", &post("Hà Nội mưa")),
                commit(3, "create", "c", &reply("Chỗ tôi cũng vậy", "a")),
                like.to_string(),
                json!({"did": DID, "time_us": 5, "kind": "identity", "identity": {"handle": "nguyenvanbi"}}).to_string(),
                commit(6, "update", "a", &post("Quan 7 hết ngập")),
                commit(7, "delete", "a", &Value::Null),
            ] {
                socket.send(Message::text(text)).await.unwrap();
            }
            socket.close(None).await.unwrap();
        }
    })
    .await;
    let source = bluesky(&url);
    let (events, why) = heard(&source, None, &[]).await;
    assert!(matches!(why, StreamError::Closed { .. }), "{why}");
    let ids = ids_said(&events);
    assert_eq!(ids.len(), 2, "{events:?}");
    assert_eq!(ids[0], ids[1], "an edited post is the same post");
    assert!(matches!(&events[0].heard, Heard::Opened));
    let positions = events
        .iter()
        .filter_map(|event| event.position)
        .collect::<Vec<_>>();
    assert_eq!(positions, [*BASE + 1, *BASE + 6, *BASE + 7]);
    assert!(matches!(&events[3].heard, Heard::Gone(id) if *id == ids[0]));
    for secret in SECRETS {
        assert!(
            !format!("{events:?}").contains(secret),
            "{secret}: {events:?}"
        );
    }

    // Once the post is in the record, the reply to it is of interest, and so is it when it is
    // edited to be about something else.
    let (events, _) = heard(&source, Some(*BASE + 7), &[&ids[0]]).await;
    assert_eq!(ids_said(&events).len(), 3, "{events:?}");
    let (first, second) = (seen.recv().await.unwrap(), seen.recv().await.unwrap());
    assert!(
        first.contains("/subscribe?wantedCollections=app.bsky.feed.post"),
        "{first}"
    );
    assert!(
        !first.contains("cursor=") && second.contains(&format!("cursor={}", *BASE + 7 - 5_000_000)),
        "{second}"
    );
    assert!(header(&first, "user-agent").starts_with("LangNghe/"));
}

#[tokio::test]
async fn garbage_ends_a_stream_after_some_patience() {
    let url = websocket(|_, mut socket| async move {
        for n in 0..1000 {
            let text = if n % 2 == 0 {
                "{\"nguyenvanbi\":"
            } else {
                "không phải JSON"
            };
            if socket.send(Message::text(text)).await.is_err() {
                return;
            }
        }
    })
    .await;
    let (events, why) = heard(&bluesky(&url), None, &[]).await;
    assert!(matches!(why, StreamError::Garbage { .. }), "{why}");
    assert!(!why.to_string().contains("nguyenvanbi"));
    assert_eq!(events.len(), 1);
}

#[tokio::test]
async fn a_huge_frame_is_refused_by_its_head() {
    let url = upgraded(|_, mut stream| async move {
        // FIN and text, then a length of 100 MB in eight bytes, then a flood.
        let mut frame = vec![0x81, 127];
        frame.extend(100_000_000_u64.to_be_bytes());
        stream.write_all(&frame).await.unwrap();
        while stream.write_all(&vec![b'x'; 65_536]).await.is_ok() {}
    })
    .await;
    let began = Instant::now();
    let (_, why) = heard(&bluesky(&url), None, &[]).await;
    assert!(
        matches!(
            why,
            StreamError::TooLarge {
                limit_bytes: 100_000,
                ..
            }
        ),
        "{why}"
    );
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn frames_that_are_none_end_a_stream() {
    let url = upgraded(|_, mut stream| async move {
        let _ = stream.write_all(&[0xff; 4096]).await;
        tokio::time::sleep(Duration::from_secs(5)).await;
    })
    .await;
    let (_, why) = heard(&bluesky(&url), None, &[]).await;
    assert!(matches!(why, StreamError::Protocol { .. }), "{why}");
}

#[tokio::test]
async fn silence_is_noticed_and_a_sign_of_life_is_enough() {
    let mute = upgraded(|_, stream| async move {
        tokio::time::sleep(Duration::from_secs(30)).await;
        drop(stream);
    })
    .await;
    let (_, why) = heard(&bluesky(&mute), None, &[]).await;
    assert!(matches!(why, StreamError::Silent { .. }), "{why}");

    // This one says nothing either, but answers pings, for more than twice the patience.
    let quiet = websocket(|_, mut socket| async move {
        let answering = async { while let Some(Ok(_)) = socket.next().await {} };
        let _ = tokio::time::timeout(Duration::from_millis(1500), answering).await;
        let _ = socket.close(None).await;
    })
    .await;
    let began = Instant::now();
    let (_, why) = heard(&bluesky(&quiet), None, &[]).await;
    assert!(matches!(why, StreamError::Closed { .. }), "{why}");
    assert!(began.elapsed() >= Duration::from_millis(1400));
}

#[tokio::test]
async fn servers_that_open_nothing_are_refused() {
    let page = raw(|_, mut stream| async move {
        let _ = stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")
            .await;
    })
    .await;
    let (events, why) = heard(&bluesky(&page), None, &[]).await;
    assert!(
        matches!(why, StreamError::Protocol { .. }) && events.is_empty(),
        "{why}"
    );

    let impostor = raw(|_, mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AAAA\r\n\r\n").await;
        tokio::time::sleep(Duration::from_secs(2)).await;
    })
    .await;
    let (_, why) = heard(&bluesky(&impostor), None, &[]).await;
    assert!(matches!(why, StreamError::Protocol { .. }), "{why}");

    let busy = raw(|_, mut stream| async move {
        let _ = stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 600\r\nContent-Length: 0\r\n\r\n").await;
    })
    .await;
    let (_, why) = heard(&bluesky(&busy), None, &[]).await;
    assert!(why.not_before().is_some_and(|at| at > moment()), "{why}");

    let private = Fetcher::new(FetchPolicy {
        allowed_networks: vec![],
        ..quick()
    })
    .unwrap();
    let (sender, _receiver) = mpsc::channel(1);
    let why = listen(&bluesky(&page), None, &private, &|_| false, sender).await;
    assert!(
        matches!(why, StreamError::Fetch(FetchError::PrivateAddress { .. })),
        "{why}"
    );
}

#[tokio::test]
async fn nothing_is_read_while_nobody_takes_it() {
    const ALL: usize = 600;
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let url = websocket(move |_, mut socket| {
        let sent = Arc::clone(&counted);
        async move {
            let padding = "x".repeat(50_000);
            for n in 0..ALL {
                // What is not read of a post makes it heavy on the wire and light for us.
                let mut text = post(&format!("Quận 7 lần {n}"));
                text["embed"] = padding.as_str().into();
                let text = commit(n as i64, "create", &n.to_string(), &text);
                if socket.send(Message::text(text)).await.is_err() {
                    return;
                }
                sent.fetch_add(1, Ordering::Relaxed);
            }
            let _ = socket.close(None).await;
        }
    })
    .await;
    let (source, fetcher) = (bluesky(&url), hasty());
    let (sender, mut receiver) = mpsc::channel(4);
    let listening =
        tokio::spawn(async move { listen(&source, None, &fetcher, &|_| false, sender).await });
    tokio::time::sleep(Duration::from_secs(1)).await;
    let n_sent = sent.load(Ordering::Relaxed);
    assert!(n_sent < ALL, "all of 30 MB were taken in");
    let mut n_heard = 0;
    while let Some(event) = receiver.recv().await {
        n_heard += usize::from(matches!(event.heard, Heard::Said(_)));
    }
    assert_eq!(n_heard, ALL, "{:?}", listening.await);
}

/// A Mastodon server that says what it is given, then what the test wants.
async fn events(pieces: Vec<String>, then: Duration) -> Url {
    raw(move |head, mut stream| {
        let pieces = pieces.clone();
        async move {
            if !head.starts_with("GET /api/v1/streaming/hashtag?tag=quan7 ") {
                let _ = stream
                    .write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                    .await;
                return;
            }
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n:)\n")
                .await;
            for piece in pieces {
                if stream.write_all(piece.as_bytes()).await.is_err() {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            tokio::time::sleep(then).await;
        }
    })
    .await
}

fn status(id: u64, text: &str) -> Value {
    json!({
        "id": id.to_string(), "created_at": moment().to_string(), "visibility": "public",
        "in_reply_to_id": null, "spoiler_text": "", "content": format!("<p>{text}</p>"),
        "url": format!("https://social.example/@nguyenvanbi/{id}"), "favourites_count": 2,
        "account": {"id": "77712345678", "acct": "nguyenvanbi", "display_name": "Nguyễn Văn Bí", "avatar": "https://x/avatar.png"},
    })
}

#[tokio::test]
async fn a_tag_is_heard_as_it_is_spoken() {
    let mention = "<span class=\"h-card\"><a href=\"https://s.example/@nguyenvanbi\" class=\"u-url mention\">@<span>nguyenvanbi</span></a></span> ngập";
    let mut hidden = status(3, "chỉ cho bạn bè");
    hidden["visibility"] = "private".into();
    let url = events(
        vec![
            ":thump\n".to_owned(),
            format!("event: update\ndata: {}\n\n", status(1, mention)),
            format!("event: update\ndata: {hidden}\n\n"),
            format!("event: status.update\ndata: {}\n\n", status(1, "hết ngập")),
            "event: filters_changed\ndata: x\n\nevent: delete\ndata: 1\n\n".to_owned(),
        ],
        Duration::ZERO,
    )
    .await;
    let (events, why) = heard(&mastodon(&url), None, &[]).await;
    assert!(matches!(why, StreamError::Closed { .. }), "{why}");
    let ids = ids_said(&events);
    assert!(ids.len() == 2 && ids[0] == ids[1], "{events:?}");
    assert!(matches!(&events.last().unwrap().heard, Heard::Gone(id) if *id == ids[0]));
    let Heard::Said(said) = &events[1].heard else {
        panic!("{events:?}")
    };
    assert_eq!(said.mention.text, "ngập");
    let evidence = String::from_utf8(said.capture.body.clone()).unwrap();
    for secret in SECRETS {
        assert!(
            !format!("{events:?}{evidence}").contains(secret),
            "{secret}: {events:?}"
        );
    }
    // What the timeline gives of the same post is the same mention.
    assert!(
        said.mention
            .url
            .as_deref()
            .unwrap()
            .ends_with("/statuses/1")
    );
}

#[tokio::test]
async fn a_tag_that_is_silent_floods_or_babbles_is_given_up() {
    // Heartbeats keep it alive for longer than the patience, then nothing does.
    let beats = vec![":thump\n".to_owned(); 50];
    let began = Instant::now();
    let (_, why) = heard(
        &mastodon(&events(beats, Duration::from_secs(30)).await),
        None,
        &[],
    )
    .await;
    assert!(matches!(why, StreamError::Silent { .. }), "{why}");
    assert!(began.elapsed() > Duration::from_millis(1_500));

    let flood = vec![format!("data: {}", "x".repeat(200_000))];
    let (_, why) = heard(
        &mastodon(&events(flood, Duration::from_secs(30)).await),
        None,
        &[],
    )
    .await;
    assert!(matches!(why, StreamError::TooLarge { .. }), "{why}");

    let babble = vec!["event: update\ndata: nguyenvanbi\n\n".repeat(30)];
    let (_, why) = heard(
        &mastodon(&events(babble, Duration::from_secs(30)).await),
        None,
        &[],
    )
    .await;
    assert!(matches!(why, StreamError::Garbage { .. }), "{why}");
    assert!(!why.to_string().contains("nguyenvanbi"));
}

#[tokio::test]
async fn a_token_lets_us_in() {
    let url = raw(|head, mut stream| async move {
        let lets_in = header(&head, "authorization") == "Bearer mat-khau";
        let answer: &[u8] = if lets_in {
            b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\nevent: delete\ndata: 7\n\n"
        } else {
            b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n"
        };
        let _ = stream.write_all(answer).await;
    })
    .await;
    let mut source = mastodon(&url);
    let (_, why) = heard(&source, None, &[]).await;
    assert!(
        matches!(
            why,
            StreamError::Fetch(FetchError::Status { status: 401, .. })
        ),
        "{why}"
    );
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("token");
    std::fs::write(&place, "mat-khau\n").unwrap();
    source.kind = SourceKind::MastodonStream(MastodonStream {
        tag: "quan7".to_owned(),
        token: Some(SecretRef::File(place.to_str().unwrap().to_owned())),
    });
    let (events, _) = heard(&source, None, &[]).await;
    assert_eq!(events.len(), 2, "{events:?}");
}
