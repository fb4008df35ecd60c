//! The door for the operator: everything is in [`guerdon::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    guerdon::cli::run()
}
