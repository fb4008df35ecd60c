//! What a call to redeem says.

use chrono_tz::Tz;
use utoipa::ToSchema;

use crate::api::{Faults, Node, Query, Trouble};
use crate::base::dates::DayMeans;
use crate::base::ids::{CouponId, CustomerId};
use crate::coupons::api::{said, who};
use crate::coupons::reversing::LARGEST_BILL;
use crate::coupons::{BillSaid, Pick, RedeemCall};
use crate::customers::{Asked, Place};

/// The longest number of a bill.
pub const LONGEST_NUMBER: usize = 255;

/// Somebody who is named by the first of these that is there.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub struct CouponCustomerRequest {
    /// The customer's number; text is taken as well.
    #[schema(example = 126_080_386)]
    id: Option<i64>,
    /// Digits, with the country's code.
    #[schema(example = "917575757575")]
    mobile: Option<String>,
    /// E-mail address.
    email: Option<String>,
    /// The brand's own id.
    external_id: Option<String>,
}

/// Coupons to redeem.
#[derive(ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub struct RedeemCouponsRequest {
    /// What is to be redeemed, all or nothing.
    redemption_request_list: Vec<RedeemCouponRequest>,
    /// Who redeems.
    user: CouponCustomerRequest,
    /// The bill's number; needed where the brand demands one.
    #[schema(example = "ZDCsdss")]
    transaction_number: Option<String>,
    /// The bill's amount; a number is taken as well.
    #[schema(example = "2000")]
    bill_amount: Option<String>,
    /// When it is said to have happened: the rules are judged by it, and it is not kept. Now where it is
    /// absent.
    #[schema(example = "2024-11-11T05:11:13-05:00")]
    redemption_time: Option<String>,
}

/// A coupon to redeem.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a body that is read leniently")]
pub struct RedeemCouponRequest {
    /// Its code, in any letter case.
    #[schema(example = "MGU9Y4PM")]
    code: Option<String>,
    /// Its number, in place of the code.
    id: Option<i64>,
}

/// A redemption asked for, before it is known who asks.
#[derive(Debug)]
pub struct Wanted {
    /// Where the customer is looked for.
    pub place: Place,
    /// What names them.
    pub asked: Vec<Asked>,
    picks: Vec<Pick>,
    bill: BillSaid,
    at: Option<chrono::DateTime<chrono::Utc>>,
}

impl Wanted {
    /// The call of a customer.
    pub fn by(self, customer: CustomerId) -> RedeemCall {
        RedeemCall {
            customer,
            picks: self.picks,
            bill: Some(self.bill),
            at: self.at,
            custom_fields: None,
            details: None,
        }
    }
}

/// Reads a body, collecting every violation.
pub fn wanted(query: &Query, root: &Node<'_>, zone: Tz) -> Result<Wanted, Trouble> {
    let place = who::place(query)?;
    let mut faults = Faults::default();
    let amount = root.get("billAmount");
    let bill = BillSaid {
        amount: said::amount(&amount, &mut faults),
        transaction: said::text(&root.get("transactionNumber"), LONGEST_NUMBER, &mut faults),
        id: None,
    };
    if bill.amount.is_some_and(|amount| amount.abs() > LARGEST_BILL) {
        faults.add(said::fault("amount", &amount));
    }
    let wanted = Wanted {
        place,
        asked: who::in_body(&root.first(&["user", "customer"]), &mut faults),
        picks: picks(&root.get("redemptionRequestList"), &mut faults),
        bill,
        at: said::instant(&root.get("redemptionTime"), zone, DayMeans::Start, &mut faults),
    };
    faults.into_result()?;
    Ok(wanted)
}

/// The coupons named; 781 where none is, or one names nothing.
fn picks(list: &Node<'_>, faults: &mut Faults) -> Vec<Pick> {
    let items = list.items(faults);
    if items.is_empty() {
        faults.add(said::fault("coupon_blank", list));
    }
    items.iter().filter_map(|item| pick(item, faults)).collect()
}

fn pick(item: &Node<'_>, faults: &mut Faults) -> Option<Pick> {
    let code = item.get("code").text(faults);
    if !code.trim().is_empty() {
        return Some(Pick::Code(code));
    }
    let id = said::number(&item.get("id"), faults);
    if id.is_none() {
        faults.add(said::fault("coupon_blank", item));
    }
    id.map(|id| Pick::Id(CouponId::new(id)))
}
