//! The deeds: who decides, what a grant brings, and what races ends in one coupon.

use futures_util::future::join_all;
use guerdon::base::error::Error;
use guerdon::base::permission::Role;
use guerdon::goodwill::{self, State, Way};
use guerdon::requests::Decision;

use super::{House, decision};
use crate::support::User;
use crate::support::coupons::terms;

#[tokio::test]
async fn an_approved_request_brings_one_coupon_and_traces_on_customer_and_request() {
    let house = House::new().await;
    let request = house.ask().await;
    assert_eq!((request.state(), house.issued().await), (State::Pending, 0));
    let entries = house.app.entries().await;
    assert!(entries.contains(&"Sam asked for goodwill from Diwali".to_owned()), "{entries:?}");
    assert_eq!(house.app.last_entry().await, "Sam asked for goodwill for Amara");

    let path = format!("{}/decision", request.path());
    house.mina.submit(&path, &decision("approved", "gladly")).await.redirects_to(&request.path());
    assert_eq!(house.issued().await, 1);
    let of = "select count(*) from coupons k join goodwill_requests g on g.coupon_id = k.id
        where k.source_reference = g.id::text and k.customer_id = g.customer_id and g.state = 'APPROVED'
          and k.series_id = g.series_id and k.issued_by_name = 'Mina'";
    assert_eq!(house.app.number(of).await, 1);
    let entries = house.app.entries().await;
    for entry in ["Mina approved goodwill from Diwali", "Mina approved goodwill for Amara"] {
        assert!(entries.contains(&entry.to_owned()), "{entries:?}");
    }
    let told =
        "select count(*) from activity where verb = 'approved goodwill for' and reason = 'gladly'
        and details ->> 'code' = (select code from coupons limit 1)";
    assert_eq!(house.app.number(told).await, 1);
    // The outside hears of the coupon as of every other.
    let told = "select count(*) from outgoing_events";
    assert_eq!(house.app.number(told).await, 1);
}

#[tokio::test]
async fn what_cannot_be_issued_goes_on_waiting_and_says_why() {
    let house = House::with(terms().with("maxCreate", 1)).await;
    house.app.coupon(house.series, house.customer).await;
    let request = house.ask().await;
    let path = format!("{}/decision", request.path());
    let refused = house.mina.submit(&path, &decision("approved", "go")).await.is(422);
    refused.shows(".summary", "max create for series exceeded").shows("#message", "go");
    let waits = "select count(*) from goodwill_requests where state = 'PENDING'";
    assert_eq!((house.app.number(waits).await, house.issued().await), (1, 0));
    // In one step it leaves nothing behind.
    let once = house.ask_as("Mina", Role::Admin, Way::OneStep).await;
    assert!(matches!(once, Err(Error::Refused(_))));
    assert_eq!(house.app.number("select count(*) from goodwill_requests").await, 1);

    // An offer that was given back is no goodwill; claimed again, it goes on.
    house.app.sql("update coupon_series set max_issued = 5").await;
    house.release().await;
    house.mina.get(&request.path()).await.shows(".note.warn", "not claimed for goodwill any more");
    let refused = house.mina.submit(&path, &decision("approved", "")).await.is(422);
    refused.shows(".summary", "not claimed for goodwill");
    assert_eq!((house.app.number(waits).await, house.issued().await), (1, 0));
    house.claim(house.series).await;
    house.mina.submit(&path, &decision("approved", "")).await.redirects();
    assert_eq!(house.issued().await, 1);
}

#[tokio::test]
async fn nobody_decides_on_their_own_and_declining_says_why() {
    let house = House::new().await;
    let own = house.ask_as("Mina", Role::Admin, Way::Asked).await.unwrap();
    let page = house.mina.get(&own.path()).await.is(200);
    page.lacks("#decision").shows("main", "Same user cannot request and approve");
    let path = format!("{}/decision", own.path());
    let refused = house.mina.submit(&path, &decision("approved", "")).await.is(422);
    refused.shows(".summary", "Same user cannot request and approve");

    let other = house.ask().await;
    let path = format!("{}/decision", other.path());
    house.sam.submit(&path, &decision("approved", "")).await.is(403);
    let silent = house.mina.submit(&path, &decision("rejected", " ")).await.is(422);
    silent.shows("#message-why li", "Say why");
    let odd = house.mina.submit(&path, &decision("maybe", "hm")).await.is(422);
    odd.shows(".summary", "Approve or decline").shows("#message", "hm");
    house.mina.submit(&path, &decision("rejected", "no")).await.redirects_to(&other.path());
    house.mina.get(&other.path()).await.shows("h1 + p .tag", "Declined").shows("#end dd", "no");
    assert_eq!(house.app.last_entry().await, "Mina declined goodwill for Amara");
    let late = house.mina.submit(&path, &decision("approved", "")).await.is(422);
    late.shows(".summary", "it was declined by Mina already");
    assert_eq!(house.issued().await, 0);
}

