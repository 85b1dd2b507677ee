//! Composition root: command line, configuration, schedule, pipeline.

#![cfg_attr(test, allow(clippy::unwrap_used, reason = "a test may fail loudly"))]

mod alerts;
mod boundaries;
mod chore;
mod city;
mod cli;
mod clock;
mod commands;
pub mod config;
mod conllu;
mod corrections;
mod coverage;
pub mod demo;
mod desk;
mod dump;
mod editing;
mod edition;
mod erase;
mod errata;
mod eval;
mod frontier;
mod hooks;
mod indicators;
mod intake;
mod mail;
mod meter;
mod metrics;
mod neural;
mod nodes;
mod notices;
#[cfg(feature = "oidc")]
mod oidc;
#[cfg(feature = "otlp")]
mod otlp;
mod outgoing;
mod outlook;
mod panics;
mod pipeline;
mod print;
mod publish;
mod replay;
mod requests;
mod retention;
mod returned;
mod schedule;
mod serve;
mod store;
mod streams;
mod takedown;
mod telemetry;
mod watchdog;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use clap::Parser;

use city::City;
use cli::{Cli, Command, DigestAction, ForecastAction, ImportKind};
use commands::indicators::import as indicators_of;
use commands::{
    Outcome, backup, care, concern, correct, digests, documents, endpoints, forecasts, reading,
    ship, stages, tickets, train,
};
use config::{Config, ConfigError};
use pipeline::Pipeline;
use store::Store;

/// Reads the command line, does what it says, and turns the outcome into an exit code: 0 done, 1
/// failed, 2 done but some input was bad (or the command line was wrong).
pub fn run() -> ExitCode {
    match begin(Cli::parse()) {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::SomeBad) => ExitCode::from(2),
        Err(failure) => {
            explain(failure);
            ExitCode::FAILURE
        }
    }
}

/// Reads the configuration, opens the logs it asks for, and does what the command line says.
fn begin(cli: Cli) -> Result<Outcome> {
    let config = Config::load(cli.config.as_deref(), std::env::vars())?;
    let _telemetry = telemetry::start(cli.log, &config.metrics)?;
    dispatch(cli, config)
}

#[expect(clippy::print_stderr, reason = "the last word of a failed command")]
fn explain(failure: anyhow::Error) {
    match failure.downcast::<ConfigError>() {
        Ok(wrong) => eprintln!("{:?}", miette::Report::new(wrong)),
        Err(failure) => eprintln!("lỗi / error: {failure:#}"),
    }
}

