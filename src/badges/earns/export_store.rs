//! The SQL behind awards as a file.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::store::bytes;
use crate::base::ids::{BadgeId, CustomerId, EarnId, ImportId, OrgId};

/// Which awards a file is to hold, and behind which one it goes on.
#[derive(Debug, Default)]
pub struct Wanted {
    /// Of one badge.
    pub badge: Option<BadgeId>,
    /// Of one customer.
    pub customer: Option<CustomerId>,
    /// Of one import.
    pub import: Option<ImportId>,
    /// The last one seen.
    pub after: Option<EarnId>,
}

/// An award as a row of a file.
pub struct EarnRow {
    id: Vec<u8>,
    /// Which badge.
    pub badge_id: Vec<u8>,
    /// Its name.
    pub badge_name: String,
    /// Whose.
    pub customer_id: CustomerId,
    /// When it was earned.
    pub earn_event_date: DateTime<Utc>,
    /// When it ends; none: with the badge.
    pub expires_on: Option<DateTime<Utc>>,
    /// Its id where it came from.
    pub source_id: Option<String>,
    /// The customer's first identifiers.
    pub external_id: Option<String>,
    /// Likewise.
    pub mobile: Option<String>,
    /// Likewise.
    pub email: Option<String>,
}

impl EarnRow {
    /// Which.
    pub fn id(&self) -> EarnId {
        EarnId::from_bytes(bytes(&self.id))
    }
}

/// The next awards that count, in the order of their ids, which the primary key serves.
pub async fn rows(
    db: &mut PgConnection,
    org: OrgId,
    wanted: &Wanted,
    size: i64,
) -> sqlx::Result<Vec<EarnRow>> {
    sqlx::query_as!(
        EarnRow,
        r#"
        select e.id, e.badge_id, b.name as badge_name, e.customer_id as "customer_id: CustomerId",
            e.earn_event_date, e.expires_on, e.source_id, i.external_id, i.mobile, i.email
        from badge_earns e
        join badges b on b.org_id = $1 and b.id = e.badge_id
        left join lateral (
            select min(value) filter (where kind = 'externalId') as external_id,
                min(value) filter (where kind = 'mobile') as mobile,
                min(value) filter (where kind = 'email') as email
            from customer_identifiers
            where org_id = $1 and customer_id = e.customer_id and source = 'INSTORE' and account_id = ''
        ) i on true
        where e.org_id = $1 and e.revoked_on is null and ($2::bytea is null or e.id > $2)
            and ($3::bytea is null or e.badge_id = $3)
            and ($4::bigint is null or e.customer_id = $4)
            and ($5::bigint is null or e.import_id = $5)
        order by e.id limit $6
        "#,
        org.get(),
        wanted.after.as_ref().map(|id| id.bytes()),
        wanted.badge.as_ref().map(|id| id.bytes()),
        wanted.customer.map(CustomerId::get),
        wanted.import.map(ImportId::get),
        size,
    )
    .fetch_all(db)
    .await
}
