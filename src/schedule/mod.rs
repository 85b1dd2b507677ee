//! When things happen: visits when sources are due, search every few seconds, the running day every
//! few minutes, the digest in the morning. One broken source, or one failed step, never stops a day.

mod days;
mod rounds;
mod tellers;
mod visits;

use std::sync::Arc;
use std::time::Duration;

use api::Upkeep;
use indexer::Duty;
use models::domain::Source;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{debug_span, error, info};

use self::rounds::{is_over, on_one_thread, pause};
use self::tellers::keep_telling;
use self::visits::visit_loop;
use crate::alerts;
use crate::chore::Chore;
use crate::clock;
use crate::dump::Keeper;
use crate::frontier::{self, Crawling};
use crate::indicators;
use crate::mail::Postman;
use crate::nodes::{self, Role, Roles};
use crate::notices::Herald;
use crate::outgoing::Courier;
use crate::panics::{caught_in, why_ended};
use crate::pipeline::Pipeline;
use crate::requests::Messenger;
use crate::retention;
use crate::returned;
use crate::streams;

pub use self::days::{last_due_day, refresh};
pub use self::visits::{crawl, visit};

/// How often due sources are looked for, and what pages keep is made anew.
const TICK: Duration = Duration::from_secs(1);
/// How often search follows the record.
const INDEX_EVERY: Duration = Duration::from_secs(5);
/// How often what is past its time is deleted.
const EXPIRE_EVERY: Duration = Duration::from_hours(1);
/// How often mentions that are due are looked at again.
const LOOK_EVERY: Duration = Duration::from_mins(5);
/// How often the folder of letters that came back is emptied.
const RETURNED_EVERY: Duration = Duration::from_secs(10);

/// Does the parts of the work that are this process's, until `stop` turns true; visits under way are
/// finished, so that nothing half-done is left. `crawling` is there where no other process can crawl.
pub async fn run(
    pipeline: Arc<Pipeline>,
    roles: Roles,
    crawling: Option<Crawling>,
    stop: watch::Receiver<bool>,
) {
    let mut tasks = Vec::new();
    let mut begin = |task| tasks.push(task);
    let each = || (Arc::clone(&pipeline), stop.clone());
    if let Some(crawling) = crawling {
        let (pipeline, stop) = each();
        begin(tokio::spawn(collect(pipeline, crawling, stop)));
    } else if roles.has(Role::Crawl) {
        let (pipeline, stop) = each();
        begin(tokio::spawn(nodes::lead(
            pipeline,
            Duty::Crawl,
            stop,
            collect_in_term,
        )));
    }
    if roles.has(Role::Process) {
        let (pipeline, stop) = each();
        begin(tokio::spawn(nodes::lead(
            pipeline,
            Duty::Process,
            stop,
            process,
        )));
    }
    if roles.searches() {
        let (pipeline, stop) = each();
        begin(tokio::spawn(index_loop(pipeline, stop)));
    }
    if roles.keeps_captures() {
        let (pipeline, stop) = each();
        begin(tokio::spawn(capture_loop(pipeline, stop)));
    }
    if roles.has(Role::Web) {
        let (pipeline, stop) = each();
        begin(tokio::spawn(dump_loop(pipeline, stop)));
    }
    wait_for(tasks).await;
}

/// Everything that comes in.
async fn collect(pipeline: Arc<Pipeline>, crawling: Crawling, stop: watch::Receiver<bool>) {
    let each = || (Arc::clone(&pipeline), stop.clone());
    let (of_visits, stop_visits) = each();
    let (of_pages, stop_pages) = each();
    let (of_streams, stop_streams) = each();
    let (of_values, stop_values) = each();
    let (of_looks, stop_looks) = each();
    wait_for(vec![
        tokio::spawn(visit_loop(of_visits, stop_visits)),
        tokio::spawn(frontier::keep_reading(of_pages, crawling, stop_pages)),
        tokio::spawn(streams::run(of_streams, stop_streams)),
        tokio::spawn(indicators::keep_fetching(of_values, stop_values)),
        tokio::spawn(takedown_loop(of_looks, stop_looks)),
    ])
    .await;
}

async fn collect_in_term(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    match tokio::task::block_in_place(|| frontier::begin_in_term(&pipeline)) {
        Ok(crawling) => collect(pipeline, crawling, stop).await,
        Err(failure) => {
            let failure = format!("{failure:#}");
            error!(failure, "crawling cannot begin");
            tokio::time::sleep(INDEX_EVERY).await;
        }
    }
}

/// Everything that is made of what came in, and told.
async fn process(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    let each = || (Arc::clone(&pipeline), stop.clone());
    let (of_days, stop_days) = each();
    let (of_messages, stop_messages) = each();
    let (of_mails, stop_mails) = each();
    let (of_notices, stop_notices) = each();
    let (of_returned, stop_returned) = each();
    let (of_asked, stop_asked) = each();
    let (of_old, stop_old) = each();
    wait_for(vec![
        tokio::spawn(day_loop(of_days, stop_days)),
        tokio::spawn(keep_telling::<Courier>(of_messages, stop_messages)),
        tokio::spawn(keep_telling::<Postman>(of_mails, stop_mails)),
        tokio::spawn(keep_telling::<Herald>(of_notices, stop_notices)),
        tokio::spawn(returned_loop(of_returned, stop_returned)),
        tokio::spawn(keep_telling::<Messenger>(of_asked, stop_asked)),
        tokio::spawn(forget_loop(of_old, stop_old)),
    ])
    .await;
}

