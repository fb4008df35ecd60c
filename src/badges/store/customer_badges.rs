//! What one customer has of the brand's badges, for the API's lists: two statements, whatever the number
//! of all awards.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::badges::holding::{Holding, LastEarn, NewestEnrolment};
use crate::badges::store::parts::word;
use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId, GroupId, OrgId};

/// Which badges are asked about.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// Those of a group, in use or not.
    pub group: Option<GroupId>,
    /// Those one of these modules may use; none named: all.
    pub owners: Vec<&'static str>,
    /// Those one of these modules does use; none named: all.
    pub claimed_by: Vec<&'static str>,
}

/// Every badge of the brand that is asked about, with what the customer has of it. What the customer has
/// is read by their own range of `badge_earns_imported` and `badge_enrolments_by_customer`.
pub async fn holdings(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
    which: &Which,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Holding>> {
    let rows = sqlx::query!(
        r#"
        with earned as materialized (
            select e.badge_id, count(*) as earns,
                   max(coalesce(e.expires_on, b.expires_on)) as held_until,
                   max(coalesce(e.expires_on, b.expires_on))
                       filter (where coalesce(e.expires_on, b.expires_on) < $6) as last_expired,
                   max(e.earned_on) as posted_on,
                   (array_agg(e.earn_event_date order by e.earned_on desc, e.id desc))[1] as event_on
            from badge_earns e
            join badges b on b.org_id = $1 and b.id = e.badge_id
            where e.org_id = $1 and e.customer_id = $2 and e.revoked_on is null
            group by e.badge_id
        ), enrolled as materialized (
            select n.badge_id,
                   max(coalesce(n.expires_on, b.expires_on)) filter (where n.revoked_on is null) as until,
                   max(n.issued_on) as made_on,
                   (array_agg(coalesce(n.expires_on, b.expires_on) order by n.issued_on desc, n.id desc))[1]
                       as newest_ends,
                   (array_agg(n.revoked_on is not null order by n.issued_on desc, n.id desc))[1]
                       as newest_revoked
            from badge_enrolments n
            join badges b on b.org_id = $1 and b.id = n.badge_id
            where n.org_id = $1 and n.customer_id = $2
            group by n.badge_id
        )
        select b.id as "id: BadgeId", b.name_key, b.earn_type, b.start_on, b.expires_on, b.active,
               b.updated_on, b.rank, g.rank as "group_rank?", g.name as "group_name?",
               coalesce(e.earns, 0) as "earns!", e.held_until as "held_until?",
               e.last_expired as "last_expired?", e.posted_on as "posted_on?", e.event_on as "event_on?",
               n.until as "enrolled_until?", n.made_on as "made_on?", n.newest_ends as "newest_ends?",
               n.newest_revoked as "newest_revoked?"
        from badges b
        left join badge_groups g on g.org_id = $1 and g.id = b.group_id and g.is_active
        left join earned e on e.badge_id = b.id
        left join enrolled n on n.badge_id = b.id
        where b.org_id = $1 and ($3::bytea is null or b.group_id = $3)
          and (cardinality($4::text[]) = 0 or exists (
              select from badge_owners o
              where o.org_id = $1 and o.badge_id = b.id and o.owner = any($4)))
          and (cardinality($5::text[]) = 0 or exists (
              select from badge_claims c
              where c.org_id = $1 and c.badge_id = b.id and c.owner_type = any($5) and c.is_active))
        "#,
        org.get(),
        customer.get(),
        which.group.as_ref().map(GroupId::bytes),
        &which.owners as &[&str],
        &which.claimed_by as &[&str],
        now
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let enrolment = row.made_on.zip(row.newest_ends).zip(row.newest_revoked);
            let earn = row.posted_on.zip(row.event_on);
            Ok(Holding {
                badge: row.id,
                name_key: row.name_key,
                earn_type: word(&row.earn_type)?,
                start_on: row.start_on,
                expires_on: row.expires_on,
                active: row.active,
                updated_on: row.updated_on,
                group: row.group_rank.zip(row.group_name),
                rank: row.rank,
                earns: row.earns,
                held_until: row.held_until,
                last_expired: row.last_expired,
                last_earn: earn.map(|(posted_on, event_on)| LastEarn { posted_on, event_on }),
                enrolled_until: row.enrolled_until,
                newest_enrolment: enrolment.map(|((made_on, ends_on), revoked)| NewestEnrolment {
                    made_on,
                    ends_on,
                    revoked,
                }),
            })
        })
        .collect()
}

/// An enrolment or an issued badge of a customer.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its id.
    pub id: [u8; 12],
    /// When it was made.
    pub made_on: DateTime<Utc>,
    /// When what it is for happened.
    pub event_on: DateTime<Utc>,
    /// Its last instant.
    pub ends_on: DateTime<Utc>,
    /// When it was taken back.
    pub revoked_on: Option<DateTime<Utc>>,
    /// The module that set it off; may be empty.
    pub owner: String,
    /// The thing of that module.
    pub reference: Option<String>,
    /// The enrolment an issued badge rests on.
    pub enrolment: Option<EnrolmentId>,
}

/// A customer's enrolments in a badge, revoked ones too, newest first.
pub async fn enrolments(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
    badge: BadgeId,
    badge_ends: DateTime<Utc>,
) -> sqlx::Result<Vec<Instance>> {
    let rows = sqlx::query!(
        r#"
        select id as "id: EnrolmentId", issued_on, issue_event_date,
               coalesce(expires_on, $4) as "ends_on!", revoked_on, owner_type, owner_reference
        from badge_enrolments
        where org_id = $1 and customer_id = $2 and badge_id = $3
        order by issued_on desc, id desc
        "#,
        org.get(),
        customer.get(),
        badge.bytes(),
        badge_ends
    )
    .fetch_all(db)
    .await?;
    let instance = rows.into_iter().map(|row| Instance {
        id: bytes(row.id.bytes()),
        made_on: row.issued_on,
        event_on: row.issue_event_date,
        ends_on: row.ends_on,
        revoked_on: row.revoked_on,
        owner: row.owner_type,
        reference: row.owner_reference,
        enrolment: None,
    });
    Ok(instance.collect())
}

/// The issued badges of one kind a customer has or had, revoked ones too, newest first.
pub async fn earns(
    db: &mut PgConnection,
    org: OrgId,
    customer: CustomerId,
    badge: BadgeId,
    badge_ends: DateTime<Utc>,
) -> sqlx::Result<Vec<Instance>> {
    let rows = sqlx::query!(
        r#"
        select id as "id: EarnId", earned_on, earn_event_date, coalesce(expires_on, $4) as "ends_on!",
               revoked_on, owner_type, owner_reference, enrolment_id as "enrolment: EnrolmentId"
        from badge_earns
        where org_id = $1 and customer_id = $2 and badge_id = $3
        order by earned_on desc, id desc
        "#,
        org.get(),
        customer.get(),
        badge.bytes(),
        badge_ends
    )
    .fetch_all(db)
    .await?;
    let instance = rows.into_iter().map(|row| Instance {
        id: bytes(row.id.bytes()),
        made_on: row.earned_on,
        event_on: row.earn_event_date,
        ends_on: row.ends_on,
        revoked_on: row.revoked_on,
        owner: row.owner_type,
        reference: row.owner_reference,
        enrolment: row.enrolment,
    });
    Ok(instance.collect())
}

/// The twelve bytes of an id.
fn bytes(id: &[u8]) -> [u8; 12] {
    id.try_into().unwrap_or([0; 12])
}
