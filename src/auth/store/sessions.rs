//! Sessions, sign-in attempts, and who a session belongs to.

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use sqlx::PgExecutor;

use crate::auth::Brand;
use crate::base::ids::{OrgId, StaffId};

/// A session nobody used for so long is over.
const IDLE_MINUTES: i64 = 30;
/// However busy, a session is over after this.
const ABSOLUTE_HOURS: i64 = 12;

/// A session to write.
#[derive(Debug)]
pub struct NewSession {
    /// SHA-256 of the cookie's id.
    pub id_hash: [u8; 32],
    /// Whose.
    pub staff_id: Option<i64>,
    /// The brand being worked in, at the start.
    pub org_id: Option<i64>,
    /// Where the browser is.
    pub address: String,
    /// What it calls itself.
    pub agent: String,
    /// The library's data.
    pub data: Value,
    /// The library's end.
    pub expires_at: DateTime<Utc>,
    /// Now.
    pub now: DateTime<Utc>,
}

/// Adds a session; false when the id is taken.
pub async fn insert_session(db: impl PgExecutor<'_>, new: &NewSession) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "insert into sessions (id_hash, staff_id, org_id, data, created_at, last_seen_at, expires_at, address, agent)
         values ($1, $2, $3, $4, $5, $5, $6, $7, $8) on conflict do nothing",
        &new.id_hash,
        new.staff_id,
        new.org_id,
        new.data,
        new.now,
        new.expires_at,
        new.address,
        new.agent
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Changes a session that is still there; one that was ended stays ended.
pub async fn update_session(db: impl PgExecutor<'_>, new: &NewSession) -> sqlx::Result<()> {
    sqlx::query!(
        "update sessions set staff_id = $2, data = $3, expires_at = $4 where id_hash = $1",
        &new.id_hash,
        new.staff_id,
        new.data,
        new.expires_at
    )
    .execute(db)
    .await
    .map(drop)
}

/// The data of a session that is not over; notes once a minute that it was seen.
pub async fn load_session(
    db: impl PgExecutor<'_>,
    id_hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<(Value, DateTime<Utc>)>> {
    let row = sqlx::query!(
        "with seen as (
             update sessions set last_seen_at = $2
             where id_hash = $1 and last_seen_at < $2::timestamptz - interval '1 minute'
               and last_seen_at > $3 and created_at > $4 and expires_at > $2
         )
         select data, expires_at from sessions
         where id_hash = $1 and last_seen_at > $3 and created_at > $4 and expires_at > $2",
        id_hash,
        now,
        now - Duration::minutes(IDLE_MINUTES),
        now - Duration::hours(ABSOLUTE_HOURS)
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.data, row.expires_at)))
}

/// Ends a session.
pub async fn delete_session(db: impl PgExecutor<'_>, id_hash: &[u8]) -> sqlx::Result<()> {
    sqlx::query!("delete from sessions where id_hash = $1", id_hash).execute(db).await.map(drop)
}

/// Who a session belongs to and where they work.
#[derive(Debug)]
pub struct Viewer {
    /// Whose.
    pub staff_id: StaffId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// The brand: the session's, or the person's first where that one is closed to them.
    pub org_id: OrgId,
    /// Its name.
    pub org_name: String,
    /// Its zone.
    pub time_zone: String,
    /// The role there.
    pub role: String,
}

/// The person behind a session; nobody when they or all their memberships are disabled.
pub async fn viewer(db: impl PgExecutor<'_>, id_hash: &[u8]) -> sqlx::Result<Option<Viewer>> {
    sqlx::query_as!(
        Viewer,
        r#"
        select p.id as "staff_id: StaffId", p.name, p.email,
               o.id as "org_id: OrgId", o.name as org_name, o.time_zone, m.role
        from sessions s
        join staff p on p.id = s.staff_id and p.disabled_at is null
        join memberships m on m.staff_id = p.id and m.disabled_at is null
        join orgs o on o.id = m.org_id
        where s.id_hash = $1
        order by m.org_id = s.org_id desc nulls last, m.org_id
        limit 1
        "#,
        id_hash
    )
    .fetch_optional(db)
    .await
}

/// The brands open to a person, by name.
pub async fn brands(db: impl PgExecutor<'_>, staff: StaffId) -> sqlx::Result<Vec<Brand>> {
    sqlx::query_as!(
        Brand,
        r#"
        select o.id as "id: OrgId", o.name from memberships m join orgs o on o.id = m.org_id
        where m.staff_id = $1 and m.disabled_at is null order by o.name, o.id
        "#,
        staff.get()
    )
    .fetch_all(db)
    .await
}

