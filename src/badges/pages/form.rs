//! A badge's form: two steps, a preview, done. Each step is a page of its own that carries the other
//! step's boxes along hidden, so it works without a script and a reload loses nothing.

use axum::extract::{Path, State};
use axum_extra::extract::Query;
use serde::Deserialize;

use crate::auth::Staff;
use crate::badges::actions;
use crate::badges::badge::Badge;
use crate::badges::context::Around;
use crate::badges::draft::{BenefitDraft, Draft};
use crate::badges::pages::conflict;
use crate::badges::pages::pictures::take_uploads;
use crate::badges::pages::sent::Sent;
use crate::badges::pages::show::badge_id;
use crate::badges::pages::steps::{self, Flow, NameCheck};
use crate::badges::store;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::coupons;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::{self, html, refused, see_other_saying};

/// Boxes of the first step: problems with these lead back to it.
const BASICS: [&str; 7] = ["name", "description", "start", "end", "group", "rank", "earn_type"];

/// Offers changed within so many days are offered as benefits; others are named by number.
const OFFER_DAYS: i64 = 366;
/// At most so many of them.
const MOST_OFFERS: i64 = 200;

/// What a new badge begins as.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Start {
    copy: String,
    name: String,
}

/// A new badge; with `copy`, everything of another one but its id, claims and counts.
pub async fn new(State(app): State<App>, staff: Staff, Query(start): Query<Start>) -> web::Result {
    staff.require(Permission::EditBadges)?;
    let flow = flow(&app, &staff, None, "").await?;
    let mut draft = Draft::fresh();
    if !start.copy.is_empty() {
        let badge = existing(&app, &staff, &start.copy).await?;
        draft = Draft::of(&badge, &flow.around.fields, staff.zone);
        draft.version.clear();
        draft.name = match start.name.trim() {
            "" => format!("Copy of {}", badge.name),
            name => name.to_owned(),
        };
    }
    html(steps::basics(&flow, draft, Problems::none()))
}

/// The form of a badge that is there.
pub async fn edit(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    staff.require(Permission::EditBadges)?;
    let badge = existing(&app, &staff, &id).await?;
    let flow = flow(&app, &staff, Some(badge.clone()), "").await?;
    let draft = Draft::of(&badge, &flow.around.fields, staff.zone);
    html(steps::basics(&flow, draft, Problems::none()))
}

/// The next step of a new badge.
pub async fn create(State(app): State<App>, staff: Staff, hx: Hx, sent: Sent) -> web::Result {
    staff.require(Permission::EditBadges)?;
    step(&app, &staff, &hx, None, sent).await
}

/// The next step of a badge that is there.
pub async fn update(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    sent: Sent,
) -> web::Result {
    staff.require(Permission::EditBadges)?;
    let badge = existing(&app, &staff, &id).await?;
    step(&app, &staff, &hx, Some(badge), sent).await
}

async fn existing(app: &App, staff: &Staff, id: &str) -> Result<Badge> {
    let id = badge_id(id)?;
    let mut db = app.read(staff.org).await?;
    store::badges::find(&mut db, staff.org, id).await?.ok_or(Error::NotFound)
}

async fn flow(app: &App, staff: &Staff, existing: Option<Badge>, name: &str) -> Result<Flow> {
    let mut db = app.read(staff.org).await?;
    let around: Around = store::around::around(&mut db, staff.org, name.trim()).await?;
    let now = app.clock.now();
    let since = now - chrono::Duration::days(OFFER_DAYS);
    let offers = coupons::recent_series(&mut *db, staff.org, since, &[], MOST_OFFERS).await?;
    Ok(Flow { staff: staff.clone(), existing, around, offers, now })
}

/// Where the button that was pressed leads.
async fn step(
    app: &App,
    staff: &Staff,
    hx: &Hx,
    existing: Option<Badge>,
    sent: Sent,
) -> web::Result {
    let mut draft = Draft::from_pairs(&sent.pairs);
    let mut problems = Problems::default();
    take_uploads(app, staff, &sent, &mut draft, &mut problems).await?;
    let flow = flow(app, staff, existing, &draft.name).await?;
    draft = draft.without_defaults(&flow.around.fields);
    let (go, what) = sent.get("go").split_once('.').unwrap_or((sent.get("go"), ""));
    match go {
        "back" => html(steps::basics(&flow, draft, Problems::none())),
        "next" => next(&flow, draft),
        "details" | "add" | "remove" | "reset" => {
            change(&mut draft, &flow, go, what);
            let page = steps::details(&flow, draft, problems);
            match () {
                () if hx.wants("benefits") => html(page.as_benefits()),
                () if hx.wants("fields") => html(page.as_fields()),
                () => html(page),
            }
        }
        "merge" => {
            let draft = conflict::merge(&flow, draft, &sent);
            preview(&flow, draft, problems)
        }
        "save" if problems.is_empty() => save(app, &flow, draft).await,
        _ => preview(&flow, draft, problems),
    }
}

