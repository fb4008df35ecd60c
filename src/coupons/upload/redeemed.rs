//! The kind `redeemed-coupons`: a row is a redemption that happened elsewhere.
//!
//! History is taken as it was: hours, places, bills and ends are not judged again. What is judged is
//! what must stay true of every coupon: that it is there and not revoked, whose it is, and how often it
//! may be used. A redemption that is there already, by coupon, customer and instant, is left alone.

use std::collections::HashMap;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use super::known_store::Known;
use super::people::{self, Who};
use super::redeemed_store::{self as store, New, Row};
use super::{SUBJECT, held, named};
use crate::base::act::{Act, Entry as Trace};
use crate::base::csv::importable::{Blocker, Entry, Field, Kind, Looks, Subject, Terms, Verdict};
use crate::base::dates::{DayMeans, parse_instant};
use crate::base::error::Result;
use crate::base::ids::{CustomerId, ImportId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};
use crate::coupons::left::Uses;
use crate::coupons::refusal;
use crate::coupons::series::{RedeemLimits, Series, code_key};
use crate::coupons::trace;

/// The kind `redeemed-coupons`.
pub struct RedeemedCouponsKind;

const PEOPLE: usize = 2;
const WHEN: usize = 6;
const TILL: usize = 7;
const BILL_ID: usize = 8;
const BILL_NUMBER: usize = 9;
const AMOUNT: usize = 10;
const DETAILS: usize = 11;
/// The longest bill number, and the longest note.
const LONGEST: usize = 100;
const LONGEST_NOTE: usize = 1_000;

static FIELDS: [Field; 12] = [
    Field::text("couponId", "70012", "The coupon’s number; it wins over the code")
        .or(&["coupon_id", "coupon id"]),
    Field::text("couponCode", "SUMMER-4711", "The code that was redeemed").or(&[
        "coupon_code",
        "coupon code",
        "code",
        "voucher",
    ]),
    people::FIELDS[0],
    people::FIELDS[1],
    people::FIELDS[2],
    people::FIELDS[3],
    Field::text(
        "redeemedOn",
        "2026-03-01T14:05:00",
        "When: ISO 8601, or milliseconds or seconds since 1970",
    )
    .or(&["redeemedDateInMillis", "redeemed_on", "redeemed date", "redemption date"])
    .like(Looks::Moment)
    .needed(),
    Field::text("redeemedAt", "7", "The number of the till").or(&["till", "till id", "tillId"]),
    Field::text("billId", "88123", "The bill’s id").or(&["bill_id", "bill id"]),
    Field::text("billNumber", "B-88123", "The bill’s number").or(&[
        "bill_number",
        "bill number",
        "transactionNumber",
        "transaction number",
    ]),
    Field::text("billAmount", "49.90", "What the bill came to").or(&["bill amount", "amount"]),
    Field::text("details", "moved from the old system", "Anything else").or(&["Details", "note"]),
];

/// A row that can be read.
struct Parsed {
    id: Option<i64>,
    key: String,
    who: Who,
    new: New,
}

fn parse(entry: &Entry<'_>, terms: &Terms, now: DateTime<Utc>) -> Result<Parsed, Problems> {
    let mut problems = Problems::none();
    let number = |text: &str| match text {
        "" => Ok(None),
        text => text.parse::<i64>().map(Some).map_err(|_| Fault::invalid("Give a whole number")),
    };
    let id = problems.check("couponId", number(entry.get(0))).flatten();
    let key = code_key(entry.get(1));
    if entry.get(0).is_empty() && key.is_empty() {
        problems.add("couponCode", Fault::new("coupon_blank", refusal::sentence("coupon_blank")));
    }
    let who = people::named(entry, PEOPLE).unwrap_or_else(|problem| {
        problems.push(problem);
        None
    });
    if who.is_none() && problems.is_empty() {
        let why = "Say who: give customerId, mobile, externalId or email";
        problems.add(people::FIELDS[0].name, Fault::blank(why));
    }
    let at = parse_instant(entry.get(WHEN), terms.zone, DayMeans::Start).and_then(|at| {
        let future = || Fault::new("in_future", "A redemption cannot lie in the future");
        if at > now { Err(future()) } else { Ok(at) }
    });
    let at = problems.check("redeemedOn", at);
    let till = problems.check("redeemedAt", number(entry.get(TILL))).flatten();
    let amount = match entry.get(AMOUNT) {
        "" => Ok(None),
        text => text
            .parse::<f64>()
            .ok()
            .filter(|amount| amount.is_finite() && *amount >= 0.0)
            .map(Some)
            .ok_or_else(|| Fault::invalid("Give an amount such as 49.90")),
    };
    let amount = problems.check("billAmount", amount).flatten();
    let short = |field: usize, most: usize| match entry.get(field) {
        "" => Ok(None),
        text if text.chars().count() <= most => Ok(Some(text.to_owned())),
        _ => Err(Fault::new("too_long", format!("Use at most {most} characters"))),
    };
    let bill_id = problems.check("billId", short(BILL_ID, LONGEST)).flatten();
    let transaction = problems.check("billNumber", short(BILL_NUMBER, LONGEST)).flatten();
    let details = problems.check("details", short(DETAILS, LONGEST_NOTE)).flatten();
    match (who, at) {
        (Some(who), Some(at)) if problems.is_empty() => {
            let new = New { at, till, bill_id, transaction, amount, details };
            Ok(Parsed { id, key, who, new })
        }
        _ => Err(problems),
    }
}

