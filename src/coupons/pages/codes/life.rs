//! The whole life of one coupon, newest first: its making, its issue, its uses and what became of them
//! as the tables tell them; moves of its end, messages and mended details as the log tells them, to
//! those who read it.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;

use super::facts::Facts;
use super::uses::Use;
use crate::activity::{self, Line};
use crate::auth::Staff;
use crate::base::error::Result;
use crate::base::ids::BatchId;
use crate::coupons::coupon::{Coupon, Source};
use crate::coupons::holdings::Holding;
use crate::coupons::store::Reading;
use crate::web::time::Stamp;

/// Lines of the log that are read; a code of more has its link to all of them.
const READ: usize = 100;

/// What the log alone tells; all else is told by the tables.
const LOGGED: [&str; 4] =
    ["moved the expiry of", "sent again", "mended a redemption of", "gave again"];

/// One step.
pub struct Event {
    /// When.
    pub at: Stamp,
    /// The style sheet's name of its dot.
    pub mark: &'static str,
    /// What happened.
    pub title: String,
    /// A page it leads to: words and address.
    pub link: Option<(String, String)>,
    /// Further words.
    pub note: String,
    /// Who, and where.
    pub by: String,
    sorted: DateTime<Utc>,
}

impl Event {
    fn new(at: DateTime<Utc>, zone: Tz, mark: &'static str, title: impl Into<String>) -> Self {
        Event {
            at: Stamp::new(at, zone),
            mark,
            title: title.into(),
            link: None,
            note: String::new(),
            by: String::new(),
            sorted: at,
        }
    }

    fn by(mut self, parts: &[Option<&str>]) -> Self {
        let said = parts.iter().flatten().filter(|part| !part.is_empty());
        self.by = said.copied().collect::<Vec<_>>().join(" · ");
        self
    }

    fn because(mut self, why: Option<&String>) -> Self {
        self.note = why.map(|why| format!("“{why}”")).unwrap_or_default();
        self
    }
}

/// All steps of a coupon, newest first.
pub async fn life(
    db: &mut Reading,
    staff: &Staff,
    holding: &Holding,
    facts: &Facts,
) -> Result<Vec<Event>> {
    let (coupon, zone) = (&holding.coupon, staff.zone);
    let mut events = vec![made(coupon, zone)];
    events.extend(issued(coupon, facts, zone));
    for one in facts.uses.iter().chain(&facts.reversed) {
        events.push(used(one, zone));
        events.extend(reversed(one, zone));
    }
    if let Some(revoked) = &coupon.revoked {
        let event = Event::new(revoked.on, zone, "revoked", "Revoked");
        let event = event.by(&[facts.revoked_by.as_deref()]);
        events.push(event.because(facts.revoke_reason.as_ref()));
    }
    let lines = activity::lines(db, staff, "coupon", &facts.id, READ).await?;
    events.extend(lines.into_iter().filter_map(|(at, line)| logged(at, line, zone)));
    // What came at one instant stays in the order of a life: issued stands above made.
    events.reverse();
    events.sort_by_key(|event| std::cmp::Reverse(event.sorted));
    Ok(events)
}

fn made(coupon: &Coupon, zone: Tz) -> Event {
    let title = match coupon.source {
        Source::Batch => "Made in a batch",
        Source::Upload => "Brought in with a file",
        Source::Api => "Made by a call",
        Source::MemberCare => "Made by support",
        Source::Goodwill => "Made as goodwill",
        Source::Badge => "Made as the benefit of a badge",
        Source::Reward => "Made as the benefit of a reward",
        Source::Redemption => "Made for its redeemer",
    };
    let link = |id: BatchId| (format!("Batch {id}"), format!("/coupons/batches/{id}"));
    let event = Event::new(coupon.created_on, zone, "", title);
    Event { link: coupon.batch.map(link), ..event }
}

fn issued(coupon: &Coupon, facts: &Facts, zone: Tz) -> Option<Event> {
    let issue = coupon.issue.as_ref()?;
    let holder = facts.holder.as_ref()?;
    let event = Event::new(issue.on, zone, "live", "Issued to");
    let event = event.by(&[facts.issued_by.as_deref(), Some(&facts.place)]);
    Some(Event { link: Some((holder.name.clone(), holder.href.clone())), ..event })
}

fn used(one: &Use, zone: Tz) -> Event {
    let by = one.customer.as_ref();
    let title = if by.is_some() { "Redeemed by" } else { "Redeemed" };
    let event = Event::new(one.on.instant(), zone, "upcoming", title);
    let event = event.by(&[one.by.as_deref(), Some(&one.place)]);
    let link = by.map(|person| (person.name.clone(), person.href.clone()));
    Event { link, note: one.bill.clone(), ..event }
}

fn reversed(one: &Use, zone: Tz) -> Option<Event> {
    let title = format!("Redemption {} taken back", one.id);
    let event = Event::new(one.reversed?.instant(), zone, "revoked", title);
    Some(event.by(&[one.reversed_by.as_deref()]).because(one.reason.as_ref()))
}

fn logged(at: DateTime<Utc>, line: Line, zone: Tz) -> Option<Event> {
    let verb = LOGGED.into_iter().find(|verb| *verb == line.verb)?;
    let title = match verb {
        "moved the expiry of" => moved(&line, zone),
        "sent again" => "Sent again".to_owned(),
        "gave again" => "Given again instead of a new one".to_owned(),
        _ => "Details of a redemption mended".to_owned(),
    };
    let event = Event::new(at, zone, "", title).by(&[Some(&line.who), Some(line.source)]);
    Some(event.because(line.reason.as_ref()))
}

/// "Expiry moved from 31 Dec 2026, 23:59 to 7 Jan 2027, 23:59".
fn moved(line: &Line, zone: Tz) -> String {
    let shown = |text: &str| {
        let at = text.parse::<DateTime<Utc>>().ok();
        at.map_or_else(|| text.to_owned(), |at| Stamp::new(at, zone).to_string())
    };
    match line.changes.first() {
        Some(change) => {
            format!("Expiry moved from {} to {}", shown(&change.before), shown(&change.after))
        }
        // A move that the series cut short changed nothing that is shown.
        None => "Expiry moved, the end of the offer stays".to_owned(),
    }
}
