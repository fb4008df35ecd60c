//! Where in the body a problem stands. A draft names its boxes; a program knows its own JSON.

use std::borrow::Cow;
use std::collections::BTreeMap;

use axum::http::StatusCode;

use crate::api::{Fault, Faults, Node, Trouble};
use crate::badges::codes;
use crate::base::problem::{Problem, Problems};

/// The most violations one answer lists.
const MOST: usize = 100;

/// Refusals that the reference tells without a path.
const UNPLACED: &[u32] = &[720, 722, 723, 724, 725, 826, 1020];

/// The places of boxes that depend on how the body was written.
#[derive(Debug, Default)]
pub struct Paths(BTreeMap<String, String>);

impl Paths {
    /// Notes where a box was read.
    pub fn put(&mut self, field: String, node: &Node<'_>) {
        self.0.insert(field, node.path().to_owned());
    }

    /// The JSON path of a box.
    pub fn of(&self, field: &str) -> String {
        if let Some(path) = self.0.get(field) {
            return path.clone();
        }
        let Some((head, part)) = field.split_once('.') else { return plain(field).to_owned() };
        match head {
            "issued" => format!("issuedBadgeExpiry.{}", expiry(part)),
            "earned" => format!("earnedBadgeExpiry.{}", expiry(part)),
            "customer" => "customerConstraints".to_owned(),
            "badge" => "badgeConstraints".to_owned(),
            "cf" => format!("customFields.{part}"),
            "image" => "images".to_owned(),
            "benefit" => match part.split_once('.') {
                Some((row, "type")) => format!("benefits[{row}].benefitType"),
                Some((row, key)) => format!("benefits[{row}].{key}"),
                None => "benefits".to_owned(),
            },
            _ => field.to_owned(),
        }
    }
}

fn plain(field: &str) -> &str {
    match field {
        "start" => "startOn",
        "end" => "expiresOn",
        "earn_type" => "earnType",
        "group" => "badgeGroupId",
        "rank" => "badgeRank",
        "till" => "defaultTillId",
        "owner" => "ownership.restrictedToOwners",
        "owner_type" => "ownerType",
        "reference" => "referenceId",
        "data_type" => "dataType",
        "default_value" => "defaultValue",
        other => other,
    }
}

fn expiry(part: &str) -> &str {
    match part {
        "kind" => "expiryType",
        "date" => "expiresOn",
        "unit" => "relativeExpirytype",
        other => other,
    }
}

/// All that is wrong with a call: what could not be read, and what the rules say on top. What was
/// unreadable is not also told to be missing.
pub fn told(problems: Problems, paths: &Paths, faults: Faults) -> Trouble {
    let mut all = faults.into_vec();
    let unread: Vec<String> =
        all.iter().filter_map(|fault| fault.reference.as_deref().map(str::to_owned)).collect();
    let within = |path: &str, outer: &str| {
        path.strip_prefix(outer)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.') || rest.starts_with('['))
    };
    for Problem { field, code, message } in problems {
        let path = field.as_deref().map(|field| paths.of(field));
        let said = |path: &String| unread.iter().any(|outer| within(path, outer));
        if path.as_ref().is_some_and(said) {
            continue;
        }
        let code = codes::vendor_code(code);
        let reference = path.filter(|_| !UNPLACED.contains(&code)).map(Cow::Owned);
        all.push(Fault { code, message, reference });
    }
    all.truncate(MOST);
    Trouble { status: StatusCode::BAD_REQUEST, faults: all, retry_after: None }
}
