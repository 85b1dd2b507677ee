//! A collector of OpenTelemetry is told which part of the work took how long, and no citizen's word.

use std::fs;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::net::TcpListener;
use tokio::task::block_in_place;

use crate::hooks::{Sent, city, ticket};
use crate::program::{Server, command, get, run_with, wait_for};

/// What a collector was sent: the whole requests, and what they said.
type Heard = Arc<Mutex<Vec<(Vec<u8>, ExportTraceServiceRequest)>>>;

/// Takes what any collector takes at `/v1/traces`.
async fn collector(heard: Heard, status: StatusCode) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let take = move |headers: HeaderMap, body: Bytes| {
        assert_eq!(headers["content-type"], "application/x-protobuf");
        let told = ExportTraceServiceRequest::decode(body.clone()).unwrap();
        heard.lock().unwrap().push((body.to_vec(), told));
        std::future::ready(status)
    };
    let router = Router::new().route("/v1/traces", post(take));
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

fn text_of<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a str> {
    let attribute = attributes.iter().find(|attribute| attribute.key == key)?;
    match attribute.value.as_ref()?.value.as_ref()? {
        Value::StringValue(text) => Some(text),
        _ => None,
    }
}

fn spans(heard: &Heard) -> Vec<Span> {
    let heard = heard.lock().unwrap();
    let resources = heard.iter().flat_map(|(_, told)| &told.resource_spans);
    let scopes = resources.flat_map(|resource| &resource.scope_spans);
    scopes.flat_map(|scope| scope.spans.clone()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_is_told_what_took_how_long_and_no_citizens_word() {
    let heard = Heard::default();
    let collector = collector(Arc::clone(&heard), StatusCode::OK).await;
    let folder = city();
    block_in_place(|| {
        let (mut server, site) = Server::announced(
            command(folder.path())
                .args(["--config", "langnghe.toml", "serve"])
                .env("LANGNGHE_METRICS__OTLP", &collector),
        );
        let (status, said) = Sent::new("msg_1", &ticket("1", "open")).post(&site);
        assert_eq!(status, 200, "{said}");
        get(&format!("{site}/tim-kiem?q=0912345678")).unwrap();
        get(&format!("{site}/don-vi/26740")).unwrap();
        // What is under way when the program stops is told too.
        assert_eq!(server.stop(), Some(0));
    });
    let spans = spans(&heard);
    for name in ["index", "refresh", "forget", "expire"] {
        assert!(spans.iter().any(|span| span.name == name), "{name}");
    }
    let requests = spans.iter().filter(|span| span.name == "request");
    let routes = requests.filter_map(|span| text_of(&span.attributes, "http.route"));
    let routes = routes.collect::<Vec<_>>();
    for route in ["/hooks/{source}", "/tim-kiem", "/don-vi/{code}"] {
        assert!(routes.contains(&route), "{route} is not among {routes:?}");
    }
    for span in &spans {
        assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
        assert_eq!((span.trace_id.len(), span.span_id.len()), (16, 8));
    }
    let heard = heard.lock().unwrap();
    let resource = heard[0].1.resource_spans[0].resource.as_ref().unwrap();
    assert_eq!(
        text_of(&resource.attributes, "service.name"),
        Some("langnghe")
    );
    for canary in ["0912345678", "msg_1", "26740"] {
        let is_told = heard
            .iter()
            .any(|(bytes, _)| memchr::memmem::find(bytes, canary.as_bytes()).is_some());
        assert!(!is_told, "the collector was told {canary}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_collector_that_refuses_or_is_away_is_named_and_stops_nothing() {
    let refusing = collector(Heard::default(), StatusCode::BAD_REQUEST).await;
    let away = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    for address in [refusing, away] {
        let folder = city();
        let folder = folder.path();
        block_in_place(|| {
            let log = fs::File::create(folder.join("log")).unwrap();
            let (mut server, site) = Server::announced(
                command(folder)
                    .args(["--config", "langnghe.toml", "--log", "json", "serve"])
                    .env("LANGNGHE_METRICS__OTLP", &address)
                    .stderr(log),
            );
            wait_for("pages", Duration::from_secs(20), || {
                (get(&format!("{site}/readyz"))?.0 == 200).then_some(())
            });
            assert_eq!(server.stop(), Some(0));
        });
        let log = fs::read_to_string(folder.join("log")).unwrap();
        assert!(log.contains("opentelemetry"), "{log}");
    }
    let folder = city();
    let with = [("LANGNGHE_METRICS__OTLP", "collector:4318")];
    let refused = block_in_place(|| run_with(folder.path(), &with, &["config", "check"], b""));
    let refused = refused.expect(1);
    assert!(refused.stderr.contains("otlp"), "{}", refused.stderr);
}
