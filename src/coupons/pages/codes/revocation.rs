//! `/coupons/codes/revocation`: takes coupons back for good: one, several of a series, or all active
//! ones of a customer in a series.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;

use super::offers::no_revocation;
use super::outcome::{Line, Outcome, explained, gone_back, sentence};
use super::reason::{REASONS, Typed};
use super::subject::{Asked, Subject, chrome};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::problem::Problems;
use crate::coupons::coupon::Coupon;
use crate::coupons::holdings::{Holding, HoldingFilter, HoldingStatus};
use crate::coupons::revoking::{RevokeCall, Taken, revoke as revoke_by, revoke_of};
use crate::coupons::store;
use crate::web::chrome::Chrome;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::parts::Choice;
use crate::web::time::Stamp;
use crate::web::{self, html, refused};

/// The most that are chosen at once, and the most of a customer: what the vendor's call takes
/// (spec/membercare.md 3.3).
const MOST: usize = 50;
const MOST_OF_CUSTOMER: usize = 100;

/// The form.
#[derive(Template)]
#[template(path = "coupons/code_revoke.html", blocks = ["dialog"])]
struct Page {
    chrome: Chrome,
    label: String,
    /// The codes, the first few.
    codes: Vec<String>,
    /// How many more there are.
    more: usize,
    /// Whether all active ones of a customer are meant.
    whole: bool,
    /// Why it cannot be done at all.
    trouble: Option<String>,
    /// Bulk work over the same coupons, where they are too many.
    bulk: Option<String>,
    reasons: Vec<Choice>,
    action: String,
    back: String,
    typed: Typed,
    problems: Problems,
    dialog: bool,
}

/// Codes listed in the form.
const LISTED: usize = 5;

impl Page {
    fn new(app: &App, staff: &Staff, subject: &Subject, typed: Typed) -> Self {
        let codes = subject.holdings.iter().take(LISTED).map(|one| one.coupon.code.clone());
        let (trouble, bulk) = trouble(app, staff, subject);
        Page {
            chrome: chrome(staff, "Revoke"),
            label: subject.label(),
            codes: codes.collect(),
            more: subject.holdings.len().saturating_sub(LISTED),
            whole: subject.whole.is_some(),
            trouble,
            bulk,
            reasons: REASONS.map(|reason| Choice::new(reason, reason)).to_vec(),
            action: subject.action("revocation"),
            back: subject.back(),
            typed,
            problems: Problems::none(),
            dialog: false,
        }
    }

    fn again(mut self, hx: &Hx, problems: Problems) -> web::Result {
        self.problems = problems;
        self.dialog = hx.wants("dialog");
        if self.dialog { refused(self.as_dialog()) } else { refused(self) }
    }
}

/// Why nothing can be revoked, and where more than these can be.
fn trouble(app: &App, staff: &Staff, subject: &Subject) -> (Option<String>, Option<String>) {
    let now = app.clock.now();
    if let Some((customer, series)) = subject.whole {
        if subject.holdings.is_empty() {
            let none = "The customer has no active, unredeemed coupon of this offer.";
            return (Some(none.to_owned()), None);
        }
        if subject.holdings.len() > MOST_OF_CUSTOMER {
            let filter = HoldingFilter {
                series: vec![series],
                statuses: vec![HoldingStatus::ActiveUnredeemed],
                ..HoldingFilter::default()
            };
            let query = filter.query();
            let bulk = format!("/coupons/bulk/new?action=revoke&customer={customer}&{query}");
            let many = format!(
                "The customer has more than {MOST_OF_CUSTOMER} of them: revoke them as bulk work."
            );
            return (Some(many), Some(bulk));
        }
    }
    let only = subject.only().and_then(|one| no_revocation(one, staff.zone, now));
    let ended = || {
        let first = subject.holdings.first()?;
        first.of_series(staff.zone).passed(now).then_some("Their offer has ended.")
    };
    let why = subject.trouble().or_else(|| only.or_else(ended).map(str::to_owned));
    (why, None)
}

async fn load(app: &App, staff: &Staff, asked: Asked) -> Result<Subject> {
    let most = if asked.pick.is_empty() { MOST_OF_CUSTOMER } else { MOST };
    Subject::load(app, staff, asked, most).await
}

