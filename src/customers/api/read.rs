//! What a call says of a customer: source and account, identifiers, whole profiles.

use axum::http::StatusCode;

use crate::api::{Fault, Faults, Node, Query, Trouble};
use crate::base::problem;
use crate::customers::asked::{Asked, Place};
use crate::customers::customer::Fields;
use crate::customers::entering::{Entered, EnteredProfile};
use crate::customers::identifier::{Identifier, IdentifierKind, clean};
use crate::customers::source::{Account, AccountProfile, Source};

/// What an unknown customer is told.
pub const NOT_FOUND: &str = "Customer not found for the given identifiers";

/// Bounds of what one call may bring.
const MOST_PROFILES: usize = 20;
const MOST_FIELDS: usize = 100;
const LONGEST: usize = 2000;

fn bad(code: u32, words: impl Into<std::borrow::Cow<'static, str>>) -> Trouble {
    Trouble::bad(Fault::new(code, words))
}

/// Nobody there: the same whether they never were or are another brand's.
pub fn not_found() -> Trouble {
    Trouble::new(StatusCode::NOT_FOUND, Fault::new(8015, NOT_FOUND))
}

/// Reads `source` and `accountId`.
pub fn place(query: &Query) -> Result<Place, Trouble> {
    let word = query.one(&["source"]).ok_or_else(|| bad(8016, "Source is mandatory"))?;
    if word.eq_ignore_ascii_case("ALL") {
        return Ok(Place::Everywhere);
    }
    let source: Source = word.parse().map_err(|_| bad(8003, format!("Invalid source '{word}'")))?;
    let account = query.one(&["accountid"]);
    account_of(source, account.unwrap_or_default()).map(Place::In).map_err(Trouble::bad)
}

/// An account of a source: the store has one, every other source must name it.
fn account_of(source: Source, id: &str) -> Result<Account, Fault> {
    if !source.has_accounts() {
        return Ok(Account::store());
    }
    let id = clean(id);
    if id.is_empty() || id.chars().count() > 255 {
        return Err(Fault::new(8045, format!("Account id is mandatory for source {source}")));
    }
    Ok(Account { source, id })
}

/// Reads `identifierName` and `identifierValue`, which run side by side.
pub fn asked(query: &Query) -> Result<Vec<Asked>, Trouble> {
    let (names, values) = (query.list("identifiername"), query.list("identifiervalue"));
    if names.is_empty() || values.is_empty() {
        return Err(bad(8002, "Identifier name and value are mandatory"));
    }
    if names.len() != values.len() || names.len() > MOST_PROFILES {
        return Err(bad(8013, "Give one value for each identifier name"));
    }
    let pairs = names.into_iter().zip(values);
    pairs.map(|(name, value)| ask(name, value)).collect()
}

/// One name with its value.
fn ask(name: &str, value: &str) -> Result<Asked, Trouble> {
    if name.eq_ignore_ascii_case("id") {
        return Ok(Asked::number(value));
    }
    let kind: IdentifierKind =
        name.parse().map_err(|_| bad(8013, format!("Invalid identifier '{name}'")))?;
    Ok(Asked::has(kind, value))
}

/// A body as a customer to enter, with what was left out of it and why.
pub fn entered(root: &Node<'_>) -> Result<(Entered, Vec<Fault>), Trouble> {
    let (mut faults, mut warnings) = (Faults::default(), Vec::new());
    let profiles = root.get("profiles").items(&mut faults);
    if profiles.len() > MOST_PROFILES {
        faults.add(Fault::new(1060, "Batch limit size exceeded").at("profiles"));
    }
    let profiles = profiles.iter().take(MOST_PROFILES);
    let profiles = profiles.filter_map(|node| profile(node, &mut faults, &mut warnings));
    let profiles: Vec<EnteredProfile> = profiles.collect();
    let loyalty = root.get("loyaltyInfo").get("loyaltyType");
    let entered = Entered {
        loyalty_type: loyalty.choice(
            &["loyalty", "non_loyalty"],
            &[("NON-LOYALTY", "non_loyalty")],
            &mut faults,
        ),
        extended_fields: fields(&root.get("extendedFields"), &mut faults),
        associated_with: text(&root.get("associatedWith"), &mut faults),
        status_label: text(&root.get("statusLabel"), &mut faults),
        profiles,
    };
    faults.into_result()?;
    Ok((entered, warnings))
}

