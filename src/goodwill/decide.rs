//! Deciding: a second person grants the coupon or declines, and what was granted is issued at once.

use serde_json::json;

use crate::base::act::{Act, Entry};
use crate::base::error::{Error, Result};
use crate::base::ids::GoodwillId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem};
use crate::coupons::{self, Coupon, Origin, Source, Want};
use crate::goodwill::ask::{CLAIM, LONGEST_COMMENTS, SUBJECT};
use crate::goodwill::refusal::problem;
use crate::goodwill::request::{End, Request, State, Told};
use crate::goodwill::store;
use crate::requests::{Decision, Who};

/// Decides on a request. The row is held first, so that of two checkers the second finds it ended. What
/// cannot be issued is refused, and the request goes on waiting.
pub async fn decide(act: &mut Act, id: GoodwillId, is: Decision, comments: &str) -> Result<Told> {
    act.require(Permission::ApproveGoodwill)?;
    let comments = checked(is, comments)?;
    let org = act.org();
    let told = store::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    told.request.may_decide(act.actor())?;
    match is {
        Decision::Approve => grant(act, told, comments).await,
        Decision::Reject => {
            let end = ended(act, State::Declined, comments, None);
            finish(act, told, end).await
        }
    }
}

/// Issues the coupon and ends the request, in one transaction.
pub(super) async fn grant(act: &mut Act, told: Told, comments: Option<String>) -> Result<Told> {
    let coupon = issue(act, &told.request).await?;
    let end = ended(act, State::Approved, comments, Some(&coupon));
    finish(act, Told { code: Some(coupon.code), ..told }, end).await
}

/// One coupon of the offer, under the checks of every issue.
async fn issue(act: &mut Act, request: &Request) -> Result<Coupon> {
    let origin = Origin {
        reference: Some(request.id.to_string()),
        metadata: Some(json!({ "reason": request.reason })),
        ..Origin::of(Source::Goodwill)
    };
    let want = Want::one(request.series, request.customer, origin);
    let outcome = coupons::issue(act, &[want]).await?.pop();
    // The series is held by now: whoever releases the offer comes before or after, not in between.
    let org = act.org();
    let series = coupons::find(&mut *act.db(), org, request.series).await?;
    if series.is_none_or(|series| series.claim.by != CLAIM) {
        return Err(problem("not_goodwill").into());
    }
    let given = outcome.ok_or_else(|| problem("not_goodwill"))??;
    Ok(given.coupons.into_iter().next().ok_or_else(|| problem("not_goodwill"))?)
}

fn ended(act: &Act, state: State, comments: Option<String>, coupon: Option<&Coupon>) -> End {
    let (checker, on) = (Who::of(act.actor()), act.now());
    End { state, checker, on, comments, coupon: coupon.map(|coupon| coupon.id) }
}

async fn finish(act: &mut Act, told: Told, end: End) -> Result<Told> {
    let org = act.org();
    store::end(act.db(), org, told.request.id, &end).await?;
    record(act, &told, &end);
    let request = Request { end: Some(end), ..told.request };
    Ok(Told { request, ..told })
}

fn record(act: &mut Act, told: &Told, end: &End) {
    let request = &told.request;
    let (of_request, of_customer) = match (end.state, request.way.at_once()) {
        (State::Declined, _) => ("declined goodwill from", "declined goodwill for"),
        (_, false) => ("approved goodwill from", "approved goodwill for"),
        (_, true) => ("issued goodwill from", "issued goodwill to"),
    };
    let because = end.comments.clone().or_else(|| Some(request.reason.clone()));
    let mut details = json!({
        "customer": told.whom(), "customerId": request.customer, "seriesId": request.series,
        "maker": request.maker.name,
    });
    let mut of = json!({ "offer": told.offer, "request": request.id });
    if let Some(code) = &told.code {
        details["code"] = json!(code);
        of["code"] = json!(code);
    }
    let entry = Entry::new(of_request, SUBJECT, request.id, &told.offer);
    act.record(entry.with(details).because(because.clone()));
    let entry = Entry::new(of_customer, "customer", request.customer, told.whom());
    act.record(entry.with(of).because(because));
}

/// The comments as kept; whoever declines says why.
fn checked(is: Decision, comments: &str) -> Result<Option<String>, Problem> {
    let comments = comments.trim();
    if comments.chars().count() > LONGEST_COMMENTS {
        let words = format!("Use at most {LONGEST_COMMENTS} characters");
        return Err(Fault::new("too_long", words).on("message"));
    }
    if is == Decision::Reject && comments.is_empty() {
        return Err(Fault::blank("Say why, so that whoever asked knows").on("message"));
    }
    Ok(Some(comments.to_owned()).filter(|text| !text.is_empty()))
}
