//! One batch: how far it is, and its codes.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::Query;
use chrono::{DateTime, Utc};
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::{BatchId, CouponId};
use crate::base::list::PAGE;
use crate::base::permission::Permission;
use crate::coupons::batches::store::{self, CodeRow, Look};
use crate::coupons::batches::{self, Batch, State as Stage};
use crate::coupons::pages::pace;
use crate::coupons::series::code_key;
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::time::{Stamp, count};
use crate::web::{self, html, see_other, see_other_saying};

/// The head of the page.
struct Head {
    path: String,
    label: String,
    offer: String,
    offer_path: String,
    look: &'static str,
    state: &'static str,
    kind: &'static str,
    picture: Option<(String, &'static str)>,
    made: String,
    wanted: String,
    who: String,
    at: Stamp,
    finished: Option<Stamp>,
    why: Option<String>,
    import: Option<String>,
}

impl Head {
    fn new(batch: &Batch, staff: &Staff) -> Self {
        let pattern = batch.pattern.as_ref();
        Head {
            path: batch.path(),
            label: batch.label(),
            offer: batch.offer.clone(),
            offer_path: format!("/coupons/{}/batches", batch.series),
            look: batch.state.look(),
            state: batch.state.label(),
            kind: batch.kind.label(),
            picture: pattern.map(|pattern| (pattern.picture(), pattern.alphabet().label())),
            made: count(batch.made),
            wanted: count(batch.wanted),
            who: batch.created_by_name.clone(),
            at: Stamp::new(batch.created_on, staff.zone),
            finished: batch.finished_on.map(|at| Stamp::new(at, staff.zone)),
            why: batch.why.clone(),
            import: batch.import.map(|id| format!("/imports/{id}")),
        }
    }
}

/// Work under way.
struct Busy {
    made: i64,
    wanted: i64,
    words: String,
    stalled: bool,
    stopping: bool,
}

impl Busy {
    fn new(batch: &Batch, now: DateTime<Utc>) -> Option<Self> {
        batch.state.is_busy().then(|| Busy {
            made: batch.made,
            wanted: batch.wanted,
            words: pace::words(
                (batch.made, Some(batch.wanted)),
                "codes",
                batch.started_on.filter(|_| batch.state == Stage::Running),
                now,
            ),
            stalled: batch.is_stalled(now),
            stopping: batch.cancel_asked,
        })
    }
}

/// A code of the list.
struct CodeLine {
    code: String,
    look: &'static str,
    state: &'static str,
    customer: Option<(String, String)>,
    issued: Option<Stamp>,
    made: Stamp,
}

impl CodeLine {
    fn new(row: CodeRow, staff: &Staff) -> Self {
        let (look, state) = row.state();
        CodeLine {
            code: row.code,
            look,
            state,
            customer: row.customer.map(|id| (crate::customers::path(id), id.to_string())),
            issued: row.issued_on.map(|at| Stamp::new(at, staff.zone)),
            made: Stamp::new(row.created_on, staff.zone),
        }
    }
}

#[derive(Template)]
#[template(path = "coupons/batch.html", blocks = ["batch", "codes"])]
struct Show {
    chrome: Chrome,
    head: Head,
    busy: Option<Busy>,
    may_edit: bool,
    may_resume: bool,
    export: Option<String>,
    q: String,
    codes: Vec<CodeLine>,
    first: Option<String>,
    next: Option<String>,
}

/// Which codes are looked at.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    after: Option<i64>,
}

async fn find(app: &App, staff: &Staff, id: &str) -> Result<Batch> {
    staff.require(Permission::ReadCoupons)?;
    let id: BatchId = id.parse().map_err(|_| Error::NotFound)?;
    let mut db = app.read(staff.org).await?;
    store::find(&mut *db, staff.org, id).await?.ok_or(Error::NotFound)
}

/// The page, its changing head, or its codes.
pub async fn show(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> web::Result {
    let batch = find(&app, &staff, &id).await?;
    let page = build(&app, &staff, &batch, asked).await?;
    match (hx.wants("batch"), hx.wants("codes")) {
        (true, _) => html(page.as_batch()),
        (_, true) => html(page.as_codes()),
        _ => html(page),
    }
}

async fn build(app: &App, staff: &Staff, batch: &Batch, asked: Asked) -> Result<Show> {
    let now = app.clock.now();
    let after = asked.after.map(CouponId::new);
    // Longer than any code, or with other letters: found is nothing, and nothing is asked.
    let q: String = asked.q.trim().chars().take(60).collect();
    let look = Look { begins: code_key(&q), after };
    let mut db = app.read(staff.org).await?;
    let found = if look.begins.is_ascii() && !look.begins.contains('\0') {
        store::codes(&mut db, staff.org, batch.id, &look, PAGE).await?
    } else {
        crate::base::list::Listing { items: Vec::new(), next: None }
    };
    let path = batch.path();
    let export = staff.may(Permission::Export) && staff.may(Permission::EditCoupons);
    Ok(Show {
        chrome: Chrome::new(staff, Nav::Coupons)
            .title(batch.label())
            .crumb("Offers", "/coupons")
            .crumb(&batch.offer, format!("/coupons/{}/batches", batch.series)),
        head: Head::new(batch, staff),
        busy: Busy::new(batch, now),
        may_edit: staff.may(Permission::EditCoupons),
        may_resume: staff.may(Permission::EditCoupons) && batch.may_resume(now),
        export: export.then(|| format!("/exports?kind=batch-codes&batch={}", batch.id)),
        codes: found.items.into_iter().map(|row| CodeLine::new(row, staff)).collect(),
        first: after.map(|_| path.clone()),
        next: found.next.filter(|_| q.is_empty()).map(|last| format!("{path}?after={last}")),
        q,
    })
}

/// Asks the worker to stop.
pub async fn cancel(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    let batch = find(&app, &staff, &id).await?;
    let id = batch.id;
    let done = app
        .act(staff.actor(), move |act| Box::pin(async move { batches::cancel(act, id).await }))
        .await;
    match done {
        Ok(()) | Err(Error::Stale) => see_other(&batch.path()),
        Err(error) => Err(error.into()),
    }
}

/// Takes up what was left.
pub async fn resume(State(app): State<App>, staff: Staff, Path(id): Path<String>) -> web::Result {
    let batch = find(&app, &staff, &id).await?;
    let id = batch.id;
    let done = app
        .act(staff.actor(), move |act| Box::pin(async move { batches::resume(act, id).await }))
        .await;
    match done {
        Ok(()) => see_other(&batch.path()),
        Err(Error::Stale) => {
            see_other_saying(&batch.path(), Flash::trouble("There is nothing to take up"))
        }
        Err(Error::Refused(problems)) => {
            let why: Vec<&str> = problems.iter().map(|problem| &*problem.message).collect();
            see_other_saying(&batch.path(), Flash::trouble(why.join(" ")))
        }
        Err(error) => Err(error.into()),
    }
}
