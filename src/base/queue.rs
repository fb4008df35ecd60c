//! Background work: how the worker is set up. A task is added inside an [`Act`](crate::base::act::Act)
//! and exists only if the change does; which function a task means is written in `worker.rs`.
//!
//! Known quirks of the queue: its tables know nothing of brands, so a payload holds ids only and the
//! handler names the brand from it; a job whose worker was killed is taken up again after a minute, so
//! every task must bear running twice.

use std::time::Duration;

use graphile_worker::WorkerOptions;
use graphile_worker::recovery::WorkerRecoveryConfig;

use crate::base::db::Db;

/// A worker over the background pool, with recovery of jobs whose worker died.
pub fn worker(db: &Db, concurrency: usize) -> WorkerOptions {
    let recovery = WorkerRecoveryConfig::default()
        .enabled(true)
        .heartbeat_interval(Duration::from_secs(10))
        .sweep_interval(Duration::from_secs(20))
        .sweep_threshold(Duration::from_secs(60))
        .recovery_delay(Duration::ZERO);
    WorkerOptions::default()
        .pg_pool(db.pool().clone())
        .concurrency(concurrency)
        .worker_recovery(recovery)
        .listen_os_shutdown_signals(false)
}
