//! The accept loop: connections in, requests through, and an orderly end.
//!
//! Why not `axum::serve`: it has no limit on how long a client may take to send its headers, so a few
//! hundred silent connections would hold it up. The same timer ends idle connections.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::select;
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How long a client may take for its headers, and how long a connection may be idle.
const HEADERS: Duration = Duration::from_secs(15);
/// How many connections are open at once; further ones wait outside.
const CONNECTIONS: usize = 2_000;
/// How long requests under way may take once we were asked to stop.
const DRAIN: Duration = Duration::from_secs(20);

/// When to stop: politely first, then at once.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    /// Take no more requests, finish those under way.
    pub asked: CancellationToken,
    /// Do not even wait for those.
    pub pressed: CancellationToken,
}

/// Answers requests until it is asked to stop and those under way are done.
pub async fn serve(listener: TcpListener, router: Router, stop: Stop) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADERS).max_buf_size(16 * 1024);
    let (graceful, room) = (GracefulShutdown::new(), Arc::new(Semaphore::new(CONNECTIONS)));
    let mut asked = pin!(stop.asked.cancelled());
    loop {
        let permit = select! {
            permit = room.clone().acquire_owned() => permit,
            () = &mut asked => break,
        };
        let (stream, peer) = select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Out of file handles, most likely: breathe instead of spinning.
                    tracing::warn!("cannot accept a connection: {error}");
                    sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            () = &mut asked => break,
        };
        stream.set_nodelay(true).ok();
        let service = TowerToHyperService::new(router.clone().layer(Extension(ConnectInfo(peer))));
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A client that breaks off is its own affair.
            connection.await.ok();
            drop(permit);
        });
    }
    drop(listener);
    select! {
        done = timeout(DRAIN, graceful.shutdown()) => {
            if done.is_err() {
                tracing::warn!("some requests were still running when the time was up");
            }
        }
        () = stop.pressed.cancelled() => tracing::warn!("not waiting for requests under way"),
    }
}