/// Moves a session to another of the person's brands; false when it is not one of theirs.
pub async fn switch_brand(
    db: impl PgExecutor<'_>,
    id_hash: &[u8],
    staff: StaffId,
    org: OrgId,
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "update sessions set org_id = $3 where id_hash = $1 and staff_id = $2 and exists
         (select from memberships m where m.staff_id = $2 and m.org_id = $3 and m.disabled_at is null)",
        id_hash,
        staff.get(),
        org.get()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A session as its person sees it.
#[derive(Debug)]
pub struct SessionRow {
    /// What the table calls it.
    pub id_hash: Vec<u8>,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to the minute.
    pub last_seen_at: DateTime<Utc>,
    /// Where the browser is.
    pub address: String,
    /// What it calls itself.
    pub agent: String,
}

/// A person's sessions that are not over, last used first.
pub async fn sessions_of(
    db: impl PgExecutor<'_>,
    staff: StaffId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<SessionRow>> {
    sqlx::query_as!(
        SessionRow,
        "select id_hash, created_at, last_seen_at, address, agent from sessions
         where staff_id = $1 and last_seen_at > $2 and created_at > $3 and expires_at > $4
         order by last_seen_at desc, id_hash",
        staff.get(),
        now - Duration::minutes(IDLE_MINUTES),
        now - Duration::hours(ABSOLUTE_HOURS),
        now
    )
    .fetch_all(db)
    .await
}

/// Ends one of a person's own sessions.
pub async fn end_session(
    db: impl PgExecutor<'_>,
    staff: StaffId,
    id_hash: &[u8],
) -> sqlx::Result<bool> {
    let done = sqlx::query!(
        "delete from sessions where staff_id = $1 and id_hash = $2",
        staff.get(),
        id_hash
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all of a person's sessions but, if given, one.
pub async fn end_sessions_of(
    db: impl PgExecutor<'_>,
    staff: StaffId,
    but: Option<&[u8]>,
) -> sqlx::Result<u64> {
    let done = sqlx::query!(
        "delete from sessions where staff_id = $1 and id_hash is distinct from $2",
        staff.get(),
        but
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

/// The person and hash behind an address; nobody when disabled everywhere.
pub async fn password_of(
    db: impl PgExecutor<'_>,
    email_key: &str,
) -> sqlx::Result<Option<(StaffId, Option<String>)>> {
    let row = sqlx::query!(
        r#"
        select p.id as "id: StaffId", p.password_hash from staff p
        where p.email_key = $1 and p.disabled_at is null
          and exists (select from memberships m where m.staff_id = p.id and m.disabled_at is null)
        "#,
        email_key
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.password_hash)))
}

/// Until when any of these must wait.
pub async fn blocked_until(
    db: impl PgExecutor<'_>,
    subjects: &[String],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DateTime<Utc>>> {
    sqlx::query_scalar!(
        "select max(blocked_until) from sign_in_attempts where subject = any($1) and blocked_until > $2",
        subjects,
        now
    )
    .fetch_one(db)
    .await
}

/// Counts a failure. Past `free` of them within ten minutes each one blocks for `unit` seconds times
/// 1, 2, 4 … up to a minute.
pub async fn note_failure(
    db: impl PgExecutor<'_>,
    subject: &str,
    now: DateTime<Utc>,
    free: i32,
    unit: i32,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into sign_in_attempts as a (subject, failures, window_start, blocked_until)
         values ($1, 1, $2, $2)
         on conflict (subject) do update set
             failures = case when a.window_start < $3 then 1 else a.failures + 1 end,
             window_start = case when a.window_start < $3 then excluded.window_start else a.window_start end,
             blocked_until = case
                 when a.window_start < $3 or a.failures + 1 < $4 then excluded.blocked_until
                 else excluded.blocked_until
                     + interval '1 second' * least(60, $5::int * power(2, least(a.failures + 1 - $4, 6))::int)
             end",
        subject,
        now,
        now - Duration::minutes(10),
        free,
        unit
    )
    .execute(db)
    .await
    .map(drop)
}

/// Forgets the failures of an account that got in.
pub async fn forget_failures(db: impl PgExecutor<'_>, subject: &str) -> sqlx::Result<()> {
    sqlx::query!("delete from sign_in_attempts where subject = $1", subject)
        .execute(db)
        .await
        .map(drop)
}
