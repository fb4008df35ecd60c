//! Coupons out of goodwill: support asks, a second person grants.

mod api;
mod console;
mod decisions;
mod settings;

use std::sync::Arc;

use guerdon::base::act::{Actor, Source};
use guerdon::base::app::App;
use guerdon::base::error::Result;
use guerdon::base::ids::{CustomerId, SeriesId};
use guerdon::base::permission::Role;
use guerdon::coupons::Draft;
use guerdon::goodwill::{self, Ask, Request, Way};

use crate::support::coupons::terms;
use crate::support::{TestApp, User};

/// A brand with an offer claimed for goodwill, a customer, an admin and a support agent.
pub struct House {
    pub app: TestApp,
    pub mina: User,
    pub sam: User,
    pub series: SeriesId,
    pub customer: CustomerId,
}

impl House {
    pub async fn new() -> Self {
        House::with(terms()).await
    }

    /// With other terms of the offer.
    pub async fn with(draft: Draft) -> Self {
        let app = TestApp::new().await;
        let mina = app.staff("Mina", Role::Admin).await;
        let sam = app.staff("Sam", Role::Support).await;
        let customer = app.customer("Amara").await;
        let series = app.series(draft).await;
        let house = House { app, mina, sam, series, customer };
        house.claim(series).await;
        house
    }

    pub async fn claim(&self, series: SeriesId) {
        let series = series.to_string();
        let form = [("series", series.as_str())];
        self.mina.submit("/settings/goodwill/offers", &form).await.redirects();
    }

    pub async fn release(&self) {
        let path = format!("/settings/goodwill/offers/{}/release", self.series);
        self.mina.submit(&path, &[]).await.redirects();
    }

    /// The form on the customer's page.
    pub fn path(&self) -> String {
        format!("/customers/{}/goodwill", self.customer)
    }

    /// The form, filled in.
    pub fn form(&self, more: &[(&str, &str)]) -> Vec<(String, String)> {
        let series = self.series.to_string();
        let mut form = vec![
            ("series", series.as_str()),
            ("reason", "Late delivery"),
            ("comments", "A week late"),
        ];
        form.extend_from_slice(more);
        form.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }

    /// Sends the form.
    pub async fn send(&self, user: &User, more: &[(&str, &str)]) -> crate::support::Answer {
        let form = self.form(more);
        let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        user.submit(&self.path(), &form).await
    }

    /// Somebody asks through the deed.
    pub async fn ask_as(&self, name: &str, role: Role, way: Way) -> Result<Request> {
        let ask = Ask {
            series: Some(self.series),
            reason: "Late delivery".into(),
            comments: "A week late".into(),
            way,
            ..Ask::default()
        };
        let (actor, customer) = (self.actor(name, role).await, self.customer);
        let deed = self.app.app.act(actor, move |act| {
            Box::pin(async move { goodwill::ask(act, customer, &ask).await })
        });
        Ok(deed.await?.request)
    }

    /// Sam asks.
    pub async fn ask(&self) -> Request {
        self.ask_as("Sam", Role::Support, Way::Asked).await.unwrap()
    }

    pub async fn actor(&self, name: &str, role: Role) -> Actor {
        let id = match name {
            "Sam" => self.app.number("select id from staff where name = 'Sam'").await,
            "Nora" => self.app.number("select id from staff where name = 'Nora'").await,
            _ => self.app.number("select id from staff where name = 'Mina'").await,
        };
        Actor {
            kind: "staff",
            id: Some(id),
            name: name.to_owned(),
            role,
            source: Source::Console,
            ..Actor::operator(self.app.org)
        }
    }

    /// Signed in again, after the clock went on.
    pub async fn again(&self, name: &str) -> User {
        User::sign_in(&self.app, &format!("{name}@northwind.test")).await
    }

    /// Coupons that were issued out of goodwill.
    pub async fn issued(&self) -> i64 {
        self.app.number("select count(*) from coupons where source = 'GOODWILL'").await
    }

    /// The same product with as many connections as a crowd needs.
    pub fn crowd(&self) -> Arc<App> {
        Arc::new(self.app.crowd(12))
    }
}

/// The form with which a checker decides.
pub fn decision<'a>(word: &'a str, message: &'a str) -> [(&'a str, &'a str); 2] {
    [("decision", word), ("message", message)]
}
