//! `customer/redemptions`: what a customer redeemed.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::answer::V11Place;
use super::store::{self, Redeemed, Wanted};
use super::{MembercareCodes, NOT_FOUND, UNKNOWN, find, named};
use crate::api::v11::{self, Answer, Style, Verdict, local};
use crate::api::{Caller, Fault, Query, Resource, Result, Trouble};
use crate::base::app::App;
use crate::coupons::api::case::LetterCase;
use crate::customers::{self, IdentifierKind};
use axum::http::StatusCode;
use chrono_tz::Tz;

/// Rows where nothing is said, and at most.
const ROWS: (i64, i64) = (10, 1_000);

/// A customer and what they redeemed.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11Redemptions {
    /// The customer.
    customer: V11Redeemer,
}

/// A customer and what they redeemed.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11Redeemer {
    mobile: Option<String>,
    email: Option<String>,
    external_id: Option<String>,
    firstname: String,
    lastname: String,
    /// Their number, with `user_id=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
    #[schema(value_type = Vec<Object>)]
    user_groups2: [(); 0],
    /// How many redemptions this answer tells at most.
    rows: i64,
    /// How many coupons they redeemed; null for none.
    coupons_count: Option<i64>,
    /// Null: points are another system's.
    points_count: Option<i64>,
    /// The number of the first redemption told, where there is one.
    coupons_start_id: serde_json::Value,
    /// Nothing.
    points_start_id: serde_json::Value,
    redemptions: V11RedemptionLists,
}

/// Redemptions by what was redeemed.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11RedemptionLists {
    /// Coupons.
    #[serde(skip_serializing_if = "Option::is_none")]
    coupons: Option<V11CouponRedemptions>,
    /// Points.
    #[serde(skip_serializing_if = "Option::is_none")]
    points: Option<V11PointRedemptions>,
}

/// Redemptions of coupons.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11CouponRedemptions {
    /// Each of them; null for none.
    #[schema(required)]
    coupon: Option<Vec<V11CouponRedemption>>,
}

/// None: points are another system's.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11PointRedemptions {
    /// Null.
    #[schema(value_type = Option<Vec<Object>>, required)]
    point: Option<()>,
}

/// One redemption of a coupon.
#[derive(Debug, Serialize, ToSchema)]
pub struct V11CouponRedemption {
    /// Its number.
    id: String,
    /// The coupon's code.
    code: String,
    /// The number of the coupon.
    coupon_id: String,
    /// The number of its series.
    series_id: String,
    /// The offer's name.
    description: String,
    /// What the till shows.
    discount_code: String,
    /// `PERC` or `FLAT`.
    discount_type: &'static str,
    /// The bill's number.
    transaction_number: String,
    /// The bill's id; -1 where none was sent.
    bill_id: String,
    /// When, in the brand's zone.
    redeemed_time: String,
    /// The till's code.
    redeemed_at: String,
    /// The store; null where it was in none.
    redeemed_store: Option<V11Place>,
    /// The till; null where it was at none.
    redeemed_till: Option<V11Place>,
}

impl V11CouponRedemption {
    fn of(row: Redeemed, case: LetterCase, zone: Tz) -> Self {
        V11CouponRedemption {
            id: row.id.to_string(),
            code: case.show(&row.code),
            coupon_id: row.coupon.to_string(),
            series_id: row.series.to_string(),
            description: row.description,
            discount_code: row.discount_code,
            discount_type: if row.discount_type == "PERC" { "PERC" } else { "FLAT" },
            transaction_number: row.transaction_number.unwrap_or_default(),
            bill_id: row.bill_id.unwrap_or_else(|| "-1".to_owned()),
            redeemed_time: local(row.redeemed_on, zone),
            redeemed_store: V11Place::of(row.store_code.as_deref(), row.store_name.as_deref()),
            redeemed_till: V11Place::of(row.till_code.as_deref(), row.till_name.as_deref()),
            redeemed_at: row.till_code.unwrap_or_default(),
        }
    }
}

