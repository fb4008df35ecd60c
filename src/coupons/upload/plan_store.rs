//! Writing what the rows of a chunk were granted, a handful of statements for all of them.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::row::Asked;
use crate::base::act::Actor;
use crate::base::error::{Error, Result};
use crate::base::ids::{BatchId, CouponId, CustomerId, ImportId};
use crate::base::problem::Fault;
use crate::coupons::codes::{Alphabet, Pattern};
use crate::coupons::expiry;
use crate::coupons::series::{Handling, Series, code_key};

/// How often codes that exist already are drawn again.
const DRAWS: usize = 5;

/// What a chunk brings.
#[derive(Default)]
pub(super) struct Plan {
    /// Ready codes, and whose they are to be.
    codes: Vec<String>,
    holders: Vec<Option<i64>>,
    /// Who gets a code of ours.
    issues: Vec<i64>,
}

impl Plan {
    pub(super) fn add(&mut self, asked: Asked, customer: Option<CustomerId>) {
        match (asked, customer) {
            (Asked::Code(code, _), holder) => {
                self.codes.push(code);
                self.holders.push(holder.map(CustomerId::get));
            }
            (Asked::Issue(_), Some(customer)) => self.issues.push(customer.get()),
            // A row without a code names somebody.
            (Asked::Issue(_), None) => {}
        }
    }

    fn len(&self) -> usize {
        self.codes.len() + self.issues.len()
    }
}

/// On whose behalf, and for what.
pub(super) struct New<'a> {
    pub(super) actor: &'a Actor,
    pub(super) now: DateTime<Utc>,
    pub(super) zone: Tz,
    pub(super) series: &'a Series,
    pub(super) import: ImportId,
}

/// A coupon that was issued.
pub(super) struct Issued {
    pub(super) id: CouponId,
    pub(super) code: String,
    pub(super) customer: CustomerId,
}

/// Writes a chunk: codes, counters, and the count of the file's batch.
pub(super) async fn write(db: &mut PgConnection, new: &New<'_>, plan: Plan) -> Result<Vec<Issued>> {
    let added = i64::try_from(plan.len()).unwrap_or(i64::MAX);
    if added == 0 {
        return Ok(Vec::new());
    }
    let batch = batch(db, new, added).await?;
    let mut issued = ready(db, new, batch, &plan.codes, &plan.holders).await?;
    let uploaded = i64::try_from(plan.codes.len()).unwrap_or(i64::MAX);
    let tagged = i64::try_from(issued.len()).unwrap_or(i64::MAX);
    let mut stock = uploaded - tagged;
    match new.series.handling {
        Handling::Generic => issued.extend(common(db, new, batch, &plan.issues).await?),
        _ if plan.issues.is_empty() => {}
        _ => {
            let given = from_stock(db, new, &plan.issues).await?;
            stock -= i64::try_from(given.len()).unwrap_or(i64::MAX);
            let rest = plan.issues[given.len()..].to_vec();
            issued.extend(given);
            issued.extend(drawn(db, new, batch, rest).await?);
        }
    }
    let count = i64::try_from(issued.len()).unwrap_or(i64::MAX);
    count_codes(db, new, count, uploaded, stock).await?;
    Ok(issued)
}

/// The batch of the file, made with its first chunk and counted up with each.
async fn batch(db: &mut PgConnection, new: &New<'_>, added: i64) -> sqlx::Result<BatchId> {
    sqlx::query_scalar!(
        r#"
        insert into coupon_batches as b (org_id, series_id, kind, wanted, made, state, import_id, created_on,
            created_by, created_by_name, started_on, finished_on)
        values ($1, $2, 'UPLOADED', $3, $3, 'DONE', $4, $5, $6, $7, $5, $5)
        on conflict (org_id, import_id) where import_id is not null do update
        set wanted = b.wanted + excluded.wanted, made = b.made + excluded.made, finished_on = excluded.finished_on
        returning id as "id: BatchId"
        "#,
        new.actor.org.get(),
        new.series.id.get(),
        added,
        new.import.get(),
        new.now,
        new.actor.id,
        new.actor.name,
    )
    .fetch_one(db)
    .await
}

