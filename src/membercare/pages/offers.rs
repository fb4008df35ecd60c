//! What support can do with a badge for a customer, and why something is not on offer.

use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::badges::{EarnType, Status};
use crate::base::ids::CustomerId;
use crate::base::permission::Permission;
use crate::customers::path;
use crate::membercare::category::Standing;
use crate::membercare::deeds::Verb;
use crate::membercare::filter::Filter;
use crate::orgs::Settings;

/// A form that may be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What it does.
    pub verb: Verb,
    /// Where it is.
    pub href: String,
    /// Whether it is what one would do next.
    pub next: bool,
    /// Whether it only asks: a second person decides.
    pub asks: bool,
}

impl Offer {
    /// What the button says.
    pub fn label(&self) -> String {
        match (self.asks, self.verb) {
            (false, verb) => format!("{}…", verb.label()),
            (true, Verb::Enrol) => "Request enrolment…".to_owned(),
            (true, Verb::Issue) => "Request issue…".to_owned(),
        }
    }
}

/// The forms of a badge, and what stands against others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offers {
    /// Those that may be opened.
    pub open: Vec<Offer>,
    /// Why there are none, or fewer; empty when there is nothing to say.
    pub why: &'static str,
    /// The tester, for this customer and this badge.
    pub test: String,
}

impl Offers {
    /// What this person may do. The engine has the last word; this spares what it would surely refuse.
    pub fn of(
        staff: &Staff,
        customer: CustomerId,
        standing: &Standing,
        filter: &Filter,
        (settings, now): (&Settings, DateTime<Utc>),
    ) -> Self {
        if !staff.may(Permission::IssueBadges) {
            return Offers::default();
        }
        let (verbs, why) = on_offer(standing, now);
        let base = format!("{}/badges/{}", path(customer), standing.badge);
        let offer = |(verb, next): (Verb, bool)| Offer {
            verb,
            href: filter.carried(&format!("{base}/{}", verb.word())),
            next,
            asks: verb.asks(staff, settings),
        };
        Offers {
            open: verbs.into_iter().map(offer).collect(),
            why,
            test: format!("/badges/{}/tester?customer={customer}", standing.badge),
        }
    }
}

/// The verbs and whether each is the next thing to do; and why not more.
fn on_offer(standing: &Standing, now: DateTime<Utc>) -> (Vec<(Verb, bool)>, &'static str) {
    let status = Status::at(now, standing.start_on, standing.expires_on);
    if !standing.active {
        return (Vec::new(), "The badge is switched off: nobody new gets it.");
    }
    if status == Status::Upcoming {
        return (Vec::new(), "The badge has not begun yet.");
    }
    let ended = status == Status::Ended;
    let after = "The badge has ended: give the date of an event while it ran.";
    match standing.earn_type {
        EarnType::Direct => {
            (vec![(Verb::Issue, !standing.is_held(now))], if ended { after } else { "" })
        }
        EarnType::Enrol if standing.all_enrolments == 0 => {
            let why = if ended { after } else { "It is issued to those who are enrolled." };
            (vec![(Verb::Enrol, true)], why)
        }
        EarnType::Enrol => {
            let enrolled = standing.is_enrolled(now);
            let verbs = vec![(Verb::Issue, enrolled), (Verb::Enrol, !enrolled)];
            (verbs, if ended && !enrolled { after } else { "" })
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::Duration;

    use super::*;
    use crate::membercare::category::tests::{now, standing};

    fn offered(earn_type: EarnType, change: impl FnOnce(&mut Standing)) -> (String, bool) {
        let mut standing = standing(earn_type);
        change(&mut standing);
        let (verbs, why) = on_offer(&standing, now());
        let said = |(verb, next): &(Verb, bool)| {
            format!("{}{}", verb.word(), ["", "!"][usize::from(*next)])
        };
        (verbs.iter().map(said).collect::<Vec<_>>().join(" "), !why.is_empty())
    }

    #[test]
    fn what_is_next_stands_out_and_what_is_missing_is_explained() {
        use EarnType::{Direct, Enrol};
        let said = |verbs: &str, why| (verbs.to_owned(), why);
        assert_eq!(offered(Direct, |_| ()), said("issual!", false));
        assert_eq!(offered(Direct, |s| s.held_until = Some(now())), said("issual", false));
        assert_eq!(offered(Enrol, |_| ()), said("enrolment!", true));
        let enrolled = |s: &mut Standing| (s.all_enrolments, s.enrolled_until) = (1, Some(now()));
        assert_eq!(offered(Enrol, enrolled), said("issual! enrolment", false));
        assert_eq!(offered(Enrol, |s| s.all_enrolments = 1), said("issual enrolment!", false));
        let ended = |s: &mut Standing| s.expires_on = now() - Duration::seconds(1);
        assert_eq!(offered(Direct, ended), said("issual!", true));
        assert_eq!(offered(Direct, |s| s.active = false), said("", true));
        let upcoming = |s: &mut Standing| s.start_on = now() + Duration::seconds(1);
        assert_eq!(offered(Direct, upcoming), said("", true));
    }
}
