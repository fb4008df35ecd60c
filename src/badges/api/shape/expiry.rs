//! Expiry rules as the wire spells them (spec/badges.md 4.2).

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Iso, Moment};
use crate::badges::expiry::Expiry;

/// When an enrolment or an issued badge ends. Which keys there are depends on `expiryType`.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExpiryRule {
    /// `ABSOLUTE`, `RELATIVE` or `NEVER`.
    expiry_type: &'static str,
    /// Of `ABSOLUTE`: `FIXED_DATE` or `WITH_BADGE_META`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    /// Of `FIXED_DATE`: that instant; null along with the badge's end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Moment>)]
    expires_on: Option<Option<Moment>>,
    /// The same as ISO 8601.
    #[serde(rename = "expiresOnISO", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Iso>)]
    expires_on_iso: Option<Option<Iso>>,
    /// Of `ABSOLUTE`: whether it ends when the badge does.
    #[serde(skip_serializing_if = "Option::is_none")]
    expire_with_badge_meta: Option<bool>,
    /// Of `RELATIVE`: `DAYS`, `WEEKS` or `MONTHS`.
    #[serde(rename = "relativeExpirytype", skip_serializing_if = "Option::is_none")]
    relative_expiry_type: Option<&'static str>,
    /// Of `RELATIVE`: how many of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<u32>,
}

impl ExpiryRule {
    /// Of a rule.
    pub fn of(rule: Expiry) -> Self {
        let blank = ExpiryRule::default();
        match rule {
            Expiry::OnDate(at) => ExpiryRule {
                expiry_type: "ABSOLUTE",
                kind: Some("FIXED_DATE"),
                expires_on: Some(Some(Moment(at))),
                expires_on_iso: Some(Some(Iso(at))),
                expire_with_badge_meta: Some(false),
                ..blank
            },
            Expiry::WithBadge => ExpiryRule {
                expiry_type: "ABSOLUTE",
                kind: Some("WITH_BADGE_META"),
                expires_on: Some(None),
                expires_on_iso: Some(None),
                expire_with_badge_meta: Some(true),
                ..blank
            },
            Expiry::After { unit, value } => ExpiryRule {
                expiry_type: "RELATIVE",
                relative_expiry_type: Some(unit.wire()),
                value: Some(value),
                ..blank
            },
            Expiry::Never => ExpiryRule { expiry_type: "NEVER", ..blank },
        }
    }
}
