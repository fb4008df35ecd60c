//! `/member-care/ui/{id}/badges/{badge}/{enrolment or issual}`: the form that gives, and the deed.
//!
//! Why a second click does no harm: the form carries an id of its own that the engine takes once. What
//! was given under it is looked up and said again, as if it were the first time.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::{Form, Query};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::auth::Staff;
use crate::badges::EarnType;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::BadgeId;
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::customers::{self, Customer};
use crate::membercare::category::Standing;
use crate::membercare::deeds::{self, Done, Gift, Verb, told};
use crate::membercare::event::When;
use crate::membercare::filter::Filter;
use crate::membercare::pages::after::{after, refuse};
use crate::membercare::pages::head::{chrome, load, merged};
use crate::membercare::store::{self, Which};
use crate::membercare::timeline::is_never;
use crate::orgs::{self, Settings};
use crate::web::chrome::Chrome;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::time::Stamp;
use crate::web::{self, html};

/// The form as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    on: String,
    at: String,
    request: String,
}

impl Typed {
    fn event(&self, staff: &Staff) -> Result<Option<DateTime<Utc>>, Problems> {
        When { on: self.on.clone(), at: self.at.clone() }.read(staff.zone)
    }
}

/// The form.
#[derive(Template)]
#[template(path = "membercare/give.html", blocks = ["dialog"])]
struct Give {
    chrome: Chrome,
    verb: Verb,
    name: String,
    badge: String,
    start: Stamp,
    end: Stamp,
    /// Whether it only asks: a second person decides.
    asks: bool,
    /// How the customer stands with an enrol-first badge.
    enrolled: Option<String>,
    action: String,
    back: String,
    test: String,
    typed: Typed,
    problems: Problems,
    /// Whether it stands in the dialog of the customer's page, which the answer then renews.
    dialog: bool,
}

/// One customer and one badge: what a form is about.
struct Pair {
    customer: Customer,
    standing: Standing,
    settings: Settings,
    now: DateTime<Utc>,
}

impl Pair {
    async fn load(app: &App, staff: &Staff, customer: &str, badge: &str) -> Result<Self> {
        staff.require(Permission::IssueBadges)?;
        let badge: BadgeId = badge.parse().map_err(|_| Error::NotFound)?;
        let (mut db, customer) = load(app, staff, customer).await?;
        let which = Which { badge: Some(badge), ..Which::default() };
        let standing = store::standings(&mut db, staff.org, customer.id, &which).await?.pop();
        let standing = standing.ok_or(Error::NotFound)?;
        let settings = orgs::settings(&mut db, staff.org).await?;
        Ok(Pair { customer, standing, settings, now: app.clock.now() })
    }

    fn form(&self, staff: &Staff, verb: Verb, filter: &Filter, typed: Typed) -> Give {
        let (customer, standing) = (&self.customer, &self.standing);
        let badge = standing.badge.to_string();
        let noun = verb.word();
        let action = format!("{}/badges/{badge}/{noun}", customers::path(customer.id));
        let test = format!("/badges/{badge}/tester?customer={}", customer.id);
        Give {
            chrome: chrome(staff, customer)
                .crumb(customer.label(), customers::path(customer.id))
                .title(verb.label()),
            verb,
            asks: verb.asks(staff, &self.settings),
            name: customer.label(),
            start: Stamp::new(standing.start_on, staff.zone),
            end: Stamp::new(standing.expires_on, staff.zone),
            enrolled: (verb == Verb::Issue && standing.earn_type == EarnType::Enrol)
                .then(|| enrolled(standing, self.now, staff)),
            action: filter.carried(&action),
            back: filter.to_open(customer.id, standing.badge),
            test,
            badge: standing.name.clone(),
            typed,
            problems: Problems::none(),
            dialog: false,
        }
    }
}

