//! Deeds on customers.

use chrono_tz::Tz;
use serde_json::{Map, Value};

use crate::base::act::{Act, Entry};
use crate::base::db::OrRefuse;
use crate::base::error::{Error, Result};
use crate::base::ids::CustomerId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem, Problems};
use crate::customers::customer::{Profile, label};
use crate::customers::draft::{Draft, text_of};
use crate::customers::identifier::IdentifierKind;
use crate::customers::store;
use crate::customers::store::bulk::{self, Mark};

/// Adds a customer. `zone` is the brand's, for the day they joined.
pub async fn create(act: &mut Act, draft: &Draft, zone: Tz) -> Result<CustomerId> {
    act.require(Permission::EditCustomers)?;
    let profile = draft.check(&Profile::default(), zone)?;
    refuse_taken(act, &profile, None).await?;
    let mark = mark(act);
    let ids = bulk::insert(act.db(), &mark, std::slice::from_ref(&profile)).await;
    let ids = ids.or_refuse("customer_identifiers_pkey", taken_meanwhile)?;
    let id = ids.first().copied().ok_or(Error::NotFound)?;
    let entry = Entry::new("created", "customer", id, label(&profile.name(), id));
    act.record(entry.after(snapshot(&profile)));
    Ok(id)
}

/// Changes a customer's name, identifiers and custom fields. A form read before somebody else's change
/// is stale; one that changes nothing leaves no trace.
pub async fn update(act: &mut Act, id: CustomerId, draft: &Draft, zone: Tz) -> Result<()> {
    act.require(Permission::EditCustomers)?;
    let org = act.org();
    let before = store::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    if let Some(survivor) = before.merged_into {
        let words = format!("This customer was merged into customer {survivor}; change that one");
        return Err(Problem::whole("merged", words).into());
    }
    if before.version.to_string() != draft.version {
        return Err(Error::Stale);
    }
    let after = draft.check(&before.profile, zone)?;
    if after == before.profile {
        return Ok(());
    }
    refuse_taken(act, &after, Some(id)).await?;
    let mark = mark(act);
    let done = bulk::update(act.db(), &mark, &[(id, after.clone())]).await;
    done.or_refuse("customer_identifiers_pkey", taken_meanwhile)?;
    let entry = Entry::new("changed", "customer", id, label(&after.name(), id));
    act.record(entry.changed(&snapshot(&before.profile), &snapshot(&after)));
    Ok(())
}

pub(super) fn mark(act: &Act) -> Mark {
    Mark { org: act.org(), import: None, now: act.now(), by: act.actor().name.clone() }
}

/// Says of every identifier at once whether somebody else has it; the constraint behind it only knows
/// the first.
async fn refuse_taken(act: &mut Act, profile: &Profile, except: Option<CustomerId>) -> Result<()> {
    let org = act.org();
    let mut problems = Problems::default();
    for (kind, id) in store::taken(act.db(), org, &profile.identifiers, except).await? {
        problems.add(kind.word(), taken(kind, id));
    }
    Ok(problems.into_result()?)
}

fn taken(kind: IdentifierKind, id: CustomerId) -> Fault {
    Fault::taken(format!("Another customer has this {}: customer {id}", kind.noun()))
}

fn taken_meanwhile() -> Problem {
    Problem::whole("taken", "Another customer has just been given one of these identifiers")
}

/// A profile as the activity log keeps it: flat, so that what changed shows field by field.
pub fn snapshot(profile: &Profile) -> Value {
    let mut flat = Map::new();
    let mut put = |name: String, text: String| {
        if !text.is_empty() {
            flat.insert(name, Value::String(text));
        }
    };
    put("firstName".to_owned(), profile.first_name.clone());
    put("lastName".to_owned(), profile.last_name.clone());
    for kind in IdentifierKind::ALL {
        let of_kind = profile.identifiers.iter().filter(|identifier| identifier.kind == kind);
        let values: Vec<&str> = of_kind.map(|identifier| identifier.value.as_str()).collect();
        put(kind.word().to_owned(), values.join(", "));
    }
    let joined = profile.registered_on.map(|at| at.to_rfc3339());
    put("registeredOn".to_owned(), joined.unwrap_or_default());
    for (name, value) in &profile.fields {
        put(format!("fields.{name}"), text_of(value));
    }
    Value::Object(flat)
}
