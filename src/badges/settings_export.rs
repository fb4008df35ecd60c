//! Groups and custom fields as files: a handful of rows each.

use async_trait::async_trait;
use sqlx::PgConnection;

use crate::badges::store;
use crate::base::csv::sheet::{Exportable, Request, Sheet};
use crate::base::csv::write::Cell;
use crate::base::error::Result;
use crate::base::permission::Permission;

/// The sheet `groups`.
pub struct GroupsSheet;

/// The sheet `custom-fields`.
pub struct FieldsSheet;

#[async_trait]
impl Exportable for GroupsSheet {
    fn name(&self) -> &'static str {
        "groups"
    }

    fn label(&self) -> &'static str {
        "Groups and ranks"
    }

    fn about(&self) -> &'static str {
        "The badge groups with their ranks, disabled ones included."
    }

    fn permission(&self) -> Permission {
        Permission::ReadBadges
    }

    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let groups = store::groups::all(db, request.org).await?;
        let row = |group: &crate::badges::groups::Group| {
            vec![
                Cell::plain(group.id),
                Cell::Text(group.name.clone()),
                Cell::plain(group.rank),
                Cell::plain(group.active),
            ]
        };
        let rows = groups.iter().map(row).collect();
        Ok(Box::new(Whole { header: &["id", "name", "rank", "isActive"], rows }))
    }
}

#[async_trait]
impl Exportable for FieldsSheet {
    fn name(&self) -> &'static str {
        "custom-fields"
    }

    fn label(&self) -> &'static str {
        "Custom fields"
    }

    fn about(&self) -> &'static str {
        "The custom fields of badges, disabled ones included."
    }

    fn permission(&self) -> Permission {
        Permission::ReadBadges
    }

    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>> {
        let fields = store::fields::all(db, request.org).await?;
        let row = |field: &crate::badges::fields::Field| {
            vec![
                Cell::plain(field.id),
                Cell::Text(field.name.clone()),
                Cell::Plain(field.data_type.wire().to_owned()),
                Cell::plain(field.mandatory),
                Cell::text(field.default_value.as_deref()),
                Cell::plain(field.active),
            ]
        };
        let rows = fields.iter().map(row).collect();
        let header = &["id", "name", "dataType", "isMandatory", "defaultValue", "isActive"];
        Ok(Box::new(Whole { header, rows }))
    }
}

/// A list short enough to be held.
struct Whole {
    header: &'static [&'static str],
    rows: Vec<Vec<Cell>>,
}

#[async_trait]
impl Sheet for Whole {
    fn header(&self) -> Vec<String> {
        self.header.iter().map(|name| (*name).to_owned()).collect()
    }

    async fn next(&mut self, _: &mut PgConnection) -> Result<Vec<Vec<Cell>>> {
        Ok(std::mem::take(&mut self.rows))
    }
}
