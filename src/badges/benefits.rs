//! Benefits: what comes with an issued badge (spec/badges.md 11). Kept as sent, keys we do not know
//! included, so that clients of the reference's API lose nothing.

use std::fmt;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::badges::owners::bare;
use crate::base::problem::Fault;

/// The most benefits a badge may carry.
pub const MOST: usize = 10;

/// One benefit; its place in the list is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct Benefit {
    /// What it gives.
    pub kind: BenefitKind,
    /// Its keys, `benefitType` left out.
    pub params: Map<String, Value>,
}

/// What a benefit gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BenefitKind {
    /// Points of a loyalty programme.
    Points,
    /// One coupon of a series.
    Coupon,
    /// A cart promotion.
    CartPromotion,
    /// A gift voucher.
    GiftVoucher,
}

/// A key of a benefit: its wire name, its label, whether it must be there, and whether it is a number.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// As sent and stored.
    pub wire: &'static str,
    /// As on the screen.
    pub label: &'static str,
    /// Whether the benefit makes no sense without it.
    pub required: bool,
    /// What it holds.
    pub holds: Holds,
}

/// What a benefit's key holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// A whole number.
    Id,
    /// A number, with a fraction if need be.
    Number,
    /// Text.
    Text,
}

const fn key(wire: &'static str, label: &'static str, required: bool, holds: Holds) -> Key {
    Key { wire, label, required, holds }
}

// A points benefit may come without its promotion: one is made for it when it is first issued.
const POINTS: &[Key] = &[
    key("programId", "Programme id", true, Holds::Id),
    key("promotionId", "Promotion id", false, Holds::Id),
    key("allocationStrategyId", "Earn strategy id", true, Holds::Id),
    key("expirationStrategyId", "Expiry strategy id", true, Holds::Id),
    key("points", "Points", false, Holds::Number),
    key("defaultTillId", "Till id", false, Holds::Id),
];
const COUPON: &[Key] = &[key("seriesId", "Coupon series id", true, Holds::Id)];
const PROMOTION: &[Key] = &[key("promotionId", "Promotion id", true, Holds::Text)];

impl BenefitKind {
    /// All four, in the order of the screen.
    pub const ALL: [BenefitKind; 4] = [
        BenefitKind::Points,
        BenefitKind::Coupon,
        BenefitKind::CartPromotion,
        BenefitKind::GiftVoucher,
    ];

    /// As stored and sent.
    pub const fn wire(self) -> &'static str {
        match self {
            BenefitKind::Points => "LOYALTY_POINTS",
            BenefitKind::Coupon => "COUPON",
            BenefitKind::CartPromotion => "CART_PROMOTION",
            BenefitKind::GiftVoucher => "GIFT_VOUCHER",
        }
    }

    /// As on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            BenefitKind::Points => "Points",
            BenefitKind::Coupon => "Coupon",
            BenefitKind::CartPromotion => "Cart promotion",
            BenefitKind::GiftVoucher => "Gift voucher",
        }
    }

    /// The keys we know of it.
    pub const fn keys(self) -> &'static [Key] {
        match self {
            BenefitKind::Points => POINTS,
            BenefitKind::Coupon => COUPON,
            BenefitKind::CartPromotion | BenefitKind::GiftVoucher => PROMOTION,
        }
    }
}

impl fmt::Display for BenefitKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for BenefitKind {
    type Err = Fault;
    fn from_str(text: &str) -> Result<Self, Fault> {
        BenefitKind::ALL.into_iter().find(|kind| bare(kind.wire()) == bare(text)).ok_or_else(|| {
            Fault::invalid("A benefit is LOYALTY_POINTS, COUPON, CART_PROMOTION or GIFT_VOUCHER")
        })
    }
}

impl Key {
    /// Reads a typed value; blank is none, and a fault where the key is required.
    pub fn read(&self, text: &str) -> Result<Option<Value>, Fault> {
        let text = text.trim();
        if text.is_empty() {
            return match self.required {
                true => Err(Fault::blank(format!("{} is mandatory", self.label))),
                false => Ok(None),
            };
        }
        let value = match self.holds {
            Holds::Id => text.parse::<i64>().ok().map(Value::from),
            Holds::Number => text.parse::<i64>().ok().map(Value::from).or_else(|| {
                text.parse::<f64>().ok().filter(|number| number.is_finite()).map(Value::from)
            }),
            Holds::Text => Some(Value::from(text)),
        };
        value.map(Some).ok_or_else(|| Fault::invalid(format!("{} must be a number", self.label)))
    }
}

impl Benefit {
    /// A key's value as a form or a sheet shows it.
    pub fn text(&self, wire: &str) -> String {
        match self.params.get(wire) {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
        }
    }

    /// The keys we do not know, as JSON text; empty when there are none.
    pub fn extra(&self) -> String {
        let known = |name: &str| self.kind.keys().iter().any(|key| key.wire == name);
        let extra: Map<String, Value> = self
            .params
            .iter()
            .filter(|(name, _)| !known(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        if extra.is_empty() { String::new() } else { Value::Object(extra).to_string() }
    }

    /// What the screen says of it: `Coupon · Coupon series id 136`.
    pub fn sentence(&self) -> String {
        let known = self.kind.keys().iter().filter(|key| !self.text(key.wire).is_empty());
        let parts: Vec<String> =
            known.map(|key| format!("{} {}", key.label, self.text(key.wire))).collect();
        format!("{} · {}", self.kind.label(), parts.join(", "))
    }
}