/// Why the coupon may not be used once more.
fn spent(terms: &RedeemLimits, uses: &Uses) -> Option<&'static str> {
    let over = |limit: Option<i64>, used: i64| limit.is_some_and(|most| used >= most);
    let checks = [
        (!terms.multiple_use && uses.of_code > 0, "used"),
        (!terms.same_customer && uses.of_code_by_customer > 0, "same_twice"),
        (over(terms.per_code.map(i64::from), uses.of_code), "code_limit"),
        (
            over(terms.per_customer.map(i64::from), uses.in_series_by_customer),
            "customer_redeemed_max",
        ),
        (over(terms.max, uses.in_series), "campaign_over"),
    ];
    checks.into_iter().find(|(failed, _)| *failed).map(|(_, word)| word)
}

/// Judges one row against what is known, and counts it in when it will do.
fn judge(
    series: &Series,
    known: &mut Known,
    row: Parsed,
    customer: CustomerId,
    rows: &mut Vec<Row>,
) -> Verdict {
    let refused = |word: &'static str| {
        let field = if row.id.is_some() { "couponId" } else { "couponCode" };
        Verdict::Refused(refusal::fault(word).on(field).into())
    };
    let Some(coupon) = known.coupon(row.id, &row.key, customer) else {
        return refused("code_unknown");
    };
    if coupon.revoked {
        return refused("revoked");
    }
    let anybodys = series.redeem.any_user && coupon.holder.is_some();
    if coupon.holder != Some(customer) && !anybodys && !series.external {
        return refused("not_holder");
    }
    let (id, code) = (coupon.id, coupon.code.clone());
    if known.has(id, customer, row.new.at) {
        return Verdict::Unchanged;
    }
    if let Some(word) = spent(&series.redeem, &known.uses(id, customer)) {
        return refused(word);
    }
    known.count(id, customer, row.new.at);
    rows.push(Row { coupon: id, code, customer, new: row.new });
    Verdict::Create
}

async fn sort(
    act: &mut Act,
    entries: &[Entry<'_>],
    terms: &Terms,
    series: &Series,
) -> Result<(Vec<Verdict>, Vec<Row>)> {
    let (org, now) = (act.org(), act.now());
    let parsed: Vec<Result<Parsed, Problems>> =
        entries.iter().map(|entry| parse(entry, terms, now)).collect();
    let people = people::find(act, parsed.iter().flatten().map(|row| &row.who)).await?;
    let coupons: Vec<(Option<i64>, String)> =
        parsed.iter().flatten().map(|row| (row.id, row.key.clone())).collect();
    let customers: Vec<i64> = people.values().map(|id| id.get()).collect();
    let mut known = Known::load(act.db(), org, series, &coupons, &customers).await?;
    let (mut verdicts, mut rows) = (Vec::with_capacity(entries.len()), Vec::new());
    for row in parsed {
        verdicts.push(match row {
            Err(problems) => Verdict::Refused(problems),
            Ok(row) => match people.get(&row.who) {
                None => Verdict::Refused(row.who.unknown().into()),
                Some(customer) => judge(series, &mut known, row, *customer, &mut rows),
            },
        });
    }
    Ok((verdicts, rows))
}

#[async_trait]
impl Kind for RedeemedCouponsKind {
    fn name(&self) -> &'static str {
        "redeemed-coupons"
    }

    fn label(&self) -> &'static str {
        "Redeemed coupons"
    }

    fn permission(&self) -> Permission {
        Permission::RedeemCoupons
    }

    fn fields(&self) -> &'static [Field] {
        &FIELDS
    }

    fn subject(&self) -> Option<Subject> {
        Some(SUBJECT)
    }

    async fn named_subject(&self, act: &mut Act, about: i64) -> Result<String> {
        Ok(named(act, about).await?.description)
    }

    async fn write(
        &self,
        act: &mut Act,
        entries: &[Entry<'_>],
        terms: &Terms,
    ) -> Result<Vec<Verdict>> {
        act.require(Permission::RedeemCoupons)?;
        let series = held(act, terms).await?;
        let (verdicts, rows) = sort(act, entries, terms, &series).await?;
        let (actor, now) = (act.actor().clone(), act.now());
        store::insert(act.db(), &actor, now, &series, terms.import, &rows).await?;
        for row in &rows {
            let entry = trace::of_file("redeemed", (row.coupon, &row.code), &series, None);
            act.record(entry.with(serde_json::json!({
                "seriesId": series.id, "redeemedBy": row.customer, "at": row.new.at,
                "transactionNumber": row.new.transaction, "billAmount": row.new.amount,
            })));
        }
        Ok(verdicts)
    }

    async fn blockers(&self, _: &mut Act, _: ImportId, _: i64) -> Result<Vec<Blocker>> {
        Ok(Vec::new())
    }

    async fn undo(&self, act: &mut Act, import: ImportId, most: i64) -> Result<u64> {
        act.require(Permission::RedeemCoupons)?;
        let (actor, now) = (act.actor().clone(), act.now());
        let reversed = store::reverse(act.db(), &actor, now, import, most).await?;
        let mut told: HashMap<_, String> = HashMap::new();
        told.extend(reversed.iter().map(|row| (row.coupon, row.code.clone())));
        for (coupon, code) in told {
            act.record(Trace::new("took back a redemption of", "coupon", coupon, code));
        }
        Ok(reversed.len() as u64)
    }
}
