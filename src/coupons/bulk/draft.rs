//! A run as typed, and whether it may be begun.

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use uuid::Uuid;

use super::action::Action;
use super::scope::Scope;
use super::until::Until;
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};

/// The longest reason.
const LONGEST: usize = 500;

/// A run as typed.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What is to be done.
    pub action: Action,
    /// To which coupons.
    pub scope: Scope,
    /// When they are to end.
    pub until: Until,
    /// Why.
    pub reason: String,
    /// Whether somebody said that they understand what cannot be undone.
    pub sure: bool,
    /// The form's own key: sent twice, it begins once.
    pub once: Uuid,
}

/// A run that may be begun. Only [`Draft::check`] makes one.
#[derive(Debug)]
pub struct Checked {
    pub(super) moved_to: Option<DateTime<Utc>>,
    pub(super) reason: Option<String>,
}

impl Draft {
    /// Reads it; all faults at once.
    pub fn check(
        &self,
        now: DateTime<Utc>,
        zone: Tz,
        offer: Option<NaiveDate>,
    ) -> Result<Checked, Problems> {
        let mut problems = Problems::none();
        let reason = self.reason.trim();
        if reason.chars().count() > LONGEST {
            problems.add("reason", Fault::new("too_long", "Use at most 500 characters"));
        }
        if self.action == Action::Revoke {
            if reason.is_empty() {
                problems.add("reason", Fault::blank("Say why"));
            }
            if !self.sure {
                let why = "Say that you understand what revoking does";
                problems.add("sure", Fault::new("not_sure", why));
            }
        }
        let mut moved_to = None;
        if self.action == Action::Expiry {
            match self.until.read(now, zone, offer) {
                Ok(to) if to <= now => {
                    let field = if self.until.time.trim().is_empty() { "date" } else { "time" };
                    problems.add(field, Fault::new("expiry_past", "This moment is past already"));
                }
                Ok(to) => moved_to = Some(to),
                Err(problem) => problems.push(problem),
            }
        }
        problems.into_result()?;
        Ok(Checked { moved_to, reason: Some(reason.to_owned()).filter(|text| !text.is_empty()) })
    }
}

/// Whether somebody may do it. Who may change an offer may also call its codes back.
pub fn allowed(may: impl Fn(Permission) -> bool, action: Action, scope: &Scope) -> bool {
    let own = action == Action::Revoke && scope.of_series().is_some();
    may(Permission::ServeCoupons) || own && may(Permission::EditCoupons)
}

/// `Forbidden` unless somebody may do it.
pub fn require(may: impl Fn(Permission) -> bool, action: Action, scope: &Scope) -> Result<()> {
    if allowed(may, action, scope) { Ok(()) } else { Err(Error::Forbidden) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ids::{CouponId, SeriesId};
    use crate::base::permission::Role;

    fn draft(action: Action) -> Draft {
        Draft {
            action,
            scope: Scope::series(SeriesId::new(1), "", ""),
            until: Until::default(),
            reason: String::new(),
            sure: false,
            once: Uuid::nil(),
        }
    }

    #[test]
    fn revoking_wants_a_reason_and_a_tick_and_moving_an_end_to_come() {
        let now = "2026-11-26T09:00:00Z".parse().unwrap();
        let codes = |draft: Draft| -> Vec<String> {
            let problems = draft.check(now, Tz::UTC, None).unwrap_err();
            problems.iter().map(|problem| problem.code.to_owned()).collect()
        };
        assert_eq!(codes(draft(Action::Revoke)), ["blank", "not_sure"]);
        assert_eq!(codes(draft(Action::Expiry)), ["blank"]);
        let past = Until { date: "2026-11-25".into(), ..Until::default() };
        assert_eq!(codes(Draft { until: past, ..draft(Action::Expiry) }), ["expiry_past"]);
        assert!(draft(Action::Resend).check(now, Tz::UTC, None).is_ok());
    }

    #[test]
    fn marketers_call_codes_of_an_offer_back_and_touch_no_customer() {
        let may = |permission| Role::Marketer.may(permission);
        let (offer, chosen) =
            (Scope::series(SeriesId::new(1), "", ""), Scope::coupons(vec![CouponId::new(1)], None));
        assert!(allowed(may, Action::Revoke, &offer));
        assert!(!allowed(may, Action::Revoke, &chosen));
        assert!(!allowed(may, Action::Expiry, &offer));
        assert!(allowed(|p| Role::Support.may(p), Action::Expiry, &chosen));
    }
}
