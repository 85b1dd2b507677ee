//! `serve`: schedule, pipeline and pages in one process, with a graceful stop.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use api::AppState;
use tokio::net::TcpListener;
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::watch;
use tracing::info;

use crate::city::City;
use crate::clock;
use crate::config::{Config, INSECURE_EN, INSECURE_VI};
use crate::frontier;
use crate::hooks::HookDesk;
use crate::intake::ReportDesk;
use crate::pipeline::Pipeline;
use crate::schedule;
use crate::streams;

/// Takes the port before anything else is begun, so that a busy one is said at once.
pub async fn bind(listen: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| {
        format!(
            "không mở được cổng {listen}: đang có chương trình khác dùng? chọn cổng khác bằng \
             --listen / cannot listen on {listen}: choose another with --listen"
        )
    })
}

/// Cookies over plain HTTP stay on the own machine, also where the command line says where to listen.
pub fn check_cookies(config: &Config) -> Result<()> {
    ensure!(
        !config.access.insecure_loopback || config.server.listen.ip().is_loopback(),
        "access.insecure_loopback {INSECURE_VI} / {INSECURE_EN}"
    );
    Ok(())
}

/// Serves pages on a port already taken and keeps the schedule, until `stop` is done; then
/// finishes what is under way.
pub async fn serve_on(
    pipeline: Arc<Pipeline>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let address = listener.local_addr()?;
    let crawling = frontier::begin(&pipeline)?;
    let (stopping, stopped) = watch::channel(false);
    let streams = tokio::spawn(streams::run(Arc::clone(&pipeline), stopped.clone()));
    let schedule = tokio::spawn(schedule::run(Arc::clone(&pipeline), crawling, stopped));
    info!(server.address = %address, "pages are open");
    announce(address);
    let router = api::router(state_of(&pipeline)?);
    let pages = axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    );
    pages
        .with_graceful_shutdown(async move {
            stop.await;
            stopping.send_replace(true);
        })
        .await
        .context("the server of pages ended")?;
    streams.await.context("the streams ended")?;
    schedule.await.context("the schedule ended")?;
    info!("stopped");
    Ok(())
}

pub(crate) fn state_of(pipeline: &Arc<Pipeline>) -> Result<AppState> {
    Ok(AppState {
        archive: Arc::clone(&pipeline.archive),
        atlas: Arc::clone(&pipeline.atlas),
        accounts: Arc::clone(&pipeline.accounts),
        access: pipeline.city.config.access_settings(),
        #[cfg(feature = "oidc")]
        identity: crate::oidc::provider(&pipeline.city)?,
        #[cfg(not(feature = "oidc"))]
        identity: None,
        search: Arc::clone(&pipeline.search),
        units: pipeline.city.units().into(),
        taxonomy: Arc::new(pipeline.city.taxonomy.clone()),
        agencies: pipeline.city.agencies().into(),
        sources: pipeline.city.sources.as_slice().into(),
        city: pipeline.city.config.city.name.clone(),
        clock: Arc::new(clock::now),
        restorer: Arc::new(City::restorer()?),
        indicators: pipeline.city.indicators.as_slice().into(),
        public_url: public_url(pipeline),
        printer: crate::print::printer(),
        score: Arc::new(pipeline.city.methods.score.clone()),
        frame_ancestors: frame_ancestors(pipeline),
        hooks: Some(Arc::new(HookDesk::new(Arc::clone(pipeline)))),
        open: open_data(pipeline)?,
    })
}

fn open_data(pipeline: &Arc<Pipeline>) -> Result<api::OpenData> {
    let config = &pipeline.city.config;
    let intake = ReportDesk::open(pipeline, &config.open311)?;
    Ok(api::OpenData {
        disclosure: api::Disclosure::new(config.open_data.k),
        intake: intake.map(|desk| Arc::new(desk) as Arc<dyn api::open311::Intake>),
    })
}

fn frame_ancestors(pipeline: &Pipeline) -> Arc<[String]> {
    let origins = pipeline.city.config.embed.frame_ancestors.iter();
    origins.map(ToString::to_string).collect()
}

/// Without a slash at its end.
fn public_url(pipeline: &Pipeline) -> Option<String> {
    let url = pipeline.city.config.server.public_url.as_ref()?;
    Some(url.trim_end_matches('/').to_owned())
}

/// Says where the pages are; nobody need be listening.
fn announce(address: SocketAddr) {
    let mut stdout = std::io::stdout();
    let _ = writeln!(stdout, "http://{address}/").and_then(|()| stdout.flush());
}

/// Ctrl-C or SIGTERM.
pub async fn stop_signal() {
    let interrupt = tokio::signal::ctrl_c();
    let Ok(mut terminate) = unix::signal(SignalKind::terminate()) else {
        return interrupt.await.unwrap_or_default();
    };
    tokio::select! {
        _ = interrupt => {}
        _ = terminate.recv() => {}
    }
}
