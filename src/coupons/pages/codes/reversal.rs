//! `/coupons/codes/{id}/redemptions/{redemption}/reversal`: takes a redemption back, and the coupon can
//! be used again.

use axum::extract::{Path, State};
use axum_extra::extract::Form;
use serde::Deserialize;

use super::outcome::{explained, gone_back};
use super::subject::{Asked, Subject, chrome};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::ids::RedemptionId;
use crate::base::problem::{Fault, Problems};
use crate::coupons::redemption::Redemption;
use crate::coupons::reversing::reactivate;
use crate::coupons::store;
use crate::web::address::address;
use crate::web::confirm::Confirm;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::time::Stamp;
use crate::web::{self};

/// The most characters of a comment.
const LONGEST: usize = 500;

/// The form as typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    reason: String,
}

impl Typed {
    fn why(&self) -> std::result::Result<String, Problems> {
        let words = self.reason.split_whitespace().collect::<Vec<_>>().join(" ");
        let fault = match words.chars().count() {
            0 => Fault::blank("Say why"),
            count if count > LONGEST => {
                Fault::new("too_long", format!("Use at most {LONGEST} characters"))
            }
            _ => return Ok(words),
        };
        Err(fault.on("reason").into())
    }
}

/// A use of a coupon.
struct Use {
    subject: Subject,
    redemption: Redemption,
}

type Place = (String, String);

impl Use {
    async fn load(app: &App, staff: &Staff, (id, redemption): Place, asked: Asked) -> Result<Self> {
        let asked = Asked { pick: vec![id], customer: String::new(), ..asked };
        let subject = Subject::load(app, staff, asked, 1).await?;
        let id: RedemptionId = redemption.parse().map_err(|_| Error::NotFound)?;
        let coupon = subject.only().ok_or(Error::NotFound)?.coupon.id;
        let mut db = app.read(staff.org).await?;
        let found = store::redemptions::load(&mut *db, staff.org, &[id]).await?.pop();
        let found = found.filter(|redemption| redemption.coupon == coupon);
        Ok(Use { subject, redemption: found.ok_or(Error::NotFound)? })
    }

    fn form(&self, staff: &Staff, typed: &Typed) -> Result<Confirm> {
        let one = self.subject.only().ok_or(Error::NotFound)?;
        let (id, back) = (self.redemption.id, self.subject.back());
        let at = Stamp::new(self.redemption.on, staff.zone);
        let path = format!("/coupons/codes/{}/redemptions/{id}/reversal", one.coupon.id);
        let after = match one.standing.expired {
            true => "The coupon stays expired: move its expiry to make it usable.",
            false => "The coupon can be used again until it ends.",
        };
        let stays = "What was taken off that bill: settle it at the till.";
        Ok(Confirm {
            chrome: chrome(staff, "Take back a redemption"),
            title: format!("Take back the redemption of {}?", one.coupon.code),
            verb: "Take back redemption".to_owned(),
            risk: true,
            action: address(&path, &[("back", &back)]),
            happens: vec![
                format!("The redemption of {at} ({}) no longer counts.", staff.zone),
                after.to_owned(),
            ],
            stays: vec![stays.to_owned()],
            reason: Some(typed.reason.clone()),
            hidden: Vec::new(),
            back,
            problems: Problems::none(),
        })
    }

    /// "Taken back 2 Oct 2026, 02:00 by Jonas Weber", when it was.
    fn gone(&self, staff: &Staff) -> Option<String> {
        let reversed = self.redemption.reversed.as_ref()?;
        let at = Stamp::new(reversed.on, staff.zone);
        Some(format!("Nothing left to do. Taken back {at} by {}", reversed.by_name))
    }
}

/// The question.
pub async fn ask(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(place): Path<Place>,
    asked: Asked,
) -> web::Result {
    let one = Use::load(&app, &staff, place, asked).await?;
    one.form(&staff, &Typed::default())?.show(&hx)
}

/// The deed.
pub async fn reverse(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(place): Path<Place>,
    asked: Asked,
    Form(typed): Form<Typed>,
) -> web::Result {
    let one = Use::load(&app, &staff, place.clone(), asked.clone()).await?;
    let back = one.subject.back();
    if let Some(said) = one.gone(&staff) {
        return gone_back(&hx, &back, Flash::done(said));
    }
    let why = match typed.why() {
        Ok(why) => why,
        Err(problems) => return one.form(&staff, &typed)?.refuse(problems),
    };
    let id = one.redemption.id;
    let done = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { reactivate(act, &[id], Some(why)).await })
        })
        .await;
    match done {
        Ok(_) => {
            let code = one.subject.label();
            gone_back(&hx, &back, Flash::done(format!("Took back a redemption of {code}")))
        }
        Err(Error::Refused(problems)) => {
            // Somebody else's click may have come first.
            let now = Use::load(&app, &staff, place, asked).await?;
            if let Some(said) = now.gone(&staff) {
                return gone_back(&hx, &back, Flash::done(said));
            }
            let told = problems.into_iter().map(|problem| explained(problem, "reason"));
            now.form(&staff, &typed)?.refuse(told.collect())
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_asked_for() {
        let why = |reason: &str| Typed { reason: reason.to_owned() }.why();
        assert_eq!(why(" wrong\n bill "), Ok("wrong bill".to_owned()));
        assert!(why("  ").unwrap_err().any("reason"));
        assert!(why(&"x".repeat(501)).unwrap_err().any("reason"));
    }
}