fn enrolled(standing: &Standing, now: DateTime<Utc>, staff: &Staff) -> String {
    match standing.enrolled_until {
        Some(until) if until < now => format!("until {}", Stamp::new(until, staff.zone)),
        Some(until) if is_never(now, until) => "for good".to_owned(),
        Some(until) => format!("until {}", Stamp::new(until, staff.zone)),
        None => "not yet".to_owned(),
    }
}

type Place = (String, String, String);

/// The form, empty.
pub(super) async fn ask(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path((customer, badge, noun)): Path<Place>,
    Query(filter): Query<Filter>,
) -> web::Result {
    let verb = Verb::named(&noun).ok_or(Error::NotFound)?;
    let pair = Pair::load(&app, &staff, &customer, &badge).await?;
    if let Some(survivor) = pair.customer.merged_into {
        return merged(&staff, &pair.customer, survivor);
    }
    let request = uuid::Uuid::new_v4().simple().to_string();
    let mut form = pair.form(&staff, verb, &filter, Typed { request, ..Typed::default() });
    form.dialog = hx.wants("dialog");
    if form.dialog { html(form.as_dialog()) } else { html(form) }
}

/// The deed.
pub(super) async fn give(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path((customer, badge, noun)): Path<Place>,
    Query(filter): Query<Filter>,
    Form(typed): Form<Typed>,
) -> web::Result {
    let verb = Verb::named(&noun).ok_or(Error::NotFound)?;
    let pair = Pair::load(&app, &staff, &customer, &badge).await?;
    let given = match typed.event(&staff) {
        Ok(event) => {
            let (badge, customer) = (pair.standing.badge, pair.customer.id);
            let request = typed.request.clone();
            given(&app, &staff, Gift { verb, badge, customer, event, request }).await
        }
        Err(problems) => Err(problems.into()),
    };
    match given {
        Ok(done) => {
            let said = pair.said(verb, done, &staff);
            after(&app, &staff, &hx, &pair.customer, (filter, pair.standing.badge), said).await
        }
        Err(Error::Refused(problems)) => {
            let mut form = pair.form(&staff, verb, &filter, typed);
            problems.into_iter().for_each(|problem| form.problems.push(told(problem)));
            form.dialog = hx.wants("desk");
            if form.dialog { refuse(form.as_dialog()) } else { web::refused(form) }
        }
        Err(error) => Err(error.into()),
    }
}

/// Gives it; what this very form gave before counts as given now.
async fn given(app: &App, staff: &Staff, gift: Gift) -> Result<Done> {
    // A request may have been carried out since: its form is not to ask again.
    let mut db = app.read(staff.org).await?;
    if let Some(until) = store::given(&mut db, staff.org, &gift).await? {
        return Ok(Done::Given(until));
    }
    drop(db);
    let deed = gift.clone();
    let given = app
        .act(staff.actor(), move |act| Box::pin(async move { deeds::give(act, &deed).await }))
        .await;
    match given {
        Err(Error::Refused(problems))
            if problems.iter().any(|problem| problem.code == "request_id_used") =>
        {
            let mut db = app.read(staff.org).await?;
            let before = store::given(&mut db, staff.org, &gift).await?;
            before.map(Done::Given).ok_or(Error::Refused(problems))
        }
        other => other,
    }
}

impl Pair {
    /// "Issued “VIP” to Amara Reyes, until 31 Dec 2026, 01:00".
    fn said(&self, verb: Verb, done: Done, staff: &Staff) -> Flash {
        let (badge, name) = (&self.standing.name, self.customer.label());
        let Done::Given(until) = done else {
            let words =
                format!("Asked for “{badge}” for {name}: somebody who may approve it decides");
            return Flash::done(words);
        };
        let end = match is_never(self.now, until) {
            true => String::new(),
            false => format!(", until {}", Stamp::new(until, staff.zone)),
        };
        Flash::done(match verb {
            Verb::Enrol => format!("Enrolled {name} in “{badge}”{end}"),
            Verb::Issue => format!("Issued “{badge}” to {name}{end}"),
        })
    }
}
