//! Wiring: which room's function a task means. The mirror of `app.rs`.

use graphile_worker::{Cron, WorkerOptions};

use crate::badges::GiveCoupons;
use crate::base::app::App;
use crate::base::queue;
use crate::coupons::{BatchTask, BulkTask, SweepBatches, SweepBulk};
use crate::imports::{ImportTask, SweepImports};

/// The worker of this process, with every kind of task it knows.
pub fn worker(app: &App, concurrency: usize) -> WorkerOptions {
    let sweep = Cron::every_minute::<SweepImports>().id("sweep_imports");
    let batches = Cron::every_minute::<SweepBatches>().id("sweep_coupon_batches");
    let bulk = Cron::every_minute::<SweepBulk>().id("sweep_coupon_bulk");
    queue::worker(&app.jobs, concurrency)
        .define_job::<ImportTask>()
        .define_job::<SweepImports>()
        .define_job::<GiveCoupons>()
        .define_job::<BatchTask>()
        .define_job::<SweepBatches>()
        .define_job::<BulkTask>()
        .define_job::<SweepBulk>()
        .with_cron(sweep)
        .with_cron(batches)
        .with_cron(bulk)
        .add_extension(app.clone())
}
