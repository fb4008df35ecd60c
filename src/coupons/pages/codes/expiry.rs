//! `/coupons/codes/expiry`: moves the end of one coupon, or of several of a series.

use askama::Template;
use axum::extract::State;
use axum_extra::extract::Form;

use super::ends::{Ground, Typed};
use super::offers::no_expiry;
use super::outcome::{Line, Outcome, explained, gone_back, sentence};
use super::subject::{Asked, Subject, chrome};
use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::problem::Problems;
use crate::coupons::expiring::{Moved, change_expiry_of};
use crate::coupons::expiry;
use crate::web::chrome::Chrome;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::parts::Choice;
use crate::web::time::Stamp;
use crate::web::{self, html, refused};

/// The most that are chosen at once: what the vendor's call takes (spec/membercare.md 3.3).
const MOST: usize = 100;

/// The form.
#[derive(Template)]
#[template(path = "coupons/code_expiry.html", blocks = ["dialog"])]
struct Page {
    chrome: Chrome,
    label: String,
    /// Each code and when it ends now; the first few.
    ends: Vec<(String, Stamp)>,
    /// How many more there are.
    more: usize,
    /// Why it cannot be done at all.
    trouble: Option<String>,
    choices: Vec<Choice>,
    /// The first and the last day that can be chosen.
    days: (String, String),
    /// The end of the offer.
    last: Stamp,
    action: String,
    back: String,
    typed: Typed,
    problems: Problems,
    dialog: bool,
}

/// Codes listed in the form.
const LISTED: usize = 5;

impl Page {
    fn new(app: &App, staff: &Staff, subject: &Subject, typed: Typed) -> Result<Self> {
        let ground = ground(app, staff, subject)?;
        let shown = subject.holdings.iter().take(LISTED);
        let ends = shown.map(|one| {
            let end = Stamp::new(one.standing.end.shown, staff.zone);
            (one.coupon.code.clone(), end)
        });
        let only = subject.only().and_then(|one| no_expiry(one, staff.zone, ground.now));
        let ended = || {
            let first = subject.holdings.first()?;
            first.of_series(staff.zone).passed(ground.now).then_some("Their offer has ended.")
        };
        let trouble = subject.trouble().or_else(|| only.or_else(ended).map(str::to_owned));
        Ok(Page {
            chrome: chrome(staff, "Change expiry"),
            label: subject.label(),
            ends: ends.collect(),
            more: subject.holdings.len().saturating_sub(LISTED),
            trouble,
            choices: ground.choices(),
            days: (ground.today().to_string(), ground.last.to_string()),
            last: Stamp::new(expiry::End::of_day(ground.last, staff.zone).shown, staff.zone),
            action: subject.action("expiry"),
            back: subject.back(),
            typed,
            problems: Problems::none(),
            dialog: false,
        })
    }

    fn again(mut self, hx: &Hx, problems: Problems) -> web::Result {
        self.problems = problems;
        self.dialog = hx.wants("dialog");
        if self.dialog { refused(self.as_dialog()) } else { refused(self) }
    }
}

fn ground(app: &App, staff: &Staff, subject: &Subject) -> Result<Ground> {
    let series = subject.series().ok_or(Error::NotFound)?;
    Ok(Ground { now: app.clock.now(), zone: staff.zone, last: series.valid_till })
}

/// The question.
pub async fn ask(State(app): State<App>, staff: Staff, hx: Hx, asked: Asked) -> web::Result {
    let subject = Subject::load(&app, &staff, asked, MOST).await?;
    let mut page = Page::new(&app, &staff, &subject, Typed::default())?;
    page.dialog = hx.wants("dialog");
    if page.dialog { html(page.as_dialog()) } else { html(page) }
}

/// The deed.
pub async fn change(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    asked: Asked,
    Form(typed): Form<Typed>,
) -> web::Result {
    let subject = Subject::load(&app, &staff, asked, MOST).await?;
    let page = Page::new(&app, &staff, &subject, typed.clone())?;
    if page.trouble.is_some() {
        return page.again(&hx, Problems::none());
    }
    let (to, reason) = match typed.read(&ground(&app, &staff, &subject)?) {
        Ok(read) => read,
        Err(problems) => {
            let told = problems.into_iter().map(|problem| explained(problem, "on"));
            return page.again(&hx, told.collect());
        }
    };
    let ids = subject.ids();
    let moved = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { change_expiry_of(act, &ids, to, reason).await })
        })
        .await?;
    let lines = lines(&subject, &moved, &staff);
    match (lines.as_slice(), moved.into_iter().next()) {
        ([line], Some(Moved { result: Ok(_), .. })) => {
            let said = Flash::done(format!("{}: {}", line.code, line.words));
            gone_back(&hx, &subject.back(), said)
        }
        ([_], Some(Moved { result: Err(problem), .. })) => {
            page.again(&hx, explained(problem, "on").into())
        }
        _ => {
            let title = Outcome::told("Changed the expiry of", &lines);
            let chrome = chrome(&staff, "Change expiry");
            Outcome { chrome, title, lines, back: subject.back() }.show(&hx)
        }
    }
}

fn lines(subject: &Subject, moved: &[Moved], staff: &Staff) -> Vec<Line> {
    let pairs = subject.holdings.iter().zip(moved);
    let line = pairs.map(|(holding, moved)| {
        let words = match &moved.result {
            Ok(coupon) => {
                let end = expiry::of_coupon(coupon, &holding.series, staff.zone).shown;
                Ok(format!("expires {} ({})", Stamp::new(end, staff.zone), staff.zone))
            }
            Err(problem) => Err(sentence(problem)),
        };
        Line::new(&holding.coupon, words)
    });
    line.collect()
}
