//! What an entry of the log is called on the wire, and what it says changed.

use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::asked::Entity;

/// What stands for a value that was not there.
const NONE: &str = "NA";

/// Fields of a customer that identify them.
const IDENTIFIERS: &[&str] = &[
    "mobile",
    "email",
    "externalId",
    "cardNumber",
    "cardExternalId",
    "wechat",
    "unionId",
    "cuid",
    "fbId",
    "martjackId",
    "line",
];

/// One value that changed.
#[derive(Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// What kind of change: `Identifiers`, `CouponExpiry`, `CouponRedeem`.
    #[schema(example = "CouponExpiry")]
    event_type: String,
    /// Which value; null where nothing but the deed itself is told.
    #[schema(required)]
    updated_field: Option<String>,
    /// The value before and after, and what the deed is known by.
    additional_fields: AuditChange,
    /// Who or what else it is about; null where nobody.
    #[schema(required)]
    associate_entities: Option<Vec<AuditAssociate>>,
}

/// A value before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditChange {
    /// Before; `NA` where there was none.
    pub(super) previous_value: String,
    /// After; `NA` where there is none.
    pub(super) current_value: String,
    /// Why it was done, where somebody said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// The redemption it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) redemption_id: Option<String>,
    /// The bill it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) transaction_number: Option<String>,
    /// The file it came with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) import_id: Option<String>,
    /// The batch it came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) batch_id: Option<String>,
}

/// Who or what else something is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditAssociate {
    /// `CUSTOMER` or `COUPON_SERIES`.
    entity_type: &'static str,
    /// Its number.
    entity_id: i64,
}

impl AuditEvent {
    /// A single event by name, without an entry behind it.
    pub fn of(event_type: &str, field: &str, change: AuditChange) -> Self {
        AuditEvent {
            event_type: event_type.to_owned(),
            updated_field: Some(field.to_owned()),
            additional_fields: change,
            associate_entities: None,
        }
    }
}

/// What an entry says.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    /// About what.
    pub entity: Entity,
    /// What was done.
    pub verb: &'a str,
    /// The changed values before.
    pub before: Option<&'a Value>,
    /// And after.
    pub after: Option<&'a Value>,
    /// Further facts.
    pub details: &'a Value,
    /// Why.
    pub reason: Option<&'a str>,
    /// By which import.
    pub import: Option<i64>,
}

/// The events of an entry: one for each value that changed, or one for the deed where none did.
pub fn events(said: Said<'_>) -> Vec<AuditEvent> {
    let empty = Map::new();
    let old = said.before.and_then(Value::as_object).unwrap_or(&empty);
    let new = said.after.and_then(Value::as_object).unwrap_or(&empty);
    let mut keys: Vec<&String> =
        new.keys().chain(old.keys().filter(|key| !new.contains_key(*key))).collect();
    if said.entity == Entity::Card {
        keys.retain(|key| key.starts_with("card"));
    }
    let event = |key: Option<&str>, before: Option<&Value>, after: Option<&Value>| AuditEvent {
        event_type: event_type(said.entity, said.verb, key).to_owned(),
        updated_field: key.map(|key| field(key).to_owned()),
        additional_fields: AuditChange {
            previous_value: text(before),
            current_value: text(after),
            reason: said.reason.map(str::to_owned),
            redemption_id: fact(said.details, "redemptionId"),
            transaction_number: fact(said.details, "transactionNumber"),
            import_id: said.import.map(|id| id.to_string()),
            batch_id: None,
        },
        associate_entities: associates(said.entity, said.details),
    };
    if keys.is_empty() {
        return vec![event(None, None, None)];
    }
    keys.iter().map(|key| event(Some(key), old.get(*key), new.get(*key))).collect()
}

