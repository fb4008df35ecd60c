//! An offer's form: made in five sections, a preview, done; changed by two people at once.

use guerdon::base::permission::Role;

use crate::support::coupons::terms;
use crate::support::{Answer, TestApp};

/// What must be filled in.
const OFFER: &[(&str, &str)] = &[
    ("description", "Black week"),
    ("fixedEnd", "true"),
    ("validTillDate", "2026-12-31"),
    ("discountType", "PERC"),
    ("discountValue", "30"),
    ("externalIssual", "false"),
    ("clientHandlingType", "DISC_CODE"),
    ("alphaNumeric", "true"),
    ("randomCodeLength", "8"),
    ("expiryStrategyType", "SERIES_EXPIRY"),
    ("doNotResendExistingVoucher", "true"),
    ("smsTemplate", "Your code: {{voucher}}"),
    ("anyUser", "false"),
];

/// The form with some boxes filled in differently.
fn with<'a>(form: &[(&'a str, &'a str)], boxes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = form.iter().filter(|(key, _)| !boxes.iter().any(|(other, _)| other == key));
    kept.chain(boxes).copied().collect()
}

/// Every box of a form as it stands on the page.
fn boxes(page: &Answer) -> Vec<(String, String)> {
    let html = scraper::Html::parse_document(&page.text());
    let all = scraper::Selector::parse(
        "main form input[name], main form select[name], main form textarea[name]",
    )
    .unwrap();
    let chosen = scraper::Selector::parse("option[selected]").unwrap();
    let boxes = html.select(&all).filter_map(|element| {
        let (name, value) = (element.value().attr("name")?, element.value().attr("value"));
        let is = |kind: &str| element.value().attr("type") == Some(kind);
        let value = match element.value().name() {
            "textarea" => element.text().collect::<String>().trim_start_matches('\n').to_owned(),
            "select" => element.select(&chosen).next()?.value().attr("value")?.to_owned(),
            _ if is("radio") || is("checkbox") => {
                element.value().attr("checked")?;
                value?.to_owned()
            }
            _ => value.unwrap_or_default().to_owned(),
        };
        Some((name.to_owned(), value))
    });
    boxes.collect()
}

fn pairs(boxes: &[(String, String)]) -> Vec<(&str, &str)> {
    boxes.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect()
}

#[tokio::test]
async fn an_offer_is_made_on_one_page_a_preview_and_done() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Marketer).await;
    mina.get("/coupons/new")
        .await
        .is(200)
        .shows("h1", "New offer")
        .shows("legend", "Who can redeem");

    // Everything wrong is said at once, at its box, in the page's words; everything typed is kept.
    let typed = [
        ("description", ""),
        ("discountValue", "120"),
        ("validTillDate", "2026-11-25"),
        ("range.hours", "9-25"),
        ("places.STORE", "12, x"),
        ("audience.from", "2026-12-02"),
        ("audience.to", "2026-12-01"),
        ("prop.name", ""),
        ("prop.value", "lost"),
        ("termsAndConditions", "Not with\nothers"),
    ];
    let refused = mina.submit("/coupons/new", &with(OFFER, &typed)).await.is(422);
    refused.shows("#description-why", "“Name” must be filled in");
    refused.shows("#discountValue-why", "at most 100").shows("#validTillDate-why", "a day to come");
    let why = |key: &str| refused.texts(&format!("[id='{key}-why']")).concat();
    assert!(why("range.hours").contains("from 0 to 23"), "{}", why("range.hours"));
    assert!(why("places.STORE").contains("“x”"));
    assert!(why("audience.to").contains("before the first"));
    assert!(why("customPropertyMap").contains("“lost” needs a name"));
    refused.shows("#problems b", "7 things").shows("textarea", "Not with");
    assert_eq!(refused.attributes("[id='range.hours']", "value"), ["9-25"]);
    refused.shows("textarea[name='prop.value']", "lost");

    let more = [
        ("maxVouchersPerUser", "1"),
        ("maxCreate", "500"),
        ("range.weekdays", "1"),
        ("range.weekdays", "2"),
        ("range.hours", "9–17"),
        ("places.STORE", "12 14"),
        ("products.BRAND.ids", "4,5"),
        ("audience.most", "0"),
        ("prop.name", "Cost centre"),
        ("prop.value", "4100"),
        ("discountCode", ""),
        ("resendMessageEnabled", "true"),
    ];
    let preview = mina.submit("/coupons/new", &with(OFFER, &more)).await.is(200);
    preview.shows(".head p", "Nothing is saved yet").shows("dd", "30 % off");
    preview.shows("dd", "Monday, Tuesday").shows("dd", "9–17").shows("dd", "12, 14");
    assert_eq!(app.number("select count(*) from coupon_series").await, 0);
    let mut sent = boxes(&preview);
    sent.push(("go".to_owned(), "save".to_owned()));
    let path = mina.submit("/coupons/new", &pairs(&sent)).await.redirects();
    let page = mina.get(&path).await.is(200);
    page.shows("h1", "Black week").shows("dd", "NO_VALUE").shows("dd", "4, 5").shows("dd", "4100");
    assert_eq!(app.last_entry().await, "Mina created Black week");
    let stored = "select count(*) from coupon_series where not several_per_customer and max_issued = 500
        and places = '[{\"orgEntityId\": 12, \"redemptionOrgEntityType\": \"STORE\"}, {\"orgEntityId\": 14, \"redemptionOrgEntityType\": \"STORE\"}]'
        and audience = '{\"validMaxUserTransactionLimit\": 0, \"validUserRegistrationStartTime\": 0, \"validUserRegistrationEndTime\": 0}'
        and redemption_range::jsonb @> '{\"dow\": [\"1\", \"2\"]}' and length(series_code) = 20";
    assert_eq!(app.number(stored).await, 1);
}

