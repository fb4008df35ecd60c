//! Counts across customers, exact under any concurrency.
//!
//! Why rows and not `count(*)`: "100,000 in the last month" would count as many rows at each issue, and
//! a count is blind to what others are about to commit. Each limit of the badge level has a row: of the
//! whole life, of one fixed window, or of a moving stretch with the edge it reaches back to. Whoever
//! issues holds the rows, looks, and raises them, all in the order of their keys.
//!
//! Why the moving edge: it only moves on, and each earn leaves the stretch once, so an issue pays for
//! those that left since the last one and not for the stretch. An act that began earlier than the last
//! one adds the few between its edge and the row's.
//!
//! Why a row can be made when it is first asked for: the badge's terms are held (`for share`), so nobody
//! issues by older terms; everybody who issues by these needs the row and waits for its maker; and
//! whoever writes without it (imports, revocations) passes the same [`store::counts::gate`].

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::badges::issuing::quota::{Key, Quota, Span};
use crate::badges::issuing::store;
use crate::badges::issuing::store::counts::Kept;
use crate::badges::issuing::terms::Terms;
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, OrgId};

/// The quotas of the badge level with their counts.
#[derive(Debug, Default)]
pub struct Counts {
    /// In the order of the quotas.
    pub all: Vec<(Quota, i64)>,
    held: Vec<Kept>,
    /// Where a row lies back of an act's own edge: how many to add for this act.
    extra: Vec<i64>,
}

impl Counts {
    /// The first quota that allows no further earn.
    pub fn reached(&self) -> Option<&Quota> {
        self.all.iter().find(|(quota, count)| !quota.allows(*count)).map(|(quota, _)| quota)
    }

    /// Counts one more.
    pub fn raise(&mut self) {
        for (_, count) in &mut self.all {
            *count += 1;
        }
    }

    /// Holds the counts of a badge until the act ends, making those that are missing.
    pub async fn hold(
        db: &mut PgConnection,
        org: OrgId,
        terms: &Terms,
        quotas: &[Quota],
    ) -> Result<Self> {
        if quotas.is_empty() {
            return Ok(Counts::default());
        }
        let missing: Vec<&Quota> =
            quotas.iter().filter(|quota| !terms.counted.contains(&quota.key())).collect();
        if !missing.is_empty() {
            store::counts::gate(db, org, &[terms.id]).await?;
            for quota in missing {
                let kept = made(db, org, terms.id, quota).await?;
                store::counts::make(db, org, &kept).await?;
            }
        }
        let keys: Vec<Key> = quotas.iter().map(Quota::key).collect();
        let rows = store::counts::lock(db, org, terms.id, &keys).await?;
        let mut counts = Counts::default();
        for quota in quotas {
            let row = rows.iter().find(|row| row.key == quota.key());
            let row = row.ok_or_else(|| Error::internal(anyhow::anyhow!("a count is gone")))?;
            let (kept, extra) = moved(db, org, row.clone(), quota).await?;
            counts.all.push((*quota, kept.n + extra));
            counts.held.push(kept);
            counts.extra.push(extra);
        }
        Ok(counts)
    }

    /// The counts as they stand, nothing held or made.
    pub async fn look(
        db: &mut PgConnection,
        org: OrgId,
        badge: BadgeId,
        quotas: &[Quota],
    ) -> Result<Self> {
        let keys: Vec<Key> = quotas.iter().map(Quota::key).collect();
        let rows = store::counts::read(db, org, badge, &keys).await?;
        let mut counts = Counts::default();
        for quota in quotas {
            let row = rows.iter().find(|row| row.key == quota.key()).cloned();
            let count = match row {
                Some(row) => {
                    let (kept, extra) = moved(db, org, row, quota).await?;
                    kept.n + extra
                }
                None => made(db, org, badge, quota).await?.n,
            };
            counts.all.push((*quota, count));
        }
        Ok(counts)
    }

