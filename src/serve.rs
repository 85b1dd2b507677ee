//! `serve`: schedule, pipeline and pages in one process, with a graceful stop.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use api::{AppState, Crowd};
use indexer::Duty;
use tokio::net::TcpListener;
use tokio::signal::unix::{self, SignalKind};
use tokio::sync::watch;
use tracing::info;

use crate::city::City;
use crate::clock;
use crate::config::{Config, INSECURE_EN, INSECURE_VI};
use crate::desk::EditDesk;
use crate::dump;
use crate::frontier;
use crate::hooks::HookDesk;
use crate::intake::ReportDesk;
use crate::metrics::Metrics;
use crate::nodes::{Role, Roles, Standing};
use crate::pipeline::Pipeline;
use crate::schedule;
use crate::store::access_key;
use crate::watchdog;

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

/// Does the parts of the work that are this process's, with pages or at least its health on a port already
/// taken, until `stop` is done; then finishes what is under way.
pub async fn serve_on(
    pipeline: Arc<Pipeline>,
    roles: Roles,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let address = listener.local_addr()?;
    // Where nobody else can crawl, another that does is refused before anything is begun.
    let crawling = if pipeline.record.is_shared() {
        None
    } else {
        Some(frontier::begin(&pipeline)?)
    };
    let (stopping, stopped) = watch::channel(false);
    let schedule = tokio::spawn(schedule::run(
        Arc::clone(&pipeline),
        roles,
        crawling,
        stopped.clone(),
    ));
    let crowd = Crowd::new(&pipeline.city.config.server.places());
    let metrics = Metrics::new(Arc::clone(&pipeline), crowd.clone());
    metrics.open(stopped.clone()).await?;
    let mut keeping = None;
    let router = if roles.has(Role::Web) {
        let state = AppState {
            crowd,
            ..state_of(&pipeline)?
        };
        let (router, upkeep) = api::router_with_upkeep(state);
        keeping = Some(tokio::spawn(schedule::keep_up(
            Arc::clone(&pipeline),
            upkeep,
            stopped.clone(),
        )));
        metrics.count(router)
    } else {
        api::node_router(node_of(&pipeline, roles))
    };
    info!(server.address = %address, roles = %roles, "pages are open");
    announce(address);
    watchdog::start(&pipeline, stopped);
    let pages = axum::serve(
        listener,
        router.into_make_service_with_connect_info::<SocketAddr>(),
    );
    pages
        .with_graceful_shutdown(async move {
            stop.await;
            watchdog::stopping();
            stopping.send_replace(true);
        })
        .await
        .context("the server of pages ended")?;
    schedule.await.context("the schedule ended")?;
    if let Some(keeping) = keeping {
        keeping.await.context("the upkeep of pages ended")?;
    }
    info!("stopped");
    Ok(())
}

/// What a process without pages tells of itself.
fn node_of(pipeline: &Arc<Pipeline>, roles: Roles) -> api::NodeState {
    let searches = roles.searches();
    let of_duties = move || {
        let standing = Standing::of_this_process();
        let all = [(Role::Crawl, Duty::Crawl), (Role::Process, Duty::Process)];
        let ours = all.into_iter().filter(|(role, _)| roles.has(*role));
        ours.map(|(role, duty)| (role.code(), standing.has(duty)))
            .collect()
    };
    api::NodeState {
        archive: Arc::clone(&pipeline.archive),
        search: searches.then(|| Arc::clone(&pipeline.search)),
        roles: roles.to_string(),
        duties: Arc::new(of_duties),
    }
}

pub(crate) fn state_of(pipeline: &Arc<Pipeline>) -> Result<AppState> {
    Ok(AppState {
        archive: Arc::clone(&pipeline.archive),
        atlas: Arc::clone(&pipeline.atlas),
        accounts: Arc::clone(&pipeline.accounts),
        book: Arc::clone(&pipeline.book),
        desk: Some(Arc::new(EditDesk::new(Arc::clone(pipeline)))),
        outbox: Arc::clone(&pipeline.outbox),
        alerts: Arc::clone(&pipeline.alerts),
        ways: pipeline.city.ways(),
        access: pipeline.city.config.access_settings(),
        vault: api::access::Vault::new(&access_key(&pipeline.folder)?),
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
        hours: api::PublishHours {
            digest: pipeline.city.config.schedule.digest_at.time(),
            report: pipeline.city.config.schedule.report_at.time(),
        },
        frame_ancestors: frame_ancestors(pipeline),
        hooks: Some(Arc::new(HookDesk::new(Arc::clone(pipeline)))),
        open: open_data(pipeline)?,
        requests: crate::requests::desk(pipeline)?,
        crowd: Crowd::new(&pipeline.city.config.server.places()),
    })
}

fn open_data(pipeline: &Arc<Pipeline>) -> Result<api::OpenData> {
    let config = &pipeline.city.config;
    let intake = ReportDesk::open(pipeline, &config.open311)?;
    Ok(api::OpenData {
        disclosure: api::Disclosure::new(config.open_data.k),
        licence: licence(&config.open_data),
        painter: crate::print::painter(),
        assistant: assistant(),
        dumps: (config.open_data.dumps_days > 0).then(|| Arc::new(dump::store(pipeline))),
        intake: intake.map(|desk| Arc::new(desk) as Arc<dyn api::open311::Intake>),
    })
}

/// Who answers assistants; `None` without the feature `mcp`.
#[cfg_attr(
    feature = "mcp",
    expect(clippy::unnecessary_wraps, reason = "none without the feature")
)]
fn assistant() -> Option<Arc<dyn api::assist::Assistant>> {
    #[cfg(feature = "mcp")]
    return Some(Arc::new(mcp::McpAssistant));
    #[cfg(not(feature = "mcp"))]
    None
}

fn licence(settings: &crate::config::OpenData) -> Option<api::Licence> {
    let said = |text: &String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    Some(api::Licence {
        name: said(&settings.licence)?,
        url: said(&settings.licence_url),
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
