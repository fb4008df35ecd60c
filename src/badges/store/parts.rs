//! The parts of badges, read: pictures, owners, claims, limits, windows, benefits, tags, field values.

use std::collections::HashMap;
use std::str::FromStr;

use chrono::Weekday;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::badges::badge::{Badge, Image, Tag};
use crate::badges::benefits::Benefit;
use crate::badges::limits::{Level, Limit, LimitKind, Unit};
use crate::badges::owners::{Claim, Owner};
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
    deal(badges, &place, images(db, org, ids).await?, |badge, one| badge.images.push(one));
    deal(badges, &place, owners(db, org, ids).await?, |badge, one| badge.owners.push(one));
    deal(badges, &place, claims(db, org, ids).await?, |badge, one| badge.claims.push(one));
    deal(badges, &place, limits(db, org, ids).await?, |badge, one| badge.limits.push(one));
    deal(badges, &place, windows(db, org, ids).await?, |badge, one| badge.windows.push(one));
    deal(badges, &place, benefits(db, org, ids).await?, |badge, one| badge.benefits.push(one));
    deal(badges, &place, tags(db, org, ids).await?, |badge, one| badge.tags.push(one));
    deal(badges, &place, values(db, org, ids).await?, |badge, (field, value)| {
        badge.values.insert(field, value);
    });
    for badge in badges {
        badge.owners.sort();
        badge.limits.sort();
        badge.windows.sort_by_key(|(level, config)| (*level, config.seq));
        badge.images.sort_by_key(|image| image.tag);
    }
    Ok(())
}

/// Gives each part to its badge.
fn deal<T>(
    badges: &mut [Badge],
    place: &HashMap<BadgeId, usize>,
    parts: Vec<(BadgeId, T)>,
    give: impl Fn(&mut Badge, T),
) {
    for (id, part) in parts {
        if let Some(badge) = place.get(&id).and_then(|at| badges.get_mut(*at)) {
            give(badge, part);
        }
    }
}

async fn images(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[Vec<u8>],
) -> sqlx::Result<Vec<(BadgeId, Image)>> {
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", tag, name, handle, url, file_id as "file_id: FileId"
        from badge_images where org_id = $1 and badge_id = any($2) order by badge_id, tag desc
        "#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let tag = word(&row.tag)?;
            let (name, handle, url, file) = (row.name, row.handle, row.url, row.file_id);
            Ok((row.badge_id, Image { tag, name, handle, url, file }))
        })
        .collect()
}

async fn owners(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[Vec<u8>],
) -> sqlx::Result<Vec<(BadgeId, Owner)>> {
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", owner
        from badge_owners where org_id = $1 and badge_id = any($2)
        "#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok((row.badge_id, word(&row.owner)?))).collect()
}

async fn claims(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[Vec<u8>],
) -> sqlx::Result<Vec<(BadgeId, Claim)>> {
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", owner_type, reference_id, is_active, created_on
        from badge_claims where org_id = $1 and badge_id = any($2)
        order by badge_id, created_on, owner_type, reference_id
        "#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let owner = word(&row.owner_type)?;
            let (reference, active, since) = (row.reference_id, row.is_active, row.created_on);
            Ok((row.badge_id, Claim { owner, reference, active, since }))
        })
        .collect()
}

async fn limits(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[Vec<u8>],
) -> sqlx::Result<Vec<(BadgeId, Limit)>> {
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", level, roll_type, roll_value, max
        from badge_limits where org_id = $1 and badge_id = any($2)
        "#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = match row.roll_value {
                None => LimitKind::Overall,
                Some(value) => {
                    LimitKind::Rolling { unit: word(&row.roll_type)?, value: value.unsigned_abs() }
                }
            };
            Ok((row.badge_id, Limit { level: word(&row.level)?, kind, max: row.max }))
        })
        .collect()
}

async fn windows(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[Vec<u8>],
) -> sqlx::Result<Vec<(BadgeId, (Level, WindowConfig))>> {
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", level, seq, duration_type, refresh_rate, start_dow, max,
            start_at, end_at, superseded_at
        from badge_windows where org_id = $1 and badge_id = any($2) order by badge_id, level, seq
        "#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let config = WindowConfig {
                seq: row.seq,
                period: period(&row.duration_type, row.refresh_rate, row.start_dow)?,
                max: row.max,
                start_at: row.start_at,
                end_at: row.end_at,
                superseded_at: row.superseded_at,
            };
            Ok((row.badge_id, (word(&row.level)?, config)))
        })
        .collect()
}

async fn benefits(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[Vec<u8>],
) -> sqlx::Result<Vec<(BadgeId, Benefit)>> {
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", type as kind, params as "params: Json<Map<String, Value>>"
        from badge_benefits where org_id = $1 and badge_id = any($2) order by badge_id, position
        "#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let benefit = Benefit { kind: word(&row.kind)?, params: row.params.0 };
            Ok((row.badge_id, benefit))
        })
        .collect()
}

async fn tags(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[Vec<u8>],
) -> sqlx::Result<Vec<(BadgeId, Tag)>> {
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", name, value
        from badge_tags where org_id = $1 and badge_id = any($2) order by badge_id, position
        "#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| Ok((row.badge_id, Tag { name: row.name, value: row.value })))
        .collect()
}

async fn values(
    db: &mut PgConnection,
    org: OrgId,
    ids: &[Vec<u8>],
) -> sqlx::Result<Vec<(BadgeId, (FieldId, String))>> {
    let rows = sqlx::query!(
        r#"
        select badge_id as "badge_id: BadgeId", field_id as "field_id: FieldId", value
        from badge_field_values where org_id = $1 and badge_id = any($2)
        "#,
        org.get(),
        ids
    )
    .fetch_all(db)
    .await?;
    rows.into_iter().map(|row| Ok((row.badge_id, (row.field_id, row.value)))).collect()
}

/// What repeats, from its columns.
pub fn period(duration: &str, rate: Option<i32>, day: Option<i16>) -> sqlx::Result<Period> {
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