    /// Writes what was raised.
    pub async fn save(mut self, db: &mut PgConnection, org: OrgId) -> Result<()> {
        if self.held.is_empty() {
            return Ok(());
        }
        for ((kept, extra), (_, count)) in self.held.iter_mut().zip(&self.extra).zip(&self.all) {
            kept.n = count - extra;
        }
        Ok(store::counts::save(db, org, &self.held).await?)
    }
}

/// A count as it is made: the truth at this moment.
async fn made(db: &mut PgConnection, org: OrgId, badge: BadgeId, quota: &Quota) -> Result<Kept> {
    let mut kept = Kept { badge, key: quota.key(), ends: None, edge: None, n: 0 };
    match quota.span {
        Span::Overall => kept.n = store::counts::all(db, org, badge).await?,
        Span::Rolling { edge, .. } => {
            kept.edge = Some(edge);
            kept.n = store::counts::processed(db, org, badge, edge, None).await?;
        }
        Span::Fixed { from, to, .. } => {
            kept.ends = Some(to);
            kept.n = store::counts::in_window(db, org, badge, from, to).await?;
        }
    }
    Ok(kept)
}

/// A kept count with its edge moved to where the quota's is, and what to add where the row's is ahead.
async fn moved(
    db: &mut PgConnection,
    org: OrgId,
    mut kept: Kept,
    quota: &Quota,
) -> Result<(Kept, i64)> {
    let (Span::Rolling { edge, .. }, Some(at)) = (quota.span, kept.edge) else {
        return Ok((kept, 0));
    };
    if edge < at {
        let extra = store::counts::processed(db, org, kept.badge, edge, Some(at)).await?;
        return Ok((kept, extra));
    }
    if edge > at {
        kept.n -= store::counts::processed(db, org, kept.badge, at, Some(edge)).await?;
        kept.edge = Some(edge);
    }
    Ok((kept, 0))
}

/// An earn that came or went otherwise than by an issue.
#[derive(Debug, Clone, Copy)]
pub struct Moved {
    /// Of which badge.
    pub badge: BadgeId,
    /// Its event.
    pub event: DateTime<Utc>,
    /// When it was processed.
    pub earned_on: DateTime<Utc>,
    /// 1 where it came, -1 where it went.
    pub by: i64,
}

impl Moved {
    fn is_counted_by(&self, kept: &Kept) -> bool {
        let in_window = |ends| kept.key.starts <= self.event && self.event < ends;
        self.badge == kept.badge
            && kept.ends.is_none_or(in_window)
            && kept.edge.is_none_or(|edge| self.earned_on > edge)
    }
}

/// Tells the counts of earns that were imported, revoked or taken away again. Pass the gate first, and
/// write the earns before that.
pub async fn adjust(db: &mut PgConnection, org: OrgId, moves: &[Moved]) -> Result<()> {
    let (Some(first), Some(last)) =
        (moves.iter().map(|one| one.event).min(), moves.iter().map(|one| one.event).max())
    else {
        return Ok(());
    };
    let mut badges: Vec<BadgeId> = moves.iter().map(|one| one.badge).collect();
    badges.sort_unstable();
    badges.dedup();
    let mut rows = store::counts::lock_touched(db, org, &badges, (first, last)).await?;
    for row in &mut rows {
        row.n += moves.iter().filter(|one| one.is_counted_by(row)).map(|one| one.by).sum::<i64>();
    }
    if rows.is_empty() {
        return Ok(());
    }
    Ok(store::counts::save(db, org, &rows).await?)
}

/// Throws the counts of a badge away, for its limits count something else from now on. Only for whoever
/// holds the badge for update: that waits for all who issue it, so nobody holds a count.
pub async fn forget(db: &mut PgConnection, org: OrgId, badge: BadgeId) -> Result<()> {
    Ok(store::counts::forget(db, org, badge).await?)
}
