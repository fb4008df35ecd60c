//! The pages: the form on a customer's page, the list, one step issual, the file.

use guerdon::base::permission::Role;
use guerdon::goodwill::Way;

use super::{House, decision};
use crate::support::coupons::terms;

#[tokio::test]
async fn support_asks_on_the_customers_page_and_sees_what_came_of_it() {
    let house = House::new().await;
    let customer = house.sam.get(&format!("/member-care/ui/{}", house.customer)).await.is(200);
    assert_eq!(customer.attributes(".head .act a[data-dialog]", "href"), [house.path()]);
    let form = house.sam.get(&house.path()).await.is(200);
    form.shows("h1", "Goodwill coupon for Amara").shows("option", "Diwali (until 31 Dec 2027)");
    form.shows("option", "Late delivery").shows("button.go", "Send request");
    form.lacks("button[name=step]");
    let dialog = house.sam.get_region(&house.path(), "dialog").await.is(200);
    dialog.shows("h1", "Goodwill coupon for Amara").lacks("main");

    // Everything wrong is told at once, and what was typed stays.
    let wrong = [("series", ""), ("reason", "Because"), ("comments", " "), ("form", "x")];
    let refused = house.sam.submit(&house.path(), &wrong).await.is(422);
    refused.shows("#series-why li", "Choose an offer");
    refused.shows("#reason-why li", "Choose one of the brand's reasons");
    refused.shows("#comments-why li", "Say what happened");
    let page = house.send(&house.sam, &[]).await.redirects();
    assert!(page.starts_with("/goodwill/"), "{page}");
    let shown = house.sam.get(&page).await.is(200);
    shown.shows("h1", "Diwali for Amara").shows("h1 + p .tag", "Pending").lacks("#decision");
    shown.shows("dd", "Late delivery").shows("dd", "A week late").shows(".toast", "Asked for");

    house.mina.get("/goodwill/waiting").await.is(200).shows("body", "1 waiting");
    let list = house.mina.get("/goodwill").await.is(200);
    list.shows(".nav a[href='/goodwill']", "Goodwill").shows("td", "Sam").shows("td", "Not yet");
    list.shows("td a", "Amara").shows("td", "A week late");
    let path = format!("{page}/decision");
    let done = house.mina.submit(&path, &decision("approved", "")).await;
    done.redirects_to(&page);
    let code = house.app.text("select code from coupons").await;
    let shown = house.sam.get(&page).await.is(200);
    shown.shows("#end h2", "Approved").shows("#end dd code", &code).shows("#end dd", "Mina");
    house.mina.get("/goodwill").await.lacks("tbody tr");
    house.mina.get("/goodwill?state=APPROVED").await.shows("td", "Amara");
    house.mina.get("/goodwill/waiting").await.is(200).lacks(".sr");
}

#[tokio::test]
async fn who_may_grant_issues_at_once() {
    let house = House::new().await;
    house.mina.get(&house.path()).await.shows("button[name=step]", "Issue at once");
    let page = house.send(&house.mina, &[("step", "one")]).await.redirects();
    let code = house.app.text("select code from coupons").await;
    let shown = house.mina.get(&page).await.is(200);
    shown.shows(".toast", &format!("Coupon issued: {code}")).shows("#end dd", "in one step");
    assert_eq!(house.app.last_entry().await, "Mina issued goodwill to Amara");

    // The same from the list, where the customer is looked up.
    house.mina.get("/goodwill/new").await.is(200).shows("h1", "One step issual");
    let number = house.customer.to_string();
    let as_sent = |customer: &str| {
        let mut form = house.form(&[("customer", customer)]);
        form.push(("step".into(), "one".into()));
        form
    };
    let send = async |form: Vec<(String, String)>| {
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        house.mina.submit("/goodwill", &form).await
    };
    send(as_sent(&number)).await.redirects();
    send(as_sent("amara")).await.redirects();
    assert_eq!(house.issued().await, 3);
    house.app.customer("Amaranth").await;
    house.app.customer("Amara").await;
    let several = send(as_sent("amara")).await.is(422);
    several.shows("#customer-why li", &format!("Amara ({number})")).shows("#comments", "A week");
    send(as_sent("nobody at all")).await.is(422).shows("#customer-why li", "Nobody is found");
    send(as_sent(" ")).await.is(422).shows("#customer-why li", "Say who it is for");
    assert_eq!(house.issued().await, 3);
}

