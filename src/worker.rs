//! Wiring: which room's function a task means. The mirror of `app.rs`.

use graphile_worker::{Cron, WorkerOptions};

use crate::base::app::App;
use crate::base::queue;
use crate::imports::{ImportTask, SweepImports};

/// The worker of this process, with every kind of task it knows.
pub fn worker(app: &App, concurrency: usize) -> WorkerOptions {
    let sweep = Cron::every_minute::<SweepImports>().id("sweep_imports");
    queue::worker(&app.jobs, concurrency)
        .define_job::<ImportTask>()
        .define_job::<SweepImports>()
        .with_cron(sweep)
        .add_extension(app.clone())
}
