//! The words of the command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::base::permission::Role;
use crate::config::Config;

/// An open, self-hosted incentives console.
#[derive(Debug, Parser)]
#[command(name = "guerdon", version, about)]
pub struct Args {
    /// Settings, which every command shares.
    #[command(flatten)]
    pub config: Config,
    /// What to do; serving is the default.
    #[command(subcommand)]
    pub command: Option<Command>,
}

impl Args {
    /// Whether the process stays and tells what goes on.
    pub fn is_server(&self) -> bool {
        matches!(self.command, None | Some(Command::Serve | Command::Demo))
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the console (the default).
    Serve,
    /// Serve the console; on an empty store, first add a brand with lively data and three accounts.
    Demo,
    /// Bring the database's schema up to date and end.
    Migrate,
    /// Brands.
    #[command(subcommand)]
    Org(OrgCommand),
    /// The people who work with the console.
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Programs that call in with a key and a secret.
    #[command(subcommand)]
    Client(ClientCommand),
    /// Tills that call in with a code and a password.
    #[command(subcommand)]
    Till(TillCommand),
    /// Bring a CSV file in, as the import page does.
    Import(ImportFile),
    /// Take a list out as a CSV file, as the export page does.
    Export(ExportList),
}

/// Commands on brands.
#[derive(Debug, Subcommand)]
pub enum OrgCommand {
    /// Add a brand; prints its id.
    Add(NewOrg),
}

/// A brand as typed.
#[derive(Debug, clap::Args)]
pub struct NewOrg {
    /// The brand's name.
    #[arg(long)]
    pub name: String,
    /// Its IANA time zone, such as Europe/Berlin.
    #[arg(long)]
    pub time_zone: String,
}

/// Commands on people.
#[derive(Debug, Subcommand)]
pub enum StaffCommand {
    /// Let somebody work for a brand, with a password read from the first line of stdin.
    Add(NewStaff),
}

/// Somebody as typed.
#[derive(Debug, clap::Args)]
pub struct NewStaff {
    /// The brand's id.
    #[arg(long)]
    pub org: i64,
    /// Their e-mail address: what they sign in with.
    #[arg(long)]
    pub email: String,
    /// What they may do: admin, support or marketer.
    #[arg(long)]
    pub role: Role,
    /// Their name; without it the address serves.
    #[arg(long, default_value = "")]
    pub name: String,
    /// Read the password from stdin: on the command line others could see it.
    #[arg(long, required = true)]
    pub password_stdin: bool,
}

/// A file to bring in.
#[derive(Debug, clap::Args)]
pub struct ImportFile {
    /// What the rows are: customers, badges, earned-badges, badge-enrol, badge-issue, badge-revoke,
    /// coupons or redeemed-coupons.
    pub kind: String,
    /// The file.
    #[arg(value_name = "FILE")]
    pub path: PathBuf,
    /// The brand's id.
    #[arg(long)]
    pub org: i64,
    /// Only check every row and say what would be done.
    #[arg(long)]
    pub dry_run: bool,
    /// Allow dates in the past: for history of another system.
    #[arg(long)]
    pub migration: bool,
    /// The coupon series the rows belong to: for coupons and redeemed-coupons.
    #[arg(long, value_name = "ID")]
    pub series: Option<i64>,
}

/// A list to take out.
#[derive(Debug, clap::Args)]
pub struct ExportList {
    /// Which list: customers, badges, earned-badges, activity, badge-holders, …
    pub kind: String,
    /// The brand's id.
    #[arg(long)]
    pub org: i64,
    /// The file to write.
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// What the list keeps, as its address has it; the lists of one badge need `badge=ID`.
    #[arg(long, value_name = "QUERY", default_value = "")]
    pub filter: String,
}

/// Commands on API clients.
#[derive(Debug, Subcommand)]
pub enum ClientCommand {
    /// Add an API client; prints its key and, on the next line, its secret, which is shown only here.
    Add(NewClient),
}

/// An API client as typed.
#[derive(Debug, clap::Args)]
pub struct NewClient {
    /// The brand's id.
    #[arg(long)]
    pub org: i64,
    /// The client's name.
    #[arg(long)]
    pub name: String,
    /// How long its tokens are good, in minutes.
    #[arg(long, default_value = "60")]
    pub token_minutes: String,
}

/// Commands on tills.
#[derive(Debug, Subcommand)]
pub enum TillCommand {
    /// Add a till with a password read from the first line of stdin; prints its id.
    Add(NewTill),
}

/// A till as typed.
#[derive(Debug, clap::Args)]
pub struct NewTill {
    /// The brand's id.
    #[arg(long)]
    pub org: i64,
    /// What it signs in with.
    #[arg(long)]
    pub code: String,
    /// Its name; without it the code serves.
    #[arg(long, default_value = "")]
    pub name: String,
    /// The code of the store it stands in.
    #[arg(long, default_value = "")]
    pub store_code: String,
    /// The name of the store it stands in.
    #[arg(long, default_value = "")]
    pub store_name: String,
    /// Read the password from stdin: on the command line others could see it.
    #[arg(long, required = true)]
    pub password_stdin: bool,
}
