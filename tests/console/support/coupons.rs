//! Makers for tests of coupons: series and customers through deeds.

use chrono::{DateTime, Utc};
use guerdon::base::act::Actor;
use guerdon::base::app::App;
use guerdon::base::db::{Db, Patience};
use guerdon::base::error::{Error, Result};
use guerdon::base::ids::{CouponId, CustomerId, RedemptionId, SeriesId};
use guerdon::coupons::{
    self, BillSaid, Coupon, Draft, Line, Origin, Outcome, Pick, RedeemCall, Source, Want,
};
use guerdon::customers;

use super::TestApp;

/// A series of generated single-use codes without limits, to the end of 2027.
pub fn terms() -> Draft {
    Draft::default()
        .with("description", "Diwali")
        .with("discountCode", "XYZ123")
        .with("discountType", "ABS")
        .with("discountValue", 500)
        .with("validTillDate", "2027-12-31")
        .with("expiryStrategyType", "SERIES_EXPIRY")
        .with("clientHandlingType", "DISC_CODE")
        .with("anyUser", false)
        .with("smsTemplate", "Your code: {{voucher}}")
        .with("randomCodeLength", 10)
}

impl TestApp {
    /// Makes a series.
    pub async fn series(&self, draft: Draft) -> SeriesId {
        let made = self.act(|act| {
            Box::pin(async move { coupons::create(act, &draft, false).await.map(|made| made.id) })
        });
        made.await.unwrap()
    }

    /// Makes a customer.
    pub async fn customer(&self, name: &str) -> CustomerId {
        let draft = customers::Draft { first_name: name.to_owned(), ..Default::default() };
        let made = self.act(|act| {
            Box::pin(async move { customers::create(act, &draft, chrono_tz::Tz::UTC).await })
        });
        made.await.unwrap()
    }

    /// Issues so many coupons of a series to a customer, as a call would.
    pub async fn issue(&self, series: SeriesId, customer: CustomerId, count: i64) -> Outcome {
        issue_in(&self.app, self.actor(), series, customer, count).await.unwrap()
    }

    /// Issues one coupon that must come.
    pub async fn coupon(&self, series: SeriesId, customer: CustomerId) -> Coupon {
        self.issue(series, customer, 1).await.unwrap().coupons.remove(0)
    }

    /// Redeems codes.
    pub async fn redeem(&self, customer: CustomerId, codes: &[&str]) -> Vec<Line> {
        redeem_in(&self.app, self.actor(), call(customer, codes)).await.unwrap()
    }

    /// A coupon as it is now.
    pub async fn coupon_now(&self, id: CouponId) -> Coupon {
        let mut db = self.app.read(self.org).await.unwrap();
        coupons::load_coupons(&mut *db, self.org, &[id]).await.unwrap().remove(0)
    }

    /// The operator of the first brand.
    pub fn actor(&self) -> Actor {
        Actor::operator(self.org)
    }

    /// The same product with as many connections as a crowd needs, patient with locks.
    pub fn crowd(&self, connections: u32) -> App {
        let db = Db::new(self.options.clone(), connections, Patience::BACKGROUND);
        App { db, ..self.app.clone() }
    }
}

/// A redemption with a bill.
pub fn call(customer: CustomerId, codes: &[&str]) -> RedeemCall {
    RedeemCall {
        customer,
        picks: codes.iter().map(|code| Pick::Code((*code).to_owned())).collect(),
        bill: Some(BillSaid { amount: Some(100.0), transaction: Some("T-1".to_owned()), id: None }),
        at: None,
        custom_fields: None,
        details: None,
    }
}

/// Issues within an app of the caller's.
pub async fn issue_in(
    app: &App,
    actor: Actor,
    series: SeriesId,
    customer: CustomerId,
    count: i64,
) -> Result<Outcome> {
    let origin = Origin::of(Source::Api);
    let want = Want { series, customer, count, several: count != 1, origin };
    let mut outcomes =
        app.act(actor, |act| Box::pin(async move { coupons::issue(act, &[want]).await })).await?;
    Ok(outcomes.remove(0))
}

/// Redeems within an app of the caller's; comes again when no connection was free in time.
pub async fn redeem_in(app: &App, actor: Actor, call: RedeemCall) -> Result<Vec<Line>> {
    loop {
        let call = call.clone();
        let done = app
            .act(actor.clone(), |act| Box::pin(async move { coupons::redeem(act, &call).await }))
            .await;
        if !matches!(done, Err(Error::Unavailable(_))) {
            return done;
        }
    }
}

/// The word of each line's refusal; `ok` where there is none.
pub fn words(lines: &[Line]) -> Vec<&'static str> {
    lines.iter().map(|line| line.result.as_ref().map_or_else(|why| why.code, |_| "ok")).collect()
}

/// The redemption of the only line.
pub fn redemption(lines: &[Line]) -> RedemptionId {
    lines[0].result.as_ref().unwrap().unwrap()
}

/// An instant.
pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}
