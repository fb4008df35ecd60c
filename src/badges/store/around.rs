//! What a draft is judged by.

use sqlx::PgConnection;

use crate::badges::context::Around;
use crate::badges::store::{badges, fields, groups, org_meta};
use crate::base::ids::OrgId;

/// The brand's fields and groups, and who has the name.
pub async fn around(db: &mut PgConnection, org: OrgId, name: &str) -> sqlx::Result<Around> {
    Ok(Around {
        asked_tags: Vec::new(),
        fields: fields::all(&mut *db, org).await?,
        groups: groups::all(&mut *db, org).await?,
        name_owner: badges::named(db, org, name).await?,
    })
}

/// The same for a draft that a program sent: the legacy declaration of tags speaks as well.
pub async fn around_call(db: &mut PgConnection, org: OrgId, name: &str) -> sqlx::Result<Around> {
    let declared = org_meta::find(&mut *db, org).await?;
    let asked = declared.into_iter().flat_map(|meta| meta.tags);
    let asked_tags = asked.filter(|tag| tag.mandatory).map(|tag| tag.key).collect();
    Ok(Around { asked_tags, ..around(db, org, name).await? })
}
