//! What cards and the panel show of badges.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::base::ids::{BadgeId, GroupId, OrgId};

/// What a card shows besides the standing.
#[derive(Debug, Clone, Default)]
pub struct Face {
    /// What the badge is about.
    pub description: String,
    /// Pictures of ours, tag and address.
    pub images: Vec<(String, String)>,
}

/// The faces of some badges.
pub async fn faces(
    db: &mut PgConnection,
    org: OrgId,
    badges: &[BadgeId],
) -> sqlx::Result<HashMap<BadgeId, Face>> {
    let ids: Vec<&[u8]> = badges.iter().map(BadgeId::bytes).collect();
    let rows = sqlx::query!(
        r#"
        select b.id as "id: BadgeId", coalesce(b.description, '') as "description!",
               array(select i.tag from badge_images i where i.org_id = $1 and i.badge_id = b.id
                     and i.file_id is not null order by i.tag) as "tags!",
               array(select i.url from badge_images i where i.org_id = $1 and i.badge_id = b.id
                     and i.file_id is not null order by i.tag) as "urls!"
        from badges b
        where b.org_id = $1 and b.id = any($2)
        "#,
        org.get(),
        &ids as _
    )
    .fetch_all(db)
    .await?;
    let face = |row: (String, Vec<String>, Vec<String>)| Face {
        description: row.0,
        images: row.1.into_iter().zip(row.2).collect(),
    };
    Ok(rows.into_iter().map(|row| (row.id, face((row.description, row.tags, row.urls)))).collect())
}

/// What the panel shows of a badge besides the standing.
#[derive(Debug, Clone)]
pub struct Detail {
    /// When it was made.
    pub created_on: DateTime<Utc>,
    /// The rule by which an issued one ends, as stored.
    pub earned_expiry: serde_json::Value,
    /// The rule by which an enrolment ends, as stored.
    pub issued_expiry: Option<serde_json::Value>,
    /// The modules that may use it, as stored.
    pub owners: Vec<String>,
    /// Where modules do use it.
    pub claims: Vec<Claimed>,
    /// What comes with it, as stored: type and parameters.
    pub benefits: Vec<(String, serde_json::Value)>,
    /// Custom fields in use that have a value, mandatory ones by their default.
    pub fields: Vec<(String, String)>,
}

/// A claim that stands.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The module, as stored.
    pub owner: String,
    /// Where in it.
    pub reference: String,
}

/// One badge of the brand in detail.
pub async fn detail(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
) -> sqlx::Result<Option<Detail>> {
    let row = sqlx::query!(
        r#"
        select b.created_on, b.earned_expiry, b.issued_expiry,
               array(select o.owner from badge_owners o
                     where o.org_id = $1 and o.badge_id = b.id order by o.owner) as "owners!",
               array(select c.owner_type from badge_claims c
                     where c.org_id = $1 and c.badge_id = b.id and c.is_active
                     order by c.owner_type, c.reference_id) as "claim_owners!",
               array(select c.reference_id from badge_claims c
                     where c.org_id = $1 and c.badge_id = b.id and c.is_active
                     order by c.owner_type, c.reference_id) as "claim_references!",
               array(select f.type from badge_benefits f
                     where f.org_id = $1 and f.badge_id = b.id order by f.position)
                   as "benefit_types!",
               array(select f.params from badge_benefits f
                     where f.org_id = $1 and f.badge_id = b.id order by f.position)
                   as "benefit_params!: Vec<serde_json::Value>"
        from badges b
        where b.org_id = $1 and b.id = $2
        "#,
        org.get(),
        badge.bytes()
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let claims = row.claim_owners.into_iter().zip(row.claim_references);
    Ok(Some(Detail {
        created_on: row.created_on,
        earned_expiry: row.earned_expiry,
        issued_expiry: row.issued_expiry,
        owners: row.owners,
        claims: claims.map(|(owner, reference)| Claimed { owner, reference }).collect(),
        benefits: row.benefit_types.into_iter().zip(row.benefit_params).collect(),
        fields: fields(db, org, badge).await?,
    }))
}

async fn fields(
    db: &mut PgConnection,
    org: OrgId,
    badge: BadgeId,
) -> sqlx::Result<Vec<(String, String)>> {
    let rows = sqlx::query!(
        r#"
        select f.name, coalesce(v.value, f.default_value, '') as "value!"
        from badge_fields f
        left join badge_field_values v on v.org_id = $1 and v.badge_id = $2 and v.field_id = f.id
        where f.org_id = $1 and f.is_active and (v.value is not null or f.is_mandatory)
        order by f.name
        "#,
        org.get(),
        badge.bytes()
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, row.value)).collect())
}

/// The groups in use, as customers see them: by rank, then name.
pub async fn groups(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Vec<(GroupId, String)>> {
    let rows = sqlx::query!(
        r#"select id as "id: GroupId", name from badge_groups
           where org_id = $1 and is_active order by rank, name"#,
        org.get()
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)).collect())
}
