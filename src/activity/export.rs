//! The log as a file, with the filter of its page.

use async_trait::async_trait;
use sqlx::PgConnection;

use super::entry::{Filter, Row};
use super::store;
use crate::base::csv::sheet::{Exportable, Request, Sheet};
use crate::base::csv::write::Cell;
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::base::permission::Permission;

/// Rows read at a time.
const BATCH: usize = 1_000;

/// The sheet `activity`.
pub struct ActivitySheet;

#[async_trait]
impl Exportable for ActivitySheet {
    fn name(&self) -> &'static str {
        "activity"
    }

    fn label(&self) -> &'static str {
        "Activity"
    }

    fn about(&self) -> &'static str {
        "Who changed what, when and by which door, with the values before and after."
    }

    fn permission(&self) -> Permission {
        Permission::ReadActivity
    }

    async fn open(&self, _: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let filter: Filter = request.filter();
        Ok(Box::new(Open { org: request.org, zone: request.zone, filter, ended: false }))
    }
}

struct Open {
    org: OrgId,
    zone: chrono_tz::Tz,
    filter: Filter,
    ended: bool,
}

const HEADER: [&str; 13] = [
    "id",
    "at",
    "actor",
    "door",
    "verb",
    "subjectKind",
    "subjectId",
    "subject",
    "before",
    "after",
    "reason",
    "requestId",
    "importId",
];

fn cells(row: &Row) -> Vec<Cell> {
    let json =
        |value: &Option<serde_json::Value>| Cell::text(value.as_ref().map(ToString::to_string));
    vec![
        Cell::plain(row.id),
        Cell::instant(Some(row.at)),
        Cell::Text(row.actor_name.clone()),
        Cell::Plain(row.source.clone()),
        Cell::Text(row.verb.clone()),
        Cell::Plain(row.subject_kind.clone()),
        Cell::Text(row.subject_id.clone()),
        Cell::Text(row.subject_label.clone()),
        json(&row.before),
        json(&row.after),
        Cell::text(row.reason.as_deref()),
        Cell::Plain(row.request_id.clone()),
        row.import_id.map_or(Cell::Blank, Cell::plain),
    ]
}

#[async_trait]
impl Sheet for Open {
    fn header(&self) -> Vec<String> {
        HEADER.iter().map(|name| (*name).to_owned()).collect()
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        if self.ended {
            return Ok(Vec::new());
        }
        let page = store::page(db, self.org, &self.filter.bounds(self.zone), BATCH).await?;
        self.ended = page.next.is_none();
        self.filter = self.filter.at(page.next);
        Ok(page.items.iter().map(cells).collect())
    }
}
