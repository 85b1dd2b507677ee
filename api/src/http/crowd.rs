//! How many requests are worked on at the same time. Whoever comes when all places of a class are taken is
//! turned away at once: a queue without an end helps nobody, since those at its end have left when their
//! turn comes. Classes have places of their own, so that readers take none from officers, and nobody takes
//! those of the probes.
//!
//! tower's load shedding does the same behind the router; this stands before it is found out who asks,
//! which reads the record, and needs one layer for all classes.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use models::domain::Action;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::RouteRule;
use crate::error::Failure;

/// Places for what memory alone answers; nothing there waits for anything.
const LIGHT_PLACES: usize = 64;

/// Whoever is turned away is sent off for a time between these, in seconds. All at once they came; they
/// need not come back so.
const AWAY_S: std::ops::RangeInclusive<u64> = 2..=6;

/// Pages and files that cost many times what others do: they are drawn, set, searched or packed.
const COSTLY: [&str; 7] = [
    "/ban-tin.pdf",
    "/ban-do.png",
    "/tim-kiem",
    "/api/v1/search",
    "/canh-nhau",
    "/du-lieu-mo/{day}/{revision}/{file}",
    "/mcp",
];

/// What memory answers, and what a supervisor asks.
const LIGHT: [&str; 5] = [
    "/livez",
    "/readyz",
    "/tinh/{name}",
    "/icon.svg",
    "/favicon.ico",
];

/// How many requests of each class may be under way, waiting ones included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Pages and the API.
    pub pages: usize,
    /// Search, PDF, pictures, dumps, assistants.
    pub costly: usize,
    /// What officers do, signing in included.
    pub officers: usize,
    /// Deliveries and reports of others.
    pub deliveries: usize,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            pages: 128,
            costly: 16,
            officers: 64,
            deliveries: 32,
        }
    }
}

/// Requests that share places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Light,
    Page,
    Costly,
    Officer,
    Delivery,
}

impl Class {
    const ALL: [Self; 5] = [
        Self::Light,
        Self::Page,
        Self::Costly,
        Self::Officer,
        Self::Delivery,
    ];

    fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Page => "page",
            Self::Costly => "costly",
            Self::Officer => "officer",
            Self::Delivery => "delivery",
        }
    }

    fn of(path: &str, action: Action) -> Self {
        match action {
            _ if LIGHT.contains(&path) => Self::Light,
            _ if COSTLY.contains(&path) => Self::Costly,
            Action::ReadPublic | Action::ReadApi => Self::Page,
            Action::Deliver | Action::FileReport => Self::Delivery,
            _ => Self::Officer,
        }
    }
}

/// Which class each route is of, by its path and whether it only reads.
#[derive(Clone, Default)]
pub(crate) struct Classes(Arc<HashMap<(String, bool), Class>>);

impl Classes {
    pub(crate) fn of(rules: &[RouteRule]) -> Self {
        let classes = rules.iter().map(|rule| {
            let key = (rule.path.clone(), rule.method == Method::GET);
            (key, Class::of(&rule.path, rule.action))
        });
        Self(Arc::new(classes.collect()))
    }

    /// What no route answers is a page that says so.
    fn class(&self, request: &Request) -> Class {
        let path = request.extensions().get::<MatchedPath>();
        let key = path.map(|path| {
            let only_reads = matches!(*request.method(), Method::GET | Method::HEAD);
            (path.as_str().to_owned(), only_reads)
        });
        let known = key.and_then(|key| self.0.get(&key).copied());
        known.unwrap_or(Class::Page)
    }
}

/// One class and what goes on in it.
#[derive(Debug)]
struct Room {
    places: usize,
    free: Arc<Semaphore>,
    n_turned_away: AtomicU64,
}

impl Room {
    fn new(places: usize) -> Self {
        Self {
            places,
            free: Arc::new(Semaphore::new(places)),
            n_turned_away: AtomicU64::new(0),
        }
    }
}

/// What a monitor is told of a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowded {
    /// `light`, `page`, `costly`, `officer` or `delivery`.
    pub class: &'static str,
    /// Requests under way now.
    pub n_in_hand: usize,
    /// How many may be.
    pub places: usize,
    /// Requests turned away since the start.
    pub n_turned_away: u64,
}

/// Put on an answer that turned a request away, so that it is not counted among failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnedAway;

/// Everybody who is being answered.
#[derive(Clone, Debug)]
pub struct Crowd(Arc<[Room; 5]>);

impl Crowd {
    /// Nobody yet.
    pub fn new(places: &Places) -> Self {
        Self(Arc::new(Class::ALL.map(|class| {
            Room::new(match class {
                Class::Light => LIGHT_PLACES,
                Class::Page => places.pages,
                Class::Costly => places.costly,
                Class::Officer => places.officers,
                Class::Delivery => places.deliveries,
            })
        })))
    }

    /// How things stand in each class.
    pub fn told(&self) -> [Crowded; 5] {
        Class::ALL.map(|class| {
            let room = self.room(class);
            Crowded {
                class: class.code(),
                n_in_hand: room.places.saturating_sub(room.free.available_permits()),
                places: room.places,
                n_turned_away: room.n_turned_away.load(Ordering::Relaxed),
            }
        })
    }

