//! Enrolling, issuing, taking back, bringing in the past: the rules one by one, through the deeds that
//! every door uses.

use guerdon::badges::issuing::{
    EarnedRow, IssueCall, RevokeWhich, State, Trigger, import_earned, revoke_enrolments,
};
use guerdon::badges::owners::Owner;
use guerdon::base::ids::{BadgeId, CustomerId, EnrolmentId};
use serde_json::{Value, json};

use crate::issuing_desk::{Desk, at, code, enrol, enrolling, issue, one, support, word};

const YEAR: (&str, &str) = ("2024-01-01", "2024-12-31");
const NOON: &str = "2024-10-20T12:00:00Z";
const ENROL: &[(&str, &str)] = &[("earn_type", "ISSUE_EARN"), ("issued.kind", "never")];

#[tokio::test]
async fn an_issue_is_kept_with_its_end_its_event_and_its_trace() {
    let desk = Desk::new(NOON, "Europe/Berlin").await;
    let two_weeks = [("earned.kind", "period"), ("earned.unit", "WEEKS"), ("earned.value", "2")];
    let badge = desk.badge(YEAR, &two_weeks).await;
    let amara = desk.customer().await;
    let issued = desk.issue(badge, amara, Some("2024-10-14T08:00:00Z")).await.unwrap();
    // From the processing, to the second, whenever the event was.
    assert_eq!(issued.expires_on, at("2024-11-03T12:00:00Z"));
    assert_eq!((issued.enrolment, issued.state), (None, State::Live));
    let rows = desk.app.number("select count(*) from badge_earns where source = 'UI'").await;
    assert_eq!(rows, 1);
    let total = "select sum(earned)::bigint from badge_counters";
    assert_eq!(desk.app.number(total).await, 1);
    let entries = desk.app.number(
        "select count(*) from activity where (subject_kind, verb) in
         (('badge', 'issued'), ('customer', 'issued a badge to'))",
    );
    assert_eq!(entries.await, 2);
    assert_eq!(desk.events().await.len(), 1);
}

#[tokio::test]
async fn each_check_has_its_word_and_the_first_is_said() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &[]).await;
    let amara = desk.customer().await;
    let stranger = CustomerId::new(amara.get() + 1000);
    let nothing: BadgeId = "0123456789abcdef01234567".parse().unwrap();
    assert_eq!(desk.issue(nothing, amara, None).await, Err("not_found"));
    assert_eq!(desk.issue(badge, stranger, None).await, Err("customer_unknown"));
    // A day of grace ahead, not more.
    let ahead = desk.issue(badge, amara, Some("2024-10-21T12:00:00Z")).await.unwrap();
    assert_eq!(ahead.state, State::Upcoming);
    let beyond = desk.issue(badge, amara, Some("2024-10-21T12:00:00.000001Z")).await;
    assert_eq!(beyond, Err("event_in_future"));
    let early = desk.issue(badge, amara, Some("2023-12-31T23:59:59Z")).await;
    assert_eq!(early, Err("outside_duration"));
    let off = desk.badge(YEAR, &[("name", "Off"), ("active", "")]).await;
    assert_eq!(desk.issue(off, amara, None).await, Err("badge_not_live"));
    let later = desk.badge(("2025-01-01", "2025-12-31"), &[("name", "Later")]).await;
    assert_eq!(desk.issue(later, amara, None).await, Err("badge_not_live"));
    let over = desk.badge(("2023-01-01", "2023-12-31"), &[("name", "Over")]).await;
    assert_eq!(desk.issue(over, amara, None).await, Err("badge_not_live"));
    assert_eq!(
        desk.issue(over, amara, Some("2024-01-01T00:00:00Z")).await,
        Err("outside_duration")
    );
    let ended = desk.issue(over, amara, Some("2023-12-31T12:00:00Z")).await;
    assert!(ended.is_ok(), "an ended direct badge takes events of its life");
    // Nothing of what was refused left a trace.
    assert_eq!(desk.app.number("select count(*) from badge_earns").await, 2);
}

