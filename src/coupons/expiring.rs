//! Moving the end of coupons, earlier or later, active or expired (spec/coupons.md 6.11).

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::json;

use crate::base::act::Act;
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::base::permission::Permission;
use crate::base::problem::Problem;
use crate::coupons::coupon::Coupon;
use crate::coupons::expiry;
use crate::coupons::ground;
use crate::coupons::picking::{self, Picked};
use crate::coupons::refusal;
use crate::coupons::series::{Handling, Series};
use crate::coupons::store;
use crate::coupons::trace::{self, iso};

/// The most codes of one call; the console has no such limit.
const MOST: usize = 100;

/// A call to move ends, by code.
#[derive(Debug, Clone, PartialEq)]
pub struct ExpiryCall {
    /// The series; may be left out for exactly one code.
    pub series: Option<SeriesId>,
    /// The holder; common codes need one.
    pub customer: Option<CustomerId>,
    /// Codes and the instants they are to end at.
    pub pairs: Vec<(String, DateTime<Utc>)>,
    /// Why.
    pub reason: Option<String>,
}

/// What became of a code.
#[derive(Debug, Clone, PartialEq)]
pub struct Moved {
    /// As it was asked for; the code of the coupon where it was asked for by number.
    pub code: String,
    /// The instant it was to end at.
    pub to: DateTime<Utc>,
    /// The coupon as it is now, or why it stayed.
    pub result: std::result::Result<Coupon, Problem>,
}

/// The answer to an [`ExpiryCall`].
#[derive(Debug, Clone, PartialEq)]
pub struct ExpiryAnswer {
    /// The series, given or found; none when the only code is unknown.
    pub series: Option<SeriesId>,
    /// In the order of the call.
    pub lines: Vec<Moved>,
}

/// Moves ends by code. What is wrong with the call as a whole is refused; codes are handled each by itself.
pub async fn change_expiry(act: &mut Act, call: &ExpiryCall) -> Result<ExpiryAnswer> {
    act.require(Permission::ServeCoupons)?;
    let refuse = |word| Err(Error::from(refusal::problem(word)));
    if call.pairs.is_empty() || call.pairs.iter().any(|(code, _)| code.trim().is_empty()) {
        return refuse("expiry_pairs_blank");
    }
    if call.pairs.len() > MOST {
        return refuse("too_many");
    }
    if call.series.is_none() && call.pairs.len() > 1 {
        return refuse("series_needed");
    }
    let codes: Vec<String> = call.pairs.iter().map(|(code, _)| code.clone()).collect();
    let customer = picking::customer(act, call.customer).await?;
    let Some(series) = picking::series(act, call.series, &codes[0]).await? else {
        let (code, to) = call.pairs[0].clone();
        let result = Err(refusal::problem("code_invalid"));
        return Ok(ExpiryAnswer { series: None, lines: vec![Moved { code, to, result }] });
    };
    if series.handling == Handling::Generic && customer.is_none() {
        return refuse("generic_needs_customer");
    }
    let picked = picking::by_codes(act, &series, customer, &codes).await?;
    let now = ground::moment(act).await?;
    let zone = ground::zone(act).await?;
    if expiry::of_series(&series, zone).passed(now) {
        return refuse("series_expired");
    }
    let mut work = Work { now, zone, by: customer, reason: call.reason.clone(), ends: Vec::new() };
    let mut lines = Vec::with_capacity(call.pairs.len());
    for ((code, to), picked) in call.pairs.iter().zip(picked) {
        let result = work.line(act, &series, picked, *to).map_err(refusal::problem);
        lines.push(Moved { code: code.clone(), to: *to, result });
    }
    work.write(act).await?;
    Ok(ExpiryAnswer { series: Some(series.id), lines })
}

/// Moves the ends of coupons by number, any series among them: what the console does. In the order of
/// the coupons' numbers; those that are not there are left out.
pub async fn change_expiry_of(
    act: &mut Act,
    ids: &[CouponId],
    to: DateTime<Utc>,
    reason: Option<String>,
) -> Result<Vec<Moved>> {
    act.require(Permission::ServeCoupons)?;
    let (series, coupons) = picking::by_ids(act, ids).await?;
    let codes: Vec<String> = coupons.iter().map(|coupon| coupon.code.clone()).collect();
    let results = move_all(act, &series, coupons, to, reason).await?;
    let line = |(code, result): (String, Verdict)| Moved {
        code,
        to,
        result: result.map_err(refusal::problem),
    };
    Ok(codes.into_iter().zip(results).map(line).collect())
}

/// The coupon as it became, or the word of the refusal.
pub(super) type Verdict = std::result::Result<Coupon, &'static str>;

/// Moves the ends of coupons that are locked, their series held, to an instant: what became of each, in
/// their order. Whoever calls has asked for the right to.
pub(super) async fn move_all(
    act: &mut Act,
    series: &HashMap<SeriesId, Series>,
    coupons: Vec<Coupon>,
    to: DateTime<Utc>,
    reason: Option<String>,
) -> Result<Vec<Verdict>> {
    let (now, zone) = (ground::moment(act).await?, ground::zone(act).await?);
    let mut work = Work { now, zone, by: None, reason, ends: Vec::new() };
    let mut results = Vec::with_capacity(coupons.len());
    for coupon in coupons {
        let judged = may_change(&coupon, series.get(&coupon.series), now, zone);
        results.push(match judged {
            Ok(series) => work.line(act, series, Picked::of(coupon), to),
            Err(word) => Err(word),
        });
    }
    work.write(act).await?;
    Ok(results)
}

