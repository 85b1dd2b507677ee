//! Servers to crawl, and fetchers that are quick about it.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use crawler::collect::Collected;
use crawler::fetch::politeness::Politeness;
use crawler::fetch::{FetchPolicy, Fetcher, Network};
use jiff::Timestamp;
use models::domain::{
    Channel, FetchState, LeasedPage, Mention, MentionId, PageEnd, Source, SourceId, SourceKind,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

/// One request as a server saw it.
#[derive(Clone, Debug)]
pub struct Arrival {
    pub path: String,
    pub user_agent: String,
    pub cookie: Option<String>,
    pub began: Instant,
    pub ended: Instant,
}

/// A server on an address and port of its own, with a log of its visitors.
#[derive(Clone)]
pub struct Site {
    pub address: SocketAddr,
    log: Arc<Mutex<Vec<Arrival>>>,
}

impl Site {
    pub async fn start(router: Router) -> Self {
        Self::start_on("127.0.0.1", router).await
    }

    pub async fn start_on(ip: &str, router: Router) -> Self {
        let listener = TcpListener::bind((ip, 0)).await.unwrap();
        let site = Self {
            address: listener.local_addr().unwrap(),
            log: Arc::default(),
        };
        let router = router.layer(from_fn_with_state(site.clone(), note));
        tokio::spawn(async move { axum::serve(listener, router).await });
        site
    }

    pub fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    pub fn log(&self) -> Vec<Arrival> {
        self.log.lock().unwrap().clone()
    }

    pub fn paths(&self) -> Vec<String> {
        self.log().into_iter().map(|arrival| arrival.path).collect()
    }
}

async fn note(State(site): State<Site>, request: Request, next: Next) -> Response {
    let mut arrival = arrival(&request);
    let response = next.run(request).await;
    arrival.ended = Instant::now();
    site.log.lock().unwrap().push(arrival);
    response
}

fn arrival(request: &Request) -> Arrival {
    let header = |name: &str| {
        let value = request.headers().get(name)?;
        Some(value.to_str().unwrap().to_owned())
    };
    Arrival {
        path: request.uri().path_and_query().unwrap().to_string(),
        user_agent: header("user-agent").unwrap_or_default(),
        cookie: header("cookie"),
        began: Instant::now(),
        ended: Instant::now(),
    }
}

/// A server below HTTP: it reads a request's head, then does whatever it likes with the stream.
pub async fn raw<F, S>(serve: S) -> Url
where
    F: Future<Output = ()> + Send,
    S: Fn(String, TcpStream) -> F + Clone + Send + Sync + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let serve = serve.clone();
            tokio::spawn(async move {
                let mut head = Vec::new();
                let mut buffer = [0; 1024];
                while !head.windows(4).any(|window| window == b"\r\n\r\n") {
                    match stream.read(&mut buffer).await {
                        Ok(0) | Err(_) => return,
                        Ok(n) => head.extend_from_slice(&buffer[..n]),
                    }
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                if head.starts_with("GET /robots.txt ") {
                    let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
                    return;
                }
                serve(head, stream).await;
            });
        }
    });
    url
}

/// Loopback allowed, hardly any pause, short patience.
pub fn quick() -> FetchPolicy {
    FetchPolicy {
        contact: "https://example.vn/crawler".to_owned(),
        timeout: Duration::from_secs(2),
        allowed_networks: Network::loopback(),
        politeness: Politeness {
            delay_min: Duration::ZERO,
            delay_factor: 0.0,
            wait_max: Duration::from_secs(2),
            backoff_first: Duration::from_millis(1),
            ..Politeness::default()
        },
        ..FetchPolicy::default()
    }
}

pub fn fetcher() -> Fetcher {
    Fetcher::new(quick()).unwrap()
}

pub fn now() -> Timestamp {
    "2026-11-18T05:00:00Z".parse().unwrap()
}