#[tokio::test]
async fn a_module_needs_the_very_claim_it_names() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &[]).await;
    let people = desk.customers(2).await;
    let by = |owner, reference: &str| IssueCall {
        trigger: Trigger { owner, reference: Some(reference.to_owned()) },
        by_support: false,
        ..support(badge, &people[..1], None)
    };
    let ask = async |call| one(issue(&desk.app.app, desk.org, call).await).map(drop);
    let loyalty = Some(Owner::Loyalty);
    assert_eq!(ask(by(loyalty, "626")).await, Err("not_claimed"));
    desk.app
        .sql(
            "insert into badge_claims (org_id, badge_id, owner_type, reference_id, created_on)
             select org_id, id, 'Loyalty', '626', now() from badges",
        )
        .await;
    assert_eq!(ask(by(loyalty, "626")).await, Ok(()));
    assert_eq!(ask(by(loyalty, "627")).await, Err("not_claimed"));
    assert_eq!(ask(by(Some(Owner::Milestones), "626")).await, Err("not_claimed"));
    assert_eq!(ask(by(None, "626")).await, Err("not_claimed"));
    // Through the support desk neither owner nor claim is asked.
    assert_eq!(ask(by(Some(Owner::Membercare), "anything")).await, Ok(()));
    // What stands against the whole call is the call's refusal, not the customers'.
    let many = IssueCall { customers: people.clone(), ..by(loyalty, "627") };
    assert_eq!(code(&issue(&desk.app.app, desk.org, many).await.unwrap_err()), "not_claimed");
    desk.app.sql("update badge_claims set is_active = false").await;
    assert_eq!(ask(by(loyalty, "626")).await, Err("not_claimed"));
}

#[tokio::test]
async fn enrolment_comes_first_and_covers_the_event() {
    let desk = Desk::new(NOON, "UTC").await;
    let two_days = [
        ("earn_type", "ISSUE_EARN"),
        ("issued.kind", "period"),
        ("issued.unit", "DAYS"),
        ("issued.value", "2"),
    ];
    let badge = desk.badge(YEAR, &two_days).await;
    let amara = desk.customer().await;
    assert_eq!(desk.issue(badge, amara, None).await, Err("enrol_first"));
    // The documented example: event on 10 October, two days, processed on the 20th.
    let first = desk.enrol(badge, amara, Some("2024-10-10T08:30:00Z")).await.unwrap();
    assert_eq!(first.expires_on, at("2024-10-12T08:30:00Z"));
    let second = desk.enrol(badge, amara, Some("2024-10-12T08:30:00.000001Z")).await.unwrap();
    assert_eq!(desk.issue(badge, amara, Some("2024-10-10T08:29:59Z")).await, Err("enrol_first"));
    let by_first = desk.issue(badge, amara, Some("2024-10-12T08:30:00Z")).await.unwrap();
    assert_eq!(by_first.enrolment, Some(first.id));
    let by_second = desk.issue(badge, amara, Some("2024-10-13T00:00:00Z")).await.unwrap();
    assert_eq!(by_second.enrolment, Some(second.id));
    // Getting the badge does not use the enrolment up.
    assert!(desk.issue(badge, amara, Some("2024-10-13T00:00:01Z")).await.is_ok());
    let direct = desk.badge(YEAR, &[("name", "Direct")]).await;
    assert_eq!(desk.enrol(direct, amara, None).await.err(), Some("not_enrollable"));
}

#[tokio::test]
async fn one_enrolment_at_a_time_each_customer_for_themselves() {
    let desk = Desk::new(NOON, "UTC").await;
    let fortnight = [
        ("earn_type", "ISSUE_EARN"),
        ("issued.kind", "period"),
        ("issued.unit", "WEEKS"),
        ("issued.value", "2"),
    ];
    let badge = desk.badge(("2024-09-01", "2024-09-30"), &fortnight).await;
    let people = desk.customers(3).await;
    // An ended badge takes enrolments of its life, and asks for the date.
    assert_eq!(desk.enrol(badge, people[0], None).await.err(), Some("outside_duration"));
    let first = desk.enrol(badge, people[0], Some("2024-09-02T00:00:00Z")).await.unwrap();
    let mut everybody =
        vec![people[1], people[0], CustomerId::new(9_999_999), people[1], people[2]];
    let call = enrolling(badge, &everybody, Some("2024-09-16T00:00:00Z"));
    let answer = enrol(&desk.app.app, desk.org, call).await.unwrap();
    everybody.remove(3);
    let who: Vec<CustomerId> = answer.outcomes.iter().map(|outcome| outcome.customer).collect();
    assert_eq!(who, everybody, "in the order given, each once");
    let words: Vec<&str> = answer.outcomes.iter().map(word).collect();
    assert_eq!(words, ["", "already_enrolled", "customer_unknown", ""]);
    assert_eq!(answer.expires_on, Some(at("2024-09-30T00:00:00Z")));
    let existing = answer.outcomes[1].result.as_ref().unwrap_err().existing;
    assert_eq!(existing, Some((first.id, State::Expired)));
    // The next one may begin when the last is over, and outlive the badge.
    let next = desk.enrol(badge, people[0], Some("2024-09-17T00:00:00Z")).await.unwrap();
    assert_eq!(next.expires_on, at("2024-10-01T00:00:00Z"));
    let total = "select sum(enrolled)::bigint from badge_counters";
    assert_eq!(desk.app.number(total).await, 4);
    assert!(desk.events().await.is_empty(), "enrolling is nobody else's news");
}

