//! Who calls. A room's handler cannot reach the brand without saying how far it goes: a [`Caller`] gives
//! away nothing but a [`Permit`], and that only for a resource and a level its access group allows.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono_tz::Tz;

use crate::api::failure::Trouble;
use crate::api::grants::{Grants, Level, Resource};
use crate::base::act::{Actor, AtTill, Source};
use crate::base::ids::OrgId;
use crate::base::permission::Role;

/// The till something is done at, with its store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Till {
    /// Its number.
    pub id: i64,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its store's code; may be empty.
    pub store_code: String,
    /// Its store's name; may be empty.
    pub store_name: String,
}

/// A till or a client whose credentials were found good.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The brand.
    pub(crate) org: OrgId,
    /// Its time zone.
    pub(crate) zone: Tz,
    /// `till` or `client`.
    pub(crate) kind: &'static str,
    /// Its number.
    pub(crate) id: i64,
    /// Its name, for the log.
    pub(crate) name: String,
    /// How far it may go.
    pub(crate) grants: Grants,
    /// Calls it may make in a minute; none: as many as it likes.
    pub(crate) rate: Option<u32>,
    /// Where its deeds are said to happen.
    pub(crate) till: Option<Till>,
    /// The id of this call.
    pub(crate) request_id: String,
}

impl Caller {
    /// May look at a resource, or is refused.
    pub fn reads(self, resource: Resource) -> Result<Permit, Trouble> {
        self.goes(resource, Level::Read)
    }

    /// May change a resource, or is refused.
    pub fn writes(self, resource: Resource) -> Result<Permit, Trouble> {
        self.goes(resource, Level::Write)
    }

    fn goes(self, resource: Resource, level: Level) -> Result<Permit, Trouble> {
        if self.grants.allow(resource, level) { Ok(Permit(self)) } else { Err(Trouble::denied()) }
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.remove().ok_or_else(Trouble::unknown_caller)
    }
}

/// Leave to work in a brand.
#[derive(Debug, Clone)]
pub struct Permit(Caller);

impl Permit {
    /// The brand.
    pub fn org(&self) -> OrgId {
        self.0.org
    }

    /// Its time zone.
    pub fn zone(&self) -> Tz {
        self.0.zone
    }

    /// Where it is said to happen.
    pub fn till(&self) -> Option<&Till> {
        self.0.till.as_ref()
    }

    /// The id of this call.
    pub fn request_id(&self) -> &str {
        &self.0.request_id
    }

    /// The caller as the actor of a deed. The access group was asked; a role has nothing to add.
    pub fn actor(&self) -> Actor {
        Actor {
            org: self.0.org,
            role: Role::Admin,
            kind: self.0.kind,
            id: Some(self.0.id),
            name: self.0.name.clone(),
            source: Source::Api,
            request_id: self.0.request_id.clone(),
            import: None,
            till: self.0.till.as_ref().map(|till| AtTill {
                id: till.id,
                code: till.code.clone(),
                name: till.name.clone(),
            }),
        }
    }
}
