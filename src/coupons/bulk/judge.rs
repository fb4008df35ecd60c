//! What would become of a coupon: the deeds' own rules, asked without doing anything.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::action::Action;
use super::scope::Scope;
use super::words::{UNREDEEMED, Was};
use crate::base::error::Result;
use crate::base::ids::{CustomerId, OrgId, SeriesId};
use crate::coupons::coupon::Coupon;
use crate::coupons::customer::Holder;
use crate::coupons::series::Series;
use crate::coupons::store::{self, holders};
use crate::coupons::{expiring, expiry, resending, revoking};

/// What is asked, and on what ground it is judged.
pub(super) struct Judge<'a> {
    pub(super) action: Action,
    pub(super) scope: &'a Scope,
    /// Where ends are to be moved to; of an undo, from. Nothing: not said yet.
    pub(super) moved_to: Option<DateTime<Utc>>,
    pub(super) now: DateTime<Utc>,
    pub(super) zone: Tz,
    series: HashMap<SeriesId, Series>,
    people: HashMap<CustomerId, Holder>,
}

impl<'a> Judge<'a> {
    /// Begins.
    pub(super) fn new(
        action: Action,
        scope: &'a Scope,
        moved_to: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
        zone: Tz,
    ) -> Self {
        let (series, people) = (HashMap::new(), HashMap::new());
        Judge { action, scope, moved_to, now, zone, series, people }
    }

    /// Reads what is not known yet of these coupons' series and holders.
    pub(super) async fn learn(
        &mut self,
        db: &mut PgConnection,
        org: OrgId,
        coupons: &[Coupon],
    ) -> Result<()> {
        let new = coupons.iter().map(|coupon| coupon.series);
        let new: BTreeSet<SeriesId> = new.filter(|id| !self.series.contains_key(id)).collect();
        if !new.is_empty() {
            let new: Vec<SeriesId> = new.into_iter().collect();
            let found = store::series::load(&mut *db, org, &new).await?;
            self.series.extend(found.into_iter().map(|series| (series.id, series)));
        }
        if self.action == Action::Resend {
            let people: BTreeSet<CustomerId> = coupons.iter().filter_map(Coupon::holder).collect();
            let people: Vec<CustomerId> = people.into_iter().collect();
            self.people = holders::load(db, org, &people).await?;
        }
        Ok(())
    }

    /// Nothing, or the word of the refusal.
    pub(super) fn of(&self, coupon: &Coupon) -> std::result::Result<(), &'static str> {
        let (now, zone) = (self.now, self.zone);
        let series = self.series.get(&coupon.series);
        still(self.scope, coupon, series, now, zone)?;
        let judged = match self.action {
            Action::Revoke => match series {
                Some(series) if !expiry::of_series(series, zone).passed(now) => {
                    revoking::may_take(coupon)
                }
                _ => Err("series_expired"),
            },
            Action::Expiry => expiring::may_change(coupon, series, now, zone).and_then(|series| {
                let to = self.moved_to;
                to.map_or(Ok(()), |to| expiring::may_move(coupon, series, None, to, now, zone))
            }),
            Action::Resend => {
                resending::may_send(coupon, series, &self.people, now, zone).map(drop)
            }
            Action::Reactivate if coupon.redeemed == 0 => Err(UNREDEEMED),
            Action::Reactivate => Ok(()),
            Action::Restore => {
                let from = self.moved_to.ok_or("moved_since")?;
                expiring::may_put_back(coupon, series, from, now, zone).map(drop)
            }
        };
        judged.map_err(|word| Was::of(coupon).finer(word))
    }
}

/// Whether a coupon is (still) meant: within the scope, and where listed customers' active coupons are
/// meant, not over.
pub(super) fn still(
    scope: &Scope,
    coupon: &Coupon,
    series: Option<&Series>,
    now: DateTime<Utc>,
    zone: Tz,
) -> std::result::Result<(), &'static str> {
    if !scope.holds(coupon) {
        return Err(Was::of(coupon).left());
    }
    let active_only = matches!(scope, Scope::Customers { .. }) && coupon.redeemed == 0;
    let over = |series| expiry::of_coupon(coupon, series, zone).passed(now);
    if active_only && series.is_some_and(over) { Err("expired") } else { Ok(()) }
}