#[tokio::test]
async fn ends_move_with_the_badge_only_where_they_are_the_badges() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &[("earned.kind", "badge")]).await;
    let amara = desk.customer().await;
    let issued = desk.issue(badge, amara, None).await.unwrap();
    assert_eq!(issued.expires_on, at("2024-12-31T23:59:59Z"));
    let open = "select count(*) from badge_earns where expires_on is null";
    assert_eq!(desk.app.number(open).await, 1);
    // A fixed end that has passed: issued, and over at once.
    let past = [("name", "Past"), ("earned.kind", "date"), ("earned.date", "2024-06-01")];
    let past = desk.badge(YEAR, &past).await;
    assert_eq!(desk.issue(past, amara, None).await.unwrap().state, State::Expired);
}

#[tokio::test]
async fn a_request_id_has_one_effect_over_all_calls() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &[]).await;
    let quest = desk.badge(YEAR, &[&[("name", "Quest")], ENROL].concat()).await;
    let amara = desk.customer().await;
    let named = |badge, id: &str| IssueCall {
        request_id: Some(id.to_owned()),
        ..support(badge, &[amara], None)
    };
    let ask = async |call| issue(&desk.app.app, desk.org, call).await.map(|got| got.request_id);
    // A call that came to nothing used nothing up.
    let nobody = issue(&desk.app.app, desk.org, named(quest, "r1")).await.unwrap();
    assert_eq!(word(&nobody.outcomes[0]), "enrol_first");
    assert_eq!(ask(named(badge, "r1")).await.unwrap(), "r1");
    assert_eq!(code(&ask(named(badge, "r1")).await.unwrap_err()), "request_id_used");
    let enrolment = guerdon::badges::issuing::EnrolCall {
        request_id: Some("r1".to_owned()),
        ..enrolling(quest, &[amara], None)
    };
    let again = enrol(&desk.app.app, desk.org, enrolment).await;
    assert_eq!(code(&again.unwrap_err()), "request_id_used");
    // The name is asked before anything else, and another brand may use it.
    let nothing: BadgeId = "0123456789abcdef01234567".parse().unwrap();
    assert_eq!(code(&ask(named(nothing, "r1")).await.unwrap_err()), "request_id_used");
    let made = ask(support(badge, &[amara], None)).await.unwrap();
    assert_eq!(made.len(), 32, "{made}");
    let long = "x".repeat(256);
    assert_eq!(code(&ask(named(badge, &long)).await.unwrap_err()), "too_long");
    assert_eq!(code(&ask(named(badge, "a\0b")).await.unwrap_err()), "invalid");
}

#[tokio::test]
async fn what_is_taken_back_says_so_once() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &[]).await;
    let other = desk.badge(YEAR, &[("name", "Other")]).await;
    let people = desk.customers(2).await;
    let issued = desk.issue(badge, people[0], None).await.unwrap();
    let no =
        async |badge, customer| code(&desk.revoke(badge, customer, issued.id).await.unwrap_err());
    assert_eq!(no(badge, people[1]).await, "no_active_earn");
    assert_eq!(no(other, people[0]).await, "no_active_earn");
    desk.revoke(badge, people[0], issued.id).await.unwrap();
    assert_eq!(no(badge, people[0]).await, "no_active_earn");
    let reasons = "select count(*) from activity where reason = 'by mistake'
        and verb = 'revoked an issual of'";
    assert_eq!(desk.app.number(reasons).await, 2);
    assert_eq!(desk.app.number("select sum(earned)::bigint from badge_counters").await, 0);
    assert_eq!(desk.events().await.len(), 1, "taking back is nobody else's news");
}

