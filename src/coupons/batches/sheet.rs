//! The codes of one batch as a file: for a printer, a mailing house, another shop.

use async_trait::async_trait;
use serde::Deserialize;
use sqlx::PgConnection;

use super::store::{self, CodeRow};
use crate::base::csv::sheet::{Exportable, Request, Sheet};
use crate::base::csv::write::Cell;
use crate::base::error::{Error, Result};
use crate::base::ids::{BatchId, CouponId, OrgId};
use crate::base::permission::Permission;
use crate::base::problem::Fault;

/// Rows read at a time.
const AT_A_TIME: i64 = 5_000;

/// The sheet `batch-codes`.
pub struct BatchCodesSheet;

/// What may be asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    batch: String,
}

#[async_trait]
impl Exportable for BatchCodesSheet {
    fn name(&self) -> &'static str {
        "batch-codes"
    }

    fn label(&self) -> &'static str {
        "Codes of a batch"
    }

    fn about(&self) -> &'static str {
        "The codes of one batch with their state. Taken out from the batch’s own page."
    }

    fn permission(&self) -> Permission {
        Permission::EditCoupons
    }

    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let filter: Filter = request.filter();
        let which = || Fault::blank("Take the codes out from the page of their batch").on("batch");
        let batch: BatchId = filter.batch.trim().parse().map_err(|_| which())?;
        store::find(db, request.org, batch).await?.ok_or(Error::NotFound)?;
        Ok(Box::new(Open { org: request.org, batch, after: None }))
    }
}

struct Open {
    org: OrgId,
    batch: BatchId,
    after: Option<CouponId>,
}

fn cells(row: &CodeRow) -> Vec<Cell> {
    vec![
        Cell::Text(row.code.clone()),
        Cell::Plain(row.state().1.to_owned()),
        Cell::instant(Some(row.created_on)),
        Cell::instant(row.issued_on),
        row.customer.map_or(Cell::Blank, Cell::plain),
        Cell::plain(row.redeemed),
        Cell::plain(row.id),
    ]
}

#[async_trait]
impl Sheet for Open {
    fn header(&self) -> Vec<String> {
        let columns =
            ["code", "state", "createdOn", "issuedOn", "customerId", "redemptions", "couponId"];
        columns.map(str::to_owned).to_vec()
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        let rows = store::sheet(db, self.org, self.batch, self.after, AT_A_TIME).await?;
        if let Some(last) = rows.last() {
            self.after = Some(last.id);
        }
        Ok(rows.iter().map(cells).collect())
    }
}
