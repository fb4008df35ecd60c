//! What the tests of issuing share: badges by their form, customers by number, calls, looks behind the
//! curtain.

use chrono::{DateTime, Utc};
use guerdon::badges::issuing::{
    Answer, EnrolCall, Enrolled, IssueCall, Issued, Outcome, Question, Trigger, Verdict,
    would_issue,
};
use guerdon::badges::owners::Owner;
use guerdon::badges::{self, Draft};
use guerdon::base::act::Actor;
use guerdon::base::app::App;
use guerdon::base::clock::Clock;
use guerdon::base::db::{Db, Patience};
use guerdon::base::error::{Error, Result};
use guerdon::base::ids::{BadgeId, CustomerId, EarnId, OrgId};
use guerdon::customers::Profile;
use guerdon::customers::bulk::{self, Mark};

use crate::support::{TestApp, any_entry};

/// A brand whose days are UTC's, as in the worked examples, at noon of a day the test chooses.
pub struct Desk {
    pub app: TestApp,
    pub org: OrgId,
}

pub fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

impl Desk {
    pub async fn new(now: &str, zone: &str) -> Self {
        let app = TestApp::new().await;
        app.set_clock(now);
        let org = app.brand("Contoso", zone).await;
        Desk { app, org }
    }

    /// A direct badge for `duration`, owned by Loyalty; `but` changes the form.
    pub async fn badge(&self, duration: (&str, &str), but: &[(&str, &str)]) -> BadgeId {
        let plain = [
            ("name", "Early bird"),
            ("start", duration.0),
            ("end", duration.1),
            ("active", "true"),
            ("earn_type", "EARN"),
            ("owner", "Loyalty"),
            ("earned.kind", "never"),
        ];
        let draft = form(&plain, but);
        let made = self.app.act_in(self.org, |act| {
            Box::pin(async move {
                let org = act.org();
                let zone = guerdon::orgs::rules(act.db(), org).await?.zone;
                badges::create(act, &draft, zone, true).await
            })
        });
        made.await.unwrap().id
    }

    /// Changes a badge: the form as it is with other boxes.
    pub async fn change(&self, badge: BadgeId, but: &[(&str, &str)]) {
        let but: Vec<(String, String)> =
            but.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
        let done = self.app.act_in(self.org, move |act| {
            Box::pin(async move {
                let org = act.org();
                let zone = guerdon::orgs::rules(act.db(), org).await?.zone;
                let known = badges::find(act.db(), org, badge).await?.unwrap();
                let mut pairs = Draft::of(&known, &[], zone).pairs();
                pairs.retain(|(key, _)| !but.iter().any(|(other, _)| other == key));
                pairs.extend(but);
                badges::update(act, badge, &Draft::from_pairs(&pairs), zone).await
            })
        });
        done.await.unwrap();
    }

    /// So many customers, registered for years.
    pub async fn customers(&self, number: usize) -> Vec<CustomerId> {
        let profile = |n: usize| Profile {
            first_name: format!("Amara {n}"),
            registered_on: Some(at("2020-01-01T00:00:00Z")),
            ..Profile::default()
        };
        let profiles: Vec<Profile> = (0..number).map(profile).collect();
        let made = self.app.act_in(self.org, |act| {
            Box::pin(async move {
                act.record(any_entry());
                let mark =
                    Mark { org: act.org(), import: None, now: act.now(), by: "Mina".to_owned() };
                Ok(bulk::insert(act.db(), &mark, &profiles).await?)
            })
        });
        made.await.unwrap()
    }

    pub async fn customer(&self) -> CustomerId {
        self.customers(1).await[0]
    }

    /// The product once more over the same database, with pools and an id generator's place of its own:
    /// another server.
    pub fn another(&self) -> App {
        let options = self.app.options.clone();
        App {
            db: Db::new(options.clone(), 12, Patience::BACKGROUND),
            jobs: Db::new(options, 2, Patience::BACKGROUND),
            clock: Clock::fixed(self.app.app.clock.now()),
            ..self.app.app.clone()
        }
    }