#[tokio::test]
async fn enrolments_are_taken_back_by_customer_or_one_by_one() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, ENROL).await;
    let people = desk.customers(3).await;
    let mut ids = Vec::new();
    for customer in &people[..2] {
        ids.push(desk.enrol(badge, *customer, None).await.unwrap().id);
    }
    let earned = desk.issue(badge, people[0], None).await.unwrap();
    let revoke = async |which: RevokeWhich| {
        let done = desk.app.act_in(desk.org, move |act| {
            Box::pin(async move { revoke_enrolments(act, badge, &which, None).await })
        });
        let answers = done.await.unwrap();
        answers
            .into_iter()
            .map(|one| (one.customer, one.enrolment, one.result.err().map_or("", |it| it.code)))
            .collect::<Vec<_>>()
    };
    let unknown: EnrolmentId = "0123456789abcdef01234567".parse().unwrap();
    let pairs = vec![(people[1], ids[0]), (people[0], unknown)];
    assert_eq!(
        revoke(RevokeWhich::Enrolments(pairs)).await,
        [
            (people[1], Some(ids[0]), "enrolment_of_other"),
            (people[0], Some(unknown), "no_enrolment")
        ]
    );
    assert_eq!(
        revoke(RevokeWhich::Customers(vec![people[2], people[0]])).await,
        [(people[2], None, "no_enrolment"), (people[0], Some(ids[0]), "")]
    );
    let pairs = vec![(people[0], ids[0]), (people[1], ids[1]), (people[1], ids[1])];
    assert_eq!(
        revoke(RevokeWhich::Enrolments(pairs)).await,
        [
            (people[0], Some(ids[0]), "no_enrolment"),
            (people[1], Some(ids[1]), ""),
            (people[1], Some(ids[1]), "no_enrolment")
        ]
    );
    // The badge earned by it stays; a new one needs a new enrolment.
    assert_eq!(desk.issue(badge, people[0], None).await, Err("enrol_first"));
    assert!(desk.revoke(badge, people[0], earned.id).await.is_ok());
    assert_eq!(desk.app.number("select sum(enrolled)::bigint from badge_counters").await, 0);
}

#[tokio::test]
async fn history_comes_in_as_it_was_and_counts_from_then_on() {
    let desk = Desk::new(NOON, "UTC").await;
    let limit = [("customer.on", "on"), ("customer.family", "moving"), ("customer.overall", "2")];
    let badge = desk.badge(YEAR, &[&[("active", "")], &limit[..]].concat()).await;
    let amara = desk.customer().await;
    let row = EarnedRow {
        badge,
        customer: amara,
        event: at("2023-01-21T09:06:51Z"),
        expires_on: at("2024-01-21T09:06:51Z"),
    };
    let nothing: BadgeId = "0123456789abcdef01234567".parse().unwrap();
    let rows = [
        row,
        row,
        EarnedRow { badge: nothing, ..row },
        EarnedRow { customer: CustomerId::new(9_999_999), ..row },
        EarnedRow {
            event: at("2024-10-20T12:00:01Z"),
            expires_on: at("2025-01-01T00:00:00Z"),
            ..row
        },
        EarnedRow { expires_on: at("2023-01-21T09:06:50Z"), ..row },
        row,
    ];
    let done = desk.app.act_in(desk.org, move |act| {
        Box::pin(async move { import_earned(act, &rows, "f93f").await })
    });
    let told: Vec<String> = done
        .await
        .unwrap()
        .into_iter()
        .map(|answer| answer.map_or_else(|why| why.code.to_owned(), |made| made.request_id))
        .collect();
    assert_eq!(
        told,
        [
            "f93f_1",
            "f93f_2",
            "badge_unknown_row",
            "customer_unknown",
            "invalid",
            "invalid",
            "f93f_7"
        ]
    );
    assert!(desk.events().await.is_empty());
    desk.change(badge, &[("active", "on")]).await;
    assert_eq!(desk.issue(badge, amara, None).await, Err("customer_limit"));
}

