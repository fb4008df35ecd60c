//! Requests about a customer that wait for a second person.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::base::ids::{CustomerId, OrgId};

/// A request that waits.
#[derive(Debug, Clone)]
pub struct Pending {
    /// Which.
    pub id: Uuid,
    /// What it asks for, by the word that is stored.
    pub kind: String,
    /// The badge's name.
    pub badge: String,
    /// What asked: `staff`, `client`, `till`.
    pub maker_kind: String,
    /// Its number.
    pub maker_id: Option<i64>,
    /// Its name.
    pub maker: String,
    /// When.
    pub made_on: DateTime<Utc>,
    /// When the customer qualified, where that was said.
    pub event: Option<DateTime<Utc>>,
}

/// Those about a customer, oldest first. Read off the brand's waiting requests, which are few
/// (`approval_requests_by_state`).
pub async fn pending(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
) -> sqlx::Result<Vec<Pending>> {
    sqlx::query_as!(
        Pending,
        r#"
        select r.id, r.kind, b.name as badge, r.maker_kind, r.maker_id, r.maker_name as maker,
               r.made_on, r.event_on as event
        from approval_requests r
        join badges b on b.org_id = $1 and b.id = r.badge_id
        where r.org_id = $1 and r.state = 'AdminTask' and $2 = any(r.customer_ids)
        order by r.id
        limit 20
        "#,
        org.get(),
        customer.get()
    )
    .fetch_all(db)
    .await
}
