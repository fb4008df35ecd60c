//! The command line: what each command means, and what it says when it cannot.
//!
//! Words on stdout are for scripts (an id, an address, a summary) and are part of the contract; words
//! on stderr are for people. Exit codes: 0 done, 1 refused or failed, 2 the machine lacks the programs
//! of PostgreSQL or the command was typed wrongly.

mod access;
mod args;
mod failure;
mod house;
mod listen;
mod log;
mod people;
mod say;
mod serve;
mod transfer;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, ClientCommand, Command, OrgCommand, StaffCommand, TillCommand};
use failure::Failure;

/// Reads the command line and does what it says.
pub fn run() -> ExitCode {
    let args = Args::parse();
    log::start(args.is_server());
    match obey(args) {
        Ok(code) => code,
        Err(failure) => {
            say::sorry(&failure.to_string());
            failure.code()
        }
    }
}

fn obey(args: Args) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(async {
        let config = args.config;
        match args.command.unwrap_or(Command::Serve) {
            Command::Serve => serve::serve(config, false).await,
            Command::Demo => serve::serve(config, true).await,
            Command::Migrate => people::migrate(config).await,
            Command::Org(OrgCommand::Add(new)) => people::add_org(config, new).await,
            Command::Staff(StaffCommand::Add(new)) => people::add_staff(config, new).await,
            Command::Client(ClientCommand::Add(new)) => access::add_client(config, new).await,
            Command::Till(TillCommand::Add(new)) => access::add_till(config, new).await,
            Command::Import(file) => transfer::import(config, file).await,
            Command::Export(list) => transfer::export(config, list).await,
        }
    });
    // Whatever still sits in a blocking thread must not hold up the exit.
    runtime.shutdown_background();
    done
}