#[tokio::test]
async fn benefits_are_noted_in_order_and_only_where_the_brand_wants_them() {
    let desk = Desk::new(NOON, "UTC").await;
    let benefits = [
        ("benefit.0.type", "COUPON"),
        ("benefit.0.seriesId", "136"),
        ("benefit.1.type", "GIFT_VOUCHER"),
        ("benefit.1.promotionId", "66276dc68fe258516a88ff8e"),
        ("benefit.2.type", "COUPON"),
        ("benefit.2.seriesId", "234"),
    ];
    let badge = desk.badge(YEAR, &benefits).await;
    let people = desk.customers(2).await;
    issue(&desk.app.app, desk.org, support(badge, &people, None)).await.unwrap();
    let noted = "select count(*) from badge_earn_benefits where (position, type) in
        ((0, 'COUPON'), (1, 'GIFT_VOUCHER'), (2, 'COUPON')) and status in ('PENDING', 'GIVEN', 'FAILED')";
    assert_eq!(desk.app.number(noted).await, 6);
    desk.app
        .sql(&format!(
            "insert into org_settings (org_id, badge_benefits) values ({}, false)",
            desk.org
        ))
        .await;
    desk.issue(badge, people[0], None).await.unwrap();
    assert_eq!(desk.app.number("select count(*) from badge_earn_benefits").await, 6);
}

/// The keys of an object, sorted, with those of the objects inside.
fn keys(value: &Value, path: &str, into: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                into.push(format!("{path}.{key}"));
                keys(inner, &format!("{path}.{key}"), into);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| keys(item, &format!("{path}[]"), into)),
        _ => {}
    }
    into.sort();
    into.dedup();
}

#[tokio::test]
async fn the_event_is_the_references_to_the_letter() {
    let desk = Desk::new("2023-10-03T06:42:02.450Z", "UTC").await;
    let limits = [
        ("customer.on", "on"),
        ("customer.family", "moving"),
        ("customer.days.value", "5"),
        ("customer.days.max", "50"),
        ("customer.weeks.value", "1"),
        ("customer.weeks.max", "100"),
        ("customer.months.value", "1"),
        ("customer.months.max", "200"),
        ("badge.on", "on"),
        ("badge.family", "moving"),
        ("badge.overall", "1000"),
        ("badge.days.value", "7"),
        ("badge.days.max", "300"),
    ];
    let badge = desk.badge(("2023-01-01", "2023-12-31"), &limits).await;
    let amara = desk.customer().await;
    desk.app
        .sql(&format!(
            "update customers set first_name = '', name_key = '';
             insert into customer_identifiers (org_id, customer_id, kind, value, value_key) values
             ({o}, {c}, 'mobile', '918811992995', '918811992995'),
             ({o}, {c}, 'email', 'loyal5@gmail.com', 'loyal5@gmail.com'),
             ({o}, {c}, 'externalId', '5a1111cfc5e3239dc0b92cc410cb28', '5a1111cfc5e3239dc0b92cc410cb28')",
            o = desk.org,
            c = amara,
        ))
        .await;
    for day in ["2023-09-05T00:00:00Z", "2023-09-10T00:00:00Z", "2023-09-29T00:00:00Z"] {
        desk.app.set_clock(day);
        desk.issue(badge, amara, None).await.unwrap();
    }
    desk.app.set_clock("2023-10-03T06:42:02.450Z");
    let issued = desk.issue(badge, amara, None).await.unwrap();
    let sent = desk.events().await.pop().unwrap();

    let mut expected = json!([
        { "constraintLevel": "BADGE", "constraintType": "OVERALL", "maxEarnLimit": 1000, "currentEarnCount": 4 },
        { "constraintLevel": "BADGE", "constraintType": "ROLLING_WINDOW", "rollType": "DAYS", "rollValue": 7,
          "maxEarnLimit": 300, "currentEarnCount": 2 },
        { "constraintLevel": "CUSTOMER", "constraintType": "ROLLING_WINDOW", "rollType": "DAYS", "rollValue": 5,
          "maxEarnLimit": 50, "currentEarnCount": 2 },
        { "constraintLevel": "CUSTOMER", "constraintType": "ROLLING_WINDOW", "rollType": "WEEKS", "rollValue": 1,
          "maxEarnLimit": 100, "currentEarnCount": 2 },
        { "constraintLevel": "CUSTOMER", "constraintType": "ROLLING_WINDOW", "rollType": "MONTHS", "rollValue": 1,
          "maxEarnLimit": 200, "currentEarnCount": 4 },
        { "constraintLevel": "CUSTOMER", "constraintType": "NONE" },
    ]);
    // Counted by hand: the month reaches back to 3 September 06:42:02.
    assert_eq!(sent["data"]["earnConstraints"], expected);
    assert_eq!(sent["eventName"], "badgeEarned");
    assert_eq!(sent["orgId"], desk.org.get());
    assert_eq!(sent["refId"], format!("{}_{}", desk.org, issued.id));
    assert_eq!(sent["createdAt"], 1_696_315_322_450_i64);
    assert_eq!(sent["data"]["earnedOn"], 1_696_315_322_450_i64);
    assert_eq!(sent["data"]["customerIdentifiers"]["customerId"], amara.get());

    // The documented example has the same keys at the same places, and the same words in its limits.
    let Ok(text) = std::fs::read_to_string("../shared/examples/badges-event-earned-01.json") else {
        return;
    };
    let sample: Value = serde_json::from_str(&text).unwrap();
    let sample = &sample["request"];
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // The operator of a test works at no till: there the sample's two keys have nothing beneath.
    let mut till = sample.clone();
    till["data"]["triggeringActivity"]["enteredBy"]["till"] = Value::Null;
    keys(&sent, "", &mut ours);
    keys(&till, "", &mut theirs);
    assert_eq!(ours, theirs);
    let mut limits = sample["data"]["earnConstraints"].clone();
    for list in [&mut limits, &mut expected] {
        for entry in list.as_array_mut().unwrap() {
            entry.as_object_mut().unwrap().remove("currentEarnCount");
        }
    }
    assert_eq!(limits, expected);
}

