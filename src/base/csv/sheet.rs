//! What a room says about the files it gives out.

use async_trait::async_trait;
use chrono_tz::Tz;
use sqlx::PgConnection;

use super::write::Cell;
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::base::permission::{Permission, Role};

/// Whose list, and how it is looked at.
#[derive(Debug, Clone)]
pub struct Request {
    /// The brand.
    pub org: OrgId,
    /// Its zone, for filters by day.
    pub zone: Tz,
    /// What the asker may see: columns of personal data stay out otherwise.
    pub role: Role,
    /// The list's query string as it stands in the address: filter and order.
    pub query: String,
}

/// A list that can be taken out as a file. Its header names are those an import maps by itself.
#[async_trait]
pub trait Exportable: Send + Sync {
    /// Its word in addresses and on the command line.
    fn name(&self) -> &'static str;

    /// Its words on the screen.
    fn label(&self) -> &'static str;

    /// What is in it, in one sentence.
    fn about(&self) -> &'static str;

    /// What one may do who takes it out, besides exporting at all.
    fn permission(&self) -> Permission;

    /// Opens it for one reading.
    async fn open(&self, db: &mut PgConnection, request: &Request) -> Result<Box<dyn Sheet>>;
}

/// An open list: rows come in batches, each picking up where the one before ended.
#[async_trait]
pub trait Sheet: Send {
    /// The header.
    fn header(&self) -> Vec<String>;

    /// The next rows; none at the end.
    async fn next(&mut self, db: &mut PgConnection) -> Result<Vec<Vec<Cell>>>;
}
