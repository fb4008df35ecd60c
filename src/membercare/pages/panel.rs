//! The panel of the badge that is open: what it is, and what the customer had of it.

use chrono::{DateTime, Utc};

use crate::auth::Staff;
use crate::badges::Status;
use crate::base::error::Result;
use crate::base::ids::{BadgeId, CustomerId};
use crate::base::list::{PAGE, cursor, cursor_text};
use crate::membercare::category::{Category, Standing};
use crate::membercare::filter::Filter;
use crate::membercare::pages::card::{image, times_issued, tone, type_label};
use crate::membercare::pages::line::{Line, Lines, Rules};
use crate::membercare::pages::offers::Offers;
use crate::membercare::store::{self, Claimed, Detail, Reading, Which};
use crate::membercare::timeline::{Place, What, module_label};
use crate::orgs;
use crate::web::time::{Stamp, count};

/// The badge that is open.
pub struct Panel {
    /// Its id.
    pub id: String,
    /// Its own page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// The metal of its medal.
    pub tone: &'static str,
    /// Its picture, if we keep one.
    pub image: String,
    /// The style sheet's name and the word for its status.
    pub status: (&'static str, &'static str),
    /// When it was made.
    pub created: Stamp,
    /// "6 times issued".
    pub summary: String,
    /// What it is about.
    pub description: String,
    /// "Direct issue".
    pub kind: &'static str,
    /// Group and rank; empty when neither.
    pub group: String,
    /// From when.
    pub start: Stamp,
    /// Until when.
    pub end: Stamp,
    /// The modules that may use it.
    pub owners: String,
    /// Where modules use it.
    pub claims: String,
    /// What comes with it.
    pub benefits: Vec<String>,
    /// What can be done with it for this customer.
    pub offers: Offers,
    /// Its custom fields.
    pub fields: Vec<(String, String)>,
    /// What happened, newest first.
    pub items: Vec<Line>,
    /// The head of the timeline, when this is not it.
    pub newest: Option<String>,
    /// What happened before.
    pub earlier: Option<String>,
}

impl Panel {
    /// The panel of a badge of this brand; `None` when it is not.
    pub async fn load(
        db: &mut Reading,
        staff: &Staff,
        customer: CustomerId,
        (badge, category): (BadgeId, Category),
        filter: &Filter,
        now: DateTime<Utc>,
    ) -> Result<Option<Self>> {
        let which = Which { badge: Some(badge), ..Which::default() };
        let standing = store::standings(db, staff.org, customer, &which).await?.pop();
        let detail = store::detail(db, staff.org, badge).await?;
        let (Some(standing), Some(detail)) = (standing, detail) else { return Ok(None) };
        let face = store::faces(db, staff.org, &[badge]).await?.remove(&badge).unwrap_or_default();
        let settings = orgs::settings(db, staff.org).await?;
        let head = Place::head(standing.all_earns, standing.all_enrolments);
        let place = cursor(&filter.from).unwrap_or(head);
        let (pair, ends) = ((customer, badge), standing.expires_on);
        let items = store::timeline(db, staff.org, pair, ends, place, PAGE + 1).await?;
        let issuals: Vec<[u8; 12]> =
            items.iter().filter(|item| item.what == What::Issual).map(|item| item.id).collect();
        let reading = Lines {
            customer,
            staff,
            filter,
            rules: Rules::of(&detail),
            came: store::came_with(db, staff.org, &issuals).await?,
            now,
        };
        let (lines, earlier) = reading.page(&items, place);
        let link = |from: &str| filter.to_place(customer, category, badge, from);
        Ok(Some(Panel {
            image: image(&face, &standing, now),
            description: face.description,
            items: lines,
            offers: Offers::of(staff, customer, &standing, filter, (&settings, now)),
            newest: (!filter.from.is_empty()).then(|| link("")),
            earlier: earlier.map(|place| link(&cursor_text(&place))),
            ..Panel::new(&standing, detail, staff, now)
        }))
    }

    fn new(standing: &Standing, detail: Detail, staff: &Staff, now: DateTime<Utc>) -> Self {
        let stamp = |at| Stamp::new(at, staff.zone);
        let owners: Vec<String> = detail.owners.iter().map(|owner| module_label(owner)).collect();
        let claim = |claim: &Claimed| match claim.reference.as_str() {
            "" => module_label(&claim.owner),
            reference => format!("{} ({reference})", module_label(&claim.owner)),
        };
        let claims: Vec<String> = detail.claims.iter().map(claim).collect();
        Panel {
            id: standing.badge.to_string(),
            href: format!("/badges/{}", standing.badge),
            name: standing.name.clone(),
            tone: tone(standing.group.as_ref()),
            image: String::new(),
            status: status(standing, now),
            created: stamp(detail.created_on),
            summary: summary(standing),
            description: String::new(),
            kind: type_label(standing.earn_type),
            group: group_words(standing),
            start: stamp(standing.start_on),
            end: stamp(standing.expires_on),
            owners: owners.join(", "),
            claims: claims.join(", "),
            benefits: Rules::of(&detail).benefits,
            offers: Offers::default(),
            fields: detail.fields,
            items: Vec::new(),
            newest: None,
            earlier: None,
        }
    }
}

/// Active, Inactive or Expired: ended wins over the switch (spec/badges.md 18).
fn status(standing: &Standing, now: DateTime<Utc>) -> (&'static str, &'static str) {
    match (Status::at(now, standing.start_on, standing.expires_on), standing.active) {
        (Status::Ended, _) => ("ended", "Expired"),
        (_, true) => ("live", "Active"),
        (_, false) => ("inactive", "Inactive"),
    }
}

fn summary(standing: &Standing) -> String {
    let issued = times_issued(standing.all_earns);
    let enrolled = match standing.all_enrolments {
        0 => String::new(),
        1 => "once enrolled".to_owned(),
        many => format!("{} times enrolled", count(many)),
    };
    match (issued.is_empty(), enrolled.is_empty()) {
        (false, false) => format!("{issued}, {enrolled}"),
        (false, true) => issued,
        (true, false) => enrolled,
        (true, true) => "Never issued".to_owned(),
    }
}

fn group_words(standing: &Standing) -> String {
    let group = standing.group.as_ref().map(|group| group.name.clone());
    let rank = standing.rank.map(|rank| format!("rank {rank}"));
    group.into_iter().chain(rank).collect::<Vec<_>>().join(" · ")
}
