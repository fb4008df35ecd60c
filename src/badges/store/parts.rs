//! The parts of badges: pictures, owners, claims, limits, windows, benefits, tags, field values.

use std::collections::HashMap;
use std::str::FromStr;

use chrono::{DateTime, Utc, Weekday};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use crate::badges::badge::{Badge, Image, Tag};
use crate::badges::benefits::Benefit;
use crate::badges::limits::{Limit, LimitKind, Unit};
use crate::badges::owners::Claim;
use crate::badges::windows::{Period, WindowConfig};
use crate::base::ids::{BadgeId, FieldId, FileId, OrgId};

/// A stored word read back; one we do not know is a broken store, not a person's mistake.
pub fn word<T: FromStr>(text: &str) -> sqlx::Result<T> {
    text.parse().map_err(|_| sqlx::Error::Decode(format!("unknown word {text:?}").into()))
}

/// Fills in the parts of the badges whose ids are `ids`.
pub async fn fill(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[Vec<u8>],
    badges: &mut [Badge],
) -> sqlx::Result<()> {
    let place: HashMap<BadgeId, usize> =
        badges.iter().enumerate().map(|(at, badge)| (badge.id, at)).collect();
    let mut each = |id: BadgeId, act: &mut dyn FnMut(&mut Badge)| {
        if let Some(badge) = place.get(&id).and_then(|at| badges.get_mut(*at)) {
            act(badge);
        }
    };
    for row in sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", tag, name, handle, url, file_id as "file_id: FileId"
        from badge_images where org_id = $1 and badge_id = any($2) order by badge_id, tag desc
        "#,
        org.get(),
        ids
    )
    .fetch_all(&mut *db)
    .await?
    {
        let image = Image {
            tag: word(&row.tag)?,
            name: row.name,
            handle: row.handle,
            url: row.url,
            file: row.file_id,
        };
        each(row.badge_id, &mut |badge| badge.images.push(image.clone()));
    }
    for row in sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", owner
        from badge_owners where org_id = $1 and badge_id = any($2)
        "#,
        org.get(),
        ids
    )
    .fetch_all(&mut *db)
    .await?
    {
        let owner = word(&row.owner)?;
        each(row.badge_id, &mut |badge| badge.owners.push(owner));
    }
    for row in sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", owner_type, reference_id, is_active, created_on
        from badge_claims where org_id = $1 and badge_id = any($2)
        order by badge_id, created_on, owner_type, reference_id
        "#,
        org.get(),
        ids
    )
    .fetch_all(&mut *db)
    .await?
    {
        let claim = Claim {
            owner: word(&row.owner_type)?,
            reference: row.reference_id,
            active: row.is_active,
            since: row.created_on,
        };
        each(row.badge_id, &mut |badge| badge.claims.push(claim.clone()));
    }
    for row in sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", level, roll_type, roll_value, max
        from badge_limits where org_id = $1 and badge_id = any($2)
        "#,
        org.get(),
        ids
    )
    .fetch_all(&mut *db)
    .await?
    {
        let kind = match row.roll_value {
            None => LimitKind::Overall,
            Some(value) => {
                LimitKind::Rolling { unit: word(&row.roll_type)?, value: value.unsigned_abs() }
            }
        };
        let limit = Limit { level: word(&row.level)?, kind, max: row.max };
        each(row.badge_id, &mut |badge| badge.limits.push(limit));
    }
    for row in sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", level, seq, duration_type, refresh_rate, start_dow, max,
            start_at, end_at, superseded_at
        from badge_windows where org_id = $1 and badge_id = any($2) order by badge_id, level, seq
        "#,
        org.get(),
        ids
    )
    .fetch_all(&mut *db)
    .await?
    {
        let config = WindowConfig {
            seq: row.seq,
            period: period(&row.duration_type, row.refresh_rate, row.start_dow)?,
            max: row.max,
            start_at: row.start_at,
            end_at: row.end_at,
            superseded_at: row.superseded_at,
        };
        let level = word(&row.level)?;
        each(row.badge_id, &mut |badge| badge.windows.push((level, config)));
    }
    for row in sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", type as kind, params as "params: Json<Map<String, Value>>"
        from badge_benefits where org_id = $1 and badge_id = any($2) order by badge_id, position
        "#,
        org.get(),
        ids
    )
    .fetch_all(&mut *db)
    .await?
    {
        let benefit = Benefit { kind: word(&row.kind)?, params: row.params.0 };
        each(row.badge_id, &mut |badge| badge.benefits.push(benefit.clone()));
    }
    for row in sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", name, value
        from badge_tags where org_id = $1 and badge_id = any($2) order by badge_id, position
        "#,
        org.get(),
        ids
    )
    .fetch_all(&mut *db)
    .await?
    {
        let tag = Tag { name: row.name, value: row.value };
        each(row.badge_id, &mut |badge| badge.tags.push(tag.clone()));
    }
    for row in sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", field_id as "field_id: FieldId", value
        from badge_field_values where org_id = $1 and badge_id = any($2)
        "#,
        org.get(),
        ids
    )
    .fetch_all(&mut *db)
    .await?
    {
        each(row.badge_id, &mut |badge| {
            badge.values.insert(row.field_id, row.value.clone());
        });
    }
    for badge in badges.iter_mut() {
        badge.owners.sort();
        badge.limits.sort();
        badge.windows.sort_by_key(|(level, config)| (*level, config.seq));
        badge.images.sort_by_key(|image| image.tag);
    }
    Ok(())
}

fn period(duration: &str, rate: Option<i32>, day: Option<i16>) -> sqlx::Result<Period> {
    let unit: Unit = word(duration)?;
    let broken = || sqlx::Error::Decode("a window without its rate or day".into());
    Ok(match unit {
        Unit::Days => Period::Days(rate.ok_or_else(broken)?.unsigned_abs()),
        Unit::Weeks => {
            let iso = day.and_then(|day| u8::try_from(day - 1).ok()).ok_or_else(broken)?;
            Period::Weeks(Weekday::try_from(iso).map_err(|_| broken())?)
        }
        Unit::Months => Period::Months,
    })
}

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
        let handle: Uuid = image.handle;
        sqlx::query!(
            r#"
            insert into badge_images (org_id, badge_id, tag, name, handle, url, file_id)
            values ($1, $2, $3, $4, $5, $6, $7)
            "#,
            org.get(),
            badge.id.bytes(),
            image.tag.wire(),
            image.name,
            handle,
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
        let (start, end): (DateTime<Utc>, Option<DateTime<Utc>>) = (config.start_at, config.end_at);
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
            start,
            end,
            config.superseded_at
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
