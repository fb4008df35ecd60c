//! The open coupon, beside the list: everything about it, what can be done, its history.

use chrono::{DateTime, Utc};

use crate::activity::{self, History};
use crate::auth::Staff;
use crate::base::error::{Error, Result};
use crate::base::ids::{CouponId, CustomerId};
use crate::base::permission::Permission;
use crate::coupons::{self, Facts, HoldingFilter, HoldingStatus, Holdings, Offer, Source, judge};
use crate::customers::path;
use crate::membercare::coupons::{Asked, store};
use crate::membercare::store::Reading;
use crate::web::address::address;

/// The open coupon.
pub struct Panel {
    /// Everything about it.
    pub coupon: Facts,
    /// Its history, for those who read it.
    pub history: Option<History>,
    /// The list without it.
    pub close: String,
}

impl Panel {
    /// Reads it. A coupon of somebody else is not found.
    pub async fn load(
        db: &mut Reading,
        staff: &Staff,
        held: &Holdings,
        (customer, id): (CustomerId, CouponId),
        (asked, now): (&Asked, DateTime<Utc>),
    ) -> Result<Self> {
        let coupons = coupons::load_coupons(&mut *db, staff.org, &[id]).await?;
        let his = coupons.into_iter().filter(|coupon| coupon.holder() == Some(customer)).collect();
        let found = judge(db, staff.org, his, staff.zone, now).await?.pop();
        let holding = found.ok_or(Error::NotFound)?;
        let back = asked.to_coupon(customer, id);
        let mut facts = Facts::load(db, staff, &holding, (now, &back)).await?;
        facts.code = asked.spelling().show(&facts.code);
        if holding.coupon.source == Source::Badge {
            let reference = holding.coupon.source_reference.as_deref();
            facts.origin = origin(db, staff, customer, reference).await?;
        }
        if staff.may(Permission::ServeCoupons) {
            let series = holding.series.id;
            let filter = HoldingFilter {
                series: vec![series],
                statuses: vec![HoldingStatus::ActiveUnredeemed],
                ..HoldingFilter::default()
            };
            let active = held.total(db, &filter).await?;
            facts.offers.push(whole(customer, series.to_string(), active, &back));
        }
        let history = activity::history(db, staff, "coupon", &id.to_string()).await?;
        Ok(Panel { coupon: facts, history, close: asked.here(customer) })
    }
}

/// Revoking all that is active of the offer.
fn whole(customer: CustomerId, series: String, active: i64, back: &str) -> Offer {
    let customer = customer.to_string();
    let pairs = [("customer", customer.as_str()), ("series", &series), ("back", back)];
    Offer {
        label: "Revoke all of this offer",
        icon: "layers",
        risk: true,
        href: address("/coupons/codes/revocation", &pairs),
        why: if active > 0 { "" } else { "None of it is active and unredeemed." },
    }
}

/// The badge that gave it, on the customer's page.
async fn origin(
    db: &mut Reading,
    staff: &Staff,
    customer: CustomerId,
    reference: Option<&str>,
) -> Result<Option<(String, String)>> {
    let mut issue = [0; 12];
    if hex::decode_to_slice(reference.unwrap_or_default(), &mut issue).is_err() {
        return Ok(None);
    }
    let badge = store::badge_of_issue(db, staff.org, issue).await?;
    Ok(badge.map(|(id, name)| (name, address(&path(customer), &[("badge", &id.to_string())]))))
}
