//! Coupons out of goodwill at Northwind: one asked for and granted, one that waits. It comes after the
//! people, whose deeds these are.

use chrono::Days;

use crate::auth;
use crate::base::act::{Act, Actor, Source};
use crate::base::app::{App, Deed};
use crate::base::calendar::day_of;
use crate::base::error::{Error, Result};
use crate::base::ids::{CustomerId, OrgId, SeriesId};
use crate::base::permission::Role;
use crate::coupons::{self, Draft};
use crate::customers;
use crate::demo::people::external_id;
use crate::goodwill::{self, Ask};
use crate::requests::Decision;

/// What is given: name, what the till shows, and how much is taken off.
const OFFERS: [(&str, &str, &str, &str); 2] = [
    ("Sorry: 10 off the next order", "SORRY10", "ABS", "10"),
    ("Sorry: free delivery", "SHIPFREE", "ABS", "4.9"),
];

/// Who asked for what: the customer's place in the file, the reason, what happened.
const ASKED: [(usize, &str, &str); 2] = [
    (4, "Late delivery", "The tent came nine days after the weekend it was for."),
    (11, "Faulty product", "Second pair of boots with a loose sole. Wants to stay with us."),
];

/// Offers and requests.
pub async fn add(app: &App, org: OrgId) -> Result<()> {
    let series = app.act(Actor::operator(org), offers).await?;
    let (Some(support), Some(admin)) =
        (staff(app, org, Role::Support).await?, staff(app, org, Role::Admin).await?)
    else {
        return Ok(());
    };
    let mut ids = Vec::new();
    for ((place, reason, comments), series) in ASKED.into_iter().zip(series) {
        let customer = customer(app, org, place).await?;
        let ask = Ask {
            series: Some(series),
            reason: reason.to_owned(),
            comments: comments.to_owned(),
            ..Ask::default()
        };
        let told = app.act(support.clone(), move |act| {
            Box::pin(async move { goodwill::ask(act, customer, &ask).await })
        });
        ids.push(told.await?.request.id);
    }
    let Some(first) = ids.first().copied() else { return Ok(()) };
    let words = "They have been with us for years.";
    let granted = app.act(admin, move |act| {
        Box::pin(async move { goodwill::decide(act, first, Decision::Approve, words).await })
    });
    granted.await.map(drop)
}

fn offers(act: &mut Act) -> Deed<'_, Vec<SeriesId>> {
    Box::pin(async move {
        let until = day_of(act.now(), super::ZONE) + Days::new(180);
        let mut made = Vec::new();
        for (name, code, kind, value) in OFFERS {
            let draft = Draft::default()
                .with("description", name)
                .with("discountCode", code)
                .with("discountType", kind)
                .with("discountValue", value)
                .with("validTillDate", until.to_string())
                .with("expiryStrategyType", "DAYS")
                .with("expiryStrategyValue", 90)
                .with("clientHandlingType", "DISC_CODE")
                .with("anyUser", false)
                .with("smsTemplate", "We are sorry. Your code: {{voucher}}")
                .with("randomCodeLength", 8);
            let series = coupons::create(act, &draft, true).await?;
            made.push(goodwill::claim_offer(act, series.id).await?.id);
        }
        Ok(made)
    })
}

/// One of the brand's people.
async fn staff(app: &App, org: OrgId, role: Role) -> Result<Option<Actor>> {
    let all = auth::members(app.db.pool(), org).await?;
    let found = all.into_iter().find(|member| member.role == role.word());
    Ok(found.map(|member| Actor {
        kind: "staff",
        id: Some(member.id.get()),
        name: member.name,
        role,
        source: Source::Console,
        ..Actor::operator(org)
    }))
}

async fn customer(app: &App, org: OrgId, place: usize) -> Result<CustomerId> {
    let mut db = app.read(org).await?;
    let named = customers::named(&mut db, org, &external_id(place), true).await?;
    named.first().copied().ok_or(Error::NotFound)
}
