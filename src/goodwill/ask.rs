//! Asking: a request is put down to wait, or granted in the same breath by those who may.

use serde_json::json;
use uuid::Uuid;

use crate::base::act::{Act, Entry, Source};
use crate::base::error::Result;
use crate::base::ids::{CustomerId, SeriesId};
use crate::base::permission::Permission;
use crate::base::problem::{Fault, Problems};
use crate::coupons::{self, Series};
use crate::customers::{self, Hold, Person};
use crate::goodwill::decide::grant;
use crate::goodwill::refusal::{problem, sentence};
use crate::goodwill::request::{Request, Told, Way};
use crate::goodwill::settings::settings;
use crate::goodwill::store;
use crate::requests::Who;

/// Who claims the offers that are given out of goodwill.
pub const CLAIM: &str = "GOODWILL";
/// What the log calls a request.
pub(super) const SUBJECT: &str = "goodwill_request";

/// Characters of a reason and of a reference.
pub const LONGEST_REASON: usize = 255;
/// Characters of comments.
pub const LONGEST_COMMENTS: usize = 1000;

/// What somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// Of which offer; none where nothing was chosen.
    pub series: Option<SeriesId>,
    /// Why.
    pub reason: String,
    /// What else there is to say.
    pub comments: String,
    /// What the caller calls it.
    pub reference: Option<String>,
    /// Names one sending of a form: what is sent twice asks once.
    pub form: Option<Uuid>,
    /// Who decides.
    pub way: Way,
}

/// Asks for a coupon for a customer.
pub async fn ask(act: &mut Act, customer: CustomerId, ask: &Ask) -> Result<Told> {
    act.require(Permission::ServeCoupons)?;
    if ask.way.at_once() {
        act.require(Permission::ApproveGoodwill)?;
    }
    let series = allowed(act, ask).await?;
    let org = act.org();
    let people = customers::people(act.db(), org, &[customer], Hold::Not).await?;
    let person = people.get(&customer).ok_or_else(|| problem("customer_unknown"))?;
    let (maker, now) = (Who::of(act.actor()), act.now());
    let Some(id) = store::insert(act.db(), org, ask, (person.id, series.id), &maker, now).await?
    else {
        return again(act, ask, person.id).await;
    };
    let told = store::find(act.db(), org, id).await?.ok_or_else(|| problem("request_unknown"))?;
    if ask.way.at_once() {
        let comments = told.request.way_said();
        return grant(act, told, comments).await;
    }
    record(act, &told.request, &series, person);
    Ok(told)
}

/// The offer, if the request can be put down at all.
async fn allowed(act: &mut Act, ask: &Ask) -> Result<Series> {
    let (org, listed) = (act.org(), act.actor().source == Source::Console);
    let settings = settings(act.db(), org).await?;
    if !settings.enabled {
        return Err(problem("goodwill_off").into());
    }
    let mut problems = ask.faults();
    // People choose from the brand's list; programs have lists of their own.
    let known = settings.reasons.iter().any(|known| known == ask.reason.trim());
    if listed && !known && !problems.any("reason") {
        problems.add("reason", Fault::invalid("Choose one of the brand's reasons"));
    }
    let series = match ask.series {
        Some(id) => coupons::find(&mut *act.db(), org, id).await?,
        None => None,
    };
    let series = series.filter(|series| series.claim.by == CLAIM);
    if series.is_none() && !problems.any("series") {
        problems.add("series", Fault::new("not_goodwill", sentence("not_goodwill")));
    }
    problems.into_result()?;
    Ok(series.ok_or_else(|| problem("not_goodwill"))?)
}

/// What this very form asked for before; another request cannot be sent with it.
async fn again(act: &mut Act, ask: &Ask, customer: CustomerId) -> Result<Told> {
    let (org, maker) = (act.org(), Who::of(act.actor()));
    let known = store::of_form(act.db(), org, ask.form).await?;
    let same = |told: &Told| {
        let known = &told.request;
        let whom = (known.customer, Some(known.series)) == (customer, ask.series);
        let said = (known.reason.as_str(), known.comments.as_str());
        let sent = said == (ask.reason.trim(), ask.comments.trim());
        whom && sent && known.maker == maker && known.way == ask.way
    };
    Ok(known.filter(same).ok_or_else(|| problem("sent_before"))?)
}

fn record(act: &mut Act, request: &Request, series: &Series, person: &Person) {
    let because = Some(request.reason.clone());
    let details = json!({
        "customer": person.label(), "customerId": person.id, "seriesId": series.id,
        "comments": request.comments,
    });
    let entry = Entry::new("asked for goodwill from", SUBJECT, request.id, &series.description);
    act.record(entry.with(details).because(because.clone()));
    let details = json!({ "offer": series.description, "request": request.id });
    let entry = Entry::new("asked for goodwill for", "customer", person.id, person.label());
    act.record(entry.with(details).because(because));
}

impl Ask {
    /// What is wrong with its texts.
    fn faults(&self) -> Problems {
        let mut problems = Problems::none();
        if self.series.is_none() {
            problems.add("series", Fault::blank("Choose an offer"));
        }
        let texts = [
            ("reason", "Say why", self.reason.trim(), LONGEST_REASON),
            ("comments", "Say what happened", self.comments.trim(), LONGEST_COMMENTS),
        ];
        for (field, missing, text, most) in texts {
            if text.is_empty() {
                problems.add(field, Fault::blank(missing));
            } else if text.chars().count() > most {
                let words = format!("Use at most {most} characters");
                problems.add(field, Fault::new("too_long", words));
            }
        }
        let reference = self.reference.as_deref().unwrap_or_default();
        if reference.chars().count() > LONGEST_REASON {
            let words = format!("Use at most {LONGEST_REASON} characters");
            problems.add("reference_id", Fault::new("too_long", words));
        }
        problems
    }
}

impl Request {
    /// What the reference writes where nobody else decided.
    fn way_said(&self) -> Option<String> {
        let auto = || format!("{}; AUTO_APPROVED", self.comments);
        (self.way == Way::AutoApproved).then(auto)
    }
}
