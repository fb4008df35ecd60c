//! What a brand decides about goodwill: whether it is given at all, and for which reasons.

use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::PgConnection;

use crate::base::act::{Act, Entry};
use crate::base::error::Result;
use crate::base::ids::OrgId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem, Problems};
use crate::goodwill::ask::LONGEST_REASON;
use crate::goodwill::store;
use crate::orgs;

/// The most reasons of a brand.
const MOST: usize = 50;
/// What a brand begins with.
const REASONS: [&str; 4] = ["Late delivery", "Faulty product", "Wrong bill", "Bad service"];

/// The brand's rules. A brand that never changed any has the defaults and no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Whether goodwill may be asked for.
    pub enabled: bool,
    /// What people choose from, in this order.
    pub reasons: Vec<String>,
    /// Rises with each change; 0 before the first.
    pub version: i64,
}

impl Default for Settings {
    fn default() -> Self {
        let reasons = REASONS.map(str::to_owned).to_vec();
        Settings { enabled: true, reasons, version: 0 }
    }
}

/// The brand's rules.
pub async fn settings(db: &mut PgConnection, org: OrgId) -> sqlx::Result<Settings> {
    Ok(store::settings(db, org).await?.unwrap_or_default())
}

/// The rules as typed.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SettingsDraft {
    /// Whether goodwill may be asked for.
    pub enabled: bool,
    /// One to a line.
    pub reasons: String,
    /// The version that was read.
    pub version: String,
}

impl SettingsDraft {
    /// The form of rules as they stand.
    pub fn of(settings: &Settings) -> Self {
        SettingsDraft {
            enabled: settings.enabled,
            reasons: settings.reasons.join("\n"),
            version: settings.version.to_string(),
        }
    }

    /// The rules meant, over those with this version; or what is wrong.
    fn check(&self, version: i64) -> Result<Settings, Problems> {
        let mut reasons: Vec<String> = Vec::new();
        for line in self.reasons.lines().map(str::trim).filter(|line| !line.is_empty()) {
            if !reasons.iter().any(|known| known == line) {
                reasons.push(line.to_owned());
            }
        }
        let mut problems = Problems::none();
        if reasons.is_empty() {
            problems.add("reasons", Fault::blank("Name at least one reason"));
        } else if reasons.len() > MOST {
            let words = format!("Name at most {MOST} reasons");
            problems.add("reasons", Fault::new("too_many", words));
        }
        if reasons.iter().any(|reason| reason.chars().count() > LONGEST_REASON) {
            let words = format!("Use at most {LONGEST_REASON} characters for a reason");
            problems.add("reasons", Fault::new("too_long", words));
        }
        problems.into_result()?;
        Ok(Settings { enabled: self.enabled, reasons, version })
    }
}

/// Changes the rules. A draft that says what is stored changes nothing; one that was read before somebody
/// else's change is refused, so that the form can be shown again.
pub async fn change_settings(act: &mut Act, draft: &SettingsDraft) -> Result<()> {
    act.require(Permission::EditSettings)?;
    let org = act.org();
    let was = settings(act.db(), org).await?;
    let to = draft.check(was.version)?;
    if draft.version.parse().is_ok_and(|version: i64| version != was.version) {
        return Err(meanwhile().into());
    }
    if was == to {
        return Ok(());
    }
    if !store::save_settings(act.db(), org, &to).await? {
        return Err(meanwhile().into());
    }
    let name = orgs::find(act.db(), org).await?.map(|org| org.name).unwrap_or_default();
    let entry = Entry::new("changed the goodwill settings of", "org", org, name);
    act.record(entry.changed(&told(&was), &told(&to)));
    Ok(())
}

fn meanwhile() -> Problem {
    let words = "Somebody changed these settings meanwhile: save again to put yours in their place";
    Problem::whole("stale", words)
}

fn told(settings: &Settings) -> Value {
    json!({ "enabled": settings.enabled, "reasons": settings.reasons })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_lines_each_named_once() {
        let typed = |reasons: &str| SettingsDraft { reasons: reasons.into(), ..Default::default() };
        let read = typed(" Late \n\nBroken\r\nLate").check(3).unwrap();
        assert_eq!((read.reasons, read.version), (vec!["Late".to_owned(), "Broken".to_owned()], 3));
        assert!(typed(" \n ").check(0).unwrap_err().any("reasons"));
        assert!(typed(&"x".repeat(300)).check(0).unwrap_err().any("reasons"));
        let many: Vec<String> = (0..51).map(|n| n.to_string()).collect();
        assert!(typed(&many.join("\n")).check(0).unwrap_err().any("reasons"));
        let settings = Settings::default();
        assert_eq!(SettingsDraft::of(&settings).check(0), Ok(settings));
    }
}