/// Ready codes: stock, or issued to those they were brought for. A code somebody took a moment ago is a
/// violation of `coupons_code`, and the chunk is judged again.
async fn ready(
    db: &mut PgConnection,
    new: &New<'_>,
    batch: BatchId,
    codes: &[String],
    holders: &[Option<i64>],
) -> sqlx::Result<Vec<Issued>> {
    if codes.is_empty() {
        return Ok(Vec::new());
    }
    let rows = sqlx::query!(
        r#"
        insert into coupons (org_id, series_id, code, code_key, customer_id, created_on, issued_on,
            issued_by, issued_by_name, expires_on, source, batch_id, import_id)
        select $1, $2, new.code, upper(new.code), new.holder, $5::timestamptz,
            case when new.holder is null then null else $5::timestamptz end,
            case when new.holder is null then null else $6::bigint end,
            case when new.holder is null then null else $7::text end,
            case when new.holder is null then null else $8::timestamptz end, 'UPLOAD', $9, $10
        from unnest($3::text[], $4::bigint[]) as new (code, holder)
        returning id as "id: CouponId", code, customer_id as "customer: CustomerId"
        "#,
        new.actor.org.get(),
        new.series.id.get(),
        codes,
        holders as &[Option<i64>],
        new.now,
        new.actor.id,
        new.actor.name,
        expiry::natural(new.series.strategy, new.now, new.zone),
        batch.get(),
        new.import.get(),
    )
    .fetch_all(db)
    .await?;
    let issued = rows.into_iter().filter_map(|row| {
        row.customer.map(|customer| Issued { id: row.id, code: row.code, customer })
    });
    Ok(issued.collect())
}

/// A copy of the common code for each.
async fn common(
    db: &mut PgConnection,
    new: &New<'_>,
    batch: BatchId,
    customers: &[i64],
) -> Result<Vec<Issued>> {
    let code = new.series.generic_code.clone().unwrap_or_default();
    let codes = vec![code; customers.len()];
    insert(db, new, batch, &codes, customers, true).await
}

/// Codes that are drawn now; those that exist already are drawn again.
async fn drawn(
    db: &mut PgConnection,
    new: &New<'_>,
    batch: BatchId,
    mut customers: Vec<i64>,
) -> Result<Vec<Issued>> {
    let shape = &new.series.codes;
    let alphabet = if shape.alphanumeric { Alphabet::Alphanumeric } else { Alphabet::Digits };
    let (prefix, suffix) = (shape.prefix.as_deref(), shape.suffix.as_deref());
    let length = i64::from(shape.random_length);
    let pattern =
        Pattern::new(prefix.unwrap_or_default(), suffix.unwrap_or_default(), alphabet, length)?;
    let mut issued = Vec::with_capacity(customers.len());
    for _ in 0..DRAWS {
        if customers.is_empty() {
            return Ok(issued);
        }
        let codes = pattern.many(customers.len());
        let keys: Vec<String> = codes.iter().map(|code| code_key(code)).collect();
        let taken = super::facts_store::taken(db, new.actor.org, &keys).await?;
        let (mut fresh, mut theirs, mut again) = (Vec::new(), Vec::new(), Vec::new());
        for ((code, key), customer) in codes.into_iter().zip(keys).zip(customers) {
            if taken.contains(&key) {
                again.push(customer);
            } else {
                fresh.push(code);
                theirs.push(customer);
            }
        }
        let there = insert(db, new, batch, &fresh, &theirs, false).await?;
        // Two alike drawn at once: the second of them is drawn again.
        let mut got: std::collections::HashMap<i64, usize> = std::collections::HashMap::new();
        for coupon in &there {
            *got.entry(coupon.customer.get()).or_default() += 1;
        }
        again.extend(theirs.into_iter().filter(|customer| match got.get_mut(customer) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        }));
        issued.extend(there);
        customers = again;
    }
    if customers.is_empty() { Ok(issued) } else { Err(full(&pattern)) }
}

