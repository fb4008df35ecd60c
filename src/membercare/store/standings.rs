//! How one customer stands with each badge of the brand: one statement.

use sqlx::PgConnection;

use crate::base::ids::{BadgeId, CustomerId, GroupId, OrgId};
use crate::membercare::category::{Group, Standing};

/// Which badges are asked about.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// One alone.
    pub badge: Option<BadgeId>,
    /// Those of a group.
    pub group: Option<GroupId>,
    /// Those a module may use, by its canonical spelling.
    pub owner: Option<&'static str>,
}

/// Every badge of the brand, with what the customer has of it. What the customer has is read by the
/// customer's own range of `badge_earns_imported` and `badge_enrolments_by_customer`, so it costs the
/// same whatever all others hold.
pub async fn standings(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
    which: &Which,
) -> sqlx::Result<Vec<Standing>> {
    let rows = sqlx::query!(
        r#"
        with earned as (
            select badge_id, count(*) as all_earns,
                   count(*) filter (where revoked_on is null) as earns,
                   max(expires_on) filter (where revoked_on is null) as until,
                   coalesce(bool_or(expires_on is null) filter (where revoked_on is null), false)
                       as with_badge,
                   max(earn_event_date) filter (where revoked_on is null) as last
            from badge_earns
            where org_id = $1 and customer_id = $2 and ($3::bytea is null or badge_id = $3)
            group by badge_id
        ), enrolled as (
            select badge_id, count(*) as all_enrolments,
                   max(expires_on) filter (where revoked_on is null) as until,
                   coalesce(bool_or(expires_on is null) filter (where revoked_on is null), false)
                       as with_badge
            from badge_enrolments
            where org_id = $1 and customer_id = $2 and ($3::bytea is null or badge_id = $3)
            group by badge_id
        )
        select b.id as "id: BadgeId", b.name, b.earn_type, b.start_on, b.expires_on, b.active,
               b.updated_on, b.rank,
               g.id as "group_id?: GroupId", g.name as "group_name?", g.rank as "group_rank?",
               coalesce(e.earns, 0) as "earns!", coalesce(e.all_earns, 0) as "all_earns!",
               greatest(e.until, case when e.with_badge then b.expires_on end) as held_until,
               e.last as "last_earned?", coalesce(n.all_enrolments, 0) as "all_enrolments!",
               greatest(n.until, case when n.with_badge then b.expires_on end) as enrolled_until
        from badges b
        left join badge_groups g on g.org_id = $1 and g.id = b.group_id and g.is_active
        left join earned e on e.badge_id = b.id
        left join enrolled n on n.badge_id = b.id
        where b.org_id = $1 and ($3::bytea is null or b.id = $3)
          and ($4::bytea is null or b.group_id = $4)
          and ($5::text is null or exists (
              select from badge_owners o
              where o.org_id = $1 and o.badge_id = b.id and o.owner = $5))
        "#,
        org.get(),
        customer.get(),
        which.badge.as_ref().map(BadgeId::bytes),
        which.group.as_ref().map(GroupId::bytes),
        which.owner
    )
    .fetch_all(db)
    .await?;
    // Types the table's check does not know cannot be there.
    let found = rows.into_iter().filter_map(|row| {
        let group = row.group_id.zip(row.group_name).zip(row.group_rank);
        Some(Standing {
            badge: row.id,
            name: row.name,
            earn_type: row.earn_type.parse().ok()?,
            start_on: row.start_on,
            expires_on: row.expires_on,
            active: row.active,
            updated_on: row.updated_on,
            group: group.map(|((id, name), rank)| Group { id, name, rank }),
            rank: row.rank,
            earns: row.earns,
            all_earns: row.all_earns,
            held_until: row.held_until,
            last_earned: row.last_earned,
            all_enrolments: row.all_enrolments,
            enrolled_until: row.enrolled_until,
        })
    });
    Ok(found.collect())
}
