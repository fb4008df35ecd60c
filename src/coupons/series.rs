//! What a coupon series is: an offer, how its codes come about, and how often they may be issued and
//! redeemed (spec/coupons.md 3). Types and pure rules.
//!
//! A limit that is `None` is no limit; the wire says −1. Days are days of the brand's zone.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::base::ids::SeriesId;
pub use crate::coupons::kinds::{DiscountKind, Handling, Strategy};
use crate::coupons::range::Range;
use crate::customers::fold;

/// What is taken off the bill.
#[derive(Debug, Clone, PartialEq)]
pub struct Discount {
    /// What the till shows: the point-of-sale identifier.
    pub code: String,
    /// A fixed amount or a percentage.
    pub kind: DiscountKind,
    /// How much; above zero, a percentage at most 100.
    pub value: f64,
    /// The most that is taken off; zero: no cap.
    pub upto: f64,
    /// What it is taken off; only `BILL` is used.
    pub on: String,
}

/// How often coupons of the series may be issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IssueLimits {
    /// Over all customers.
    pub max: Option<i64>,
    /// To one customer; revoked coupons do not count.
    pub per_customer: Option<i32>,
    /// Days between two issues to one customer.
    pub gap_days: Option<i32>,
    /// Whether a customer may hold more than one.
    pub several: bool,
    /// Over the limit of one customer: answer with the coupon they hold instead of refusing.
    pub resend_existing: bool,
}

/// How often, when and on what coupons of the series may be redeemed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RedeemLimits {
    /// Whether anybody may redeem a code that was issued to somebody.
    pub any_user: bool,
    /// Over the whole series.
    pub max: Option<i64>,
    /// Of one code, over all customers; needs `any_user` and `multiple_use`.
    pub per_code: Option<i32>,
    /// Whether a code may be redeemed more than once.
    pub multiple_use: bool,
    /// Whether one customer may redeem a code more than once.
    pub same_customer: bool,
    /// By one customer in the series.
    pub per_customer: Option<i32>,
    /// Days between two redemptions by one customer.
    pub gap_days: Option<i32>,
    /// Not before this day.
    pub from: Option<NaiveDate>,
    /// Not before so many days after the day of issue.
    pub after_days: i32,
    /// On which days and hours.
    pub range: Range,
    /// The least bill; `None` or zero: any.
    pub min_bill: Option<f64>,
    /// The largest bill; `None` or zero: any.
    pub max_bill: Option<f64>,
    /// Usable on sale items too: told to the till, not judged here.
    pub sale_items: bool,
    /// Where; empty: anywhere.
    pub places: Vec<Place>,
    /// For whom; `None`: everybody.
    pub audience: Option<Audience>,
}

/// A place where a series can be redeemed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// `CONCEPT`, `TILL`, `ZONE` or `STORE`.
    #[serde(rename = "redemptionOrgEntityType")]
    pub kind: String,
    /// Its number.
    #[serde(rename = "orgEntityId")]
    pub id: i64,
}

/// Customers a series is meant for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Audience {
    /// At most so many transactions so far; 0: none yet.
    #[serde(rename = "validMaxUserTransactionLimit", skip_serializing_if = "Option::is_none")]
    pub most_transactions: Option<i64>,
    /// Registered from this epoch millisecond on; 0: open.
    #[serde(rename = "validUserRegistrationStartTime")]
    pub registered_from: i64,
    /// Registered up to this epoch millisecond; 0: open.
    #[serde(rename = "validUserRegistrationEndTime")]
    pub registered_to: i64,
}

/// What generated codes look like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeShape {
    /// Letters and digits, or digits alone.
    pub alphanumeric: bool,
    /// How many random characters.
    pub random_length: i32,
    /// What stands before them.
    pub prefix: Option<String>,
    /// What stands after them.
    pub suffix: Option<String>,
}

/// What customers and tills are told.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    /// The message that goes with an issued coupon, with its tags.
    pub message: String,
    /// A shorter one.
    pub short_message: String,
    /// Whether no message is sent at all.
    pub message_off: bool,
    /// Whether a code may be sent again.
    pub resend_enabled: bool,
    /// The reply's `detailedInfo`.
    pub info: String,
    /// A free tag.
    pub tag: String,
    /// Terms and conditions.
    pub terms: String,
    /// Custom properties by name.
    pub properties: Option<Map<String, Value>>,
}

