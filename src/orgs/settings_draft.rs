//! A brand's rules as typed.

use serde::Deserialize;

use crate::base::problem::{Fault, Problems};
use crate::orgs::settings::Settings;

/// The most days an event may be allowed to lie back: a century.
const MOST_DAYS: i32 = 36_525;
/// The most hours a customer may have to be registered: ten years.
const MOST_HOURS: i32 = 87_660;

/// The most codes one call may ever redeem.
const MOST_CODES: i32 = 1000;

/// A brand's rules, still text, so that they can be shown again as they were.
#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct SettingsDraft {
    /// How many days an event may lie back; blank: any number.
    pub retro_days: String,
    /// How many hours a customer must be registered; blank: not asked.
    pub retro_hours: String,
    /// Whether badges bring benefits.
    pub badge_benefits: bool,
    /// Whether support's enrolments need a second person.
    pub approve_enrolments: bool,
    /// Whether support's issues need a second person.
    pub approve_issues: bool,
    /// Whether badges go back with the whole bill.
    pub revoke_on_return: bool,
    /// Whether a redemption needs a transaction's number.
    pub coupons_need_transaction: bool,
    /// How many codes one call may redeem; blank: the default.
    pub coupon_redeem_most: String,
    /// The version that was read.
    pub version: String,
}

impl SettingsDraft {
    /// The form of rules as they stand.
    pub fn of(settings: &Settings) -> Self {
        let text = |number: Option<i32>| number.map(|n| n.to_string()).unwrap_or_default();
        SettingsDraft {
            retro_days: text(settings.retro_max_age_days),
            retro_hours: text(settings.retro_registration_hours),
            badge_benefits: settings.badge_benefits,
            approve_enrolments: settings.approve_enrolments,
            approve_issues: settings.approve_issues,
            revoke_on_return: settings.revoke_on_return,
            coupons_need_transaction: settings.coupons_need_transaction,
            coupon_redeem_most: settings.coupon_redeem_most.to_string(),
            version: settings.version.to_string(),
        }
    }

    /// The rules meant, over those with this version; or everything that is wrong.
    pub(super) fn check(&self, version: i64) -> Result<Settings, Problems> {
        let mut problems = Problems::default();
        let days = problems.check("retro_days", number(&self.retro_days, MOST_DAYS));
        let hours = problems.check("retro_hours", number(&self.retro_hours, MOST_HOURS));
        let codes = problems.check("coupon_redeem_most", codes(&self.coupon_redeem_most));
        problems.into_result()?;
        Ok(Settings {
            retro_max_age_days: days.flatten(),
            retro_registration_hours: hours.flatten(),
            badge_benefits: self.badge_benefits,
            approve_enrolments: self.approve_enrolments,
            approve_issues: self.approve_issues,
            revoke_on_return: self.revoke_on_return,
            coupons_need_transaction: self.coupons_need_transaction,
            coupon_redeem_most: codes.unwrap_or(Settings::default().coupon_redeem_most),
            version,
        })
    }
}

/// How many codes a call may redeem; nothing stands for the default.
fn codes(text: &str) -> Result<i32, Fault> {
    match text.trim() {
        "" => Ok(Settings::default().coupon_redeem_most),
        text => text.parse().ok().filter(|most| (1..=MOST_CODES).contains(most)).ok_or_else(|| {
            Fault::invalid(format!("Give a whole number from 1 to {MOST_CODES}, or nothing"))
        }),
    }
}

fn number(text: &str, most: i32) -> Result<Option<i32>, Fault> {
    match text.trim() {
        "" => Ok(None),
        text => match text.parse() {
            Ok(number) if (0..=most).contains(&number) => Ok(Some(number)),
            _ => Err(Fault::invalid(format!("Give a whole number from 0 to {most}, or nothing"))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_survive_the_form_and_faults_are_told_together() {
        let settings = Settings {
            retro_max_age_days: Some(30),
            approve_issues: true,
            coupon_redeem_most: 20,
            version: 4,
            ..Settings::default()
        };
        assert_eq!(SettingsDraft::of(&settings).check(4), Ok(settings));
        let wrong = SettingsDraft {
            retro_days: "-1".into(),
            retro_hours: "soon".into(),
            ..SettingsDraft::default()
        };
        let problems = wrong.check(0).unwrap_err();
        assert!(problems.any("retro_days") && problems.any("retro_hours"));
        assert_eq!(codes(" "), Ok(100));
        assert!(codes("0").is_err() && codes("1001").is_err());
        assert_eq!(number(" ", 5), Ok(None));
        assert_eq!(number("0", 5), Ok(Some(0)));
        assert!(number("6", 5).is_err());
    }
}
