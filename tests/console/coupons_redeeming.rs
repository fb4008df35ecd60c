//! Redeeming, taking back, mending and sending again: what spec/coupons.md 13 asks of any door.

use guerdon::coupons::{self, ExpiryCall, RedeemCall};

use crate::coupons::{move_expiry, refused};
use crate::support::TestApp;
use crate::support::coupons::{at, call, redemption, terms, words};

/// Case 17, and what a second use is told.
#[tokio::test]
async fn many_codes_are_redeemed_together_or_not_at_all() {
    let app = TestApp::new().await;
    let (amara, ben) = (app.customer("Amara").await, app.customer("Ben").await);
    let series = app.series(terms()).await;
    let held = app.issue(series, amara, 3).await.unwrap().coupons;
    let codes: Vec<&str> = held.iter().map(|coupon| coupon.code.as_str()).collect();
    let end = ExpiryCall {
        series: Some(series),
        customer: None,
        pairs: vec![(codes[0].to_owned(), at("2026-11-26T10:00:00Z"))],
        reason: None,
    };
    move_expiry(&app, end).await.unwrap();
    app.set_clock("2026-11-26T11:00:00Z");
    let done = app.redeem(amara, &codes).await;
    assert_eq!(words(&done), ["expired", "others_failed", "others_failed"]);
    assert_eq!(app.number("select count(*) from coupon_redemptions").await, 0);

    let twice = app.redeem(amara, &[codes[1], &codes[1].to_lowercase()]).await;
    assert_eq!(words(&twice), ["others_failed", "same_twice"]);
    assert_eq!(words(&app.redeem(ben, &[codes[1]]).await), ["not_holder"]);
    assert_eq!(words(&app.redeem(amara, &["NOBODY"]).await), ["code_unknown"]);
    // Asking writes nothing.
    let ask = RedeemCall { bill: None, ..call(amara, &codes[1..]) };
    let mut db = app.app.read(app.org).await.unwrap();
    let now = at("2026-11-26T11:00:00Z");
    let asked = coupons::redeemable(&mut db, app.org, &ask, now, None).await.unwrap();
    assert_eq!(words(&asked), ["ok", "ok"]);
    assert_eq!(asked[0].left, Some(1));
    assert_eq!(app.number("select count(*) from coupon_redemptions").await, 0);

    assert_eq!(words(&app.redeem(amara, &codes[1..]).await), ["ok", "ok"]);
    let redeem_events = "select count(*) from outgoing_events where name = 'CouponRedeem'";
    assert_eq!(app.number(redeem_events).await, 0);
    assert_eq!(words(&app.redeem(amara, &[codes[1]]).await), ["used"]);
}

/// Case 18: taken back, the coupon can be used again.
#[tokio::test]
async fn a_redemption_taken_back_frees_the_coupon_and_its_limits() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    let series = app.series(terms().with("maxRedeem", 1)).await;
    let coupon = app.coupon(series, amara).await;
    let done = redemption(&app.redeem(amara, &[&coupon.code]).await);
    let events = "select count(*) from outgoing_events where name = 'CouponRedeem'";
    assert_eq!(app.number(events).await, 1);
    let other = app.coupon(series, amara).await;
    assert_eq!(words(&app.redeem(amara, &[&other.code]).await), ["campaign_over"]);
    let back = |ids: Vec<guerdon::base::ids::RedemptionId>| {
        app.act(move |act| {
            Box::pin(async move { coupons::reactivate(act, &ids, Some("wrong bill".into())).await })
        })
    };
    assert_eq!(refused(back(vec![]).await), ["no_redemptions"]);
    let unknown = guerdon::base::ids::RedemptionId::new(999);
    assert_eq!(refused(back(vec![done, unknown]).await), ["redemption_unknown"]);
    assert_eq!(app.coupon_now(coupon.id).await.redeemed, 1);
    back(vec![done]).await.unwrap();
    assert_eq!(app.coupon_now(coupon.id).await.redeemed, 0);
    assert_eq!(
        app.last_entry().await,
        format!("Operator took back a redemption of {}", coupon.code)
    );
    assert_eq!(refused(back(vec![done]).await), ["redemption_unknown"]);
    assert_eq!(words(&app.redeem(amara, &[&other.code]).await), ["ok"]);
}

