//! What calls about goodwill send. Nothing in it can break us: what cannot be read is the item's own
//! refusal, with the reference's number.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api::{Fault, Faults, Node, Permit, Query, Trouble};
use crate::base::dates::{DayMeans, parse_instant};
use crate::base::ids::{GoodwillId, SeriesId};
use crate::base::problem::Problem;
use crate::goodwill::ask::Ask;
use crate::goodwill::refusal::{number, problem, sentence};
use crate::goodwill::request::{State, Way};
use crate::goodwill::store::Bounds;

/// Types of request of the reference; only goodwill is known here.
const TYPES: &[&str] = &["GOODWILL", "CHANGE_IDENTIFIER"];
/// What is asked for; only coupons are known here.
const BASES: &[&str] = &["COUPON", "COUPONS", "POINTS", "MOBILE", "EMAIL", "EXTERNAL_ID"];
/// The most rows of a list.
const MOST: i64 = 50;

/// A customer as a request names one.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GoodwillWhom {
    /// The number.
    pub id: Option<i64>,
    /// A mobile number.
    #[schema(example = "919011111111")]
    pub mobile: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// The brand's own id.
    pub external_id: Option<String>,
}

/// A coupon that is asked for.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GoodwillAsked {
    /// Whom it is for.
    pub customer: GoodwillWhom,
    /// GOODWILL.
    #[serde(rename = "type")]
    #[schema(example = "GOODWILL")]
    pub kind: String,
    /// COUPON or COUPONS.
    #[schema(example = "COUPON")]
    pub base_type: String,
    /// The offer, which must be claimed for goodwill.
    #[schema(value_type = i64, example = 80197)]
    pub series_id: i64,
    /// Why.
    #[schema(example = "Late delivery")]
    pub reason: String,
    /// What happened.
    #[schema(example = "A week late, and the parcel was wet")]
    pub comments: String,
    /// What the caller calls it; answered as it was sent.
    pub reference_id: Option<String>,
}

/// A decision on a request.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GoodwillVerdict {
    /// GOODWILL.
    #[serde(rename = "type")]
    #[schema(example = "GOODWILL")]
    pub kind: String,
    /// COUPON or COUPONS.
    #[schema(example = "COUPON")]
    pub base_type: String,
    /// Which request.
    #[schema(value_type = i64, example = 23423)]
    pub id: i64,
    /// What there is to say; a rejection needs some.
    pub updated_comments: Option<String>,
}

/// Requests, as every v1.1 body holds them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GoodwillAdd {
    /// The one member.
    pub root: GoodwillAddRoot,
}

/// What stands in it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GoodwillAddRoot {
    /// At least one; a single object is taken for a list of one.
    pub request: Vec<GoodwillAsked>,
}

/// Decisions, as every v1.1 body holds them.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GoodwillDecide {
    /// The one member.
    pub root: GoodwillDecideRoot,
}

/// What stands in it.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct GoodwillDecideRoot {
    /// At least one; a single object is taken for a list of one.
    pub request: Vec<GoodwillVerdict>,
}

/// A coupon out of goodwill, and nothing else.
fn is_goodwill(node: &Node<'_>, faults: &mut Faults) -> Result<(), Problem> {
    if !node.get("type").text(faults).trim().eq_ignore_ascii_case("GOODWILL") {
        return Err(problem("type"));
    }
    if is_coupon(&node.get("base_type").text(faults)) { Ok(()) } else { Err(problem("base_type")) }
}

fn is_coupon(word: &str) -> bool {
    ["COUPON", "COUPONS"].iter().any(|known| known.eq_ignore_ascii_case(word.trim()))
}

/// How the requests of a call come to their decision.
pub fn way(query: &Query) -> Result<Way, Trouble> {
    let (auto, one) = (query.flag("client_auto_approve")?, query.flag("is_one_step_change")?);
    Ok(match (one, auto) {
        (Some(true), _) => Way::OneStep,
        (_, Some(true)) => Way::AutoApproved,
        _ => Way::Asked,
    })
}

/// What is asked for.
pub fn ask(node: &Node<'_>, way: Way) -> Result<Ask, Problem> {
    let mut faults = Faults::default();
    is_goodwill(node, &mut faults)?;
    let series = node.first(&["series_id", "seriesId"]);
    let number = series.integer(&mut faults);
    if series.is_there() && number.is_none() {
        return Err(problem("not_goodwill"));
    }
    let reference = node.get("reference_id").text(&mut faults);
    let ask = Ask {
        series: number.map(SeriesId::new),
        reason: node.get("reason").text(&mut faults),
        comments: node.get("comments").text(&mut faults),
        reference: Some(reference).filter(|text| !text.is_empty()),
        form: None,
        way,
    };
    readable(faults)?;
    Ok(ask)
}

