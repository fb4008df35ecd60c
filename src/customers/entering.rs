//! Customers as other systems bring them: one or several profiles, each from a source, some fields said
//! and the rest left as they are.
//!
//! Why not the form's [`Draft`](crate::customers::Draft): a form shows everything and sends everything
//! back; a program says what it knows and must not empty what it does not.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::base::act::{Act, Entry};
use crate::base::db::OrRefuse;
use crate::base::error::{Error, Result};
use crate::base::ids::CustomerId;
use crate::base::permission::Permission;
use crate::base::problem::Problem;
use crate::customers::actions::{mark, snapshot};
use crate::customers::customer::{Fields, Profile, label, name_part};
use crate::customers::identifier::Identifier;
use crate::customers::source::{AccountProfile, Source};
use crate::customers::store;
use crate::customers::store::accounts::{self, Extras, Holder};
use crate::customers::store::bulk;

/// The word of a refusal by a call at the same moment: asked again, it says by whom.
pub(super) const RACED: &str = "customer_raced";

/// A customer as another system says it; what is `None` stays as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entered {
    /// What each source knows; at least one.
    pub profiles: Vec<EnteredProfile>,
    /// Whether they are in the loyalty programme: `loyalty` or `non_loyalty`.
    pub loyalty_type: Option<&'static str>,
    /// Gender, city and the like, added to those there are; null takes one away.
    pub extended_fields: Fields,
    /// The till they belong to.
    pub associated_with: Option<String>,
    /// The brand's own word for how they stand.
    pub status_label: Option<String>,
}

/// What one source says.
#[derive(Debug, Clone, PartialEq)]
pub struct EnteredProfile {
    /// Where from, and what identifies the customer there.
    pub known: AccountProfile,
    /// First name.
    pub first_name: Option<String>,
    /// Last name.
    pub last_name: Option<String>,
    /// Custom fields, added to those there are; null takes one away.
    pub fields: Fields,
}

impl Entered {
    fn identifiers(&self) -> Vec<(usize, Identifier)> {
        let profiles = self.profiles.iter().enumerate();
        let flat = profiles.flat_map(|(place, profile)| {
            profile.known.identifiers.iter().map(move |identifier| (place, identifier.clone()))
        });
        flat.collect()
    }

    /// What a customer becomes by it. The store's own word counts for names and fields; where it says
    /// nothing of the customer, the first source that does.
    fn apply(&self, before: &Profile) -> Profile {
        let mut after = before.clone();
        let own = |profile: &&EnteredProfile| profile.known.account.source == Source::Instore;
        let others = before.name().is_empty();
        let says = |name: fn(&EnteredProfile) -> Option<&String>| {
            let first = self.profiles.iter().filter(own).find_map(name);
            first.or_else(|| self.profiles.iter().filter(|_| others).find_map(name))
        };
        if let Some(name) = says(|profile| profile.first_name.as_ref()) {
            after.first_name = name_part(name);
        }
        if let Some(name) = says(|profile| profile.last_name.as_ref()) {
            after.last_name = name_part(name);
        }
        for said in &self.profiles {
            merge(&mut after.fields, &said.fields);
            if own(&said) {
                for identifier in &said.known.identifiers {
                    after.put(identifier.kind, Some(identifier.clone()));
                }
            }
        }
        after
    }

    fn apply_extras(&self, extras: &mut Extras) {
        if let Some(kind) = self.loyalty_type {
            kind.clone_into(&mut extras.loyalty_type);
        }
        merge(&mut extras.extended_fields, &self.extended_fields);
        if self.associated_with.is_some() {
            extras.associated_with.clone_from(&self.associated_with);
        }
        if self.status_label.is_some() {
            extras.status_label.clone_from(&self.status_label);
        }
    }

    /// What sources other than the store say.
    fn elsewhere(&self) -> impl Iterator<Item = &AccountProfile> {
        let known = self.profiles.iter().map(|profile| &profile.known);
        known.filter(|known| known.account.source != Source::Instore)
    }
}

fn merge(into: &mut Fields, said: &Fields) {
    for (name, value) in said {
        if value.is_null() {
            into.remove(name);
        } else {
            into.insert(name.clone(), value.clone());
        }
    }
}

/// What entering a customer came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EnteredAs {
    /// Who.
    pub id: CustomerId,
    /// Whether they were known already from another source, and this one was added to them.
    pub joined: bool,
}

