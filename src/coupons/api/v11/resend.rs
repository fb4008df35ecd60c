//! `coupon/resend`: a code sent to its holder again.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::get::find_codes;
use super::refused;
use crate::api::v11::{self, Answer, ItemStatus, Style, Verdict};
use crate::api::{Caller, Fault, Permit, Query, Resource, Result, Trouble};
use crate::base::app::App;
use crate::base::error::Error;
use crate::base::ids::{CouponId, CustomerId};
use crate::coupons::api::case::LetterCase;
use crate::coupons::api::{CouponCodes, Read, who};
use crate::coupons::refusal::{self, sentence, vendor_code};
use crate::coupons::resend as send_again;
use crate::coupons::series::code_key;

/// The most codes of one call.
const MOST: usize = 50;

/// What became of the codes.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11Resent {
    coupons: V11ResentCoupons,
}

/// What became of the codes; a list even of one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11ResentCoupons {
    coupon: Vec<V11ResentCoupon>,
}

/// What became of a code.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct V11ResentCoupon {
    /// The coupon's number; -1 where there is none.
    id: String,
    code: String,
    item_status: ItemStatus,
}

/// Send codes again
///
/// To the holder, by the brand's message. Only codes that are still good, of series that allow it. A GET that
/// does something: the reference has it so, and it asks for leave to write.
#[utoipa::path(
    get,
    path = "/v1.1/coupon/resend",
    operation_id = "resendCouponV11",
    tag = "Coupons",
    params(
        ("code" = String, Query, description = "The code; several with commas.", example = "4R5A33"),
        ("mobile" = Option<String>, Query, description = "The holder's mobile number: somebody else's code is refused."),
        ("email" = Option<String>, Query, description = "The holder's e-mail address."),
        ("external_id" = Option<String>, Query, description = "The brand's id of the holder."),
        ("id" = Option<String>, Query, description = "The holder's number."),
        ("coupon_code_case" = Option<String>, Query, description = "UPPER, LOWER or AS_IT_IS."),
    ),
    responses((status = 200, description = "What became of each.", body = Answer<V11Resent>))
)]
pub(super) async fn resend(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<CouponCodes> {
    let permit = caller.writes(Resource::BasicCoupon)?;
    let codes = query.list("code");
    let refuse = |word| Trouble::bad(Fault::new(vendor_code(word), sentence(word)));
    if codes.is_empty() {
        return Err(refuse("coupon_blank").into());
    }
    if codes.len() > MOST {
        return Err(refuse("too_many").into());
    }
    let case = LetterCase::of(&query)?;
    let mut db = app.read(permit.org()).await?;
    let asked = who::in_query(&query);
    let customer = match asked.is_empty() {
        true => None,
        false => Some(who::customer(&mut db, &permit, &who::place(&query)?, &asked).await?.id),
    };
    let of: Vec<CustomerId> = customer.into_iter().collect();
    let known = find_codes(&mut db, permit.org(), &codes, &of, true).await?;
    drop(db);
    let mut coupon = Vec::with_capacity(codes.len());
    for code in codes {
        let key = code_key(code);
        let his = known.iter().filter(|one| code_key(&one.code) == key);
        let found = his.clone().find(|one| one.revoked.is_none()).or_else(|| his.clone().next());
        let item_status = match found {
            Some(found) => send(&app, &permit, found.id, customer).await?,
            None => refused(Style::Texts, &refusal::problem("code_unknown")),
        };
        coupon.push(V11ResentCoupon {
            id: found.map_or_else(|| "-1".to_owned(), |found| found.id.to_string()),
            code: found.map_or_else(|| code.to_owned(), |found| case.show(&found.code)),
            item_status,
        });
    }
    let verdict = Verdict::of(coupon.iter().map(|one| &one.item_status));
    let coupons = V11ResentCoupons { coupon };
    Ok(v11::answer(verdict.status(Style::Texts).loud(), V11Resent { coupons }))
}

/// One code in an act of its own.
async fn send(
    app: &App,
    permit: &Permit,
    id: CouponId,
    customer: Option<CustomerId>,
) -> Read<ItemStatus> {
    let deed = app.act(permit.actor(), move |act| {
        Box::pin(async move { send_again(act, id, customer).await })
    });
    match deed.await {
        Ok(_) => Ok(ItemStatus::good(Style::Texts, 700, "Coupon Resent")),
        Err(Error::Refused(problems)) => {
            let why = problems.into_iter().next();
            let why = why.unwrap_or_else(|| refusal::problem("send_failed"));
            Ok(refused(Style::Texts, &why))
        }
        Err(error) => Err(error.into()),
    }
}