/// The question.
pub async fn ask(State(app): State<App>, staff: Staff, hx: Hx, asked: Asked) -> web::Result {
    let subject = load(&app, &staff, asked).await?;
    let mut page = Page::new(&app, &staff, &subject, Typed::default());
    page.dialog = hx.wants("dialog");
    if page.dialog { html(page.as_dialog()) } else { html(page) }
}

/// The deed.
pub async fn revoke(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    asked: Asked,
    Form(typed): Form<Typed>,
) -> web::Result {
    let subject = load(&app, &staff, asked).await?;
    if let Some(said) = subject.only().and_then(|one| gone(&one.coupon, &staff)) {
        return gone_back(&hx, &subject.back(), Flash::done(format!("Nothing left to do. {said}")));
    }
    let page = Page::new(&app, &staff, &subject, typed.clone());
    if page.trouble.is_some() {
        return page.again(&hx, Problems::none());
    }
    let why = match typed.why() {
        Ok(why) => why,
        Err(problems) => return page.again(&hx, problems),
    };
    match taken(&app, &staff, &subject, why).await {
        Ok(taken) => answer(&app, &staff, &hx, (&subject, page), taken).await,
        Err(Error::Refused(problems)) => {
            let told = problems.into_iter().map(|problem| explained(problem, "reason"));
            page.again(&hx, told.collect())
        }
        Err(error) => Err(error.into()),
    }
}

async fn taken(app: &App, staff: &Staff, subject: &Subject, why: String) -> Result<Vec<Taken>> {
    let (ids, whole) = (subject.ids(), subject.whole);
    app.act(staff.actor(), move |act| {
        Box::pin(async move {
            let Some((customer, series)) = whole else {
                return revoke_of(act, &ids, Some(why)).await;
            };
            let (series, customer) = (Some(series), Some(customer));
            let call = RevokeCall { series, customer, codes: Vec::new(), reason: Some(why) };
            revoke_by(act, &call).await
        })
    })
    .await
}

async fn answer(
    app: &App,
    staff: &Staff,
    hx: &Hx,
    (subject, page): (&Subject, Page),
    taken: Vec<Taken>,
) -> web::Result {
    let back = subject.back();
    if let (Some(one), [only]) = (subject.only(), taken.as_slice()) {
        return match &only.result {
            Ok(coupon) => gone_back(hx, &back, Flash::done(format!("Revoked {}", coupon.code))),
            Err(problem) => {
                // Somebody else's click may have come first.
                let mut db = app.read(staff.org).await?;
                let now = store::coupons::load(&mut *db, staff.org, &[one.coupon.id]).await?;
                match now.first().and_then(|coupon| gone(coupon, staff)) {
                    Some(said) => {
                        let said = Flash::done(format!("Nothing left to do. {said}"));
                        gone_back(hx, &back, said)
                    }
                    None => page.again(hx, explained(problem.clone(), "reason").into()),
                }
            }
        };
    }
    let lines = lines(subject, &taken, staff);
    let title = Outcome::told("Revoked", &lines);
    Outcome { chrome: chrome(staff, "Revoke"), title, lines, back }.show(hx)
}

fn lines(subject: &Subject, taken: &[Taken], staff: &Staff) -> Vec<Line> {
    let known = |code: &str| subject.holdings.iter().find(|one| one.coupon.code == code);
    let line = |(n, taken): (usize, &Taken)| match &taken.result {
        Ok(coupon) => Some(Line::new(coupon, Ok("revoked".to_owned()))),
        Err(problem) => {
            // By number the answer runs in step with what was asked; by customer all were found.
            let one: Option<&Holding> = subject.holdings.get(n).or_else(|| known(&taken.code));
            let one = one?;
            let words = gone(&one.coupon, staff).unwrap_or_else(|| sentence(problem));
            Some(Line::new(&one.coupon, Err(words)))
        }
    };
    taken.iter().enumerate().filter_map(line).collect()
}

/// "QWERTZ was revoked 2 Oct 2026, 02:00 by Jonas Weber: “Misuse”", when it was.
fn gone(coupon: &Coupon, staff: &Staff) -> Option<String> {
    let revoked = coupon.revoked.as_ref()?;
    let at = Stamp::new(revoked.on, staff.zone);
    let why = revoked.reason.as_ref().map(|why| format!(": “{why}”")).unwrap_or_default();
    Some(format!("{} was revoked {at} by {}{why}", coupon.code, revoked.by_name))
}
