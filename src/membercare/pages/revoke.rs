//! `/member-care/ui/{id}/{issuals or enrolments}/{item}/revocation`: says what taking it back does, asks
//! why, and does it.
//!
//! What was taken back meanwhile, by this very click or by a colleague, is no error: the page says by
//! whom and why.

use askama::Template;
use axum::extract::{Path, State};
use axum_extra::extract::{Form, Query};
use serde::Deserialize;

use crate::auth::Staff;
use crate::base::app::App;
use crate::base::error::{Error, Result};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};
use crate::customers::{self, Customer};
use crate::membercare::deeds::{self, told};
use crate::membercare::filter::Filter;
use crate::membercare::pages::after::{after, refuse};
use crate::membercare::pages::head::{chrome, load};
use crate::membercare::store::{self, Held};
use crate::membercare::timeline::What;
use crate::web::chrome::Chrome;
use crate::web::flash::Flash;
use crate::web::hx::Hx;
use crate::web::parts::Choice;
use crate::web::time::Stamp;
use crate::web::{self, html};

/// Reasons that need no typing.
const REASONS: [&str; 4] =
    ["Given by mistake", "Purchase was returned", "Misuse", "The customer asked for it"];

/// The most characters of a reason.
const LONGEST: usize = 500;

/// The reason: chosen, typed, or both.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    reason: String,
    words: String,
}

impl Typed {
    /// The reason as it is kept: "Misuse: sold on to others".
    fn why(&self) -> Result<String, Problems> {
        let chosen = REASONS.into_iter().find(|known| *known == self.reason.trim());
        let words = self.words.split_whitespace().collect::<Vec<_>>().join(" ");
        let fault = |field: &'static str, fault: Fault| Problems::from(fault.on(field));
        if words.chars().count() > LONGEST {
            let words = format!("Use at most {LONGEST} characters");
            return Err(fault("words", Fault::new("too_long", words)));
        }
        match (chosen, words.as_str()) {
            (None, "") => Err(fault("reason", Fault::blank("Choose a reason or write one"))),
            (Some(chosen), "") => Ok(chosen.to_owned()),
            (None, words) => Ok(words.to_owned()),
            (Some(chosen), words) => Ok(format!("{chosen}: {words}")),
        }
    }
}

/// The question, or what became of it.
#[derive(Template)]
#[template(path = "membercare/revoke.html", blocks = ["dialog"])]
struct Revoke {
    chrome: Chrome,
    title: String,
    verb: String,
    happens: Vec<String>,
    stays: Vec<String>,
    /// Who took it back before, when and why.
    gone: Option<String>,
    reasons: Vec<Choice>,
    action: String,
    back: String,
    typed: Typed,
    problems: Problems,
    dialog: bool,
}

struct Subject {
    customer: Customer,
    held: Held,
}

impl Subject {
    async fn load(app: &App, staff: &Staff, (customer, kind, item): &Place) -> Result<Self> {
        staff.require(Permission::IssueBadges)?;
        let what = What::listed(kind).ok_or(Error::NotFound)?;
        let mut id = [0; 12];
        hex::decode_to_slice(item, &mut id).map_err(|_| Error::NotFound)?;
        let (mut db, customer) = load(app, staff, customer).await?;
        let held = store::held(&mut db, staff.org, customer.id, (what, id)).await?;
        Ok(Subject { customer, held: held.ok_or(Error::NotFound)? })
    }

    fn form(&self, staff: &Staff, filter: &Filter, typed: Typed) -> Revoke {
        let (customer, held) = (&self.customer, &self.held);
        let path = customers::path(customer.id);
        let (list, item) = (held.what.list(), hex::encode(held.id));
        let noun = held.what.label().to_lowercase();
        let (happens, stays) = self.consequences(staff);
        Revoke {
            chrome: chrome(staff, customer).crumb(customer.label(), &path).title("Revoke"),
            title: format!("Revoke this {noun} of “{}”?", held.name),
            verb: format!("Revoke {noun}"),
            happens,
            stays,
            gone: self.gone(staff),
            reasons: REASONS.map(|reason| Choice::new(reason, reason)).to_vec(),
            action: filter.carried(&format!("{path}/{list}/{item}/revocation")),
            back: filter.to_open(customer.id, held.badge),
            typed,
            problems: Problems::none(),
            dialog: false,
        }
    }

