//! A Mastodon tag as it is spoken: posts and deletions of the stream, and what was said while it was
//! broken, from the timeline.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::comes_in::{assert_nowhere, configure, now, serve, wait_for_health, wait_for_mentions};
use crate::program::wait_for;

/// A server with one tag, its timeline and its stream.
#[derive(Clone, Default)]
pub struct Instance {
    posts: Arc<Mutex<Vec<Value>>>,
    listeners: Arc<Mutex<Vec<TcpStream>>>,
    n_opened: Arc<AtomicUsize>,
}

impl Instance {
    pub fn start(&self) -> String {
        let socket = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", socket.local_addr().unwrap());
        let instance = self.clone();
        std::thread::spawn(move || {
            for stream in socket.incoming().map_while(Result::ok) {
                let instance = instance.clone();
                std::thread::spawn(move || instance.answer(stream));
            }
        });
        address
    }

    /// One request a connection; gives up silently when the other side is gone.
    fn answer(&self, mut stream: TcpStream) -> Option<()> {
        let mut lines = BufReader::new(stream.try_clone().ok()?).lines();
        let first = lines.next()?.ok()?;
        lines.map_while(Result::ok).find(String::is_empty)?;
        let path = first.split(' ').nth(1)?;
        if path == "/api/v1/streaming/hashtag?tag=quan7" {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n:)\n";
            stream.write_all(head.as_bytes()).ok()?;
            self.listeners.lock().unwrap().push(stream);
            self.n_opened.fetch_add(1, Ordering::SeqCst);
            return Some(());
        }
        let (status, body) = self
            .found(path)
            .map_or((404, String::new()), |body| (200, body));
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(format!("{head}{body}").as_bytes()).ok()
    }

    fn found(&self, path: &str) -> Option<String> {
        let posts = self.posts.lock().unwrap();
        let id_of = |post: &Value| post["id"].as_str().unwrap().parse::<u64>().unwrap();
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let bound = |name: &str| {
            let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .find(|(found, _)| *found == name)
                .map(|(_, value)| value.parse::<u64>().unwrap())
        };
        if path == "/api/v1/timelines/tag/quan7" {
            let (above, below) = (
                bound("min_id").unwrap_or(0),
                bound("max_id").unwrap_or(u64::MAX),
            );
            let mut page = posts
                .iter()
                .filter(|post| id_of(post) > above && id_of(post) < below)
                .collect::<Vec<_>>();
            page.reverse();
            return Some(json!(page).to_string());
        }
        if path.ends_with("/context") {
            return Some(json!({"ancestors": [], "descendants": []}).to_string());
        }
        let id = path.strip_prefix("/api/v1/statuses/")?;
        posts
            .iter()
            .find(|post| post["id"] == id)
            .map(Value::to_string)
    }

    pub fn post(&self, id: u64, text: &str) -> Value {
        let post = json!({
            "id": id.to_string(), "created_at": now().to_string(), "visibility": "public",
            "in_reply_to_id": null, "spoiler_text": "", "content": format!("<p>{text}</p>"),
            "url": format!("https://s.example/@nguyenvanbi/{id}"),
            "account": {"id": "77712345678", "acct": "nguyenvanbi", "display_name": "Nguyễn Văn Bí"},
        });
        self.posts.lock().unwrap().push(post.clone());
        post
    }

    fn take_back(&self, id: u64) {
        let id = id.to_string();
        let mut posts = self.posts.lock().unwrap();
        posts.retain(|post| post["id"] != id.as_str());
    }

    fn say(&self, event: &str, data: &str) {
        let mut text = String::new();
        write!(text, ":thump\n\nevent: {event}\ndata: {data}\n\n").unwrap();
        for listener in self.listeners.lock().unwrap().iter_mut() {
            listener.write_all(text.as_bytes()).unwrap();
        }
    }

    fn break_off(&self) {
        for listener in self.listeners.lock().unwrap().drain(..) {
            listener.shutdown(Shutdown::Both).unwrap();
        }
    }
}

#[test]
fn a_stream_is_heard_obeyed_and_its_gaps_are_filled() {
    let folder = tempfile::tempdir().unwrap();
    let instance = Instance::default();
    instance.post(1, "Ngập trước khi ai nghe");
    let address = instance.start();
    let source = "[[source]]\nid = \"the\"\nname = \"Thẻ\"\nchannel = \"social\"\nkind = \"mastodon_stream\"\n";
    configure(
        folder.path(),
        &format!("{source}url = \"{address}\"\ntag = \"quan7\"\n"),
    );
    let (mut server, site) = serve(folder.path());
    let holds = |mentions: &[Value], words: &[&str]| {
        let texts = mentions
            .iter()
            .map(|mention| mention["text"].as_str().unwrap());
        let mut texts = texts.map(str::to_owned).collect::<Vec<_>>();
        texts.sort();
        texts == words
    };
    wait_for_mentions(folder.path(), "what was said before", |all| {
        holds(all, &["Ngập trước khi ai nghe"])
    });

    let second = instance.post(2, "Ngập nữa");
    instance.say("update", &second.to_string());
    let both = ["Ngập nữa", "Ngập trước khi ai nghe"];
    let heard = wait_for_mentions(folder.path(), "what the stream says", |all| {
        holds(all, &both)
    });
    assert!(
        heard
            .iter()
            .all(|mention| mention["url"].as_str().unwrap().contains("/statuses/"))
    );
    instance.take_back(1);
    instance.say("delete", "1");
    wait_for_mentions(folder.path(), "a deletion", |all| holds(all, &["Ngập nữa"]));
    wait_for_health(&site, "the", "fresh");

    // Said while nobody listens, so the stream will never say it.
    instance.post(3, "Nước rút rồi");
    instance.break_off();
    wait_for_mentions(folder.path(), "the gap", |all| {
        holds(all, &["Ngập nữa", "Nước rút rồi"])
    });
    wait_for(
        "the stream to be opened again",
        Duration::from_mins(1),
        || (instance.n_opened.load(Ordering::SeqCst) >= 2).then_some(()),
    );
    assert_eq!(server.stop(), Some(0));
    assert_nowhere(
        folder.path(),
        &["nguyenvanbi", "Nguyễn Văn Bí", "77712345678"],
    );
}
