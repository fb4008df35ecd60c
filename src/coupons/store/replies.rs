//! What calls were answered, by the id their caller gave them.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::OrgId;

/// How many old replies go with each new one: more than come, so that none is left for long.
const GONE: i64 = 5;

/// Claims an id for a call that nobody did since `since`: `None` when it is ours to do. Otherwise what it
/// was answered; the same call under way elsewhere is waited for.
pub async fn claim(
    db: &mut PgConnection,
    org: OrgId,
    request: &str,
    call: &[u8],
    now: DateTime<Utc>,
    since: DateTime<Utc>,
) -> sqlx::Result<Option<String>> {
    let ours = sqlx::query_scalar!(
        r#"
        insert into coupon_replies as r (org_id, request_id, call, created_on) values ($1, $2, $3, $4)
        on conflict (org_id, request_id, call) do update set created_on = excluded.created_on, body = null
        where r.created_on < $5
        returning true as "ours!"
        "#,
        org.get(),
        request,
        call,
        now,
        since
    )
    .fetch_optional(&mut *db)
    .await?;
    if ours.is_some() {
        return Ok(None);
    }
    let body = sqlx::query_scalar!(
        "select body from coupon_replies where org_id = $1 and request_id = $2 and call = $3",
        org.get(),
        request,
        call
    )
    .fetch_one(db)
    .await?;
    Ok(body)
}

/// Keeps what a call was answered, and lets go of some that are older than `since`.
pub async fn keep(
    db: &mut PgConnection,
    org: OrgId,
    request: &str,
    call: &[u8],
    body: &str,
    since: DateTime<Utc>,
) -> sqlx::Result<()> {
    sqlx::query!(
        "update coupon_replies set body = $4 where org_id = $1 and request_id = $2 and call = $3",
        org.get(),
        request,
        call,
        body
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        r#"
        delete from coupon_replies where org_id = $1 and (request_id, call) in (
            select o.request_id, o.call from coupon_replies o
            where o.org_id = $1 and o.created_on < $2
            order by o.created_on limit $3 for update skip locked)
        "#,
        org.get(),
        since,
        GONE
    )
    .execute(db)
    .await
    .map(drop)
}
