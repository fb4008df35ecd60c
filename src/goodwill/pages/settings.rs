//! `/settings/goodwill`: whether goodwill is given, for which reasons, and of which offers.

use askama::Template;
use axum::extract::{Path, State as Held};
use axum_extra::extract::{Form, Query};
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::calendar::day_of;
use crate::base::error::{Error, Result};
use crate::base::ids::SeriesId;
use crate::base::permission::Permission;
use crate::base::problem::Problems;
use crate::coupons::Series;
use crate::goodwill::offers;
use crate::goodwill::settings::{SettingsDraft, change_settings, settings};
use crate::web::address::address;
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::{self, html, refused, see_other_saying};

const HERE: &str = "/settings/goodwill";
/// Unclaimed offers shown at a time.
const SHOWN: usize = 10;

#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Looking {
    /// A part of an offer's name.
    q: String,
}

#[derive(Template)]
#[template(path = "goodwill/settings.html", blocks = ["free"])]
struct Page {
    chrome: Chrome,
    typed: SettingsDraft,
    problems: Problems,
    claimed: Vec<Offer>,
    looking: Looking,
    offers: Vec<Offer>,
    more: bool,
}

struct Offer {
    id: SeriesId,
    name: String,
    path: String,
    until: String,
    over: bool,
}

impl Page {
    async fn load(app: &App, staff: &Staff, looking: Looking) -> Result<Self> {
        staff.require(Permission::EditSettings)?;
        let mut db = app.read(staff.org).await?;
        let today = day_of(app.clock.now(), staff.zone);
        let offer = |series: Series| Offer {
            id: series.id,
            path: format!("/coupons/{}", series.id),
            name: series.description,
            until: series.valid_till.format("%-d %b %Y").to_string(),
            over: series.valid_till < today,
        };
        let claimed = offers::claimed(&mut db, staff.org, None).await?;
        let (free, more) = offers::free(&mut db, staff.org, &looking.q, today, SHOWN).await?;
        Ok(Page {
            chrome: Chrome::new(staff, Nav::Brand).title("Goodwill"),
            typed: SettingsDraft::of(&settings(&mut db, staff.org).await?),
            problems: Problems::none(),
            claimed: claimed.into_iter().map(offer).collect(),
            looking,
            offers: free.into_iter().map(offer).collect(),
            more,
        })
    }
}

pub(super) async fn show(
    Held(app): Held<App>,
    staff: Staff,
    hx: Hx,
    Query(looking): Query<Looking>,
) -> web::Result {
    let page = Page::load(&app, &staff, looking).await?;
    if hx.wants("free") { html(page.as_free()) } else { html(page) }
}

pub(super) async fn change(
    Held(app): Held<App>,
    staff: Staff,
    Form(typed): Form<SettingsDraft>,
) -> web::Result {
    let draft = typed.clone();
    let deed = app
        .act(staff.actor(), |act| Box::pin(async move { change_settings(act, &draft).await }))
        .await;
    match deed {
        Ok(()) => see_other_saying(HERE, Flash::done("Saved. It holds from this moment.")),
        Err(Error::Refused(problems)) => {
            let page = Page::load(&app, &staff, Looking::default()).await?;
            // One that was overtaken takes on the version it would now be saved over.
            let overtaken = problems.iter().any(|problem| problem.code == "stale");
            let version =
                if overtaken { page.typed.version.clone() } else { typed.version.clone() };
            refused(Page { typed: SettingsDraft { version, ..typed }, problems, ..page })
        }
        Err(error) => Err(error.into()),
    }
}

/// Which offer, and what was looked for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Chosen {
    series: String,
    q: String,
}

pub(super) async fn claim(
    Held(app): Held<App>,
    staff: Staff,
    Form(chosen): Form<Chosen>,
) -> web::Result {
    let id: SeriesId = chosen.series.parse().map_err(|_| Error::NotFound)?;
    let done = app
        .act(staff.actor(), move |act| Box::pin(async move { offers::claim_offer(act, id).await }))
        .await;
    moved(done, "is given out of goodwill now", &chosen.q)
}

pub(super) async fn release(
    Held(app): Held<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> web::Result {
    let id: SeriesId = id.parse().map_err(|_| Error::NotFound)?;
    let done = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { offers::release_offer(act, id).await })
        })
        .await;
    moved(done, "is free for others again", "")
}

/// What is said of an offer that was claimed or released; a refusal stands on the page just as well.
fn moved(done: Result<Series>, now: &str, q: &str) -> web::Result {
    let back = address(HERE, &[("q", q)]);
    match done {
        Ok(series) => {
            see_other_saying(&back, Flash::done(format!("“{}” {now}", series.description)))
        }
        Err(Error::Refused(problems)) => {
            let words: Vec<String> =
                problems.into_iter().map(|problem| problem.message.into_owned()).collect();
            see_other_saying(&back, Flash::trouble(words.join(" ")))
        }
        Err(error) => Err(error.into()),
    }
}
