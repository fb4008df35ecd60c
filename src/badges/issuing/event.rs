//! The event `badgeEarned` as it leaves the house (spec/badges.md 15): milliseconds, not seconds.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::badges::issuing::issue::Winner;
use crate::badges::issuing::quota::{Quota, Span};
use crate::badges::limits::Level;
use crate::badges::windows::day_wire;
use crate::base::act::Actor;
use crate::base::ids::BadgeId;
use crate::base::outbox::Outgoing;
use crate::customers::{KnownBy, Person};

/// The source that is the store's own profile.
const INSTORE: &str = "INSTORE";

/// The event of one earn.
pub(super) fn badge_earned(
    actor: &Actor,
    badge: BadgeId,
    now: DateTime<Utc>,
    winner: &Winner,
    accounts: &[KnownBy],
) -> Outgoing {
    let id = Uuid::new_v4();
    let mut data = Map::new();
    data.insert("customerIdentifiers".to_owned(), identifiers(&winner.person, accounts));
    data.insert("badgeId".to_owned(), json!(badge));
    if let Some(enrolment) = &winner.enrolment {
        data.insert("issualId".to_owned(), json!(enrolment.id));
        data.insert("issuedOn".to_owned(), json!(enrolment.entered.timestamp_millis()));
    }
    data.insert("earnId".to_owned(), json!(winner.id));
    data.insert("earnedOn".to_owned(), json!(now.timestamp_millis()));
    data.insert("earnConstraints".to_owned(), constraints(&winner.counts));
    data.insert("triggeringActivity".to_owned(), activity(actor));
    let payload = json!({
        "eventName": "badgeEarned",
        "eventId": id,
        "orgId": actor.org,
        "refId": format!("{}_{}", actor.org, winner.id),
        "apiRequestId": actor.request_id,
        "createdAt": now.timestamp_millis(),
        "data": data,
        "loyaltyEventId": null,
    });
    Outgoing { id, name: "badgeEarned", payload }
}

/// Who it is about: the store's own profile by its keys, every other source by its accounts.
fn identifiers(person: &Person, accounts: &[KnownBy]) -> Value {
    let mut all = Map::new();
    all.insert("customerId".to_owned(), json!(person.id));
    all.insert("loyaltyType".to_owned(), json!(person.loyalty_type));
    for (key, name) in [("firstName", &person.first_name), ("lastName", &person.last_name)] {
        if !name.is_empty() {
            all.insert(key.to_owned(), json!(name));
        }
    }
    let mut own = Map::new();
    let mut cards = Vec::new();
    let mut others: BTreeMap<String, BTreeMap<&str, Vec<Value>>> = BTreeMap::new();
    for account in accounts {
        if account.source != INSTORE {
            let of = others.entry(account.source.to_lowercase()).or_default();
            of.entry(&account.account).or_default().push(json!({
                "identifierType": account.kind, "identifierValue": account.value,
            }));
            continue;
        }
        let key = match account.kind.as_str() {
            "cardNumber" => {
                cards.push(json!(account.value));
                "cardnumber"
            }
            "cardExternalId" => "cardexternalid",
            other => other,
        };
        own.entry(key).or_insert_with(|| json!(account.value));
    }
    if !cards.is_empty() {
        own.insert("cardNumbers".to_owned(), Value::Array(cards));
    }
    all.insert("instore".to_owned(), Value::Object(own));
    for (source, accounts) in others {
        let accounts: Vec<Value> = accounts
            .into_iter()
            .map(|(id, known)| json!({ "accountId": id, "identifiers": known }))
            .collect();
        all.insert(source, json!({ "accounts": accounts }));
    }
    Value::Object(all)
}

/// The limits with how far they are used, this earn included. A level always says whether it has a limit
/// over the whole life: `OVERALL` or `NONE`.
fn constraints(counts: &[(Quota, i64)]) -> Value {
    let mut all = Vec::new();
    for level in [Level::Badge, Level::Customer] {
        let of_level = || counts.iter().filter(move |(quota, _)| quota.level == level);
        let mut overall = json!({ "constraintLevel": level.wire(), "constraintType": "NONE" });
        let mut rest = Vec::new();
        for (quota, count) in of_level() {
            match constraint(quota, *count) {
                (true, entry) => overall = entry,
                (false, entry) => rest.push(entry),
            }
        }
        // As the reference's sample has it: a limit over the whole life leads, its absence trails.
        if overall["constraintType"] == "NONE" {
            all.extend(rest);
            all.push(overall);
        } else {
            all.push(overall);
            all.extend(rest);
        }
    }
    Value::Array(all)
}

fn constraint(quota: &Quota, count: i64) -> (bool, Value) {
    let mut entry = Map::new();
    entry.insert("constraintLevel".to_owned(), json!(quota.level.wire()));
    let mut put = |key: &str, value: Value| {
        entry.insert(key.to_owned(), value);
    };
    match quota.span {
        Span::Overall => put("constraintType", json!("OVERALL")),
        Span::Rolling { unit, value, .. } => {
            put("constraintType", json!("ROLLING_WINDOW"));
            put("rollType", json!(unit.wire()));
            put("rollValue", json!(value));
        }
        Span::Fixed { config, from, last, .. } => {
            put("constraintType", json!("FIXED_WINDOW"));
            put("durationType", json!(config.period.unit().wire()));
            put("refreshRate", json!(config.period.refresh_rate()));
            put("startDayOfTheWeek", json!(config.period.start_day().map(day_wire)));
            put("cycleStartDate", json!(from.timestamp_millis()));
            put("cycleEndDate", json!(last.timestamp_millis()));
        }
    }
    put("maxEarnLimit", json!(quota.max));
    put("currentEarnCount", json!(count));
    (quota.span == Span::Overall, Value::Object(entry))
}

/// Who entered it, and where.
fn activity(actor: &Actor) -> Value {
    let till = actor.till.as_ref();
    let mut entered = Map::new();
    entered.insert("id".to_owned(), json!(till.map(|till| till.id).or(actor.id)));
    entered.insert(
        "till".to_owned(),
        till.map_or(Value::Null, |till| json!({ "code": till.code, "name": till.name })),
    );
    json!({ "identifiers": [], "enteredBy": entered, "additionalAttributes": [] })
}
