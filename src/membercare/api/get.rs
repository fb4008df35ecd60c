//! `customer/get`: customers with their coupons.

use axum::extract::State;

use super::answer::{
    Known, V11Customer, V11CustomerList, V11CustomerMissing, V11CustomerOrNone, V11CustomersGot,
};
use super::{MembercareCodes, NOT_FOUND, Named, Read, UNKNOWN, find, named, store};
use crate::api::v11::{self, Answer, ItemStatus, Style, Verdict};
use crate::api::{Caller, Permit, Query, Resource, Result};
use crate::base::app::{App, Reading};
use crate::base::ids::{CustomerId, SeriesId};
use crate::coupons::api::case::LetterCase;
use crate::coupons::holdings::{Holding, HoldingFilter, HoldingSort, HoldingStatus, Holdings};
use crate::customers::{self, IdentifierKind};

/// Coupons told of one customer where nothing is said, and at most.
const COUPONS: (i64, i64) = (100, 1_000);

/// How a coupon may stand, as this call writes it.
const STATUSES: &[&str] = &["unredeemed", "redeemed", "expired", "active"];

/// Customers with their coupons
///
/// By mobile number, e-mail address, external id, card or number; several of one kind with commas. The
/// coupons come newest first unless something else is asked for.
#[utoipa::path(
    get,
    path = "/v1.1/customer/get",
    operation_id = "getCustomerV11",
    tag = "Customers",
    params(
        ("mobile" = Option<String>, Query, description = "The mobile number.", example = "44700900999"),
        ("email" = Option<String>, Query, description = "The e-mail address."),
        ("external_id" = Option<String>, Query, description = "The brand's id."),
        ("id" = Option<String>, Query, description = "The customer's number."),
        ("card_number" = Option<String>, Query, description = "A card's number."),
        ("user_id" = Option<bool>, Query, description = "true tells the customer's number too."),
        ("coupon_limit" = Option<i64>, Query, description = "How many coupons; 100, at most 1000."),
        ("coupon_offset" = Option<i64>, Query, description = "How many coupons to skip."),
        ("coupon_order_by" = Option<String>, Query, description = "created_date, created_by or valid_till."),
        ("coupon_sort_order" = Option<String>, Query, description = "desc or asc."),
        ("coupon_status" = Option<String>, Query, description = "unredeemed, redeemed, expired or active."),
        ("coupon_active" = Option<bool>, Query, description = "true: only those not past their end."),
        ("coupon_offer" = Option<String>, Query, description = "Only of this series."),
        ("coupon_org_entity_type" = Option<String>, Query, description = "TILL or STORE the coupons were issued at."),
        ("coupon_org_entity_value" = Option<String>, Query, description = "Its code."),
        ("coupon_code_case" = Option<String>, Query, description = "UPPER, LOWER or AS_IT_IS."),
    ),
    responses((status = 200, description = "The customers.", body = Answer<V11CustomersGot>))
)]
pub async fn customer(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<MembercareCodes> {
    let permit = caller.reads(Resource::Customer)?;
    let wanted = Wanted::of(&query)?;
    let mut db = app.read(permit.org()).await?;
    let tills = match &wanted.place {
        Some((kind, value)) => Some(store::tills_of(&mut db, permit.org(), kind, value).await?),
        None => None,
    };
    let desk = Desk { app: &app, permit: &permit, wanted: &wanted, tills };
    let mut customer = Vec::new();
    for one in named(&query)? {
        customer.push(desk.tell(&mut db, one).await?);
    }
    let verdict = Verdict::of(customer.iter().map(V11CustomerOrNone::status));
    let customers = V11CustomerList { customer };
    Ok(v11::answer(verdict.counted(Style::Words), V11CustomersGot { customers }))
}

/// What is asked for of each customer.
struct Wanted {
    filter: HoldingFilter,
    place: Option<(&'static str, String)>,
    offset: i64,
    limit: i64,
    case: LetterCase,
    with_number: bool,
}

impl Wanted {
    fn of(query: &Query) -> Read<Self> {
        let status = query.choices("coupon_status", STATUSES, &[])?.into_iter();
        let mut statuses: Vec<HoldingStatus> = status.filter_map(HoldingStatus::named).collect();
        if query.flag("coupon_active")? == Some(true) {
            statuses = vec![HoldingStatus::Active];
        }
        let orders = &["created_date", "created_by", "valid_till"];
        let by_end = query.choice("coupon_order_by", orders, &[])? == Some("valid_till");
        let order = query.choice("coupon_sort_order", &["desc", "asc"], &[])?;
        // A series that is no number is nobody's: number 0.
        let series = query.list("coupon_offer").into_iter();
        let series = series.map(|text| SeriesId::new(text.parse().unwrap_or(0))).collect();
        let kinds = &["TILL", "STORE", "ZONE", "CONCEPT"];
        let kind = query.choice("coupon_org_entity_type", kinds, &[])?;
        let value = query.one(&["coupon_org_entity_value"]).map(str::to_owned);
        Ok(Wanted {
            filter: HoldingFilter {
                statuses,
                living: true,
                series,
                sort: if by_end { HoldingSort::Expires } else { HoldingSort::Issued },
                ascending: order == Some("asc"),
                ..HoldingFilter::default()
            },
            place: kind.zip(value),
            offset: query.number(&["coupon_offset"], 0, 0)?,
            limit: query.number(&["coupon_limit"], COUPONS.0, 0)?.min(COUPONS.1),
            case: LetterCase::of(query)?,
            with_number: query.flag("user_id")? == Some(true),
        })
    }
}

/// Everything that is the same for all customers of a call.
struct Desk<'a> {
    app: &'a App,
    permit: &'a Permit,
    wanted: &'a Wanted,
    /// Only coupons issued at one of these.
    tills: Option<Vec<i64>>,
}

impl Desk<'_> {
    async fn tell(&self, db: &mut Reading, named: Named) -> Read<V11CustomerOrNone> {
        let (org, zone) = (self.permit.org(), self.permit.zone());
        let Some((found, warnings)) = find(db, org, &named).await? else {
            return Ok(V11CustomerOrNone::Missing(missing(named)));
        };
        let customer = customers::find(db, org, found.id).await?;
        let extras = customers::extras(db, org, found.id).await?;
        let rest = store::rest(db, org, found.id).await?;
        let (Some(customer), Some(extras), Some(rest)) = (customer, extras, rest) else {
            return Ok(V11CustomerOrNone::Missing(missing(named)));
        };
        let case = self.wanted.case;
        let coupons = self.coupons(db, found.id).await?.into_iter();
        let coupons = coupons.map(|held| {
            let code = case.show(&held.coupon.code);
            (held, code)
        });
        let known = Known {
            extended_fields: extras.extended_fields,
            loyalty_type: extras.loyalty_type,
            created_by: extras.created_by,
            updated_on: extras.updated_on,
            coupons: coupons.collect(),
            with_number: self.wanted.with_number,
            customer,
            rest,
        };
        let status = ItemStatus::good(Style::Texts, 1000, "Customer successfully retrieved");
        let told = V11Customer::of(known, zone, status.warned(warnings));
        Ok(V11CustomerOrNone::Found(Box::new(told)))
    }

    async fn coupons(&self, db: &mut Reading, customer: CustomerId) -> Read<Vec<Holding>> {
        let (org, zone, now) = (self.permit.org(), self.permit.zone(), self.app.clock.now());
        let held = Holdings::of(db, org, customer, zone, now).await?;
        let Wanted { filter, offset, limit, .. } = self.wanted;
        let Some(tills) = &self.tills else {
            return Ok(held.slice(db, filter, *offset, *limit).await?);
        };
        // Where a coupon was issued no index knows: of one customer they are few enough to look at.
        let all = held.slice(db, filter, 0, i64::from(i32::MAX)).await?;
        let there = |held: &Holding| {
            let till = held.coupon.issue.as_ref().and_then(|issue| issue.till);
            till.is_some_and(|till| tills.contains(&till))
        };
        let most = usize::try_from(*limit).unwrap_or(usize::MAX);
        let skipped = usize::try_from(*offset).unwrap_or(usize::MAX);
        Ok(all.into_iter().filter(there).skip(skipped).take(most).collect())
    }
}

fn missing(named: Named) -> V11CustomerMissing {
    let text = |kind| (named.kind == kind).then(|| named.text.clone());
    V11CustomerMissing {
        id: text(None),
        mobile: text(Some(IdentifierKind::Mobile)),
        email: text(Some(IdentifierKind::Email)),
        external_id: text(Some(IdentifierKind::ExternalId)),
        item_status: ItemStatus::bad(Style::Texts, UNKNOWN, NOT_FOUND).warned(Vec::new()),
    }
}
