//! `client add`, `till add`: who may call in for a brand.

use std::process::ExitCode;

use crate::base::act::Actor;
use crate::base::db::embedded::Use;
use crate::base::ids::TillId;
use crate::cli::args::{NewClient, NewTill};
use crate::cli::failure::Failure;
use crate::cli::house::House;
use crate::cli::people::read_password;
use crate::cli::say::{note, say};
use crate::config::Config;
use crate::orgs::access;

/// Adds an API client; prints its key and its secret.
pub async fn add_client(config: Config, new: NewClient) -> Result<ExitCode, Failure> {
    let house = House::open(config, Use::Command).await?;
    let made = try_add_client(&house, new).await;
    house.close().await?;
    let made = made?;
    say(&made.key);
    say(&made.secret);
    note("the key, then the secret: keep it now, it cannot be shown again");
    Ok(ExitCode::SUCCESS)
}

async fn try_add_client(house: &House, new: NewClient) -> Result<access::Secret, Failure> {
    let org = house.org(new.org).await?;
    let client = access::NewClient {
        name: new.name,
        token_minutes: new.token_minutes,
        ..access::NewClient::default()
    };
    let deed = house.app.act(Actor::operator(org.id), |act| {
        Box::pin(async move { access::add_client(act, &client).await })
    });
    Ok(deed.await?)
}

/// Adds a till; prints its id.
pub async fn add_till(config: Config, new: NewTill) -> Result<ExitCode, Failure> {
    let password = read_password()?;
    let house = House::open(config, Use::Command).await?;
    let added = try_add_till(&house, new, &password).await;
    house.close().await?;
    say(added?);
    Ok(ExitCode::SUCCESS)
}

async fn try_add_till(house: &House, new: NewTill, password: &str) -> Result<TillId, Failure> {
    let org = house.org(new.org).await?;
    let password = access::till_password(&house.app.hasher, password).await?;
    let till = access::NewTill {
        code: new.code,
        name: new.name,
        store_code: new.store_code,
        store_name: new.store_name,
        ..access::NewTill::default()
    };
    let deed = house.app.act(Actor::operator(org.id), |act| {
        Box::pin(async move { access::add_till(act, &till, &password).await })
    });
    Ok(deed.await?)
}
