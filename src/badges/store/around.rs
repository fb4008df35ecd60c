//! What a draft is judged by.

use sqlx::PgConnection;

use crate::badges::check::Around;
use crate::badges::store::{badges, fields, groups};
use crate::base::ids::OrgId;

/// The brand's fields and groups, and who has the name.
pub async fn around(db: &mut PgConnection, org: OrgId, name: &str) -> sqlx::Result<Around> {
    Ok(Around {
        fields: fields::all(&mut *db, org).await?,
        groups: groups::all(&mut *db, org).await?,
        name_owner: badges::named(db, org, name).await?,
    })
}
