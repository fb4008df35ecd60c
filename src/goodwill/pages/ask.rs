//! `/customers/{id}/goodwill`: the form that asks for a coupon for one customer; whoever may decide issues
//! it at once if they like.

use askama::Template;
use axum::extract::{Path, State as Held};
use axum_extra::extract::Form;
use serde::Deserialize;
use uuid::Uuid;

use crate::auth::Staff;
use crate::base::app::{App, Reading};
use crate::base::calendar::day_of;
use crate::base::error::{Error, Result};
use crate::base::ids::CustomerId;
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::customers::{self, Customer};
use crate::goodwill::ask::Ask;
use crate::goodwill::request::{Told, Way};
use crate::goodwill::settings::settings;
use crate::goodwill::{ask as deeds, offers};
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::parts::Choice;
use crate::web::{self, html, refused, see_other_saying};

/// The form as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    /// Whom it is for, where the page does not say.
    pub customer: String,
    series: String,
    reason: String,
    comments: String,
    form: String,
    /// `one` where it is to be issued at once.
    step: String,
}

impl Typed {
    /// A fresh form: what is sent twice from it asks once.
    pub fn fresh() -> Self {
        Typed { form: Uuid::new_v4().simple().to_string(), ..Typed::default() }
    }

    /// What is meant.
    pub fn ask(&self, way: Way) -> Ask {
        Ask {
            series: self.series.trim().parse().ok(),
            reason: self.reason.clone(),
            comments: self.comments.clone(),
            reference: None,
            form: self.form.parse().ok(),
            way,
        }
    }
}

/// What the form offers.
#[derive(Template)]
#[template(path = "goodwill/ask.html", blocks = ["dialog"])]
pub(super) struct AskPage {
    chrome: Chrome,
    /// The customer; the form asks for one where none is known.
    whom: Option<String>,
    /// Whether goodwill is given in this brand at all.
    enabled: bool,
    /// Where that is said, for those who may.
    settings: Option<&'static str>,
    offers: Vec<Choice>,
    reasons: Vec<Choice>,
    /// Whether this person may issue at once.
    grants: bool,
    action: String,
    back: String,
    typed: Typed,
    problems: Problems,
}

impl AskPage {
    /// The form for a customer, or for whom it is to ask.
    pub async fn load(
        db: &mut Reading,
        app: &App,
        staff: &Staff,
        chrome: Chrome,
        typed: Typed,
    ) -> Result<Self> {
        let settings = settings(db, staff.org).await?;
        let today = day_of(app.clock.now(), staff.zone);
        let offers = offers::claimed(db, staff.org, Some(today)).await?;
        let offer = |series: &crate::coupons::Series| {
            let until = series.valid_till.format("%-d %b %Y");
            let label = format!("{} (until {until})", series.description);
            Choice::new(series.id.to_string(), label)
        };
        Ok(AskPage {
            chrome,
            whom: None,
            enabled: settings.enabled,
            settings: staff.may(Permission::EditSettings).then_some("/settings/goodwill"),
            offers: offers.iter().map(offer).collect(),
            reasons: settings.reasons.iter().map(|text| Choice::new(text, text)).collect(),
            grants: staff.may(Permission::ApproveGoodwill),
            action: "/goodwill".to_owned(),
            back: "/goodwill".to_owned(),
            typed,
            problems: Problems::none(),
        })
    }

    /// With what has to be put right.
    pub fn refuse(self, problems: Problems) -> web::Result {
        refused(AskPage { problems, ..self })
    }

    /// As a page, or for the dialog.
    pub fn show(self, hx: &Hx) -> web::Result {
        if hx.wants("dialog") { html(self.as_dialog()) } else { html(self) }
    }
}

async fn load(app: &App, staff: &Staff, id: &str, typed: Typed) -> Result<(CustomerId, AskPage)> {
    staff.require(Permission::ReadCustomers)?;
    staff.require(Permission::ServeCoupons)?;
    let id: CustomerId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    let found = customers::find(&mut db, staff.org, id).await?;
    let customer = found.filter(|customer| !customer.deleted).ok_or(Error::NotFound)?;
    let page = AskPage::load(&mut db, app, staff, chrome(staff, &customer), typed).await?;
    let page = AskPage {
        whom: Some(customer.label()),
        action: format!("/customers/{id}/goodwill"),
        back: customers::path(id),
        ..page
    };
    Ok((id, page))
}

fn chrome(staff: &Staff, customer: &Customer) -> Chrome {
    Chrome::new(staff, Nav::Customers)
        .crumb("Customers", "/customers")
        .crumb(customer.label(), customers::path(customer.id))
        .title("Goodwill coupon")
}

pub(super) async fn form(
    Held(app): Held<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
) -> web::Result {
    load(&app, &staff, &id, Typed::fresh()).await?.1.show(&hx)
}

pub(super) async fn ask(
    Held(app): Held<App>,
    staff: Staff,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> web::Result {
    let way = if typed.step == "one" { Way::OneStep } else { Way::Asked };
    let wanted = typed.ask(way);
    let (customer, page) = load(&app, &staff, &id, typed).await?;
    sent(&app, &staff, customer, wanted, page).await
}

/// The deed, and what follows it.
pub(super) async fn sent(
    app: &App,
    staff: &Staff,
    customer: CustomerId,
    wanted: Ask,
    page: AskPage,
) -> web::Result {
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { deeds::ask(act, customer, &wanted).await })
        })
        .await;
    match deed {
        Ok(told) => see_other_saying(&told.request.path(), said(&told)),
        Err(Error::Refused(problems)) => page.refuse(problems),
        Err(error) => Err(error.into()),
    }
}

fn said(told: &Told) -> Flash {
    let (offer, whom) = (&told.offer, told.whom());
    match &told.code {
        Some(code) => Flash::done(format!("Coupon issued: {code}, of “{offer}”, for {whom}")),
        None => Flash::done(format!(
            "Asked for “{offer}” for {whom}: somebody who may approve it decides"
        )),
    }
}
