//! Counts across customers: rows of `badge_limit_counts`, and the truth they are made from.
//!
//! An earn's id begins with the second it was processed in (`EarnId::fresh`), so that a stretch of
//! processing time is a range of `badge_earns_by_badge` and needs no index of its own.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::badges::issuing::quota::Key;
use crate::base::ids::{BadgeId, OrgId};

/// A kept count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Of which badge.
    pub badge: BadgeId,
    /// Under which key.
    pub key: Key,
    /// A window's end.
    pub ends: Option<DateTime<Utc>>,
    /// A moving limit counts what was processed after this.
    pub edge: Option<DateTime<Utc>>,
    /// How many.
    pub n: i64,
}

struct Row {
    badge_id: BadgeId,
    kind: String,
    number: i32,
    starts: DateTime<Utc>,
    ends: Option<DateTime<Utc>>,
    edge: Option<DateTime<Utc>>,
    n: i64,
}

impl Row {
    fn kept(self) -> Kept {
        let key = Key { kind: self.kind, number: self.number, starts: self.starts };
        Kept { badge: self.badge_id, key, ends: self.ends, edge: self.edge, n: self.n }
    }
}

/// The first id of a second.
fn first_id(at: DateTime<Utc>) -> [u8; 12] {
    let mut id = [0; 12];
    let second = u32::try_from(at.timestamp().max(0)).unwrap_or(u32::MAX);
    id[..4].copy_from_slice(&second.to_be_bytes());
    id
}

/// Keeps everybody else from making counts of these badges, and imports and revocations from passing,
/// until the act ends. The row is shard 0 of the badge's counters, which whoever writes in bulk raises:
/// after their rows, before the counts. So a count is made either with all of theirs or they find it made.
pub async fn gate(db: &mut PgConnection, org: OrgId, badges: &[BadgeId]) -> sqlx::Result<()> {
    let ids: Vec<&[u8]> = badges.iter().map(BadgeId::bytes).collect();
    sqlx::query!(
        "insert into badge_counters (org_id, badge_id, shard)
         select $1, new.badge, 0 from unnest($2::bytea[]) as new (badge) order by new.badge
         on conflict do nothing",
        org.get(),
        &ids as &[&[u8]],
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "select badge_id from badge_counters
         where org_id = $1 and badge_id = any($2) and shard = 0 order by badge_id for update",
        org.get(),
        &ids as &[&[u8]],
    )
    .fetch_all(db)
    .await
    .map(drop)
}

/// All unrevoked earns of a badge.
pub async fn all(db: &mut PgConnection, org: OrgId, badge: BadgeId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from badge_earns
           where org_id = $1 and badge_id = $2 and revoked_on is null"#,
        org.get(),
        badge.bytes(),
    )
    .fetch_one(db)
    .await
}

/// Unrevoked earns of a badge with an event in [from, to).
pub async fn in_window(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from badge_earns
           where org_id = $1 and badge_id = $2 and earn_event_date >= $3 and earn_event_date < $4
             and revoked_on is null"#,
        org.get(),
        badge.bytes(),
        from,
        to,
    )
    .fetch_one(db)
    .await
}

/// Unrevoked earns of a badge processed in (after, upto]; with no `upto`, after `after`.
pub async fn processed(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    after: DateTime<Utc>,
    upto: Option<DateTime<Utc>>,
) -> sqlx::Result<i64> {
    let last = upto.map_or([0xff; 12], |at| first_id(at + chrono::Duration::seconds(1)));
    sqlx::query_scalar!(
        r#"select count(*) as "n!" from badge_earns
           where org_id = $1 and badge_id = $2 and id >= $3 and id <= $4
             and earned_on > $5 and ($6::timestamptz is null or earned_on <= $6) and revoked_on is null"#,
        org.get(),
        badge.bytes(),
        &first_id(after)[..],
        &last[..],
        after,
        upto,
    )
    .fetch_one(db)
    .await
}

/// Makes a count, unless somebody did.
pub async fn make(db: &mut PgConnection, org: OrgId, kept: &Kept) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into badge_limit_counts (org_id, badge_id, kind, number, starts, ends, edge, n)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
        org.get(),
        kept.badge.bytes(),
        kept.key.kind,
        kept.key.number,
        kept.key.starts,
        kept.ends,
        kept.edge,
        kept.n,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Keys column by column.
