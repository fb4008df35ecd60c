//! Owners: the modules in which a badge may be used, and the claims by which they do use it.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Utc};

use crate::badges::codes;
use crate::base::problem::Fault;

/// A module that may own a badge (spec/badges.md 4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// Loyalty workflows.
    Loyalty,
    /// Loyalty promotions.
    LoyaltyPromotion,
    /// Referral campaigns.
    ReferralCampaigns,
    /// Journeys.
    Journeys,
    /// Audience campaigns.
    AudienceCampaigns,
    /// The rewards catalog.
    RewardsCatalog,
    /// The goodwill module.
    GoodwillModule,
    /// Milestones.
    Milestones,
    /// Badges brought in from elsewhere.
    HistoricalImport,
    /// The support console.
    Membercare,
}

impl Owner {
    /// All of them, in the order of the reference.
    pub const ALL: [Owner; 10] = [
        Owner::Loyalty,
        Owner::LoyaltyPromotion,
        Owner::ReferralCampaigns,
        Owner::Journeys,
        Owner::AudienceCampaigns,
        Owner::RewardsCatalog,
        Owner::GoodwillModule,
        Owner::Milestones,
        Owner::HistoricalImport,
        Owner::Membercare,
    ];

    /// The canonical spelling: what is stored, sent and exported.
    pub const fn wire(self) -> &'static str {
        match self {
            Owner::Loyalty => "Loyalty",
            Owner::LoyaltyPromotion => "Loyalty_Promotion",
            Owner::ReferralCampaigns => "Referral_Campaigns",
            Owner::Journeys => "Journeys",
            Owner::AudienceCampaigns => "Audience_Campaigns",
            Owner::RewardsCatalog => "Rewards_Catalog",
            Owner::GoodwillModule => "Goodwill_Module",
            Owner::Milestones => "Milestones",
            Owner::HistoricalImport => "Historical_Import",
            Owner::Membercare => "Membercare",
        }
    }

    /// The word on the screen.
    pub const fn label(self) -> &'static str {
        match self {
            Owner::Loyalty => "Loyalty",
            Owner::LoyaltyPromotion => "Loyalty Promotion",
            Owner::ReferralCampaigns => "Referral Campaigns",
            Owner::Journeys => "Journeys",
            Owner::AudienceCampaigns => "Audience Campaigns",
            Owner::RewardsCatalog => "Rewards Catalog",
            Owner::GoodwillModule => "Goodwill Module",
            Owner::Milestones => "Milestones",
            Owner::HistoricalImport => "Historical Import",
            Owner::Membercare => "Membercare",
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

impl FromStr for Owner {
    type Err = Fault;

    /// Case, spaces, underscores and a plural s make no difference: `LOYALTY_PROMOTIONS` is read too.
    fn from_str(text: &str) -> Result<Self, Fault> {
        let wanted = bare(text);
        let found = Owner::ALL.into_iter().find(|owner| {
            let known = bare(owner.wire());
            known == wanted || known.trim_end_matches('s') == wanted.trim_end_matches('s')
        });
        found.filter(|_| !wanted.is_empty()).ok_or_else(|| codes::fault("owner_unknown"))
    }
}

/// Letters only, in lower case: how tolerant spellings are compared.
pub(super) fn bare(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where a module uses a badge. Made by the claim call alone; a form neither makes nor drops one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The module.
    pub owner: Owner,
    /// The thing of that module: a programme, a promotion, a journey.
    pub reference: String,
    /// Whether it still stands.
    pub active: bool,
    /// Since when.
    pub since: DateTime<Utc>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_read_tolerantly_and_written_canonically() {
        for owner in Owner::ALL {
            assert_eq!(owner.wire().parse(), Ok(owner));
            assert_eq!(owner.label().parse(), Ok(owner));
            assert_eq!(owner.wire().to_uppercase().parse(), Ok(owner));
        }
        assert_eq!("LOYALTY_PROMOTIONS".parse(), Ok(Owner::LoyaltyPromotion));
        assert_eq!(" loyalty promotion".parse(), Ok(Owner::LoyaltyPromotion));
        for bad in ["", "_", "Loyal", "Weather"] {
            assert_eq!(bad.parse::<Owner>().unwrap_err().code, "owner_unknown", "{bad}");
        }
    }
}
