//! Badges customers hold, as a file in the columns an import maps by itself.

use async_trait::async_trait;
use serde::Deserialize;
use sqlx::PgConnection;

use super::export_store::{self as store, EarnRow};
use crate::base::csv::sheet::{Exportable, Request, Sheet};
use crate::base::csv::write::Cell;
use crate::base::error::Result;
use crate::base::ids::{BadgeId, CustomerId, EarnId, ImportId, OrgId};
use crate::base::permission::Permission;

/// Rows read at a time.
const BATCH: i64 = 2_000;

/// The sheet `earned-badges`.
pub struct EarnedBadgesSheet;

/// What may be asked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    badge: String,
    customer: String,
    import: String,
}

#[async_trait]
impl Exportable for EarnedBadgesSheet {
    fn name(&self) -> &'static str {
        "earned-badges"
    }

    fn label(&self) -> &'static str {
        "Earned badges"
    }

    fn about(&self) -> &'static str {
        "Who earned which badge when, and when it ends. Revoked ones are left out."
    }

    fn permission(&self) -> Permission {
        Permission::ReadCustomers
    }

    async fn open(&self, _: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let filter: Filter = request.filter();
        Ok(Box::new(Open {
            org: request.org,
            badge: filter.badge.trim().parse().ok(),
            customer: filter.customer.trim().parse().ok(),
            import: filter.import.trim().parse().ok(),
            personal: request.role.may(Permission::ReadPersonalData),
            after: None,
        }))
    }
}

struct Open {
    org: OrgId,
    badge: Option<BadgeId>,
    customer: Option<CustomerId>,
    import: Option<ImportId>,
    personal: bool,
    after: Option<EarnId>,
}

const COLUMNS: [&str; 5] =
    ["badgeMetaId", "customerId", "earnEventDate", "earnExpiresOn", "badgeName"];
const PERSONAL: [&str; 3] = ["externalId", "mobile", "email"];
const SOURCE: &str = "sourceId";

impl Open {
    fn cells(&self, row: &EarnRow) -> Vec<Cell> {
        let mut cells = vec![
            Cell::Plain(hex::encode(&row.badge_id)),
            Cell::plain(row.customer_id),
            Cell::instant(Some(row.earn_event_date)),
            Cell::instant(row.expires_on),
            Cell::Text(row.badge_name.clone()),
        ];
        if self.personal {
            let identifiers = [&row.external_id, &row.mobile, &row.email];
            cells.extend(identifiers.map(|identifier| Cell::text(identifier.as_deref())));
        }
        cells.push(Cell::text(row.source_id.as_deref()));
        cells
    }
}

#[async_trait]
impl Sheet for Open {
    fn header(&self) -> Vec<String> {
        let personal = if self.personal { &PERSONAL[..] } else { &[][..] };
        let columns = COLUMNS.iter().chain(personal).chain([&SOURCE]);
        columns.map(|name| (*name).to_owned()).collect()
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        let wanted = store::Wanted {
            badge: self.badge,
            customer: self.customer,
            import: self.import,
            after: self.after,
        };
        let rows = store::rows(db, self.org, &wanted, BATCH).await?;
        self.after = rows.last().map(EarnRow::id).or(self.after);
        Ok(rows.iter().map(|row| self.cells(row)).collect())
    }
}
