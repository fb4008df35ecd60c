//! `serve` and `demo`: the house opens, works and closes.

use std::process::ExitCode;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

use crate::app;
use crate::base::app::App;
use crate::base::db::embedded::Use;
use crate::cli::failure::Failure;
use crate::cli::house::{House, JOBS_AT_ONCE};
use crate::cli::listen::{self, Stop};
use crate::cli::say::{note, say};
use crate::config::Config;
use crate::demo;
use crate::orgs;
use crate::worker;

/// How long a job may go on once we were asked to stop; then it is handed back for the next worker.
const JOB_GRACE: Duration = Duration::from_secs(5);
/// How long to wait before a worker that lost the database is started again.
const WORKER_PAUSE: Duration = Duration::from_secs(2);

/// Serves until a signal comes. `demo` fills an empty store first.
pub async fn serve(config: Config, demo: bool) -> Result<ExitCode, Failure> {
    // Before anything that must be put in order again when a signal comes.
    let stop = listen_for_signals()?;
    let house = House::open(config, Use::Serve).await?;
    let served = run(&house.app, demo, stop).await;
    let closed = house.close().await;
    served?;
    closed?;
    Ok(ExitCode::SUCCESS)
}

async fn run(app: &App, demo: bool, stop: Stop) -> Result<(), Failure> {
    let address = app.config.listen;
    let listener = TcpListener::bind(address).await;
    let listener = listener
        .map_err(|error| Failure::new(format_args!("cannot listen on {address}: {error}")))?;
    let address = listener.local_addr()?;
    let jobs = tokio::spawn(work(app.clone(), stop.clone()));
    if demo {
        greet(app, &format!("http://{address}")).await?;
    }
    say(format_args!("listening on http://{address}"));
    listen::serve(listener, app::router(app.clone()), stop.clone()).await;
    // Also when the loop ended for another reason than a signal.
    stop.asked.cancel();
    jobs.await.map_err(Failure::new)
}

/// Jobs run beside the pages, in the same process. A worker ends when it loses the database, which may
/// come back; then so does the worker.
async fn work(app: App, stop: Stop) {
    while !stop.asked.is_cancelled() {
        if let Err(error) = work_once(&app, &stop).await
            && !stop.asked.is_cancelled()
        {
            tracing::warn!("the worker ended and will be started again: {error}");
        }
        tokio::select! { () = stop.asked.cancelled() => {}, () = sleep(WORKER_PAUSE) => {} }
    }
}

async fn work_once(app: &App, stop: &Stop) -> anyhow::Result<()> {
    let asked = stop.asked.clone();
    let worker = worker::worker(app, JOBS_AT_ONCE)
        .shutdown_signal(async move { asked.cancelled().await })
        .shutdown_grace_period(JOB_GRACE)
        .shutdown_interrupted_job_retry_delay(Duration::ZERO)
        .init()
        .await?;
    Ok(worker.run().await?)
}

/// SIGTERM and Ctrl-C ask us to stop; a second one presses.
fn listen_for_signals() -> Result<Stop, Failure> {
    let (mut term, mut interrupt) =
        (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let stop = Stop::default();
    let told = stop.clone();
    tokio::spawn(async move {
        for token in [told.asked, told.pressed] {
            tokio::select! { _ = term.recv() => {}, _ = interrupt.recv() => {} }
            tracing::info!("stopping");
            token.cancel();
        }
    });
    Ok(stop)
}

/// Fills an empty store and says how to get in.
async fn greet(app: &App, address: &str) -> Result<(), Failure> {
    if orgs::all(app.db.pool()).await?.is_empty() {
        note("filling the empty store with a demo brand …");
    }
    for account in demo::fill(app).await?.unwrap_or_default() {
        say(format_args!("sign in: {} {} {}", account.role, account.email, account.password));
    }
    say(format_args!("sign in at {address}/sign-in"));
    Ok(())
}
