//! Which customer a call is about (spec/api-conventions.md 10).

use crate::api::{Fault, Faults, Node, Permit, Query, Trouble};
use crate::base::app::Reading;
use crate::coupons::api::Read;
use crate::coupons::refusal::{sentence, vendor_code};
use crate::customers::{self, Asked, Found, IdentifierKind, Place};

/// What names a customer after the number, first what decides; with the spellings of each.
const KINDS: &[(IdentifierKind, &[&str])] = &[
    (IdentifierKind::Mobile, &["mobile"]),
    (IdentifierKind::Email, &["email"]),
    (IdentifierKind::ExternalId, &["externalId", "external_id", "external_Id", "externalid"]),
    (IdentifierKind::CardNumber, &["cardNumber", "card_number", "cardnumber"]),
    (IdentifierKind::CardExternalId, &["cardExternalId", "card_external_id", "cardexternalid"]),
];

/// The spellings of a customer's number.
const NUMBER: &[&str] = &["id", "user_id", "userId", "userid"];

/// What a body's `customer` or `user` names somebody by, first what decides; blank values count as absent.
pub fn in_body(node: &Node<'_>, faults: &mut Faults) -> Vec<Asked> {
    let mut said = |keys: &[&str]| {
        keys.iter().find_map(|key| {
            let text = node.get(key).text(faults);
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        })
    };
    let number = said(NUMBER).map(|text| Asked::number(&text));
    let rest = KINDS.iter().filter_map(|(kind, keys)| said(keys).map(|v| Asked::has(*kind, &v)));
    number.into_iter().chain(rest.collect::<Vec<_>>()).collect()
}

/// What a query names somebody by, first what decides.
pub fn in_query(query: &Query) -> Vec<Asked> {
    let number = query.one(&["id"]).map(Asked::number);
    let lower = |keys: &[&str]| keys.iter().map(|key| key.to_ascii_lowercase()).collect::<Vec<_>>();
    let rest = KINDS.iter().filter_map(|(kind, keys)| {
        let keys = lower(keys);
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        query.one(&keys).map(|value| Asked::has(*kind, value))
    });
    number.into_iter().chain(rest).collect()
}

/// Where a query's `source` and `accountId` look; the store where they are absent.
pub fn place(query: &Query) -> Result<Place, Trouble> {
    let place = Place::named(query.one(&["source"]), query.one(&["accountid", "account_id"]));
    place.ok_or_else(|| Trouble::bad(Fault::new(400, "Invalid source or account id")))
}

/// 701: nobody, or another brand's: both answer alike.
pub fn unknown() -> Trouble {
    Trouble::bad(Fault::new(vendor_code("customer_unknown"), sentence("customer_unknown")))
}

/// The customer who is meant, of a merged one the survivor: whom the first name means, unless another
/// name given means somebody else. `None` where nobody is meant.
pub async fn find(
    db: &mut Reading,
    permit: &Permit,
    place: &Place,
    asked: &[Asked],
) -> Read<Option<Found>> {
    let Some((first, others)) = asked.split_first() else { return Ok(None) };
    let Some(found) = customers::who(db, permit.org(), place, first).await? else {
        return Ok(None);
    };
    for other in others {
        let other = customers::who(db, permit.org(), place, other).await?;
        if other.is_some_and(|other| other.id != found.id) {
            return Ok(None);
        }
    }
    Ok(Some(found))
}

/// The customer who is meant, or the refusal that nobody is.
pub async fn customer(
    db: &mut Reading,
    permit: &Permit,
    place: &Place,
    asked: &[Asked],
) -> Read<Found> {
    let found = find(db, permit, place, asked).await?;
    Ok(found.ok_or_else(unknown)?)
}
