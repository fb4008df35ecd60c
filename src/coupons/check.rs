//! A draft judged: every problem at once, and a series only when there is none (spec/coupons.md 3, 6.1,
//! 6.2).

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::base::ids::SeriesId;
use crate::base::problem::{Problem, Problems};
use crate::coupons::check_parts as parts;
use crate::coupons::check_terms as terms;
use crate::coupons::draft::Draft;
use crate::coupons::range::Range;
use crate::coupons::read::Reader;
use crate::coupons::refusal;
use crate::coupons::series::{
    Claim, CodeShape, Handling, IssueLimits, RedeemLimits, Series, Stamp, Strategy, Words,
    excluded_ids,
};

/// The longest name of an offer.
const LONGEST_NAME: usize = 255;
/// The longest message.
const LONGEST_MESSAGE: usize = 2000;
/// The longest terms and conditions.
const LONGEST_TERMS: usize = 500;

/// Must be sent when a series is made.
const FOR_CREATE: &[&str] = &[
    "description",
    "discountCode",
    "discountType",
    "discountValue",
    "validTillDate",
    "expiryStrategyType",
    "clientHandlingType",
    "anyUser",
    "smsTemplate",
];

/// Must be sent when it is changed.
const FOR_UPDATE: &[&str] = &[
    "discountCode",
    "discountType",
    "discountValue",
    "anyUser",
    "smsTemplate",
    "clientHandlingType",
    "expiryStrategyType",
];

/// What a draft is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Now.
    pub now: DateTime<Utc>,
    /// The brand's zone.
    pub zone: Tz,
    /// The series that is changed; none when one is made.
    pub existing: Option<&'a Series>,
    /// Whether an end in the past is refused: the console asks for it, the wire takes any.
    pub future: bool,
}

/// A series that may be stored, but for its number and stamp. Only [`Draft::check`] makes one.
#[derive(Debug)]
pub struct Checked(Series);

impl Checked {
    /// The new series.
    pub fn into_series(self, series_code: String, stamp: Stamp) -> Series {
        Series { series_code, stamp, ..self.0 }
    }

    /// The changed series: number, stamp, claim and version stay.
    pub fn onto(self, old: &Series) -> Series {
        Series {
            id: old.id,
            stamp: old.stamp.clone(),
            claim: old.claim.clone(),
            version: old.version,
            ..self.0
        }
    }
}

impl Draft {
    /// The series this draft describes, or everything that is wrong with it.
    pub fn check(&self, context: &Context<'_>) -> Result<Checked, Problems> {
        let whole = context.existing.map(|old| self.over(old));
        let mut reader = Reader::new(whole.as_ref().unwrap_or(self), context.zone);
        self.note_missing(&mut reader, context);
        let discount = terms::discount(&mut reader);
        let handling = terms::handling(&mut reader, context);
        let strategy = terms::strategy(&mut reader);
        let (valid_till, fixed_end) = terms::end(&mut reader, context);
        let external = reader.flag("externalIssual", false);
        let description = reader.text("description", LONGEST_NAME, "");
        let handling = handling.unwrap_or(Handling::Generated);
        let codes = codes(&mut reader, handling);
        let series = Series {
            id: SeriesId::new(0),
            series_code: reader.text("seriesCode", 50, ""),
            discount,
            valid_till,
            fixed_end,
            strategy: strategy.unwrap_or(Strategy::WithSeries),
            handling,
            generic_code: terms::generic(&mut reader, handling, context),
            external,
            issue: issue(&mut reader),
            redeem: redeem(&mut reader, handling, external),
            products: parts::products(&mut reader),
            excluded: excluded(&mut reader),
            codes,
            words: words(&mut reader, &description),
            extra: parts::carried(&mut reader),
            claim: Claim { by: "NONE".to_owned(), id: -1, validity: 0 },
            notify_at: reader.limit("notifyAt", i64::MAX),
            reminders: parts::reminders(&mut reader),
            version: 1,
            stamp: Stamp {
                created_on: context.now,
                created_by: None,
                created_by_name: String::new(),
                updated_on: context.now,
                updated_by_name: String::new(),
            },
            description,
        };
        reader.problems.into_result().map(|()| Checked(series))
    }

    /// What must be sent and was not; blank counts as not sent.
    fn note_missing(&self, reader: &mut Reader<'_>, context: &Context<'_>) {
        let wanted = if context.existing.is_some() { FOR_UPDATE } else { FOR_CREATE };
        for key in wanted.iter().filter(|key| self.text(key).is_empty()) {
            // An offer that runs along with what uses it has no day of its own.
            if *key == "validTillDate" && self.get("fixedEnd").is_some() && !self.is("fixedEnd") {
                continue;
            }
            reader.missing(key);
        }
        if context.existing.is_some() && self.text("seriesCode").is_empty() {
            let blank = refusal::fault("series_code_blank");
            reader.problems.push(blank.on("seriesCode"));
        }
    }
}

