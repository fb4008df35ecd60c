//! A brand with the samples' customers, series and coupons, under the samples' own numbers.

use guerdon::base::ids::SeriesId;
use guerdon::coupons::{self, Draft};
use serde_json::{Value, json};

use super::{Comparison, Pair, Stage};
use crate::support::TestApp;
use crate::support::caller::Caller;
use crate::support::coupons::terms;

/// Why a summary's time differs.
pub const WHEN: &str = "the customer was entered by this test";

/// A brand of the samples.
pub struct House {
    /// Where it stands.
    pub stage: Stage,
}

impl House {
    /// At an instant.
    pub async fn at(instant: &str) -> House {
        let stage = Stage::new().await;
        stage.app.set_clock(instant);
        House { stage }
    }

    /// The same of a brand whose days are India's.
    pub async fn in_india(instant: &str) -> House {
        let app = TestApp::new().await;
        let org = app.brand("Vendor", "Asia/Kolkata").await;
        let till = Caller::till_of(&app, org, "store.server").await;
        app.set_clock(instant);
        House { stage: Stage { app, org, till } }
    }

    /// What the samples say of the till, but for the code it signs with.
    pub async fn till_is(&self, name: &str) {
        self.stage.app.sql(&format!("update tills set name = '{name}'")).await;
    }

    /// The next row of a table gets this number.
    async fn next(&self, table: &str, number: i64) {
        let sql = format!("alter table {table} alter column id restart with {number}");
        self.stage.app.sql(&sql).await;
    }

    /// A customer of the sample.
    pub async fn customer(&self, number: i64, name: (&str, &str), known: &[(&str, &str)]) {
        self.next("customers", number).await;
        let nothing = format!("x-{number}");
        let nothing = [("externalId", nothing.as_str())];
        let known = if known.is_empty() { &nothing[..] } else { known };
        let known: Vec<Value> =
            known.iter().map(|(kind, value)| json!({ "type": kind, "value": value })).collect();
        let profile = json!({ "source": "INSTORE", "firstName": name.0, "lastName": name.1,
            "identifiers": known });
        self.stage.till.post("/v2/customers", json!({ "profiles": [profile] })).await.is(200);
    }

    /// A series of the sample.
    pub async fn series(&self, number: i64, draft: Draft) -> SeriesId {
        self.next("coupon_series", number).await;
        let made = self.stage.app.act_in(self.stage.org, |act| {
            Box::pin(async move { coupons::create(act, &draft, false).await.map(|made| made.id) })
        });
        made.await.unwrap()
    }

    /// A coupon of the sample, issued at an instant at the till that calls.
    pub async fn coupon(&self, number: i64, series: i64, holder: i64, code: &str, on: &str) {
        let org = self.stage.org;
        let sql = format!(
            "insert into coupons (org_id, id, series_id, code, code_key, generic, customer_id, \
               created_on, issued_on, issued_till_id, issued_by, issued_by_name, source) \
             overriding system value \
             select {org}, {number}, {series}, '{code}', upper('{code}'), handling = 'GENERIC', \
               {holder}, '{on}', '{on}', tills.id, tills.id, tills.code, 'API' \
             from coupon_series s, tills \
             where s.org_id = {org} and s.id = {series} and tills.org_id = {org}"
        );
        self.stage.app.sql(&sql).await;
    }

    /// A redemption of the sample, at the till that calls.
    pub async fn used(&self, number: i64, coupon: i64, on: &str, bill: &str) {
        let org = self.stage.org;
        let sql = format!(
            "insert into coupon_redemptions (org_id, id, coupon_id, series_id, customer_id, once, \
               redeemed_on, redeemed_till_id, redeemed_by_name, transaction_number) \
             overriding system value \
             select {org}, {number}, c.id, c.series_id, c.customer_id, false, '{on}', t.id, t.code, \
               '{bill}' \
             from coupons c, tills t where c.org_id = {org} and c.id = {coupon} and t.org_id = {org}; \
             update coupons set redeemed = redeemed + 1 where org_id = {org} and id = {coupon}"
        );
        self.stage.app.sql(&sql).await;
    }

    /// A coupon ends by itself at an instant.
    pub async fn ends(&self, coupon: i64, at: &str) {
        let sql = format!("update coupons set expires_on = '{at}' where id = {coupon}");
        self.stage.app.sql(&sql).await;
    }

    /// So many coupons of a series were issued and redeemed.
    pub async fn counted(&self, series: i64, issued: i64, redeemed: i64) {
        let sql = format!(
            "insert into coupon_series_counters (org_id, series_id, slot, issued, redeemed) \
             values ({}, {series}, 1, {issued}, {redeemed}) \
             on conflict (org_id, series_id, slot) do update set issued = excluded.issued, \
               redeemed = excluded.redeemed",
            self.stage.org
        );
        self.stage.app.sql(&sql).await;
    }

    /// The next redemption gets this number.
    pub async fn next_redemption(&self, number: i64) {
        self.next("coupon_redemptions", number).await;
    }

    /// Redeems a code by a call, at a bill of this number.
    pub async fn redeem(&self, customer: i64, code: &str, bill: &str) {
        let body = json!({ "redemptionRequestList": [{ "code": code }],
            "user": { "id": customer }, "transactionNumber": bill });
        self.stage.till.post("/v2/coupon/redeem", body).await.is(200);
    }

    /// Replays a pair whose ids are the samples' own.
    pub async fn replay(&self, pair: &Pair) -> Comparison {
        self.stage.replay(pair, &[]).await
    }
}

/// Terms of a discount.
pub fn discount(kind: &str, value: i64, upto: i64, code: &str) -> Draft {
    terms()
        .with("discountType", kind)
        .with("discountValue", value)
        .with("discountUpto", upto)
        .with("discountCode", code)
}
