//! What a call writes: enrolments, earns, their benefits, and the totals pages show.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::badges::benefits::Benefit;
use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId, OrgId};

/// What all rows of a call share.
#[derive(Debug, Clone, Copy)]
pub struct Common<'a> {
    /// Which badge.
    pub badge: BadgeId,
    /// When it happened.
    pub event: DateTime<Utc>,
    /// When it is processed.
    pub now: DateTime<Utc>,
    /// Its last instant; none: the badge's.
    pub expires_on: Option<DateTime<Utc>>,
    /// The module.
    pub owner: &'a str,
    /// The thing of that module.
    pub reference: Option<&'a str>,
    /// The call's name.
    pub request_id: &'a str,
    /// `API`, `BULK`, `IMPORT` or `UI`.
    pub source: &'a str,
    /// The file it came by.
    pub import: Option<i64>,
}

/// An earn of one customer.
#[derive(Debug, Clone, Copy)]
pub struct NewEarn {
    /// Its id.
    pub id: EarnId,
    /// Whose.
    pub customer: CustomerId,
    /// The enrolment it rests on.
    pub enrolment: Option<EnrolmentId>,
}

/// Adds earns, in the order of their customers.
pub async fn earns(
    db: &mut PgConnection,
    org: OrgId,
    of: &Common<'_>,
    new: &[NewEarn],
) -> sqlx::Result<()> {
    let ids: Vec<&[u8]> = new.iter().map(|one| one.id.bytes()).collect();
    let customers: Vec<i64> = new.iter().map(|one| one.customer.get()).collect();
    let enrolments: Vec<Option<&[u8]>> =
        new.iter().map(|one| one.enrolment.as_ref().map(EnrolmentId::bytes)).collect();
    sqlx::query!(
        r#"
        insert into badge_earns (org_id, id, badge_id, customer_id, earn_event_date, earned_on, expires_on,
            source, owner_type, owner_reference, request_id, enrolment_id, import_id)
        select $1, new.id, $2, new.customer, $3, $4, $5, $6, $7, $8, $9, new.enrolment, $10
        from unnest($11::bytea[], $12::bigint[], $13::bytea[]) as new (id, customer, enrolment)
        order by new.customer
        "#,
        org.get(),
        of.badge.bytes(),
        of.event,
        of.now,
        of.expires_on,
        of.source,
        of.owner,
        of.reference,
        of.request_id,
        of.import,
        &ids as &[&[u8]],
        &customers,
        &enrolments as &[Option<&[u8]>],
    )
    .execute(db)
    .await
    .map(drop)
}

/// Adds enrolments, in the order of their customers.
pub async fn enrolments(
    db: &mut PgConnection,
    org: OrgId,
    of: &Common<'_>,
    new: &[(EnrolmentId, CustomerId)],
) -> sqlx::Result<()> {
    let ids: Vec<&[u8]> = new.iter().map(|(id, _)| id.bytes()).collect();
    let customers: Vec<i64> = new.iter().map(|(_, customer)| customer.get()).collect();
    sqlx::query!(
        r#"
        insert into badge_enrolments (org_id, id, badge_id, customer_id, issue_event_date, issued_on,
            expires_on, owner_type, owner_reference, request_id, import_id)
        select $1, new.id, $2, new.customer, $3, $4, $5, $6, $7, $8, $9
        from unnest($10::bytea[], $11::bigint[]) as new (id, customer)
        order by new.customer
        "#,
        org.get(),
        of.badge.bytes(),
        of.event,
        of.now,
        of.expires_on,
        of.owner,
        of.reference,
        of.request_id,
        of.import,
        &ids as &[&[u8]],
        &customers,
    )
    .execute(db)
    .await
    .map(drop)
}

/// How many shards the totals of a badge are spread over, shard 0 (bulk writers', and the gate) aside.
const SHARDS: i16 = 16;

/// Moves the totals that pages show.
pub async fn totals(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
    enrolled: i64,
    earned: i64,
) -> sqlx::Result<()> {
    let shard = rand::random_range(1..=SHARDS);
    sqlx::query!(
        r#"
        insert into badge_counters (org_id, badge_id, shard, enrolled, earned) values ($1, $2, $3, $4, $5)
        on conflict (org_id, badge_id, shard) do update
            set enrolled = badge_counters.enrolled + excluded.enrolled,
                earned = badge_counters.earned + excluded.earned
        "#,
        org.get(),
        badge.bytes(),
        shard,
        enrolled,
        earned,
    )
    .execute(db)
    .await
    .map(drop)
}

/// Notes what earns bring with them: every benefit for every earn, owed until it is given.
pub async fn benefits(
    db: &mut PgConnection,
    org: OrgId,
    earns: &[EarnId],
    benefits: &[Benefit],
) -> sqlx::Result<()> {
    let ids: Vec<&[u8]> = earns.iter().map(EarnId::bytes).collect();
    let kinds: Vec<&str> = benefits.iter().map(|one| one.kind.wire()).collect();
    let params: Vec<serde_json::Value> =
        benefits.iter().map(|one| serde_json::Value::Object(one.params.clone())).collect();
    sqlx::query!(
        r#"
        insert into badge_earn_benefits (org_id, earn_id, position, type, params)
        select $1, earn.id, new.place - 1, new.kind, new.params
        from unnest($2::bytea[]) as earn (id)
        cross join unnest($3::text[], $4::jsonb[]) with ordinality as new (kind, params, place)
        "#,
        org.get(),
        &ids as &[&[u8]],
        &kinds as &[&str],
        &params,
    )
    .execute(db)
    .await
    .map(drop)
}
