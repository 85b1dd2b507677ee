//! What fetching costs: pages a CPU second and peak memory, over loopback, from as many hosts as
//! requests are under way. The server runs on threads of its own and is not counted.
//!
//! `cargo run --release -p langnghe-crawler --example bench_fetch [PAGES]`

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::response::Html;
use axum::routing::get;
use crawler::extract::Outlets;
use crawler::extract::article::extract;
use crawler::fetch::politeness::Politeness;
use crawler::fetch::{FetchPolicy, Fetcher, Network, Request};
use url::Url;

const HOSTS: usize = 32;
const PARAGRAPHS: usize = 70;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let n_pages = std::env::args()
        .nth(1)
        .map_or(Ok(5000), |text| text.parse::<usize>())?;
    let port = serve()?;
    let client = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    for with_extraction in [false, true] {
        let (before, began) = (cpu_seconds()?, std::time::Instant::now());
        let n_bytes = client.block_on(crawl(port, n_pages, with_extraction))?;
        let (seconds, wall) = (cpu_seconds()? - before, began.elapsed().as_secs_f64());
        let what = if with_extraction {
            "fetch and extract"
        } else {
            "fetch"
        };
        writeln!(
            io::stdout(),
            "{what}: {n_pages} pages of {} kB, {:.2} CPU-s per 1,000 pages, {:.0} pages/CPU-s, {:.0} pages/s, peak {} kB",
            n_bytes / n_pages / 1000,
            seconds * 1000.0 / n_pages as f64,
            n_pages as f64 / seconds,
            n_pages as f64 / wall,
            peak_kilobytes()?,
        )?;
    }
    Ok(())
}

/// Serves pages on every loopback address, on threads of its own.
fn serve() -> io::Result<u16> {
    let listener = std::net::TcpListener::bind("0.0.0.0:0")?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    let page = |Path(number): Path<usize>| async move { Html(page(number)) };
    let router = Router::new().route("/tin/{number}", get(page));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(async {
            axum::serve(tokio::net::TcpListener::from_std(listener)?, router).await
        })
    });
    Ok(port)
}

fn page(number: usize) -> String {
    let body = (0..PARAGRAPHS).map(|paragraph| {
        let place = (number * 31 + paragraph) % 997;
        format!(
            "<p>Chiều nay nhiều tuyến đường quanh khu vực số {place} ngập sâu sau cơn mưa kéo dài hai giờ, xe máy \
             chết máy hàng loạt, người dân phải dắt bộ qua đoạn đường dài gần một cây số; nhiều hộ dùng bao \
             cát chặn nước trước cửa nhà, và mong cơ quan quản lý sớm nạo vét cống thoát nước đã nghẹt lâu nay.</p>"
        )
    });
    format!(
        "<!doctype html><html lang=vi><head><title>Ngập số {number}</title></head><body><nav><a href=/>Trang chủ</a></nav>\
         <article><h1>Ngập đường số {number}</h1>{}</article></body></html>",
        body.collect::<String>()
    )
}

async fn crawl(
    port: u16,
    n_pages: usize,
    with_extraction: bool,
) -> Result<usize, Box<dyn std::error::Error>> {
    let politeness = Politeness {
        delay_min: Duration::ZERO,
        delay_factor: 0.0,
        ..Politeness::default()
    };
    let policy = FetchPolicy {
        politeness,
        allowed_networks: Network::loopback(),
        ..FetchPolicy::default()
    };
    let (fetcher, n_bytes) = (
        Arc::new(Fetcher::new(policy)?),
        Arc::new(AtomicUsize::new(0)),
    );
    let local = tokio::task::LocalSet::new();
    for host in 0..HOSTS {
        let (fetcher, n_bytes) = (Arc::clone(&fetcher), Arc::clone(&n_bytes));
        local.spawn_local(async move {
            let outlets = Outlets::default();
            for number in (host..n_pages).step_by(HOSTS) {
                let address = format!("http://127.0.2.{}:{port}/tin/{number}", host + 1);
                let Ok(url) = Url::parse(&address) else {
                    continue;
                };
                let Ok(answer) = fetcher.fetch(&Request::page(url.clone())).await else {
                    continue;
                };
                n_bytes.fetch_add(answer.body.len(), Ordering::Relaxed);
                if with_extraction {
                    std::hint::black_box(extract(
                        &answer.body,
                        answer.content_type(),
                        &url,
                        &outlets,
                    ));
                }
            }
        });
    }
    local.await;
    Ok(n_bytes.load(Ordering::Relaxed))
}

/// Time this thread has spent on a CPU: the machine may be shared, so wall time says little.
fn cpu_seconds() -> io::Result<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text
        .split_whitespace()
        .next()
        .and_then(|field| field.parse::<f64>().ok());
    nanoseconds
        .map(|ns| ns / 1e9)
        .ok_or_else(|| io::Error::other("schedstat cannot be read"))
}

fn peak_kilobytes() -> io::Result<u64> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
    kilobytes.ok_or_else(|| io::Error::other("VmHWM cannot be read"))
}
