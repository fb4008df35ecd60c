//! What may be sent for a badge, for the document: the reading itself is lenient.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A badge as it should be. Timestamps are epoch seconds, numeric text or ISO 8601; their ISO twins rule.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadgeBody {
    /// Unique in the brand, letter by letter; at most 255 characters.
    #[schema(example = "Early bird")]
    name: String,
    /// What it is about; at most 2000 characters.
    description: Option<String>,
    /// From when on it can be earned.
    #[schema(value_type = Value, example = 1799632870)]
    start_on: Value,
    /// The same as ISO 8601; rules over the number.
    #[serde(rename = "startOnISO")]
    start_on_iso: Option<String>,
    /// The last instant whose events can earn it.
    #[schema(value_type = Value, example = 1828754110)]
    expires_on: Value,
    /// The same as ISO 8601; rules over the number.
    #[serde(rename = "expiresOnISO")]
    expires_on_iso: Option<String>,
    /// `EARN`: issued directly; `ISSUE_EARN`: enrolled first.
    #[schema(example = "EARN")]
    earn_type: String,
    /// When an issued badge ends.
    earned_badge_expiry: ExpiryBody,
    /// When an enrolment ends; mandatory for `ISSUE_EARN`.
    issued_badge_expiry: Option<ExpiryBody>,
    /// Pictures, one for each tag.
    images: Option<Vec<ImageBody>>,
    /// Who may use it.
    ownership: OwnershipBody,
    /// Limits of each customer.
    customer_constraints: Option<Vec<ConstraintBody>>,
    /// Limits of all customers together.
    badge_constraints: Option<Vec<ConstraintBody>>,
    /// What comes with it, at most ten: `benefitType` (`LOYALTY_POINTS`, `COUPON`, `CART_PROMOTION`,
    /// `GIFT_VOUCHER`) and the keys of that type; other keys are kept as they come.
    #[schema(value_type = Option<Vec<Object>>)]
    benefits: Option<Vec<Value>>,
    /// Free tags.
    tags: Option<Vec<TagBody>>,
    /// Values of custom fields by the field's name.
    custom_fields: Option<BTreeMap<String, String>>,
    /// The id of an active group.
    badge_group_id: Option<String>,
    /// Its rank in the group, or alone; 1 comes first.
    badge_rank: Option<i32>,
    /// The till that issuances are attributed to.
    default_till_id: Option<i64>,
    /// Whether it may be issued; `isActive` is read too. True when left out.
    active: Option<bool>,
}

/// A badge as it should be from now on; what is left out is gone.
#[derive(Debug, Serialize, ToSchema)]
pub struct BadgeChangeBody {
    /// Which badge.
    #[schema(example = "662749408fe258516a88fe89")]
    id: String,
    /// All of it.
    #[serde(flatten)]
    badge: BadgeBody,
}

/// An expiry rule.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExpiryBody {
    /// `ABSOLUTE`, `RELATIVE` or `NEVER`.
    #[schema(example = "RELATIVE")]
    expiry_type: String,
    /// Of `ABSOLUTE`: `FIXED_DATE` or `WITH_BADGE_META`.
    #[serde(rename = "type")]
    kind: Option<String>,
    /// Of `FIXED_DATE`.
    #[schema(value_type = Option<Value>)]
    expires_on: Option<Value>,
    /// The same as ISO 8601.
    #[serde(rename = "expiresOnISO")]
    expires_on_iso: Option<String>,
    /// Of `WITH_BADGE_META`.
    expire_with_badge_meta: Option<bool>,
    /// Of `RELATIVE`: `DAYS`, `WEEKS` or `MONTHS`.
    #[serde(rename = "relativeExpirytype")]
    #[schema(example = "WEEKS")]
    relative_expiry_type: Option<String>,
    /// Of `RELATIVE`: how many of them.
    #[schema(example = 2)]
    value: Option<i64>,
}

/// A picture.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ImageBody {
    /// `UN_EARNED`, `IN_PROGRESS` or `EARNED`.
    #[schema(example = "EARNED")]
    tag: String,
    name: Option<String>,
    file_svc_handle: Option<String>,
    url: Option<String>,
}

/// Who may use it. Claims in it are ignored: they have their own call.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwnershipBody {
    /// At least one module.
    #[schema(example = json!(["Loyalty", "Milestones"]))]
    restricted_to_owners: Vec<String>,
}

/// A limit. Which keys it takes depends on `constraintType`; keys of answers are ignored.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ConstraintBody {
    /// `CUSTOMER_BADGE_` or `BADGE_` with `FIXED_VALUE`, `ROLLING_WINDOW`, `FIXED_WINDOW` or `NO_LIMIT`.
    #[schema(example = "CUSTOMER_BADGE_FIXED_WINDOW")]
    constraint_type: String,
    max_earn_limit: Option<i64>,
    /// Of a rolling window across customers: `DAYS`, `WEEKS` or `MONTHS`.
    roll_type: Option<String>,
    roll_value: Option<i64>,
    /// Of a customer's rolling window, with `rollForDays`; weeks and months likewise.
    max_earn_for_days: Option<i64>,
    roll_for_days: Option<i64>,
    max_earn_for_weeks: Option<i64>,
    roll_for_weeks: Option<i64>,
    max_earn_for_months: Option<i64>,
    roll_for_months: Option<i64>,
    /// Of a fixed window: `DAYS`, `WEEKS` or `MONTHS`.
    #[schema(example = "DAYS")]
    duration_type: Option<String>,
    /// Of `DAYS`: how many in a window.
    #[schema(example = 3)]
    refresh_rate: Option<i64>,
    /// Of `WEEKS`: `MONDAY` to `SUNDAY`, or 1 to 7.
    #[schema(value_type = Option<Value>)]
    start_day_of_the_week: Option<Value>,
}

/// A free tag.
#[derive(Debug, Serialize, ToSchema)]
struct TagBody {
    name: Option<String>,
    value: Option<String>,
}
