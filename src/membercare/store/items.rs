//! One item of a customer, and what was given under a form's own id.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::base::ids::{BadgeId, CustomerId, EnrolmentId, OrgId};
use crate::membercare::deeds::{Gift, Verb};
use crate::membercare::timeline::What;

/// An issual or enrolment that is to be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Which of the two.
    pub what: What,
    /// Its id.
    pub id: [u8; 12],
    /// Of which badge.
    pub badge: BadgeId,
    /// The badge's name.
    pub name: String,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// How many benefits came with it.
    pub benefits: i64,
    /// When it was taken back.
    pub revoked_on: Option<DateTime<Utc>>,
    /// By whom.
    pub revoked_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// One item of one customer.
pub async fn held(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
    (what, id): (What, [u8; 12]),
) -> sqlx::Result<Option<Held>> {
    let row = sqlx::query!(
        r#"
        select b.id as "badge!: BadgeId", b.name as "name!", item.at as "at!", item.benefits as "benefits!",
               item.revoked_on, item.revoked_by, item.revoke_reason
        from (
            select e.badge_id, e.earn_event_date as at, e.revoked_on, e.revoked_by, e.revoke_reason,
                   (select count(*) from badge_earn_benefits g
                    where g.org_id = $1 and g.earn_id = e.id) as benefits
            from badge_earns e
            where e.org_id = $1 and e.customer_id = $2 and e.id = $3 and $4
            union all
            select n.badge_id, n.issue_event_date, n.revoked_on, n.revoked_by, n.revoke_reason, 0
            from badge_enrolments n
            where n.org_id = $1 and n.customer_id = $2 and n.id = $3 and not $4
        ) item
        join badges b on b.org_id = $1 and b.id = item.badge_id
        where b.org_id = $1
        "#,
        org.get(),
        customer.get(),
        &id[..],
        what == What::Issual
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Held {
        what,
        id,
        badge: row.badge,
        name: row.name,
        at: row.at,
        benefits: row.benefits,
        revoked_on: row.revoked_on,
        revoked_by: row.revoked_by,
        reason: row.revoke_reason,
    }))
}

/// When that ends which was given under this form's id, the badge's own end put in where it ends with
/// the badge. Read off the customer's own range.
pub async fn given(
    db: &mut PgConnection,
    org: OrgId,
    gift: &Gift,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        r#"
        select coalesce(item.expires_on, b.expires_on) as "until!"
        from (
            select badge_id, expires_on from badge_earns
            where org_id = $1 and customer_id = $2 and badge_id = $3 and request_id = $4 and $5
            union all
            select badge_id, expires_on from badge_enrolments
            where org_id = $1 and customer_id = $2 and badge_id = $3 and request_id = $4 and not $5
        ) item
        join badges b on b.org_id = $1 and b.id = item.badge_id
        where b.org_id = $1
        limit 1
        "#,
        org.get(),
        gift.customer.get(),
        gift.badge.bytes(),
        gift.request,
        gift.verb == Verb::Issue
    )
    .fetch_optional(db)
    .await
}

/// From when until when an enrolment runs, the badge's own end put in where it ends with the badge.
pub async fn runs(
    db: &mut PgConnection,
    org: OrgId,
    enrolment: EnrolmentId,
) -> sqlx::Result<Option<(DateTime<Utc>, DateTime<Utc>)>> {
    let row = sqlx::query!(
        r#"
        select n.issue_event_date as start, coalesce(n.expires_on, b.expires_on) as "until!"
        from badge_enrolments n
        join badges b on b.org_id = $1 and b.id = n.badge_id
        where n.org_id = $1 and n.id = $2
        "#,
        org.get(),
        enrolment.bytes()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.start, row.until)))
}

/// What came with an issual.
#[derive(Debug, Clone, PartialEq)]
pub struct Came {
    /// The benefit's type, as stored.
    pub kind: String,
    /// Its parameters.
    pub params: Value,
    /// `PENDING`, `GIVEN` or `FAILED`.
    pub status: String,
    /// The coupon's code, once there is one.
    pub coupon: Option<String>,
    /// What the giver said.
    pub notes: Option<String>,
}

/// What came with some issuals, in the badge's order.
pub async fn came_with(
    db: &mut PgConnection,
    org: OrgId,
    issuals: &[[u8; 12]],
) -> sqlx::Result<HashMap<[u8; 12], Vec<Came>>> {
    let ids: Vec<&[u8]> = issuals.iter().map(|id| &id[..]).collect();
    let rows = sqlx::query!(
        r#"
        select earn_id as "earn: [u8; 12]", type as kind, params, status, coupon_code, notes
        from badge_earn_benefits
        where org_id = $1 and earn_id = any($2)
        order by earn_id, position
        "#,
        org.get(),
        &ids as _
    )
    .fetch_all(db)
    .await?;
    let mut found: HashMap<[u8; 12], Vec<Came>> = HashMap::new();
    for row in rows {
        let came = Came {
            kind: row.kind,
            params: row.params,
            status: row.status,
            coupon: row.coupon_code,
            notes: row.notes,
        };
        found.entry(row.earn).or_default().push(came);
    }
    Ok(found)
}
