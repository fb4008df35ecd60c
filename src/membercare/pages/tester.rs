//! `/badges/{id}/tester`: would this customer get this badge for this event, and why not?
//!
//! The address is the question, so that it can be sent to a colleague. Who may not see personal data
//! finds customers by name and number alone, as in every search.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::auth::Staff;
use crate::badges::issuing::{Question, Trigger, would_issue};
use crate::badges::owners::Owner;
use crate::badges::{self, Badge};
use crate::base::app::{App, Reading};
use crate::base::error::{Error, Result};
use crate::base::ids::{BadgeId, CustomerId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};
use crate::customers::{self, clean, label, path};
use crate::membercare::event::When;
use crate::membercare::store;
use crate::membercare::timeline::module_label;
use crate::membercare::trail::{Judged, Trail};
use crate::orgs;
use crate::web::address::address;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::parts::Choice;
use crate::web::{self, html, refused};

/// Customers offered when a name is several people's.
const OFFERED: usize = 10;

/// The question as the address says it.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    customer: String,
    on: String,
    at: String,
    owner: String,
    reference: String,
}

impl Asked {
    fn when(&self) -> When {
        When { on: self.on.clone(), at: self.at.clone() }
    }

    /// The module that would set it off; none for support.
    fn trigger(&self) -> Result<Option<Trigger>, Problems> {
        let reference = Some(self.reference.trim().to_owned()).filter(|text| !text.is_empty());
        if self.owner.trim().is_empty() {
            return Ok(None);
        }
        let owner: Owner = self.owner.parse().map_err(|fault: Fault| fault.on("owner"))?;
        Ok(Some(Trigger { owner: Some(owner), reference }))
    }

    fn href(&self, badge: BadgeId, customer: CustomerId) -> String {
        let customer = customer.to_string();
        let pairs = [
            ("customer", customer.as_str()),
            ("on", &self.on),
            ("at", &self.at),
            ("owner", &self.owner),
            ("reference", &self.reference),
        ];
        address(&format!("/badges/{badge}/tester"), &pairs)
    }
}

#[derive(Template)]
#[template(path = "membercare/tester.html", blocks = ["answer"])]
struct Tester {
    chrome: Chrome,
    badge: String,
    path: String,
    /// The page of the customer that was asked about.
    customer: Option<String>,
    asked: Asked,
    hint: &'static str,
    owners: Vec<Choice>,
    /// Those a name may mean, each with the question about them.
    several: Vec<(String, String)>,
    more: bool,
    trail: Option<Trail>,
    /// The question again, by the customer's number.
    link: String,
    problems: Problems,
}

pub(super) async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> web::Result {
    staff.require(Permission::ReadBadges)?;
    staff.require(Permission::ReadCustomers)?;
    let id: BadgeId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    let badge = badges::find(&mut db, staff.org, id).await?.ok_or(Error::NotFound)?;
    let mut page = Tester::blank(&staff, &badge, asked);
    if !page.asked.customer.trim().is_empty() {
        match page.answer(&mut db, &app, &staff, &badge).await {
            Err(Error::Refused(problems)) => page.problems = problems,
            answered => answered?,
        }
    }
    match (page.problems.is_empty(), hx.wants("answer")) {
        (true, true) => html(page.as_answer()),
        (true, false) => html(page),
        (false, true) => refused(page.as_answer()),
        (false, false) => refused(page),
    }
}

impl Tester {
    fn blank(staff: &Staff, badge: &Badge, asked: Asked) -> Self {
        let module = |owner: Owner| Choice::new(owner.wire(), module_label(owner.wire()));
        let hint = match staff.may(Permission::ReadPersonalData) {
            true => "Name, number, telephone, e-mail, external id or card.",
            false => "Name or number.",
        };
        Tester {
            chrome: Chrome::new(staff, Nav::Badges)
                .crumb("Badges", "/badges")
                .crumb(&badge.name, badge.path())
                .title("Tester"),
            badge: badge.name.clone(),
            path: badge.path(),
            customer: None,
            asked,
            hint,
            owners: Owner::ALL.map(module).to_vec(),
            several: Vec::new(),
            more: false,
            trail: None,
            link: String::new(),
            problems: Problems::none(),
        }
    }

    /// Finds the customer and asks the engine.
    async fn answer(
        &mut self,
        db: &mut Reading,
        app: &App,
        staff: &Staff,
        badge: &Badge,
    ) -> Result<()> {
        let event = self.asked.when().read(staff.zone);
        let trigger = self.asked.trigger();
        let Some(who) = self.who(db, staff, badge.id).await? else { return Ok(()) };
        let (event, trigger) = (event?, trigger?);
        let customer = customers::find(db, staff.org, who).await?.ok_or(Error::NotFound)?;
        let (now, by_support) = (app.clock.now(), trigger.is_none());
        let trigger = trigger.unwrap_or_default();
        let ask = Question { badge: badge.id, customer: who, event, trigger, by_support };
        let verdict = would_issue(db, staff.org, now, &ask).await?;
        let enrolment = match verdict.enrolment {
            Some(id) => store::runs(db, staff.org, id).await?,
            None => None,
        };
        self.trail = Some(Trail::of(&Judged {
            verdict: &verdict,
            badge,
            name: &customer.label(),
            settings: &orgs::settings(db, staff.org).await?,
            enrolment,
            unclaimed: by_support,
            now,
            zone: staff.zone,
        }));
        self.customer = Some(path(who));
        // The link says the instant that was judged, so that it asks the same tomorrow.
        let When { on, at } = When::shown(verdict.event, staff.zone);
        self.link = Asked { on, at, ..self.asked.clone() }.href(badge.id, who);
        Ok(())
    }

    /// The customer that is meant; `None` when several may be, who are then offered.
    async fn who(
        &mut self,
        db: &mut Reading,
        staff: &Staff,
        badge: BadgeId,
    ) -> Result<Option<CustomerId>> {
        let personal = staff.may(Permission::ReadPersonalData);
        let query = clean(&self.asked.customer);
        let found = customers::search(db, staff.org, &query, personal).await?;
        let number: Option<i64> = query.parse().ok();
        let by_number = found.hits.iter().find(|hit| Some(hit.id.get()) == number);
        let alone = found.hits.first().filter(|_| found.hits.len() == 1);
        let only = found.only();
        let meant = found.hits.iter().find(|hit| Some(hit.id) == only).or(by_number).or(alone);
        if let Some(hit) = meant {
            return Ok(Some(hit.merged_into.unwrap_or(hit.id)));
        }
        if found.hits.is_empty() {
            let none = Fault::new("unknown", format!("Nobody is found by “{query}”"));
            return Err(none.on("customer").into());
        }
        self.more = found.more || found.hits.len() > OFFERED;
        let offered = found.hits.iter().take(OFFERED);
        let offer = |hit: &customers::Hit| {
            let name = label(&hit.name, hit.id);
            (format!("{name} ({})", hit.id), self.asked.href(badge, hit.id))
        };
        self.several = offered.map(offer).collect();
        Ok(None)
    }
}