/// Makes anew what pages keep, before somebody asks for it.
pub async fn keep_up(pipeline: Arc<Pipeline>, upkeep: Upkeep, stop: watch::Receiver<bool>) {
    let mut chore = Chore::new("what pages keep cannot be made anew");
    on_one_thread(pipeline, TICK, stop, move |_| {
        chore.take(&debug_span!("keep up"), || {
            upkeep.round()?;
            Ok(())
        });
    })
    .await;
}

async fn wait_for(tasks: Vec<tokio::task::JoinHandle<()>>) {
    for task in tasks {
        if let Err(failure) = task.await {
            let failure = why_ended(failure);
            error!(%failure, "a loop of the schedule ended");
        }
    }
}

async fn index_loop(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    on_one_thread(Arc::clone(&pipeline), INDEX_EVERY, stop, following()).await;
    // What came in while all stopped.
    let mut follow = following();
    let last = tokio::task::spawn_blocking(move || follow(&pipeline));
    wait_for(vec![last]).await;
}

/// Lets search follow the record, once each time.
fn following() -> impl FnMut(&Pipeline) + Send + 'static {
    let mut chore = Chore::new("search cannot follow the record");
    move |pipeline| chore.take(&debug_span!("index"), || pipeline.index().map(|_| ()))
}

async fn capture_loop(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    let mut chore = Chore::new("captures cannot be deleted");
    on_one_thread(pipeline, EXPIRE_EVERY, stop, move |pipeline| {
        chore.take(&debug_span!("expire"), || {
            pipeline.expire_captures(clock::now())
        });
    })
    .await;
}

async fn forget_loop(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    let mut chore = Chore::new("what is past its time cannot be deleted");
    on_one_thread(pipeline, EXPIRE_EVERY, stop, move |pipeline| {
        chore.take(&debug_span!("forget"), || {
            retention::sweep(pipeline, clock::now()).map(|_| ())
        });
    })
    .await;
}

/// Looks again at what was heard, a few of each source at a time, so that what was taken down at its
/// source is taken down here.
async fn takedown_loop(pipeline: Arc<Pipeline>, mut stop: watch::Receiver<bool>) {
    let at_once = pipeline.city.config.crawl.visits_at_once;
    while !is_over(&stop) {
        let mut looks = JoinSet::new();
        for source in asked_again(&pipeline).cloned().collect::<Vec<_>>() {
            if looks.len() >= at_once {
                looks.join_next().await;
            }
            if is_over(&stop) {
                break;
            }
            looks.spawn(look_again(Arc::clone(&pipeline), source));
        }
        while looks.join_next().await.is_some() {}
        pause(LOOK_EVERY, &mut stop).await;
    }
}

/// Takes in what the mail server brings back.
async fn returned_loop(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    let Some(folder) = pipeline.city.config.mail.returned.clone() else {
        return;
    };
    let mut chore = Chore::new("the mailbox cannot be read");
    on_one_thread(pipeline, RETURNED_EVERY, stop, move |pipeline| {
        chore.take(&debug_span!("returned letters"), || {
            returned::empty_maildir(pipeline, &folder)
        });
    })
    .await;
}

/// Sources that can be asked whether something still stands: those visited, and streams.
fn asked_again(pipeline: &Pipeline) -> impl Iterator<Item = &Source> {
    let sources = pipeline.city.sources.iter();
    sources.filter(|source| {
        let can_be_asked = source.kind.is_visited() || source.kind.is_streamed();
        source.disabled.is_none() && can_be_asked
    })
}

async fn look_again(pipeline: Arc<Pipeline>, source: Source) {
    match caught_in(pipeline.look_again(&source, clock::now())).await {
        Ok(looked) if looked.n_gone > 0 => info!(
            source.id = %source.id,
            n_gone = looked.n_gone,
            n_standing = looked.n_standing,
            "took down what is gone at its source"
        ),
        Ok(_) => {}
        Err(failure) => {
            error!(source.id = %source.id, failure = format!("{failure:#}"), "a second look failed");
        }
    }
}

async fn day_loop(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    let every = pipeline.city.config.schedule.refresh_every.duration();
    let mut ranking = Chore::new("the day cannot be ranked");
    let mut looking = Chore::new("the rules of alerts cannot be looked at");
    on_one_thread(pipeline, every, stop, move |pipeline| {
        ranking.take(&debug_span!("refresh"), || refresh(pipeline, clock::now()));
        looking.take(&debug_span!("look for alerts"), || {
            alerts::look(pipeline, clock::now()).map(|_| ())
        });
    })
    .await;
}

/// Writes what was published to files that everybody may fetch; each process that serves them has its own.
async fn dump_loop(pipeline: Arc<Pipeline>, stop: watch::Receiver<bool>) {
    let every = pipeline.city.config.schedule.refresh_every.duration();
    if pipeline.city.config.open_data.dumps_days == 0 {
        return;
    }
    let whole = Arc::clone(&pipeline);
    let mut keeper = None;
    let mut chore = Chore::new("a dump cannot be written");
    on_one_thread(pipeline, every, stop, move |pipeline| {
        chore.take(&debug_span!("dump"), || {
            let keeper = match &mut keeper {
                Some(keeper) => keeper,
                none => none.insert(Keeper::new(&whole)?),
            };
            keeper.keep_up(pipeline, clock::now())
        });
    })
    .await;
}
