//! `migrate`, `org add`, `staff add`: the operator's deeds.

use std::io::{self, BufRead};
use std::process::ExitCode;

use crate::auth;
use crate::base::act::Actor;
use crate::base::db::embedded::Use;
use crate::base::error::Error;
use crate::base::ids::OrgId;
use crate::base::secret;
use crate::cli::args::{NewOrg, NewStaff};
use crate::cli::failure::Failure;
use crate::cli::house::House;
use crate::cli::say::{note, say};
use crate::config::Config;
use crate::orgs;

/// Opening the house brings the schema up to date; that is all there is to it.
pub async fn migrate(config: Config) -> Result<ExitCode, Failure> {
    House::open(config, Use::Command).await?.close().await?;
    note("the schema is up to date");
    Ok(ExitCode::SUCCESS)
}

/// Adds a brand and prints its id.
pub async fn add_org(config: Config, new: NewOrg) -> Result<ExitCode, Failure> {
    let house = House::open(config, Use::Command).await?;
    let new = orgs::NewOrg { name: new.name, time_zone: new.time_zone };
    // In no brand yet: the deed goes on in the one it makes.
    let nowhere = Actor::operator(OrgId::new(0));
    let made = house
        .app
        .act(nowhere, move |act| Box::pin(async move { orgs::create(act, &new).await }))
        .await;
    house.close().await?;
    say(made?);
    Ok(ExitCode::SUCCESS)
}

/// Lets somebody work for a brand.
pub async fn add_staff(config: Config, new: NewStaff) -> Result<ExitCode, Failure> {
    let password = read_password()?;
    let house = House::open(config, Use::Command).await?;
    let added = try_add_staff(&house, new, password).await;
    house.close().await?;
    note(added?);
    Ok(ExitCode::SUCCESS)
}

async fn try_add_staff(house: &House, new: NewStaff, password: String) -> Result<String, Failure> {
    let org = house.org(new.org).await?;
    let name = new.email.split('@').next().unwrap_or_default();
    secret::acceptable(&password, &[&new.email, name, &new.name])
        .map_err(|fault| Error::from(fault.on("password")))?;
    let phc = house.app.hasher.hash(password).await?;
    let member =
        auth::NewMember { email: new.email, name: new.name, role: new.role.word().to_owned() };
    let said = format!("{} may sign in to {} as {}", member.email, org.name, new.role);
    house
        .app
        .act(Actor::operator(org.id), move |act| {
            Box::pin(async move {
                let added = auth::add_member(act, &member).await?;
                auth::set_password(act, added.staff, &phc).await
            })
        })
        .await?;
    Ok(said)
}

/// The first line of stdin.
pub(super) fn read_password() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        return Err(Failure::new("no password came on stdin"));
    }
    Ok(password.to_owned())
}
