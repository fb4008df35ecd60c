//! The terms of a badge: locked, and read in one statement.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::{Map, Value};
use sqlx::PgConnection;
use sqlx::types::Json;

use crate::badges::benefits::Benefit;
use crate::badges::expiry::Expiry;
use crate::badges::issuing::call::Trigger;
use crate::badges::issuing::quota::Key;
use crate::badges::issuing::terms::Terms;
use crate::badges::limits::{Level, Limit, LimitKind};
use crate::badges::store::parts::{period, word};
use crate::badges::windows::WindowConfig;
use crate::base::ids::{BadgeId, OrgId};

/// Holds a badge's terms as they are until the act ends: an edit waits, other issuers do not. `false`
/// when there is no such badge. Read the terms after this, in another statement: what a lock waited for
/// is not seen by the statement that waited.
pub async fn hold(db: &mut PgConnection, org: OrgId, id: BadgeId) -> sqlx::Result<bool> {
    let found = sqlx::query_scalar!(
        r#"select 1 as "one!" from badges where org_id = $1 and id = $2 for share"#,
        org.get(),
        id.bytes()
    )
    .fetch_optional(db)
    .await?;
    Ok(found.is_some())
}

#[derive(Debug, Deserialize)]
struct LimitRow {
    level: String,
    roll_type: String,
    roll_value: Option<u32>,
    max: i64,
}

#[derive(Debug, Deserialize)]
struct WindowRow {
    level: String,
    seq: i32,
    duration_type: String,
    refresh_rate: Option<i32>,
    start_dow: Option<i16>,
    max: i64,
    start_at: DateTime<Utc>,
    end_at: Option<DateTime<Utc>>,
    superseded_at: Option<DateTime<Utc>>,
}

#[derive(Debug, Deserialize)]
struct BenefitRow {
    r#type: String,
    params: Map<String, Value>,
}

#[derive(Debug, Deserialize)]
struct CountRow {
    kind: String,
    number: i32,
    starts: DateTime<Utc>,
}

impl LimitRow {
    fn limit(self) -> sqlx::Result<Limit> {
        let kind = match self.roll_value {
            None => LimitKind::Overall,
            Some(value) => LimitKind::Rolling { unit: word(&self.roll_type)?, value },
        };
        Ok(Limit { level: word(&self.level)?, kind, max: self.max })
    }
}

impl WindowRow {
    fn config(self) -> sqlx::Result<(Level, WindowConfig)> {
        let config = WindowConfig {
            seq: self.seq,
            period: period(&self.duration_type, self.refresh_rate, self.start_dow)?,
            max: self.max,
            start_at: self.start_at,
            end_at: self.end_at,
            superseded_at: self.superseded_at,
        };
        Ok((word(&self.level)?, config))
    }
}

/// The terms of a badge, whether the trigger has a claim that stands, and which counts across customers
/// exist for an event.
pub async fn terms(
    db: &mut PgConnection,
    org: OrgId,
    id: BadgeId,
    trigger: &Trigger,
    event: DateTime<Utc>,
) -> sqlx::Result<Option<Terms>> {
    let row = sqlx::query!(
        r#"
        select b.name, b.start_on, b.expires_on, b.earn_type, b.active, b.default_till_id,
            b.earned_expiry as "earned_expiry: Json<Expiry>",
            b.issued_expiry as "issued_expiry: Json<Expiry>",
            exists (select from badge_claims c where c.org_id = $1 and c.badge_id = $2 and c.is_active
                    and c.owner_type = $3 and c.reference_id = $4) as "claimed!",
            (select coalesce(jsonb_agg(to_jsonb(l)), '[]') from badge_limits l
             where l.org_id = $1 and l.badge_id = $2) as "limits!: Json<Vec<LimitRow>>",
            (select coalesce(jsonb_agg(to_jsonb(w) order by w.level, w.seq), '[]') from badge_windows w
             where w.org_id = $1 and w.badge_id = $2) as "windows!: Json<Vec<WindowRow>>",
            (select coalesce(jsonb_agg(to_jsonb(f) order by f.position), '[]') from badge_benefits f
             where f.org_id = $1 and f.badge_id = $2) as "benefits!: Json<Vec<BenefitRow>>",
            (select coalesce(jsonb_agg(to_jsonb(k)), '[]') from badge_limit_counts k
             where k.org_id = $1 and k.badge_id = $2 and (k.ends is null or (k.starts <= $5 and k.ends > $5)))
                as "counted!: Json<Vec<CountRow>>"
        from badges b where b.org_id = $1 and b.id = $2
        "#,
        org.get(),
        id.bytes(),
        trigger.owner.map(|owner| owner.wire()),
        trigger.reference,
        event,
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let benefit = |row: BenefitRow| {
        Ok::<_, sqlx::Error>(Benefit { kind: word(&row.r#type)?, params: row.params })
    };
    let mut limits =
        row.limits.0.into_iter().map(LimitRow::limit).collect::<Result<Vec<_>, _>>()?;
    limits.sort();
    Ok(Some(Terms {
        id,
        name: row.name,
        start_on: row.start_on,
        expires_on: row.expires_on,
        earn_type: word(&row.earn_type)?,
        earned_expiry: row.earned_expiry.0,
        issued_expiry: row.issued_expiry.map(|rule| rule.0),
        active: row.active,
        default_till: row.default_till_id,
        claimed: row.claimed,
        limits,
        windows: row.windows.0.into_iter().map(WindowRow::config).collect::<Result<_, _>>()?,
        benefits: row.benefits.0.into_iter().map(benefit).collect::<Result<_, _>>()?,
        counted: row
            .counted
            .0
            .into_iter()
            .map(|row| Key { kind: row.kind, number: row.number, starts: row.starts })
            .collect(),
    }))
}
