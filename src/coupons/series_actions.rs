//! Deeds on series: make, change, claim.

use rand::RngExt;

use crate::base::act::{Act, Entry};
use crate::base::db::OrRefuse;
use crate::base::error::{Error, Result};
use crate::base::ids::SeriesId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem, Problems};
use crate::coupons::check::{Context, taken_code};
use crate::coupons::draft::Draft;
use crate::coupons::ground;
use crate::coupons::refusal;
use crate::coupons::series::{Claim, Series, Stamp, Totals};
use crate::coupons::store;

/// What the log calls a series.
const SUBJECT: &str = "coupon_series";

/// Makes a series. `future` refuses an end in the past, as the console does.
pub async fn create(act: &mut Act, draft: &Draft, future: bool) -> Result<Series> {
    act.require(Permission::EditCoupons)?;
    let (org, now) = (act.org(), act.now());
    let zone = ground::zone(act).await?;
    let checked = draft.check(&Context { now, zone, existing: None, future })?;
    let mut series = checked.into_series(fresh_code(), stamp(act));
    free_generic(act, &series).await?;
    series.id = store::series::insert(act.db(), org, &series)
        .await
        .or_refuse("coupon_series_generic_code", taken_generic)?;
    act.record(entry("created", &series).after(Draft::of(&series).snapshot()));
    Ok(series)
}

/// Changes a series. A draft that says what is stored changes nothing and leaves no trace; one that was
/// read before somebody else's change is `Stale`.
pub async fn update(act: &mut Act, id: SeriesId, draft: &Draft, future: bool) -> Result<Series> {
    act.require(Permission::EditCoupons)?;
    let now = act.now();
    let zone = ground::zone(act).await?;
    let old = locked(act, id).await?;
    if draft.text("version").parse().is_ok_and(|version: i64| version != old.version) {
        return Err(Error::Stale);
    }
    let context = Context { now, zone, existing: Some(&old), future };
    let series = draft.check(&context)?.onto(&old);
    let org = act.org();
    let totals = store::totals::totals(&mut *act.db(), org, &[id]).await?;
    keeps_totals(&series, totals.get(&id).copied().unwrap_or_default())?;
    write(act, &old, series, "changed").await
}

/// Claims an unclaimed series for a module, which then alone may issue from it; `NONE` gives it back.
pub async fn claim(act: &mut Act, id: SeriesId, claim: Claim) -> Result<Series> {
    act.require(Permission::EditCoupons)?;
    let old = locked(act, id).await?;
    if claim.by != "NONE" && old.claim.by != "NONE" && old.claim.by != claim.by {
        let text = format!("The offer is claimed by {} already", old.claim.by);
        return Err(Problem::whole("claimed", text).into());
    }
    let verb = if claim.by == "NONE" { "released" } else { "claimed" };
    let series = Series { claim, ..old.clone() };
    write(act, &old, series, verb).await
}

async fn locked(act: &mut Act, id: SeriesId) -> Result<Series> {
    let org = act.org();
    store::series::lock(act.db(), org, id).await?.ok_or(Error::NotFound)
}

/// Writes what changed, if anything did.
async fn write(
    act: &mut Act,
    old: &Series,
    mut series: Series,
    verb: &'static str,
) -> Result<Series> {
    if *old == series {
        return Ok(series);
    }
    let (org, by) = (act.org(), stamp(act));
    series.stamp.updated_on = by.updated_on;
    series.stamp.updated_by_name = by.updated_by_name;
    store::series::update(act.db(), org, &series)
        .await
        .or_refuse("coupon_series_code", taken_code)?;
    series.version += 1;
    let (before, after) = (snapshot(old), snapshot(&series));
    act.record(entry(verb, &series).changed(&before, &after));
    Ok(series)
}

/// A limit below what was issued or redeemed already would be broken from the start.
fn keeps_totals(series: &Series, totals: Totals) -> Result<()> {
    let mut problems = Problems::none();
    let below = |max: Option<i64>, is: i64| max.is_some_and(|max| max < is);
    if below(series.issue.max, totals.issued) {
        let why = format!("{} coupons were issued already", totals.issued);
        problems.add("maxCreate", Fault::invalid(why));
    }
    if below(series.redeem.max, totals.redeemed) {
        let why = format!("{} coupons were redeemed already", totals.redeemed);
        problems.add("maxRedeem", Fault::invalid(why));
    }
    Ok(problems.into_result()?)
}

/// A common code must not be a living code of another series.
async fn free_generic(act: &mut Act, series: &Series) -> Result<()> {
    let (org, Some(key)) = (act.org(), series.generic_key()) else { return Ok(()) };
    if store::coupons::living(act.db(), org, &[key]).await?.is_empty() {
        return Ok(());
    }
    Err(taken_generic().into())
}

fn taken_generic() -> Problem {
    let fault = Fault::new("generic_taken", "Another offer has a coupon with this code");
    Fault { code: refusal::INVALID, ..fault }.on("genericCode")
}

/// Twenty letters and digits, as the reference's own.
fn fresh_code() -> String {
    const SYMBOLS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut random = rand::rng();
    (0..20).map(|_| char::from(SYMBOLS[random.random_range(0..SYMBOLS.len())])).collect()
}

fn snapshot(series: &Series) -> serde_json::Value {
    let claim = &series.claim;
    Draft::of(series).with("ownedBy", &claim.by).with("ownerId", claim.id).snapshot()
}

fn entry(verb: &'static str, series: &Series) -> Entry {
    Entry::new(verb, SUBJECT, series.id, series.description.clone())
}

/// Who does it and when.
fn stamp(act: &Act) -> Stamp {
    let (now, actor) = (act.now(), act.actor());
    Stamp {
        created_on: now,
        created_by: actor.id,
        created_by_name: actor.name.clone(),
        updated_on: now,
        updated_by_name: actor.name.clone(),
    }
}
