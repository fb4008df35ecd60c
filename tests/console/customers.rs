//! Customers: found by whatever they say, by those who may, and by nobody else.

use guerdon::base::act::Act;
use guerdon::base::error::Result;
use guerdon::base::ids::{CustomerId, ImportId};
use guerdon::customers::bulk::{self, Mark};
use guerdon::customers::{Identifier, IdentifierKind, Profile, resolve_identifiers};

use crate::support::{TestApp, any_entry};

fn profile(first: &str, last: &str, identifiers: &[(IdentifierKind, &str)]) -> Profile {
    let mut profile =
        Profile { first_name: first.to_owned(), last_name: last.to_owned(), ..Profile::default() };
    for (kind, value) in identifiers {
        profile.put(*kind, Some(Identifier::parse(*kind, value).unwrap()));
    }
    profile
}

fn mark(act: &mut Act) -> Mark {
    act.record(any_entry());
    Mark { org: act.org(), import: Some(ImportId::new(7)), now: act.now(), by: "Mina".to_owned() }
}

async fn insert(act: &mut Act, profiles: &[Profile]) -> Result<Vec<CustomerId>> {
    let mark = mark(act);
    Ok(bulk::insert(act.db(), &mark, profiles).await?)
}

#[tokio::test]
async fn a_chunk_of_customers_is_written_found_changed_put_back_and_taken_away() {
    use IdentifierKind::{Email, ExternalId, Mobile};
    let app = TestApp::new().await;
    let before = vec![
        profile("Amara", "Reyes", &[(Mobile, "+44 7700 900417"), (Email, "Amara@Example.org")]),
        profile("", "", &[(ExternalId, "SO-1")]),
    ];
    let profiles = before.clone();
    let ids = app.act(|act| Box::pin(async move { insert(act, &profiles).await })).await.unwrap();

    // Found by key, whatever the spelling; a key nobody has is missing.
    let keys = vec![Mobile.key("0044 7700 900417"), Mobile.key("123456")];
    let found = app
        .act(|act| {
            Box::pin(async move {
                let org = act.org();
                Ok(resolve_identifiers(act.db(), org, Mobile, &keys).await?)
            })
        })
        .await
        .unwrap();
    assert_eq!(found.into_iter().collect::<Vec<_>>(), [("447700900417".to_owned(), ids[0])]);

    // Changed, then put back as they were.
    let (first, second) = (ids[0], ids[1]);
    let undo = before.clone();
    let (changed, known) = app
        .act(move |act| {
            Box::pin(async move {
                let (org, mark) = (act.org(), mark(act));
                let mut changed = before[0].clone();
                changed.put(Email, None);
                changed.put(ExternalId, Some(Identifier::parse(ExternalId, "SO-2").unwrap()));
                bulk::update(act.db(), &mark, &[(first, changed.clone())]).await?;
                let known = bulk::load(act.db(), org, &[second, first]).await?;
                let both = [(first, undo[0].clone()), (second, undo[1].clone())];
                assert_eq!(bulk::update(act.db(), &mark, &both).await?, 2);
                let again = bulk::load(act.db(), org, &[first, second]).await?;
                assert_eq!(again.into_iter().map(|one| one.profile).collect::<Vec<_>>(), undo);
                Ok((changed, known))
            })
        })
        .await
        .unwrap();
    assert_eq!(known[0].profile, changed);
    assert_eq!(known[0].import, Some(ImportId::new(7)));

    // An identifier somebody has stops the whole chunk.
    let clash = vec![profile("Bo", "", &[]), profile("Cy", "", &[(ExternalId, "so-1")])];
    let refused = app.act(|act| Box::pin(async move { insert(act, &clash).await })).await;
    assert!(refused.is_err());
    assert_eq!(app.number("select count(*) from customers").await, 2);

    let gone = app
        .act(|act| {
            Box::pin(async move {
                let (org, import) = (mark(act).org, ImportId::new(7));
                assert_eq!(bulk::blockers(act.db(), org, import, 10).await?, []);
                let gone = bulk::delete_imported(act.db(), org, import, 1).await?;
                Ok(gone + bulk::delete_imported(act.db(), org, import, 10).await?)
            })
        })
        .await
        .unwrap();
    assert_eq!(gone, 2);
    assert_eq!(app.number("select count(*) from customer_identifiers").await, 0);
}
