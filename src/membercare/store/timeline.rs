//! A customer's issuals and enrolments of one badge, newest first.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{BadgeId, CustomerId, OrgId};
use crate::membercare::timeline::{Item, Place, What};

/// At most `size` items behind a place. Issuals come off the customer's range of
/// `badge_earns_imported`, backwards, and stop there: thousands of them cost what one page costs.
pub async fn timeline(
    db: &mut PgConnection,
    org: OrgId,
    (customer, badge): (CustomerId, BadgeId),
    badge_ends: DateTime<Utc>,
    place: Place,
    size: usize,
) -> sqlx::Result<Vec<Item>> {
    let rows = sqlx::query!(
        r#"
        select item.issual as "issual!", item.id as "id!: [u8; 12]", item.at as "at!",
               item.entered_on as "entered_on!", item.expires_on, item.owner_type as "owner!",
               item.revoked_on, item.revoked_by, item.revoke_reason, item.import_id
        from (
            (select true as issual, id, earn_event_date as at, earned_on as entered_on, expires_on,
                    owner_type, revoked_on, revoked_by, revoke_reason, import_id
             from badge_earns
             where org_id = $1 and customer_id = $2 and badge_id = $3
               and (earn_event_date, id) < ($4, $5)
             order by earn_event_date desc, id desc limit $6)
            union all
            (select false, id, issue_event_date, issued_on, expires_on,
                    owner_type, revoked_on, revoked_by, revoke_reason, import_id
             from badge_enrolments
             where org_id = $1 and customer_id = $2 and badge_id = $3
               and (issue_event_date, id) < ($4, $5)
             order by issue_event_date desc, id desc limit $6)
        ) item
        order by item.at desc, item.id desc
        limit $6
        "#,
        org.get(),
        customer.get(),
        badge.bytes(),
        place.at,
        &place.id[..],
        i64::try_from(size).unwrap_or(i64::MAX)
    )
    .fetch_all(db)
    .await?;
    let item = rows.into_iter().map(|row| Item {
        what: if row.issual { What::Issual } else { What::Enrolment },
        id: row.id,
        at: row.at,
        entered_on: row.entered_on,
        expires_on: row.expires_on.unwrap_or(badge_ends),
        with_badge: row.expires_on.is_none(),
        owner: row.owner,
        revoked_on: row.revoked_on,
        revoked_by: row.revoked_by,
        revoke_reason: row.revoke_reason,
        import: row.import_id,
    });
    Ok(item.collect())
}