pub fn source(kind: SourceKind, url: &Url) -> Source {
    let channel = match kind {
        SourceKind::Feed | SourceKind::Sitemap => Channel::Press,
        SourceKind::MastodonTag(_)
        | SourceKind::MastodonStream(_)
        | SourceKind::Bluesky(_)
        | SourceKind::Zalo(_)
        | SourceKind::YouTube(_)
        | SourceKind::FacebookPage(_)
        | SourceKind::Discourse => Channel::Social,
        SourceKind::Open311(_) | SourceKind::Webhook(_) | SourceKind::Import => Channel::Hotline,
    };
    Source {
        id: SourceId::new("thu-nghiem"),
        name: "Nguồn thử nghiệm".to_owned(),
        channel,
        kind,
        url: url.to_string(),
        outlet: "thử nghiệm".to_owned(),
        follow_links: true,
        poll_every: None,
        disabled: None,
        trust: 0.5,
    }
}

/// Collects as the pipeline does: addresses visited or found before are known, and pages found are
/// read after the visit. What reading them gives is entered in what the visit gave.
pub struct Pipeline {
    pub fetcher: Fetcher,
    pub state: FetchState,
    pub visited: Vec<String>,
    pub now: Timestamp,
    pub waiting: Vec<LeasedPage>,
    mentions: Vec<Mention>,
}

impl Pipeline {
    pub fn new(fetcher: Fetcher) -> Self {
        Self {
            fetcher,
            state: FetchState::default(),
            visited: Vec::new(),
            now: now(),
            waiting: Vec::new(),
            mentions: Vec::new(),
        }
    }

    /// One visit, and one attempt at each page that waits.
    pub async fn visit(&mut self, source: &Source) -> Collected {
        let mut collected = self.collect(source).await;
        for mut leased in std::mem::take(&mut self.waiting) {
            leased.n_attempts += 1;
            let id = crawler::page::entry_id(&leased.page).unwrap();
            let entry = self.mentions.iter().find(|mention| mention.id == id);
            let outlets = crawler::extract::Outlets::default();
            let read =
                crawler::page::read_page(source, &leased, entry, &self.fetcher, &outlets, self.now)
                    .await;
            if matches!(
                read.ended.end,
                PageEnd::Failed { .. } | PageEnd::PutOff { .. }
            ) {
                self.waiting.push(leased);
            } else {
                self.visited.push(leased.page.key);
            }
            collected.captures.extend(read.captures);
            collected.complaints.extend(read.complaints);
            let goes = |id: &MentionId| read.superseded.as_ref() == Some(id);
            collected.mentions.retain(|mention| !goes(&mention.id));
            if let Some(mention) = read.mention {
                put(&mut self.mentions, mention.clone());
                put(&mut collected.mentions, mention);
            }
        }
        collected
    }

    /// The visit alone; its pages wait.
    pub async fn collect(&mut self, source: &Source) -> Collected {
        let known = |url: &str| {
            let mut waiting = self.waiting.iter();
            self.visited.iter().any(|known| known == url)
                || waiting.any(|leased| leased.page.key == url)
        };
        let outlets = crawler::extract::Outlets::default();
        let state = self.state.clone();
        let collected =
            crawler::collect::collect(source, state, &self.fetcher, &outlets, &known, self.now)
                .await;
        self.state = collected.state.clone();
        self.visited.extend(collected.visited.clone());
        let found_at = self.fetcher.now();
        let found = collected.pages.iter().cloned().map(|page| LeasedPage {
            id: 0,
            page,
            found_at,
            n_attempts: 0,
        });
        self.waiting.extend(found);
        for mention in &collected.mentions {
            put(&mut self.mentions, mention.clone());
        }
        collected
    }
}

fn put(mentions: &mut Vec<Mention>, mention: Mention) {
    match mentions.iter_mut().find(|other| other.id == mention.id) {
        Some(other) => *other = mention,
        None => mentions.push(mention),
    }
}

pub fn text(content_type: &'static str, body: impl Into<String>) -> Response {
    ([("content-type", content_type)], body.into()).into_response()
}

/// A route that always answers the same.
pub fn fixed(content_type: &'static str, body: impl Into<String>) -> axum::routing::MethodRouter {
    let body = body.into();
    get(move || async move { text(content_type, body) })
}

pub fn status(code: u16) -> axum::routing::MethodRouter {
    get(move || async move { StatusCode::from_u16(code).unwrap() })
}
