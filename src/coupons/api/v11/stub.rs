//! What v1.1 tells of a customer beside a coupon, and how bodies name one.

use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Faults, Node, Permit};
use crate::base::app::Reading;
use crate::base::ids::{CustomerId, OrgId};
use crate::coupons::api::{Read, who};
use crate::customers::{self, Asked, KnownBy, Place};

/// A customer in short.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct V11CustomerStub {
    /// The mobile number; empty or null where there is none.
    pub mobile: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The brand's id.
    pub external_id: Option<String>,
    /// Their number, with `user_id=true`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<String>,
}

impl V11CustomerStub {
    /// Of what a customer is known by in the store.
    pub fn of(id: CustomerId, known: &[KnownBy], with_number: bool) -> Self {
        let value = |kind: &str| {
            let mut his = known.iter().filter(|one| one.source == "INSTORE" && one.kind == kind);
            his.next().map(|one| one.value.clone())
        };
        V11CustomerStub {
            mobile: value("mobile"),
            email: value("email"),
            external_id: value("externalId"),
            user_id: with_number.then(|| id.to_string()),
        }
    }

    /// With empty texts where there is nothing.
    #[must_use]
    pub fn filled(self) -> Self {
        let some = |text: Option<String>| Some(text.unwrap_or_default());
        V11CustomerStub {
            mobile: some(self.mobile),
            email: some(self.email),
            external_id: some(self.external_id),
            ..self
        }
    }
}

/// Stubs of these customers.
pub async fn stubs(
    db: &mut Reading,
    org: OrgId,
    ids: &[CustomerId],
    with_number: bool,
) -> sqlx::Result<HashMap<CustomerId, V11CustomerStub>> {
    let known = customers::known_by(db, org, ids).await?;
    let stub = |id: &CustomerId| {
        let his = known.get(id).map(Vec::as_slice).unwrap_or_default();
        (*id, V11CustomerStub::of(*id, his, with_number))
    };
    Ok(ids.iter().map(stub).collect())
}

/// Somebody a body names.
#[derive(Debug, Clone)]
pub struct NamedCustomer {
    asked: Vec<Asked>,
    /// As the body says it: what is told of somebody nobody knows.
    pub said: V11CustomerStub,
}

impl NamedCustomer {
    /// Reads an item's `customer`.
    pub fn read(node: &Node<'_>, faults: &mut Faults) -> Self {
        let text = |keys: &[&str], faults: &mut Faults| {
            Some(node.first(keys).text(faults)).filter(|text| !text.is_empty())
        };
        let said = V11CustomerStub {
            mobile: text(&["mobile"], faults),
            email: text(&["email"], faults),
            external_id: text(&["external_id", "externalId"], faults),
            user_id: None,
        };
        NamedCustomer { asked: who::in_body(node, faults), said }
    }

    /// Who it is; nobody where nobody is meant.
    pub async fn find(
        &self,
        db: &mut Reading,
        permit: &Permit,
        place: &Place,
    ) -> Read<Option<CustomerId>> {
        let found = who::find(db, permit, place, &self.asked).await?;
        Ok(found.map(|found| found.id))
    }
}