fn columns(keys: &[Key]) -> (Vec<&str>, Vec<i32>, Vec<DateTime<Utc>>) {
    (
        keys.iter().map(|key| key.kind.as_str()).collect(),
        keys.iter().map(|key| key.number).collect(),
        keys.iter().map(|key| key.starts).collect(),
    )
}

/// The counts of a badge under these keys, in their order, held until the act ends.
pub async fn lock(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    keys: &[Key],
) -> sqlx::Result<Vec<Kept>> {
    let (kinds, numbers, starts) = columns(keys);
    let rows = sqlx::query_as!(
        Row,
        r#"
        select c.badge_id as "badge_id: BadgeId", c.kind, c.number, c.starts, c.ends, c.edge, c.n
        from badge_limit_counts c
        where c.org_id = $1 and c.badge_id = $2
          and (c.kind, c.number, c.starts) in (select * from unnest($3::text[], $4::int[], $5::timestamptz[]))
        order by c.kind, c.number, c.starts
        for update of c
        "#,
        org.get(),
        badge.bytes(),
        &kinds as &[&str],
        &numbers,
        &starts,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Row::kept).collect())
}

/// The same, only looked at.
pub async fn read(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    keys: &[Key],
) -> sqlx::Result<Vec<Kept>> {
    let (kinds, numbers, starts) = columns(keys);
    let rows = sqlx::query_as!(
        Row,
        r#"
        select c.badge_id as "badge_id: BadgeId", c.kind, c.number, c.starts, c.ends, c.edge, c.n
        from badge_limit_counts c
        where c.org_id = $1 and c.badge_id = $2
          and (c.kind, c.number, c.starts) in (select * from unnest($3::text[], $4::int[], $5::timestamptz[]))
        "#,
        org.get(),
        badge.bytes(),
        &kinds as &[&str],
        &numbers,
        &starts,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Row::kept).collect())
}

/// The counts of badges that an earn with an event between the two could be in, held until the act ends.
pub async fn lock_touched(
    db: &mut PgConnection,
    org: OrgId,
    badges: &[BadgeId],
    (first, last): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<Kept>> {
    let ids: Vec<&[u8]> = badges.iter().map(BadgeId::bytes).collect();
    let rows = sqlx::query_as!(
        Row,
        r#"
        select badge_id as "badge_id: BadgeId", kind, number, starts, ends, edge, n
        from badge_limit_counts
        where org_id = $1 and badge_id = any($2) and (ends is null or (starts <= $4 and ends > $3))
        order by badge_id, kind, number, starts
        for update
        "#,
        org.get(),
        &ids as &[&[u8]],
        first,
        last,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Row::kept).collect())
}

/// Writes counts that [`lock`] or [`lock_touched`] gave.
pub async fn save(db: &mut PgConnection, org: OrgId, kept: &[Kept]) -> sqlx::Result<()> {
    let badges: Vec<&[u8]> = kept.iter().map(|one| one.badge.bytes()).collect();
    let kinds: Vec<&str> = kept.iter().map(|one| one.key.kind.as_str()).collect();
    let numbers: Vec<i32> = kept.iter().map(|one| one.key.number).collect();
    let starts: Vec<DateTime<Utc>> = kept.iter().map(|one| one.key.starts).collect();
    let edges: Vec<Option<DateTime<Utc>>> = kept.iter().map(|one| one.edge).collect();
    let counts: Vec<i64> = kept.iter().map(|one| one.n).collect();
    sqlx::query!(
        r#"
        update badge_limit_counts c set n = new.n, edge = new.edge
        from unnest($2::bytea[], $3::text[], $4::int[], $5::timestamptz[], $6::timestamptz[], $7::bigint[])
            as new (badge, kind, number, starts, edge, n)
        where c.org_id = $1 and c.badge_id = new.badge and c.kind = new.kind and c.number = new.number
          and c.starts = new.starts
        "#,
        org.get(),
        &badges as &[&[u8]],
        &kinds as &[&str],
        &numbers,
        &starts,
        &edges as &[Option<DateTime<Utc>>],
        &counts,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Throws the counts of a badge away: its limits count something else from now on. Nobody holds one,
/// for whoever changes a badge waits for all who issue it.
pub async fn forget(db: &mut PgConnection, org: OrgId, badge: BadgeId) -> sqlx::Result<()> {
    sqlx::query!(
        "delete from badge_limit_counts where org_id = $1 and badge_id = $2",
        org.get(),
        badge.bytes()
    )
    .execute(db)
    .await
    .map(drop)
}
