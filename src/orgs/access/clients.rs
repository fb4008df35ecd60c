//! Deeds on API clients and their secrets.

use rand::RngExt;
use serde_json::json;

pub use super::draft::NewClient;
use super::{groups, store};
use crate::base::act::{Act, Entry};
use crate::base::db::OrRefuse;
use crate::base::error::{Error, Result};
use crate::base::ids::{ClientId, SecretId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem};
use crate::base::secret;

/// What the log calls a client.
const SUBJECT: &str = "api_client";
/// How many secrets may live at once: the one in use and the next.
const SECRETS: usize = 2;
/// The reference's lengths.
const KEY_LENGTH: usize = 25;
const SECRET_LENGTH: usize = 40;

/// A client's key and a secret in the clear: shown once, kept nowhere.
#[derive(Debug, Clone)]
pub struct Secret {
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// Its key.
    pub key: String,
    /// The secret.
    pub secret: String,
}

/// Adds a client with its first secret.
pub async fn add(act: &mut Act, new: &NewClient) -> Result<Secret> {
    act.require(Permission::ManageAccess)?;
    let client = new.check()?;
    groups::must_be_there(act, client.group).await?;
    let (org, now) = (act.org(), act.now());
    if let Some(till) = client.till
        && store::tills::lock(act.db(), org, till).await?.is_none()
    {
        return Err(Fault::invalid("Choose one of the list").on("till").into());
    }
    let key = random(KEY_LENGTH);
    let id = store::clients::insert(act.db(), org, &key, &client, now)
        .await
        .or_refuse("api_clients_name", || {
            Fault::taken("Another client has this name").on("name")
        })?;
    let secret = fresh_secret(act, id).await?;
    let after = json!({
        "key": key, "tokenMinutes": client.token_minutes, "defaultTill": client.till,
        "accessGroup": client.group, "perMinute": client.rate,
    });
    act.record(Entry::new("added", SUBJECT, id, client.name.clone()).after(after));
    Ok(Secret { client: id, name: client.name, key, secret })
}

/// Makes the next secret while the one before goes on working, until that is ended.
pub async fn rotate(act: &mut Act, id: ClientId) -> Result<Secret> {
    act.require(Permission::ManageAccess)?;
    let org = act.org();
    let client = store::clients::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    if store::clients::live_secrets(act.db(), org, id).await?.len() >= SECRETS {
        let words = "This client has two secrets. End the one nobody uses any more first.";
        return Err(Problem::whole("two_secrets", words).into());
    }
    let secret = fresh_secret(act, id).await?;
    act.record(Entry::new("made a new secret for", SUBJECT, id, client.name.clone()));
    Ok(Secret { client: id, name: client.name, key: client.key, secret })
}

/// Ends a secret, and every token that was fetched with it.
pub async fn end_secret(act: &mut Act, id: ClientId, secret: SecretId) -> Result<()> {
    act.require(Permission::ManageAccess)?;
    let (org, now) = (act.org(), act.now());
    let client = store::clients::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    let hint = store::clients::end_secret(act.db(), org, id, secret, now).await?;
    let hint = hint.ok_or(Error::NotFound)?;
    let details = json!({ "secret": format!("…{hint}") });
    act.record(Entry::new("ended a secret of", SUBJECT, id, client.name).with(details));
    Ok(())
}

/// Bars a client and its tokens, or lets it in again.
pub async fn set_enabled(act: &mut Act, id: ClientId, enabled: bool) -> Result<()> {
    act.require(Permission::ManageAccess)?;
    let (org, now) = (act.org(), act.now());
    let client = store::clients::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    if client.enabled == enabled {
        return Ok(());
    }
    store::clients::set_disabled(act.db(), org, id, (!enabled).then_some(now)).await?;
    let verb = if enabled { "enabled" } else { "disabled" };
    act.record(Entry::new(verb, SUBJECT, id, client.name));
    Ok(())
}

/// Puts a client into another access group.
pub async fn set_group(act: &mut Act, id: ClientId, typed: &str) -> Result<()> {
    act.require(Permission::ManageAccess)?;
    let org = act.org();
    let group = groups::chosen(act, typed).await?;
    let client = store::clients::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    if client.group == group {
        return Ok(());
    }
    store::clients::set_group(act.db(), org, id, group).await?;
    let (before, after) = (json!({ "accessGroup": client.group }), json!({ "accessGroup": group }));
    let entry = Entry::new("changed the access of", SUBJECT, id, client.name);
    act.record(entry.changed(&before, &after));
    Ok(())
}

async fn fresh_secret(act: &mut Act, client: ClientId) -> Result<String> {
    let (org, now, secret) = (act.org(), act.now(), random(SECRET_LENGTH));
    let (hash, hint) = (secret::digest(&secret), &secret[SECRET_LENGTH - 4..]);
    store::clients::insert_secret(act.db(), org, client, &hash, hint, now).await?;
    Ok(secret)
}

/// Letters and digits, so that it survives every copy and every config file: 40 of them hold 238 bits.
fn random(length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut random = rand::rng();
    (0..length).map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())])).collect()
}
