//! What every call stands on: a name used once, the brand's rules, the badge's terms held still.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::badges::codes;
use crate::badges::issuing::call::{Trigger, storable};
use crate::badges::issuing::store;
use crate::badges::issuing::terms::Terms;
use crate::base::act::{Act, Source};
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, CustomerId};
use crate::orgs::{self, Rules};

/// The brand's rules and the badge's terms.
#[derive(Debug)]
pub struct Ground {
    /// The brand's rules.
    pub rules: Rules,
    /// The badge's terms, held until the act ends.
    pub terms: Terms,
}

impl Ground {
    /// Holds the badge; `NotFound` when the brand has none of this id.
    pub async fn stand(
        act: &mut Act,
        badge: BadgeId,
        trigger: &Trigger,
        event: Option<DateTime<Utc>>,
    ) -> Result<Self> {
        let (org, now) = (act.org(), act.now());
        if !store::terms::hold(act.db(), org, badge).await? {
            return Err(Error::NotFound);
        }
        let terms =
            store::terms::terms(act.db(), org, badge, trigger, event.unwrap_or(now)).await?;
        let terms = terms.ok_or(Error::NotFound)?;
        Ok(Ground { rules: orgs::rules(act.db(), org).await?, terms })
    }
}

/// Takes the name of a call, or makes one. A name that was used is refused; one whose call came to
/// nothing is free, for the name is committed with the effect.
pub async fn take_request_id(act: &mut Act, given: Option<&str>) -> Result<String> {
    let Some(given) = given else { return Ok(uuid::Uuid::new_v4().simple().to_string()) };
    storable(given, "requestId")?;
    let (org, now) = (act.org(), act.now());
    if !store::requests::take(act.db(), org, given, now).await? {
        return Err(codes::whole("request_id_used").into());
    }
    Ok(given.to_owned())
}

/// Each customer once, in the order given.
pub fn distinct(customers: &[CustomerId]) -> Vec<CustomerId> {
    let mut seen = HashSet::new();
    customers.iter().copied().filter(|id| seen.insert(*id)).collect()
}

/// The door as the column `source` knows it.
pub fn source(act: &Act, by_support: bool, many: bool) -> &'static str {
    match act.actor().source {
        Source::Import => "BULK",
        Source::Console => "UI",
        _ if by_support => "UI",
        _ if many => "BULK",
        _ => "API",
    }
}
