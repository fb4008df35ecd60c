//! The SQL of a brand's rules.

use chrono_tz::Tz;
use sqlx::PgConnection;

use crate::base::ids::OrgId;
use crate::orgs::settings::{Rules, Settings};

/// The rules and the zone of a brand; defaults where no row is.
pub async fn rules(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Rules> {
    let row = sqlx::query!(
        r#"
        select o.time_zone, s.retro_max_age_days, s.retro_registration_hours,
            coalesce(s.badge_benefits, true) as "badge_benefits!",
            coalesce(s.approve_enrolments, false) as "approve_enrolments!",
            coalesce(s.approve_issues, false) as "approve_issues!",
            coalesce(s.revoke_on_return, false) as "revoke_on_return!",
            coalesce(s.coupons_need_transaction, false) as "coupons_need_transaction!",
            coalesce(s.coupon_redeem_most, 100) as "coupon_redeem_most!",
            coalesce(s.version, 0) as "version!"
        from orgs o left join org_settings s on s.org_id = $1
        where o.id = $1
        "#,
        org.get()
    )
    .fetch_one(db)
    .await?;
    Ok(Rules {
        zone: row.time_zone.parse().unwrap_or(Tz::UTC),
        settings: Settings {
            retro_max_age_days: row.retro_max_age_days,
            retro_registration_hours: row.retro_registration_hours,
            badge_benefits: row.badge_benefits,
            approve_enrolments: row.approve_enrolments,
            approve_issues: row.approve_issues,
            revoke_on_return: row.revoke_on_return,
            coupons_need_transaction: row.coupons_need_transaction,
            coupon_redeem_most: row.coupon_redeem_most,
            version: row.version,
        },
    })
}

/// Writes the rules over the row, or makes it; `false` when somebody else changed them since `version`.
pub async fn save(db: &mut PgConnection, org: OrgId, to: &Settings) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        r#"
        insert into org_settings as s (org_id, retro_max_age_days, retro_registration_hours, badge_benefits,
            approve_enrolments, approve_issues, revoke_on_return, coupons_need_transaction, coupon_redeem_most,
            version)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::bigint + 1)
        on conflict (org_id) do update set retro_max_age_days = excluded.retro_max_age_days,
            retro_registration_hours = excluded.retro_registration_hours,
            badge_benefits = excluded.badge_benefits, approve_enrolments = excluded.approve_enrolments,
            approve_issues = excluded.approve_issues, revoke_on_return = excluded.revoke_on_return,
            coupons_need_transaction = excluded.coupons_need_transaction,
            coupon_redeem_most = excluded.coupon_redeem_most, version = excluded.version
        where s.version = $10
        "#,
        org.get(),
        to.retro_max_age_days,
        to.retro_registration_hours,
        to.badge_benefits,
        to.approve_enrolments,
        to.approve_issues,
        to.revoke_on_return,
        to.coupons_need_transaction,
        to.coupon_redeem_most,
        to.version,
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}