#[tokio::test]
async fn the_details_of_a_redemption_are_mended_for_its_customer_alone() {
    let app = TestApp::new().await;
    let (amara, ben) = (app.customer("Amara").await, app.customer("Ben").await);
    let series = app.series(terms()).await;
    let coupon = app.coupon(series, amara).await;
    let id = redemption(&app.redeem(amara, &[&coupon.code]).await);
    let mend = |customer, id| {
        app.act(move |act| {
            Box::pin(async move {
                let to = coupons::Mended { bill_amount: Some(42.5), ..Default::default() };
                coupons::amend(act, &[coupons::Mend { id, to }], Some(customer)).await
            })
        })
    };
    assert_eq!(
        mend(ben, Some(id)).await.unwrap()[0].clone().unwrap_err().code,
        "redemption_unknown"
    );
    assert!(mend(amara, Some(id)).await.unwrap()[0].is_ok());
    let mut db = app.app.read(app.org).await.unwrap();
    let now = coupons::redemptions_of(&mut *db, app.org, &[coupon.id]).await.unwrap().remove(0);
    assert_eq!((now.bill_amount, now.transaction_number.as_deref()), (Some(42.5), Some("T-1")));
}

#[tokio::test]
async fn a_common_code_is_copied_for_a_redeemer_once_somebody_has_one() {
    let app = TestApp::new().await;
    let (amara, ben) = (app.customer("Amara").await, app.customer("Ben").await);
    let draft = terms()
        .with("clientHandlingType", "GENERIC")
        .with("genericCode", "Common1")
        .with("anyUser", true);
    let series = app.series(draft).await;
    assert_eq!(words(&app.redeem(ben, &["common1"]).await), ["not_holder"]);
    app.coupon(series, amara).await;
    let done = app.redeem(ben, &["common1"]).await;
    assert_eq!(words(&done), ["ok"]);
    assert_eq!(done[0].coupon.as_ref().unwrap().holder(), Some(ben));
    assert_eq!(words(&app.redeem(ben, &["COMMON1"]).await), ["used"]);
    assert_eq!(words(&app.redeem(amara, &["COMMON1"]).await), ["ok"]);
    // Another series cannot take the text.
    let same = terms().with("clientHandlingType", "GENERIC").with("genericCode", "COMMON1");
    let taken =
        app.act(|act| Box::pin(async move { coupons::create(act, &same, false).await })).await;
    assert_eq!(refused(taken), ["invalid"]);
}

#[tokio::test]
async fn a_code_is_sent_again_while_it_is_good() {
    let app = TestApp::new().await;
    let amara = app.customer("Amara").await;
    app.sql(
        "insert into customer_identifiers (org_id, customer_id, kind, value, value_key) \
         select org_id, id, 'mobile', '+44 7700 900417', '447700900417' from customers",
    )
    .await;
    let series = app.series(terms()).await;
    let coupon = app.coupon(series, amara).await;
    let messages =
        "select count(*) from coupon_messages where kind = 'ISSUE' and address = '+44 7700 900417'";
    assert_eq!(app.number(messages).await, 1);
    let id = coupon.id;
    let again =
        || app.act(move |act| Box::pin(async move { coupons::resend(act, id, None).await }));
    again().await.unwrap();
    assert_eq!(app.last_entry().await, format!("Operator sent again {}", coupon.code));
    assert_eq!(app.number("select count(*) from coupon_messages where kind = 'RESEND'").await, 1);
    app.redeem(amara, &[&coupon.code]).await;
    assert_eq!(refused(again().await), ["used"]);
}
