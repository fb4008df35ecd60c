//! The terms a draft states first: what comes off, which kind of codes, and when they end
//! (spec/coupons.md 3, 4.1).

use chrono::NaiveDate;

use crate::base::calendar::day_of;
use crate::base::problem::{Fault, Problems};
use crate::coupons::check::Context;
use crate::coupons::codes::{Alphabet, Pattern};
use crate::coupons::read::Reader;
use crate::coupons::refusal;
use crate::coupons::series::{CodeShape, Discount, DiscountKind, Handling, Strategy};

/// The day a series without a chosen end runs to.
const FAR: NaiveDate = match NaiveDate::from_ymd_opt(2199, 12, 31) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// What comes off the bill.
pub fn discount(reader: &mut Reader<'_>) -> Discount {
    let kind = match reader.draft.text("discountType") {
        "" => None,
        text => reader.problems.check("discountType", text.parse()),
    };
    let value = reader.amount("discountValue", 0.0);
    let sent = !reader.draft.text("discountValue").is_empty();
    if sent && !reader.problems.any("discountValue") {
        if value <= 0.0 {
            reader.wrong("discountValue", "A discount must be more than zero");
        } else if kind == Some(DiscountKind::Percent) && value > 100.0 {
            reader.wrong("discountValue", "A percentage is at most 100");
        }
    }
    Discount {
        code: reader.text("discountCode", 100, ""),
        kind: kind.unwrap_or(DiscountKind::Amount),
        value,
        upto: reader.amount("discountUpto", 0.0),
        on: reader.text("discountOn", 50, "BILL"),
    }
}

/// The kind of codes, chosen once and for all.
pub fn handling(reader: &mut Reader<'_>, context: &Context<'_>) -> Option<Handling> {
    let text = reader.draft.text("clientHandlingType");
    let read: Handling = match text {
        "" => return context.existing.map(|old| old.handling),
        text => reader.problems.check("clientHandlingType", text.parse())?,
    };
    if context.existing.is_some_and(|old| old.handling != read) {
        reader.wrong("clientHandlingType", "The kind of codes cannot change");
    }
    Some(read)
}

/// How each code's end is counted.
pub fn strategy(reader: &mut Reader<'_>) -> Option<Strategy> {
    let word = reader.draft.text("expiryStrategyType").to_ascii_uppercase();
    if word.is_empty() {
        return None;
    }
    let counts = matches!(word.as_str(), "DAYS" | "MONTHS_END");
    if !counts {
        let known = Strategy::of(&word, 1);
        if known.is_none() {
            let why = "The expiry is SERIES_EXPIRY, DAYS or MONTHS_END";
            reader.wrong("expiryStrategyType", why);
        }
        return known;
    }
    if reader.draft.text("expiryStrategyValue").is_empty() {
        reader.missing("expiryStrategyValue");
        return None;
    }
    let value = reader.number("expiryStrategyValue", 0, 36_500, 0);
    Strategy::of(&word, i32::try_from(value).unwrap_or(0))
}

/// The last day, and whether it was chosen. Which of the two it is never changes.
pub fn end(reader: &mut Reader<'_>, context: &Context<'_>) -> (NaiveDate, bool) {
    let fixed = reader.flag("fixedEnd", true);
    if context.existing.is_some_and(|old| old.fixed_end != fixed) {
        reader.wrong("fixedEnd", "How the offer ends cannot change");
    }
    if !fixed {
        return (FAR, false);
    }
    let day = reader.day("validTillDate");
    let kept = context.existing.is_some_and(|old| Some(old.valid_till) == day);
    let past = day.is_some_and(|day| day < day_of(context.now, context.zone));
    if context.future && past && !kept {
        reader.problems.add("validTillDate", Fault::new("end_past", "Choose a day to come"));
    }
    (day.unwrap_or(FAR), true)
}

/// The common code: letters and digits, given once and for all.
pub fn generic(
    reader: &mut Reader<'_>,
    handling: Handling,
    context: &Context<'_>,
) -> Option<String> {
    if handling != Handling::Generic {
        return None;
    }
    let code = reader.draft.text("genericCode");
    let fault = if code.is_empty() {
        Some(refusal::fault("generic_blank"))
    } else if !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) || code.len() > 40 {
        Some(Fault::invalid("Use at most 40 letters and digits"))
    } else if context.existing.is_some_and(|old| old.generic_code.as_deref() != Some(code)) {
        Some(Fault::invalid("The common code cannot change"))
    } else {
        None
    };
    if let Some(fault) = fault {
        reader.problems.add("genericCode", fault);
    }
    Some(code.to_owned())
}

impl CodeShape {
    /// Letters and digits, or digits alone.
    pub fn alphabet(&self) -> Alphabet {
        if self.alphanumeric { Alphabet::Alphanumeric } else { Alphabet::Digits }
    }

    /// What codes are drawn from.
    pub fn pattern(&self) -> Result<Pattern, Problems> {
        let prefix = self.prefix.as_deref().unwrap_or_default();
        let suffix = self.suffix.as_deref().unwrap_or_default();
        Pattern::new(prefix, suffix, self.alphabet(), i64::from(self.random_length))
    }
}
