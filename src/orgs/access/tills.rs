//! Deeds on tills.

use md5::{Digest, Md5};
use serde_json::json;

pub use super::draft::NewTill;
use super::{groups, store};
use crate::base::act::{Act, Entry};
use crate::base::db::OrRefuse;
use crate::base::error::{Error, Result};
use crate::base::ids::TillId;
use crate::base::permission::Permission;
use crate::base::problem::Fault;
use crate::base::secret::{self, Hasher};

/// What the log calls a till.
const SUBJECT: &str = "till";

/// A password on its way into the store: what a till is told once, and what is kept.
#[derive(Debug)]
pub struct TillPassword {
    /// In the clear; shown only when it was made here.
    pub made: Option<String>,
    phc: String,
}

/// Makes ready a password as typed, or a fresh one when it is blank.
///
/// Why short ones are taken: a brand moves here with tills that have theirs built in, and the wire
/// carries an unsalted digest whatever its length; the page says so and offers to make one.
pub async fn password(hasher: &Hasher, typed: &str) -> Result<TillPassword> {
    let made = typed.is_empty().then(secret::password);
    let clear = made.as_deref().unwrap_or(typed);
    if clear.chars().count() > secret::PASSWORD_MAX {
        let words = format!("Use at most {} characters", secret::PASSWORD_MAX);
        return Err(Fault::new("too_long", words).on("password").into());
    }
    let phc = hasher.hash(wire(clear)).await?;
    Ok(TillPassword { made, phc })
}

/// What a till sends for its password: the MD5 in lower-case hex.
pub fn wire(password: &str) -> String {
    hex::encode(Md5::digest(password.as_bytes()))
}

/// Adds a till.
pub async fn add(act: &mut Act, new: &NewTill, password: &TillPassword) -> Result<TillId> {
    act.require(Permission::ManageAccess)?;
    let till = new.check()?;
    groups::must_be_there(act, till.group).await?;
    let (org, now) = (act.org(), act.now());
    let id = store::tills::insert(act.db(), org, &till, &password.phc, now)
        .await
        .or_refuse("tills_code", || Fault::taken("Another till has this code").on("code"))?;
    let after = json!({
        "code": till.code, "store": till.store_code, "accessGroup": till.group, "perMinute": till.rate,
    });
    act.record(Entry::new("added", SUBJECT, id, till.name).after(after));
    Ok(id)
}

/// Gives a till another password; the one before is worth nothing from this moment. Its name and code.
pub async fn set_password(
    act: &mut Act,
    id: TillId,
    password: &TillPassword,
) -> Result<(String, String)> {
    act.require(Permission::ManageAccess)?;
    let (org, now) = (act.org(), act.now());
    let till = store::tills::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    store::tills::set_password(act.db(), org, id, &password.phc, now).await?;
    act.record(Entry::new("set the password of", SUBJECT, id, till.name.clone()));
    Ok((till.name, till.code))
}

/// Bars a till, or lets it in again.
pub async fn set_enabled(act: &mut Act, id: TillId, enabled: bool) -> Result<()> {
    act.require(Permission::ManageAccess)?;
    let (org, now) = (act.org(), act.now());
    let till = store::tills::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    if till.enabled == enabled {
        return Ok(());
    }
    let at = (!enabled).then_some(now);
    store::tills::set_disabled(act.db(), org, id, at).await?;
    let verb = if enabled { "enabled" } else { "disabled" };
    act.record(Entry::new(verb, SUBJECT, id, till.name));
    Ok(())
}

/// Puts a till into another access group.
pub async fn set_group(act: &mut Act, id: TillId, typed: &str) -> Result<()> {
    act.require(Permission::ManageAccess)?;
    let org = act.org();
    let group = groups::chosen(act, typed).await?;
    let till = store::tills::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    if till.group == group {
        return Ok(());
    }
    store::tills::set_group(act.db(), org, id, group).await?;
    let (before, after) = (json!({ "accessGroup": till.group }), json!({ "accessGroup": group }));
    act.record(
        Entry::new("changed the access of", SUBJECT, id, till.name).changed(&before, &after),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_carries_the_references_digests() {
        assert_eq!(wire("123"), "202cb962ac59075b964b07152d234b70");
        assert_eq!(wire("server123"), "8a16a6b70505eb1f1ff7cdc0cd5559a7");
        assert_eq!(wire("Pass123"), "2f23fa3579f3f75175793649115c1b25");
    }
}
