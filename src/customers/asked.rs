//! Whom a call or a file means: a number or something that identifies, and where it is looked for.

use sqlx::PgConnection;

use crate::base::ids::{CustomerId, OrgId};
use crate::customers::identifier::{Identifier, IdentifierKind};
use crate::customers::source::{Account, Source};
use crate::customers::store::accounts;
use crate::customers::store::people::{Hold, people};

/// One thing a customer is named by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Their number.
    Id(i64),
    /// A value that nobody can have.
    Nobody,
    /// Something they have.
    Has(Identifier),
}

impl Asked {
    /// A number as it was written.
    pub fn number(text: &str) -> Self {
        text.trim().parse().map_or(Asked::Nobody, Asked::Id)
    }

    /// An identifier as it was written.
    pub fn has(kind: IdentifierKind, value: &str) -> Self {
        Identifier::parse(kind, value).map_or(Asked::Nobody, Asked::Has)
    }
}

/// Where customers are looked for: everywhere, or in one account of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `source=ALL`.
    Everywhere,
    /// One account.
    In(Account),
}

impl Place {
    /// The store's own profile: where nothing else is said.
    pub fn store() -> Self {
        Place::In(Account::store())
    }

    /// The place that `source` and `accountId` name; the store where there is no source. `None`: there
    /// is no such source, or it has accounts and none was named.
    pub fn named(source: Option<&str>, account: Option<&str>) -> Option<Self> {
        let Some(word) = source else { return Some(Place::store()) };
        if word.eq_ignore_ascii_case("ALL") {
            return Some(Place::Everywhere);
        }
        let source: Source = word.parse().ok()?;
        if !source.has_accounts() {
            return Some(Place::store());
        }
        Some(Place::In(Account { source, id: account?.to_owned() }))
    }

    /// Whether an account lies in it.
    pub fn holds(&self, account: &Account) -> bool {
        match self {
            Place::Everywhere => true,
            Place::In(one) => one == account,
        }
    }
}

/// Who was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Their number; the survivor's, where they were merged.
    pub id: CustomerId,
    /// Whether they were merged.
    pub merged: bool,
}

/// Who is meant; deleted customers are nobody, and so are another brand's.
pub async fn who(
    db: &mut PgConnection,
    org: OrgId,
    place: &Place,
    asked: &Asked,
) -> sqlx::Result<Option<Found>> {
    match asked {
        Asked::Nobody => Ok(None),
        Asked::Id(id) => by_id(db, org, CustomerId::new(*id)).await,
        Asked::Has(identifier) => {
            let holders = accounts::holders(db, org, std::slice::from_ref(identifier)).await?;
            let there = holders.into_iter().find(|holder| place.holds(&holder.account));
            Ok(there.map(|holder| Found { id: holder.customer, merged: holder.merged }))
        }
    }
}

async fn by_id(db: &mut PgConnection, org: OrgId, id: CustomerId) -> sqlx::Result<Option<Found>> {
    let found = people(db, org, &[id], Hold::Not).await?;
    Ok(found.get(&id).map(|person| Found { id: person.id, merged: person.id != id }))
}
