//! Sending a code again (spec/coupons.md 7, `coupon/resend`).
//!
//! What is written is the wish to send: a message that exists only if the deed does. Sending itself is
//! another room's; until one is there, messages wait in `coupon_messages`.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;

use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::base::permission::Permission;
use crate::coupons::coupon::Coupon;
use crate::coupons::customer::Holder;
use crate::coupons::left::Uses;
use crate::coupons::message;
use crate::coupons::picking;
use crate::coupons::refusal;
use crate::coupons::series::Series;
use crate::coupons::state::standing;
use crate::coupons::store::messages::NewMessage;
use crate::coupons::store::{self, holders};
use crate::coupons::{ground, trace};

/// Sends a coupon's code to its holder again. Only one that is still good, of a series that allows it;
/// `customer`, if named, must be the holder.
pub async fn resend(act: &mut Act, id: CouponId, customer: Option<CustomerId>) -> Result<Coupon> {
    act.require(Permission::ServeCoupons)?;
    let refuse = |word| Error::from(refusal::problem(word));
    let customer = picking::customer(act, customer).await?;
    let (series, coupons) = picking::by_ids(act, &[id]).await?;
    let found = coupons.first().ok_or_else(|| refuse("code_unknown"))?;
    if customer.is_some() && customer != found.holder() {
        return Err(refuse("not_holder"));
    }
    let sent = send_all(act, &series, coupons).await?.pop();
    sent.ok_or_else(|| refuse("code_unknown"))?.map_err(refuse)
}

/// The coupon that was sent, or the word of the refusal.
pub(super) type Verdict = std::result::Result<Coupon, &'static str>;

/// Sends the codes of coupons that are locked, their series held: what became of each, in their order.
/// Whoever calls has asked for the right to.
pub(super) async fn send_all(
    act: &mut Act,
    series: &HashMap<SeriesId, Series>,
    coupons: Vec<Coupon>,
) -> Result<Vec<Verdict>> {
    let org = act.org();
    let people: BTreeSet<CustomerId> = coupons.iter().filter_map(Coupon::holder).collect();
    let people: Vec<CustomerId> = people.into_iter().collect();
    let people = holders::load(&mut *act.db(), org, &people).await?;
    let (now, zone) = (ground::moment(act).await?, ground::zone(act).await?);
    let (mut results, mut messages) = (Vec::with_capacity(coupons.len()), Vec::new());
    for coupon in coupons {
        let judged = may_send(&coupon, series.get(&coupon.series), &people, now, zone);
        results.push(match judged {
            Ok((series, person, address)) => {
                let body = message::again(series, &coupon, person, zone);
                let customer = person.id;
                messages.push(NewMessage {
                    coupon: coupon.id,
                    customer,
                    kind: "RESEND",
                    address,
                    body,
                });
                let sent = json!({ "sentOn": trace::iso(act.now()) });
                act.record(trace::entry("sent again", &coupon, series).after(sent));
                Ok(coupon)
            }
            Err(word) => Err(word),
        });
    }
    if !messages.is_empty() {
        store::messages::insert(act.db(), org, now, &messages).await?;
    }
    Ok(results)
}

/// Whether a code may be sent again: by which terms, to whom and where.
pub(super) fn may_send<'a>(
    coupon: &Coupon,
    series: Option<&'a Series>,
    people: &'a HashMap<CustomerId, Holder>,
    now: DateTime<Utc>,
    zone: Tz,
) -> std::result::Result<(&'a Series, &'a Holder, String), &'static str> {
    let series = series.ok_or("code_unknown")?;
    let holder = coupon.holder().ok_or("not_holder")?;
    let of_code = i64::from(coupon.redeemed);
    let uses = Uses { of_code, of_code_by_customer: of_code, ..Uses::default() };
    let stands = standing(coupon, series, &uses, zone, now);
    match () {
        () if coupon.revoked.is_some() => return Err("revoked"),
        () if stands.expired => return Err("expired"),
        () if stands.left == Some(0) => return Err("used"),
        () if !series.words.resend_enabled || series.words.message_off => {
            return Err("cannot_tell");
        }
        () => {}
    }
    let person = people.get(&holder).ok_or("customer_unknown")?;
    let address = person.mobile.clone().ok_or("send_failed")?;
    Ok((series, person, address))
}
