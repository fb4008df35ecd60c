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
fn bytes(stored: &[u8]) -> [u8; 12] {
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

/// Awards of an import that were revoked since: taking those back would lose that.
pub async fn revoked(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar!(
        r#"
        select b.name || ' of customer ' || e.customer_id as "label!"
        from badge_earns e join badges b on b.org_id = $1 and b.id = e.badge_id
        where e.org_id = $1 and e.import_id = $2 and e.revoked_on is not null
        order by e.id limit $3
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(db)
    .await
}

/// Takes away at most `most` awards of an import; says how many that still counted of each badge, and
/// how many in all.
pub async fn delete_imported(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<(HashMap<BadgeId, i64>, u64)> {
    let gone = sqlx::query!(
        r#"
        delete from badge_earns
        where org_id = $1 and id in (
            select id from badge_earns where org_id = $1 and import_id = $2 order by id limit $3)
        returning badge_id, revoked_on is null as "counted!"
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(db)
    .await?;
    let mut counts = HashMap::new();
    for row in gone.iter().filter(|row| row.counted) {
        *counts.entry(BadgeId::from_bytes(bytes(&row.badge_id))).or_insert(0) += 1;
    }
    Ok((counts, gone.len() as u64))
}

/// Puts back at most `most` ends that an import moved and nobody moved since; says how many it dealt
/// with.
pub async fn restore_ends(
    db: &mut PgConnection,
    org: OrgId,
    import: ImportId,
    most: i64,
) -> sqlx::Result<u64> {
    let kept = sqlx::query!(
        r#"
        delete from import_befores
        where org_id = $1 and import_id = $2 and object_id in (
            select object_id from import_befores where org_id = $1 and import_id = $2
            order by object_id limit $3)
        returning object_id, (before ->> 'expiresOn')::timestamptz as was, (before ->> 'set')::timestamptz as made
        "#,
        org.get(),
        import.get(),
        most,
    )
    .fetch_all(&mut *db)
    .await?;
    let ids: Vec<Vec<u8>> =
        kept.iter().map(|row| hex::decode(&row.object_id).unwrap_or_default()).collect();
    let was: Vec<Option<DateTime<Utc>>> = kept.iter().map(|row| row.was).collect();
    let made: Vec<Option<DateTime<Utc>>> = kept.iter().map(|row| row.made).collect();
    sqlx::query!(
        r#"
        update badge_earns e set expires_on = old.was
        from unnest($2::bytea[], $3::timestamptz[], $4::timestamptz[]) as old (id, was, made)
        where e.org_id = $1 and e.id = old.id and e.expires_on is not distinct from old.made
        "#,
        org.get(),
        &ids,
        &was as &[Option<DateTime<Utc>>],
        &made as &[Option<DateTime<Utc>>],
    )
    .execute(db)
    .await?;
    Ok(kept.len() as u64)
}

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
