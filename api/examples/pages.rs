//! Serves the pages over an invented city on loopback, to look at them:
//! `cargo run -p langnghe-api --example pages [PORT] [empty]`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a tool for developers may fail loudly and speaks on the terminal"
)]

#[path = "../tests/fixture/mod.rs"]
mod fixture;

#[tokio::main]
async fn main() {
    let args = std::env::args().skip(1).collect::<Vec<_>>();
    let port = args.first().map_or(8022, |port| port.parse().unwrap());
    let (state, _folder) = if args.iter().any(|arg| arg == "empty") {
        fixture::empty_city()
    } else {
        fixture::busy_city()
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    axum::serve(listener, api::router(state)).await.unwrap();
}
