//! What fetching and reading pages costs over loopback, from as many hosts as requests are under way:
//! the real way of a page, with robots.txt, address guard, politeness (its pauses set to zero) and the
//! shipped outlets.
//!
//! `bench_fetch [PAGES]` serves pages itself, on a thread that is not counted.
//! `bench_fetch PAGES PORT` fetches `/p/N.html` from a server on that port of 127.0.2.1 to 127.0.2.32,
//! for `tests/bench/crawl.py`, which measures the whole process.

#![expect(
    clippy::unwrap_used,
    reason = "a bench that cannot read its outlets fails"
)]

#[path = "../tests/support/shipped.rs"]
mod shipped;

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

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<usize>());
    let n_pages = numbers.next().unwrap_or(Ok(5000))?;
    let port = numbers.next().transpose()?.map(u16::try_from).transpose()?;
    let client = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    if let Some(port) = port {
        return report(&client, port, n_pages, true);
    }
    let port = serve()?;
    report(&client, port, n_pages, false)?;
    report(&client, port, n_pages, true)
}

fn report(
    client: &tokio::runtime::Runtime,
    port: u16,
    n_pages: usize,
    with_extraction: bool,
) -> Result<(), Failure> {
    let (before, began) = (cpu_seconds()?, std::time::Instant::now());
    let done = client.block_on(crawl(port, n_pages, with_extraction))?;
    let (seconds, wall) = (cpu_seconds()? - before, began.elapsed().as_secs_f64());
    let what = if with_extraction {
        "fetch and extract"
    } else {
        "fetch"
    };
    writeln!(
        io::stdout(),
        "{what}: {} pages of {} kB with {} letters of text each, {:.2} CPU-s per 1,000 pages, \
         {:.0} pages/CPU-s, {:.0} pages/s, peak {} kB",
        done.pages,
        done.bytes / done.pages.max(1) / 1000,
        done.letters / done.pages.max(1),
        seconds * 1000.0 / done.pages as f64,
        done.pages as f64 / seconds,
        done.pages as f64 / wall,
        peak_kilobytes()?,
    )?;
    if done.pages < n_pages {
        return Err(format!("only {} of {n_pages} pages came", done.pages).into());
    }
    Ok(())
}

/// Serves pages on every loopback address, on a thread of its own.
fn serve() -> io::Result<u16> {
    let listener = std::net::TcpListener::bind("0.0.0.0:0")?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    let page = |Path(name): Path<String>| async move {
        Html(page(name.trim_end_matches(".html").parse().unwrap_or(0)))
    };
    let router = Router::new().route("/p/{name}", get(page));
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

/// What came of a crawl.
#[derive(Default)]
struct Counts {
    pages: AtomicUsize,
    bytes: AtomicUsize,
    letters: AtomicUsize,
}

struct Done {
    pages: usize,
    bytes: usize,
    letters: usize,
}

async fn crawl(port: u16, n_pages: usize, with_extraction: bool) -> Result<Done, Failure> {
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
    let fetcher = Arc::new(Fetcher::new(policy)?);
    let outlets = Arc::new(shipped::outlets());
    let counts = Arc::new(Counts::default());
    let local = tokio::task::LocalSet::new();
    for host in 0..HOSTS {
        let (fetcher, outlets) = (Arc::clone(&fetcher), Arc::clone(&outlets));
        let counts = Arc::clone(&counts);
        local.spawn_local(async move {
            for number in (host..n_pages).step_by(HOSTS) {
                let address = format!("http://127.0.2.{}:{port}/p/{number}.html", host + 1);
                if let Ok(url) = Url::parse(&address) {
                    let reading = with_extraction.then_some(outlets.as_ref());
                    fetch_one(&fetcher, url, reading, &counts).await;
                }
            }
        });
    }
    local.await;
    let value = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    Ok(Done {
        pages: value(&counts.pages),
        bytes: value(&counts.bytes),
        letters: value(&counts.letters),
    })
}

async fn fetch_one(fetcher: &Fetcher, url: Url, reading: Option<&Outlets>, counts: &Counts) {
    let Ok(answer) = fetcher.fetch(&Request::page(url.clone())).await else {
        return;
    };
    counts.pages.fetch_add(1, Ordering::Relaxed);
    counts.bytes.fetch_add(answer.body.len(), Ordering::Relaxed);
    if let Some(outlets) = reading {
        let article = extract(&answer.body, answer.content_type(), &url, outlets);
        let n_letters = article.text.chars().count();
        counts.letters.fetch_add(n_letters, Ordering::Relaxed);
    }
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
