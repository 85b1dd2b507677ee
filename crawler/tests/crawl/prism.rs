//! Open311 against prism, which refuses what `tests/peers/open311.yaml` does not describe and gives
//! answers in the shape it does.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use jiff::Timestamp;
use models::domain::{HealthStatus, Open311, Rating, SecretRef, SourceKind, TicketStatus};
use url::Url;

use crate::support::{Pipeline, fetcher, source};

/// A running prism; it ends with the test.
struct Prism {
    child: Child,
    port: u16,
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn peers() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/peers"))
}

impl Prism {
    async fn start() -> Self {
        let program = peers().join("prism/node_modules/@stoplight/prism-cli/dist/index.js");
        assert!(program.is_file(), "prism is missing; run tests/tools.sh");
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let child = Command::new("node")
            .arg(program)
            .args([
                "mock",
                "--errors",
                "--host",
                "127.0.0.1",
                "--port",
                &port.to_string(),
            ])
            .arg(peers().join("open311.yaml"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let prism = Self { child, port };
        for _ in 0..600 {
            if tokio::net::TcpStream::connect(("127.0.0.1", port))
                .await
                .is_ok()
            {
                return prism;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("prism did not start within a minute");
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://127.0.0.1:{}{path}", self.port)).unwrap()
    }
}

fn with_key(jurisdiction: &str, key: &str) -> (SourceKind, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key");
    std::fs::write(&file, key).unwrap();
    let how = Open311 {
        jurisdiction: Some(jurisdiction.to_owned()),
        key: Some(SecretRef::File(file.to_str().unwrap().to_owned())),
    };
    (SourceKind::Open311(how), folder)
}

#[tokio::test]
async fn every_question_is_as_the_standard_has_it() {
    const KEY: &str = "khoa-bi-mat-1022";
    let prism = Prism::start().await;
    let (kind, _folder) = with_key("hochiminhcity.gov.vn", KEY);
    let source = source(kind, &prism.url("/discovery.json"));
    let mut pipeline = Pipeline::new(fetcher());
    // So that the tickets of the example lie in the past.
    pipeline.now = "2026-11-12T05:00:00Z".parse::<Timestamp>().unwrap();
    let first = pipeline.visit(&source).await;
    assert!(
        matches!(
            first.health.status,
            HealthStatus::Fresh | HealthStatus::Stale
        ),
        "{:?}",
        first.health
    );
    assert_eq!(first.complaints, Vec::<String>::new());
    assert_eq!(first.mentions.len(), 2);
    let closed = first.mentions[0].ticket.clone().unwrap();
    assert_eq!(
        (closed.status, closed.rating, closed.field.as_deref()),
        (
            TicketStatus::Closed,
            Some(Rating::Satisfied),
            Some("Thoát nước")
        )
    );
    assert_eq!(closed.updated_at, "2026-11-11T09:20:00Z".parse().ok());
    let open = first.mentions[1].ticket.clone().unwrap();
    assert_eq!(
        open.field.as_deref(),
        Some("Tiếng ồn"),
        "by its service code"
    );

    // The second visit asks for changes too.
    pipeline.now += jiff::SignedDuration::from_mins(30);
    let second = pipeline.visit(&source).await;
    assert_eq!(second.complaints, Vec::<String>::new());
    for visit in [&first, &second] {
        assert!(!visit.captures.is_empty());
        let kept = format!("{visit:?}");
        assert!(!kept.contains(KEY), "the key is kept nowhere");
        for capture in &visit.captures {
            assert!(capture.url.contains("jurisdiction_id="), "{}", capture.url);
            assert!(!capture.url.contains("api_key"), "{}", capture.url);
        }
    }
}

#[tokio::test]
async fn what_the_standard_forbids_is_told_without_the_key() {
    let prism = Prism::start().await;
    let (kind, _folder) = with_key("o-dau-do", "khoa-bi-mat-1022");
    let source = source(kind, &prism.url("/open311/v2"));
    let refused = Pipeline::new(fetcher()).visit(&source).await;
    assert_eq!(refused.health.status, HealthStatus::Unreachable);
    assert!(
        refused.health.detail.contains("422"),
        "{:?}",
        refused.health
    );
    assert!(!format!("{refused:?}").contains("khoa-bi-mat"));
}
