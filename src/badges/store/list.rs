//! The list of badges, one page at a time.

use chrono::{DateTime, Utc};
use sqlx::PgExecutor;
use sqlx::types::Json;

use crate::badges::badge::name_key;
use crate::badges::benefits::BenefitKind;
use crate::badges::expiry::Expiry;
use crate::badges::list::{After, BadgeRow, Filter, Sort};
use crate::badges::store::parts::word;
use crate::base::ids::{BadgeId, OrgId};
use crate::base::list::Listing;

struct Row {
    id: BadgeId,
    name: String,
    name_key: String,
    start_on: DateTime<Utc>,
    expires_on: DateTime<Utc>,
    active: bool,
    earn_type: String,
    earned_expiry: Json<Expiry>,
    group_name: Option<String>,
    group_rank: Option<i32>,
    rank: Option<i32>,
    owners: Vec<String>,
    claimants: Vec<String>,
    claims: Vec<String>,
    benefits: Vec<String>,
    tags: Vec<String>,
    urls: Vec<String>,
    earned: i64,
    updated_on: DateTime<Utc>,
    updated_by_name: String,
}

impl Row {
    fn into_row(self) -> sqlx::Result<BadgeRow> {
        let benefit = |kind: &String| word::<BenefitKind>(kind).map(|kind| kind.label().to_owned());
        let claim = |(owner, reference): (&String, String)| Ok((word(owner)?, reference));
        let mut owners: Vec<_> =
            self.owners.iter().map(|owner| word(owner)).collect::<sqlx::Result<_>>()?;
        owners.sort();
        Ok(BadgeRow {
            id: self.id,
            name: self.name,
            name_key: self.name_key,
            start_on: self.start_on,
            expires_on: self.expires_on,
            active: self.active,
            earn_type: word(&self.earn_type)?,
            earned_expiry: self.earned_expiry.0,
            group: self.group_name.zip(self.group_rank),
            rank: self.rank,
            owners,
            claims: self
                .claimants
                .iter()
                .zip(self.claims)
                .map(claim)
                .collect::<sqlx::Result<_>>()?,
            benefits: self.benefits.iter().map(benefit).collect::<sqlx::Result<_>>()?,
            images: self.tags.into_iter().zip(self.urls).collect(),
            earned: self.earned,
            updated_on: self.updated_on,
            updated_by: self.updated_by_name,
        })
    }
}