    /// Issues by support, event by event; the answer of the one customer.
    pub async fn issue(
        &self,
        badge: BadgeId,
        customer: CustomerId,
        event: Option<&str>,
    ) -> std::result::Result<Issued, &'static str> {
        one(issue(&self.app.app, self.org, support(badge, &[customer], event)).await)
    }

    pub async fn enrol(
        &self,
        badge: BadgeId,
        customer: CustomerId,
        event: Option<&str>,
    ) -> std::result::Result<Enrolled, &'static str> {
        one(enrol(&self.app.app, self.org, enrolling(badge, &[customer], event)).await)
    }

    pub async fn revoke(&self, badge: BadgeId, customer: CustomerId, earn: EarnId) -> Result<()> {
        self.app
            .act_in(self.org, move |act| {
                Box::pin(async move {
                    badges::revoke_issued(act, badge, customer, earn, Some("by mistake")).await
                })
            })
            .await
    }

    /// What the tester says of it.
    pub async fn would(
        &self,
        badge: BadgeId,
        customer: CustomerId,
        event: Option<&str>,
    ) -> Verdict {
        let mut db = self.app.app.read(self.org).await.unwrap();
        let ask = Question {
            badge,
            customer,
            event: event.map(at),
            trigger: Trigger::default(),
            by_support: true,
        };
        would_issue(&mut db, self.org, self.app.app.clock.now(), &ask).await.unwrap()
    }

    /// An earn that stands, and whose it is.
    pub async fn any_earn(&self) -> (CustomerId, EarnId) {
        use sqlx::{Connection, Row};
        let mut owner = sqlx::PgConnection::connect_with(&self.app.options).await.unwrap();
        let row =
            sqlx::query("select customer_id, id from badge_earns where revoked_on is null limit 1")
                .fetch_one(&mut owner)
                .await
                .unwrap();
        let id: Vec<u8> = row.get(1);
        (CustomerId::new(row.get(0)), EarnId::from_bytes(id.try_into().unwrap()))
    }

    /// The events on their way out of the brand, oldest first.
    pub async fn events(&self) -> Vec<serde_json::Value> {
        use sqlx::{Connection, Row};
        let mut owner = sqlx::PgConnection::connect_with(&self.app.options).await.unwrap();
        sqlx::query("select payload from outgoing_events where org_id = $1 order by payload->'data'->>'earnId'")
            .bind(self.org.get())
            .fetch_all(&mut owner)
            .await
            .unwrap()
            .iter()
            .map(|row| row.get(0))
            .collect()
    }

    /// Sets one of the brand's rules.
    pub async fn rule(&self, column: &str, value: i32) {
        self.app
            .sql(&format!(
                "insert into org_settings (org_id, {column}) values ({org}, {value})
                 on conflict (org_id) do update set {column} = excluded.{column}",
                org = self.org
            ))
            .await;
    }
}

pub fn form(plain: &[(&str, &str)], but: &[(&str, &str)]) -> Draft {
    let kept = plain.iter().filter(|(key, _)| !but.iter().any(|(other, _)| other == key));
    let pairs: Vec<(String, String)> =
        kept.chain(but).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Draft::from_pairs(&pairs)
}

/// An issue by support.
pub fn support(badge: BadgeId, customers: &[CustomerId], event: Option<&str>) -> IssueCall {
    IssueCall {
        badge,
        customers: customers.to_vec(),
        request_id: None,
        event: event.map(at),
        trigger: Trigger::default(),
        by_support: true,
    }
}

/// An enrolment by a module.
pub fn enrolling(badge: BadgeId, customers: &[CustomerId], event: Option<&str>) -> EnrolCall {
    EnrolCall {
        badge,
        customers: customers.to_vec(),
        request_id: None,
        event: event.map(at),
        trigger: Trigger { owner: Some(Owner::Loyalty), reference: Some("626".to_owned()) },
    }
}

pub async fn issue(app: &App, org: OrgId, call: IssueCall) -> Result<Answer<Issued>> {
    app.act(Actor::operator(org), |act| Box::pin(async move { badges::issue(act, &call).await }))
        .await
}

pub async fn enrol(app: &App, org: OrgId, call: EnrolCall) -> Result<Answer<Enrolled>> {
    app.act(Actor::operator(org), |act| Box::pin(async move { badges::enrol(act, &call).await }))
        .await
}

/// The code of a refusal.
pub fn code(error: &Error) -> &'static str {
    match error {
        Error::Refused(problems) => problems.iter().next().map_or("", |problem| problem.code),
        Error::NotFound => "not_found",
        other => panic!("{other:?}"),
    }
}

/// The code an outcome was declined with; blank where it was not.
pub fn word<T>(outcome: &Outcome<T>) -> &'static str {
    outcome.result.as_ref().err().map_or("", |declined| declined.problem.code)
}

/// What the single customer of a call got, or the code of why not, whichever way it was said.
pub fn one<T>(answer: Result<Answer<T>>) -> std::result::Result<T, &'static str> {
    match answer {
        Err(error) => Err(code(&error)),
        Ok(mut answer) => {
            let outcome = answer.outcomes.pop().expect("one outcome");
            outcome.result.map_err(|declined| declined.problem.code)
        }
    }
}
