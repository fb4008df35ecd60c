//! Wiring: which room's function a task means. The mirror of `app.rs`.

use graphile_worker::WorkerOptions;

use crate::base::app::App;
use crate::base::queue;

/// The worker of this process, with every kind of task it knows.
pub fn worker(app: &App, concurrency: usize) -> WorkerOptions {
    queue::worker(&app.jobs, concurrency).add_extension(app.clone())
}
