//! The kind `coupons`: a row is a coupon for a customer, or a ready code.

use async_trait::async_trait;

use super::desk::{Desk, Judged};
use super::people;
use super::plan::Plan;
use super::row::{self, Asked};
use super::taken_store::taken;
use super::{SUBJECT, held, named, undo_store};
use crate::base::act::{Act, Entry as Trace};
use crate::base::csv::importable::{Blocker, Entry, Field, Kind, Subject, Terms, Verdict};
use crate::base::error::Result;
use crate::base::ids::{CustomerId, ImportId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};
use crate::coupons::series::{Handling, Series};
use crate::coupons::trace;

/// The kind `coupons`.
pub struct CouponsKind;

/// Rows read and judged: what to write, and what became of each.
struct Sorted {
    verdicts: Vec<Verdict>,
    plan: Plan,
}

async fn sort(
    act: &mut Act,
    entries: &[Entry<'_>],
    terms: &Terms,
    series: &Series,
) -> Result<Sorted> {
    let rows: Vec<Result<Asked, Problems>> =
        entries.iter().map(|entry| Asked::of(entry, series)).collect();
    let known = people::find(act, rows.iter().flatten().filter_map(Asked::who)).await?;
    let mut ids: Vec<CustomerId> = known.values().copied().collect();
    ids.sort_unstable();
    ids.dedup();
    let mut desk = Desk::open(act, series, &ids, terms).await?;
    let keys: Vec<String> = rows.iter().flatten().filter_map(Asked::key).collect();
    let org = act.org();
    let taken = taken(act.db(), org, &keys).await?;
    let mut sorted = Sorted { verdicts: Vec::with_capacity(rows.len()), plan: Plan::default() };
    for (entry, row) in entries.iter().zip(rows) {
        let asked = match row {
            Ok(asked) => asked,
            Err(problems) => {
                sorted.verdicts.push(Verdict::Refused(problems));
                continue;
            }
        };
        if let Some(refused) = duplicate(entry, &asked, &taken) {
            sorted.verdicts.push(refused);
            continue;
        }
        let customer = match asked.who().map(|who| (who, known.get(who))) {
            Some((who, None)) => {
                sorted.verdicts.push(Verdict::Refused(who.unknown().into()));
                continue;
            }
            Some((_, Some(id))) => Some(*id),
            None => None,
        };
        let judged = customer.map_or(Judged::Granted, |id| {
            let above = if matches!(asked, Asked::Issue(_)) { entry.nth } else { 0 };
            desk.judge(id, above)
        });
        sorted.verdicts.push(match judged {
            Judged::Granted => {
                sorted.plan.add(asked, customer);
                Verdict::Create
            }
            Judged::HasOne => Verdict::Unchanged,
            Judged::Refused(problem) => Verdict::Refused(problem.into()),
        });
    }
    Ok(sorted)
}

/// The refusal of a code that is there already, or stands in the file twice.
fn duplicate(
    entry: &Entry<'_>,
    asked: &Asked,
    taken: &std::collections::HashSet<String>,
) -> Option<Verdict> {
    let key = asked.key()?;
    let why = if entry.nth > 0 {
        format!("Duplicate code: it stands on line {}", entry.first.unwrap_or_default())
    } else if taken.contains(&key) {
        "Duplicate code: a living coupon has it".to_owned()
    } else {
        return None;
    };
    Some(Verdict::Refused(Fault::new("duplicate", why).on("code").into()))
}

#[async_trait]
impl Kind for CouponsKind {
    fn name(&self) -> &'static str {
        "coupons"
    }

    fn label(&self) -> &'static str {
        "Coupons"
    }

    fn permission(&self) -> Permission {
        Permission::EditCoupons
    }

    fn fields(&self) -> &'static [Field] {
        &row::FIELDS
    }

    fn subject(&self) -> Option<Subject> {
        Some(SUBJECT)
    }

    async fn named_subject(&self, act: &mut Act, about: i64) -> Result<String> {
        let series = named(act, about).await?;
        if series.external && series.handling != Handling::Uploaded {
            let why = "The coupons of this offer are issued elsewhere";
            return Err(Fault::new("external", why).on("about").into());
        }
        Ok(series.description)
    }

    fn identity(&self, entry: &Entry<'_>, _: &Terms, into: &mut Vec<u8>) {
        row::identity(entry, into);
    }

    async fn write(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        act.require(Permission::EditCoupons)?;
        let series = held(act, terms).await?;
        let Sorted { verdicts, plan } = sort(act, entries, terms, &series).await?;
        if terms.above.is_some() {
            // A check: everything that could refuse a row was asked.
            return Ok(verdicts);
        }
        for coupon in plan.write(act, &series, terms).await? {
            act.record(trace::entry("issued", &coupon, &series));
        }
        Ok(verdicts)
    }

    async fn blockers(&self, act: &mut Act, import: ImportId, most: i64) -> Result<Vec<Blocker>> {
        let org = act.org();
        let used = undo_store::blockers(act.db(), org, import, most).await?;
        Ok(used.into_iter().map(|(label, why)| Blocker { label, why }).collect())
    }

    async fn undo(&self, act: &mut Act, import: ImportId, most: i64) -> Result<u64> {
        act.require(Permission::EditCoupons)?;
        let (actor, now) = (act.actor().clone(), act.now());
        let taken = undo_store::withdraw(act.db(), &actor, now, import, most).await?;
        for coupon in taken.iter().filter(|coupon| coupon.issued) {
            let entry = Trace::new("revoked", "coupon", coupon.id, coupon.code.clone());
            let entry = trace::turned(entry, Some("ISSUED"), "REVOKED");
            act.record(entry.because(Some(undo_store::REASON.to_owned())));
        }
        Ok(taken.len() as u64)
    }
}
