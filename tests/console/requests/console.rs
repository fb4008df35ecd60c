//! `/requests`: the list, a request's page, the decision.

use guerdon::base::permission::Role;

use super::{House, badge, decision};
use crate::support::User;

#[tokio::test]
async fn a_request_waits_until_a_second_person_approves_it() {
    let house = House::strict().await;
    let request = house.ask("r-1").await.unwrap();
    assert_eq!(house.app.last_entry().await, "Sam asked to issue a badge to Amara");
    assert_eq!((house.earned().await, house.events().await), (0, 1));
    // What is sent twice waits once.
    assert_eq!(house.ask("r-1").await.unwrap().id, request.id);
    assert_eq!(house.events().await, 1);

    let list = house.mina.get("/requests").await.is(200);
    list.shows("td a.name", "Issue Early bird").shows("td", "Amara").shows("td", "Sam");
    house.mina.get("/requests/waiting").await.is(200).shows("body", "1 waiting");
    list.shows(".nav a[href='/requests']", "Requests");
    let page = house.mina.get(&request.path()).await.is(200);
    page.shows("h1", "Issue Early bird").shows(".note", "It would be issued now");
    page.shows("dd a", "Amara").shows("dd", "The moment of approval");

    let path = format!("{}/decision", request.path());
    let done = house.mina.submit(&path, &decision("approved", "well earned")).await;
    done.redirects_to(&request.path());
    assert_eq!(house.earned().await, 1);
    let entries = house.app.entries().await;
    assert!(entries.contains(&"Mina approved a request for Early bird".to_owned()), "{entries:?}");
    let page = house.mina.get(&request.path()).await;
    page.shows("#end dd", "Mina").shows("#end dd", "well earned").lacks("#decision");
    house.mina.get("/requests").await.lacks("tbody tr");
    house.mina.get("/requests?state=approved").await.shows("td a.name", "Issue Early bird");
    house.mina.get("/requests?state=all&kind=issue-badge").await.lacks("tbody tr");

    // Who asked sees what became of it, and cannot decide.
    house.sam.get("/requests?state=all").await.is(200).shows("td", "Approved");
    house.sam.get(&request.path()).await.is(200).shows("#end dd", "well earned");
    house.sam.submit(&path, &decision("approved", "")).await.is(403);
    house.sam.get("/requests/waiting").await.is(403);
    assert_eq!(house.events().await, 2);
    let said = "select count(*) from outgoing_events where payload #>> '{data,currentRequestState}' = 'approved'
        and payload #>> '{data,previousRequestState}' = 'AdminTask' and payload #>> '{data,comment}' = 'well earned'";
    assert_eq!(house.app.number(said).await, 1);
}

#[tokio::test]
async fn nobody_decides_on_their_own_and_a_rejection_says_why() {
    let house = House::strict().await;
    let own = house.ask_as("Mina", Role::Admin, "r-1").await.unwrap();
    house.mina.get(&own.path()).await.is(200).lacks("#decision").shows("main", "ask somebody else");
    let path = format!("{}/decision", own.path());
    let refused = house.mina.submit(&path, &decision("approved", "")).await.is(422);
    refused.shows(".summary", "Nobody decides on their own request");

    let other = house.ask("r-2").await.unwrap();
    let path = format!("{}/decision", other.path());
    let silent = house.mina.submit(&path, &decision("rejected", " ")).await.is(422);
    silent.shows("#message-why li", "Say why");
    let odd = house.mina.submit(&path, &decision("maybe", "hm")).await.is(422);
    odd.shows(".summary", "Approve or reject").shows("#message", "hm");
    house.mina.submit(&path, &decision("rejected", "not yet")).await.redirects_to(&other.path());
    house
        .mina
        .get(&other.path())
        .await
        .shows("h1 + p .tag", "Rejected")
        .shows("#end dd", "not yet");
    assert_eq!(house.earned().await, 0);
    let late = house.mina.submit(&path, &decision("approved", "")).await.is(422);
    late.shows(".summary", "It was rejected by Mina already");

    // Somebody else's request is nobody's business; a wrong id is no page.
    house.sam.get(&own.path()).await.is(404);
    for id in ["1", "x", "00000000000000000000000000000000"] {
        house.mina.get(&format!("/requests/{id}")).await.is(404);
        house
            .mina
            .submit(&format!("/requests/{id}/decision"), &decision("approved", ""))
            .await
            .is(404);
    }
    let marketer = house.app.staff("Otto", Role::Marketer).await;
    marketer.get("/requests").await.is(403);
}

#[tokio::test]
async fn what_cannot_be_carried_out_has_failed_and_leaves_nothing_behind() {
    let house = House::strict().await;
    let first = house.ask("r-1").await.unwrap();
    let switch = async |word: &str| {
        let path = format!("/badges/{}/{word}", house.badge);
        house.mina.submit(&path, &[]).await.redirects();
    };
    switch("deactivation").await;
    let page = house.mina.get(&first.path()).await;
    page.shows(".note.warn", "It would fail now: Badge is not live");
    let path = format!("{}/decision", first.path());
    house.mina.submit(&path, &decision("approved", "go")).await.redirects_to(&first.path());
    let page = house.mina.get(&first.path()).await;
    page.shows("#end h2", "Failed").shows("#end dd", "Badge is not live");
    assert_eq!(house.earned().await, 0);
    assert_eq!(house.app.number("select count(*) from badge_requests").await, 0);

    // Its name is free: asked again and approved, it is done.
    switch("activation").await;
    let again = house.ask("r-1").await.unwrap();
    assert_ne!(again.id, first.id);
    let path = format!("{}/decision", again.path());
    house.mina.submit(&path, &decision("approved", "")).await.redirects();
    house.mina.get(&again.path()).await.shows("#end h2", "Approved");
    assert_eq!(house.earned().await, 1);
}

#[tokio::test]
async fn of_two_checkers_at_once_one_decides() {
    let house = House::strict().await;
    let email = house.app.add_person(house.org(), "Nora", Role::Admin).await;
    let nora = User::sign_in(&house.app, &email).await;
    for round in 0..4 {
        let request = house.ask(&format!("r-{round}")).await.unwrap();
        let path = format!("{}/decision", request.path());
        let (yes, no) = (decision("approved", "yes"), decision("rejected", "no"));
        let (one, two) = tokio::join!(house.mina.submit(&path, &yes), nora.submit(&path, &no));
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422]);
    }
    let approved = "select count(*) from approval_requests where state = 'approved'";
    assert_eq!(house.earned().await, house.app.number(approved).await);
    assert_eq!(house.events().await, 8);
}

#[tokio::test]
async fn the_list_goes_on_where_a_page_ended() {
    let house = House::strict().await;
    for number in 0..53 {
        house.ask(&format!("r-{number}")).await.unwrap();
    }
    let page = house.mina.get("/requests").await.is(200);
    assert_eq!(page.texts("tbody tr").len(), 50);
    let next = page.attributes("a[rel=next]", "href").pop().unwrap();
    let page = house.mina.get(&next).await.is(200);
    assert_eq!(page.texts("tbody tr").len(), 3);
    page.lacks("a[rel=next]");
    let region = house.mina.get_region("/requests?kind=earn-badge", "results").await.is(200);
    assert_eq!(region.texts("tr").len(), 51);
    house.mina.get("/requests/waiting").await.shows("body", "53");
    let _ = badge(&[]);
}
