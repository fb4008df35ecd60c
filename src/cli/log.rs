//! What is logged: for people on a terminal, as JSON lines elsewhere; always on stderr.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt;

/// Starts logging. `GUERDON_LOG` says what (as `RUST_LOG` does elsewhere): a server tells what it does,
/// a command only what is odd.
pub fn start(is_server: bool) {
    let usual = if is_server { "info,sqlx=warn,graphile_worker=warn" } else { "warn" };
    let filter = EnvFilter::try_from_env("GUERDON_LOG").unwrap_or_else(|_| EnvFilter::new(usual));
    let log = fmt().with_env_filter(filter).with_writer(io::stderr);
    if io::stderr().is_terminal() {
        log.compact().with_target(false).init();
    } else {
        log.json().flatten_event(true).init();
    }
}
