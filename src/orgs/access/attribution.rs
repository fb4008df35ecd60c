//! At which till a call is said to happen (spec/api-conventions.md 2.3): the caller's headers, else the till
//! that signs, else the client's default.

use axum::http::HeaderMap;

use super::gate::{Gate, broken};
use super::store;
use super::store::gate::By;
use crate::api::{Fault, Till, Trouble};
use crate::base::ids::{OrgId, TillId};

/// Whom a caller's headers name.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    /// Nobody.
    None,
    /// A till or a store of ours.
    Entity(By, String),
    /// Something no till of ours is known by.
    Stranger,
}

/// The till a client's call happens at.
pub async fn of_client(
    gate: &Gate,
    headers: &HeaderMap,
    org: OrgId,
    default: Option<TillId>,
    forgives: bool,
) -> Result<Option<Till>, Trouble> {
    let named = match named(headers, true)? {
        Named::None => return default_till(gate, org, default).await,
        Named::Stranger => None,
        Named::Entity(by, text) => {
            store::gate::till_by(gate.app.db.pool(), org, by, &text).await.map_err(broken)?
        }
    };
    match named {
        Some(till) => Ok(Some(till)),
        None if forgives => default_till(gate, org, default).await,
        None => Err(stranger()),
    }
}

async fn default_till(
    gate: &Gate,
    org: OrgId,
    default: Option<TillId>,
) -> Result<Option<Till>, Trouble> {
    let Some(id) = default else { return Ok(None) };
    store::gate::till_of(gate.app.db.pool(), org, id).await.map_err(broken)
}

/// The till another till's call happens at; `None`: its own.
pub async fn of_till(
    gate: &Gate,
    headers: &HeaderMap,
    org: OrgId,
) -> Result<Option<Till>, Trouble> {
    match named(headers, false)? {
        Named::None => Ok(None),
        Named::Stranger => Err(stranger()),
        Named::Entity(by, text) => {
            let till = store::gate::till_by(gate.app.db.pool(), org, by, &text).await;
            till.map_err(broken)?.map(Some).ok_or_else(stranger)
        }
    }
}

fn stranger() -> Trouble {
    Trouble::bad(Fault::new(91021, "Invalid attribution TILL passed."))
}

fn named(headers: &HeaderMap, is_client: bool) -> Result<Named, Trouble> {
    let header = |name: &str| {
        let value = headers.get(format!("x-cap-api-attribution-{name}"));
        let value = value.and_then(|value| value.to_str().ok()).map(str::trim);
        value.filter(|value| !value.is_empty())
    };
    if header("lookup").is_some() {
        return match header("lookup-type") {
            None => Err(Trouble::bad(Fault::new(
                1061,
                "X-CAP-API-ATTRIBUTION-LOOKUP-TYPE header required with X-CAP-API-ATTRIBUTION-LOOKUP header.",
            ))),
            // Tills of ours are not mapped to channels, so nobody is found behind a good type.
            Some("WECHAT" | "MOBILE_TRIGGER") => Ok(Named::Stranger),
            Some(_) => Err(Trouble::bad(Fault::new(
                400,
                "Invalid X-CAP-API-ATTRIBUTION-LOOKUP-TYPE specified.",
            ))),
        };
    }
    // A till speaks for itself: the pair and the code are for clients.
    if !is_client {
        return Ok(Named::None);
    }
    if let Some(code) = header("entity-code") {
        return Ok(match header("entity-type").unwrap_or_default().to_ascii_uppercase().as_str() {
            "STORE_CODE" => Named::Entity(By::StoreCode, code.to_owned()),
            "STORE_NAME" => Named::Entity(By::StoreName, code.to_owned()),
            "STORE_EXTERNAL_ID" | "STORE_EXTERNAL_ID_1" | "STORE_EXTERNAL_ID_2" => Named::Stranger,
            _ => Named::Entity(By::Code, code.to_owned()),
        });
    }
    let code = header("till-code");
    Ok(code.map_or(Named::None, |code| Named::Entity(By::Code, code.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderName, HeaderValue};

    fn read(pairs: &[(&'static str, &'static str)], is_client: bool) -> Result<Named, u32> {
        let headers: HeaderMap = pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)))
            .collect();
        named(&headers, is_client).map_err(|trouble| trouble.faults[0].code)
    }

    #[test]
    fn headers_are_asked_in_the_references_order() {
        let till = ("x-cap-api-attribution-till-code", "t1");
        let code = ("x-cap-api-attribution-entity-code", "s1");
        let kind = ("x-cap-api-attribution-entity-type", "store_code");
        let odd = ("x-cap-api-attribution-entity-type", "planet");
        let lookup = ("x-cap-api-attribution-lookup", "x");
        let lookup_type = ("x-cap-api-attribution-lookup-type", "WECHAT");
        assert_eq!(read(&[], true), Ok(Named::None));
        assert_eq!(read(&[till], true), Ok(Named::Entity(By::Code, "t1".into())));
        assert_eq!(read(&[till, code], true), Ok(Named::Entity(By::Code, "s1".into())));
        assert_eq!(read(&[till, code, kind], true), Ok(Named::Entity(By::StoreCode, "s1".into())));
        assert_eq!(read(&[code, odd], true), Ok(Named::Entity(By::Code, "s1".into())));
        assert_eq!(read(&[till, lookup, lookup_type], true), Ok(Named::Stranger));
        assert_eq!(read(&[lookup], true), Err(1061));
        assert_eq!(read(&[lookup, ("x-cap-api-attribution-lookup-type", "FAX")], true), Err(400));
        assert_eq!(read(&[till, code], false), Ok(Named::None));
    }
}
