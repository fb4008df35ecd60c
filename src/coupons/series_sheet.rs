//! Offers as a file: the list's filter, newest first, with the live totals.

use async_trait::async_trait;
use sqlx::PgConnection;

use crate::base::calendar::day_of;
use crate::base::csv::sheet::{Exportable, Request, Sheet};
use crate::base::csv::write::Cell;
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::base::permission::Permission;
use crate::coupons::list::{SeriesAsked, SeriesFilter, SeriesRow, SeriesSort};
use crate::coupons::store;

/// Series read at a time.
const AT_A_TIME: usize = 200;

const COLUMNS: [&str; 21] = [
    "id",
    "seriesCode",
    "description",
    "discountCode",
    "discountType",
    "discountValue",
    "discountUpto",
    "clientHandlingType",
    "genericCode",
    "externalIssual",
    "validTillDate",
    "expiryStrategyType",
    "expiryStrategyValue",
    "maxCreate",
    "maxRedeem",
    "ownedBy",
    "numIssued",
    "numRedeemed",
    "numRevoked",
    "numUploadedNonIssued",
    "lastModifiedOn",
];

/// The sheet `coupon-series`.
pub struct SeriesSheet;

#[async_trait]
impl Exportable for SeriesSheet {
    fn name(&self) -> &'static str {
        "coupon-series"
    }

    fn label(&self) -> &'static str {
        "Offers"
    }

    fn about(&self) -> &'static str {
        "Every offer with its discount, its limits and how much of it was issued and redeemed."
    }

    fn permission(&self) -> Permission {
        Permission::ReadCoupons
    }

    async fn open(&self, _db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let asked: SeriesAsked = request.filter();
        let filter = asked.filter(day_of(request.now, request.zone));
        let filter = SeriesFilter {
            // By creation, which does not move while the file is written.
            sort: SeriesSort::Created,
            after: None,
            ..filter
        };
        Ok(Box::new(Open { org: request.org, filter, ended: false }))
    }
}

struct Open {
    org: OrgId,
    filter: SeriesFilter,
    ended: bool,
}

fn cells(row: &SeriesRow) -> Vec<Cell> {
    let (series, totals) = (&row.series, &row.totals);
    vec![
        Cell::plain(series.id),
        Cell::Plain(series.series_code.clone()),
        Cell::Text(series.description.clone()),
        Cell::Text(series.discount.code.clone()),
        Cell::Plain(series.discount.kind.wire().to_owned()),
        Cell::plain(series.discount.value),
        Cell::plain(series.discount.upto),
        Cell::Plain(series.handling.wire().to_owned()),
        Cell::text(series.generic_code.clone()),
        Cell::plain(series.external),
        if series.fixed_end { Cell::plain(series.valid_till) } else { Cell::Blank },
        Cell::Plain(series.strategy.wire().to_owned()),
        series.strategy.value().map_or(Cell::Blank, Cell::plain),
        Cell::plain(series.issue.max.unwrap_or(-1)),
        Cell::plain(series.redeem.max.unwrap_or(-1)),
        Cell::Plain(series.claim.by.clone()),
        Cell::plain(totals.issued),
        Cell::plain(totals.redeemed),
        Cell::plain(totals.revoked),
        Cell::plain(totals.unissued.max(0)),
        Cell::instant(Some(series.stamp.updated_on)),
    ]
}

#[async_trait]
impl Sheet for Open {
    fn header(&self) -> Vec<String> {
        COLUMNS.map(str::to_owned).to_vec()
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        if self.ended {
            return Ok(Vec::new());
        }
        let found = store::list::page(db, self.org, &self.filter, AT_A_TIME).await?;
        self.ended = found.next.is_none();
        self.filter.after = found.next;
        Ok(found.items.iter().map(cells).collect())
    }
}
