//! The SQL of badges earned in the past: a chunk of rows is a handful of statements.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::PgConnection;

use crate::base::ids::{BadgeId, CustomerId, EarnId, ImportId, OrgId};

/// A badge as awards need it.
#[derive(Debug, Clone)]
pub struct KnownBadge {
    /// Which.
    pub id: BadgeId,
    /// Its name.
    pub name: String,
    /// When an award of it ends, as stored.
    pub earned_expiry: Value,
}

/// A row of a file, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Award {
    /// Which badge.
    pub badge: BadgeId,
    /// Whose.
    pub customer: CustomerId,
    /// When it was earned.
    pub at: DateTime<Utc>,
    /// The how-manieth of its kind in the file, from 1; none where `source_id` says which it is.
    pub nth: Option<i32>,
    /// When it ends; none: with the badge.
    pub expires: Option<DateTime<Utc>>,
    /// Whether the file says when it ends.
    pub says_expiry: bool,
    /// Its id where it came from.
    pub source_id: Option<String>,
}

/// An award that is there already.
#[derive(Debug, Clone)]
pub struct KnownAward {
    /// Which.
    pub id: EarnId,
    /// Its badge.
    pub badge: BadgeId,
    /// Whose.
    pub customer: CustomerId,
    /// When it was earned.
    pub at: DateTime<Utc>,
    /// When it ends.
    pub expires: Option<DateTime<Utc>>,
}

/// The 12 bytes of an id out of the table, whose check keeps them 12.
pub(super) fn bytes(stored: &[u8]) -> [u8; 12] {
    stored.try_into().unwrap_or([0; 12])
}

/// Badges by id or by name.
pub async fn badges(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[BadgeId],
    names: &[&str],
) -> sqlx::Result<Vec<KnownBadge>> {
    let ids: Vec<&[u8]> = ids.iter().map(BadgeId::bytes).collect();
    let rows = sqlx::query!(
        r#"
        select id, name, earned_expiry from badges
        where org_id = $1 and (id = any($2) or name = any($3))
        "#,
        org.get(),
        &ids as &[&[u8]],
        names as &[&str],
    )
    .fetch_all(db)
    .await?;
    let known = rows.into_iter().map(|row| KnownBadge {
        id: BadgeId::from_bytes(bytes(&row.id)),
        name: row.name,
        earned_expiry: row.earned_expiry,
    });
    Ok(known.collect())
}

/// Awards column by column.
struct Columns<'a> {
    places: Vec<i32>,
    badges: Vec<&'a [u8]>,
    customers: Vec<i64>,
    at: Vec<DateTime<Utc>>,
    nths: Vec<Option<i32>>,
    expires: Vec<Option<DateTime<Utc>>>,
    source_ids: Vec<Option<&'a str>>,
}

impl<'a> Columns<'a> {
    fn of(awards: &'a [Award]) -> Self {
        Columns {
            places: (0..i32::try_from(awards.len()).unwrap_or(i32::MAX)).collect(),
            badges: awards.iter().map(|award| award.badge.bytes()).collect(),
            customers: awards.iter().map(|award| award.customer.get()).collect(),
            at: awards.iter().map(|award| award.at).collect(),
            nths: awards.iter().map(|award| award.nth).collect(),
            expires: awards.iter().map(|award| award.expires).collect(),
            source_ids: awards.iter().map(|award| award.source_id.as_deref()).collect(),
        }
    }
}

/// What both searches for known awards answer.
struct Found {
    place: i32,
    id: Vec<u8>,
    badge_id: Vec<u8>,
    customer_id: CustomerId,
    earn_event_date: DateTime<Utc>,
    expires_on: Option<DateTime<Utc>>,
}

impl Found {
    fn with_place(self) -> (usize, KnownAward) {
        let award = KnownAward {
            id: EarnId::from_bytes(bytes(&self.id)),
            badge: BadgeId::from_bytes(bytes(&self.badge_id)),
            customer: self.customer_id,
            at: self.earn_event_date,
            expires: self.expires_on,
        };
        (usize::try_from(self.place).unwrap_or(0), award)
    }
}

/// Which of these awards are there, by their place in the list.
pub async fn known_awards(
    db: &mut PgConnection,
    org: OrgId,
    awards: &[Award],
) -> sqlx::Result<HashMap<usize, KnownAward>> {
    let columns = Columns::of(awards);
    let mut found = sqlx::query_as!(
        Found,
        r#"
        select new.place as "place!", e.id, e.badge_id, e.customer_id as "customer_id: CustomerId",
            e.earn_event_date, e.expires_on
        from unnest($2::int[], $3::bytea[], $4::bigint[], $5::timestamptz[], $6::int[])
            as new (place, badge, customer, at, nth)
        join badge_earns e on e.org_id = $1 and e.customer_id = new.customer and e.badge_id = new.badge
            and e.earn_event_date = new.at and e.import_nth = new.nth
        "#,
        org.get(),
        &columns.places,
        &columns.badges as &[&[u8]],
        &columns.customers,
        &columns.at,
        &columns.nths as &[Option<i32>],
    )
    .fetch_all(&mut *db)
    .await?;
    if awards.iter().any(|award| award.source_id.is_some()) {
        let by_source = sqlx::query_as!(
            Found,
            r#"
            select new.place as "place!", e.id, e.badge_id, e.customer_id as "customer_id: CustomerId",
                e.earn_event_date, e.expires_on
            from unnest($2::int[], $3::text[]) as new (place, source_id)
            join badge_earns e on e.org_id = $1 and e.source_id = new.source_id
            "#,
            org.get(),
            &columns.places,
            &columns.source_ids as &[Option<&str>],
        )
        .fetch_all(db)
        .await?;
        found.extend(by_source);
    }
    Ok(found.into_iter().map(Found::with_place).collect())
}

