//! A request as it is stored, with what it names: the columns every reading has.

use chrono::{DateTime, Utc};

use crate::base::ids::{CouponId, CustomerId, GoodwillId, SeriesId};
use crate::goodwill::request::{End, Request, State, Told, Way};
use crate::requests::Who;

/// A row.
pub struct Row {
    pub id: GoodwillId,
    pub state: String,
    pub way: String,
    pub customer_id: CustomerId,
    pub series_id: SeriesId,
    pub reference_id: Option<String>,
    pub reason: String,
    pub comments: String,
    pub maker_kind: String,
    pub maker_id: Option<i64>,
    pub maker_name: String,
    pub asked_on: DateTime<Utc>,
    pub checker_kind: Option<String>,
    pub checker_id: Option<i64>,
    pub checker_name: Option<String>,
    pub decided_on: Option<DateTime<Utc>>,
    pub updated_comments: Option<String>,
    pub coupon_id: Option<CouponId>,
    pub first_name: String,
    pub last_name: String,
    pub fraud: String,
    pub offer: String,
    pub code: Option<String>,
}

/// Requests with what they name; `$rest` is what follows `where g.org_id = $1`.
macro_rules! requests {
    ($rest:literal, $($bound:expr),+ $(,)?) => {
        sqlx::query_as!(
            Row,
            "select g.id as \"id: GoodwillId\", g.state, g.way, g.customer_id as \"customer_id: CustomerId\",
                 g.series_id as \"series_id: SeriesId\", g.reference_id, g.reason, g.comments, g.maker_kind,
                 g.maker_id, g.maker_name, g.asked_on, g.checker_kind, g.checker_id, g.checker_name,
                 g.decided_on, g.updated_comments, g.coupon_id as \"coupon_id: CouponId\",
                 c.first_name, c.last_name, c.fraud_status as fraud, s.description as offer,
                 k.code as \"code?\"
             from goodwill_requests g
             join customers c on c.org_id = $1 and c.id = g.customer_id
             join coupon_series s on s.org_id = $1 and s.id = g.series_id
             left join coupons k on k.org_id = $1 and k.id = g.coupon_id
             where g.org_id = $1 " + $rest,
            $($bound),+
        )
    };
}
pub(super) use requests;

impl From<Row> for Told {
    fn from(row: Row) -> Self {
        let checker = row.checker_kind.zip(row.checker_name);
        let checker = checker.map(|(kind, name)| Who { kind, id: row.checker_id, name });
        // The table's checks leave no other words.
        let state = State::named(&row.state).unwrap_or(State::Declined);
        let (comments, coupon) = (row.updated_comments, row.coupon_id);
        let end = checker.zip(row.decided_on);
        let request = Request {
            id: row.id,
            way: Way::stored(&row.way),
            customer: row.customer_id,
            series: row.series_id,
            reference: row.reference_id,
            reason: row.reason,
            comments: row.comments,
            maker: Who { kind: row.maker_kind, id: row.maker_id, name: row.maker_name },
            asked_on: row.asked_on,
            end: end.map(|(checker, on)| End { state, checker, on, comments, coupon }),
        };
        Told {
            request,
            first_name: row.first_name,
            last_name: row.last_name,
            fraud: row.fraud,
            offer: row.offer,
            code: row.code,
        }
    }
}
