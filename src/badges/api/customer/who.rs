//! Which customer a call is about: their number, or what the header says the text is.

use axum::http::{HeaderMap, StatusCode};

use crate::api::{Fault, Permit, Trouble};
use crate::badges::api::customer::Read;
use crate::base::app::Reading;
use crate::base::ids::CustomerId;
use crate::customers::{self, Hold, IdentifierKind};

/// The header that says what identifies the customer.
const HEADER: &str = "x-cap-customer-identifier";

/// What a call names a customer by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Named {
    /// Their number.
    Number(CustomerId),
    /// The key of something that identifies them.
    Key(IdentifierKind, String),
    /// A text nobody can be named by.
    Nobody,
}

/// 1026: nobody, or another brand's: both answer alike.
pub fn unknown() -> Trouble {
    let fault = Fault::new(1026, "Customer with the specified ID is not found.");
    Trouble::new(StatusCode::NOT_FOUND, fault)
}

/// Reads what a call names a customer by.
pub fn named(headers: &HeaderMap, text: &str) -> Result<Named, Trouble> {
    let Some(kind) = headers.get(HEADER) else {
        let number = text.trim().parse();
        return Ok(number.map_or(Named::Nobody, Named::Number));
    };
    let invalid = || Trouble::bad(Fault::new(1028, "Invalid Customer Identifier type"));
    let kind: IdentifierKind =
        kind.to_str().map_err(|_| invalid())?.parse().map_err(|_| invalid())?;
    if !IdentifierKind::TYPED.contains(&kind) {
        return Err(invalid());
    }
    let key = kind.key(text);
    Ok(if key.is_empty() { Named::Nobody } else { Named::Key(kind, key) })
}

/// The customer of the brand a call names; of a merged one the survivor.
pub async fn customer(
    db: &mut Reading,
    permit: &Permit,
    headers: &HeaderMap,
    text: &str,
) -> Read<CustomerId> {
    let found = match named(headers, text)? {
        Named::Nobody => None,
        Named::Number(id) => {
            let found = customers::people(db, permit.org(), &[id], Hold::Not).await?;
            found.get(&id).map(|person| person.id)
        }
        Named::Key(kind, key) => {
            let keys = [key];
            let found = customers::resolve_identifiers(db, permit.org(), kind, &keys).await?;
            found.into_values().next()
        }
    };
    Ok(found.ok_or_else(unknown)?)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_header_says_what_the_text_is() {
        let with = |kind: &'static str, text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_static(kind));
            named(&headers, text)
        };
        let email = Named::Key(IdentifierKind::Email, "tom@example.org".to_owned());
        assert_eq!(with("email", "Tom@Example.org"), Ok(email.clone()));
        assert_eq!(with("EMAIL", "Tom@Example.org"), Ok(email));
        assert_eq!(with("mobile", "none"), Ok(Named::Nobody));
        for kind in ["id", "wechat", "Email ID", ""] {
            assert_eq!(with(kind, "1").unwrap_err().faults[0].code, 1028, "{kind}");
        }
        let none = HeaderMap::new();
        assert_eq!(named(&none, "42"), Ok(Named::Number(CustomerId::new(42))));
        assert_eq!(named(&none, "tom@example.org"), Ok(Named::Nobody));
        assert_eq!(named(&none, "99999999999999999999"), Ok(Named::Nobody));
    }
}
