//! Maker-checker: what support asks for waits for a second person.

mod api;
mod console;
mod settings;

use guerdon::badges::issuing::Trigger;
use guerdon::base::act::Actor;
use guerdon::base::error::Result;
use guerdon::base::ids::{BadgeId, CustomerId, OrgId};
use guerdon::base::permission::Role;
use guerdon::requests::{self, Kind, Proposal, Request};

use crate::badges::{BADGE, make, with};
use crate::support::{TestApp, User};

/// A brand with a live badge, a customer, an admin and a support agent.
pub struct House {
    pub app: TestApp,
    pub mina: User,
    pub sam: User,
    pub badge: String,
    pub customer: i64,
}

impl House {
    pub async fn new() -> Self {
        let app = TestApp::new().await;
        let mina = app.staff("Mina", Role::Admin).await;
        let sam = app.add_person(app.org, "Sam", Role::Support).await;
        let badge = make(&mina, BADGE).await.rsplit('/').next().unwrap().to_owned();
        crate::imports::import(&app, "customers", "firstname,externalId\nAmara,c-1\nBruno,c-2\n")
            .await;
        let customer = app.number("select min(id) from customers").await;
        // The badge has begun; sessions of the days before are over.
        app.set_clock("2026-12-05T09:00:00Z");
        let mina = User::sign_in(&app, "mina@northwind.test").await;
        let sam = User::sign_in(&app, &sam).await;
        House { app, mina, sam, badge, customer }
    }

    /// A brand that wants a second person for everything.
    pub async fn strict() -> Self {
        let house = House::new().await;
        let form = [
            ("badge_benefits", "true"),
            ("approve_enrolments", "true"),
            ("approve_issues", "true"),
            ("version", "0"),
        ];
        house.mina.submit("/settings/brand", &form).await.redirects_to("/settings/brand");
        house
    }

    pub fn badge_id(&self) -> BadgeId {
        self.badge.parse().unwrap()
    }

    /// Sam asks for the badge to be issued, as the customer's page does.
    pub async fn ask(&self, request_id: &str) -> Result<Request> {
        self.ask_as("Sam", Role::Support, request_id).await
    }

    pub async fn ask_as(&self, name: &str, role: Role, request_id: &str) -> Result<Request> {
        let proposal = Proposal {
            kind: Kind::Issue,
            badge: self.badge_id(),
            customers: vec![CustomerId::new(self.customer)],
            request_id: Some(request_id.to_owned()),
            event: None,
            trigger: Trigger::default(),
            sent: Default::default(),
        };
        let actor = self.actor(name, role).await;
        self.app
            .app
            .act(actor, |act| Box::pin(async move { requests::propose(act, &proposal).await }))
            .await
    }

    pub async fn actor(&self, name: &str, role: Role) -> Actor {
        let id = match name {
            "Sam" => self.app.number("select id from staff where name = 'Sam'").await,
            _ => self.app.number("select id from staff where name = 'Mina'").await,
        };
        Actor {
            kind: "staff",
            id: Some(id),
            name: name.to_owned(),
            role,
            ..Actor::operator(self.org())
        }
    }

    pub fn org(&self) -> OrgId {
        self.app.org
    }

    pub async fn earned(&self) -> i64 {
        self.app.number("select count(*) from badge_earns").await
    }

    pub async fn events(&self) -> i64 {
        let sql = "select count(*) from outgoing_events where name = 'requestWorkflowEvent'";
        self.app.number(sql).await
    }
}

/// The form with which a checker decides.
pub fn decision<'a>(word: &'a str, message: &'a str) -> [(&'a str, &'a str); 2] {
    [("decision", word), ("message", message)]
}

/// A badge form with some boxes filled in differently.
pub fn badge<'a>(boxes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    with(BADGE, boxes)
}
