//! What a caller may touch: for each resource nothing, reading, or writing too.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an access group speaks about (spec/api-conventions.md 2.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Resource {
    /// Customers: search, details, adding, changing.
    Customer,
    /// What customers hold: enrolling, issuing, revoking, looking up.
    Badges,
    /// Badge definitions and their custom fields.
    BadgeConfig,
    /// Badge groups: the reference guards them by this name.
    TargetLoyalty,
    /// Coupons in use: issuing, redeeming, revoking, looking up (the reference's *basic coupon*).
    BasicCoupon,
    /// Coupon series, codes as files, and what changes a coupon's terms afterwards.
    Coupon,
    /// What waits for a second person: reading goes with customers' badges, deciding by itself.
    Approvals,
}

impl Resource {
    /// All, in the order of the settings page.
    pub const ALL: [Resource; 7] = [
        Resource::Customer,
        Resource::Badges,
        Resource::BadgeConfig,
        Resource::TargetLoyalty,
        Resource::BasicCoupon,
        Resource::Coupon,
        Resource::Approvals,
    ];

    /// The word in forms.
    pub const fn word(self) -> &'static str {
        match self {
            Resource::Customer => "customer",
            Resource::Badges => "badges",
            Resource::BadgeConfig => "badge_config",
            Resource::TargetLoyalty => "target_loyalty",
            Resource::BasicCoupon => "basic_coupon",
            Resource::Coupon => "coupon",
            Resource::Approvals => "approvals",
        }
    }

    /// The words on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Resource::Customer => "Customers",
            Resource::Badges => "Customers' badges",
            Resource::BadgeConfig => "Badge definitions",
            Resource::TargetLoyalty => "Badge groups",
            Resource::BasicCoupon => "Coupons",
            Resource::Coupon => "Coupon series",
            Resource::Approvals => "Approval requests",
        }
    }

    /// What it opens.
    pub const fn meaning(self) -> &'static str {
        match self {
            Resource::Customer => "Search, details, adding and changing.",
            Resource::Badges => "Enrolling, issuing, revoking, and what a customer holds.",
            Resource::BadgeConfig => "Badges and their custom fields.",
            Resource::TargetLoyalty => "Groups and their ranks (target loyalty).",
            Resource::BasicCoupon => "Issuing, redeeming, revoking and looking up.",
            Resource::Coupon => {
                "Series and their terms, codes as files, expiry, bills of redemptions."
            }
            Resource::Approvals => "Approving and rejecting what waits for a second person.",
        }
    }
}

/// How far a caller may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    /// Look.
    Read,
    /// Change, and look.
    Write,
}

/// How far a caller may go, by resource. What is not in it may not be touched.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Grants(BTreeMap<Resource, Level>);

impl Grants {
    /// Everything: a caller without an access group.
    pub fn full() -> Self {
        Grants(Resource::ALL.into_iter().map(|resource| (resource, Level::Write)).collect())
    }

    /// Sets or, with `None`, takes away.
    pub fn set(&mut self, resource: Resource, level: Option<Level>) {
        match level {
            Some(level) => self.0.insert(resource, level),
            None => self.0.remove(&resource),
        };
    }

    /// How far, for one resource.
    pub fn level(&self, resource: Resource) -> Option<Level> {
        self.0.get(&resource).copied()
    }

    /// Whether the caller may go that far.
    pub fn allow(&self, resource: Resource, level: Level) -> bool {
        self.level(resource).is_some_and(|granted| granted >= level)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writing_includes_reading_and_nothing_is_granted_by_default() {
        let mut grants = Grants::default();
        assert!(!grants.allow(Resource::Customer, Level::Read));
        grants.set(Resource::Customer, Some(Level::Write));
        grants.set(Resource::Badges, Some(Level::Read));
        assert!(grants.allow(Resource::Customer, Level::Read));
        assert!(grants.allow(Resource::Customer, Level::Write));
        assert!(!grants.allow(Resource::Badges, Level::Write));
        let stored = serde_json::to_string(&grants).unwrap();
        assert_eq!(stored, r#"{"CUSTOMER":"WRITE","BADGES":"READ"}"#);
        assert_eq!(serde_json::from_str::<Grants>(&stored).unwrap(), grants);
    }
}