fn codes(reader: &mut Reader<'_>, handling: Handling) -> CodeShape {
    let alphanumeric = reader.flag("alphaNumeric", true);
    let length = reader.number("randomCodeLength", 1, 40, 8);
    let affix = |reader: &mut Reader<'_>, text: &'static str, on: &'static str| {
        let enabled = reader.flag(on, !reader.draft.text(text).is_empty());
        Some(reader.draft.text(text).to_owned()).filter(|text| enabled && !text.is_empty())
    };
    let prefix = affix(reader, "couponPrefix", "isPrefixEnabled");
    let suffix = affix(reader, "couponSuffix", "isSuffixEnabled");
    let shape = CodeShape {
        alphanumeric,
        random_length: i32::try_from(length).unwrap_or(8),
        prefix,
        suffix,
    };
    if handling == Handling::Generated
        && !reader.problems.any("randomCodeLength")
        && let Err(problems) = shape.pattern()
    {
        reader.problems.absorb("", problems);
    }
    shape
}

fn issue(reader: &mut Reader<'_>) -> IssueLimits {
    IssueLimits {
        max: reader.limit("maxCreate", i64::MAX),
        per_customer: reader.small_limit("maxVouchersPerUser"),
        gap_days: reader.small_limit("minDaysBetweenVouchers"),
        several: reader.flag("isMultipleVouchersPerUserAllowed", true),
        resend_existing: !reader.flag("doNotResendExistingVoucher", true),
    }
}

fn redeem(reader: &mut Reader<'_>, handling: Handling, external: bool) -> RedeemLimits {
    let any_user = reader.flag("anyUser", false);
    let after = reader.number("redemptionValidAfterDays", 0, 36_500, 0);
    let most = reader.amount("maxBillAmount", 0.0);
    let least = reader.amount("minBillAmount", 0.0);
    // The wire's "no limit" is the largest number it can say.
    let most = Some(most).filter(|most| *most > 0.0 && *most < 9_007_199_254_740_991.0);
    if most.is_some_and(|most| most < least) {
        reader.wrong("maxBillAmount", "The largest bill must not be below the least");
    }
    let range = Range::parse(reader.draft.text("redemptionRange"));
    RedeemLimits {
        any_user,
        max: reader.limit("maxRedeem", i64::MAX),
        per_code: per_code(reader, any_user, handling, external),
        multiple_use: reader.flag("isMultipleUseAllowed", false),
        same_customer: reader.flag("sameUserMultipleRedeem", false),
        per_customer: reader.small_limit("maxRedemptionsInSeriesPerUser"),
        gap_days: reader.small_limit("minDaysBetweenRedemption"),
        from: reader.day("redemptionValidFrom").filter(|day| *day > NaiveDate::default()),
        after_days: i32::try_from(after).unwrap_or(0),
        range: reader.problems.check("redemptionRange", range).unwrap_or_default(),
        min_bill: Some(least).filter(|least| *least > 0.0),
        max_bill: most,
        sale_items: reader.flag("isValidWithDiscountedItem", false),
        places: parts::places(reader),
        audience: parts::audience(reader),
    }
}

/// A limit of one code makes sense only where anybody may redeem a code of its own.
fn per_code(
    reader: &mut Reader<'_>,
    any_user: bool,
    handling: Handling,
    external: bool,
) -> Option<i32> {
    const KEY: &str = "redemptionPerCouponMaxLimit";
    let text = reader.draft.text(KEY);
    if text == "0" {
        reader.wrong(KEY, "Write a number above zero, or −1 for no limit");
        return None;
    }
    let limit = reader.small_limit(KEY)?;
    if !any_user {
        reader.wrong(KEY, "A limit of one code needs that anybody may redeem it");
    } else if handling == Handling::Generic || external {
        reader.wrong(KEY, "Common codes and codes issued outside have no limit of one code");
    }
    Some(limit)
}

fn excluded(reader: &mut Reader<'_>) -> String {
    let text = match reader.draft.text("mutualExclusiveSeriesIds") {
        "" => "[]",
        text => text,
    };
    if excluded_ids(text).is_none() {
        reader.problems.add("mutualExclusiveSeriesIds", refusal::fault("excluded_invalid"));
    }
    text.to_owned()
}

fn words(reader: &mut Reader<'_>, description: &str) -> Words {
    Words {
        message: reader.text("smsTemplate", LONGEST_MESSAGE, ""),
        short_message: reader.text(
            "shortSMSTemplate",
            LONGEST_MESSAGE,
            "Hello {{cust_name}}, your voucher code is {{voucher_code}}",
        ),
        message_off: reader.flag("isSMSDisabled", false),
        resend_enabled: reader.flag("resendMessageEnabled", true),
        info: reader.text("info", LONGEST_MESSAGE, description),
        tag: reader.text("tag", LONGEST_NAME, description),
        terms: reader.text("termsAndConditions", LONGEST_TERMS, "T&C"),
        properties: parts::properties(reader),
    }
}

/// What another series must not have.
pub fn taken_code() -> Problem {
    refusal::fault("series_code_taken").on("seriesCode")
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