/// Enters a customer. One whose identifier another source knows already is the same customer.
pub async fn enter(act: &mut Act, entered: &Entered) -> Result<EnteredAs> {
    act.require(Permission::EditCustomers)?;
    let (org, said) = (act.org(), entered.identifiers());
    let wanted: Vec<Identifier> = said.iter().map(|(_, identifier)| identifier.clone()).collect();
    let holders = accounts::holders(act.db(), org, &wanted).await?;
    if let Some(holder) = same_source(entered, &said, &holders, None) {
        return Err(exists(holder.customer).into());
    }
    let known: BTreeSet<CustomerId> = holders.iter().map(|holder| holder.customer).collect();
    let id = match known.len() {
        0 => return add(act, entered).await.map(|id| EnteredAs { id, joined: false }),
        1 => known.into_iter().next().ok_or(Error::NotFound)?,
        _ => return Err(differ().into()),
    };
    change(act, id, entered, "joined").await?;
    Ok(EnteredAs { id, joined: true })
}

/// Changes a customer: what is said is put in place, what is not stays.
pub async fn amend(act: &mut Act, id: CustomerId, entered: &Entered) -> Result<CustomerId> {
    act.require(Permission::EditCustomers)?;
    let (org, said) = (act.org(), entered.identifiers());
    let customer = store::find(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    let id = customer.merged_into.unwrap_or(id);
    let wanted: Vec<Identifier> = said.iter().map(|(_, identifier)| identifier.clone()).collect();
    let holders = accounts::holders(act.db(), org, &wanted).await?;
    if let Some(holder) = same_source(entered, &said, &holders, Some(id)) {
        return Err(exists(holder.customer).into());
    }
    change(act, id, entered, "changed").await?;
    Ok(id)
}

async fn add(act: &mut Act, entered: &Entered) -> Result<CustomerId> {
    let registered_on = Some(act.now());
    let profile = entered.apply(&Profile { registered_on, ..Profile::default() });
    let mark = mark(act);
    let ids = bulk::insert(act.db(), &mark, std::slice::from_ref(&profile)).await;
    let ids = ids.or_refuse("customer_identifiers_pkey", meanwhile)?;
    let id = ids.first().copied().ok_or(Error::NotFound)?;
    write_rest(act, id, entered).await?;
    let entry = Entry::new("created", "customer", id, label(&profile.name(), id));
    act.record(entry.after(snapshot(&profile)).with(sources(entered)));
    Ok(id)
}

async fn change(
    act: &mut Act,
    id: CustomerId,
    entered: &Entered,
    verb: &'static str,
) -> Result<()> {
    let org = act.org();
    let before = store::lock(act.db(), org, id).await?.ok_or(Error::NotFound)?.profile;
    let after = entered.apply(&before);
    if after != before {
        let mark = mark(act);
        let done = bulk::update(act.db(), &mark, &[(id, after.clone())]).await;
        done.or_refuse("customer_identifiers_pkey", meanwhile)?;
    }
    let more = write_rest(act, id, entered).await?;
    if more || after != before {
        let entry = Entry::new(verb, "customer", id, label(&after.name(), id));
        act.record(entry.changed(&snapshot(&before), &snapshot(&after)).with(sources(entered)));
    }
    Ok(())
}

/// Identifiers of other sources, and the extras; whether there was anything to write.
async fn write_rest(act: &mut Act, id: CustomerId, entered: &Entered) -> Result<bool> {
    let (org, now, by) = (act.org(), act.now(), act.actor().name.clone());
    let mut wrote = false;
    for known in entered.elsewhere() {
        wrote = true;
        let done = accounts::put(act.db(), org, id, known).await;
        done.or_refuse("customer_identifiers_pkey", meanwhile)?;
    }
    let mut extras = accounts::extras(act.db(), org, id).await?.ok_or(Error::NotFound)?;
    let before = extras.clone();
    entered.apply_extras(&mut extras);
    if extras != before {
        (extras.updated_on, extras.updated_by) = (now, by);
        accounts::set_extras(act.db(), org, id, &extras).await?;
        wrote = true;
    }
    Ok(wrote)
}

fn sources(entered: &Entered) -> Value {
    let words = entered.profiles.iter().map(|profile| profile.known.account.source.word());
    json!({ "sources": words.collect::<Vec<_>>() })
}

/// Somebody else who has one of the identifiers in the very source that says it.
fn same_source<'a>(
    entered: &Entered,
    said: &[(usize, Identifier)],
    holders: &'a [Holder],
    except: Option<CustomerId>,
) -> Option<&'a Holder> {
    holders.iter().find(|holder| {
        let account = said
            .get(holder.place)
            .and_then(|(place, _)| entered.profiles.get(*place))
            .map(|profile| &profile.known.account);
        account == Some(&holder.account) && Some(holder.customer) != except
    })
}

fn exists(id: CustomerId) -> Problem {
    let words = format!("Add failed, Customer already exists with id {id} for same source");
    Problem::whole("customer_exists", words)
}

fn differ() -> Problem {
    let words = "Add failed, the identifiers belong to different customers";
    Problem::whole("customers_differ", words)
}

fn meanwhile() -> Problem {
    Problem::whole(RACED, "Add failed, Customer already exists for same source")
}