#[tokio::test]
async fn the_events_keys_are_among_those_of_the_references_schema() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, ENROL).await;
    let amara = desk.customer().await;
    desk.app
        .sql(&format!(
            "insert into customer_identifiers (org_id, customer_id, source, account_id, kind, value, value_key) values
             ({o}, {c}, 'INSTORE', '', 'mobile', '91', '91'), ({o}, {c}, 'INSTORE', '', 'cardNumber', 'C1', 'c1'),
             ({o}, {c}, 'INSTORE', '', 'cardExternalId', 'X1', 'x1'),
             ({o}, {c}, 'WECHAT', 'FRUR', 'unionId', 'U1', 'u1')",
            o = desk.org,
            c = amara,
        ))
        .await;
    desk.enrol(badge, amara, None).await.unwrap();
    desk.issue(badge, amara, None).await.unwrap();
    let sent = desk.events().await.pop().unwrap();
    assert_eq!(
        sent["data"]["customerIdentifiers"]["wechat"],
        json!({ "accounts": [{ "accountId": "FRUR",
            "identifiers": [{ "identifierType": "unionId", "identifierValue": "U1" }] }] })
    );
    assert_eq!(sent["data"]["issuedOn"], at(NOON).timestamp_millis());
    let none = |level: &str| json!({ "constraintLevel": level, "constraintType": "NONE" });
    assert_eq!(sent["data"]["earnConstraints"], json!([none("BADGE"), none("CUSTOMER")]));
    let Ok(text) = std::fs::read_to_string("../shared/examples/badges-event-earned-02.json") else {
        return;
    };
    let schema: Value = serde_json::from_str(&text).unwrap();
    let (mut ours, mut known) = (Vec::new(), Vec::new());
    keys(&sent, "", &mut ours);
    keys(&schema["request"], "", &mut known);
    for key in ours {
        assert!(known.contains(&key), "{key} is no key of the reference");
    }
}

#[tokio::test]
async fn a_merged_customer_is_the_survivor_and_a_deleted_one_is_unknown() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, &[]).await;
    let people = desk.customers(3).await;
    desk.app
        .sql(&format!(
            "update customers set merged_into = {} where id = {};
             update customers set deleted_at = now() where id = {}",
            people[1], people[0], people[2]
        ))
        .await;
    let answer = issue(&desk.app.app, desk.org, support(badge, &people, None)).await.unwrap();
    let told: Vec<(CustomerId, &str)> =
        answer.outcomes.iter().map(|outcome| (outcome.customer, word(outcome))).collect();
    assert_eq!(told, [(people[0], ""), (people[2], "customer_unknown")]);
    let survivor = "select customer_id from badge_earns";
    assert_eq!(desk.app.number(survivor).await, people[1].get());
}

#[tokio::test]
async fn another_brands_badge_is_no_badge() {
    let desk = Desk::new(NOON, "UTC").await;
    let badge = desk.badge(YEAR, ENROL).await;
    let theirs = desk.app.org;
    let amara = desk.customer().await;
    let call = support(badge, &[amara], None);
    assert_eq!(code(&issue(&desk.app.app, theirs, call).await.unwrap_err()), "not_found");
    let call = enrolling(badge, &[amara], None);
    assert_eq!(code(&enrol(&desk.app.app, theirs, call).await.unwrap_err()), "not_found");
}
