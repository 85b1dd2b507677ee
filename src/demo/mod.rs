//! `demo`: a sample city served over loopback. The same crawler, pipeline and pages run on it as on
//! a real one; only the sources, and the permission to fetch from loopback, are other.

pub mod content;
pub mod desk;
mod generate;
mod html;
pub mod mastodon;
pub mod open311;
mod past;
pub mod press;
mod servers;
mod texts;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use models::domain::DigestScope;
use tokio::sync::watch;

use crate::city::City;
use crate::commands::Outcome;
use crate::commands::alerts::{bring_in, suggested};
use crate::commands::lines::Output;
use crate::config::{Index, Span};
use crate::nodes::Roles;
use crate::panics::why_ended;
use crate::pipeline::Pipeline;
use crate::store::Store;
use crate::{cli, clock, schedule, serve};

pub use servers::Servers;

/// `langnghe demo`
pub async fn run(mut city: City, request: &cli::Demo) -> Result<Outcome> {
    let started = Instant::now();
    let listen = request.listen.listen.unwrap_or(city.config.server.listen);
    let listener = serve::bind(listen).await?;
    let (stories, background) = texts::read()?;
    let content = generate::generate(
        (&stories, &background),
        city.annotator.gazetteer().data(),
        clock::now(),
        request.days,
        request.seed,
    );
    let reports = content.tickets.clone();
    let servers = Servers::start(content).await?;
    allow_loopback(&mut city);
    // Officers can sign in over plain HTTP as long as nothing leaves this machine.
    city.config.access.insecure_loopback |= listen.ip().is_loopback();
    let city = city.with_sources(servers.sources());
    let folder = tempfile::tempdir().context("no folder for the sample city's data")?;
    let data = request.keep.as_deref().unwrap_or(folder.path());
    let mut kept = city.config.clone();
    data.clone_into(&mut kept.data.dir);
    // The sample city stays out of the index of the real one.
    kept.index = Index::default();
    let store = Store::open_configured(&kept)?;
    let pipeline = Arc::new(Pipeline::open(Arc::new(city), store)?);
    announce(request)?;
    let (path, rules) = suggested(&pipeline.city.config)?;
    bring_in(&pipeline, &path, &rules)?;
    tokio::task::block_in_place(|| {
        past::remember(&pipeline, &reports, clock::now(), request.seed)
    })?;
    if request.once {
        let everything = cli::Crawl {
            once: true,
            source: None,
        };
        schedule::crawl(Arc::clone(&pipeline), &everything).await?;
        return report(&pipeline, started.elapsed());
    }
    if let Some(password) = desk::hire(&pipeline)? {
        announce_officer(&password)?;
    }
    let (leaving, left) = watch::channel(false);
    let filling = tokio::spawn(desk::keep(Arc::clone(&pipeline), left));
    let everything = Roles::default();
    serve::serve_on(pipeline, everything, listener, serve::stop_signal()).await?;
    leaving.send_replace(true);
    filling.await.map_err(why_ended)?;
    Ok(Outcome::Done)
}

/// Loopback servers have nothing to be spared: no pauses.
fn allow_loopback(city: &mut City) {
    let crawl = &mut city.config.crawl;
    crawl.allowed_networks = vec!["127.0.0.0/8".to_owned()];
    crawl.delay_min = Span::from_secs(0);
    crawl.delay_factor = 0.0;
    city.config.schedule.refresh_every = Span::from_secs(5);
    // Whoever tries the API out, or loads it for a test, is alone with it.
    city.config.api.anonymous_per_minute = 1_000_000;
    "CC BY 4.0".clone_into(&mut city.config.open_data.licence);
    "https://creativecommons.org/licenses/by/4.0/"
        .clone_into(&mut city.config.open_data.licence_url);
    "Thành phố mẫu".clone_into(&mut city.config.city.name);
}

fn announce(request: &cli::Demo) -> Result<()> {
    let mut output = Output::stdout();
    output.text(&format!(
        "Thành phố mẫu: {} ngày, hạt giống {}. Bản tin đầy đủ có sau khoảng một phút tại",
        request.days, request.seed
    ))?;
    output.finish()
}

fn announce_officer(password: &str) -> Result<()> {
    let mut output = Output::stdout();
    output.text(&format!(
        "Bàn làm việc: đăng nhập tên `{}`, mật khẩu `{password}` / sign in to see the desk",
        desk::LOGIN
    ))?;
    output.finish()
}

/// What `--once` prints: how long it took and what stands.
fn report(pipeline: &Pipeline, took: Duration) -> Result<Outcome> {
    let counts = pipeline.archive.counts()?;
    let days = pipeline.archive.digest_days(&DigestScope::City)?;
    let newest = days.first().context("no digest was published")?;
    let digest = pipeline.archive.digest(&DigestScope::City, *newest, None)?;
    let n_lines = digest.map_or(0, |digest| digest.top.len());
    ensure!(n_lines > 0, "the newest digest is empty");
    let mut output = Output::stdout();
    output.text(&format!(
        "{} tin, {} bản tin trong {} ngày, {n_lines} dòng ngày {newest}, {:.1} giây",
        counts.n_mentions,
        counts.n_digests,
        days.len(),
        took.as_secs_f64()
    ))?;
    output.finish()?;
    Ok(Outcome::Done)
}
