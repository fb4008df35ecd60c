//! What answers about coupons tell besides the coupon: where it was issued, and its redemptions.

use std::collections::HashMap;

use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::Permit;
use crate::base::app::Reading;
use crate::base::ids::{CouponId, RedemptionId};
use crate::coupons::api::Read;
use crate::coupons::api::answers::CouponPlace;
use crate::coupons::api::case::LetterCase;
use crate::coupons::api::times::Local;
use crate::coupons::holdings::Holding;
use crate::coupons::{self, Redemption};

/// One use of a coupon.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponUse {
    id: RedemptionId,
    date: Local,
    /// The bill's number; may be empty.
    transaction_number: String,
    /// Where; null where it was at no till.
    redeemed_at: Option<CouponPlace>,
}

/// One use that was taken back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CouponUseReversed {
    id: RedemptionId,
    date: Local,
    /// The bill's number; may be empty.
    transaction_number: String,
    /// Where; null where it was at no till.
    redeemed_at: Option<CouponPlace>,
    reversed_on: Local,
    /// `true`.
    is_reversed: bool,
}

/// What is told of coupons besides themselves.
#[derive(Debug)]
pub struct Told {
    /// The letters codes are told in.
    pub case: LetterCase,
    /// The brand's zone.
    pub zone: Tz,
    tills: HashMap<i64, (String, String)>,
    uses: HashMap<CouponId, Vec<Redemption>>,
    reversed: bool,
}

impl Told {
    /// Of coupons; without redemptions that were taken back unless they are asked for.
    pub async fn of(
        db: &mut Reading,
        permit: &Permit,
        case: LetterCase,
        holdings: &[Holding],
        reversed: bool,
    ) -> Read<Self> {
        let ids: Vec<CouponId> = holdings.iter().map(|holding| holding.coupon.id).collect();
        let all = coupons::redemptions_of(&mut **db, permit.org(), &ids).await?;
        let issued = holdings.iter().filter_map(|holding| holding.coupon.issue.as_ref()?.till);
        let mut tills: Vec<i64> = issued.chain(all.iter().filter_map(|one| one.till)).collect();
        tills.sort_unstable();
        tills.dedup();
        let tills = coupons::tills(&mut **db, permit.org(), &tills).await?;
        let mut uses: HashMap<CouponId, Vec<Redemption>> = HashMap::new();
        for one in all {
            uses.entry(one.coupon).or_default().push(one);
        }
        Ok(Told { case, zone: permit.zone(), tills, uses, reversed })
    }

    /// A till in short.
    pub fn place(&self, till: Option<i64>) -> Option<CouponPlace> {
        let (code, name) = self.tills.get(&till?)?.clone();
        Some(CouponPlace { code, name })
    }

    /// The uses of a coupon that were not taken back, oldest first.
    pub fn uses(&self, coupon: CouponId) -> Vec<CouponUse> {
        let living = self.of_coupon(coupon).filter(|one| one.reversed.is_none());
        let told = living.map(|one| CouponUse {
            id: one.id,
            date: Local::at(one.on, self.zone),
            transaction_number: one.transaction_number.clone().unwrap_or_default(),
            redeemed_at: self.place(one.till),
        });
        told.collect()
    }

    /// Those that were taken back; none where they are not asked for.
    pub fn reversed(&self, coupon: CouponId) -> Vec<CouponUseReversed> {
        let wanted = self.of_coupon(coupon).filter(|_| self.reversed);
        let told = wanted.filter_map(|one| {
            Some(CouponUseReversed {
                id: one.id,
                date: Local::at(one.on, self.zone),
                transaction_number: one.transaction_number.clone().unwrap_or_default(),
                redeemed_at: self.place(one.till),
                reversed_on: Local::at(one.reversed.as_ref()?.on, self.zone),
                is_reversed: true,
            })
        });
        told.collect()
    }

    fn of_coupon(&self, coupon: CouponId) -> impl Iterator<Item = &Redemption> {
        self.uses.get(&coupon).into_iter().flatten()
    }
}