    fn room(&self, class: Class) -> &Room {
        &self.0[class as usize]
    }

    /// A place until it is dropped, or the seconds after which to ask again.
    fn enter(&self, class: Class) -> Result<OwnedSemaphorePermit, u64> {
        let room = self.room(class);
        Arc::clone(&room.free).try_acquire_owned().map_err(|_| {
            let turn = room.n_turned_away.fetch_add(1, Ordering::Relaxed);
            AWAY_S.start() + turn % (AWAY_S.end() - AWAY_S.start() + 1)
        })
    }
}

/// Lets a request in while its class has places; a client that hangs up gives its place back.
pub(crate) async fn admit(
    State((crowd, classes)): State<(Crowd, Classes)>,
    request: Request,
    next: Next,
) -> Response {
    match crowd.enter(classes.class(&request)) {
        Ok(_place) => next.run(request).await,
        Err(wait_s) => turned_away(wait_s),
    }
}

fn turned_away(wait_s: u64) -> Response {
    let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
    let headers = response.headers_mut();
    headers.insert(header::RETRY_AFTER, HeaderValue::from(wait_s));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let failure = Failure {
        code: "busy",
        detail: None,
    };
    response.extensions_mut().insert(failure);
    response.extensions_mut().insert(TurnedAway);
    response
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::middleware::from_fn_with_state;
    use axum::routing::{get, post};
    use tokio::sync::Notify;
    use tower::ServiceExt;

    use super::*;

    fn rule(method: Method, path: &str, action: Action) -> RouteRule {
        RouteRule {
            method,
            path: path.to_owned(),
            action,
            own_proof: false,
        }
    }

    /// A page that answers when it is told to, a desk, and a hook under the page's path.
    fn site(crowd: &Crowd, go: &Arc<Notify>) -> Router {
        let classes = Classes::of(&[
            rule(Method::GET, "/slow", Action::ReadPublic),
            rule(Method::POST, "/slow", Action::Deliver),
            rule(Method::GET, "/desk", Action::EditConcerns),
        ]);
        let go = Arc::clone(go);
        let slow = async move || {
            go.notified().await;
            "done"
        };
        Router::new()
            .route("/slow", get(slow).merge(post(async || "taken")))
            .route("/desk", get(async || "edited"))
            .layer(from_fn_with_state((crowd.clone(), classes), admit))
    }

    async fn ask(site: &Router, method: Method, path: &str) -> Response {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::empty()).unwrap();
        site.clone().oneshot(request).await.unwrap()
    }

    fn in_hand(crowd: &Crowd, class: Class) -> usize {
        crowd.told()[class as usize].n_in_hand
    }

    async fn until(mut is_so: impl FnMut() -> bool) {
        while !is_so() {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn who_finds_no_place_is_sent_off_at_once_and_comes_in_later() {
        let crowd = Crowd::new(&Places {
            pages: 2,
            ..Places::default()
        });
        let go = Arc::new(Notify::new());
        let site = site(&crowd, &go);
        let readers = [0, 1].map(|_| {
            let site = site.clone();
            tokio::spawn(async move { ask(&site, Method::GET, "/slow").await.status() })
        });
        until(|| in_hand(&crowd, Class::Page) == 2).await;
        let mut waits = Vec::new();
        for _ in 0..6 {
            let answer = ask(&site, Method::HEAD, "/slow").await;
            assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(answer.extensions().get(), Some(&TurnedAway));
            let wait = answer.headers()[header::RETRY_AFTER].to_str().unwrap();
            waits.push(wait.parse::<u64>().unwrap());
        }
        assert_eq!(waits, [2, 3, 4, 5, 6, 2]);
        // Also what no route knows; other classes have places of their own.
        for (method, path, status) in [
            (Method::GET, "/nowhere", 503),
            (Method::POST, "/slow", 200),
            (Method::GET, "/desk", 200),
        ] {
            assert_eq!(ask(&site, method, path).await.status(), status, "{path}");
        }
        go.notify_waiters();
        for reader in readers {
            assert_eq!(reader.await.unwrap(), StatusCode::OK);
        }
        assert_eq!(in_hand(&crowd, Class::Page), 0);
        assert_eq!(crowd.told()[Class::Page as usize].n_turned_away, 7);
        go.notify_one();
        assert_eq!(ask(&site, Method::GET, "/slow").await.status(), 200);
    }

    #[tokio::test]
    async fn who_hangs_up_gives_the_place_back() {
        let crowd = Crowd::new(&Places {
            pages: 1,
            ..Places::default()
        });
        let site = site(&crowd, &Arc::new(Notify::new()));
        let reader = {
            let site = site.clone();
            tokio::spawn(async move { ask(&site, Method::GET, "/slow").await.status() })
        };
        until(|| in_hand(&crowd, Class::Page) == 1).await;
        reader.abort();
        until(|| in_hand(&crowd, Class::Page) == 0).await;
    }
}
