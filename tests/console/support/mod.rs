//! The house for one test: the real router over a fresh database, a clock that stands, people who
//! speak in verbs.
//!
//! The first test to ask starts a throw-away Postgres through the product's own `db::embedded` (or uses
//! `DATABASE_URL`), migrates a template database, and every test clones it.

mod answer;
pub mod caller;
pub mod coupons;
mod server;
mod user;

use std::sync::Arc;

use axum::Router;
use chrono::{DateTime, Utc};
use guerdon::auth::{self, NewMember};
use guerdon::base::act::{Act, Actor, Entry};
use guerdon::base::app::App;
use guerdon::base::clock::Clock;
use guerdon::base::db::{Db, Patience};
use guerdon::base::ids::OrgId;
use guerdon::base::permission::Role;
use guerdon::base::secret::{Hasher, acceptable};
use guerdon::config::Config;
use guerdon::orgs::{self, NewOrg};
use sqlx::postgres::PgConnectOptions;

pub use answer::Answer;
pub use user::User;

/// The password of every test person.
pub const PASSWORD: &str = "correct horse battery";

/// Its PHC string, hashed once: sign-in is tested, hashing in each test is not.
static PHC: tokio::sync::OnceCell<String> = tokio::sync::OnceCell::const_new();

/// The product over a database of its own, with one brand: Northwind, Europe/Berlin.
pub struct TestApp {
    /// What handlers get.
    pub app: App,
    /// The whole service.
    pub router: Router,
    /// The brand.
    pub org: OrgId,
    /// How to reach the database as its owner, to look behind the curtain.
    pub options: PgConnectOptions,
}

impl TestApp {
    /// A fresh database at 09:00 UTC on 26 November 2026.
    pub async fn new() -> Self {
        let options = server::fresh_database().await;
        let app = App {
            db: Db::new(options.clone(), 4, Patience::INTERACTIVE),
            jobs: Db::new(options.clone(), 4, Patience::BACKGROUND),
            clock: Clock::fixed("2026-11-26T09:00:00Z".parse().unwrap()),
            config: Arc::new(Config::for_tests()),
            hasher: Hasher::default(),
            deeds: Default::default(),
        };
        let router = guerdon::app::router(app.clone());
        let mut test = TestApp { app, router, org: OrgId::new(0), options };
        test.org = test.brand("Northwind Outfitters", "Europe/Berlin").await;
        test
    }

    /// Adds a brand.
    pub async fn brand(&self, name: &str, zone: &str) -> OrgId {
        let new = NewOrg { name: name.to_owned(), time_zone: zone.to_owned() };
        let operator = Actor::operator(OrgId::new(0));
        self.app
            .act(operator, |act| Box::pin(async move { orgs::create(act, &new).await }))
            .await
            .unwrap()
    }

    /// Somebody of the first brand, signed in.
    pub async fn staff(&self, name: &str, role: Role) -> User {
        self.staff_of(self.org, name, role).await
    }

    /// Somebody of a brand, signed in.
    pub async fn staff_of(&self, org: OrgId, name: &str, role: Role) -> User {
        let email = self.add_person(org, name, role).await;
        User::sign_in(self, &email).await
    }

    /// Somebody of a brand, not signed in; returns their address.
    pub async fn add_person(&self, org: OrgId, name: &str, role: Role) -> String {
        let email = format!("{}@northwind.test", name.to_lowercase().replace(' ', "."));
        assert!(acceptable(PASSWORD, &[&email]).is_ok());
        let phc = PHC
            .get_or_init(async || self.app.hasher.hash(PASSWORD.to_owned()).await.unwrap())
            .await
            .clone();
        let new = NewMember { email: email.clone(), name: name.to_owned(), role: role.to_string() };
        self.act_in(org, |act| {
            Box::pin(async move {
                let added = auth::add_member(act, &new).await?;
                if added.token.is_some() {
                    auth::set_password(act, added.staff, &phc).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
        email
    }

    /// A visitor without a session.
    pub fn visitor(&self) -> User {
        User::visitor(self)
    }

    /// Runs a deed in the first brand as the operator, who may do anything.
    pub async fn act<T: Send + 'static>(
        &self,
        deed: impl for<'a> FnOnce(&'a mut Act) -> guerdon::base::app::Deed<'a, T> + Send + 'static,
    ) -> guerdon::base::error::Result<T> {
        self.act_in(self.org, deed).await
    }

    /// Runs a deed in a brand as the operator.
    pub async fn act_in<T: Send + 'static>(
        &self,
        org: OrgId,
        deed: impl for<'a> FnOnce(&'a mut Act) -> guerdon::base::app::Deed<'a, T> + Send + 'static,
    ) -> guerdon::base::error::Result<T> {
        self.app.act(Actor::operator(org), deed).await
    }

    /// Moves the clock.
    pub fn set_clock(&self, at: &str) {
        self.app.clock.set(at.parse::<DateTime<Utc>>().unwrap());
    }

    /// Does all background work that is due, as the worker would, and returns.
    pub async fn run_tasks(&self) {
        let worker = guerdon::worker::worker(&self.app, 2).init().await.unwrap();
        worker.run_once().await.unwrap();
    }

    /// The newest line of the first brand's activity: "Mina created Early bird".
    pub async fn last_entry(&self) -> String {
        self.entries().await.pop().unwrap_or_default()
    }

    /// All lines of the first brand's activity, oldest first.
    pub async fn entries(&self) -> Vec<String> {
        use sqlx::{Connection, Row};
        let mut owner = sqlx::PgConnection::connect_with(&self.options).await.unwrap();
        sqlx::query("select actor_name || ' ' || verb || ' ' || subject_label from activity where org_id = $1 order by id")
            .bind(self.org.get())
            .fetch_all(&mut owner)
            .await
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect()
    }

    /// Runs a statement as the owner of the database: for states no deed brings about yet.
    pub async fn sql(&self, sql: &str) {
        use sqlx::{AssertSqlSafe, Connection, Executor};
        let mut owner = sqlx::PgConnection::connect_with(&self.options).await.unwrap();
        owner.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
    }

    /// One text from the database, as its owner: for what no page shows.
    pub async fn text(&self, sql: &'static str) -> String {
        use sqlx::Connection;
        let mut owner = sqlx::PgConnection::connect_with(&self.options).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut owner).await.unwrap()
    }

    /// One number from the database, as its owner: for what no page shows.
    pub async fn number(&self, sql: &'static str) -> i64 {
        use sqlx::Connection;
        let mut owner = sqlx::PgConnection::connect_with(&self.options).await.unwrap();
        sqlx::query_scalar(sql).fetch_one(&mut owner).await.unwrap()
    }
}

/// An entry no room would write: for tests of the act itself.
pub fn any_entry() -> Entry {
    Entry::new("touched", "org", 1, "Northwind")
}