#[tokio::test]
async fn the_form_sent_back_as_it_came_changes_nothing() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    // Everything a call can say, some of it in more detail than boxes show.
    let draft = terms()
        .with("expiryStrategyType", "MONTHS_END")
        .with("expiryStrategyValue", 0)
        .with("discountUpto", "12.5")
        .with("maxVouchersPerUser", 3)
        .with("isMultipleVouchersPerUserAllowed", false)
        .with("redemptionRange", r#"{"dom":"1","dow":[0],"hours":["9","10"]}"#)
        .with("productInfo", r#"[{"productType":"SKU","productCodes":["A 1"]},{"productType":"SKU","productIds":[7]}]"#)
        .with("redemptionOrgEntityDetails", r#"[{"redemptionOrgEntityType":"zone","orgEntityId":"3"}]"#)
        .with("targetUserDetails", r#"{"validUserRegistrationStartTime":1793493840123}"#)
        .with("customPropertyMap", r#"{"standard_description":"two\nlines"}"#)
        .with("mutualExclusiveSeriesIds", "[ 99 ]")
        .with("reminders", r#"[{"days":3}]"#)
        .with("campaignName", "Kept")
        .with("couponPrefix", "007")
        .with("redemptionValidFrom", "2026-12-01");
    for draft in [draft, terms().with("fixedEnd", false), {
        let generic = terms().with("clientHandlingType", "GENERIC");
        generic.with("genericCode", "COMMON").with("isSMSDisabled", true)
    }] {
        let series = app.series(draft).await;
        let path = format!("/coupons/{series}/edit");
        let mut sent = boxes(&mina.get(&path).await.is(200));
        sent.push(("go".to_owned(), "save".to_owned()));
        mina.submit(&path, &pairs(&sent)).await.redirects_to(&format!("/coupons/{series}"));
    }
    let entries = app.entries().await;
    assert!(!entries.iter().any(|entry| entry.contains("changed")), "{entries:?}");
    assert_eq!(app.number("select max(version) from coupon_series").await, 1);
}

#[tokio::test]
async fn an_offer_is_changed_but_for_what_cannot_change() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let series = app.series(terms().with("maxVouchersPerUser", 2)).await;
    let path = format!("/coupons/{series}/edit");
    let page = mina.get(&path).await.is(200);
    page.lacks("input[type=radio][name=fixedEnd]")
        .lacks("input[type=radio][name=clientHandlingType]");
    let form = boxes(&page);
    let changed = |more: &[(&'static str, &'static str)]| -> Vec<(String, String)> {
        let own = |pairs: Vec<(&str, &str)>| -> Vec<(String, String)> {
            pairs.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
        };
        own(with(&pairs(&form), &with(more, &[("go", "save")])))
    };
    let save = async |more: &[(&'static str, &'static str)]| {
        mina.submit(&path, &pairs(&changed(more))).await
    };
    save(&[("description", " ")]).await.is(422).shows("#description-why", "must be filled in");
    save(&[("validTillDate", "")]).await.is(422).shows("#validTillDate-why", "must be filled in");
    save(&[("seriesCode", "")]).await.is(422).shows("#seriesCode-why", "must be filled in");
    let kind = save(&[("clientHandlingType", "GENERIC"), ("genericCode", "X")]).await.is(422);
    kind.shows(".summary", "cannot change");
    let ann = app.customer("Ann").await;
    app.coupon(series, ann).await;
    app.coupon(series, ann).await;
    save(&[("maxCreate", "1")])
        .await
        .is(422)
        .shows("#maxCreate-why", "2 coupons were issued already");
    save(&[("maxVouchersPerUser", ""), ("discountValue", "600")]).await.redirects();
    let stored = "select count(*) from coupon_series where max_per_customer is null and discount_value = 600";
    assert_eq!(app.number(stored).await, 1);
    assert_eq!(app.last_entry().await, "Mina changed Diwali");
}

#[tokio::test]
async fn two_who_change_one_offer_meet() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let theo = app.staff("Theo", Role::Marketer).await;
    let series = app.series(terms()).await;
    let path = format!("/coupons/{series}/edit");
    let form = boxes(&mina.get(&path).await);
    let change = |key: &str, value: &str, go: &str| {
        let mut sent = form.clone();
        sent.retain(|(name, _)| name != key);
        sent.push((key.to_owned(), value.to_owned()));
        sent.push(("go".to_owned(), go.to_owned()));
        sent
    };
    mina.submit(&path, &pairs(&change("discountValue", "700", "save"))).await.redirects();
    let met = theo.submit(&path, &pairs(&change("discountCode", "NEW", "save"))).await.is(409);
    met.shows("h1", "changed meanwhile").shows("td", "700").shows("td", "NEW");
    assert_eq!(met.texts("tbody tr").len(), 2);
    let mut merged = boxes(&met);
    merged.push(("take".to_owned(), "discountValue".to_owned()));
    merged.push(("go".to_owned(), "merge".to_owned()));
    let preview = theo.submit(&path, &pairs(&merged)).await.is(200);
    preview.shows("dd", "700 off").shows("dd", "NEW");
    let mut sent = boxes(&preview);
    sent.push(("go".to_owned(), "save".to_owned()));
    theo.submit(&path, &pairs(&sent)).await.redirects();
    let both =
        "select count(*) from coupon_series where discount_value = 700 and discount_code = 'NEW'";
    assert_eq!(app.number(both).await, 1);
}

#[tokio::test]
async fn a_new_offer_takes_the_terms_of_another() {
    let app = TestApp::new().await;
    let mina = app.staff("Mina", Role::Admin).await;
    let common = terms().with("clientHandlingType", "GENERIC").with("genericCode", "SPRING");
    let series = app.series(common.with("maxRedeem", 12)).await;
    let page = mina.get(&format!("/coupons/new?copy={series}")).await.is(200);
    assert_eq!(page.attributes("#description", "value"), ["Copy of Diwali"]);
    assert_eq!(page.attributes("#maxRedeem", "value"), ["12"]);
    let mut sent = boxes(&page);
    sent.push(("go".to_owned(), "save".to_owned()));
    let refused = mina.submit("/coupons/new", &pairs(&sent)).await.is(422);
    refused.shows("#genericCode-why", "must be filled in");
    sent.retain(|(name, _)| name != "genericCode");
    sent.push(("genericCode".to_owned(), "spring".to_owned()));
    let taken = mina.submit("/coupons/new", &pairs(&sent)).await.is(422);
    taken.shows("#genericCode-why", "Another offer");
    let more = with(OFFER, &[("prop.name", "A"), ("prop.value", "1"), ("go", "more")]);
    let rows = mina.submit("/coupons/new", &more);
    assert_eq!(rows.await.is(200).attributes("input[name='prop.name']", "value")[0], "A");
}
