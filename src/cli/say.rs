//! The one place that writes to the terminal.

use std::fmt::Display;
use std::io::{self, Write};

/// A line for scripts, at once. That nobody reads it is no reason to stop.
pub fn say(line: impl Display) {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).ok();
}

/// A line for people.
pub fn note(line: impl Display) {
    writeln!(io::stderr().lock(), "{line}").ok();
}

/// What went wrong.
pub fn sorry(message: &str) {
    note(format_args!("guerdon: {message}"));
}
