//! The rules of enrolling and issuing, in their order (spec/badges.md 8.1 and 8.2). Pure: the deeds and
//! the tester ask the same, and the first thing that stands against it is what is said.

use chrono::{DateTime, Duration, Utc};

use crate::badges::badge::{EarnType, Status};
use crate::badges::codes;
use crate::badges::issuing::terms::Terms;
use crate::base::calendar;
use crate::base::problem::Problem;
use crate::orgs::Rules;

/// What is checked, in the order in which it is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The customer is there.
    Customer,
    /// The badge takes enrolments.
    Enrollable,
    /// The badge is switched on and has begun.
    Live,
    /// The event is at most a day ahead.
    EventDate,
    /// The event lies in the badge's life.
    Duration,
    /// The event lies in an enrolment of the customer.
    Enrolment,
    /// The event does not lie too far back.
    RetroAge,
    /// The customer is known for long enough for an event of the past.
    RetroRegistered,
    /// What set it off has claimed the badge.
    Claim,
    /// The customer's own limits.
    CustomerLimit,
    /// The limits across customers.
    BadgeLimit,
}

impl Check {
    /// Whether it is asked of each customer and not once for the call.
    pub const fn is_personal(self) -> bool {
        use Check::{BadgeLimit, Customer, CustomerLimit, Enrolment, RetroRegistered};
        matches!(self, Customer | Enrolment | RetroRegistered | CustomerLimit | BadgeLimit)
    }
}

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What was checked.
    pub check: Check,
    /// What stands against it, if anything.
    pub problem: Option<Problem>,
}

impl Step {
    pub(super) fn new(check: Check, fails: bool, word: &'static str) -> Self {
        Step { check, problem: fails.then(|| codes::whole(word)) }
    }
}

/// What a call is judged by.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// The badge.
    pub terms: &'a Terms,
    /// The brand's rules.
    pub rules: &'a Rules,
    /// The processing time.
    pub now: DateTime<Utc>,
    /// The event as it was given.
    pub given: Option<DateTime<Utc>>,
    /// Whether neither owner nor claim is asked.
    pub unclaimed: bool,
}

impl Case<'_> {
    /// The event judged.
    pub fn event(&self) -> DateTime<Utc> {
        self.given.unwrap_or(self.now)
    }

    /// What is asked once of an enrolment.
    pub fn of_enrolling(&self) -> Vec<Step> {
        let terms = self.terms;
        vec![
            Step::new(Check::Enrollable, terms.earn_type != EarnType::Enrol, "not_enrollable"),
            Step::new(Check::Live, !terms.active, "badge_not_live"),
            Step::new(Check::Duration, !self.in_duration(), "outside_duration"),
            // Outside the badge's life is said before "in the future".
            Step::new(Check::EventDate, self.in_duration() && self.is_ahead(), "event_in_future"),
            Step::new(Check::RetroAge, self.is_too_old(), "outside_retro"),
        ]
    }

    /// What is asked once of an issue.
    pub fn of_issuing(&self) -> Vec<Step> {
        let terms = self.terms;
        let dead = !terms.active || terms.status(self.now) == Status::Upcoming;
        let mut steps = vec![
            Step::new(Check::Live, dead, "badge_not_live"),
            Step::new(Check::EventDate, self.is_ahead(), "event_in_future"),
        ];
        if terms.earn_type == EarnType::Direct {
            let word = if self.given.is_none() { "badge_not_live" } else { "outside_duration" };
            steps.push(Step::new(Check::Duration, !self.in_duration(), word));
        }
        steps.push(Step::new(Check::RetroAge, self.is_too_old(), "outside_retro"));
        steps.push(Step::new(Check::Claim, !self.unclaimed && !terms.claimed, "not_claimed"));
        steps
    }

    /// Whether the customer is known for long enough for this event.
    pub fn registered(&self, since: DateTime<Utc>) -> Step {
        let hours = self.rules.settings.retro_registration_hours.filter(|_| self.is_retro());
        let fails = hours.is_some_and(|hours| {
            let from = since.checked_add_signed(Duration::hours(i64::from(hours)));
            from.is_none_or(|from| self.now < from)
        });
        Step::new(Check::RetroRegistered, fails, "outside_retro")
    }

    fn in_duration(&self) -> bool {
        (self.terms.start_on..=self.terms.expires_on).contains(&self.event())
    }

    /// More than the grace of a day in the future.
    fn is_ahead(&self) -> bool {
        self.event() > self.now + Duration::hours(24)
    }

    /// An event of a day before today, in the brand's zone.
    fn is_retro(&self) -> bool {
        let day = |at| calendar::day_of(at, self.rules.zone);
        day(self.event()) < day(self.now)
    }

    fn is_too_old(&self) -> bool {
        let Some(days) = self.rules.settings.retro_max_age_days.filter(|_| self.is_retro()) else {
            return false;
        };
        let age = Duration::days(i64::from(days));
        // So many days that the calendar does not hold them: nothing is too old.
        let before = |at: DateTime<Utc>| at.checked_sub_signed(age);
        let ended = self.terms.status(self.now) == Status::Ended;
        before(self.now).is_some_and(|oldest| {
            self.event() < oldest || (ended && oldest > self.terms.expires_on)
        })
    }
}

/// What stands against it: of the checks that failed, the first in order.
pub fn refusal(steps: &[Step]) -> Option<&Step> {
    steps.iter().filter(|step| step.problem.is_some()).min_by_key(|step| step.check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_the_first_in_order_whatever_order_it_was_found_in() {
        let steps = [
            Step::new(Check::Claim, true, "not_claimed"),
            Step::new(Check::CustomerLimit, true, "customer_limit"),
            Step::new(Check::Enrolment, true, "enrol_first"),
            Step::new(Check::Live, false, "badge_not_live"),
        ];
        assert_eq!(refusal(&steps).map(|step| step.check), Some(Check::Enrolment));
        assert_eq!(refusal(&steps[3..]), None);
    }
}
