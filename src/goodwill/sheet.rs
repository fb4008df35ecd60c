//! Goodwill requests as a file.

use async_trait::async_trait;
use serde::Deserialize;
use sqlx::PgConnection;

use crate::base::calendar;
use crate::base::csv::sheet::{Exportable, Request, Sheet};
use crate::base::csv::write::Cell;
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::base::permission::Permission;
use crate::goodwill::filter::day;
use crate::goodwill::request::{State, Told, Way};
use crate::goodwill::store::{self, Bounds};

/// Rows read at a time.
const AT_A_TIME: usize = 1_000;

/// The sheet `goodwill`.
pub struct GoodwillSheet;

/// What may be asked for: days of asking in the brand's zone, and some of the states.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Wanted {
    from: String,
    to: String,
    pending: String,
    approved: String,
    declined: String,
}

impl Wanted {
    fn states(&self) -> Vec<State> {
        let said = [
            (State::Pending, &self.pending),
            (State::Approved, &self.approved),
            (State::Declined, &self.declined),
        ];
        said.into_iter().filter(|(_, word)| *word == "yes").map(|(state, _)| state).collect()
    }
}

#[async_trait]
impl Exportable for GoodwillSheet {
    fn name(&self) -> &'static str {
        "goodwill"
    }

    fn label(&self) -> &'static str {
        "Goodwill requests"
    }

    fn about(&self) -> &'static str {
        "Coupons asked for out of goodwill: for whom, why, who asked and who decided."
    }

    fn permission(&self) -> Permission {
        Permission::ApproveGoodwill
    }

    async fn open(&self, _: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let wanted: Wanted = request.filter();
        let bounds = Bounds {
            states: wanted.states(),
            since: day(&wanted.from).map(|day| calendar::start_of_day(day, request.zone)),
            until: day(&wanted.to).map(|day| calendar::end_of_day(day, request.zone)),
            ..Bounds::default()
        };
        Ok(Box::new(Open { org: request.org, bounds, ended: false }))
    }
}

struct Open {
    org: OrgId,
    bounds: Bounds,
    ended: bool,
}

const HEADER: [&str; 17] = [
    "requestId",
    "status",
    "oneStep",
    "customerId",
    "customer",
    "seriesId",
    "series",
    "reason",
    "comments",
    "requestedBy",
    "requestedOn",
    "decidedBy",
    "decidedOn",
    "decisionComments",
    "couponId",
    "couponCode",
    "referenceId",
];

fn cells(told: &Told) -> Vec<Cell> {
    let request = &told.request;
    let end = request.end.as_ref();
    vec![
        Cell::plain(request.id),
        Cell::plain(request.state().word()),
        Cell::plain(request.way == Way::OneStep),
        Cell::plain(request.customer),
        Cell::Text(told.whom()),
        Cell::plain(request.series),
        Cell::Text(told.offer.clone()),
        Cell::Text(request.reason.clone()),
        Cell::Text(request.comments.clone()),
        Cell::Text(request.maker.name.clone()),
        Cell::instant(Some(request.asked_on)),
        Cell::text(end.map(|end| end.checker.name.as_str())),
        Cell::instant(end.map(|end| end.on)),
        Cell::text(end.and_then(|end| end.comments.as_deref())),
        end.and_then(|end| end.coupon).map_or(Cell::Blank, Cell::plain),
        Cell::text(told.code.as_deref()),
        Cell::text(request.reference.as_deref()),
    ]
}

#[async_trait]
impl Sheet for Open {
    fn header(&self) -> Vec<String> {
        HEADER.map(str::to_owned).to_vec()
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        if self.ended {
            return Ok(Vec::new());
        }
        let page = store::page(db, self.org, &self.bounds, AT_A_TIME).await?;
        self.ended = page.next.is_none();
        self.bounds.after = page.next;
        Ok(page.items.iter().map(cells).collect())
    }
}
