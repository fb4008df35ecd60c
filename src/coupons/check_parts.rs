//! The parts of a draft that have an inner shape, read from their JSON text (spec/coupons.md 3).

use serde_json::{Map, Value, json};

use crate::base::problem::Fault;
use crate::coupons::draft::{CARRIED, truth};
use crate::coupons::read::Reader;
use crate::coupons::refusal;
use crate::coupons::series::{Audience, Place};

/// Products a series may be for.
const PRODUCTS: &[&str] = &["SKU", "CATEGORY", "BRAND", "ATTRIBUTE"];
/// Kinds of places it may be redeemed at.
const PLACES: &[&str] = &["CONCEPT", "TILL", "ZONE", "STORE"];
/// The most entries of a list.
const MOST_ENTRIES: usize = 5000;
/// The most custom properties.
const MOST_PROPERTIES: usize = 20;
/// The longest name or value of one, and of a carried text.
const LONGEST: usize = 2000;

/// What the series is for: each entry names ids or codes, never both.
pub fn products(reader: &mut Reader<'_>) -> Value {
    const KEY: &str = "productInfo";
    let Some(value) = reader.json(KEY) else { return json!([]) };
    let Some(items) = value.as_array().filter(|items| items.len() <= MOST_ENTRIES) else {
        reader.wrong(KEY, "Products must be a list");
        return json!([]);
    };
    for item in items {
        if let Some(fault) = product_fault(item) {
            reader.problems.add(KEY, fault);
            return json!([]);
        }
    }
    value
}

fn product_fault(item: &Value) -> Option<Fault> {
    let kind = item.get("productType").and_then(Value::as_str).unwrap_or_default();
    if !PRODUCTS.contains(&kind) {
        return Some(Fault::invalid("A product type is SKU, CATEGORY, BRAND or ATTRIBUTE"));
    }
    let list = |key: &str| item.get(key).filter(|value| !value.is_null());
    let filled = |key: &str| list(key).and_then(Value::as_array).is_some_and(|all| !all.is_empty());
    if filled("productIds") && filled("productCodes") {
        return Some(refusal::fault("products_both"));
    }
    if kind == "ATTRIBUTE" && filled("productCodes") {
        return Some(Fault::invalid("Attributes are named by id"));
    }
    let ids = list("productIds").is_none_or(|ids| {
        ids.as_array().is_some_and(|ids| ids.iter().all(|id| number(id).is_some_and(|id| id > 0)))
    });
    let codes = list("productCodes").is_none_or(|codes| {
        codes.as_array().is_some_and(|codes| codes.iter().all(Value::is_string))
    });
    (!ids || !codes).then(|| Fault::invalid("Product ids are numbers and product codes texts"))
}

/// Where it may be redeemed; empty: anywhere.
pub fn places(reader: &mut Reader<'_>) -> Vec<Place> {
    const KEY: &str = "redemptionOrgEntityDetails";
    let Some(value) = reader.json(KEY) else { return Vec::new() };
    let place = |item: &Value| {
        let kind = item.get("redemptionOrgEntityType")?.as_str()?.to_ascii_uppercase();
        let id = item.get("orgEntityId").and_then(number)?;
        PLACES.contains(&kind.as_str()).then_some(Place { kind, id })
    };
    let items = value.as_array().filter(|items| items.len() <= MOST_ENTRIES);
    let read: Option<Vec<Place>> = items.and_then(|items| items.iter().map(place).collect());
    read.unwrap_or_else(|| {
        reader.wrong(KEY, "A place is a CONCEPT, TILL, ZONE or STORE and its number");
        Vec::new()
    })
}

/// Whom it is meant for; none: everybody.
pub fn audience(reader: &mut Reader<'_>) -> Option<Audience> {
    const KEY: &str = "targetUserDetails";
    let value = reader.json(KEY)?;
    let Value::Object(map) = &value else {
        reader.wrong(KEY, "The customers meant are told by three numbers");
        return None;
    };
    let part = |key: &str| match map.get(key) {
        None | Some(Value::Null) => Some(None),
        Some(value) => number(value).filter(|number| *number >= 0).map(Some),
    };
    let read = (|| {
        Some(Audience {
            most_transactions: part("validMaxUserTransactionLimit")?,
            registered_from: part("validUserRegistrationStartTime")?.unwrap_or(0),
            registered_to: part("validUserRegistrationEndTime")?.unwrap_or(0),
        })
    })();
    if read.is_none() {
        reader.wrong(KEY, "The customers meant are told by numbers that are not below zero");
    }
    read
}

/// Custom properties by name.
pub fn properties(reader: &mut Reader<'_>) -> Option<Map<String, Value>> {
    const KEY: &str = "customPropertyMap";
    let value = reader.json(KEY)?;
    let text = |value: &Value| match value {
        Value::String(text) if text.chars().count() <= LONGEST => Some(json!(text)),
        Value::Number(_) | Value::Bool(_) => Some(json!(value.to_string())),
        _ => None,
    };
    let map = value.as_object().filter(|map| map.len() <= MOST_PROPERTIES);
    let read: Option<Map<String, Value>> = map.and_then(|map| {
        map.iter().map(|(name, value)| Some((name.clone(), text(value)?))).collect()
    });
    if read.is_none() {
        reader.wrong(KEY, format!("Write at most {MOST_PROPERTIES} properties, each a text"));
    }
    read.filter(|map| !map.is_empty())
}

/// Reminders before the end: kept as they were chosen.
pub fn reminders(reader: &mut Reader<'_>) -> Value {
    match reader.json("reminders") {
        None => json!([]),
        Some(value @ Value::Array(_)) => value,
        Some(_) => {
            reader.wrong("reminders", "Reminders must be a list");
            json!([])
        }
    }
}

/// What is only kept and echoed: yes and no, numbers, texts. Digits that would lose a zero as a number
/// stay a text.
pub fn carried(reader: &mut Reader<'_>) -> Map<String, Value> {
    let mut all = Map::new();
    for key in CARRIED {
        let Some(text) = reader.draft.get(key) else { continue };
        if text.chars().count() > LONGEST {
            reader.wrong(key, format!("Use at most {LONGEST} characters"));
            continue;
        }
        let value = match text {
            "true" | "false" => json!(truth(text)),
            text => match text.parse::<i64>().ok().filter(|number| number.to_string() == text) {
                Some(number) => json!(number),
                None => json!(text),
            },
        };
        all.insert((*key).to_owned(), value);
    }
    all
}

/// A whole number, which may be written as text.
fn number(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}