/// Gives coupons that are locked the moved end back they had before it was moved to `from`; one whose
/// end was moved again since keeps it. What became of each, in their order.
pub(super) async fn put_back_all(
    act: &mut Act,
    series: &HashMap<SeriesId, Series>,
    coupons: Vec<Coupon>,
    from: DateTime<Utc>,
    before: &HashMap<CouponId, Option<DateTime<Utc>>>,
    reason: Option<String>,
) -> Result<Vec<Verdict>> {
    let (now, zone) = (ground::moment(act).await?, ground::zone(act).await?);
    let mut work = Work { now, zone, by: None, reason, ends: Vec::new() };
    let mut results = Vec::with_capacity(coupons.len());
    for coupon in coupons {
        let judged = may_put_back(&coupon, series.get(&coupon.series), from, now, zone);
        results.push(match judged {
            Ok(series) => {
                let to = before.get(&coupon.id).copied().flatten();
                Ok(work.set(act, series, coupon, to))
            }
            Err(word) => Err(word),
        });
    }
    work.write(act).await?;
    Ok(results)
}

/// Whether a coupon's end may be moved at all, to whatever instant; its series.
pub(super) fn may_change<'a>(
    coupon: &Coupon,
    series: Option<&'a Series>,
    now: DateTime<Utc>,
    zone: Tz,
) -> std::result::Result<&'a Series, &'static str> {
    let series = series.filter(|series| !expiry::of_series(series, zone).passed(now));
    let series = series.ok_or("series_expired")?;
    let living = coupon.revoked.is_none() && coupon.issue.is_some();
    if living { Ok(series) } else { Err("code_invalid") }
}

/// Whether an end that was moved to `from` may be put back: nobody moved it since.
pub(super) fn may_put_back<'a>(
    coupon: &Coupon,
    series: Option<&'a Series>,
    from: DateTime<Utc>,
    now: DateTime<Utc>,
    zone: Tz,
) -> std::result::Result<&'a Series, &'static str> {
    let series = may_change(coupon, series, now, zone)?;
    if coupon.expiry_override == Some(from) { Ok(series) } else { Err("moved_since") }
}

/// What is the same for all codes of a call, and the ends to be written.
struct Work {
    now: DateTime<Utc>,
    zone: Tz,
    by: Option<CustomerId>,
    reason: Option<String>,
    ends: Vec<(CouponId, Option<DateTime<Utc>>)>,
}

impl Work {
    /// One code: the rules in their order, and its entry.
    fn line(
        &mut self,
        act: &mut Act,
        series: &Series,
        picked: Picked,
        to: DateTime<Utc>,
    ) -> Verdict {
        let coupon = picked.coupon.filter(|coupon| coupon.revoked.is_none());
        let coupon = coupon.filter(|coupon| coupon.issue.is_some());
        let coupon = coupon.ok_or("code_invalid")?;
        may_move(&coupon, series, self.by, to, self.now, self.zone)?;
        if coupon.expiry_override == Some(to) {
            // Asked twice, as by a double click: it is so already, and is not told again.
            return Ok(coupon);
        }
        Ok(self.set(act, series, coupon, Some(to)))
    }

    /// Sets a coupon's moved end, or takes it off, with an entry.
    fn set(
        &mut self,
        act: &mut Act,
        series: &Series,
        mut coupon: Coupon,
        to: Option<DateTime<Utc>>,
    ) -> Coupon {
        let before = expiry::of_coupon(&coupon, series, self.zone).shown;
        coupon.expiry_override = to;
        let after = expiry::of_coupon(&coupon, series, self.zone).shown;
        let mut entry =
            trace::entry("moved the expiry of", &coupon, series).because(self.reason.clone());
        entry.before = Some(json!({ "expiresOn": iso(before) }));
        entry.after = Some(json!({ "expiresOn": iso(after) }));
        act.record(entry);
        self.ends.push((coupon.id, to));
        coupon
    }

    /// Writes the ends; of a code named twice the last one counts.
    async fn write(self, act: &mut Act) -> Result<()> {
        let last: HashMap<CouponId, Option<DateTime<Utc>>> = self.ends.iter().copied().collect();
        if last.is_empty() {
            return Ok(());
        }
        let ids: BTreeSet<CouponId> = last.keys().copied().collect();
        let ends: Vec<_> = ids.into_iter().filter_map(|id| Some((id, *last.get(&id)?))).collect();
        let org = act.org();
        Ok(store::expiry::set(act.db(), org, &ends).await?)
    }
}

/// Whether a living coupon may end at an instant: held by the customer named, to come, and not beyond
/// the last second of its series.
pub(super) fn may_move(
    coupon: &Coupon,
    series: &Series,
    by: Option<CustomerId>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
    zone: Tz,
) -> std::result::Result<(), &'static str> {
    if by.is_some() && coupon.holder() != by {
        return Err("not_holder");
    }
    if to <= now {
        return Err("expiry_past");
    }
    if to > expiry::of_series(series, zone).shown { Err("expiry_beyond_series") } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::coupons::samples;

    #[test]
    fn an_end_lies_ahead_and_within_the_series() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (series, now) = (samples::series(), at("2026-11-26T09:00:00Z"));
        let coupon = samples::coupon(now);
        let to = |text: &str, by: Option<i64>| {
            let by = by.map(CustomerId::new);
            may_move(&coupon, &series, by, at(text), now, Tz::Europe__Berlin)
        };
        assert_eq!(to("2026-11-26T09:00:00Z", None), Err("expiry_past"));
        assert_eq!(to("2026-11-26T09:00:01Z", Some(1)), Ok(()));
        assert_eq!(to("2026-11-26T09:00:00Z", Some(2)), Err("not_holder"));
        // The series' last second in Berlin, and the one after.
        assert_eq!(to("2027-12-31T22:59:59Z", None), Ok(()));
        assert_eq!(to("2027-12-31T23:00:00Z", None), Err("expiry_beyond_series"));
    }
}
