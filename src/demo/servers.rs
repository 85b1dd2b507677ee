//! The sample city's servers on loopback: each outlet under an address of its own, so that politeness
//! treats them as the hosts they stand for. One source is dead and one breaks off in the middle.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use models::domain::{Channel, Open311, Source, SourceId, SourceKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::content::Content;
use super::{mastodon, open311, press};

/// Running servers; they end with the process.
pub struct Servers {
    outlets: Vec<SocketAddr>,
    timeline: SocketAddr,
    hotline: SocketAddr,
    breaking: SocketAddr,
    dead: SocketAddr,
}

impl Servers {
    /// Opens every server.
    pub async fn start(content: Content) -> Result<Self> {
        let content = Arc::new(content);
        let mut outlets = Vec::new();
        for outlet in 0..press::OUTLETS.len() {
            let router = press::router(Arc::clone(&content), outlet);
            outlets.push(open(11 + outlet as u8, router).await?);
        }
        let dead = {
            // Taken and given back at once: nobody listens there any more.
            let listener = bind(31).await?;
            listener.local_addr()?
        };
        Ok(Self {
            outlets,
            timeline: open(21, mastodon::router(Arc::clone(&content))).await?,
            hotline: open(22, open311::router(content)).await?,
            breaking: open_breaking(32).await?,
            dead,
        })
    }

    /// What a configuration would say of them.
    pub fn sources(&self) -> Vec<Source> {
        let feed = |address: &SocketAddr| format!("http://{address}/rss/tin-moi.rss");
        let outlets = press::OUTLETS.iter().zip(&self.outlets);
        let mut sources = outlets
            .map(|(outlet, address)| {
                source(
                    outlet.id,
                    outlet.name,
                    Channel::Press,
                    SourceKind::Feed,
                    feed(address),
                )
            })
            .collect::<Vec<_>>();
        let tag = SourceKind::MastodonTag("tphcm".to_owned());
        let timeline = format!("http://{}", self.timeline);
        let hotline = format!("http://{}/open311/v2", self.hotline);
        sources.extend([
            source(
                "mang-xa-hoi",
                "Mạng xã hội mẫu #tphcm",
                Channel::Social,
                tag,
                timeline,
            ),
            source(
                "1022",
                "Đường dây nóng 1022 mẫu",
                Channel::Hotline,
                SourceKind::Open311(Open311::default()),
                hotline,
            ),
            source(
                "bao-dut",
                "Báo Đứt Gánh",
                Channel::Press,
                SourceKind::Feed,
                feed(&self.breaking),
            ),
            source(
                "bao-nghi",
                "Báo Đã Nghỉ",
                Channel::Press,
                SourceKind::Feed,
                feed(&self.dead),
            ),
        ]);
        sources
    }
}

fn source(id: &str, name: &str, channel: Channel, kind: SourceKind, url: String) -> Source {
    Source {
        id: SourceId::new(id),
        name: name.to_owned(),
        channel,
        follow_links: kind == SourceKind::Feed,
        kind,
        url,
        outlet: name.to_owned(),
        poll_every: None,
        disabled: None,
        trust: match channel {
            Channel::Press => 0.9,
            Channel::Hotline => 0.8,
            Channel::Social => 0.4,
        },
    }
}

async fn bind(host: u8) -> Result<TcpListener> {
    let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, host)), 0);
    TcpListener::bind(address)
        .await
        .with_context(|| format!("no port on {}", address.ip()))
}

async fn open(host: u8, router: Router) -> Result<SocketAddr> {
    let listener = bind(host).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(address)
}

/// Promises a long feed and hangs up in the middle of it.
async fn open_breaking(host: u8) -> Result<SocketAddr> {
    let listener = bind(host).await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 1024];
                let n_read = stream.read(&mut request).await.unwrap_or(0);
                let answer: &[u8] = if request[..n_read].starts_with(b"GET /robots.txt") {
                    b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                } else {
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nContent-Length: 90000\
                      \r\n\r\n<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>B"
                };
                // The peer may be gone already; that is what this source is for.
                let _ = stream.write_all(answer).await;
            });
        }
    });
    Ok(address)
}