/// Adds the awards that are not there, and says of which places they were. One that somebody else adds
/// at the same moment is not added twice: both unique indexes stand behind it.
pub async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    now: DateTime<Utc>,
    awards: &[Award],
) -> sqlx::Result<Vec<usize>> {
    let columns = Columns::of(awards);
    let ids: Vec<EarnId> = awards.iter().map(|_| EarnId::fresh(now)).collect();
    let place_of: HashMap<[u8; 12], usize> =
        ids.iter().enumerate().map(|(place, id)| (bytes(id.bytes()), place)).collect();
    let id_bytes: Vec<&[u8]> = ids.iter().map(EarnId::bytes).collect();
    let added = sqlx::query_scalar!(
        r#"
        insert into badge_earns (org_id, id, badge_id, customer_id, earn_event_date, import_nth, earned_on,
            expires_on, source, owner_type, source_id, import_id)
        select $1, new.id, new.badge, new.customer, new.at, new.nth, $2, new.expires, 'IMPORT',
            'Historical_Import', new.source_id, $3
        from unnest($4::bytea[], $5::bytea[], $6::bigint[], $7::timestamptz[], $8::int[], $9::timestamptz[],
            $10::text[]) as new (id, badge, customer, at, nth, expires, source_id)
        on conflict do nothing
        returning id
        "#,
        org.get(),
        now,
        import.get(),
        &id_bytes as &[&[u8]],
        &columns.badges as &[&[u8]],
        &columns.customers,
        &columns.at,
        &columns.nths as &[Option<i32>],
        &columns.expires as &[Option<DateTime<Utc>>],
        &columns.source_ids as &[Option<&str>],
    )
    .fetch_all(db)
    .await?;
    Ok(added.iter().filter_map(|id| place_of.get(&bytes(id)).copied()).collect())
}

/// Moves the number of awards of badges, which the lists show. Badges in the order of their ids: all
/// who raise counters do so in that order.
pub async fn count(
    db: &mut PgConnection,
    org: OrgId,
    deltas: &HashMap<BadgeId, i64>,
) -> sqlx::Result<()> {
    let mut deltas: Vec<(BadgeId, i64)> = deltas.iter().map(|(id, by)| (*id, *by)).collect();
    deltas.sort_unstable();
    let badges: Vec<&[u8]> = deltas.iter().map(|(id, _)| id.bytes()).collect();
    let by: Vec<i64> = deltas.iter().map(|(_, by)| *by).collect();
    sqlx::query!(
        r#"
        insert into badge_counters (org_id, badge_id, shard, earned)
        select $1, new.badge, 0, new.by from unnest($2::bytea[], $3::bigint[]) as new (badge, by)
        on conflict (org_id, badge_id, shard) do update set earned = badge_counters.earned + excluded.earned
        "#,
        org.get(),
        &badges as &[&[u8]],
        &by,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Moves the end of awards, keeping how it was for undo: the first keeping of an import counts.
pub async fn move_ends(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    ends: &[(EarnId, Option<DateTime<Utc>>)],
) -> sqlx::Result<()> {
    let ids: Vec<&[u8]> = ends.iter().map(|(id, _)| id.bytes()).collect();
    let to: Vec<Option<DateTime<Utc>>> = ends.iter().map(|(_, end)| *end).collect();
    sqlx::query!(
        r#"
        insert into import_befores (org_id, import_id, object_id, before)
        select $1, $2, encode(e.id, 'hex'),
            jsonb_build_object('expiresOn', e.expires_on, 'set', new.expires)
        from unnest($3::bytea[], $4::timestamptz[]) as new (id, expires)
        join badge_earns e on e.org_id = $1 and e.id = new.id
        on conflict do nothing
        "#,
        org.get(),
        import.get(),
        &ids as &[&[u8]],
        &to as &[Option<DateTime<Utc>>],
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        r#"
        update badge_earns e set expires_on = new.expires
        from unnest($2::bytea[], $3::timestamptz[]) as new (id, expires)
        where e.org_id = $1 and e.id = new.id
        "#,
        org.get(),
        &ids as &[&[u8]],
        &to as &[Option<DateTime<Utc>>],
    )
    .execute(db)
    .await
    .map(drop)
}
