//! Starts the server again when it ends while somebody serves: killed for memory, or by a mistake.

use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use super::place::Place;
use super::{join_or_launch, probe};

/// So many deaths within [`TOO_SOON`] are no accident: starting again would hide what is wrong.
const TOO_MANY: usize = 3;
const TOO_SOON: Duration = Duration::from_secs(600);

/// Looks once a second, in a thread of its own, until the other end of `over` is dropped.
pub fn keep_running(place: Place, over: Receiver<()>) {
    std::thread::spawn(move || {
        let mut deaths: Vec<Instant> = Vec::new();
        while over.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
            if probe::postmaster(&place.cluster).is_some() {
                continue;
            }
            deaths.retain(|death| death.elapsed() < TOO_SOON);
            if deaths.len() >= TOO_MANY {
                tracing::error!(
                    "Postgres ended too often; it stays down. See {}",
                    place.log.display()
                );
                return;
            }
            deaths.push(Instant::now());
            start_again(&place, &over);
        }
    });
}

fn start_again(place: &Place, over: &Receiver<()>) {
    let Ok(starting) = place.lock("pg-start.lock") else { return };
    // While we waited for the lock the server may have been stopped on purpose.
    if starting.lock().is_err() || over.try_recv() == Err(TryRecvError::Disconnected) {
        return;
    }
    tracing::warn!("Postgres has ended by itself: starting it again");
    match join_or_launch(place.clone()) {
        Ok(_) => tracing::info!("Postgres is back"),
        Err(error) => tracing::error!("Postgres does not come back: {error}"),
    }
}