    /// What happens, and what is left alone.
    fn consequences(&self, staff: &Staff) -> (Vec<String>, Vec<String>) {
        let (held, name) = (&self.held, self.customer.label());
        let at = Stamp::new(held.at, staff.zone);
        match held.what {
            What::Issual => {
                let mut stays = vec!["Everything else the customer holds.".to_owned()];
                if held.benefits > 0 {
                    stays.push("Benefits that came with it: they are not taken back.".to_owned());
                }
                let happens = vec![
                    format!("{name} loses what was issued {at} ({}).", staff.zone),
                    "It no longer counts in the badge’s limits: its place is free again."
                        .to_owned(),
                ];
                (happens, stays)
            }
            What::Enrolment => {
                let happens = vec![
                    format!("The enrolment of {at} ({}) ends for {name}.", staff.zone),
                    "Nothing can be issued on it any more; a new enrolment is possible.".to_owned(),
                ];
                (happens, vec!["Badges that were issued on it.".to_owned()])
            }
        }
    }

    /// "Revoked 2 Oct 2026, 02:00 by Jonas Weber: “Misuse”", when it was.
    fn gone(&self, staff: &Staff) -> Option<String> {
        let held = &self.held;
        let at = Stamp::new(held.revoked_on?, staff.zone);
        let by = held.revoked_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let why = held.reason.as_ref().map(|why| format!(": “{why}”")).unwrap_or_default();
        Some(format!("Revoked {at}{by}{why}"))
    }
}

type Place = (String, String, String);

/// The question.
pub(super) async fn ask(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(place): Path<Place>,
    Query(filter): Query<Filter>,
) -> web::Result {
    let subject = Subject::load(&app, &staff, &place).await?;
    let mut form = subject.form(&staff, &filter, Typed::default());
    form.dialog = hx.wants("dialog");
    if form.dialog { html(form.as_dialog()) } else { html(form) }
}

/// The deed.
pub(super) async fn revoke(
    State(app): State<App>,
    staff: Staff,
    hx: Hx,
    Path(place): Path<Place>,
    Query(filter): Query<Filter>,
    Form(typed): Form<Typed>,
) -> web::Result {
    let subject = Subject::load(&app, &staff, &place).await?;
    let (customer, badge) = (&subject.customer, subject.held.badge);
    if let Some(gone) = subject.gone(&staff) {
        let said = Flash::done(format!("Nothing left to do. {gone}"));
        return after(&app, &staff, &hx, customer, (filter, badge), said).await;
    }
    let done = match typed.why() {
        Ok(why) => taken_back(&app, &staff, &subject, why).await,
        Err(problems) => Err(problems.into()),
    };
    match done {
        Ok(said) => after(&app, &staff, &hx, customer, (filter, badge), said).await,
        Err(Error::Refused(problems)) => {
            let mut form = subject.form(&staff, &filter, typed);
            problems.into_iter().for_each(|problem| form.problems.push(told(problem)));
            form.dialog = hx.wants("desk");
            if form.dialog { refuse(form.as_dialog()) } else { web::refused(form) }
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes it back; what somebody else took back at the same moment is taken back too.
async fn taken_back(app: &App, staff: &Staff, subject: &Subject, why: String) -> Result<Flash> {
    let (held, who) = (subject.held.clone(), subject.customer.id);
    let deed = held.clone();
    let done = app
        .act(staff.actor(), move |act| {
            Box::pin(async move { deeds::take_back(act, who, &deed, &why).await })
        })
        .await;
    match done {
        Ok(()) => {
            let noun = held.what.label().to_lowercase();
            let name = subject.customer.label();
            Ok(Flash::done(format!("Revoked {name}’s {noun} of “{}”", held.name)))
        }
        Err(Error::Refused(problems)) => {
            let mut db = app.read(staff.org).await?;
            let now = store::held(&mut db, staff.org, who, (held.what, held.id)).await?;
            let held = now.ok_or(Error::NotFound)?;
            let gone = Subject { customer: subject.customer.clone(), held }.gone(staff);
            let said = gone.map(|gone| Flash::done(format!("Nothing left to do. {gone}")));
            said.ok_or(Error::Refused(problems))
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn why(reason: &str, words: &str) -> Result<String, Problems> {
        Typed { reason: reason.to_owned(), words: words.to_owned() }.why()
    }

    #[test]
    fn a_reason_is_chosen_typed_or_both() {
        assert_eq!(why("Misuse", ""), Ok("Misuse".to_owned()));
        assert_eq!(why("Misuse", " sold\n on "), Ok("Misuse: sold on".to_owned()));
        assert_eq!(why("", "Wrong person"), Ok("Wrong person".to_owned()));
        assert!(why("Because", " \n").unwrap_err().any("reason"));
        assert!(why("Misuse", &"x".repeat(501)).unwrap_err().any("words"));
    }
}
