//! People and their memberships.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;

use crate::base::ids::{OrgId, StaffId};

/// Somebody who works for a brand, as its staff page shows them.
#[derive(Debug, Clone)]
pub struct Member {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their address.
    pub email: String,
    /// Their role here, as its word.
    pub role: String,
    /// Barred from this brand since.
    pub disabled_at: Option<DateTime<Utc>>,
    /// When they joined the brand.
    pub created_at: DateTime<Utc>,
    /// Whether they have chosen a password yet.
    pub has_password: bool,
    /// When they were last seen, in any brand.
    pub last_seen_at: Option<DateTime<Utc>>,
}

/// The people of a brand, by name. A brand has tens of them, not thousands: one page.
pub async fn members(db: impl PgExecutor<'_>, org: OrgId) -> sqlx::Result<Vec<Member>> {
    sqlx::query_as!(
        Member,
        r#"
        select p.id as "id: StaffId", p.name, p.email, m.role, m.disabled_at, m.created_at,
               p.password_hash is not null as "has_password!",
               (select max(s.last_seen_at) from sessions s where s.staff_id = p.id) as last_seen_at
        from memberships m join staff p on p.id = m.staff_id
        where m.org_id = $1 order by lower(p.name), p.id
        "#,
        org.get()
    )
    .fetch_all(db)
    .await
}

/// One person of a brand, locked against a second change.
pub async fn membership(
    db: impl PgExecutor<'_>,
    org: OrgId,
    staff: StaffId,
) -> sqlx::Result<Option<(String, String, Option<DateTime<Utc>>)>> {
    let row = sqlx::query!(
        "select p.name, m.role, m.disabled_at from memberships m join staff p on p.id = m.staff_id
         where m.org_id = $1 and m.staff_id = $2 for update of m",
        org.get(),
        staff.get()
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.name, row.role, row.disabled_at)))
}

/// The person behind an address.
pub async fn find_by_email(
    db: impl PgExecutor<'_>,
    email_key: &str,
) -> sqlx::Result<Option<(StaffId, String)>> {
    let row = sqlx::query!(
        r#"select id as "id: StaffId", name from staff where email_key = $1"#,
        email_key
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.name)))
}

/// Adds a person.
pub async fn insert_staff(
    db: impl PgExecutor<'_>,
    email: &str,
    email_key: &str,
    name: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<StaffId> {
    sqlx::query_scalar!(
        r#"
        insert into staff (email, email_key, name, created_at) values ($1, $2, $3, $4)
        returning id as "id: StaffId"
        "#,
        email,
        email_key,
        name,
        now
    )
    .fetch_one(db)
    .await
}

/// Adds a person to a brand.
pub async fn add_membership(
    db: impl PgExecutor<'_>,
    org: OrgId,
    staff: StaffId,
    role: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into memberships (org_id, staff_id, role, created_at) values ($1, $2, $3, $4)",
        org.get(),
        staff.get(),
        role,
        now
    )
    .execute(db)
    .await
    .map(drop)
}

/// Changes a role.
pub async fn set_membership_role(
    db: impl PgExecutor<'_>,
    org: OrgId,
    staff: StaffId,
    role: &str,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update memberships set role = $3 where org_id = $1 and staff_id = $2",
        org.get(),
        staff.get(),
        role
    )
    .execute(db)
    .await
    .map(drop)
}

/// Bars a person from a brand, or lets them in again.
pub async fn set_disabled(
    db: impl PgExecutor<'_>,
    org: OrgId,
    staff: StaffId,
    at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update memberships set disabled_at = $3 where org_id = $1 and staff_id = $2",
        org.get(),
        staff.get(),
        at
    )
    .execute(db)
    .await
    .map(drop)
}

/// Whether a person works for any brand but this one.
pub async fn works_elsewhere(
    db: impl PgExecutor<'_>,
    org: OrgId,
    staff: StaffId,
) -> sqlx::Result<bool> {
    sqlx::query_scalar!(
        r#"select exists (select from memberships where staff_id = $1 and org_id <> $2) as "some!""#,
        staff.get(),
        org.get()
    )
    .fetch_one(db)
    .await
}

/// Sets a password and ends every open invitation of that person.
pub async fn put_password(
    db: impl PgExecutor<'_>,
    staff: StaffId,
    phc: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "with used as (delete from staff_invites where staff_id = $1)
         update staff set password_hash = $2, password_changed_at = $3 where id = $1",
        staff.get(),
        phc,
        now
    )
    .execute(db)
    .await
    .map(drop)
}

/// Adds a one-time link.
pub async fn insert_invite(
    db: impl PgExecutor<'_>,
    token_hash: &[u8],
    staff: StaffId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into staff_invites (token_hash, staff_id, created_at, expires_at) values ($1, $2, $3, $4)",
        token_hash,
        staff.get(),
        now,
        expires_at
    )
    .execute(db)
    .await
    .map(drop)
}

/// The person a link is for, while it is good.
pub async fn find_invite(
    db: impl PgExecutor<'_>,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<(StaffId, String)>> {
    let row = sqlx::query!(
        r#"
        select p.id as "id: StaffId", p.email from staff_invites i join staff p on p.id = i.staff_id
        where i.token_hash = $1 and i.expires_at > $2
        "#,
        token_hash,
        now
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| (row.id, row.email)))
}

/// Uses a link up; the first of two clicks gets it.
pub async fn take_invite(
    db: impl PgExecutor<'_>,
    token_hash: &[u8],
    now: DateTime<Utc>,
) -> sqlx::Result<Option<StaffId>> {
    sqlx::query_scalar!(
        r#"
        delete from staff_invites where token_hash = $1 and expires_at > $2
        returning staff_id as "id: StaffId"
        "#,
        token_hash,
        now
    )
    .fetch_optional(db)
    .await
}