#[tokio::test]
async fn a_form_that_could_ask_for_nothing_says_so() {
    let house = House::with(terms().with("validTillDate", "2026-11-30")).await;
    house.app.set_clock("2026-12-05T09:00:00Z");
    let (mina, sam) = (house.again("mina").await, house.again("sam").await);
    sam.get(&house.path()).await.is(200).shows(".note", "No offer that is still running");
    mina.get(&house.path()).await.shows(".note a", "Goodwill settings");
    let off = [("reasons", "Late delivery"), ("version", "0")];
    mina.submit("/settings/goodwill", &off).await.redirects();
    sam.get(&house.path()).await.is(200).shows(".note", "Goodwill is switched off");
    let refused = house.send(&sam, &[]).await.is(422);
    refused.shows("main", "Goodwill is switched off");
}

#[tokio::test]
async fn the_list_is_filtered_searched_and_goes_on_where_a_page_ended() {
    let house = House::new().await;
    for _ in 0..52 {
        house.ask().await;
    }
    let last = house.ask_as("Mina", Role::Admin, Way::OneStep).await.unwrap();
    let page = house.mina.get("/goodwill?state=all").await.is(200);
    assert_eq!(page.texts("tbody tr").len(), 50);
    let next = page.attributes("a[rel=next]", "href").pop().unwrap();
    let page = house.mina.get(&next).await.is(200);
    assert_eq!(page.texts("tbody tr").len(), 3);
    page.lacks("a[rel=next]");
    let region = house.mina.get_region("/goodwill", "results").await.is(200);
    assert_eq!(region.texts("tbody tr").len(), 50);
    region.lacks("h1");
    house.mina.get("/goodwill/waiting").await.shows("body", "52");

    let here = house.mina.get(&format!("/goodwill?q={}", last.id)).await.is(200);
    here.lacks("tbody tr").shows(".empty a", "Look among all");
    let everywhere = here.attributes(".empty a", "href").pop().unwrap();
    assert_eq!(house.mina.get(&everywhere).await.texts("tbody tr").len(), 1);
    house.mina.get("/goodwill?q=x").await.lacks("tbody tr");
    house.mina.get("/goodwill?from=2026-11-27").await.lacks("tbody tr");
    let days = "/goodwill?from=2026-11-26&to=2026-11-26&state=PENDING";
    assert_eq!(house.mina.get(days).await.texts("tbody tr").len(), 50);
    // Support sees its own alone.
    let own = house.sam.get("/goodwill?state=APPROVED").await.is(200);
    own.lacks("tbody tr").lacks(".head .act");
    house.sam.get(&last.path()).await.is(404);
    for id in ["0", "x", "9223372036854775807", "99999999999999999999"] {
        house.mina.get(&format!("/goodwill/{id}")).await.is(404);
        let path = format!("/goodwill/{id}/decision");
        house.mina.submit(&path, &decision("approved", "")).await.is(404);
    }
}

#[tokio::test]
async fn requests_go_out_as_a_file() {
    let house = House::new().await;
    let first = house.ask().await;
    house.send(&house.sam, &[]).await.redirects();
    let path = format!("{}/decision", first.path());
    house.mina.submit(&path, &decision("rejected", "=1+1")).await.redirects();
    let form = house.mina.get("/goodwill/download?from=2026-11-01").await.is(200);
    assert_eq!(form.attributes("#from", "value"), ["2026-11-01"]);
    assert_eq!(form.attributes("input[checked]", "name"), ["pending"]);
    form.shows("h1", "Download goodwill requests");
    let offered = house.mina.get("/exports?kind=goodwill&from=2026-11-01&declined=yes").await;
    assert_eq!(
        offered.is(200).attributes("#chosen input[name=query]", "value"),
        ["from=2026-11-01&declined=yes"]
    );
    let out = async |query: &str| {
        let form = [("kind", "goodwill"), ("query", query)];
        house.mina.submit("/exports", &form).await.is(200).text()
    };
    let text = out("from=2026-11-01&declined=yes").await;
    assert!(text.starts_with("\u{FEFF}requestId,status,oneStep,customerId,customer,"), "{text}");
    assert!(text.contains("REJECTED,false,"), "{text}");
    assert!(text.contains(",Mina,2026-11-26T09:00:00Z,'=1+1,"), "{text}");
    assert_eq!(text.lines().count(), 2);
    assert_eq!(out("").await.lines().count(), 3);
    assert_eq!(out("to=2026-11-25").await.lines().count(), 1);
    assert_eq!(out("pending=yes&declined=yes&to=2026-11-26").await.lines().count(), 3);
    house.sam.submit("/exports", &[("kind", "goodwill")]).await.is(403);
}