fn event_type(entity: Entity, verb: &str, key: Option<&str>) -> &'static str {
    match entity {
        Entity::Customer | Entity::Card => match key {
            Some(key) if IDENTIFIERS.contains(&key) => "Identifiers",
            Some(key) if key.starts_with("fields.") => "CustomFields",
            Some("registeredOn") => "Registration",
            Some(_) => "Profile",
            None if verb == "created" => "Registration",
            None => "Profile",
        },
        Entity::Coupon => match verb {
            "issued" => "CouponIssue",
            "gave again" => "CouponReissue",
            "sent again" => "CouponResend",
            "moved the expiry of" => "CouponExpiry",
            "redeemed" => "CouponRedeem",
            "took back a redemption of" => "CouponReactivate",
            "mended a redemption of" => "CouponRedemptionUpdate",
            "revoked" => "CouponRevoke",
            _ => "CouponUpdate",
        },
        Entity::CouponSeries => match verb {
            "created" => "CouponSeriesCreate",
            "claimed" => "CouponSeriesClaim",
            "released" => "CouponSeriesRelease",
            _ => "CouponSeriesUpdate",
        },
    }
}

/// A field as the wire names it.
fn field(key: &str) -> &str {
    match key {
        "cardNumber" => "cardnumber",
        other => other.strip_prefix("fields.").unwrap_or(other),
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => NONE.to_owned(),
        Some(Value::String(text)) if text.is_empty() => NONE.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn fact(details: &Value, key: &str) -> Option<String> {
    let value = details.get(key).filter(|value| !value.is_null())?;
    Some(text(Some(value)))
}

/// The holder or redeemer and the series of a coupon.
fn associates(entity: Entity, details: &Value) -> Option<Vec<AuditAssociate>> {
    if entity != Entity::Coupon {
        return None;
    }
    let number = |key: &str| details.get(key).and_then(Value::as_i64);
    let customer = number("redeemedBy").or_else(|| number("customerId"));
    let customer = customer.map(|entity_id| AuditAssociate { entity_type: "CUSTOMER", entity_id });
    let series = number("seriesId");
    let series = series.map(|entity_id| AuditAssociate { entity_type: "COUPON_SERIES", entity_id });
    let all: Vec<AuditAssociate> = customer.into_iter().chain(series).collect();
    (!all.is_empty()).then_some(all)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn said<'a>(entity: Entity, verb: &'a str, details: &'a Value) -> Said<'a> {
        Said { entity, verb, before: None, after: None, details, reason: None, import: None }
    }

    #[test]
    fn every_changed_value_is_an_event() {
        let (before, after) = (
            json!({ "mobile": "9876543210", "fields.size": "M" }),
            json!({ "mobile": "9976543210", "cardNumber": "D1" }),
        );
        let details = json!({});
        let entry = Said {
            before: Some(&before),
            after: Some(&after),
            ..said(Entity::Customer, "changed", &details)
        };
        let told = events(entry);
        let short: Vec<_> = told
            .iter()
            .map(|one| {
                let change = &one.additional_fields;
                let field = one.updated_field.as_deref().unwrap();
                (&*one.event_type, field, &*change.previous_value, &*change.current_value)
            })
            .collect();
        assert_eq!(
            short,
            [
                ("Identifiers", "mobile", "9876543210", "9976543210"),
                ("Identifiers", "cardnumber", "NA", "D1"),
                ("CustomFields", "size", "M", "NA"),
            ]
        );
        assert_eq!(events(Said { entity: Entity::Card, ..entry }).len(), 1);
    }

    #[test]
    fn a_coupons_event_names_its_holder_and_series() {
        let details = json!({ "customerId": 7, "seriesId": 9, "redeemedBy": 8 });
        let told = &events(said(Entity::Coupon, "redeemed", &details))[0];
        assert_eq!(told.event_type, "CouponRedeem");
        let ids: Vec<i64> =
            told.associate_entities.iter().flatten().map(|one| one.entity_id).collect();
        assert_eq!(ids, [8, 9]);
    }
}