/// Which request is decided on, and what is said.
pub fn decision(node: &Node<'_>) -> Result<(GoodwillId, String), Problem> {
    let mut faults = Faults::default();
    is_goodwill(node, &mut faults)?;
    let id = node.get("id").integer(&mut faults).ok_or_else(|| problem("request_unknown"))?;
    let comments = node.first(&["updated_comments", "updatedComments"]).text(&mut faults);
    readable(faults)?;
    Ok((GoodwillId::new(id), comments))
}

/// The first thing that could not be read.
pub fn readable(faults: Faults) -> Result<(), Problem> {
    match faults.into_vec().into_iter().next() {
        None => Ok(()),
        Some(fault) => Err(Problem::whole("mandatory", fault.message)),
    }
}

/// What a list is asked for; `None` where it can only be empty.
pub fn wanted(query: &Query, permit: &Permit) -> Result<Option<(Bounds, usize)>, Trouble> {
    let refused = |word| Trouble::bad(Fault::new(number(word), sentence(word)));
    let one = |word: &str, known: &[&str]| known.iter().any(|it| it.eq_ignore_ascii_case(word));
    let kind = query.one(&["type"]).unwrap_or("GOODWILL");
    if !one(kind, TYPES) {
        return Err(refused("type"));
    }
    let base = query.one(&["base_type"]).unwrap_or("COUPON");
    if !one(base, BASES) {
        return Err(refused("base_type"));
    }
    let state = match query.one(&["status"]) {
        Some(word) => Some(State::named(word).ok_or_else(|| refused("request_ended"))?),
        None => None,
    };
    let bounds = Bounds {
        states: state.into_iter().collect(),
        first: whole(query, "start_id")?,
        last: whole(query, "end_id")?,
        since: moment(query, permit, ("start_date", 8112, "Invalid start date"), DayMeans::Start)?,
        until: moment(query, permit, ("end_date", 8113, "Invalid end date"), DayMeans::End)?,
        ..Bounds::default()
    };
    let limit = query.number(&["limit"], MOST, 1)?.min(MOST);
    let here = kind.eq_ignore_ascii_case("GOODWILL") && is_coupon(base);
    Ok(here.then(|| (bounds, usize::try_from(limit).unwrap_or(usize::MAX))))
}

fn whole(query: &Query, name: &str) -> Result<Option<i64>, Trouble> {
    let Some(text) = query.one(&[name]) else { return Ok(None) };
    let words = || format!("The value of '{name}' must be a whole number.");
    text.parse().map(Some).map_err(|_| Trouble::bad(Fault::new(400, words()).at(name.to_owned())))
}

fn moment(
    query: &Query,
    permit: &Permit,
    (name, code, words): (&'static str, u32, &'static str),
    day: DayMeans,
) -> Result<Option<DateTime<Utc>>, Trouble> {
    let Some(text) = query.one(&[name]) else { return Ok(None) };
    let read = parse_instant(text, permit.zone(), day);
    read.map(Some).map_err(|_| Trouble::bad(Fault::new(code, words).at(name)))
}

/// Which of a customer's requests are wanted, and the page: limit and offset.
pub fn of_customer(query: &Query) -> Result<(Bounds, i64, i64), Trouble> {
    let bad = |code, words: &'static str| Trouble::bad(Fault::new(code, words));
    let or = |name: &str, default| Ok::<i64, Trouble>(whole(query, name)?.unwrap_or(default));
    let (limit, offset) = (or("limit", 10)?, or("offset", 0)?);
    match (limit, offset) {
        (_, ..0) => return Err(bad(8100, "Offset cannot have value less than 0")),
        (..1, _) => return Err(bad(8101, "Limit should be greater than 0")),
        (101.., _) => return Err(bad(8102, "Limit cannot be greater than 100")),
        _ => {}
    }
    let id = whole(query, "requestid")?;
    let one = query.flag("is_one_step_change")?.unwrap_or_default();
    let auto = query.flag("autoApprove")?.unwrap_or_default();
    let way = one.then_some(Way::OneStep).or_else(|| auto.then_some(Way::AutoApproved));
    let bounds = Bounds { first: id, last: id, way, skip: offset, ..Bounds::default() };
    Ok((bounds, limit, offset))
}
