//! The parts of badges, written: everything a form says, and never the claims.

use serde_json::Value;
use sqlx::PgConnection;

use crate::badges::badge::Badge;
use crate::badges::limits::LimitKind;
use crate::base::ids::{BadgeId, FileId, OrgId};

/// Takes away all parts but claims, which no form touches.
pub async fn clear(db: &mut PgConnection, org: OrgId, id: BadgeId) -> sqlx::Result<()> {
    let (org, id) = (org.get(), id.bytes());
    sqlx::query!("delete from badge_images where org_id = $1 and badge_id = $2", org, id)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from badge_owners where org_id = $1 and badge_id = $2", org, id)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from badge_limits where org_id = $1 and badge_id = $2", org, id)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from badge_windows where org_id = $1 and badge_id = $2", org, id)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from badge_benefits where org_id = $1 and badge_id = $2", org, id)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from badge_tags where org_id = $1 and badge_id = $2", org, id)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from badge_field_values where org_id = $1 and badge_id = $2", org, id)
        .execute(&mut *db)
        .await?;
    Ok(())
}

/// Adds all parts but claims.
pub async fn insert(db: &mut PgConnection, org: OrgId, badge: &Badge) -> sqlx::Result<()> {
    insert_pictures(db, org, badge).await?;
    insert_limits(db, org, badge).await?;
    insert_windows(db, org, badge).await?;
    let owners: Vec<String> = badge.owners.iter().map(|owner| owner.wire().to_owned()).collect();
    sqlx::query!(
        "insert into badge_owners (org_id, badge_id, owner) select $1, $2, unnest($3::text[])",
        org.get(),
        badge.id.bytes(),
        &owners
    )
    .execute(&mut *db)
    .await?;
    let kinds: Vec<String> = badge.benefits.iter().map(|one| one.kind.wire().to_owned()).collect();
    let params: Vec<Value> =
        badge.benefits.iter().map(|one| Value::Object(one.params.clone())).collect();
    sqlx::query!(
        r#"
        insert into badge_benefits (org_id, badge_id, position, type, params)
        select $1, $2, given.place - 1, given.type, given.params
        from unnest($3::text[], $4::jsonb[]) with ordinality as given (type, params, place)
        "#,
        org.get(),
        badge.id.bytes(),
        &kinds,
        &params
    )
    .execute(&mut *db)
    .await?;
    let (names, values): (Vec<String>, Vec<String>) =
        badge.tags.iter().map(|tag| (tag.name.clone(), tag.value.clone())).unzip();
    sqlx::query!(
        r#"
        insert into badge_tags (org_id, badge_id, position, name, value)
        select $1, $2, given.place - 1, given.name, given.value
        from unnest($3::text[], $4::text[]) with ordinality as given (name, value, place)
        "#,
        org.get(),
        badge.id.bytes(),
        &names,
        &values
    )
    .execute(&mut *db)
    .await?;
    let (fields, values): (Vec<Vec<u8>>, Vec<String>) =
        badge.values.iter().map(|(id, value)| (id.bytes().to_vec(), value.clone())).unzip();
    sqlx::query!(
        r#"
        insert into badge_field_values (org_id, badge_id, field_id, value)
        select $1, $2, given.field, given.value from unnest($3::bytea[], $4::text[]) as given (field, value)
        "#,
        org.get(),
        badge.id.bytes(),
        &fields,
        &values
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_pictures(db: &mut PgConnection, org: OrgId, badge: &Badge) -> sqlx::Result<()> {
    for image in &badge.images {
        sqlx::query!(
            r#"
            insert into badge_images (org_id, badge_id, tag, name, handle, url, file_id)
            values ($1, $2, $3, $4, $5, $6, $7)
            "#,
            org.get(),
            badge.id.bytes(),
            image.tag.wire(),
            image.name,
            image.handle,
            image.url,
            image.file.as_ref().map(FileId::bytes)
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

async fn insert_limits(db: &mut PgConnection, org: OrgId, badge: &Badge) -> sqlx::Result<()> {
    for limit in &badge.limits {
        let (kind, unit, value) = match limit.kind {
            LimitKind::Overall => ("OVERALL", "", None),
            LimitKind::Rolling { unit, value } => {
                ("ROLLING", unit.wire(), i32::try_from(value).ok())
            }
        };
        sqlx::query!(
            r#"
            insert into badge_limits (org_id, badge_id, level, kind, roll_type, roll_value, max)
            values ($1, $2, $3, $4, $5, $6, $7)
            "#,
            org.get(),
            badge.id.bytes(),
            limit.level.wire(),
            kind,
            unit,
            value,
            limit.max
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

async fn insert_windows(db: &mut PgConnection, org: OrgId, badge: &Badge) -> sqlx::Result<()> {
    for (level, config) in &badge.windows {
        let rate = config.period.refresh_rate().and_then(|rate| i32::try_from(rate).ok());
        let day =
            config.period.start_day().and_then(|day| i16::try_from(day.number_from_monday()).ok());
        sqlx::query!(
            r#"
            insert into badge_windows (org_id, badge_id, level, seq, reference_id, duration_type,
                refresh_rate, start_dow, max, start_at, end_at, superseded_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            "#,
            org.get(),
            badge.id.bytes(),
            level.wire(),
            config.seq,
            config.period.reference_id(*level),
            config.period.unit().wire(),
            rate,
            day,
            config.max,
            config.start_at,
            config.end_at,
            config.superseded_at
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
