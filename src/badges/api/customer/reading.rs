//! What calls that give and take back say: which badge, which customers, when, set off by what. Every
//! violation is collected.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::{Fault, Faults, Node};
use crate::badges::codes::vendor_code;
use crate::badges::issuing::Trigger;
use crate::badges::owners::Owner;
use crate::badges::times;
use crate::base::ids::{BadgeId, CustomerId};
use crate::base::problem::Problem;

/// The most customers or rows of one call.
pub const MOST: usize = 1000;

/// The badge a call names. A text that is no id is a badge nobody has.
pub fn badge(root: &Node<'_>, faults: &mut Faults) -> BadgeId {
    let node = root.get("badgeMetaId");
    let text = node.text(faults);
    if text.trim().is_empty() {
        faults.add(Fault::new(715, "Badge id is mandatory.").at(node.path().to_owned()));
    }
    text.trim().parse().unwrap_or_else(|_| BadgeId::from_bytes([0; 12]))
}

/// One customer's number.
pub fn customer(root: &Node<'_>, faults: &mut Faults) -> CustomerId {
    let node = root.get("customerId");
    if !node.is_there() {
        faults.add(missing_customer(&node));
    }
    CustomerId::new(node.integer(faults).unwrap_or_default())
}

/// 812.
pub fn missing_customer(node: &Node<'_>) -> Fault {
    Fault::new(812, "CustomerId information is missing.").at(node.path().to_owned())
}

/// Customers' numbers, at most `most`; a single one needs no list.
pub fn customers(node: &Node<'_>, most: usize, faults: &mut Faults) -> Vec<CustomerId> {
    let single = node.value().is_some_and(|value| value.is_number() || value.is_string());
    let items = if single { vec![node.clone()] } else { node.items(faults) };
    too_many(node, items.len(), most, faults);
    let numbers = items.iter().take(most).filter_map(|item| {
        if !item.is_there() {
            faults.add(missing_customer(item));
        }
        item.integer(faults).map(CustomerId::new)
    });
    numbers.collect()
}

/// Notes a list that is longer than `most`.
pub fn too_many(node: &Node<'_>, count: usize, most: usize, faults: &mut Faults) {
    if count > most {
        let words = format!("At most {most} entries are allowed in one call.");
        faults.add(Fault::new(400, words).at(node.path().to_owned()));
    }
}

/// The name of a call, which may be sent as a number; none when blank.
pub fn request_id(root: &Node<'_>, faults: &mut Faults) -> Option<String> {
    let text = root.get("requestId").text(faults);
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// An instant under the first of these names that is there: epoch seconds or milliseconds, as number or
/// text, or ISO 8601. The twin that is written out stands first, since it wins.
pub fn instant(
    root: &Node<'_>,
    names: &[&str],
    zone: Tz,
    faults: &mut Faults,
) -> Option<DateTime<Utc>> {
    let node = root.first(names);
    if !node.is_there() {
        return None;
    }
    let before = node.text(faults);
    match times::read(&before, zone) {
        Ok(typed) => Some(typed.start(zone)),
        Err(_) => {
            let words = format!("The value of '{}' must be a date.", node.path());
            faults.add(Fault::new(400, words).at(node.path().to_owned()));
            None
        }
    }
}

/// What set a call off. Where it `must` be said, 716 and 717 tell what is missing.
pub fn trigger(root: &Node<'_>, must: bool, faults: &mut Faults) -> Trigger {
    let node = root.get("triggeredBy");
    let (owner, reference) = (node.get("ownerType"), node.get("referenceId"));
    let words = Owner::ALL.map(Owner::wire);
    let aliases = [("LOYALTY_PROMOTIONS", Owner::LoyaltyPromotion.wire())];
    let known = owner.choice(&words, &aliases, faults).and_then(|word| word.parse().ok());
    let text = reference.text(faults);
    let trigger = Trigger {
        owner: known,
        reference: Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
    };
    if must && !owner.is_there() {
        let fault = Fault::new(716, "Owner type information is missing.");
        faults.add(fault.at(owner.path().to_owned()));
    }
    if must && trigger.reference.is_none() {
        faults.add(Fault::new(717, "OwnerId is mandatory.").at(reference.path().to_owned()));
    }
    trigger
}

/// What set a call off, told back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TriggeredBy {
    /// The module.
    #[schema(example = "Loyalty")]
    owner_type: Option<String>,
    /// The thing of that module, as claimed.
    #[schema(example = "123694")]
    reference_id: Option<String>,
}

impl TriggeredBy {
    /// Of a trigger; none where nothing was said.
    pub fn of(trigger: &Trigger) -> Option<Self> {
        let said = trigger.owner.is_some() || trigger.reference.is_some();
        said.then(|| TriggeredBy {
            owner_type: trigger.owner.map(|owner| owner.wire().to_owned()),
            reference_id: trigger.reference.clone(),
        })
    }
}

/// What went wrong with one customer of a call that went well.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RowError {
    /// Its number; absent where the reference gives none.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<u32>,
    /// Its words.
    message: String,
    /// Nothing.
    reference: Option<String>,
}

impl From<&Problem> for RowError {
    fn from(problem: &Problem) -> Self {
        let code = match problem.code {
            // Documented: the one without a code, and the one that is a 404 inside a 200.
            "enrolment_of_other" => None,
            "no_enrolment" => Some(404),
            word => Some(vendor_code(word)),
        };
        RowError { code, message: problem.message.to_string(), reference: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_row_error_without_a_code_has_no_key_for_it() {
        let told = |word: &'static str| {
            let problem = Problem::whole(word, "words");
            serde_json::to_string(&RowError::from(&problem)).unwrap()
        };
        assert_eq!(told("enrolment_of_other"), r#"{"message":"words","reference":null}"#);
        assert_eq!(told("no_enrolment"), r#"{"code":404,"message":"words","reference":null}"#);
        assert_eq!(told("customer_unknown"), r#"{"code":1026,"message":"words","reference":null}"#);
    }
}
