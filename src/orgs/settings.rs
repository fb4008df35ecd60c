//! What a brand decides about issuing and redeeming (spec/badges.md 8.4, 8.5, 11, 16;
//! spec/coupons.md 4.5, 6.8).

use chrono_tz::Tz;
use sqlx::PgConnection;

use crate::base::ids::OrgId;
use crate::orgs::settings_store as store;

/// The brand's rules. A brand that never changed any has the defaults and no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// How many days an event may lie back; none: any number.
    pub retro_max_age_days: Option<i32>,
    /// How many hours a customer must be registered before events may lie back; none: not asked.
    pub retro_registration_hours: Option<i32>,
    /// Whether badges bring benefits.
    pub badge_benefits: bool,
    /// Whether support's enrolments need a second person.
    pub approve_enrolments: bool,
    /// Whether support's issues need a second person.
    pub approve_issues: bool,
    /// Whether a badge earned by a purchase goes back when the whole bill does.
    pub revoke_on_return: bool,
    /// Whether a coupon is redeemed with a transaction's number only.
    pub coupons_need_transaction: bool,
    /// How many codes one call may redeem.
    pub coupon_redeem_most: i32,
    /// Rises with each change; 0 before the first.
    pub version: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            retro_max_age_days: None,
            retro_registration_hours: None,
            badge_benefits: true,
            approve_enrolments: false,
            approve_issues: false,
            revoke_on_return: false,
            coupons_need_transaction: false,
            coupon_redeem_most: 100,
            version: 0,
        }
    }
}

/// The brand's rules and its time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// The zone its days are counted in.
    pub zone: Tz,
    /// The rest.
    pub settings: Settings,
}

/// The brand's rules.
pub async fn settings(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Settings> {
    Ok(rules(db, org).await?.settings)
}

/// The brand's rules and its time zone, in one statement.
pub async fn rules(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Rules> {
    store::rules(db, org).await
}

/// Keeps changed rules: for the deed that asked for leave. `false` when somebody else changed them since
/// they were read.
pub async fn keep_settings(db: &mut PgConnection, org: OrgId, to: &Settings) -> sqlx::Result<bool> {
    store::save(db, org, to).await
}
