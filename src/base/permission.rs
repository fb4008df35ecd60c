//! What a person may do, and which role may do what. Asked inside the deed, so that page, API and CSV
//! cannot differ.

use std::fmt;
use std::str::FromStr;

/// One thing somebody may be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Permission {
    /// See badges, groups and custom fields.
    ReadBadges,
    /// Change badges, groups and custom fields.
    EditBadges,
    /// Find customers and see their names and ids, and the badges they hold.
    ReadCustomers,
    /// See mobile numbers, e-mail addresses, cards and custom fields of customers.
    ReadPersonalData,
    /// Bring in and change customers.
    EditCustomers,
    /// Bring in badges earned in the past.
    ImportHistory,
    /// See coupon series, codes and their redemptions.
    ReadCoupons,
    /// Change coupon series, make and bring in codes.
    EditCoupons,
    /// Move the expiry of coupons, revoke them, take back redemptions, send codes again.
    ServeCoupons,
    /// Issue coupons directly.
    IssueCoupons,
    /// Redeem coupons, and mend the details of a redemption.
    RedeemCoupons,
    /// Decide over goodwill coupons that somebody else asked for.
    ApproveGoodwill,
    /// See imports of the kinds one may bring in, and their results.
    ReadImports,
    /// Take lists out as files.
    Export,
    /// See who changed what.
    ReadActivity,
    /// Add people, change their roles, bar them.
    ManageStaff,
    /// Give tills and API clients access, and take it away.
    ManageAccess,
    /// Enrol customers, issue badges to them and take both back.
    IssueBadges,
    /// Approve or reject what somebody else asked for.
    ApproveRequests,
    /// Change the brand's own rules.
    EditSettings,
}

/// What a staff member is to a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Everything.
    Admin,
    /// Customers and their badges; reads the configuration.
    Support,
    /// The catalog; reads badges; no personal data beyond name and id.
    Marketer,
}

impl Role {
    /// All roles, most powerful first.
    pub const ALL: [Role; 3] = [Role::Admin, Role::Support, Role::Marketer];

    /// Whether the role may do it.
    pub const fn may(self, permission: Permission) -> bool {
        use Permission::{
            EditCoupons, Export, IssueBadges, ReadActivity, ReadBadges, ReadCoupons, ReadCustomers,
            ReadImports, ReadPersonalData, ServeCoupons,
        };
        match self {
            Role::Admin => true,
            Role::Support => matches!(
                permission,
                ReadBadges
                    | IssueBadges
                    | ReadCoupons
                    | ServeCoupons
                    | ReadCustomers
                    | ReadPersonalData
                    | ReadActivity
                    | Export
            ),
            Role::Marketer => {
                matches!(
                    permission,
                    ReadBadges | ReadCoupons | EditCoupons | ReadCustomers | ReadImports | Export
                )
            }
        }
    }

    /// The word in the database, the command line and forms.
    pub const fn word(self) -> &'static str {
        match self {
            Role::Admin => "admin",
            Role::Support => "support",
            Role::Marketer => "marketer",
        }
    }

    /// The words on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Role::Admin => "Brand admin",
            Role::Support => "Support",
            Role::Marketer => "Marketer",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for Role {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        Role::ALL
            .into_iter()
            .find(|role| role.word() == word)
            .ok_or_else(|| "must be one of admin, support, marketer".to_owned())
    }
}