fn profile(
    node: &Node<'_>,
    faults: &mut Faults,
    warnings: &mut Vec<Fault>,
) -> Option<EnteredProfile> {
    let word = node.get("source").text(faults);
    let account = node.get("accountId").text(faults);
    let source: Result<Source, _> = word.parse();
    let account = match source {
        _ if word.trim().is_empty() => Err(Fault::new(8001, "Source is mandatory")),
        Err(_) => Err(Fault::new(8003, format!("Invalid source '{word}'"))),
        Ok(source) => account_of(source, &account),
    };
    let account = account.map_err(|fault| faults.add(fault.at(node.path().to_owned()))).ok();
    let identifiers = identifiers(&node.get("identifiers"), faults, warnings);
    Some(EnteredProfile {
        first_name: text(&node.get("firstName"), faults),
        last_name: text(&node.get("lastName"), faults),
        fields: fields(&node.get("fields"), faults),
        known: AccountProfile { account: account?, identifiers },
    })
}

/// The identifiers of a profile, one of each kind but cards. A telephone number or an address that
/// cannot be one is left out with a warning, as the reference does; an empty value counts as absent.
fn identifiers(node: &Node<'_>, faults: &mut Faults, warnings: &mut Vec<Fault>) -> Vec<Identifier> {
    let mut read: Vec<Identifier> = Vec::new();
    for item in node.items(faults).iter().take(MOST_FIELDS) {
        let (kind, value) = (item.get("type").text(faults), item.get("value").text(faults));
        if kind.trim().is_empty() {
            faults.add(Fault::new(8092, "Identifier type is mandatory").at(item.path().to_owned()));
            continue;
        }
        let Ok(kind) = kind.parse::<IdentifierKind>() else {
            let words = format!("Invalid identifier '{kind}'");
            faults.add(Fault::new(8013, words).at(item.path().to_owned()));
            continue;
        };
        if value.trim().is_empty() {
            continue;
        }
        match Identifier::parse(kind, &value) {
            Ok(identifier) if !read.contains(&identifier) => read.push(identifier),
            Ok(_) => {}
            Err(fault) => refuse(kind, fault, item, faults, warnings),
        }
    }
    read.sort();
    read
}

fn refuse(
    kind: IdentifierKind,
    fault: problem::Fault,
    item: &Node<'_>,
    faults: &mut Faults,
    warnings: &mut Vec<Fault>,
) {
    match kind {
        IdentifierKind::Email => warnings.push(Fault::new(8055, "Invalid email")),
        IdentifierKind::Mobile => warnings.push(Fault::new(8056, "Invalid mobile")),
        _ => faults.add(Fault::new(8013, fault.message).at(item.path().to_owned())),
    }
}

fn text(node: &Node<'_>, faults: &mut Faults) -> Option<String> {
    if !node.is_there() {
        return None;
    }
    let text = clean(&node.text(faults));
    Some(text.chars().take(255).collect())
}

/// A map of custom fields; null takes one away.
fn fields(node: &Node<'_>, faults: &mut Faults) -> Fields {
    let mut read = Fields::new();
    let entries = node.entries(faults);
    if entries.len() > MOST_FIELDS {
        let words = format!("Keep at most {MOST_FIELDS} fields");
        faults.add(Fault::new(400, words).at(node.path().to_owned()));
    }
    for (name, item) in entries.into_iter().take(MOST_FIELDS) {
        let value = item.value().cloned().unwrap_or_default();
        let size = value.as_str().map_or_else(|| value.to_string().len(), str::len);
        if name.trim().is_empty() || name.len() > 255 || size > LONGEST {
            let words = format!("A field holds at most {LONGEST} characters and has a name");
            faults.add(Fault::new(400, words).at(item.path().to_owned()));
        } else {
            read.insert(name.to_owned(), value);
        }
    }
    read
}
