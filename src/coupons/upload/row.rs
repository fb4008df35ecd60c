//! A row of a file of codes, as far as it can be read alone.

use super::people::{self, Who};
use crate::base::csv::importable::{Entry, Field};
use crate::base::problem::{Fault, Problems};
use crate::coupons::codes::MOST_CHARACTERS;
use crate::coupons::series::{Handling, Series, code_key};

const CODE: usize = 0;
/// Where the columns that name a customer begin.
const PEOPLE: usize = 1;

pub(super) const FIELDS: [Field; 5] = [
    Field::text(
        "code",
        "SUMMER-4711",
        "A ready code: for offers with uploaded codes. Letters, digits and hyphens, at most 40",
    )
    .or(&["couponCode", "coupon_code", "coupon code", "voucher", "voucher code"]),
    people::FIELDS[0],
    people::FIELDS[1],
    people::FIELDS[2],
    people::FIELDS[3],
];

/// What a row asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// A code for somebody: a fresh one, or the common one.
    Issue(Who),
    /// A ready code, and whose it is to be; nobody's yet: stock.
    Code(String, Option<Who>),
}

impl Asked {
    /// Whom it names.
    pub(super) const fn who(&self) -> Option<&Who> {
        match self {
            Asked::Issue(who) | Asked::Code(_, Some(who)) => Some(who),
            Asked::Code(_, None) => None,
        }
    }

    /// The code it brings, as it is compared.
    pub(super) fn key(&self) -> Option<String> {
        match self {
            Asked::Code(code, _) => Some(code_key(code)),
            Asked::Issue(_) => None,
        }
    }

    /// Reads a row of a file for this series.
    pub(super) fn of(entry: &Entry<'_>, series: &Series) -> Result<Self, Problems> {
        let mut problems = Problems::none();
        let who = match people::named(entry, PEOPLE) {
            Ok(who) => who,
            Err(problem) => {
                problems.push(problem);
                None
            }
        };
        let text = entry.get(CODE);
        let ready = series.handling == Handling::Uploaded;
        let code = match (ready, text) {
            (true, "") => {
                problems.add("code", Fault::blank("Give the code"));
                None
            }
            (true, text) => problems.check("code", ready_code(text)),
            (false, "") => None,
            (false, _) => {
                let why = if series.handling == Handling::Generic {
                    "This offer has one common code: give identifiers only"
                } else {
                    "The codes of this offer are generated: give identifiers only"
                };
                problems.add("code", Fault::new("not_wanted", why));
                None
            }
        };
        if !ready && who.is_none() && problems.is_empty() {
            let why = "Say who: give customerId, mobile, externalId or email";
            problems.add(FIELDS[PEOPLE].name, Fault::blank(why));
        }
        problems.into_result()?;
        match (code, who) {
            (Some(code), who) => Ok(Asked::Code(code, who)),
            (None, Some(who)) => Ok(Asked::Issue(who)),
            // Not reached: without a problem one of the two is there.
            (None, None) => Err(Fault::blank("The row says nothing").on("code").into()),
        }
    }
}

/// A code as it may be brought in; its letters' case is kept.
fn ready_code(text: &str) -> Result<String, Fault> {
    if text.chars().count() > MOST_CHARACTERS {
        let why = format!("Code too long: use at most {MOST_CHARACTERS} characters");
        return Err(Fault::new("too_long", why));
    }
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        let why = "Bad characters in the code: use letters, digits and hyphens";
        return Err(Fault::new("bad_characters", why));
    }
    Ok(text.to_owned())
}

/// What makes two rows of a file the same: their code, else whom they name.
pub(super) fn identity(entry: &Entry<'_>, into: &mut Vec<u8>) {
    let code = entry.get(CODE);
    if !code.is_empty() {
        into.push(b'=');
        into.extend_from_slice(code_key(code).as_bytes());
    } else if let Ok(Some(who)) = people::named(entry, PEOPLE) {
        who.identity(into);
    }
}
