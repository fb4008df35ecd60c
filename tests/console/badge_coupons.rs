//! The coupon that comes with a badge.

use guerdon::badges;
use guerdon::badges::issuing::{IssueCall, Trigger};
use guerdon::base::ids::{BadgeId, CustomerId};
use guerdon::base::permission::Role;
use guerdon::coupons::{self, Source};

use crate::badges::{BADGE, make, with};
use crate::support::TestApp;
use crate::support::coupons::terms;

/// Issues the badge to customers.
async fn issue(app: &TestApp, badge: BadgeId, customers: Vec<CustomerId>) {
    let call = IssueCall {
        badge,
        customers,
        request_id: None,
        event: None,
        trigger: Trigger::default(),
        by_support: true,
    };
    let answer =
        app.act(|act| Box::pin(async move { badges::issue(act, &call).await })).await.unwrap();
    assert!(answer.outcomes.iter().all(|outcome| outcome.result.is_ok()));
}

#[tokio::test]
async fn an_issued_badge_brings_its_coupon_and_says_when_there_was_none_left() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let series = app.series(terms().with("maxCreate", 2)).await.to_string();
    let form = with(BADGE, &[("benefit.0.type", "COUPON"), ("benefit.0.seriesId", &series)]);
    let path = make(&mina, &form).await;
    let badge: BadgeId = path.rsplit('/').next().unwrap().parse().unwrap();
    app.set_clock("2026-12-02T09:00:00Z");
    let mut people = Vec::new();
    for name in ["Amara", "Ben", "Chidi"] {
        people.push(app.customer(name).await);
    }
    issue(&app, badge, people.clone()).await;
    assert_eq!(app.number("select count(*) from coupons").await, 0);
    app.run_tasks().await;
    // Running again gives nothing twice.
    app.run_tasks().await;

    let mut db = app.app.read(app.org).await.unwrap();
    let held = coupons::of_customer(&mut *db, app.org, people[0], None, 10).await.unwrap();
    assert_eq!((held.len(), held[0].source), (1, Source::Badge));
    let earned = "select count(*) from badge_earns e join coupons c \
         on c.source_reference = encode(e.id, 'hex') and c.customer_id = e.customer_id";
    assert_eq!(app.number(earned).await, 2);
    let given = "select count(*) from badge_earn_benefits b join coupons c on c.code = b.coupon_code \
         where b.status = 'GIVEN'";
    assert_eq!(app.number(given).await, 2);
    let failed = "select count(*) from badge_earn_benefits where status = 'FAILED' and code = 626";
    assert_eq!(app.number(failed).await, 1);
    let code = &held[0].code;
    assert!(app.entries().await.contains(&format!("Badge benefits issued {code}")));
}