#[expect(clippy::too_many_lines, reason = "one stretch a command")]
fn dispatch(cli: Cli, mut config: Config) -> Result<Outcome> {
    if let Some(folder) = &cli.data {
        config.data.dir.clone_from(folder);
    }
    let city = || City::load(config.clone(), clock::today());
    // What reads mentions asks the user's neural model, where there is one.
    let reading_city = || neural::ask_encoder(city()?);
    let store = || Store::open_configured(&config);
    let command = cli.command.unwrap_or(Command::Serve(cli::Serve::default()));
    match &command {
        Command::Serve(asked) => {
            config.server.listen = asked.listen.listen.unwrap_or(config.server.listen);
            config.server.roles = asked.role.unwrap_or(config.server.roles);
            config.server.roles.check(&config)?;
            serve::check_cookies(&config)?;
            let city = City::load(config.clone(), clock::today())?;
            runtime()?.block_on(serve_city(neural::ask_encoder(city)?))
        }
        Command::Demo(request) => runtime()?.block_on(demo::run(city()?, request)),
        Command::Crawl(request) => {
            let pipeline = Arc::new(Pipeline::open(Arc::new(reading_city()?), store()?)?);
            runtime()?.block_on(schedule::crawl(pipeline, request))
        }
        Command::Extract(page) => documents::extract(&city()?, page),
        Command::Feed(page) => documents::feed(page),
        Command::Robots(question) => documents::robots(question),
        Command::Segment(input) => stages::segment(&input.file),
        Command::Accent(input) => stages::accent(&input.file),
        Command::Place(input) => stages::place(&city()?, &input.file),
        Command::Annotate(input) => stages::annotate(&reading_city()?, &input.file),
        Command::Group(input) => stages::group(&reading_city()?, &input.file),
        Command::Rank(rank) => stages::rank(
            &reading_city()?,
            rank.day,
            rank.unit.as_deref(),
            &rank.input.file,
        ),
        Command::Score(of) => stages::score(&reading_city()?, of.day, &of.input.file),
        Command::Import(request) => match &request.what {
            Some(ImportKind::Indicators(request)) => {
                let pipeline = || Pipeline::open(Arc::new(city()?), store()?);
                indicators_of(request, &city()?, &config.data, pipeline)
            }
            Some(ImportKind::Boundaries(request)) => {
                let pipeline = || Pipeline::open(Arc::new(city()?), store()?);
                commands::boundaries::import(request, &city()?, pipeline)
            }
            None => {
                let pipeline = || Pipeline::open(Arc::new(reading_city()?), store()?);
                tickets::import(&request.tickets, &config.data, pipeline)
            }
        },
        Command::Correct(request) => {
            let pipeline = || Pipeline::open(Arc::new(city()?), store()?);
            correct::run(&request.action, pipeline, cli.json)
        }
        Command::Concern(request) => {
            let pipeline = Pipeline::open(Arc::new(city()?), store()?)?;
            concern::run(&request.action, &pipeline, cli.json)
        }
        Command::User(_) | Command::Key(_) | Command::Audit(_) => {
            officers(&command, city, &store()?.archive, cli.json)
        }
        Command::Endpoints(request) => {
            let pipeline = Pipeline::open(Arc::new(city()?), store()?)?;
            runtime()?.block_on(endpoints::run(&pipeline, request.action.as_ref(), cli.json))
        }
        Command::Mail(request) => {
            let pipeline = Arc::new(Pipeline::open(Arc::new(city()?), store()?)?);
            runtime()?.block_on(commands::mail::run(
                &pipeline,
                request.action.as_ref(),
                cli.json,
            ))
        }
        Command::Alerts(request) => {
            let pipeline = Arc::new(Pipeline::open(Arc::new(city()?), store()?)?);
            commands::alerts::run(&pipeline, request.action.as_ref(), &config, cli.json)
        }
        Command::Dump(request) => {
            let pipeline = Arc::new(Pipeline::open(Arc::new(city()?), store()?)?);
            commands::dump::run(&pipeline, request, cli.json)
        }
        Command::Notices(request) => {
            let pipeline = Arc::new(Pipeline::open(Arc::new(city()?), store()?)?);
            runtime()?.block_on(commands::notices::run(
                &pipeline,
                request.action.as_ref(),
                cli.json,
            ))
        }
        Command::Export(what) => reading::export(city, &store()?, what),
        Command::Eval(request) => eval::run(&city()?, request),
        Command::Train(request) => train::train(&request.model, &City::taxonomy(&config)?),
        Command::Search(query) => reading::search(&store()?, query, cli.json),
        Command::Digest(digest) => digest_command(digest, city, store, cli.json),
        Command::Forecast(of) => {
            let pipeline = || Pipeline::open(Arc::new(city()?), store()?);
            match &of.action {
                None => forecasts::show(&city()?, &store()?, &of.which, cli.json),
                Some(ForecastAction::Grades(which)) => {
                    forecasts::grades(&city()?, &store()?, which, cli.json)
                }
                Some(ForecastAction::Past(days)) => forecasts::past(&pipeline()?, days),
                Some(ForecastAction::Replay(days)) => {
                    forecasts::replay(&pipeline()?, days, cli.json)
                }
            }
        }
        Command::Rebuild(what) => {
            care::rebuild(&Pipeline::open(Arc::new(reading_city()?), store()?)?, what)
        }
        Command::Erase(asked) => {
            commands::erase::run(asked, &Pipeline::open(Arc::new(city()?), store()?)?)
        }
        Command::Doctor => care::doctor(&city()?, &store()?, cli.json),
        Command::Config(request) => care::config(&reading_city()?, &request.action),
        Command::MigrateToPostgres(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Completions(_)
        | Command::Man(_) => without_a_city(&command, &config, cli.config.as_deref(), cli.json),
    }
}

fn digest_command(
    digest: &cli::DigestOf,
    city: impl Fn() -> Result<City>,
    store: impl Fn() -> Result<Store>,
    as_json: bool,
) -> Result<Outcome> {
    match &digest.action {
        None => digests::digest(&city()?, &store()?, &digest.which, as_json),
        Some(DigestAction::Replay(request)) => {
            let pipeline = Pipeline::open(Arc::new(city()?), store()?)?;
            digests::replay(&pipeline, request, as_json)
        }
        Some(DigestAction::Print(request)) => {
            let pipeline = Pipeline::open(Arc::new(city()?), store()?)?;
            print::digest(&Arc::new(pipeline), request)
        }
        Some(DigestAction::League(which)) => digests::league(&city()?, &store()?, which, as_json),
        Some(DigestAction::Grades(which)) => digests::grades(&city()?, &store()?, which, as_json),
    }
}

/// What works where the configuration or the record is broken.
fn without_a_city(
    command: &Command,
    config: &Config,
    file: Option<&Path>,
    as_json: bool,
) -> Result<Outcome> {
    match command {
        Command::Backup(to) => backup::save(config, file, &to.folder, as_json),
        Command::Restore(asked) => backup::restore(config, asked, as_json),
        #[cfg(feature = "postgres")]
        Command::MigrateToPostgres(asked) => commands::moving::run(asked, config, as_json),
        #[cfg(not(feature = "postgres"))]
        Command::MigrateToPostgres(_) => anyhow::bail!(
            "bản chương trình này không có PostgreSQL / this program was built without the feature `postgres`"
        ),
        Command::Completions(asked) => ship::completions(asked),
        Command::Man(asked) => ship::man(asked),
        _ => Ok(Outcome::Done),
    }
}

/// Accounts, keys and the log.
fn officers(
    command: &Command,
    city: impl FnOnce() -> Result<City>,
    record: &dyn indexer::Accounts,
    as_json: bool,
) -> Result<Outcome> {
    match command {
        Command::User(asked) => commands::accounts::user(&asked.action, city, record, as_json),
        Command::Key(asked) => commands::accounts::key(&asked.action, city, record, as_json),
        Command::Audit(asked) => commands::accounts::audit(&asked.action, record, as_json),
        _ => Ok(Outcome::Done),
    }
}

async fn serve_city(city: City) -> Result<Outcome> {
    let listener = serve::bind(city.config.server.listen).await?;
    let store = Store::open_configured(&city.config)?;
    store.archive.refuse_damage()?;
    let pipeline = Pipeline::open(Arc::new(city), store)?;
    let roles = pipeline.city.config.server.roles;
    let pipeline = Arc::new(pipeline);
    serve::serve_on(pipeline, roles, listener, serve::stop_signal()).await?;
    Ok(Outcome::Done)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?)
}
