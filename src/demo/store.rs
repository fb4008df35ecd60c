//! The SQL of the demo: for what has no deed of its own yet.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{BadgeId, CustomerId, EnrolmentId, OrgId, SeriesId};
use crate::demo::history::Event;
use crate::demo::people::external_id;

/// Whether anybody was enrolled.
pub async fn has_enrolments(db: &mut PgConnection, org: OrgId) -> sqlx::Result<bool> {
    let any = sqlx::query_scalar!(
        r#"select exists (select from badge_enrolments where org_id = $1) as "any!""#,
        org.get()
    );
    any.fetch_one(db).await
}

/// Enrols customers in one badge; returns how many.
pub async fn enrol(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    events: &[Event],
    ends: &[DateTime<Utc>],
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let ids: Vec<Vec<u8>> =
        events.iter().map(|_| EnrolmentId::fresh(now).bytes().to_vec()).collect();
    let customers: Vec<String> = events.iter().map(|event| external_id(event.customer)).collect();
    let at: Vec<DateTime<Utc>> = events.iter().map(|event| event.at).collect();
    let done = sqlx::query!(
        r#"
        with given as (
            insert into badge_enrolments (org_id, id, badge_id, customer_id, owner_type,
                issue_event_date, issued_on, expires_on)
            select $1, new.id, $2, i.customer_id,
                (select min(o.owner) from badge_owners o where o.org_id = $1 and o.badge_id = $2),
                new.at, new.at, new.ends
            from unnest($3::bytea[], $4::text[], $5::timestamptz[], $6::timestamptz[])
                as new (id, customer, at, ends)
            join customer_identifiers i on i.org_id = $1 and i.source = 'INSTORE' and i.kind = 'externalId'
                and i.value = new.customer
            returning 1
        )
        insert into badge_counters (org_id, badge_id, shard, enrolled)
        select $1, $2, 0, count(*) from given
        on conflict (org_id, badge_id, shard)
            do update set enrolled = badge_counters.enrolled + excluded.enrolled
        returning enrolled
        "#,
        org.get(),
        badge.bytes(),
        &ids,
        &customers,
        &at,
        ends
    );
    let done = done.fetch_one(db).await?;
    Ok(done.enrolled.unsigned_abs())
}

/// Revokes one in ninety of the earned badges, as support did; returns how many.
pub async fn revoke_a_few(
    db: &mut PgConnection,
    org: OrgId,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    let done = sqlx::query_scalar!(
        r#"
        with chosen as (
            select id from (
                select id, row_number() over (order by id) as place from badge_earns where org_id = $1
            ) numbered where place % 90 = 0
        ), revoked as (
            update badge_earns e
            set revoked_on = least(e.earn_event_date + interval '3 days', $2), revoked_by = 'Jonas Okafor',
                revoke_reason = 'Given by mistake'
            from chosen where e.org_id = $1 and e.id = chosen.id
            returning e.badge_id
        ), counted as (
            insert into badge_counters (org_id, badge_id, shard, earned)
            select $1, badge_id, 0, -count(*) from revoked group by badge_id
            on conflict (org_id, badge_id, shard)
                do update set earned = badge_counters.earned + excluded.earned
            returning 1
        )
        select (select count(*) from revoked) + 0 * (select count(*) from counted) as "revoked!"
        "#,
        org.get(),
        now
    );
    done.fetch_one(db).await
}

/// All customers, by number.
pub async fn customers(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Vec<CustomerId>> {
    let all = sqlx::query_scalar!(
        r#"select id as "id: CustomerId" from customers where org_id = $1 order by id"#,
        org.get()
    );
    all.fetch_all(db).await
}

/// The series of this name, as long as nobody brought codes in for it.
pub async fn unstocked(
    db: &mut PgConnection,
    org: OrgId,
    name: &str,
) -> sqlx::Result<Option<SeriesId>> {
    let found = sqlx::query_scalar!(
        r#"
        select s.id as "id: SeriesId" from coupon_series s
        where s.org_id = $1 and s.description = $2
          and not exists (select from coupons c where c.org_id = $1 and c.series_id = s.id)
        "#,
        org.get(),
        name
    );
    found.fetch_optional(db).await
}

/// Spreads what was issued and redeemed over the last weeks, up to now; returns how many coupons.
pub async fn spread_coupons(
    db: &mut PgConnection,
    org: OrgId,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    let done = sqlx::query_scalar!(
        r#"
        with moved as (
            select id, (id * 48271 % 65537) % 38 * interval '1 day' + (id * 37 % 600) * interval '1 minute'
                as ago
            from coupons where org_id = $1 and customer_id is not null
        ), dated as (
            update coupons c set issued_on = $2::timestamptz - m.ago, created_on = least(c.created_on, $2::timestamptz - m.ago),
                expires_on = c.expires_on - date_trunc('day', m.ago)
            from moved m where c.org_id = $1 and c.id = m.id
            returning 1
        ), used as (
            update coupon_redemptions r set redeemed_on = $2::timestamptz - m.ago * 0.6
            from moved m where r.org_id = $1 and r.coupon_id = m.id
            returning 1
        )
        select (select count(*) from dated) + 0 * (select count(*) from used) as "dated!"
        "#,
        org.get(),
        now
    );
    done.fetch_one(db).await
}