/// The list in one order: the same statement but for where a page begins and how it is ordered.
/// Seven literal statements, so that each can be checked and each be served by an index: newest first
/// by the primary key, the others by `badges_by_name`, `badges_by_start`, `badges_by_updated`.
macro_rules! rows {
    ($db:expr, $org:expr, $now:expr, $filter:expr, $size:expr, $after:expr, $place:tt, $order:tt) => {{
        let filter: &Filter = $filter;
        let after: Option<&After> = $after;
        let search = Some(name_key(filter.q.trim())).filter(|text| !text.is_empty());
        let id: Option<BadgeId> = filter.q.trim().parse().ok();
        sqlx::query_as!(
            Row,
            r#"
            select b.id as "id: BadgeId", b.name, b.name_key, b.start_on, b.expires_on, b.active, b.earn_type,
                b.earned_expiry as "earned_expiry: Json<Expiry>", b.rank, b.updated_on, b.updated_by_name,
                g.name as "group_name?", g.rank as "group_rank?",
                array(select owner from badge_owners where org_id = $1 and badge_id = b.id) as "owners!",
                array(select owner_type from badge_claims where org_id = $1 and badge_id = b.id and is_active
                      order by owner_type, reference_id) as "claimants!",
                array(select reference_id from badge_claims where org_id = $1 and badge_id = b.id and is_active
                      order by owner_type, reference_id) as "claims!",
                array(select type from badge_benefits where org_id = $1 and badge_id = b.id
                      order by position) as "benefits!",
                array(select tag from badge_images where org_id = $1 and badge_id = b.id
                      order by tag) as "tags!",
                array(select url from badge_images where org_id = $1 and badge_id = b.id
                      order by tag) as "urls!",
                (select coalesce(sum(earned), 0)::bigint from badge_counters
                 where org_id = $1 and badge_id = b.id) as "earned!"
            from badges b
            left join badge_groups g on g.org_id = $1 and g.id = b.group_id and g.is_active
            where b.org_id = $1
              and ($3::text is null or strpos(b.name_key, $3) > 0 or b.id = $4)
              and (cardinality($5::text[]) = 0
                   or case when b.start_on > $2 then 'UPCOMING' when b.expires_on >= $2 then 'LIVE'
                      else 'EXPIRED' end = any($5))
              and ($6::boolean is null or b.active = $6)
              and (cardinality($7::text[]) = 0 or b.earn_type = any($7))
              and (cardinality($8::text[]) = 0 or exists (select from badge_owners o
                   where o.org_id = $1 and o.badge_id = b.id and o.owner = any($8)))
              and (cardinality($9::text[]) = 0 or exists (select from badge_claims c
                   where c.org_id = $1 and c.badge_id = b.id and c.is_active and c.owner_type = any($9)))
              and ($10::bytea is null or (
                   ($11::text is null or true) and ($12::timestamptz is null or true) and "#
                + $place
                + "))
            order by "
                + $order
                + " limit $13",
            $org.get(),
            $now,
            search,
            id.as_ref().map(BadgeId::bytes) as _,
            &filter.statuses(),
            filter.activation(),
            &filter.types(),
            &filter.owners(),
            &filter.claimants(),
            after.map(|last| last.id.bytes()) as _,
            after.and_then(|last| last.name.as_deref()),
            after.and_then(|last| last.at),
            i64::try_from($size).unwrap_or(i64::MAX - 1) + 1
        )
        .fetch_all($db)
        .await
    }};
}

/// A page of the list.
pub async fn page(
    db: impl PgExecutor<'_>,
    org: OrgId,
    filter: &Filter,
    size: usize,
    now: DateTime<Utc>,
) -> sqlx::Result<Listing<BadgeRow, After>> {
    let place = filter.place();
    let after = place.as_ref();
    let (sort, down) = filter.sorted();
    let rows = match (sort, down) {
        (Sort::Newest, _) => rows!(db, org, now, filter, size, after, "b.id < $10", "b.id desc"),
        (Sort::Name, false) => {
            rows!(
                db,
                org,
                now,
                filter,
                size,
                after,
                "(b.name_key, b.id) > ($11, $10)",
                "b.name_key, b.id"
            )
        }
        (Sort::Name, true) => {
            rows!(
                db,
                org,
                now,
                filter,
                size,
                after,
                "(b.name_key, b.id) < ($11, $10)",
                "b.name_key desc, b.id desc"
            )
        }
        (Sort::Start, false) => {
            rows!(
                db,
                org,
                now,
                filter,
                size,
                after,
                "(b.start_on, b.id) > ($12, $10)",
                "b.start_on, b.id"
            )
        }
        (Sort::Start, true) => {
            rows!(
                db,
                org,
                now,
                filter,
                size,
                after,
                "(b.start_on, b.id) < ($12, $10)",
                "b.start_on desc, b.id desc"
            )
        }
        (Sort::Updated, false) => {
            rows!(
                db,
                org,
                now,
                filter,
                size,
                after,
                "(b.updated_on, b.id) > ($12, $10)",
                "b.updated_on, b.id"
            )
        }
        (Sort::Updated, true) => {
            rows!(
                db,
                org,
                now,
                filter,
                size,
                after,
                "(b.updated_on, b.id) < ($12, $10)",
                "b.updated_on desc, b.id desc"
            )
        }
    }?;
    let rows: Vec<BadgeRow> = rows.into_iter().map(Row::into_row).collect::<Result<_, _>>()?;
    Ok(Listing::trim(rows, size, |row| After {
        name: (sort == Sort::Name).then(|| row.name_key.clone()),
        at: match sort {
            Sort::Start => Some(row.start_on),
            Sort::Updated => Some(row.updated_on),
            Sort::Newest | Sort::Name => None,
        },
        id: row.id,
    }))
}
