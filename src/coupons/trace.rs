//! How the deeds of this room are told: entries of the log, and events for the outside
//! (spec/coupons.md 9).

use chrono_tz::Tz;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::base::act::{Actor, Entry};
use crate::base::ids::{CouponId, CustomerId, RedemptionId};
use crate::base::outbox::Outgoing;
use crate::coupons::coupon::Coupon;
use crate::coupons::expiry;
use crate::coupons::series::Series;
use chrono::{DateTime, SecondsFormat, Utc};

/// What the log calls a coupon.
const SUBJECT: &str = "coupon";

/// An entry about a coupon.
pub fn entry(verb: &'static str, coupon: &Coupon, series: &Series) -> Entry {
    let holder = coupon.holder();
    let entry = Entry::new(verb, SUBJECT, coupon.id, coupon.code.clone()).with(json!({
        "seriesId": series.id, "series": series.description, "customerId": holder,
    }));
    // A code that lay ready was made before it was issued.
    let lay = coupon.issue.as_ref().is_some_and(|issue| issue.on > coupon.created_on);
    let ready = (coupon.batch.is_some() && lay).then_some("UNISSUED");
    match verb {
        "issued" => turned(entry, ready, "ISSUED"),
        "revoked" if coupon.issue.is_none() => turned(entry, Some("UNISSUED"), "REVOKED"),
        "revoked" => turned(entry, Some("ISSUED"), "REVOKED"),
        _ => entry,
    }
}

/// An entry about a coupon that came with a file, whose series is known and whose row was not read.
pub fn of_file(
    verb: &'static str,
    (id, code): (CouponId, &str),
    series: &Series,
    customer: Option<CustomerId>,
) -> Entry {
    Entry::new(verb, SUBJECT, id, code).with(json!({
        "seriesId": series.id, "series": series.description, "customerId": customer,
    }))
}

/// With the status a coupon had, if there was any, and the one it has now.
pub fn turned(mut entry: Entry, from: Option<&str>, to: &str) -> Entry {
    entry.before = from.map(|from| json!({ "status": from }));
    entry.after = Some(json!({ "status": to }));
    entry
}

/// With the living redemptions a coupon had and those it has now.
pub fn counted(mut entry: Entry, from: i32, to: i32) -> Entry {
    entry.before = Some(json!({ "redemptionCount": from }));
    entry.after = Some(json!({ "redemptionCount": to }));
    entry
}

/// An instant as the log keeps it.
pub fn iso(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// That coupons of one series were issued to one customer, whatever their number: one event.
pub fn issued(
    actor: &Actor,
    series: &Series,
    coupons: &[Coupon],
    now: DateTime<Utc>,
    zone: Tz,
) -> Option<Outgoing> {
    let ids = || coupons.iter().map(|coupon| coupon.id);
    let (first, last) = (ids().min()?, ids().max()?);
    let lines: Vec<Value> = coupons
        .iter()
        .map(|coupon| {
            json!({
                "id": coupon.id,
                "code": coupon.code,
                "valid_till": expiry::of_coupon(coupon, series, zone).shown.timestamp_millis(),
                "issued_on": coupon.issue.as_ref().map(|issue| issue.on.timestamp() * 1000),
                "customerIdentifiers": { "customerId": coupon.holder() },
            })
        })
        .collect();
    let data = json!({
        "addedAt": now.timestamp_millis(),
        "addedBy": { "id": actor.id.unwrap_or(-1) },
        "coupons": lines,
        "series_info": series_info(series, zone),
        "issualType": "SINGLE",
    });
    let reference = format!("{}_{}_{first}:{last}", actor.org, series.id);
    Some(outgoing("CouponIssue", actor, reference, now, data))
}

/// That one coupon was redeemed.
pub fn redeemed(
    actor: &Actor,
    series: &Series,
    coupon: &Coupon,
    used: &Used<'_>,
    zone: Tz,
) -> Outgoing {
    let data = json!({
        "addedAt": used.on.timestamp_millis(),
        "addedBy": { "id": actor.id.unwrap_or(-1) },
        "coupon": {
            "id": coupon.id,
            "code": coupon.code,
            "redemptionId": used.id,
            "redemptionDate": used.on.timestamp() * 1000,
            "series_info": series_info(series, zone),
        },
        "customerIdentifiers": { "customerId": used.customer },
        "transaction": {
            "bill_id": used.bill_id.and_then(|id| id.parse::<i64>().ok()).unwrap_or(0),
            "number": used.transaction.unwrap_or_default(),
        },
    });
    let reference = format!("{}_{}_{}", actor.org, series.id, used.id);
    outgoing("CouponRedeem", actor, reference, used.on, data)
}

/// What an event says of a use.
#[derive(Debug, Clone, Copy)]
pub struct Used<'a> {
    /// Its number.
    pub id: RedemptionId,
    /// By whom.
    pub customer: CustomerId,
    /// When.
    pub on: DateTime<Utc>,
    /// The bill's number.
    pub transaction: Option<&'a str>,
    /// The bill's id.
    pub bill_id: Option<&'a str>,
}

fn series_info(series: &Series, zone: Tz) -> Value {
    let kind = series.extra.get("seriesType").and_then(Value::as_str).unwrap_or("UNDEFINED");
    // The series' own end is told as the beginning of its last day, a coupon's as its last second.
    let day = crate::base::calendar::start_of_day(series.valid_till, zone);
    json!({
        "id": series.id,
        "description": series.description,
        "seriesType": kind,
        "clientHandlingType": series.handling.wire(),
        "valid_till": day.timestamp_millis(),
        "discount_code": series.discount.code,
        "discount_type": series.discount.kind.wire(),
        "discount_value": series.discount.value,
    })
}

fn outgoing(
    name: &'static str,
    actor: &Actor,
    reference: String,
    now: DateTime<Utc>,
    data: Value,
) -> Outgoing {
    let id = Uuid::new_v4();
    let payload = json!({
        "eventName": name,
        "eventId": id,
        "orgId": actor.org,
        "refId": reference,
        "apiRequestId": actor.request_id,
        "createdAt": now.timestamp_millis(),
        "data": data,
        "loyaltyEventId": null,
    });
    Outgoing { id, name, payload }
}
