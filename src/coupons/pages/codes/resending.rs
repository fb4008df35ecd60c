//! `/coupons/codes/{id}/resending`: sends a code to its holder again.
//!
//! The form carries which message was the last one when it was shown: sent twice, it sends once.

use axum::extract::{Path, State};
use axum_extra::extract::Form;
use serde::Deserialize;

use super::offers::no_resending;
use super::outcome::{explained, gone_back};
use super::subject::{Asked, Subject, chrome};
use crate::auth::Staff;
use crate::base::act::Act;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::CouponId;
use crate::base::problem::{Problem, Problems};
use crate::coupons::holdings::Holding;
use crate::coupons::{resending, store};
use crate::customers;
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::{self};

/// What the form sends along.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    last: i64,
}

async fn load(app: &App, staff: &Staff, id: String, asked: Asked) -> Result<Subject> {
    let asked = Asked { pick: vec![id], customer: String::new(), ..asked };
    Subject::load(app, staff, asked, 1).await
}

async fn form(app: &App, staff: &Staff, subject: &Subject) -> Result<Confirm> {
    let one = subject.only().ok_or(Error::NotFound)?;
    let id = one.coupon.id;
    let mut db = app.read(staff.org).await?;
    let last = store::messages::last_resent(&mut db, staff.org, id).await?;
    let holder = one.coupon.holder();
    let faces = customers::faces(&mut db, staff.org, holder.as_slice()).await?;
    let name = holder.and_then(|id| faces.get(&id)).map(|face| face.label.clone());
    let name = name.unwrap_or_else(|| "the holder".to_owned());
    let back = subject.back();
    Ok(Confirm {
        chrome: chrome(staff, "Resend"),
        title: format!("Send {} again?", one.coupon.code),
        verb: "Resend coupon".to_owned(),
        risk: false,
        action: crate::web::address::address(
            &format!("/coupons/codes/{id}/resending"),
            &[("back", &back)],
        ),
        happens: vec![format!("{name} gets a text message with the code and its last day.")],
        stays: vec!["The coupon itself: its end, its limits, its redemptions.".to_owned()],
        reason: None,
        hidden: vec![("last".to_owned(), last.to_string())],
        back,
        problems: off(one),
    })
}

/// What stands in the way, as the form shows it.
fn off(one: &Holding) -> Problems {
    let whole = |why: &'static str| Problem::whole("off", why);
    no_resending(one).map(whole).map(Problems::from).unwrap_or_default()
}

/// The question.
pub async fn ask(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    asked: Asked,
) -> web::Result {
    let subject = load(&app, &staff, id, asked).await?;
    form(&app, &staff, &subject).await?.show(&hx)
}

/// The deed.
pub async fn send(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(id): Path<String>,
    asked: Asked,
    Form(sent): Form<Sent>,
) -> web::Result {
    let subject = load(&app, &staff, id, asked).await?;
    let id = subject.only().ok_or(Error::NotFound)?.coupon.id;
    let done = app
        .act(staff.actor(), move |act| Box::pin(async move { once(act, id, sent.last).await }))
        .await;
    match done {
        Ok(code) => gone_back(&hx, &subject.back(), Flash::done(format!("Coupon {code} resent"))),
        Err(Error::Refused(problems)) => {
            let twice = problems.iter().any(|problem| problem.code == TWICE);
            if twice {
                let said = Flash::done("Nothing left to do: it was sent again a moment ago");
                return gone_back(&hx, &subject.back(), said);
            }
            let told = problems
                .into_iter()
                .map(|problem| Problem { field: None, ..explained(problem, "") });
            form(&app, &staff, &subject).await?.refuse(told.collect())
        }
        Err(error) => Err(error.into()),
    }
}

/// The word for a form that was sent twice.
const TWICE: &str = "sent_twice";

/// Sends it, unless it was sent since the form was shown. The deed holds the coupon: whoever comes
/// second sees the message of who came first.
async fn once(act: &mut Act, id: CouponId, last: i64) -> Result<String> {
    let coupon = resending::resend(act, id, None).await?;
    let org = act.org();
    if store::messages::resent_after(act.db(), org, id, last).await? > 1 {
        return Err(Problem::whole(TWICE, "It was sent again a moment ago").into());
    }
    Ok(coupon.code)
}
