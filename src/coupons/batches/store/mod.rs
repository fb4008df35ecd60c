//! The SQL of batches: what they are (here), how they move on (`progress`), their codes (`codes`).

mod codes;
mod progress;

pub use codes::{CodeRow, Look, add_codes, add_stock, codes, sheet};
pub use progress::{Fence, advance, ask_cancel, beat, begin, claim, finish, is_at, silent, touch};

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};

use crate::base::act::Actor;
use crate::base::error::{Error, Result};
use crate::base::ids::{BatchId, ImportId, OrgId, SeriesId};
use crate::base::list::Listing;
use crate::coupons::batches::batch::{Batch, Kind, State, StoredPattern};
use crate::coupons::codes::Pattern;
use crate::coupons::series::Series;

/// A batch to be made.
pub struct New<'a> {
    /// Whose codes.
    pub series: SeriesId,
    /// What it is called.
    pub name: &'a str,
    /// How many.
    pub wanted: i64,
    /// What they look like.
    pub pattern: &'a Pattern,
}

/// Adds a batch that waits for its worker.
pub async fn insert(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
    new: &New<'_>,
) -> Result<BatchId> {
    let pattern =
        serde_json::to_value(StoredPattern::from(new.pattern)).map_err(Error::internal)?;
    let id = sqlx::query_scalar!(
        r#"
        insert into coupon_batches (org_id, series_id, kind, name, wanted, state, pattern, created_on,
            created_by, created_by_name)
        values ($1, $2, 'GENERATED', $3, $4, 'WAITING', $5, $6, $7, $8)
        returning id as "id: BatchId"
        "#,
        actor.org.get(),
        new.series.get(),
        new.name,
        new.wanted,
        pattern,
        now,
        actor.id,
        actor.name,
    )
    .fetch_one(db)
    .await?;
    Ok(id)
}

/// A row as it is stored.
struct Row {
    id: BatchId,
    series_id: SeriesId,
    offer: String,
    kind: String,
    name: String,
    wanted: i64,
    made: i64,
    rejected: i64,
    state: String,
    cancel_asked: bool,
    pattern: Value,
    why: Option<String>,
    import_id: Option<ImportId>,
    created_on: DateTime<Utc>,
    created_by: Option<i64>,
    created_by_name: String,
    started_on: Option<DateTime<Utc>>,
    finished_on: Option<DateTime<Utc>>,
    attempt: i32,
    heartbeat_at: Option<DateTime<Utc>>,
}

impl Row {
    fn into_batch(self) -> sqlx::Result<Batch> {
        let unknown =
            |word: &str| sqlx::Error::Decode(format!("“{word}” is not a word of batches").into());
        let pattern = serde_json::from_value::<StoredPattern>(self.pattern).ok();
        Ok(Batch {
            id: self.id,
            series: self.series_id,
            offer: self.offer,
            kind: Kind::from_word(&self.kind).ok_or_else(|| unknown(&self.kind))?,
            name: self.name,
            wanted: self.wanted,
            made: self.made,
            rejected: self.rejected,
            state: State::from_word(&self.state).ok_or_else(|| unknown(&self.state))?,
            cancel_asked: self.cancel_asked,
            pattern: pattern.and_then(StoredPattern::read),
            why: self.why,
            import: self.import_id,
            created_on: self.created_on,
            created_by: self.created_by,
            created_by_name: self.created_by_name,
            started_on: self.started_on,
            finished_on: self.finished_on,
            attempt: self.attempt,
            heartbeat_at: self.heartbeat_at,
        })
    }
}

/// One batch.
pub async fn find(db: impl PgExecutor<'_>, org: OrgId, id: BatchId) -> sqlx::Result<Option<Batch>> {
    let row = sqlx::query_as!(
        Row,
        r#"
        select b.id as "id: BatchId", b.series_id as "series_id: SeriesId", s.description as offer,
            b.kind, b.name, b.wanted, b.made, b.rejected, b.state, b.cancel_asked, b.pattern, b.why,
            b.import_id as "import_id: ImportId", b.created_on, b.created_by, b.created_by_name,
            b.started_on, b.finished_on, b.attempt, b.heartbeat_at
        from coupon_batches b
        join coupon_series s on s.org_id = $1 and s.id = b.series_id
        where b.org_id = $1 and b.id = $2
        "#,
        org.get(),
        id.get(),
    )
    .fetch_optional(db)
    .await?;
    row.map(Row::into_batch).transpose()
}

/// Where a list of batches goes on: behind this one.
pub type Before = (DateTime<Utc>, BatchId);

/// A series' batches, newest first. `coupon_batches_by_series` serves it.
pub async fn page(
    db: impl PgExecutor<'_>,
    org: OrgId,
    series: SeriesId,
    before: Option<Before>,
    size: usize,
) -> sqlx::Result<Listing<Batch, Before>> {
    let (on, id) = before.map_or((None, None), |(on, id)| (Some(on), Some(id.get())));
    let rows = sqlx::query_as!(
        Row,
        r#"
        select b.id as "id: BatchId", b.series_id as "series_id: SeriesId", s.description as offer,
            b.kind, b.name, b.wanted, b.made, b.rejected, b.state, b.cancel_asked, b.pattern, b.why,
            b.import_id as "import_id: ImportId", b.created_on, b.created_by, b.created_by_name,
            b.started_on, b.finished_on, b.attempt, b.heartbeat_at
        from coupon_batches b
        join coupon_series s on s.org_id = $1 and s.id = b.series_id
        where b.org_id = $1 and b.series_id = $2
            and ($3::timestamptz is null or (b.created_on, b.id) < ($3, $4::bigint))
        order by b.created_on desc, b.id desc
        limit $5
        "#,
        org.get(),
        series.get(),
        on,
        id,
        i64::try_from(size).unwrap_or(i64::MAX).saturating_add(1),
    )
    .fetch_all(db)
    .await?;
    let batches: Vec<Batch> = rows.into_iter().map(Row::into_batch).collect::<Result<_, _>>()?;
    Ok(Listing::trim(batches, size, |batch| (batch.created_on, batch.id)))
}

/// Codes that the batches under way have yet to make. `coupon_batches_busy` serves it.
pub async fn promised(db: impl PgExecutor<'_>, org: OrgId, series: SeriesId) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select coalesce(sum(wanted - made), 0)::bigint as "left!" from coupon_batches
        where org_id = $1 and series_id = $2 and state in ('WAITING', 'RUNNING')
        "#,
        org.get(),
        series.get(),
    )
    .fetch_one(db)
    .await
}

/// Codes of the brand's other series that look as this one's: one text may be one coupon's only, and
/// who guesses may meet any of them. Read off their counters.
pub async fn alike(db: impl PgExecutor<'_>, org: OrgId, series: &Series) -> sqlx::Result<i64> {
    sqlx::query_scalar!(
        r#"
        select coalesce(sum(c.issued + c.unissued), 0)::bigint as "codes!"
        from coupon_series s
        join coupon_series_counters c on c.org_id = $1 and c.series_id = s.id
        where s.org_id = $1 and s.id <> $2 and s.handling = 'DISC_CODE' and s.random_length = $3
            and coalesce(s.code_prefix, '') = coalesce($4, '')
            and coalesce(s.code_suffix, '') = coalesce($5, '')
        "#,
        org.get(),
        series.id.get(),
        series.codes.random_length,
        series.codes.prefix,
        series.codes.suffix,
    )
    .fetch_one(db)
    .await
}