/// What a customer redeemed
///
/// Newest first unless something else is asked for. What was taken back is left out.
#[utoipa::path(
    get,
    path = "/v1.1/customer/redemptions",
    operation_id = "listCustomerRedemptionsV11",
    tag = "Customers",
    params(
        ("mobile" = Option<String>, Query, description = "The mobile number.", example = "9988221100"),
        ("email" = Option<String>, Query, description = "The e-mail address."),
        ("external_id" = Option<String>, Query, description = "The brand's id."),
        ("id" = Option<String>, Query, description = "The customer's number."),
        ("type" = Option<String>, Query, description = "coupons or points; both where absent."),
        ("coupons_start_id" = Option<i64>, Query, description = "Redemptions from this number on."),
        ("coupons_end_id" = Option<i64>, Query, description = "Redemptions up to this number."),
        ("sort" = Option<String>, Query, description = "redeemed_time or redemption_id."),
        ("order" = Option<String>, Query, description = "desc or asc."),
        ("user_id" = Option<bool>, Query, description = "true tells the customer's number too."),
        ("limit" = Option<i64>, Query, description = "How many; 10, at most 1000."),
        ("coupon_code_case" = Option<String>, Query, description = "UPPER, LOWER or AS_IT_IS."),
    ),
    responses((status = 200, description = "What they redeemed.", body = Answer<V11Redemptions>))
)]
pub async fn redemptions(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<MembercareCodes> {
    let permit = caller.reads(Resource::Customer)?;
    let (org, zone) = (permit.org(), permit.zone());
    let kind = query.choice("type", &["coupons", "points"], &[])?;
    let (wanted, case) = (wanted(&query)?, LetterCase::of(&query)?);
    let with_number = query.flag("user_id")? == Some(true);
    let mut db = app.read(org).await?;
    let unknown = || Trouble::new(StatusCode::NOT_FOUND, Fault::new(UNKNOWN, NOT_FOUND));
    let one = named(&query)?.into_iter().next().ok_or_else(unknown)?;
    let (found, _) = find(&mut db, org, &one).await?.ok_or_else(unknown)?;
    let customer = customers::find(&mut db, org, found.id).await?.ok_or_else(unknown)?;
    let rows = match kind {
        Some("points") => Vec::new(),
        _ => store::redeemed(&mut db, org, found.id, wanted).await?,
    };
    let count = match rows.as_slice() {
        [] => None,
        _ => Some(store::count_redeemed(&mut db, org, found.id).await?),
    };
    let first = rows.first().map_or_else(|| "".into(), |row| row.id.get().into());
    let coupon: Vec<_> =
        rows.into_iter().map(|row| V11CouponRedemption::of(row, case, zone)).collect();
    let value = |kind| customer.profile.identifier(kind).map(|known| known.value.clone());
    let customer = V11Redeemer {
        mobile: value(IdentifierKind::Mobile),
        email: value(IdentifierKind::Email),
        external_id: value(IdentifierKind::ExternalId),
        user_id: with_number.then(|| found.id.to_string()),
        user_groups2: [],
        rows: wanted.most,
        coupons_count: count,
        points_count: None,
        coupons_start_id: first,
        points_start_id: "".into(),
        redemptions: V11RedemptionLists {
            coupons: (kind != Some("points"))
                .then(|| V11CouponRedemptions { coupon: Some(coupon).filter(|c| !c.is_empty()) }),
            points: (kind != Some("coupons")).then_some(V11PointRedemptions { point: None }),
        },
        firstname: customer.profile.first_name,
        lastname: customer.profile.last_name,
    };
    Ok(v11::answer(Verdict::fine().status(Style::Typed), V11Redemptions { customer }))
}

fn wanted(query: &Query) -> std::result::Result<Wanted, Trouble> {
    let by = query.choice("sort", &["redeemed_time", "redemption_id"], &[])?;
    let order = query.choice("order", &["desc", "asc"], &[])?;
    Ok(Wanted {
        from: query.number(&["coupons_start_id"], 0, 0)?,
        to: query.number(&["coupons_end_id"], i64::MAX, 0)?,
        most: query.number(&["limit"], ROWS.0, 1)?.min(ROWS.1),
        by_number: by == Some("redemption_id"),
        ascending: order == Some("asc"),
    })
}
