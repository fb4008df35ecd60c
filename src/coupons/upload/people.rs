//! Whom a row names: by number or by an identifier, looked up a chunk at a time.

use std::collections::HashMap;

use crate::base::act::Act;
use crate::base::csv::importable::{Entry, Field, Looks};
use crate::base::error::Result;
use crate::base::ids::CustomerId;
use crate::base::problem::{Fault, Problem};
use crate::coupons::store::holders;
use crate::customers::{Identifier, IdentifierKind, bulk};

/// The columns that name a customer; the first that says something counts, the number before all.
pub(in crate::coupons) const FIELDS: [Field; 4] = [
    Field::text("customerId", "10281", "The customer’s number here").or(&[
        "userId",
        "user_id",
        "user id",
        "customer_id",
        "customer number",
    ]),
    Field::text("mobile", "+44 7700 900417", "Mobile number with its country code")
        .or(&["phone", "telephone", "mobile number"])
        .like(Looks::Phone),
    Field::text("externalId", "C-10281", "Your own id for the customer").or(&[
        "external_id",
        "external id",
        "external customer id",
    ]),
    Field::text("email", "amara@example.org", "E-mail address")
        .or(&["mail", "e-mail address"])
        .like(Looks::Email),
];

/// What the three identifiers after the number are.
const KINDS: [IdentifierKind; 3] =
    [IdentifierKind::Mobile, IdentifierKind::ExternalId, IdentifierKind::Email];

/// Somebody, as a row names them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(in crate::coupons) enum Who {
    /// By number.
    Number(i64),
    /// By the key of an identifier.
    Key(IdentifierKind, String),
}

impl Who {
    /// The refusal of a row that names nobody we know.
    pub(super) fn unknown(&self) -> Problem {
        let (field, words) = match self {
            Who::Number(_) => (0, "Invalid user id"),
            Who::Key(IdentifierKind::Mobile, _) => (1, "Invalid mobile"),
            Who::Key(IdentifierKind::Email, _) => (3, "Invalid email"),
            Who::Key(..) => (2, "Invalid external id"),
        };
        let why = format!("{words}: there is no such customer");
        Fault::new("customer_unknown", why).on(FIELDS[field].name)
    }

    /// What is the same for two rows that name the same person the same way.
    pub(super) fn identity(&self, into: &mut Vec<u8>) {
        match self {
            Who::Number(id) => into.extend_from_slice(format!("#{id}").as_bytes()),
            Who::Key(kind, key) => {
                into.extend_from_slice(kind.word().as_bytes());
                into.extend_from_slice(key.as_bytes());
            }
        }
    }
}

/// Whom a row names, its columns standing from `first` on; nothing where they are all blank.
pub(super) fn named(entry: &Entry<'_>, first: usize) -> Result<Option<Who>, Problem> {
    let number = entry.get(first);
    if !number.is_empty() {
        let read = number.parse().ok().filter(|id| *id > 0);
        let why = || Fault::invalid("Invalid user id: give a whole number").on(FIELDS[0].name);
        return read.map(|id| Some(Who::Number(id))).ok_or_else(why);
    }
    for (at, kind) in KINDS.into_iter().enumerate() {
        let text = entry.get(first + 1 + at);
        if text.is_empty() {
            continue;
        }
        let read = Identifier::parse(kind, text).map(|found| Some(Who::Key(kind, found.key)));
        return read.map_err(|fault| {
            let what = ["mobile", "external id", "email"][at];
            Fault { message: format!("Invalid {what}: {}", fault.message).into(), ..fault }
                .on(FIELDS[1 + at].name)
        });
    }
    Ok(None)
}

/// Who the people named are; whom nobody knows is missing from the answer.
pub(in crate::coupons) async fn find<'a>(
    act: &mut Act,
    named: impl Iterator<Item = &'a Who> + Clone,
) -> Result<HashMap<Who, CustomerId>> {
    let org = act.org();
    let mut found = HashMap::new();
    let numbers = named.clone().filter_map(|who| match who {
        Who::Number(id) => Some(*id),
        Who::Key(..) => None,
    });
    let mut numbers: Vec<CustomerId> = numbers.map(CustomerId::new).collect();
    numbers.sort_unstable();
    numbers.dedup();
    if !numbers.is_empty() {
        let there = holders::survivors(&mut *act.db(), org, &numbers).await?;
        found.extend(there.into_iter().map(|(number, id)| (Who::Number(number.get()), id)));
    }
    for kind in KINDS {
        let keys = named.clone().filter_map(|who| match who {
            Who::Key(of, key) if *of == kind => Some(key.clone()),
            _ => None,
        });
        let mut keys: Vec<String> = keys.collect();
        keys.sort_unstable();
        keys.dedup();
        if !keys.is_empty() {
            let there = bulk::lookup(act.db(), org, kind, &keys).await?;
            found.extend(there.into_iter().map(|(key, id)| (Who::Key(kind, key), id)));
        }
    }
    Ok(found)
}
