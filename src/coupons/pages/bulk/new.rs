//! A run before it is begun: which coupons, what would become of them, and the form.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum_extra::extract::Form;

use super::asked::{Asked, Found, Pairs};
use super::view::View;
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::csv::sheet::pairs;
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::coupons::bulk::{self, Action, Scope, Until};
use crate::coupons::series::Handling;
use crate::web::chrome::{Chrome, Nav};
use crate::web::hx::Hx;
use crate::web::parts::{Choice, Tab};
use crate::web::{self, html, refused, see_other};

#[derive(Template)]
#[template(path = "coupons/bulk_new.html", blocks = ["preview"])]
struct Page {
    chrome: Chrome,
    title: &'static str,
    about: String,
    /// The ways to say which coupons of an offer are to be revoked.
    ways: Vec<Tab>,
    view: View,
    hidden: Vec<(String, String)>,
    revoke: bool,
    expiry: bool,
    choices: Vec<Choice>,
    /// The offer's last day, beyond which no coupon ends.
    last_day: Option<String>,
    until: Until,
    reason: String,
    sure: bool,
    /// Whether the offer's codes are copies of one text.
    common: bool,
    undo: &'static str,
    back: String,
    problems: Problems,
}

/// The form, or the part of it that says what would happen.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    RawQuery(query): RawQuery,
) -> web::Result {
    let asked = Asked::new(pairs(query.as_deref().unwrap_or_default()));
    let found = found(&app, &staff, &asked).await?;
    let page = build(&app, &staff, &asked, found, Problems::none()).await?;
    if hx.wants("preview") { html(page.as_preview()) } else { html(page) }
}

async fn found(app: &App, staff: &Staff, asked: &Asked) -> Result<Found> {
    staff.require(Permission::ReadCoupons)?;
    asked.find(app, staff).await
}

/// Begins it.
pub async fn create(State(app): State<App>, staff: Staff, Form(pairs): Form<Pairs>) -> web::Result {
    let asked = Asked::new(pairs);
    let found = found(&app, &staff, &asked).await?;
    let draft = found.draft.clone();
    let begun = app
        .act(staff.actor(), move |act| Box::pin(async move { bulk::create(act, &draft).await }))
        .await;
    match begun {
        Ok(run) => see_other(&format!("/coupons/bulk/{run}")),
        Err(Error::Refused(problems)) => {
            refused(build(&app, &staff, &asked, found, problems).await?)
        }
        Err(error) => Err(error.into()),
    }
}

async fn build(
    app: &App,
    staff: &Staff,
    asked: &Asked,
    found: Found,
    problems: Problems,
) -> Result<Page> {
    let (now, zone) = (app.clock.now(), staff.zone);
    let Found { draft, series, list, undone } = found;
    let offer = series.as_ref().map(|(series, _)| series.valid_till);
    let moved_to = match &undone {
        Some(run) => run.moved_to,
        None => draft.until.read(now, zone, offer).ok(),
    };
    let what = (draft.action, &draft.scope);
    let mut db = app.read(staff.org).await?;
    let preview = bulk::look(&mut db, staff.org, what, moved_to, now, zone).await?;
    let name = series.as_ref().map_or("", |(series, _)| series.description.as_str());
    let about = match &undone {
        Some(run) => run.about.clone(),
        None => draft.scope.words(name),
    };
    let mut hidden: Vec<(String, String)> = asked.scope_pairs().cloned().collect();
    hidden.push(("once".to_owned(), draft.once.to_string()));
    let day = |day: chrono::NaiveDate| day.format("%-d %b %Y").to_string();
    let quick = Until::choices(now, zone, offer).into_iter();
    let mut choices = vec![Choice::new("date", "On a day").hint("Chosen below")];
    choices.extend(quick.map(|(key, label, at)| Choice::new(key, label).hint(day(at))));
    let mut until = draft.until.clone();
    if until.until.is_empty() {
        until.until = "date".to_owned();
    }
    Ok(Page {
        chrome: Chrome::new(staff, Nav::Coupons)
            .title(draft.action.title())
            .crumb("Bulk actions", "/coupons/bulk"),
        title: draft.action.title(),
        ways: ways(draft.action, &draft.scope),
        view: View::new(what, &preview, series.as_ref().map(|(_, totals)| totals), list.as_ref()),
        revoke: draft.action == Action::Revoke,
        expiry: draft.action == Action::Expiry,
        common: series.as_ref().is_some_and(|(series, _)| series.handling == Handling::Generic),
        undo: draft.action.undo_words(),
        last_day: offer.map(day),
        reason: draft.reason,
        sure: draft.sure,
        back: asked.back(),
        about,
        hidden,
        choices,
        until,
        problems,
    })
}

/// Which coupons of an offer may be revoked: the three of spec/coupons.md 11; none where a filter of the
/// codes page says it already.
fn ways(action: Action, scope: &Scope) -> Vec<Tab> {
    let word = match scope {
        Scope::Series { wanted, begins, .. } if begins.is_empty() => wanted.word(),
        Scope::Customers { .. } => "CUSTOMERS",
        _ => return Vec::new(),
    };
    let Some(series) = scope.of_series().filter(|_| action == Action::Revoke) else {
        return Vec::new();
    };
    let base = format!("/coupons/bulk/new?action=revoke&series={series}&wanted=");
    let ways = [
        ("UNREDEEMED", "All unredeemed", format!("{base}UNREDEEMED")),
        ("UNISSUED", "Only not issued", format!("{base}UNISSUED")),
        ("CUSTOMERS", "Specific customers", format!("/coupons/bulk/customers?series={series}")),
    ];
    if !ways.iter().any(|(key, ..)| *key == word) {
        return Vec::new();
    }
    ways.into_iter().map(|(key, label, href)| Tab::new(label, href, key == word)).collect()
}
