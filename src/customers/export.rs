//! Customers as a file, in the columns an import maps by itself.
//!
//! Who may not see personal data gets number and name. Known quirk: of several cards of a customer the
//! file holds one.

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use sqlx::PgConnection;

use crate::base::csv::sheet::{Exportable, Request, Sheet, pairs};
use crate::base::csv::write::Cell;
use crate::base::error::Result;
use crate::base::ids::{CustomerId, ImportId, OrgId};
use crate::base::permission::Permission;
use crate::customers::export_store::{self as export, Row};
use crate::customers::store;

/// Rows read at a time.
const BATCH: i64 = 2_000;

const PERSONAL: [&str; 7] =
    ["externalId", "mobile", "email", "cardNumber", "firstName", "lastName", "registeredOn"];
const PLAIN: [&str; 3] = ["customerId", "firstName", "lastName"];

/// The sheet `customers`.
pub struct CustomersSheet;

/// The list's address, as far as it filters.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Filter {
    q: String,
    import: String,
}

#[async_trait]
impl Exportable for CustomersSheet {
    fn name(&self) -> &'static str {
        "customers"
    }

    fn label(&self) -> &'static str {
        "Customers"
    }

    fn about(&self) -> &'static str {
        "Identifiers, names, date of registration and custom fields."
    }

    fn permission(&self) -> Permission {
        Permission::ReadCustomers
    }

    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let filter: Filter = request.filter();
        let personal = request.role.may(Permission::ReadPersonalData);
        let only = match filter.q.trim() {
            "" => None,
            query => {
                let found = store::search(db, request.org, query, personal).await?;
                Some(found.hits.iter().map(|hit| hit.id.get()).collect())
            }
        };
        let fields =
            if personal { export::field_names(db, request.org).await? } else { Vec::new() };
        Ok(Box::new(Open {
            org: request.org,
            import: filter.import.trim().parse().ok(),
            only,
            personal,
            fields,
            after: CustomerId::new(0),
        }))
    }
}

/// The customers of the list as numbers alone: what is picked of them for bulk work. Not offered as a
/// file.
pub struct CustomerNumbers;

#[async_trait]
impl Exportable for CustomerNumbers {
    fn name(&self) -> &'static str {
        "customers"
    }

    fn label(&self) -> &'static str {
        "Customers"
    }

    fn about(&self) -> &'static str {
        "Their numbers."
    }

    fn permission(&self) -> Permission {
        Permission::ReadCustomers
    }

    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let filter: Filter = request.filter();
        let personal = request.role.may(Permission::ReadPersonalData);
        let pairs = pairs(&request.query);
        let picked = pairs.iter().filter(|(key, _)| key == "pick");
        let picked: Vec<i64> = picked.filter_map(|(_, id)| id.trim().parse().ok()).collect();
        let only = match (pairs.iter().any(|(key, _)| key == "pick"), filter.q.trim()) {
            (true, _) => Some(picked),
            (false, "") => None,
            (false, query) => {
                let found = store::search(db, request.org, query, personal).await?;
                Some(found.hits.iter().map(|hit| hit.id.get()).collect())
            }
        };
        let import = filter.import.trim().parse().ok();
        Ok(Box::new(Numbers { org: request.org, import, only, after: CustomerId::new(0) }))
    }
}

struct Numbers {
    org: OrgId,
    import: Option<ImportId>,
    only: Option<Vec<i64>>,
    after: CustomerId,
}

#[async_trait]
impl Sheet for Numbers {
    fn header(&self) -> Vec<String> {
        vec!["customerId".to_owned()]
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        let only = self.only.as_deref();
        let size = 5 * BATCH;
        let ids = export::numbers(db, self.org, self.import, only, self.after, size).await?;
        self.after = ids.last().copied().unwrap_or(self.after);
        Ok(ids.iter().map(|id| vec![Cell::plain(id)]).collect())
    }
}

struct Open {
    org: OrgId,
    import: Option<ImportId>,
    only: Option<Vec<i64>>,
    personal: bool,
    fields: Vec<String>,
    after: CustomerId,
}

impl Open {
    fn cells(&self, row: &Row) -> Vec<Cell> {
        let names = [&row.first_name, &row.last_name].map(|name| Cell::Text(name.clone()));
        if !self.personal {
            return [Cell::plain(row.id)].into_iter().chain(names).collect();
        }
        let identifiers = [&row.external_id, &row.mobile, &row.email, &row.card_number];
        let custom = self.fields.iter().map(|name| match row.fields.get(name) {
            None | Some(Value::Null) => Cell::Blank,
            Some(Value::String(text)) => Cell::Text(text.clone()),
            Some(other) => Cell::Plain(other.to_string()),
        });
        identifiers
            .map(|identifier| Cell::text(identifier.as_deref()))
            .into_iter()
            .chain(names)
            .chain([Cell::instant(row.registered_on)])
            .chain(custom)
            .collect()
    }
}

#[async_trait]
impl Sheet for Open {
    fn header(&self) -> Vec<String> {
        let columns = if self.personal { &PERSONAL[..] } else { &PLAIN[..] };
        columns.iter().map(|name| (*name).to_owned()).chain(self.fields.iter().cloned()).collect()
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        let only = self.only.as_deref();
        let rows = export::rows(db, self.org, self.import, only, self.after, BATCH).await?;
        self.after = rows.last().map_or(self.after, |row| row.id);
        Ok(rows.iter().map(|row| self.cells(row)).collect())
    }
}
