//! The signed-in person, as handlers get them.

use chrono_tz::Tz;

use crate::base::act::{Actor, Source};
use crate::base::error::{Error, Result};
use crate::base::ids::{OrgId, StaffId};
use crate::base::permission::{Permission, Role};
use crate::web::chrome::{BrandLink, Sees, Viewer};

/// One of the brands a person works for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// Its number.
    pub id: OrgId,
    /// Its name.
    pub name: String,
}

/// A signed-in person, working in one brand.
#[derive(Debug, Clone)]
pub struct Staff {
    /// Who.
    pub id: StaffId,
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// Their role in this brand.
    pub role: Role,
    /// The brand being worked in.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// Its time zone: every time on a page is shown in it.
    pub zone: Tz,
    /// All brands of this person.
    pub brands: Vec<Brand>,
    /// The session's id as the table keeps it.
    pub session: [u8; 32],
    /// Ties log lines and entries of this request together.
    pub request_id: String,
}

impl Staff {
    /// This person as the actor of a deed.
    pub fn actor(&self) -> Actor {
        Actor {
            org: self.org,
            role: self.role,
            kind: "staff",
            id: Some(self.id.get()),
            name: self.name.clone(),
            source: Source::Console,
            request_id: self.request_id.clone(),
            import: None,
            till: None,
        }
    }

    /// Whether this person may do it here.
    pub fn may(&self, permission: Permission) -> bool {
        self.role.may(permission)
    }

    /// `Forbidden` unless this person may do it here: for pages that only read.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.may(permission) { Ok(()) } else { Err(Error::Forbidden) }
    }
}

impl From<&Staff> for Viewer {
    fn from(staff: &Staff) -> Self {
        let link = |brand: &Brand| BrandLink {
            id: brand.id.to_string(),
            name: brand.name.clone(),
            current: brand.id == staff.org,
        };
        Viewer {
            name: staff.name.clone(),
            role: staff.role.label().to_owned(),
            org: staff.org_name.clone(),
            zone: staff.zone.name().to_owned(),
            brands: staff.brands.iter().map(link).collect(),
            sees: Sees {
                badges: staff.may(Permission::ReadBadges),
                coupons: staff.may(Permission::ReadCoupons),
                customers: staff.may(Permission::ReadCustomers),
                imports: staff.may(Permission::ReadImports),
                exports: staff.may(Permission::Export),
                activity: staff.may(Permission::ReadActivity),
                staff: staff.may(Permission::ManageStaff),
                access: staff.may(Permission::ManageAccess),
                requests: staff.may(Permission::IssueBadges)
                    || staff.may(Permission::ApproveRequests),
                decides: staff.may(Permission::ApproveRequests),
                goodwill: staff.may(Permission::ServeCoupons)
                    || staff.may(Permission::ApproveGoodwill),
                grants: staff.may(Permission::ApproveGoodwill),
                settings: staff.may(Permission::EditSettings),
            },
        }
    }
}
