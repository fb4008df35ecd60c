//! Pictures, owners, claims, tags and benefits as the wire spells them.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::badges::api::shape::Lens;
use crate::badges::badge::{Badge, Tag};
use crate::badges::benefits::{Benefit, BenefitKind};

/// A picture of one face of a badge.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadgeImage {
    /// What it is called.
    name: String,
    /// What the file service calls it.
    file_svc_handle: String,
    /// Where it is served.
    url: String,
    /// `UN_EARNED`, `IN_PROGRESS` or `EARNED`.
    tag: &'static str,
}

/// Who may use a badge, and who does.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadgeOwnership {
    /// Modules that may.
    pub restricted_to_owners: Vec<&'static str>,
    /// Things of those modules that do.
    pub claims: Vec<BadgeClaim>,
}

/// A thing of a module that uses a badge.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BadgeClaim {
    /// The module.
    owner_type: &'static str,
    /// The thing.
    reference_id: String,
    /// Whether it still does.
    is_active: bool,
}

/// A free tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct BadgeTag {
    /// Its name.
    name: String,
    /// Its value.
    value: String,
}

/// What comes with a badge.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BenefitAnswer {
    /// `LOYALTY_POINTS`, `COUPON`, `CART_PROMOTION` or `GIFT_VOUCHER`.
    benefit_type: &'static str,
    /// The keys of that type, and keys we do not know as they came.
    #[serde(flatten)]
    keys: BTreeMap<String, Value>,
}

impl From<&Tag> for BadgeTag {
    fn from(tag: &Tag) -> Self {
        BadgeTag { name: tag.name.clone(), value: tag.value.clone() }
    }
}

impl BadgeOwnership {
    /// Of a badge; claims that were given up are not told.
    pub fn of(badge: &Badge) -> Self {
        let standing = badge.claims.iter().filter(|claim| claim.active);
        let claims = standing.map(|claim| BadgeClaim {
            owner_type: claim.owner.wire(),
            reference_id: claim.reference.clone(),
            is_active: claim.active,
        });
        BadgeOwnership {
            restricted_to_owners: badge.owners.iter().map(|owner| owner.wire()).collect(),
            claims: claims.collect(),
        }
    }
}

impl BenefitAnswer {
    /// Of a benefit. The reference's answers leave out how many points.
    fn of(benefit: &Benefit) -> Self {
        let silent = |name: &str| benefit.kind == BenefitKind::Points && name == "points";
        let known = benefit.kind.keys().iter().map(|key| (key.wire.to_owned(), Value::Null));
        let given = benefit.params.iter().map(|(name, value)| (name.clone(), value.clone()));
        let keys = known.chain(given).filter(|(name, _)| !silent(name)).collect();
        BenefitAnswer { benefit_type: benefit.kind.wire(), keys }
    }
}

impl Lens<'_> {
    /// Its pictures; ours with the address people see this server at, where that is known.
    pub fn images(&self, badge: &Badge) -> Vec<BadgeImage> {
        let image = |image: &crate::badges::badge::Image| BadgeImage {
            name: image.name.clone(),
            file_svc_handle: image.handle.clone(),
            url: match (image.file, self.public_url) {
                (Some(_), Some(server)) => {
                    format!("{}{}", server.trim_end_matches('/'), image.url)
                }
                _ => image.url.clone(),
            },
            tag: image.tag.wire(),
        };
        badge.images.iter().map(image).collect()
    }

    /// What comes with it; none where the brand gives no benefits.
    pub fn benefits(&self, badge: &Badge) -> Option<Vec<BenefitAnswer>> {
        self.benefits.then(|| badge.benefits.iter().map(BenefitAnswer::of).collect())
    }
}
