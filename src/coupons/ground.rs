//! What every deed of the room stands on: the brand's zone, the till, and the moment it is judged at.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::coupons::store::{clock, holders};

/// The brand's zone.
pub async fn zone(act: &mut Act) -> Result<Tz> {
    let org = act.org();
    let brand = holders::brand(&mut *act.db(), org).await?.ok_or(Error::NotFound)?;
    zone_named(&brand.time_zone)
}

/// A zone by its name, which the brand's deed checked.
pub fn zone_named(name: &str) -> Result<Tz> {
    name.parse().map_err(|_| Error::internal(anyhow::anyhow!("“{name}” is no time zone")))
}

/// The moment to judge by, asked after the locks: the act's own time and however long it waited since.
///
/// Why not the database's clock alone: the product has one clock, which tests hold still. Why not the
/// act's time alone: it is taken before the locks, and a coupon can end while a redeemer waits for one.
pub async fn moment(act: &mut Act) -> Result<DateTime<Utc>> {
    let waited = clock::waited(act.db()).await?;
    Ok(act.now() + waited)
}

/// The till it happens at.
pub fn till(act: &Act) -> Option<i64> {
    act.actor().till.as_ref().map(|till| till.id)
}
