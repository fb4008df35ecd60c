//! One request: put down, held, ended.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{Row, requests};
use crate::base::ids::{CouponId, CustomerId, GoodwillId, OrgId, SeriesId};
use crate::goodwill::ask::Ask;
use crate::goodwill::request::{End, Told};
use crate::requests::Who;

/// Puts a request down; `None` when this form was sent before.
pub async fn insert(
    db: &mut PgConnection,
    org: OrgId,
    ask: &Ask,
    (customer, series): (CustomerId, SeriesId),
    maker: &Who,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<GoodwillId>> {
    sqlx::query_scalar!(
        r#"
        insert into goodwill_requests (org_id, way, customer_id, series_id, reference_id, form_key,
            reason, comments, maker_kind, maker_id, maker_name, asked_on)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        on conflict (org_id, form_key) where form_key is not null do nothing
        returning id as "id: GoodwillId"
        "#,
        org.get(),
        ask.way.word(),
        customer.get(),
        series.get(),
        ask.reference,
        ask.form,
        ask.reason.trim(),
        ask.comments.trim(),
        maker.kind,
        maker.id,
        maker.name,
        now,
    )
    .fetch_optional(db)
    .await
}

/// One request.
pub async fn find(db: &mut PgConnection, org: OrgId, id: GoodwillId) -> sqlx::Result<Option<Told>> {
    let row = requests!("and g.id = $2", org.get(), id.get()).fetch_optional(db).await?;
    Ok(row.map(Told::from))
}

/// What one sending of a form asked for.
pub async fn of_form(
    db: &mut PgConnection,
    org: OrgId,
    form: Option<Uuid>,
) -> sqlx::Result<Option<Told>> {
    let row = requests!("and g.form_key = $2", org.get(), form).fetch_optional(db).await?;
    Ok(row.map(Told::from))
}

/// One request, held until the act ends: of two who decide, the second sees how it ended.
pub async fn lock(db: &mut PgConnection, org: OrgId, id: GoodwillId) -> sqlx::Result<Option<Told>> {
    let held = sqlx::query_scalar!(
        "select state from goodwill_requests where org_id = $1 and id = $2 for no key update",
        org.get(),
        id.get()
    );
    match held.fetch_optional(&mut *db).await? {
        Some(_) => find(db, org, id).await,
        None => Ok(None),
    }
}

/// Writes how a request ended; it was held for it.
pub async fn end(db: &mut PgConnection, org: OrgId, id: GoodwillId, end: &End) -> sqlx::Result<()> {
    sqlx::query!(
        r#"
        update goodwill_requests set state = $3, checker_kind = $4, checker_id = $5, checker_name = $6,
            decided_on = $7, updated_comments = $8, coupon_id = $9
        where org_id = $1 and id = $2 and state = 'PENDING'
        "#,
        org.get(),
        id.get(),
        end.state.word(),
        end.checker.kind,
        end.checker.id,
        end.checker.name,
        end.on,
        end.comments,
        end.coupon.map(CouponId::get),
    )
    .execute(db)
    .await
    .map(drop)
}