/// So few codes are left that five draws met none.
fn full(pattern: &Pattern) -> Error {
    let why = format!(
        "Of the {} codes {} can make, too few are left; make the random part longer",
        pattern.space(),
        pattern.picture()
    );
    Fault::new("no_room", why).on("randomCodeLength").into()
}

async fn insert(
    db: &mut PgConnection,
    new: &New<'_>,
    batch: BatchId,
    codes: &[String],
    customers: &[i64],
    generic: bool,
) -> Result<Vec<Issued>> {
    let rows = sqlx::query_as!(
        Issued,
        r#"
        insert into coupons (org_id, series_id, code, code_key, generic, customer_id, created_on, issued_on,
            issued_by, issued_by_name, expires_on, source, batch_id, import_id)
        select $1, $2, new.code, upper(new.code), $11, new.customer, $5, $5, $6, $7, $8, 'UPLOAD', $9, $10
        from unnest($3::text[], $4::bigint[]) as new (code, customer)
        on conflict do nothing
        returning id as "id: CouponId", code, customer_id as "customer!: CustomerId"
        "#,
        new.actor.org.get(),
        new.series.id.get(),
        codes,
        customers,
        new.now,
        new.actor.id,
        new.actor.name,
        expiry::natural(new.series.strategy, new.now, new.zone),
        batch.get(),
        new.import.get(),
        generic,
    )
    .fetch_all(db)
    .await?;
    Ok(rows)
}

/// Codes made ahead, the oldest first, to the first of the customers; fewer than asked where there are
/// fewer. `coupons_unissued` serves it.
async fn from_stock(
    db: &mut PgConnection,
    new: &New<'_>,
    customers: &[i64],
) -> sqlx::Result<Vec<Issued>> {
    let ids = sqlx::query_scalar!(
        r#"
        select id from coupons
        where org_id = $1 and series_id = $2 and customer_id is null and revoked_on is null
        order by created_on, id
        limit $3
        for update skip locked
        "#,
        new.actor.org.get(),
        new.series.id.get(),
        i64::try_from(customers.len()).unwrap_or(i64::MAX),
    )
    .fetch_all(&mut *db)
    .await?;
    sqlx::query_as!(
        Issued,
        r#"
        update coupons c set customer_id = new.customer, issued_on = $4, issued_by = $5, issued_by_name = $6,
            expires_on = $7, source = 'UPLOAD', import_id = $8
        from unnest($2::bigint[], $3::bigint[]) as new (id, customer)
        where c.org_id = $1 and c.id = new.id
        returning c.id as "id: CouponId", c.code, c.customer_id as "customer!: CustomerId"
        "#,
        new.actor.org.get(),
        &ids,
        &customers[..ids.len().min(customers.len())],
        new.now,
        new.actor.id,
        new.actor.name,
        expiry::natural(new.series.strategy, new.now, new.zone),
        new.import.get(),
    )
    .fetch_all(db)
    .await
}

/// Moves the series' totals. A series with a limit counts in slot 0, which the chunk has locked.
async fn count_codes(
    db: &mut PgConnection,
    new: &New<'_>,
    issued: i64,
    uploaded: i64,
    stock: i64,
) -> sqlx::Result<()> {
    let slot: i16 = if new.series.issue.max.is_some() { 0 } else { 100 };
    let last = (issued > 0).then_some(new.now);
    sqlx::query!(
        r#"
        insert into coupon_series_counters as c (org_id, series_id, slot, issued, uploaded, unissued,
            last_issued_on)
        values ($1, $2, $3, $4, $5, $6, $7)
        on conflict (org_id, series_id, slot) do update
        set issued = c.issued + excluded.issued, uploaded = c.uploaded + excluded.uploaded,
            unissued = c.unissued + excluded.unissued,
            last_issued_on = coalesce(excluded.last_issued_on, c.last_issued_on)
        "#,
        new.actor.org.get(),
        new.series.id.get(),
        slot,
        issued,
        uploaded,
        stock,
        last,
    )
    .execute(db)
    .await
    .map(drop)
}
