//! What a monitor asks: `/metrics` on a listener of its own. Figures come from the record at each scrape,
//! so that they are true after a restart too; only requests are counted as they pass. There is no label
//! that a citizen's word could stand in: routes are templates, sources and tables have names of ours.

mod facts;
mod process;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use api::{Crowd, TurnedAway};
use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tracing::{error, info};

use self::process::Gauges;
use crate::clock;
use crate::panics::{self, why_ended};
use crate::pipeline::Pipeline;

/// Names and values that tell series of a metric apart.
pub(crate) type Labels = Vec<(&'static str, String)>;

/// Figures are read from the record at most so often, however many ask.
const FRESH_FOR: Duration = Duration::from_secs(5);

/// Upper bounds of the latencies told apart, in seconds; pages are to take at most 0.1.
const SECONDS: [f64; 11] = [
    0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0,
];

/// What OpenMetrics is called.
const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What is counted, and where the rest is asked.
pub struct Metrics {
    pipeline: Arc<Pipeline>,
    crowd: Crowd,
    requests: Family<Labels, Histogram, fn() -> Histogram>,
    last: Mutex<Option<(Instant, String)>>,
}

impl Metrics {
    /// Nothing counted yet.
    pub fn new(pipeline: Arc<Pipeline>, crowd: Crowd) -> Arc<Self> {
        Arc::new(Self {
            pipeline,
            crowd,
            requests: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            last: Mutex::new(None),
        })
    }

    /// Counts the requests of a router.
    pub fn count(self: &Arc<Self>, router: Router) -> Router {
        router.layer(from_fn_with_state(Arc::clone(self), time))
    }

    /// Opens the listener of the configuration, if there is one, until the program stops.
    pub async fn open(self: &Arc<Self>, mut stop: watch::Receiver<bool>) -> Result<()> {
        let Some(listen) = self.pipeline.city.config.metrics.listen else {
            return Ok(());
        };
        let listener = bind(listen).await?;
        let address = listener.local_addr()?;
        let router = Router::new()
            .route("/metrics", get(tell))
            .with_state(Arc::clone(self));
        info!(metrics.address = %address, "metrics are open");
        tokio::spawn(async move {
            let stopped = async move {
                // The sender is gone when the program is.
                let _ = stop.wait_for(|stopping| *stopping).await;
            };
            let served = axum::serve(listener, router).with_graceful_shutdown(stopped);
            if let Err(failure) = served.await {
                error!(%failure, "the listener of metrics ended");
            }
        });
        Ok(())
    }

    fn tell_of_crowd(&self, registry: &mut Registry) {
        let (in_hand, places) = (Gauges::default(), Gauges::default());
        let turned_away = Family::<Labels, Counter>::default();
        for class in self.crowd.told() {
            let labels = vec![("class", class.class.to_owned())];
            in_hand.get_or_create(&labels).set(class.n_in_hand as f64);
            places.get_or_create(&labels).set(class.places as f64);
            turned_away
                .get_or_create(&labels)
                .inc_by(class.n_turned_away);
        }
        registry.register(
            "http_requests_in_hand",
            "Requests under way, by class",
            in_hand,
        );
        registry.register(
            "http_requests_places",
            "Requests that may be under way, by class",
            places,
        );
        registry.register(
            "http_requests_turned_away",
            "Requests answered 503 because all places of their class were taken",
            turned_away,
        );
    }

    /// Everything, as text.
    fn text(&self) -> Result<String> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, text)) = &*last
            && at.elapsed() < FRESH_FOR
        {
            return Ok(text.clone());
        }
        let mut registry = Registry::default();
        process::register(&mut registry);
        let ours = registry.sub_registry_with_prefix("langnghe");
        facts::register(ours, &self.pipeline, clock::now())?;
        self.tell_of_crowd(ours);
        let panics = Counter::<u64>::default();
        panics.inc_by(panics::count());
        ours.register(
            "panics",
            "Pieces of work that ended in a mistake of the program",
            panics,
        );
        ours.register(
            "http_request_duration_seconds",
            "Time to the head of the answer, by route",
            self.requests.clone(),
        );
        let mut text = String::new();
        encode(&mut text, &registry)?;
        *last = Some((Instant::now(), text.clone()));
        Ok(text)
    }
}

/// What became of a request; who was turned away met no failure.
fn outcome_of(response: &Response) -> String {
    if response.extensions().get::<TurnedAway>().is_some() {
        return "turned_away".to_owned();
    }
    format!("{}xx", response.status().as_u16() / 100)
}

async fn bind(listen: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| {
        format!(
            "[metrics] listen: không mở được {listen}, chọn cổng khác / cannot listen on {listen}, choose \
             another"
        )
    })
}

async fn tell(State(metrics): State<Arc<Metrics>>) -> Response {
    let text = tokio::task::spawn_blocking(move || metrics.text()).await;
    match text {
        Ok(Ok(text)) => ([(header::CONTENT_TYPE, KIND)], text).into_response(),
        Ok(Err(failure)) => {
            error!(failure = format!("{failure:#}"), "metrics cannot be told");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
        Err(failure) => {
            error!(failure = %why_ended(failure), "metrics cannot be told");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

async fn time(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("other", MatchedPath::as_str).to_owned();
    let method = method_of(request.method());
    let response = next.run(request).await;
    let labels = vec![
        ("route", route),
        ("method", method.to_owned()),
        ("status", outcome_of(&response)),
    ];
    let seconds = begun.elapsed().as_secs_f64();
    metrics.requests.get_or_create(&labels).observe(seconds);
    response
}

/// A method of ours; whatever else a client may invent is one series.
fn method_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        _ => "other",
    }
}
