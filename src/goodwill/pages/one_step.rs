//! `/goodwill/new`: one step issual. Whoever may decide names a customer and issues the coupon at once.

use axum::extract::State as Held;
use axum_extra::extract::Form;

use super::ask::{AskPage, Typed, sent};
use crate::auth::Staff;
use crate::base::app::{App, Reading};
use crate::base::error::{Error, Result};
use crate::base::ids::CustomerId;
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problem};
use crate::customers::{self, Hit, clean, label};
use crate::goodwill::filter::LIST;
use crate::goodwill::request::Way;
use crate::web;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;

/// Customers named when several are meant.
const NAMED: usize = 5;

fn may(staff: &Staff) -> Result<()> {
    staff.require(Permission::ReadCustomers)?;
    staff.require(Permission::ServeCoupons)?;
    staff.require(Permission::ApproveGoodwill)
}

fn chrome(staff: &Staff) -> Chrome {
    Chrome::new(staff, Nav::Goodwill).crumb("Goodwill", LIST).title("One step issual")
}

pub(super) async fn form(Held(app): Held<App>, staff: Staff, hx: Hx) -> web::Result {
    may(&staff)?;
    let mut db = app.read(staff.org).await?;
    AskPage::load(&mut db, &app, &staff, chrome(&staff), Typed::fresh()).await?.show(&hx)
}

pub(super) async fn issue(
    Held(app): Held<App>,
    staff: Staff,
    Form(typed): Form<Typed>,
) -> web::Result {
    may(&staff)?;
    let mut db = app.read(staff.org).await?;
    let whom = who(&mut db, &staff, &typed.customer).await;
    let wanted = typed.ask(Way::OneStep);
    let page = AskPage::load(&mut db, &app, &staff, chrome(&staff), typed).await?;
    drop(db);
    match whom {
        Ok(customer) => sent(&app, &staff, customer, wanted, page).await,
        Err(Error::Refused(problems)) => page.refuse(problems),
        Err(error) => Err(error.into()),
    }
}

/// The one customer a text means.
async fn who(db: &mut Reading, staff: &Staff, text: &str) -> Result<CustomerId> {
    let query = clean(text);
    if query.is_empty() {
        return Err(on_customer(Fault::blank("Say who it is for")));
    }
    let personal = staff.may(Permission::ReadPersonalData);
    let found = customers::search(db, staff.org, &query, personal).await?;
    let only = found.only();
    let alone = found.hits.first().filter(|_| found.hits.len() == 1);
    let hit = found.hits.iter().find(|hit| Some(hit.id) == only).or(alone);
    if let Some(hit) = hit {
        return Ok(hit.merged_into.unwrap_or(hit.id));
    }
    if found.hits.is_empty() {
        return Err(on_customer(Fault::new("unknown", format!("Nobody is found by “{query}”"))));
    }
    let named = |hit: &Hit| format!("{} ({})", label(&hit.name, hit.id), hit.id);
    let some: Vec<String> = found.hits.iter().take(NAMED).map(named).collect();
    let rest = if found.hits.len() > NAMED { " and others" } else { "" };
    let words =
        format!("Several are meant: {}{rest}. Type the number in brackets", some.join(", "));
    Err(on_customer(Fault::new("several", words)))
}

fn on_customer(fault: Fault) -> Error {
    let problem: Problem = fault.on("customer");
    problem.into()
}
