//! The offers of Northwind Outfitters: every kind of code, every state, and months of use.

use chrono::NaiveDate;
use serde_json::json;

use crate::base::act::{Act, Entry};
use crate::base::calendar;
use crate::base::error::Result;
use crate::base::ids::{CustomerId, SeriesId};
use crate::coupons::{self, BillSaid, Draft, Origin, Pick, RedeemCall, Source, Want};
use crate::demo::store;
use crate::demo::{NAME, ZONE};

/// An offer to be made, and how it is used.
struct Recipe {
    /// The series' fields, `key=value` parted by semicolons.
    terms: &'static str,
    /// Its last day, counted from today; none: it has none of its own.
    last: Option<i64>,
    /// Its first day of redemption, counted from today.
    first: Option<i64>,
    /// One of so many customers holds a coupon; none: nobody does.
    every: Option<usize>,
    /// One of so many coupons is redeemed.
    used: usize,
    /// The module that has claimed it.
    claimed: Option<(&'static str, i64)>,
}

const NONE: Recipe =
    Recipe { terms: "", last: None, first: None, every: None, used: 2, claimed: None };

/// The offers, the oldest first.
const OFFERS: [Recipe; 10] = [
    Recipe {
        terms: "description=Summer sale 2026; discountCode=SUMMER26; discountType=PERC; discountValue=20; \
                expiryStrategyType=SERIES_EXPIRY; clientHandlingType=DISC_CODE; anyUser=false; \
                smsTemplate=20 % off until the end of summer: {{voucher}}",
        last: Some(-60),
        ..NONE
    },
    Recipe {
        terms: "description=Welcome to the trail; discountCode=WELCOME10; discountType=PERC; discountValue=10; \
                discountUpto=50; expiryStrategyType=DAYS; expiryStrategyValue=30; clientHandlingType=DISC_CODE; \
                anyUser=false; isMultipleVouchersPerUserAllowed=false; couponPrefix=WEL-; randomCodeLength=7; \
                smsTemplate=Hello {{first_name}}, here is your 10 %: {{voucher}}; \
                termsAndConditions=Not with other offers. Not on gift cards.",
        last: Some(400),
        every: Some(1),
        used: 2,
        ..NONE
    },
    Recipe {
        terms: "description=Winter boots, 20 off from 100; discountCode=BOOTS20; discountType=ABS; \
                discountValue=20; expiryStrategyType=SERIES_EXPIRY; clientHandlingType=DISC_CODE; anyUser=true; \
                minBillAmount=100; maxCreate=60; maxVouchersPerUser=2; isMultipleUseAllowed=true; \
                redemptionPerCouponMaxLimit=3; maxRedemptionsInSeriesPerUser=2; \
                redemptionRange={\"dom\":[\"-1\"],\"dow\":[\"1\",\"2\",\"3\",\"4\"],\"hours\":[\"-1\"]}; \
                smsTemplate=Warm feet: {{voucher}}",
        last: Some(65),
        every: Some(2),
        used: 3,
        ..NONE
    },
    Recipe {
        terms: "description=Bring a friend; discountCode=FRIENDS; discountType=ABS; discountValue=15; \
                expiryStrategyType=MONTHS_END; expiryStrategyValue=1; clientHandlingType=GENERIC; \
                genericCode=FRIENDS2026; anyUser=false; isMultipleUseAllowed=true; \
                maxRedemptionsInSeriesPerUser=3; sameUserMultipleRedeem=true; smsTemplate=Use {{voucher}}",
        last: Some(35),
        every: Some(3),
        used: 2,
        claimed: Some(("REFERRAL", 12)),
        ..NONE
    },
    Recipe {
        terms: "description=Ten minutes late? Our apologies; discountCode=SORRY5; discountType=ABS; \
                discountValue=5; expiryStrategyType=DAYS; expiryStrategyValue=90; clientHandlingType=DISC_CODE; \
                anyUser=false; smsTemplate=We are sorry: {{voucher}}; \
                mutualExclusiveSeriesIds=[]; minDaysBetweenVouchers=30",
        last: None,
        every: Some(11),
        used: 4,
        claimed: Some(("GOODWILL", 1)),
        ..NONE
    },
    Recipe {
        terms: "description=Black week; discountCode=BLACK30; discountType=PERC; discountValue=30; discountUpto=200; \
                expiryStrategyType=SERIES_EXPIRY; clientHandlingType=DISC_CODE; anyUser=false; maxCreate=5000; \
                maxRedeem=4000; notifyAt=500; isValidWithDiscountedItem=true; smsTemplate=Sharp: {{voucher}}",
        last: Some(24),
        first: Some(3),
        every: Some(4),
        used: 0,
        ..NONE
    },
    Recipe {
        terms: "description=Bahn partner codes; discountCode=BAHN; discountType=ABS; discountValue=10; \
                expiryStrategyType=SERIES_EXPIRY; clientHandlingType=DISC_CODE_PIN; externalIssual=true; \
                anyUser=true; smsTemplate=-",
        last: Some(120),
        ..NONE
    },
    Recipe {
        terms: "description=خصم الشتاء للعملاء المميزين في متاجرنا; discountCode=SHITA; discountType=PERC; \
                discountValue=12.5; expiryStrategyType=SERIES_EXPIRY; clientHandlingType=DISC_CODE; anyUser=false; \
                smsTemplate=رمزك: {{voucher}}; \
                redemptionOrgEntityDetails=[{\"redemptionOrgEntityType\":\"STORE\",\"orgEntityId\":12}]",
        last: Some(80),
        every: Some(8),
        used: 3,
        ..NONE
    },
    Recipe {
        terms: "description=Anniversary thank-you for everybody who has walked with us since the very first \
                shop in the Speicherstadt opened its doors on that rainy Tuesday; discountCode=ANNIVERSARY; \
                discountType=PERC; discountValue=25; expiryStrategyType=SERIES_EXPIRY; \
                clientHandlingType=DISC_CODE; anyUser=false; smsTemplate=Thank you: {{voucher}}; \
                customPropertyMap={\"standard_description\":\"Ten years of Northwind\",\"Cost centre\":\"4100\"}",
        last: Some(200),
        every: Some(5),
        used: 2,
        claimed: Some(("JOURNEY", 77)),
        ..NONE
    },
    Recipe {
        terms: "description=Printed vouchers, hut partners; discountCode=HUT8; discountType=ABS; discountValue=8; \
                expiryStrategyType=SERIES_EXPIRY; clientHandlingType=DISC_CODE_PIN; anyUser=true; notifyAt=200; \
                smsTemplate=Your hut voucher: {{voucher}}",
        last: Some(150),
        used: 3,
        ..NONE
    },
];

/// The offer whose codes are brought in from a file, and the file.
pub const STOCKED: &str = "Printed vouchers, hut partners";

/// Ready codes as a printer's file.
pub fn stock() -> Vec<u8> {
    let mut file = "code\n".to_owned();
    for place in 0..180u32 {
        // Spread over the alphabet without chance, so that the file is the same every time.
        file.push_str(&format!(
            "HUT-{:06X}\n",
            place.wrapping_mul(0x9E3779).wrapping_add(0x51ED) & 0xFF_FFFF
        ));
    }
    file.into_bytes()
}

impl Recipe {
    fn draft(&self, today: NaiveDate) -> Draft {
        let pairs = self.terms.split(';').filter_map(|pair| pair.trim().split_once('='));
        let pairs: Vec<_> = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let mut draft = Draft::from_pairs(&pairs);
        match self.last {
            Some(days) => draft.set("validTillDate", super::catalog::shifted(today, days)),
            None => draft.set("fixedEnd", false),
        }
        if let Some(days) = self.first {
            draft.set("redemptionValidFrom", super::catalog::shifted(today, days));
        }
        draft
    }
}

/// Makes the offers and issues and redeems their coupons; all or nothing.
pub async fn fill(act: &mut Act) -> Result<()> {
    let org = act.org();
    if !coupons::all_ids(act.db(), org).await?.is_empty() {
        return Ok(());
    }
    let today = calendar::day_of(act.now(), ZONE);
    let customers = store::customers(act.db(), org).await?;
    for recipe in &OFFERS {
        let made = coupons::create(act, &recipe.draft(today), false).await?;
        if let Some((by, id)) = recipe.claimed {
            let claim = coupons::series::Claim { by: by.to_owned(), id, validity: 0 };
            coupons::claim(act, made.id, claim).await?;
        }
        if let Some(every) = recipe.every {
            hand_out(act, made.id, &customers, every, recipe.used).await?;
        }
    }
    Ok(())
}

/// Issues a coupon to some customers, and redeems some of them.
async fn hand_out(
    act: &mut Act,
    series: SeriesId,
    customers: &[CustomerId],
    every: usize,
    used: usize,
) -> Result<()> {
    for (place, customer) in customers.iter().step_by(every.max(1)).enumerate() {
        let want = Want::one(series, *customer, Origin::of(Source::Api));
        let given = coupons::issue(act, &[want]).await?;
        let Some(Ok(given)) = given.into_iter().next() else { continue };
        let Some(coupon) = given.coupons.first() else { continue };
        if used == 0 || !place.is_multiple_of(used) {
            continue;
        }
        let bill = BillSaid {
            amount: Some(120.0 + place as f64),
            transaction: Some(format!("T-{place:04}")),
            id: None,
        };
        let call = RedeemCall {
            customer: *customer,
            picks: vec![Pick::Code(coupon.code.clone())],
            bill: Some(bill),
            at: None,
            custom_fields: None,
            details: None,
        };
        coupons::redeem(act, &call).await?;
    }
    Ok(())
}

/// The stock of the offer with printed codes: some of it handed out; then everything is spread over the
/// last weeks, as if it had happened there.
pub async fn use_up(act: &mut Act, series: SeriesId) -> Result<()> {
    let (org, now) = (act.org(), act.now());
    let customers = store::customers(act.db(), org).await?;
    hand_out(act, series, &customers, 2, 3).await?;
    let spread = store::spread_coupons(act.db(), org, now).await?;
    let entry = Entry::new("dated the coupons of", "org", org, NAME);
    act.record(entry.with(json!({ "coupons": spread })));
    Ok(())
}
