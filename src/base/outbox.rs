//! Events for the outside: written in the transaction of their cause, so that one exists only if the
//! other does. Delivery takes them from there; nothing is sent from inside a transaction.

use serde_json::Value;
use uuid::Uuid;

use crate::base::act::Act;
use crate::base::error::Result;
use crate::base::outbox_store as store;

/// An event on its way out.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// The same on every attempt to deliver it.
    pub id: Uuid,
    /// Its name on the wire: `badgeEarned`.
    pub name: &'static str,
    /// What is sent.
    pub payload: Value,
}

/// Puts events out, to be delivered once the act is committed.
pub async fn put(act: &mut Act, events: &[Outgoing]) -> Result<()> {
    let (org, now) = (act.org(), act.now());
    if events.is_empty() {
        return Ok(());
    }
    Ok(store::insert(act.db(), org, now, events).await?)
}
