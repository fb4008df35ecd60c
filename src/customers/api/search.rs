//! Customers by the beginning of whatever they say.

use axum::Json;
use axum::extract::State;
use axum::response::IntoResponse;

use crate::api::{Caller, Fault, Query, Resource, Result, Trouble};
use crate::base::app::App;
use crate::customers::api::CustomerCodes;
use crate::customers::api::answers::{
    CustomerMatch, CustomerMatchProfile, CustomerMatched, CustomerSearchAnswer, CustomerSearchPage,
};
use crate::customers::identifier::fold;
use crate::customers::source::{Account, AccountProfile, Source};
use crate::customers::store;
use crate::customers::store::accounts;
use crate::customers::store::{Page, PageHit};

/// Search customers
///
/// By the beginning of a first name, a last name or any identifier, over all sources. Exact identifiers
/// come first, then names in order.
#[utoipa::path(
    get,
    path = "/v2/customers/search",
    operation_id = "searchCustomers",
    tag = "Customers",
    params(
        ("q" = String, Query, description = "The beginning of a name or an identifier.", example = "tom"),
        ("limit" = Option<i64>, Query, description = "How many, 1 to 100; 10 where nothing is said."),
        ("offset" = Option<i64>, Query, description = "How many to leave out; 0 where nothing is said."),
    ),
    responses((status = 200, description = "A page of customers.", body = CustomerSearchAnswer))
)]
pub async fn search(State(app): State<App>, caller: Caller, query: Query) -> Result<CustomerCodes> {
    let permit = caller.reads(Resource::Customer)?;
    let words = query.one(&["q"]).ok_or_else(|| bad(400, "The parameter 'q' is mandatory"))?;
    let (limit, offset) = bounds(&query)?;
    let mut db = app.read(permit.org()).await?;
    let page = store::search_page(&mut db, permit.org(), words, limit, offset).await?;
    let ids: Vec<_> = page.hits.iter().map(|hit| hit.id).collect();
    let mut known = accounts::accounts_of(&mut db, permit.org(), &ids).await?;
    let key = fold(words);
    let data = page.hits.iter().map(|hit| {
        let known = known.remove(&hit.id).unwrap_or_default();
        CustomerMatch {
            user_id: hit.id,
            matched_identifiers: matched(hit, &known, &key, &page),
            profiles: profiles(hit, &known),
        }
    });
    let data = data.collect();
    let pagination = CustomerSearchPage { limit, offset, total: page.total };
    Ok(Json(CustomerSearchAnswer { pagination, data, warnings: [], errors: [] }).into_response())
}

fn bad(code: u32, words: &'static str) -> Trouble {
    Trouble::bad(Fault::new(code, words))
}

fn bounds(query: &Query) -> std::result::Result<(i64, i64), Trouble> {
    let number = |name: &str, default: i64| match query.one(&[name]) {
        None => Ok(default),
        Some(text) => text.parse::<i64>().map_err(|_| bad(400, "limit and offset are numbers")),
    };
    let (limit, offset) = (number("limit", 10)?, number("offset", 0)?);
    match (limit, offset) {
        (_, ..0) => Err(bad(8100, "Offset cannot have value less than 0")),
        (..1, _) => Err(bad(8101, "Limit should be greater than 0")),
        (101.., _) => Err(bad(8102, "Limit cannot be greater than 100")),
        bounds => Ok(bounds),
    }
}

/// Everything of a customer that begins with what was asked for.
fn matched(
    hit: &PageHit,
    known: &[AccountProfile],
    key: &str,
    page: &Page,
) -> Vec<CustomerMatched> {
    let of = |account: &Account, id_type, id_value: &str| CustomerMatched {
        id_type,
        id_value: id_value.to_owned(),
        source: account.source.word(),
        account_id: account.id.clone(),
    };
    let own = Account::store();
    let (first, last) = (fold(&hit.first_name), fold(&hit.last_name));
    let mut found = Vec::new();
    let whole = format!("{first} {last}");
    if !first.is_empty() && (first.starts_with(key) || whole.starts_with(key)) {
        found.push(of(&own, "firstName", &hit.first_name));
    }
    if !last.is_empty() && last.starts_with(key) {
        found.push(of(&own, "lastName", &hit.last_name));
    }
    for profile in known {
        for identifier in &profile.identifiers {
            if page.keys.iter().any(|key| identifier.key.starts_with(key.as_str())) {
                found.push(of(&profile.account, identifier.kind.word(), &identifier.value));
            }
        }
    }
    found
}

fn profiles(hit: &PageHit, known: &[AccountProfile]) -> Vec<CustomerMatchProfile> {
    let mut sources: Vec<Source> = known.iter().map(|profile| profile.account.source).collect();
    if sources.is_empty() {
        sources.push(Source::Instore);
    }
    sources.dedup();
    let of = |source: Source| CustomerMatchProfile {
        source: source.word(),
        first_name: hit.first_name.clone(),
        last_name: hit.last_name.clone(),
    };
    sources.into_iter().map(of).collect()
}