#[tokio::test]
async fn of_two_checkers_at_once_one_grants_and_one_coupon_comes() {
    let house = House::new().await;
    house.app.add_person(house.app.org, "Nora", Role::Admin).await;
    let app = house.crowd();
    let (mina, nora) =
        (house.actor("Mina", Role::Admin).await, house.actor("Nora", Role::Admin).await);
    for round in 1..=3 {
        let id = house.ask().await.id;
        let all = (0..10).map(|n| {
            let (app, actor) = (app.clone(), if n % 2 == 0 { mina.clone() } else { nora.clone() });
            let is = if n == 9 { Decision::Reject } else { Decision::Approve };
            tokio::spawn(async move {
                app.act(actor, move |act| {
                    Box::pin(async move { goodwill::decide(act, id, is, "so be it").await })
                })
                .await
            })
        });
        let done = join_all(all).await;
        let won = done.iter().filter(|done| done.as_ref().unwrap().is_ok()).count();
        assert_eq!(won, 1, "{done:?}");
        let late = done.iter().filter_map(|done| done.as_ref().unwrap().as_ref().err());
        assert!(late.clone().all(|error| matches!(error, Error::Refused(_))), "{late:?}");
        let decided = "select count(*) from goodwill_requests where state <> 'PENDING'";
        assert_eq!(house.app.number(decided).await, round);
    }
    let approved = "select count(*) from goodwill_requests where state = 'APPROVED'";
    assert_eq!(house.issued().await, house.app.number(approved).await);
}

#[tokio::test]
async fn a_form_that_is_sent_many_times_at_once_asks_once() {
    let house = House::new().await;
    let key = uuid::Uuid::new_v4().to_string();
    let sent = [("form", key.as_str()), ("step", "one")];
    let send = || house.send(&house.mina, &sent);
    let (one, two, three) = tokio::join!(send(), send(), send());
    assert_eq!(one.redirects(), two.redirects());
    assert_eq!(two.redirects(), three.redirects());
    assert_eq!(house.issued().await, 1);
    // Changed and sent again, it is no longer the same.
    let changed = [("form", key.as_str()), ("step", "one"), ("comments", "Two weeks late")];
    let mut form = house.form(&[]);
    form.retain(|(name, _)| name != "comments");
    form.extend(changed.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let refused = house.mina.submit(&house.path(), &form).await.is(422);
    refused.shows(".summary", "This form was sent already");
    assert_eq!(house.app.number("select count(*) from goodwill_requests").await, 1);
}

#[tokio::test]
async fn who_may_not_ask_or_grant_cannot() {
    let house = House::new().await;
    let marketer = house.app.staff("Otto", Role::Marketer).await;
    house.send(&marketer, &[]).await.is(403);
    house.send(&house.sam, &[("step", "one")]).await.is(403);
    marketer.get("/goodwill").await.is(403);
    marketer.get(&house.path()).await.is(403);
    house.sam.get("/goodwill/new").await.is(403);
    house.sam.get("/goodwill/waiting").await.is(403);
    house.sam.get("/goodwill/download").await.is(403);
    house.sam.get("/settings/goodwill").await.is(403);
    assert_eq!(house.app.number("select count(*) from goodwill_requests").await, 0);

    // Another brand sees nothing of it.
    let request = house.ask().await;
    let elsewhere = house.app.brand("Elsewhere", "UTC").await;
    let ella: User = house.app.staff_of(elsewhere, "Ella", Role::Admin).await;
    ella.get(&request.path()).await.is(404);
    ella.get(&house.path()).await.is(404);
    let path = format!("{}/decision", request.path());
    ella.submit(&path, &decision("approved", "")).await.is(404);
    let series = house.series.to_string();
    ella.submit("/settings/goodwill/offers", &[("series", &series)]).await.is(404);
    assert_eq!(house.issued().await, 0);
}
