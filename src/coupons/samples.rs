//! A series and a coupon for the rules' own tests.

use chrono::{DateTime, Utc};
use serde_json::{Map, json};

use crate::base::ids::{CouponId, CustomerId, SeriesId};
use crate::coupons::coupon::{Coupon, Issued, Revoked, Source};
use crate::coupons::customer::Holder;
use crate::coupons::series::{
    Claim, CodeShape, Discount, DiscountKind, Handling, IssueLimits, RedeemLimits, Series, Stamp,
    Strategy, Words,
};

/// A single-use series of generated codes without limits, up to the end of 2027.
pub fn series() -> Series {
    let now: DateTime<Utc> = "2026-11-01T09:00:00Z".parse().unwrap();
    Series {
        id: SeriesId::new(7),
        series_code: "AUTUMN".into(),
        description: "Autumn".into(),
        discount: Discount {
            code: "AUT10".into(),
            kind: DiscountKind::Percent,
            value: 10.0,
            upto: 0.0,
            on: "BILL".into(),
        },
        valid_till: "2027-12-31".parse().unwrap(),
        fixed_end: true,
        strategy: Strategy::WithSeries,
        handling: Handling::Generated,
        generic_code: None,
        external: false,
        issue: IssueLimits { several: true, ..IssueLimits::default() },
        redeem: RedeemLimits::default(),
        products: json!([]),
        excluded: "[]".into(),
        codes: CodeShape { alphanumeric: true, random_length: 8, prefix: None, suffix: None },
        words: Words {
            message: "Your code: {{voucher}}".into(),
            short_message: String::new(),
            message_off: false,
            resend_enabled: true,
            info: "Autumn".into(),
            tag: "Autumn".into(),
            terms: "T&C".into(),
            properties: None,
        },
        extra: Map::new(),
        claim: Claim { by: "NONE".into(), id: -1, validity: 0 },
        notify_at: None,
        reminders: json!([]),
        version: 1,
        stamp: Stamp {
            created_on: now,
            created_by: None,
            created_by_name: "Mina".into(),
            updated_on: now,
            updated_by_name: "Mina".into(),
        },
    }
}

/// A coupon of it, issued to customer 1 then.
pub fn coupon(issued: DateTime<Utc>) -> Coupon {
    Coupon {
        id: CouponId::new(70),
        series: SeriesId::new(7),
        code: "abAB123".into(),
        generic: false,
        redeemed: 0,
        created_on: issued,
        issue: Some(Issued {
            customer: CustomerId::new(1),
            on: issued,
            till: None,
            by: None,
            by_name: "till-1".into(),
        }),
        expires_on: None,
        expiry_override: None,
        revoked: None,
        source: Source::Api,
        source_reference: None,
        metadata: None,
        bill_id: None,
        transaction_number: None,
        batch: None,
    }
}

/// That it was revoked then.
pub fn revoked(on: DateTime<Utc>) -> Revoked {
    Revoked { on, by_name: "Mina".into(), reason: None }
}

/// Customer 1, about whom nothing is amiss.
pub fn holder() -> Holder {
    Holder {
        id: CustomerId::new(1),
        status: "ACTIVE".into(),
        fraud: "NONE".into(),
        registered_on: None,
        transactions: 0,
        first_name: "Amara".into(),
        last_name: "Okafor".into(),
        mobile: None,
    }
}
