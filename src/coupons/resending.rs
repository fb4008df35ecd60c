//! Sending a code again (spec/coupons.md 7, `coupon/resend`).
//!
//! What is written is the wish to send: a message that exists only if the deed does. Sending itself is
//! another room's; until one is there, messages wait in `coupon_messages`.

use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, CustomerId};
use crate::base::permission::Permission;
use crate::coupons::coupon::Coupon;
use crate::coupons::left::Uses;
use crate::coupons::message;
use crate::coupons::picking;
use crate::coupons::refusal;
use crate::coupons::state::standing;
use crate::coupons::store::messages::NewMessage;
use crate::coupons::store::{self, holders};
use crate::coupons::{ground, trace};

/// Sends a coupon's code to its holder again. Only one that is still good, of a series that allows it;
/// `customer`, if named, must be the holder.
pub async fn resend(act: &mut Act, id: CouponId, customer: Option<CustomerId>) -> Result<Coupon> {
    act.require(Permission::ServeCoupons)?;
    let refuse = |word| Error::from(refusal::problem(word));
    let org = act.org();
    let customer = picking::customer(act, customer).await?;
    let (series, coupons) = picking::by_ids(act, &[id]).await?;
    let found = coupons.into_iter().next().and_then(|coupon| {
        let series = series.get(&coupon.series)?.clone();
        Some((coupon, series))
    });
    let (coupon, series) = found.ok_or_else(|| refuse("code_unknown"))?;
    let holder = coupon.holder().ok_or_else(|| refuse("not_holder"))?;
    if customer.is_some_and(|customer| customer != holder) {
        return Err(refuse("not_holder"));
    }
    let (now, zone) = (ground::moment(act).await?, ground::zone(act).await?);
    let of_code = i64::from(coupon.redeemed);
    let uses = Uses { of_code, of_code_by_customer: of_code, ..Uses::default() };
    let stands = standing(&coupon, &series, &uses, zone, now);
    let word = match () {
        () if coupon.revoked.is_some() => Some("revoked"),
        () if stands.expired => Some("expired"),
        () if stands.left == Some(0) => Some("used"),
        () if !series.words.resend_enabled || series.words.message_off => Some("cannot_tell"),
        () => None,
    };
    if let Some(word) = word {
        return Err(refuse(word));
    }
    let known = holders::load(&mut *act.db(), org, &[holder]).await?.remove(&holder);
    let person = known.ok_or_else(|| refuse("customer_unknown"))?;
    let address = person.mobile.clone().ok_or_else(|| refuse("send_failed"))?;
    let body = message::again(&series, &coupon, &person, zone);
    let message = NewMessage { coupon: id, customer: holder, kind: "RESEND", address, body };
    store::messages::insert(act.db(), org, now, &[message]).await?;
    act.record(trace::entry("sent again", &coupon, &series));
    Ok(coupon)
}
