//! Badges as the wire spells them: every field of spec/badges.md 4, to the letter. What a reader is
//! given here, it may send back.

mod expiry;
mod limits;
mod parts;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Iso, Moment};
use crate::badges::badge::{Badge, Stamp};
use crate::badges::fields::Field;
use crate::badges::limits::Level;
use crate::base::ids::OrgId;

pub use expiry::ExpiryRule;
pub use limits::BadgeConstraint;
pub use parts::{BadgeClaim, BadgeImage, BadgeOwnership, BadgeTag, BenefitAnswer};

/// What an answer about badges needs to know beside them.
#[derive(Debug, Clone, Copy)]
pub struct Lens<'a> {
    /// The brand.
    pub org: OrgId,
    /// Its time zone: windows are its days.
    pub zone: Tz,
    /// Now.
    pub now: DateTime<Utc>,
    /// The brand's custom fields, disabled ones included.
    pub fields: &'a [Field],
    /// Where people see this server, for the addresses of pictures.
    pub public_url: Option<&'a str>,
    /// Whether the brand gives benefits with badges.
    pub benefits: bool,
}

/// Whether a window's current cycle is told: only of one badge, by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycles {
    /// Told.
    Told,
    /// Left out.
    Untold,
}

/// A badge as create, update and get answer it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadgeAnswer {
    /// Its id.
    #[schema(example = "662749408fe258516a88fe89")]
    pub id: String,
    /// The brand's running number of it.
    pub badge_numeric_id: i64,
    /// The brand.
    pub org_id: i64,
    /// Its name, unique in the brand.
    pub name: String,
    /// What it is about.
    #[schema(required)]
    pub description: Option<String>,
    /// From when on it can be earned.
    pub start_on: Moment,
    /// The same as ISO 8601.
    #[serde(rename = "startOnISO")]
    pub start_on_iso: Iso,
    /// The last instant whose events can earn it.
    pub expires_on: Moment,
    /// The same as ISO 8601.
    #[serde(rename = "expiresOnISO")]
    pub expires_on_iso: Iso,
    /// When an issued badge ends.
    pub earned_badge_expiry: ExpiryRule,
    /// When an enrolment ends.
    #[schema(required)]
    pub issued_badge_expiry: Option<ExpiryRule>,
    /// At most one for each tag.
    pub images: Vec<BadgeImage>,
    /// Who may use it, and who does.
    pub ownership: BadgeOwnership,
    /// Limits of each customer.
    pub customer_constraints: Vec<BadgeConstraint>,
    /// Limits of all customers together.
    pub badge_constraints: Vec<BadgeConstraint>,
    /// What comes with it; left out where the brand gives no benefits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub benefits: Option<Vec<BenefitAnswer>>,
    /// Free tags.
    pub tags: Vec<BadgeTag>,
    /// Its group.
    #[schema(required, example = "65c3600c60d9261bdd8a6410")]
    pub badge_group_id: Option<String>,
    /// Its rank in the group, or alone.
    #[schema(required)]
    pub badge_rank: Option<i32>,
    /// The till that issuances are attributed to; left out where it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_till_id: Option<i64>,
    /// `EARN`: issued directly; `ISSUE_EARN`: enrolled first.
    pub earn_type: &'static str,
    /// How many were enrolled and not revoked, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issued_count: Option<i64>,
    /// How many were issued and not revoked, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub earned_count: Option<i64>,
    /// `UPCOMING`, `LIVE` or `EXPIRED`.
    pub status: &'static str,
    /// Who made it and changed it last.
    #[serde(flatten)]
    pub stamp: StampAnswer,
    /// Values of custom fields by the field's name, defaults of mandatory ones filled in.
    pub custom_fields: BTreeMap<String, String>,
    /// Whether it may be issued.
    pub active: bool,
}

/// Who made a thing and who changed it last.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StampAnswer {
    /// When it was made.
    pub created_on: Moment,
    /// The same as ISO 8601.
    #[serde(rename = "createdOnISO")]
    pub created_on_iso: Iso,
    /// The number of the staff member, till or client; null for the operator.
    #[schema(required)]
    pub created_by: Option<i64>,
    /// When it was changed last.
    pub last_updated_on: Moment,
    /// The same as ISO 8601.
    #[serde(rename = "lastUpdatedOnISO")]
    pub last_updated_on_iso: Iso,
    /// The number of the staff member, till or client; null for the operator.
    #[schema(required)]
    pub last_updated_by: Option<i64>,
}

impl From<&Stamp> for StampAnswer {
    fn from(stamp: &Stamp) -> Self {
        StampAnswer {
            created_on: Moment(stamp.created_on),
            created_on_iso: Iso(stamp.created_on),
            created_by: stamp.created_by,
            last_updated_on: Moment(stamp.updated_on),
            last_updated_on_iso: Iso(stamp.updated_on),
            last_updated_by: stamp.updated_by,
        }
    }
}

impl Lens<'_> {
    /// A badge whole; its counts, enrolled and issued, where they were asked for.
    pub fn badge(&self, badge: &Badge, cycles: Cycles, counts: Option<(i64, i64)>) -> BadgeAnswer {
        let constraints = |level| self.constraints(badge, level, cycles);
        BadgeAnswer {
            id: badge.id.to_string(),
            badge_numeric_id: badge.numeric_id,
            org_id: self.org.get(),
            name: badge.name.clone(),
            description: badge.description.clone(),
            start_on: Moment(badge.start_on),
            start_on_iso: Iso(badge.start_on),
            expires_on: Moment(badge.expires_on),
            expires_on_iso: Iso(badge.expires_on),
            earned_badge_expiry: ExpiryRule::of(badge.earned_expiry),
            issued_badge_expiry: badge.issued_expiry.map(ExpiryRule::of),
            images: self.images(badge),
            ownership: BadgeOwnership::of(badge),
            customer_constraints: constraints(Level::Customer),
            badge_constraints: constraints(Level::Badge),
            benefits: self.benefits(badge),
            tags: badge.tags.iter().map(BadgeTag::from).collect(),
            badge_group_id: badge.group.map(|id| id.to_string()),
            badge_rank: badge.rank,
            default_till_id: badge.default_till,
            earn_type: badge.earn_type.wire(),
            issued_count: counts.map(|(issued, _)| issued),
            earned_count: counts.map(|(_, earned)| earned),
            status: badge.status(self.now).wire(),
            stamp: StampAnswer::from(&badge.stamp),
            custom_fields: self.custom_fields(badge),
            active: badge.active,
        }
    }

    /// Values of active custom fields: a badge's own, or the default of a mandatory one.
    pub fn custom_fields(&self, badge: &Badge) -> BTreeMap<String, String> {
        let active = self.fields.iter().filter(|field| field.active);
        active
            .filter_map(|field| Some((field.name.clone(), field.shown(&badge.values)?.to_owned())))
            .collect()
    }
}