/// To the second step, once the first has nothing to put right.
fn next(flow: &Flow, draft: Draft) -> web::Result {
    let found = flow.check(&draft).err().unwrap_or_else(Problems::none);
    let basics = only(found, |field| BASICS.contains(&field));
    match basics.is_empty() {
        true => html(steps::details(flow, draft, Problems::none())),
        false => refused(steps::basics(flow, draft, basics)),
    }
}

/// What will be saved, in view mode; or the step that has something to put right.
fn preview(flow: &Flow, draft: Draft, uploads: Problems) -> web::Result {
    match flow.check(&draft) {
        Ok(checked) if uploads.is_empty() => html(steps::preview(flow, draft, checked)),
        Ok(_) => refused(steps::details(flow, draft, uploads)),
        Err(problems) => again(flow, draft, problems, uploads),
    }
}

fn again(flow: &Flow, draft: Draft, problems: Problems, uploads: Problems) -> web::Result {
    let basics = only(problems.clone(), |field| BASICS.contains(&field));
    if !basics.is_empty() {
        return refused(steps::basics(flow, draft, basics));
    }
    let mut all = problems;
    uploads.into_iter().for_each(|problem| all.push(problem));
    refused(steps::details(flow, draft, all))
}

fn only(problems: Problems, wanted: impl Fn(&str) -> bool) -> Problems {
    let mut kept = Problems::default();
    let mine =
        |problem: &crate::base::problem::Problem| problem.field.as_deref().is_some_and(&wanted);
    problems.into_iter().filter(mine).for_each(|problem| kept.push(problem));
    kept
}

/// Done: the deed, and what became of it.
async fn save(app: &App, flow: &Flow, draft: Draft) -> web::Result {
    let (typed, zone) = (draft.clone(), flow.staff.zone);
    let id = flow.existing.as_ref().map(|badge| badge.id);
    let deed = app
        .act(flow.staff.actor(), move |act| {
            Box::pin(async move {
                match id {
                    Some(id) => actions::update(act, id, &typed, zone).await,
                    // The console welcomes past dates: its form says so in a note.
                    None => actions::create(act, &typed, zone, true).await,
                }
            })
        })
        .await;
    match deed {
        Ok(badge) => {
            let verb = if id.is_some() { "Saved" } else { "Created" };
            see_other_saying(&badge.path(), Flash::done(format!("{verb} “{}”", badge.name)))
        }
        Err(Error::Refused(problems)) => again(flow, draft, problems, Problems::none()),
        Err(Error::Stale) => conflict::show(flow, draft),
        Err(error) => Err(error.into()),
    }
}

/// Rows and values that a button of the second step changes.
fn change(draft: &mut Draft, flow: &Flow, go: &str, what: &str) {
    match go {
        "add" if draft.benefits.len() < crate::badges::benefits::MOST => {
            draft.benefits.push(BenefitDraft { kind: what.to_owned(), ..BenefitDraft::default() });
        }
        "remove" => {
            if let Some(row) = what.parse::<usize>().ok().filter(|row| *row < draft.benefits.len())
            {
                draft.benefits.remove(row);
            }
        }
        "reset" => {
            let field = flow.around.fields.iter().find(|field| field.id.to_string() == what);
            draft.custom.retain(|name, _| field.is_none_or(|field| field.name != *name));
        }
        _ => (),
    }
}

/// What is asked while a name is typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Named {
    name: String,
    id: String,
}

/// Whether a name is free: a fragment that the form shows beneath the box.
pub async fn name_check(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Named>,
) -> web::Result {
    staff.require(Permission::EditBadges)?;
    let name = asked.name.trim();
    let mut db = app.read(staff.org).await?;
    let owner = store::badges::named(&mut *db, staff.org, name).await?;
    let taken = owner.is_some_and(|owner| owner.to_string() != asked.id);
    html(NameCheck { blank: name.is_empty(), taken })
}
