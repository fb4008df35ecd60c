//! Deeds on brands.

use chrono_tz::Tz;
use serde_json::json;

use crate::base::act::{Act, Entry};
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem, Problems};
use crate::orgs::settings::{self, Settings};
use crate::orgs::settings_draft::SettingsDraft;
use crate::orgs::store;

/// A brand as typed.
#[derive(Debug, Clone)]
pub struct NewOrg {
    /// Its name.
    pub name: String,
    /// An IANA zone such as `Europe/Berlin`.
    pub time_zone: String,
}

impl NewOrg {
    fn check(&self) -> Result<(String, Tz), Problems> {
        let mut problems = Problems::default();
        let name = problems.check(
            "name",
            match self.name.trim() {
                "" => Err(Fault::blank("Give the brand a name")),
                name if name.chars().count() > 100 => {
                    Err(Fault::new("too_long", "Use at most 100 characters"))
                }
                name => Ok(name.to_owned()),
            },
        );
        let zone = problems.check(
            "time_zone",
            self.time_zone.trim().parse::<Tz>().map_err(|_| {
                Fault::invalid(format!(
                    "“{}” is not an IANA time zone; write one such as Europe/Berlin",
                    self.time_zone
                ))
            }),
        );
        match (name, zone) {
            (Some(name), Some(zone)) => Ok((name, zone)),
            _ => Err(problems),
        }
    }
}

/// Adds a brand. The operator's deed: the act begins in no brand and goes on in the new one.
pub async fn create(act: &mut Act, new: &NewOrg) -> Result<OrgId> {
    act.require(Permission::ManageStaff)?;
    let (name, zone) = new.check()?;
    let now = act.now();
    let org = store::insert(act.db(), &name, zone.name(), now).await?;
    act.adopt(org).await?;
    let after = json!({ "name": name, "timeZone": zone.name() });
    act.record(Entry::new("created", "org", org, name).after(after));
    Ok(org)
}

/// Switches passwords of tills on or off for the whole brand; clients with tokens are not touched.
pub async fn set_basic_auth(act: &mut Act, on: bool) -> Result<()> {
    act.require(Permission::ManageAccess)?;
    let org = act.org();
    let was = store::basic_auth(act.db(), org).await?;
    if was == on {
        return Ok(());
    }
    store::set_basic_auth(act.db(), org, on).await?;
    let name = store::find(act.db(), org).await?.map(|org| org.name).unwrap_or_default();
    let (before, after) = (json!({ "basicAuth": was }), json!({ "basicAuth": on }));
    act.record(Entry::new("changed the settings of", "org", org, name).changed(&before, &after));
    Ok(())
}

/// Changes what a brand decides about issuing. A draft that says what is stored changes nothing; one that
/// was read before somebody else's change is refused, so that the form can be shown again.
pub async fn change_settings(act: &mut Act, draft: &SettingsDraft) -> Result<()> {
    act.require(Permission::EditSettings)?;
    let org = act.org();
    let was = settings::settings(act.db(), org).await?;
    let to = draft.check(was.version)?;
    if draft.version.parse().is_ok_and(|version: i64| version != was.version) {
        return Err(meanwhile().into());
    }
    if was == to {
        return Ok(());
    }
    if !settings::keep_settings(act.db(), org, &to).await? {
        return Err(meanwhile().into());
    }
    let name = store::find(act.db(), org).await?.map(|org| org.name).unwrap_or_default();
    let entry = Entry::new("changed the settings of", "org", org, name);
    act.record(entry.changed(&told(&was), &told(&to)));
    Ok(())
}

fn meanwhile() -> Problem {
    let words = "Somebody changed these settings meanwhile: save again to put yours in their place";
    Problem::whole("stale", words)
}

/// The settings as the log keeps them.
fn told(settings: &Settings) -> serde_json::Value {
    json!({
        "retroMaxAgeDays": settings.retro_max_age_days,
        "retroRegistrationHours": settings.retro_registration_hours,
        "badgeBenefits": settings.badge_benefits,
        "approveEnrolments": settings.approve_enrolments,
        "approveIssues": settings.approve_issues,
        "revokeOnReturn": settings.revoke_on_return,
        "couponsNeedTransaction": settings.coupons_need_transaction,
        "couponRedeemMost": settings.coupon_redeem_most,
    })
}
