//! One request, and the decision.

use askama::Template;
use axum::extract::{Path, State as Held};
use axum_extra::extract::Form;
use serde::Deserialize;

use super::seen_by;
use crate::auth::Staff;
use crate::base::app::{App, Reading};
use crate::base::error::{Error, Result};
use crate::base::ids::GoodwillId;
use crate::base::permission::Permission;
use crate::base::problem::{Problem, Problems};
use crate::coupons::{self, End as Expiry};
use crate::customers;
use crate::goodwill::ask::CLAIM;
use crate::goodwill::decide as deeds;
use crate::goodwill::filter::LIST;
use crate::goodwill::request::{State, Told, Way, path};
use crate::goodwill::store;
use crate::requests::Decision;
use crate::web::chrome::{Chrome, Nav};
use crate::web::flash::Flash;
use crate::web::time::Stamp;
use crate::web::{self, html, refused, see_other_saying};

#[derive(Template)]
#[template(path = "goodwill/show.html")]
struct Show {
    chrome: Chrome,
    id: String,
    state: State,
    customer: (String, String),
    offer: (String, String),
    reason: String,
    comments: String,
    reference: Option<String>,
    maker: String,
    asked: Stamp,
    end: Option<Ended>,
    /// Why it could not be granted now, as far as can be seen without granting it.
    trouble: Option<String>,
    decision: Option<FormPart>,
    /// Why this person cannot decide, where the request waits.
    bar: Option<String>,
    problems: Problems,
}

struct Ended {
    checker: String,
    on: Stamp,
    comments: Option<String>,
    /// The coupon's code and its page.
    coupon: Option<(String, String)>,
    /// Whether nobody had to ask for it.
    at_once: bool,
}

struct FormPart {
    action: String,
    message: String,
}

/// The decision as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    decision: String,
    message: String,
}

/// The request with this number, if this person sees it.
async fn seen(db: &mut Reading, staff: &Staff, id: &str) -> Result<Told> {
    let maker = seen_by(staff)?;
    let id: GoodwillId = id.parse().map_err(|_| Error::NotFound)?;
    let told = store::find(db, staff.org, id).await?.ok_or(Error::NotFound)?;
    let by = &told.request.maker;
    let own = by.kind == "staff" && by.id == maker;
    if maker.is_none() || own { Ok(told) } else { Err(Error::NotFound) }
}

impl Show {
    async fn load(app: &App, staff: &Staff, id: &str, typed: &Typed) -> Result<Self> {
        let mut db = app.read(staff.org).await?;
        let told = seen(&mut db, staff, id).await?;
        let request = &told.request;
        let trouble = match request.end {
            None => trouble(app, &mut db, staff, &told).await?,
            Some(_) => None,
        };
        let grants = staff.may(Permission::ApproveGoodwill) && request.end.is_none();
        let bar = request.may_decide(&staff.actor()).err().filter(|_| request.end.is_none());
        let stamp = |at| Stamp::new(at, staff.zone);
        Ok(Show {
            chrome: Chrome::new(staff, Nav::Goodwill)
                .crumb("Goodwill", LIST)
                .title(format!("Request {}", request.id)),
            id: request.id.to_string(),
            state: request.state(),
            customer: (told.whom(), customers::path(request.customer)),
            offer: (told.offer.clone(), format!("/coupons/{}", request.series)),
            reason: request.reason.clone(),
            comments: request.comments.clone(),
            reference: request.reference.clone(),
            maker: request.maker.name.clone(),
            asked: stamp(request.asked_on),
            end: Ended::of(&told, staff),
            trouble,
            decision: (grants && bar.is_none()).then(|| FormPart {
                action: format!("{}/decision", request.path()),
                message: typed.message.clone(),
            }),
            bar: bar.map(|problem| problem.message.into_owned()),
            problems: Problems::none(),
        })
    }
}

impl Ended {
    fn of(told: &Told, staff: &Staff) -> Option<Self> {
        let end = told.request.end.as_ref()?;
        let coupon = told.code.clone().zip(end.coupon);
        Some(Ended {
            checker: end.checker.name.clone(),
            on: Stamp::new(end.on, staff.zone),
            comments: end.comments.clone(),
            coupon: coupon.map(|(code, id)| (code, format!("/coupons/codes/{id}"))),
            at_once: told.request.way == Way::OneStep,
        })
    }
}

async fn trouble(
    app: &App,
    db: &mut Reading,
    staff: &Staff,
    told: &Told,
) -> Result<Option<String>> {
    let series = coupons::find(&mut **db, staff.org, told.request.series).await?;
    let now = app.clock.now();
    let over = |day| Expiry::of_day(day, staff.zone).passed(now);
    Ok(match series {
        Some(series) if series.claim.by != CLAIM => {
            Some("The offer is not claimed for goodwill any more.".to_owned())
        }
        Some(series) if over(series.valid_till) => Some("The offer has ended.".to_owned()),
        _ => None,
    })
}

pub(super) async fn show(
    Held(app): Held<App>,
    staff: Staff,
    Path(id): Path<String>,
) -> web::Result {
    html(Show::load(&app, &staff, &id, &Typed::default()).await?)
}

pub(super) async fn decide(
    Held(app): Held<App>,
    staff: Staff,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> web::Result {
    staff.require(Permission::ApproveGoodwill)?;
    let request: GoodwillId = id.parse().map_err(|_| Error::NotFound)?;
    let Some(is) = Decision::named(&typed.decision) else {
        let problem = Problem::whole("blank", "Approve or decline");
        return again(&app, &staff, &id, &typed, problem.into()).await;
    };
    let message = typed.message.clone();
    let deed = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { deeds::decide(act, request, is, &message).await })
        })
        .await;
    match deed {
        Ok(told) => see_other_saying(&path(told.request.id), said(&told)),
        Err(Error::Refused(problems)) => again(&app, &staff, &id, &typed, problems).await,
        Err(error) => Err(error.into()),
    }
}

/// What was refused is said over the request, which waits as before.
async fn again(
    app: &App,
    staff: &Staff,
    id: &str,
    typed: &Typed,
    problems: Problems,
) -> web::Result {
    refused(Show { problems, ..Show::load(app, staff, id, typed).await? })
}

fn said(told: &Told) -> Flash {
    Flash::done(match &told.code {
        Some(code) => format!("Approved. Coupon issued: {code}"),
        None => "Declined.".to_owned(),
    })
}
