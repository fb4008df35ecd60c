//! Badges as a file, in the columns an import maps by itself: the list's filter, oldest first.

use async_trait::async_trait;
use sqlx::PgConnection;

use crate::badges::fields::Field;
use crate::badges::list::Filter;
use crate::badges::sheet::columns::FIELDS;
use crate::badges::sheet::{extra_headers, row};
use crate::badges::store;
use crate::base::csv::sheet::{Exportable, Request, Sheet, pairs};
use crate::base::csv::write::Cell;
use crate::base::error::Result;
use crate::base::ids::{BadgeId, OrgId};
use crate::base::permission::Permission;
use chrono::{DateTime, Utc};

/// Badges read at a time.
const BATCH: i64 = 200;

/// Columns whose text people typed: a spreadsheet must not run it.
const TYPED: [&str; 3] = ["name", "description", "badgeGroupId"];

/// The sheet `badges`.
pub struct BadgesSheet;

#[async_trait]
impl Exportable for BadgesSheet {
    fn name(&self) -> &'static str {
        "badges"
    }

    fn label(&self) -> &'static str {
        "Badges"
    }

    fn about(&self) -> &'static str {
        "Every badge with all its settings, in the columns of the import template."
    }

    fn permission(&self) -> Permission {
        Permission::ReadBadges
    }

    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let fields = store::fields::all(&mut *db, request.org).await?;
        let widths = store::rows::widths(db, request.org).await?;
        let now = store::rows::now(db).await?;
        let mut header: Vec<String> = FIELDS.iter().map(|field| field.name.to_owned()).collect();
        header.extend(extra_headers(&fields, &widths));
        let filter = Filter::from_pairs(&pairs(&request.query));
        Ok(Box::new(Open { org: request.org, filter, now, fields, header, after: None }))
    }
}

struct Open {
    org: OrgId,
    filter: Filter,
    now: DateTime<Utc>,
    fields: Vec<Field>,
    header: Vec<String>,
    after: Option<BadgeId>,
}

#[async_trait]
impl Sheet for Open {
    fn header(&self) -> Vec<String> {
        self.header.clone()
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        let ids =
            store::rows::ids(&mut *db, self.org, &self.filter, self.now, self.after, BATCH).await?;
        let badges = store::badges::load(db, self.org, &ids).await?;
        self.after = badges.last().map(|badge| badge.id).or(self.after);
        let cells = |badge| {
            let mut row = row(badge, &self.fields);
            let cell = |header: &String| match row.remove(header) {
                None => Cell::Blank,
                Some(text) if is_typed(header) => Cell::Text(text),
                Some(text) => Cell::Plain(text),
            };
            self.header.iter().map(cell).collect()
        };
        Ok(badges.iter().map(cells).collect())
    }
}

fn is_typed(header: &str) -> bool {
    let starts = ["CF:", "tag ", "benefit extra", "image ", "promotionId"];
    TYPED.contains(&header) || starts.iter().any(|start| header.starts_with(start))
}
