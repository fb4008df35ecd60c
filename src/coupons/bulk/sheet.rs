//! What became of each coupon of a run, as a file.

use async_trait::async_trait;
use serde::Deserialize;
use sqlx::PgConnection;

use super::action::Action;
use super::scope::Scope;
use super::words::{DONE, sentence};
use crate::base::csv::sheet::{Exportable, Request, Sheet};
use crate::base::csv::write::Cell;
use crate::base::error::{Error, Result};
use crate::base::ids::{BulkRunId, OrgId};
use crate::base::permission::Permission;
use crate::base::problem::Fault;
use crate::coupons::store::bulk_items::{self, ResultRow};
use crate::coupons::store::{bulk, bulk_lists};

/// Rows read at a time.
const AT_A_TIME: i64 = 5_000;

/// The sheet `coupon-bulk`.
pub struct BulkResultSheet;

/// What may be asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    run: String,
}

#[async_trait]
impl Exportable for BulkResultSheet {
    fn name(&self) -> &'static str {
        "coupon-bulk"
    }

    fn label(&self) -> &'static str {
        "Result of a bulk action on coupons"
    }

    fn about(&self) -> &'static str {
        "What became of each coupon. Taken out from the action’s own page."
    }

    fn permission(&self) -> Permission {
        Permission::ReadCoupons
    }

    fn whole(&self) -> bool {
        false
    }

    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let filter: Filter = request.filter();
        let which = || Fault::blank("Take the result out from the page of the action").on("run");
        let id: BulkRunId = filter.run.trim().parse().map_err(|_| which())?;
        let run = bulk::find(&mut *db, request.org, id).await?.ok_or(Error::NotFound)?;
        let unknown = match run.scope {
            Scope::Customers { list, .. } => {
                let list = bulk_lists::find(db, request.org, list).await?;
                list.map(|list| list.unknown).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        Ok(Box::new(Open { org: request.org, run: id, action: run.action, after: 0, unknown }))
    }
}

struct Open {
    org: OrgId,
    run: BulkRunId,
    action: Action,
    after: i64,
    /// Identifiers nobody has: said at the end.
    unknown: Vec<String>,
}

impl Open {
    fn cells(&self, row: &ResultRow) -> Vec<Cell> {
        let done = row.outcome == DONE;
        vec![
            Cell::Text(row.code.clone()),
            Cell::plain(row.coupon),
            row.customer.map_or(Cell::Blank, Cell::plain),
            Cell::Plain(if done { self.action.did() } else { "Left alone" }.to_owned()),
            if done { Cell::Blank } else { Cell::Text(sentence(&row.outcome).into_owned()) },
            Cell::Blank,
        ]
    }
}

#[async_trait]
impl Sheet for Open {
    fn header(&self) -> Vec<String> {
        let columns = ["code", "couponId", "customerId", "outcome", "reason", "identifier"];
        columns.map(str::to_owned).to_vec()
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        let rows = bulk_items::page(db, self.org, self.run, self.after, AT_A_TIME).await?;
        if let Some(last) = rows.last() {
            self.after = last.coupon.get();
            return Ok(rows.iter().map(|row| self.cells(row)).collect());
        }
        let unknown = std::mem::take(&mut self.unknown).into_iter().map(|text| {
            let blank = || Cell::Blank;
            let outcome = Cell::Plain("Left alone".to_owned());
            let why = Cell::Plain("There is no such customer".to_owned());
            vec![blank(), blank(), blank(), outcome, why, Cell::Text(text)]
        });
        Ok(unknown.collect())
    }
}