/// Who has claimed the series for itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// `NONE`, `LOYALTY`, `GOODWILL`, …
    pub by: String,
    /// Its number there.
    pub id: i64,
    /// Until when, epoch milliseconds.
    pub validity: i64,
}

/// Who made and changed the series, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// Made.
    pub created_on: DateTime<Utc>,
    /// By number, where the maker has one.
    pub created_by: Option<i64>,
    /// By name.
    pub created_by_name: String,
    /// Last changed.
    pub updated_on: DateTime<Utc>,
    /// By name.
    pub updated_by_name: String,
}

/// A coupon series with all its terms.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its number.
    pub id: SeriesId,
    /// Its own code, unique in the brand.
    pub series_code: String,
    /// The offer's name.
    pub description: String,
    /// What is taken off.
    pub discount: Discount,
    /// Its last day.
    pub valid_till: NaiveDate,
    /// Whether the last day was chosen; if not, the series runs along with what uses it.
    pub fixed_end: bool,
    /// When its coupons end by themselves.
    pub strategy: Strategy,
    /// How its codes come about.
    pub handling: Handling,
    /// The common code.
    pub generic_code: Option<String>,
    /// Codes are issued outside; we only check and redeem.
    pub external: bool,
    /// How often it may be issued.
    pub issue: IssueLimits,
    /// How often, when and where it may be redeemed.
    pub redeem: RedeemLimits,
    /// The products it is for, as sent.
    pub products: Value,
    /// Holders of these series get none from this one; the text as sent.
    pub excluded: String,
    /// What generated codes look like.
    pub codes: CodeShape,
    /// What customers and tills are told.
    pub words: Words,
    /// Stored and echoed, without any behaviour of ours, by the wire's names.
    pub extra: Map<String, Value>,
    /// Who has claimed it.
    pub claim: Claim,
    /// Tell when only so many are left.
    pub notify_at: Option<i64>,
    /// Reminders before the end, as sent.
    pub reminders: Value,
    /// Rises with each change.
    pub version: i64,
    /// Who and when.
    pub stamp: Stamp,
}

impl Series {
    /// What the list is searched and sorted by.
    pub fn name_key(&self) -> String {
        fold(&self.description)
    }

    /// The common code as it is compared.
    pub fn generic_key(&self) -> Option<String> {
        self.generic_code.as_deref().map(code_key)
    }

    /// The series whose holders get none from this one.
    pub fn excluded_ids(&self) -> Vec<i64> {
        excluded_ids(&self.excluded).unwrap_or_default()
    }

    /// Whether a code is redeemed at most once, ever.
    pub fn single_use(&self) -> bool {
        !self.redeem.multiple_use
    }
}

/// What codes are compared by: upper case, no spaces around.
pub fn code_key(code: &str) -> String {
    code.trim().to_uppercase()
}

/// Reads `"[1, 2]"`; −1 stands for none.
pub fn excluded_ids(text: &str) -> Option<Vec<i64>> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Vec::new());
    }
    let items: Vec<Value> = serde_json::from_str(text).ok()?;
    let number = |item: &Value| item.as_i64().or_else(|| item.as_str()?.trim().parse().ok());
    let ids: Option<Vec<i64>> = items.iter().map(number).collect();
    Some(ids?.into_iter().filter(|id| *id != -1).collect())
}

/// Live totals of a series.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Coupons issued, revoked ones included.
    pub issued: i64,
    /// Redemptions that were not reversed.
    pub redeemed: i64,
    /// Coupons revoked.
    pub revoked: i64,
    /// Codes brought in or made in batches.
    pub uploaded: i64,
    /// Those of them that wait to be issued.
    pub unissued: i64,
    /// When the last one was issued.
    pub last_issued_on: Option<DateTime<Utc>>,
    /// When the last one was redeemed.
    pub last_redeemed_on: Option<DateTime<Utc>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excluded_series_are_read_in_every_spelling() {
        assert_eq!(excluded_ids("[]"), Some(vec![]));
        assert_eq!(excluded_ids("[-1]"), Some(vec![]));
        assert_eq!(excluded_ids(" [1, \"22\"] "), Some(vec![1, 22]));
        for bad in ["1", "[x]", "[1.5]", "{}", "[[1]]"] {
            assert_eq!(excluded_ids(bad), None, "{bad}");
        }
    }

    #[test]
    fn codes_are_compared_without_case() {
        assert_eq!(code_key(" abAB-1 "), "ABAB-1");
    }
}
