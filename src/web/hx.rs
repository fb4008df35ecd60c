//! How much of a page is wanted: the address says what, `HX-Target` says how much.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// How much of a page the caller wants: all of it, or the region htmx is about to replace.
#[derive(Debug, Clone, Default)]
pub struct Hx {
    region: Option<String>,
}

impl Hx {
    /// Whether only the region with this id is wanted.
    pub fn wants(&self, region: &str) -> bool {
        self.region.as_deref() == Some(region)
    }

    /// Whether some region is wanted, and not the page.
    pub fn is_fragment(&self) -> bool {
        self.region.is_some()
    }
}

/// Whether htmx asks for a region. A boosted link and a restored history entry need the shell too.
pub fn is_fragment(headers: &HeaderMap) -> bool {
    let says = |name: &str| headers.get(name).is_some_and(|value| value == "true");
    says("hx-request") && !says("hx-boosted") && !says("hx-history-restore-request")
}

impl<S: Send + Sync> FromRequestParts<S> for Hx {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let target = parts.headers.get("hx-target").and_then(|value| value.to_str().ok());
        let region = target.filter(|_| is_fragment(&parts.headers)).map(str::to_owned);
        Ok(Hx { region })
    }
}
