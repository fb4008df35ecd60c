//! What the log says of enrolling, issuing and taking back: on the customer and on the badge.

use std::collections::HashMap;

use serde_json::json;

use crate::badges::issuing::issue::Winner;
use crate::badges::issuing::store::history::Row;
use crate::badges::issuing::terms::Terms;
use crate::base::act::{Act, Entry};
use crate::base::ids::{BadgeId, CustomerId, EarnId, EnrolmentId};
use crate::customers::Person;

/// What the log calls a badge.
const BADGE: &str = "badge";
/// What the log calls a customer.
const CUSTOMER: &str = "customer";

/// An entry on the badge: with one customer it names them, with more it says how many.
fn on_badge(
    act: &mut Act,
    terms: &Terms,
    verb: &'static str,
    people: &[&Person],
    why: Option<&str>,
) {
    let details = match people {
        [] => return,
        [one] => json!({ "customer": one.label(), "customerId": one.id }),
        many => json!({ "customers": many.len() }),
    };
    let entry = Entry::new(verb, BADGE, terms.id, terms.name.clone()).with(details);
    act.record(entry.because(why.map(str::to_owned)));
}

fn on_customer(
    act: &mut Act,
    terms: &Terms,
    verb: &'static str,
    person: &Person,
    (what, id): (&str, String),
    why: Option<&str>,
) {
    let details = json!({ "badge": terms.name, "badgeId": terms.id, what: id });
    let entry = Entry::new(verb, CUSTOMER, person.id, person.label()).with(details);
    act.record(entry.because(why.map(str::to_owned)));
}

/// Badges issued.
pub(super) fn issued(act: &mut Act, terms: &Terms, winners: &[Winner]) {
    let people: Vec<&Person> = winners.iter().map(|winner| &winner.person).collect();
    on_badge(act, terms, "issued", &people, None);
    for winner in winners {
        let what = ("issual", winner.id.to_string());
        on_customer(act, terms, "issued a badge to", &winner.person, what, None);
    }
}

/// Customers enrolled.
pub(super) fn enrolled(act: &mut Act, terms: &Terms, new: &[(EnrolmentId, Person)]) {
    let people: Vec<&Person> = new.iter().map(|(_, person)| person).collect();
    on_badge(act, terms, "enrolled a customer in", &people, None);
    for (id, person) in new {
        let what = ("enrolment", id.to_string());
        on_customer(act, terms, "enrolled", person, what, None);
    }
}

/// Issuals (`what` is `issual`) or enrolments taken back.
pub(super) fn revoked(
    act: &mut Act,
    terms: &Terms,
    what: &'static str,
    gone: &[(String, Person)],
    why: Option<&str>,
) {
    let verb = if what == "issual" { "revoked an issual of" } else { "revoked an enrolment of" };
    let people: Vec<&Person> = gone.iter().map(|(_, person)| person).collect();
    on_badge(act, terms, verb, &people, why);
    for (id, person) in gone {
        on_customer(act, terms, verb, person, (what, id.clone()), why);
    }
}

/// Badges earned elsewhere, brought in.
pub(super) fn imported(
    act: &mut Act,
    names: &HashMap<BadgeId, String>,
    people: &HashMap<CustomerId, Person>,
    new: &[Row],
) {
    let mut numbers: std::collections::BTreeMap<BadgeId, usize> = std::collections::BTreeMap::new();
    for row in new {
        *numbers.entry(row.of.badge).or_default() += 1;
        let (Some(name), Some(person)) = (names.get(&row.of.badge), people.get(&row.of.customer))
        else {
            continue;
        };
        let details = json!({ "badge": name, "badgeId": row.of.badge, "issual": row.id });
        let verb = "brought in a badge of";
        act.record(Entry::new(verb, CUSTOMER, person.id, person.label()).with(details));
    }
    for (badge, number) in numbers {
        let name = names.get(&badge).cloned().unwrap_or_default();
        let entry = Entry::new("brought in issuals of", BADGE, badge, name);
        act.record(entry.with(json!({ "issuals": number })));
    }
}

/// An issual given back.
pub(super) fn restored(act: &mut Act, terms: &Terms, id: EarnId, person: &Person) {
    let verb = "gave back an issual of";
    on_badge(act, terms, verb, &[person], None);
    on_customer(act, terms, verb, person, ("issual", id.to_string()), None);
}
