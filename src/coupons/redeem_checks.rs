//! Whether a customer may redeem a coupon: the checks of spec/coupons.md 4.5 in their order, over facts
//! read under the locks. The first that fails wins.

use chrono::{DateTime, Days, Utc};
use chrono_tz::Tz;

use crate::base::calendar::day_of;
use crate::coupons::coupon::Coupon;
use crate::coupons::customer::Holder;
use crate::coupons::expiry;
use crate::coupons::issue_checks::too_soon;
use crate::coupons::left::Uses;
use crate::coupons::series::{Audience, Place, Series};

/// What the till says of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bill<'a> {
    /// Its amount.
    pub amount: Option<f64>,
    /// Its number.
    pub transaction: Option<&'a str>,
}

/// Where it happens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spot {
    /// The till's number.
    pub till: Option<i64>,
    /// The code of its store.
    pub store: Option<String>,
}

/// What is known when a coupon is to be redeemed.
#[derive(Debug, Clone)]
pub struct Facts<'a> {
    /// The brand's zone.
    pub zone: Tz,
    /// The moment it is judged at: now after the locks, or what the caller says it was.
    pub at: DateTime<Utc>,
    /// Who redeems.
    pub redeemer: &'a Holder,
    /// Where.
    pub spot: &'a Spot,
    /// The bill; none: it is only asked whether the coupon would do.
    pub bill: Option<Bill<'a>>,
    /// Whether the brand demands a transaction number.
    pub transaction_demanded: bool,
    /// How often it was used before.
    pub uses: Uses,
    /// When the redeemer last redeemed one of the series.
    pub last_redeemed: Option<DateTime<Utc>>,
}

/// The word of the first check that fails.
pub fn judge(series: &Series, coupon: &Coupon, facts: &Facts<'_>) -> Result<(), &'static str> {
    if coupon.revoked.is_some() {
        return Err("revoked");
    }
    facts.redeemer.may_hold()?;
    holder(series, coupon, facts)?;
    if expiry::of_series(series, facts.zone).passed(facts.at) {
        return Err("series_expired");
    }
    if expiry::of_coupon(coupon, series, facts.zone).passed(facts.at) {
        return Err("expired");
    }
    started(series, coupon, facts)?;
    if !series.redeem.range.allows(facts.at, facts.zone) {
        return Err("outside_range");
    }
    place(&series.redeem.places, facts.spot)?;
    bill(series, facts)?;
    series.redeem.audience.map_or(Ok(()), |audience| meant_for(audience, facts.redeemer))?;
    uses(series, facts)
}

/// Issued to the redeemer, or to anybody where anybody may redeem, or outside.
fn holder(series: &Series, coupon: &Coupon, facts: &Facts<'_>) -> Result<(), &'static str> {
    let his = coupon.holder() == Some(facts.redeemer.id);
    let anybodys = series.redeem.any_user && coupon.issue.is_some();
    if his || anybodys || series.external { Ok(()) } else { Err("not_holder") }
}

/// The first day of the series, and so many days after the day of issue.
fn started(series: &Series, coupon: &Coupon, facts: &Facts<'_>) -> Result<(), &'static str> {
    let today = day_of(facts.at, facts.zone);
    if series.redeem.from.is_some_and(|first| today < first) {
        return Err("redemption_date");
    }
    let days = u64::try_from(series.redeem.after_days).unwrap_or(0);
    let from = coupon
        .issue
        .as_ref()
        .and_then(|issue| day_of(issue.on, facts.zone).checked_add_days(Days::new(days)));
    if from.is_some_and(|first| today < first) { Err("redemption_date") } else { Ok(()) }
}

/// A store is known by its code: brands that number their stores write the number there.
fn place(places: &[Place], spot: &Spot) -> Result<(), &'static str> {
    let here = |place: &Place| match place.kind.as_str() {
        "TILL" => spot.till == Some(place.id),
        "STORE" => spot.store.as_deref() == Some(place.id.to_string().as_str()),
        _ => false,
    };
    if places.is_empty() || places.iter().any(here) { Ok(()) } else { Err("store") }
}

fn bill(series: &Series, facts: &Facts<'_>) -> Result<(), &'static str> {
    let Some(bill) = &facts.bill else { return Ok(()) };
    let least = series.redeem.min_bill.filter(|least| *least > 0.0);
    let most = series.redeem.max_bill.filter(|most| *most > 0.0);
    let fits = match bill.amount {
        None => least.is_none() && most.is_none(),
        Some(amount) => {
            amount >= 0.0
                && least.is_none_or(|least| amount >= least)
                && most.is_none_or(|most| amount <= most)
        }
    };
    if !fits {
        return Err("amount");
    }
    let numbered = bill.transaction.is_some_and(|number| !number.trim().is_empty());
    if facts.transaction_demanded && !numbered { Err("transaction_missing") } else { Ok(()) }
}

fn meant_for(audience: Audience, redeemer: &Holder) -> Result<(), &'static str> {
    if audience.most_transactions.is_some_and(|most| redeemer.transactions > most) {
        return Err("not_meant");
    }
    let (from, to) = (audience.registered_from, audience.registered_to);
    if from == 0 && to == 0 {
        return Ok(());
    }
    let within = redeemer.registered_on.is_some_and(|on| {
        let on = on.timestamp_millis();
        (from == 0 || on >= from) && (to == 0 || on <= to)
    });
    if within { Ok(()) } else { Err("not_meant") }
}

/// The limits: of the code, of the customer, of the series.
fn uses(series: &Series, facts: &Facts<'_>) -> Result<(), &'static str> {
    let (terms, uses) = (&series.redeem, &facts.uses);
    if !terms.multiple_use && uses.of_code > 0 {
        return Err("used");
    }
    if !terms.same_customer && uses.of_code_by_customer > 0 {
        return Err("same_twice");
    }
    if terms.per_code.is_some_and(|most| uses.of_code >= i64::from(most)) {
        return Err("code_limit");
    }
    if terms.per_customer.is_some_and(|most| uses.in_series_by_customer >= i64::from(most)) {
        return Err("customer_redeemed_max");
    }
    let gap = terms.gap_days.filter(|days| *days > 0).zip(facts.last_redeemed);
    if gap.is_some_and(|(days, last)| too_soon(last, facts.at, days, facts.zone)) {
        return Err("redemption_gap");
    }
    if terms.max.is_some_and(|most| uses.in_series >= most) {
        return Err("campaign_over");
    }
    Ok(())
}

#[cfg(test)]
#[path = "redeem_checks_tests.rs"]
mod tests;
